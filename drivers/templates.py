"""Makes every template of every slip known to this process: a job holds facts, and only the room that issued its slip
knows how they read."""

from __future__ import annotations

import importlib
import pkgutil

import kiosk


def load_templates() -> list[str]:
    """Imports the ``slips`` module of each room of ``kiosk`` that has one, and returns their names."""
    loaded = []
    for room in pkgutil.iter_modules(kiosk.__path__):
        if room.ispkg and room.name != "printing":
            places = [f"{folder}/{room.name}" for folder in kiosk.__path__]
            if any(module.name == "slips" for module in pkgutil.iter_modules(places)):
                importlib.import_module(f"kiosk.{room.name}.slips")
                loaded.append(f"kiosk.{room.name}.slips")
    return loaded
