"""Parcels that wait here for villagers: intake, place and pickup code, finding, handing over, corrections. Knows paper
only as a template; notices and print jobs are joined to it in ``kiosk.counter``."""
