"""Addresses as people say them, understood offline (MAP.md 7).

The order: raw VNI undone (`vni.py`), English turned (`english.py`), what was taken back put aside
(`corrections.py`), raw Telex undone (`telex.py`), labels and glue made plain (`forms.py`), spoken
numbers written as digits (`spoken.py`), province, district, ward (`areas.py`), then number, street
and crossing from what is left (`streets.py`). No network, no guess: what is not certain stays
empty, because a wrong ward sends people to the wrong street.
"""

import re
import unicodedata
from dataclasses import replace
from functools import cached_property

from console.map.addresses.areas.reader import Area, AreaReader
from console.map.addresses.language.known_streets import StreetList, shipped_streets
from console.map.addresses.language.tokens import word_lists
from console.map.addresses.normalizing.corrections import taken_back, without_denied
from console.map.addresses.normalizing.english import from_english, is_english
from console.map.addresses.normalizing.layout import plain_form
from console.map.addresses.normalizing.spoken_numbers import SpokenNumbers
from console.map.addresses.normalizing.telex import undo_telex
from console.map.addresses.normalizing.vni import undo_vni
from console.map.addresses.streets.names import LIKELY
from console.map.addresses.streets.parsed_street import Road
from console.map.addresses.streets.reader import StreetReader
from console.map.geography.wards import WardTable
from console.services.ports.places import ParsedAddress

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
        return StreetReader(self._known, self._areas)

    @cached_property
    def _spoken(self) -> SpokenNumbers:
        return SpokenNumbers(self._known, self._areas.wards.named)

    def parse(self, text: str) -> ParsedAddress:
        """Understand one address; never raises, an unreadable text gives an empty answer."""
        nfc = undo_vni(unicodedata.normalize("NFC", text[:LONGEST]))
        if is_english(nfc):
            area, road = self._read(from_english(nfc.lower() if _shouted(nfc) else nfc))
        else:
            nfc = without_denied(nfc)
            back = taken_back(nfc)
            area, road = self._corrected(*back) if back else self._surest(nfc)
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

    def _surest(self, nfc: str) -> tuple[Area, Road]:
        """The reading that says most, where keys may be raw Telex."""
        if _shouted(nfc):
            area, road = self._surest(nfc.lower())
            upper = tuple(bit.upper() for bit in area.unknown)
            road.unknown = [bit.upper() for bit in road.unknown]
            return replace(area, unknown=upper), road
        lists = word_lists()
        known, suffix = {"đ", "đg", *lists["street"]["codes"]}, lists["number"]["suffix"]
        undone = undo_telex(nfc, known, suffix)
        area, road = self._read(undone)
        if nfc.isascii() and (eager := undo_telex(nfc, known, suffix, eager=True)) != undone:
            other = self._read(eager)
            if _said(*other) > _said(area, road):
                area, road = other
        return area, road

    def _corrected(self, before: str, instead: str) -> tuple[Area, Road]:
        """What counts, and of what was said before only that which it does not touch."""
        old_area, old_road = self._surest(before)
        area, road = self._surest(instead)
        if road.number and not (road.street or road.unknown):
            road.street, road.cross = old_road.street, old_road.cross  # `12/3 Lê Lợi à lộn 12/5`
        if road.street or road.number:
            road.unknown.insert(0, before.strip(" ,.;?"))
            if not (area.ward or area.district or area.unknown):
                area = old_area
        else:
            if old_road.number and re.search(r"\d", " ".join(road.unknown)):
                # `14 Lê Lợi, à nhầm, 16`: maybe the house's, so the first is not believed.
                old_road.unknown.append(old_road.number)
                old_road.number = None
            road, old_road.unknown = old_road, [*old_road.unknown, *road.unknown]
            if not (area.ward or area.district):
                area = Area(district=old_area.district, unknown=area.unknown)
        return area, road

    def _read(self, undone: str) -> tuple[Area, Road]:
        """One reading of a text without raw Telex."""
        read, tokens = self._spoken.write(plain_form(undone))
        area = self._areas.read(read, tokens)
        return area, self._streets.read(read, tokens, area)


def _shouted(text: str) -> bool:
    """Whether the keyboard's lock was on, so that capitals tell nothing; `P.13 TB` is none."""
    return text.isupper() and sum(len(word) > 2 and word.isalpha() for word in text.split()) > 1


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
