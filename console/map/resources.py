"""Paths of the map's data files; nothing is read here."""

from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
"""The folder `resources/` next to the package."""

GEO = RESOURCES / "geo"
"""Ward tables, word lists, street names."""

PAGE_ASSETS = RESOURCES / "map"
"""Vendored JavaScript and our own page script and style."""
