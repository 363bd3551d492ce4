"""A courier's list as a file: read with care, its columns found, every row judged before any is written. What was taken in
stands as rows of parcels; the file itself is never kept."""

from __future__ import annotations

from kiosk.parcel_lists.columns import Plan, guess, judge
from kiosk.parcel_lists.model import CASE, Fault, Field, Grid, Purpose, TakenList
from kiosk.parcel_lists.reading import read_file

__all__ = ["CASE", "Fault", "Field", "Grid", "Plan", "Purpose", "TakenList", "guess", "judge", "read_file"]
