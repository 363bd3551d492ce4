"""``python -m kiosk`` is the same command as ``.venv/bin/kiosk``."""

from kiosk.cli import main

if __name__ == "__main__":
    main()
