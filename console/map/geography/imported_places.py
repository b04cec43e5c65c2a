"""Imported streets and landmarks: one text table in the profile, `places.tsv`."""

from dataclasses import dataclass
from pathlib import Path

PLACES_FILE = "places.tsv"


@dataclass(frozen=True, slots=True)
class Place:
    """A street or landmark; `lat` and `long` of its middle, None if unknown."""

    kind: str
    name: str
    lat: float | None
    long: float | None
    alias: str = ""


def read_places(path: Path) -> tuple[Place, ...]:
    """The imported places; empty without a file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        return ()
    rows = (line.split("\t") for line in lines)
    return tuple(
        Place(row[0], row[1], float(row[2]) if row[2] else None, float(row[3]) if row[3] else None,
              row[4])
        for row in rows
        if len(row) == 5
    )  # fmt: skip
