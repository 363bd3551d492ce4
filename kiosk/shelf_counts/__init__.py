"""Shelf counts (盘点): everything that lies here is scanned and held against the book."""
