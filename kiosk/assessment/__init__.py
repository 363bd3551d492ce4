"""What the county asks of the station, as figures with their evidence. Rules that make scores of them know no SQL and no
row: they are given these figures (``measures``)."""
