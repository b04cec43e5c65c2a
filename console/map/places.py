"""The port `Places` over this seat's own files: parser, ward tables, outlines, gazetteer.

Everything is read at first use, so that making one costs nothing at the start of the program.
"""

import re
from pathlib import Path

from console.domain.text import fold
from console.map.address import AddressParser
from console.map.gazetteer import Gazetteer
from console.map.wards import WardOutlines, WardTable
from console.services.ports import ParsedAddress, Suggestion, WardRef

_ALLEY = re.compile(r"(?:hem|ngo|kiet|ngach)\s+\d|(?:so\s+)?[a-k]?\d+[a-z]?(?:/\d+[a-z]?)+\s+\S")
_NATIONAL = re.compile(r"ql\s*\.?\d|quoc lo|xa lo|cao toc|duong dan cao toc")
_PROVINCIAL = re.compile(r"tl\s*\.?\d|dt\s*\.?\d|(?:lien )?tinh lo|duong tinh")
_BEFORE_ROAD = re.compile(r"^(?:so\s+)?\d+[a-z]?\s+(?=\D)|^duong\s+(?=ql|tl|dt|quoc|xa lo|cao)")
_HAS_NAME = re.compile(r"[a-z]{2}|\d")


OUTLINES = Path("map", "wards.geojson")
"""Outlines of the wards, inside the profile."""


class LocalPlaces:
    """Addresses and wards from local files; nothing leaves the machine."""

    def __init__(self, outlines: Path | None = None, *, table: WardTable | None = None) -> None:
        """Remember where the outlines of the wards lie; nothing is read yet.

        Args:
            outlines: a GeoJSON file (setting `[map] wards`), or the profile's folder, in which
                `map import-wards` puts one. Missing = no outlines.
            table: other ward tables, for tests.
        """
        self.table = table or WardTable()
        if outlines is not None and outlines.suffix.lower() not in (".json", ".geojson"):
            outlines /= OUTLINES
        self.outlines = WardOutlines(outlines)
        self._parser = AddressParser(self.table)
        self._gazetteer = Gazetteer(self.table)

    def parse(self, text: str) -> ParsedAddress:
        """Understand an address as said."""
        return self._parser.parse(text)

    def ward_at(self, lat: float, long: float) -> WardRef | None:
        """The new ward under a pin; None without outlines or outside the city."""
        code = self.outlines.code_at(lat, long)
        ward = self.table.new.get(code) if code else None
        return WardRef(ward.code, ward.name) if ward else None

    def centre_of(self, ward_code: str) -> tuple[float, float] | None:
        """(lat, long) of a new ward's centre, None for an unknown code."""
        ward = self.table.new.get(ward_code)
        return (ward.lat, ward.long) if ward else None

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Places that the text may mean, best first."""
        return self._gazetteer.suggest(text, limit)

    def learn_streets(self, names: tuple[str, ...]) -> None:
        """Suggest these streets first; for streets that the seat's own requests name."""
        self._gazetteer.learn_streets(names)

    def road_class(self, street: str | None) -> str | None:
        """national, provincial, city or alley; None when no street is known.

        A text with its house number tells more: `hẻm 51 Cao Thắng` and `66/1 Đồng Tâm` are alleys.
        """
        name = fold(street or "").strip()
        if not _HAS_NAME.search(name):
            return None
        if _ALLEY.match(name):
            return "alley"
        bare = _BEFORE_ROAD.sub("", name)
        if _NATIONAL.match(bare):
            return "national"
        return "provincial" if _PROVINCIAL.match(bare) else "city"
