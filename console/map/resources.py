"""Where the room's data files lie; nothing is read here."""

from dataclasses import dataclass
from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
"""The tree's `resources/`, beside the package."""

GEO = RESOURCES / "geo"
"""Ward tables, word lists, street names."""

PAGE_ASSETS = RESOURCES / "map"
"""Vendored JavaScript and our own page script and style."""

ORIGIN = "app://console"
"""Where the map page lives; every address in it starts so."""

POLICY = (
    "default-src 'none'; script-src app:; style-src app:; style-src-attr 'unsafe-inline'; "
    "img-src app: data: blob:; font-src app:; connect-src app:; worker-src app: blob:; "
    "base-uri 'none'; form-action 'none'"
)
"""Content-Security-Policy of the page (MAP.md 5): no inline code, nothing from outside."""


@dataclass(frozen=True, slots=True)
class Page:
    """The page in its parts; `files` are paths under the origin -> (mime, text).

    The id is in the file names: with the same address an old script would be taken from memory.
    """

    path: str
    files: dict[str, tuple[str, str]]
