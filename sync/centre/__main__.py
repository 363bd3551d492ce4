"""``python -m sync.centre`` is the same command as ``kiosk-centre``."""

from sync.centre.cli import main

if __name__ == "__main__":
    main(prog_name="kiosk-centre")
