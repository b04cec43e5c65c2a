"""Where the room's data files lie; nothing is read here."""

from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
"""The tree's `resources/`, beside the package."""

GEO = RESOURCES / "geo"
"""Ward tables, word lists, street names."""

PAGE_ASSETS = RESOURCES / "map"
"""Vendored JavaScript and our own page script and style."""
