"""Figures → report → document, and the signed envelope in which a report goes upstream."""
