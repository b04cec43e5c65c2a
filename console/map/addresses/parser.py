"""Parses addresses as people say them, offline (docs/reference/addresses.md).

The steps, all in `normalizing/` at first: undo raw VNI (`vni.py`), rewrite English (`english.py`),
apply corrections (`corrections.py`), undo raw Telex (`telex.py`), simplify the layout
(`layout.py`), write spoken numbers as digits (`spoken_numbers.py`). Then `areas/` reads province,
district and ward, and `streets/` reads number, street and crossing from what is left. No network
and no guessing: what is uncertain stays empty, because a wrong ward sends people to the wrong
street.
"""

import re
import unicodedata
from dataclasses import replace
from functools import cached_property

from console.map.addresses.areas.reader import AreaReader
from console.map.addresses.areas.ward_resolver import Area
from console.map.addresses.language.known_streets import KnownStreets, shipped_streets
from console.map.addresses.language.tokens import word_lists
from console.map.addresses.normalizing.corrections import split_correction, without_negated
from console.map.addresses.normalizing.english import from_english, is_english
from console.map.addresses.normalizing.layout import normalize_layout
from console.map.addresses.normalizing.spoken_numbers import SpokenNumbers
from console.map.addresses.normalizing.telex import undo_telex
from console.map.addresses.normalizing.vni import undo_vni
from console.map.addresses.streets.names import LIKELY
from console.map.addresses.streets.parsed_street import ParsedStreet
from console.map.addresses.streets.reader import StreetReader
from console.map.geography.wards import WardTable
from console.services.ports.places import ParsedAddress

LONGEST = 400
"""How many characters are read; no spoken address is longer."""


class AddressParser:
    """Parses addresses against one ward table; indices are built for the first text."""

    def __init__(self, table: WardTable, streets: KnownStreets | None = None) -> None:
        """Remember the tables; `streets` None means the shipped list."""
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
        """Parse one address. Never raises: an unreadable text gives an empty result."""
        nfc = undo_vni(unicodedata.normalize("NFC", text[:LONGEST]))
        if is_english(nfc):
            area, parsed = self._read(from_english(nfc.lower() if _shouted(nfc) else nfc))
        else:
            nfc = without_negated(nfc)
            back = split_correction(nfc)
            area, parsed = self._corrected(*back) if back else self._surest(nfc)
        return ParsedAddress(
            input=text,
            number=parsed.number,
            street=parsed.street,
            cross_street=parsed.cross,
            ward=area.ward,
            district=area.district,
            new_wards=area.new_wards,
            needs_choice=len(area.new_wards) > 1,
            unknown=(*area.unknown, *parsed.unknown),
        )

    def _surest(self, nfc: str) -> tuple[Area, ParsedStreet]:
        """The reading that finds most, if some words may be raw Telex."""
        if _shouted(nfc):
            area, parsed = self._surest(nfc.lower())
            upper = tuple(bit.upper() for bit in area.unknown)
            parsed.unknown = [bit.upper() for bit in parsed.unknown]
            return replace(area, unknown=upper), parsed
        lists = word_lists()
        known, suffix = {"đ", "đg", *lists["street"]["codes"]}, lists["number"]["suffix"]
        undone = undo_telex(nfc, known, suffix)
        area, parsed = self._read(undone)
        if nfc.isascii() and (eager := undo_telex(nfc, known, suffix, eager=True)) != undone:
            other = self._read(eager)
            if _said(*other) > _said(area, parsed):
                area, parsed = other
        return area, parsed

    def _corrected(self, before: str, instead: str) -> tuple[Area, ParsedStreet]:
        """The corrected reading, and what it leaves unchanged of the earlier one."""
        old_area, old_parsed = self._surest(before)
        area, parsed = self._surest(instead)
        if parsed.number and not (parsed.street or parsed.unknown):
            # `12/3 Lê Lợi à lộn 12/5`
            parsed.street, parsed.cross = old_parsed.street, old_parsed.cross
        if parsed.street or parsed.number:
            parsed.unknown.insert(0, before.strip(" ,.;?"))
            if not (area.ward or area.district or area.unknown):
                area = old_area
        else:
            if old_parsed.number and re.search(r"\d", " ".join(parsed.unknown)):
                # `14 Lê Lợi, à nhầm, 16`: may be the house number, so drop the first one.
                old_parsed.unknown.append(old_parsed.number)
                old_parsed.number = None
            parsed, old_parsed.unknown = old_parsed, [*old_parsed.unknown, *parsed.unknown]
            if not (area.ward or area.district):
                area = Area(district=old_area.district, unknown=area.unknown)
        return area, parsed

    def _read(self, undone: str) -> tuple[Area, ParsedStreet]:
        """Read a text without raw Telex."""
        read, tokens = self._spoken.write(normalize_layout(undone))
        area = self._areas.read(read, tokens)
        return area, self._streets.read(read, tokens, area)


def _shouted(text: str) -> bool:
    """Whether Caps Lock was on, so that capitals mean nothing; not so for `P.13 TB`."""
    return text.isupper() and sum(len(word) > 2 and word.isalpha() for word in text.split()) > 1


def _said(area: Area, parsed: ParsedStreet) -> tuple[int, int, int]:
    """How much a reading found, to choose between two."""
    named = (area.ward, area.district, parsed.street and parsed.strength > LIKELY, parsed.cross)
    return sum(map(bool, named)), parsed.strength, bool(parsed.number)


def to_json(address: ParsedAddress) -> dict[str, object]:
    """The "address" object of docs/reference/json.md; unknown values are null."""
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
