"""Suggestions while an address is typed: wards old and new, known streets, landmarks, pasted
coordinates. Offline, accents optional, a few milliseconds over all of it.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from console.domain.text import fold
from console.map.resources import GEO
from console.map.street_list import shipped_streets
from console.map.wards import WardTable
from console.services.ports import Suggestion

_COORDINATES = re.compile(
    r"\s*\(?\s*(-?\d{1,3}[.,]\d{2,12})\s*°?\s*[NB]?\s*[,;\s]\s*"
    r"(-?\d{1,3}[.,]\d{2,12})\s*°?\s*[EĐ]?\s*\)?\s*",
    re.IGNORECASE,
)
_NUMBER_FIRST = re.compile(r"\s*(?:(?:số|so|số nhà|hẻm|hem|ngõ|ngo)\s+)?\d+\S*\s+", re.IGNORECASE)
_WARD_WORD = re.compile(r"(?:phuong|p\.?|xa|x\.|thi tran|tt\.?)\s+(?=\S)")

CITY_BOX = (8.4, 106.0, 11.6, 107.7)
"""South, west, north, east of the city with Côn Đảo; a pasted point must lie in it."""


@dataclass(frozen=True, slots=True)
class _Entry:
    folded: str
    words: str
    suggestion: Suggestion


def read_coordinates(text: str) -> tuple[float, float] | None:
    """(lat, long) of a pasted "10.77, 106.70", in this order or the other; None for other text
    and for points outside the city.
    """
    found = _COORDINATES.fullmatch(text[:80])
    if found is None:
        return None
    one, other = (float(part.replace(",", ".")) for part in found.groups())
    south, west, north, east = CITY_BOX
    for lat, long in ((one, other), (other, one)):
        if south <= lat <= north and west <= long <= east:
            return lat, long
    return None


class Gazetteer:
    """Names that an address may hold; built at the first question (some milliseconds)."""

    def __init__(self, table: WardTable, folder: Path = GEO) -> None:
        """Remember the tables."""
        self._table = table
        self._folder = folder
        self._seen: dict[str, str] = {}

    def learn_streets(self, names: tuple[str, ...]) -> None:
        """Put streets that this seat's requests name first among the suggestions; latest first."""
        self._seen = {fold(name): name for name in names}

    @cached_property
    def _entries(self) -> tuple[_Entry, ...]:
        suggestions = [
            Suggestion(new.name, "ward", new.lat, new.long, new.code)
            for new in self._table.new.values()
        ]
        suggestions += self._landmarks()
        suggestions += [Suggestion(name, "street") for name in shipped_streets().names]
        for old in self._table.old.values():
            after = self._table.successors(old.code)
            code = after[0].code if len(after) == 1 else None
            text = old.name if old.name == old.district else f"{old.name}, {old.district}"
            suggestions.append(Suggestion(text, "old_ward", old.lat, old.long, code))
        return tuple(_entry(s) for s in suggestions) + tuple(self._aliases())

    def _landmarks(self) -> list[Suggestion]:
        return [landmark for landmark, _ in self._landmark_rows]

    def _aliases(self) -> list[_Entry]:
        return [
            _Entry(folded, f" {folded}", landmark)
            for landmark, alias in self._landmark_rows
            if (folded := fold(alias))
        ]

    @cached_property
    def _landmark_rows(self) -> tuple[tuple[Suggestion, str], ...]:
        lines = (self._folder / "landmarks.tsv").read_text(encoding="utf-8").splitlines()[1:]
        rows = (line.split("\t") for line in lines)
        return tuple(
            (Suggestion(name, "landmark", float(lat), float(long)), alias)
            for name, alias, lat, long in rows
        )

    def suggest(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """What the text, or its last part, may mean: names that start so, then names with a word
        that starts so.
        """
        if place := read_coordinates(text):
            return (Suggestion(f"{place[0]:.6f}, {place[1]:.6f}", "point", *place),)
        head, tail = _split(text[:200])
        wanted = fold(tail).strip()
        if len(wanted) < 2:
            return ()
        plain = _WARD_WORD.sub("", wanted, count=1) if _WARD_WORD.match(wanted) else wanted
        seen = [Suggestion(s, "street") for key, s in self._seen.items() if key.startswith(wanted)]
        first = [e.suggestion for e in self._entries if e.folded.startswith((wanted, plain))]
        inner = [e.suggestion for e in self._entries if f" {plain}" in e.words]
        found = dict.fromkeys((*seen, *first, *inner))
        return tuple(_with_head(head, s) for s in list(found)[:limit])


def _entry(suggestion: Suggestion) -> _Entry:
    folded = fold(suggestion.text)
    return _Entry(_WARD_WORD.sub("", folded, count=1), f" {folded}", suggestion)


def _split(text: str) -> tuple[str, str]:
    """What stays as typed, and the part that is being typed."""
    cut = text.rfind(",") + 1
    number = _NUMBER_FIRST.match(text, cut)
    cut = number.end() if number else cut
    blanks = len(text[cut:]) - len(text[cut:].lstrip())
    return text[: cut + blanks], text[cut + blanks :]


def _with_head(head: str, suggestion: Suggestion) -> Suggestion:
    if not head.strip():
        return suggestion
    s = suggestion
    return Suggestion(f"{head}{s.text}", s.kind, s.lat, s.long, s.ward_code)
