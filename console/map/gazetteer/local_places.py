"""The port `Places` on this seat's own files: parser, ward tables, outlines, assets, gazetteer.

Everything is read on first use, so creating it costs nothing when the program starts.
"""

import math
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from console.domain.catalogue.city_area import CITY_CENTRE
from console.domain.text.folding import fold
from console.map.addresses.areas.district_names import short_name
from console.map.addresses.language.known_streets import KnownStreets, shipped_streets
from console.map.addresses.parser import AddressParser
from console.map.gazetteer.query import name_key
from console.map.gazetteer.suggestions import Gazetteer
from console.map.geography.assets import ASSETS_FILE, AssetFile, code_key
from console.map.geography.imported_places import PLACES_FILE, read_places
from console.map.geography.projection import way_m
from console.map.geography.wards import OldWard, WardOutlines, WardTable
from console.services.ports.places import ParsedAddress, Suggestion, WardRef

_ALLEY = re.compile(r"(?:hem|ngo|kiet|ngach)\s+\d|(?:so\s+)?[a-k]?\d+[a-z]?(?:/\d+[a-z]?)+\s+\S")
_NATIONAL = re.compile(r"ql\s*\.?\d|quoc lo|xa lo|cao toc|duong dan cao toc")
_PROVINCIAL = re.compile(r"tl\s*\.?\d|dt\s*\.?\d|(?:lien )?tinh lo|duong tinh")
_BEFORE_ROAD = re.compile(r"^(?:so\s+)?\d+[a-z]?\s+(?=\D)|^duong\s+(?=ql|tl|dt|quoc|xa lo|cao)")
_HAS_NAME = re.compile(r"[a-z]{2}|\d")


OUTLINES = Path("map", "wards.geojson")
"""Outlines of the wards, inside the profile."""


class LocalPlaces:
    """Addresses and wards from local files; nothing leaves the machine."""

    def __init__(self, outlines: Path | None = None, *, folder: Path | None = None) -> None:
        """Remember the files; nothing is read yet.

        Args:
            outlines: a GeoJSON file (setting `[map] wards`), or the profile's folder, where
                `map import-wards` puts one. Missing means no outlines.
            folder: the profile's `map` folder with the other imports; None means the folder of
                the outlines.
        """
        self.table = WardTable()
        if outlines is not None and outlines.suffix.lower() not in (".json", ".geojson"):
            outlines /= OUTLINES
        self._folder = folder or (outlines.parent if outlines is not None else None)
        self._outlines = outlines
        self.outlines = WardOutlines(outlines)
        self.assets = AssetFile(self._file(ASSETS_FILE))
        self._gazetteer = self._names()

    def _names(self) -> Gazetteer:
        return Gazetteer(self.table, places=self._file(PLACES_FILE), assets=self.assets)

    def _file(self, name: str) -> Path | None:
        return self._folder / name if self._folder is not None else None

    @cached_property
    def _parser(self) -> AddressParser:
        return self._new_parser()

    def _new_parser(self) -> AddressParser:
        file = self._file(PLACES_FILE)
        imported = [p.name for p in read_places(file) if p.kind == "street"] if file else []
        return AddressParser(self.table, KnownStreets([*shipped_streets().names, *imported]))

    def prepare(self) -> None:
        """Read what search and pins need, off the writer: outlines take 0.3 s the first time, and a
        notice with a drawn area must not hold up saves.
        """
        self._gazetteer.prepare()
        self.outlines.code_at(*CITY_CENTRE)

    def reread(self) -> None:
        """Read everything again after an import, on the calling thread; until then the window uses
        the old data.
        """
        outlines, names = WardOutlines(self._outlines), self._names()
        outlines.code_at(*CITY_CENTRE)
        len(names)  # builds the index
        self.outlines, self._gazetteer = outlines, names
        self.__dict__["_parser"] = self._new_parser()

    def parse(self, text: str) -> ParsedAddress:
        """Parse an address as spoken."""
        return self._parser.parse(text)

    def ward_at(self, lat: float, long: float) -> WardRef | None:
        """The new ward under a pin; None without outlines or outside the city."""
        code = self.outlines.code_at(lat, long)
        ward = self.table.new.get(code) if code else None
        return WardRef(ward.code, ward.name) if ward else None

    def wards_touching(self, ring: Sequence[tuple[float, float]]) -> tuple[str, ...]:
        """Codes of the new wards that a drawn ring may reach: by outlines, else estimated from
        centres and sizes; rather one too many.
        """
        if self.outlines.present or not ring:
            return self.outlines.codes_touching(ring)
        middle = (
            sum(lat for lat, _ in ring) / len(ring),
            sum(long for _, long in ring) / len(ring),
        )
        return tuple(
            ward.code
            for ward in self.table.new.values()
            if any(
                way_m((spot, (ward.lat, ward.long))) < 1300 * math.sqrt(ward.km2 / math.pi)
                for spot in (*ring, middle)
            )
        )

    def wards_of(self, district: str) -> tuple[str, ...]:
        """Codes of the new wards with land of an old district; () if there is no such district."""
        table = self.table
        return tuple(code for code in table.new if district in table.districts_of_new(code))

    def centre_of(self, ward_code: str) -> tuple[float, float] | None:
        """(lat, long) of a new ward's centre, None for an unknown code."""
        ward = self.table.new.get(ward_code)
        return (ward.lat, ward.long) if ward else None

    def asset_owner(self, code: str) -> str | None:
        """Code of the agency that owns the asset with this code; None if unknown, or if two such
        assets have different owners.
        """
        key = code_key(code)
        found = [a for a in self.assets.find(code) if key and code_key(a.code) == key]
        owners = {asset.agency for asset in found}
        return owners.pop() or None if len(owners) == 1 else None

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Places that the text may mean, best first. A ward that the whole text names with its
        district comes first.
        """
        found = self._gazetteer.suggest(text, limit)
        if not found or "," not in text or not found[-1].kind.endswith("ward"):
            return found
        understood = self._understood(text)
        return (understood, *found)[:limit] if understood else found

    def _understood(self, text: str) -> Suggestion | None:
        """The ward named by the whole text, if the last words are its district."""
        before, _, last = text.rpartition(",")
        wanted = name_key(last)
        named = [d for d in self._districts if f" {wanted}" in f" {fold(d)}"]
        named = [d for d in named if fold(short_name(d)) == wanted] or named
        if len(wanted) < 2 or len(named) != 1:
            return None
        district = named[0]
        parsed = self.parse(f"{before}, {district}")  # `hoc mo`: half typed
        if not (parsed.ward and parsed.district == district):
            return None
        ward = self._old_wards.get((parsed.ward, district))
        if ward is None:
            return None
        code = parsed.new_wards[0].code if len(parsed.new_wards) == 1 else None
        said = ", ".join([*parsed.unknown, parsed.normalised or ""])
        return Suggestion(said, "old_ward", ward.lat, ward.long, code)

    @cached_property
    def _old_wards(self) -> dict[tuple[str, str], OldWard]:
        return {(ward.name, ward.district): ward for ward in self.table.old.values()}

    @cached_property
    def _districts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(district for _, district in self._old_wards))

    def remember(
        self, text: str, lat: float | None, long: float | None, ward_code: str | None
    ) -> None:
        """A request named this place: it and its streets rank higher among the suggestions."""
        parsed = self.parse(text)
        self._gazetteer.mention(filter(None, (parsed.street, parsed.cross_street, *parsed.unknown)))
        if lat is not None and long is not None:
            self._gazetteer.remember(text, lat, long, ward_code)

    def road_class(self, street: str | None) -> str | None:
        """`national`, `provincial`, `city` or `alley`; None when no street is known.

        Keep the house number in the text: `hẻm 51 Cao Thắng` and `66/1 Đồng Tâm` are alleys.
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
