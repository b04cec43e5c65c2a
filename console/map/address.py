"""Addresses as people say them, understood offline (MAP.md 7).

The order: raw Telex undone (`telex.py`), spoken numbers written as digits (`spoken.py`), province,
district, ward (`areas.py`), then number, street and crossing from what is left (`streets.py`). No
network, no guess: what is not certain stays empty, because a wrong ward sends people to the wrong
street.
"""

import unicodedata
from functools import cached_property

from console.map.areas import Area, AreaReader
from console.map.road_names import LIKELY
from console.map.spelling import place_key
from console.map.spoken import SpokenNumbers
from console.map.street_list import StreetList, shipped_streets
from console.map.streets import Road, StreetReader
from console.map.telex import undo_telex
from console.map.wards import WardTable
from console.map.words import Token, tokens_of, word_lists
from console.services.place_ports import ParsedAddress

LONGEST = 400
"""Characters that are read; no spoken address is longer."""


class AddressParser:
    """Parses addresses over one ward table; indices are built at the first text."""

    def __init__(self, table: WardTable, streets: StreetList | None = None) -> None:
        """Remember the table and the known streets, the shipped ones when None."""
        self._table = table
        self._known = streets or shipped_streets()

    @cached_property
    def _areas(self) -> AreaReader:
        return AreaReader(self._table, self._known)

    @cached_property
    def _streets(self) -> StreetReader:
        return StreetReader(self._known)

    @cached_property
    def _spoken(self) -> SpokenNumbers:
        named = self._areas.wards.named
        return SpokenNumbers(self._known, lambda name: place_key(name) in named)

    def parse(self, text: str) -> ParsedAddress:
        """Understand one address; never raises, an unreadable text gives an empty answer."""
        nfc = unicodedata.normalize("NFC", text[:LONGEST])
        area, road = self._read(nfc, eager=False)
        if nfc.isascii():
            other = self._read(nfc, eager=True)
            if _said(*other) > _said(area, road):
                area, road = other
        return ParsedAddress(
            input=text,
            number=road.number,
            street=road.street,
            cross_street=road.cross,
            ward=area.ward,
            district=area.district,
            new_wards=area.new_wards,
            needs_choice=len(area.new_wards) > 1,
            unknown=(*area.unknown, *road.unknown),
        )

    def _read(self, nfc: str, *, eager: bool) -> tuple[Area, Road]:
        lists = word_lists()
        known, suffix = {"đ", *lists["street"]["codes"]}, lists["number"]["suffix"]
        read = undo_telex(nfc, known, suffix, eager=eager)
        if eager and read == undo_telex(nfc, known, suffix):
            return Area(), Road()
        read = self._spoken.write(read)
        tokens: list[Token] = tokens_of(read)
        area = self._areas.read(read, tokens)
        return area, self._streets.read(read, tokens)


def _said(area: Area, road: Road) -> tuple[int, int, int]:
    """How much a reading says, to choose between two."""
    named = (area.ward, area.district, road.street and road.strength > LIKELY, road.cross)
    return sum(map(bool, named)), road.strength, bool(road.number)


def to_json(address: ParsedAddress) -> dict[str, object]:
    """CONTRACT.md's "address" object; unknown values are null."""
    return {
        "input": address.input,
        "number": address.number,
        "street": address.street,
        "cross_street": address.cross_street,
        "ward": address.ward,
        "district": address.district,
        "new_wards": [{"code": ref.code, "name": ref.name} for ref in address.new_wards],
        "needs_choice": address.needs_choice,
        "unknown": list(address.unknown),
    }


def normalised(address: ParsedAddress) -> str:
    """One line in normalised spelling: number street, ward, district; "" when nothing was read."""
    street = " ".join(filter(None, (address.number, address.street)))
    if address.cross_street:
        street = f"{street} - {address.cross_street}"
    return ", ".join(filter(None, (street, address.ward, address.district)))
