"""Addresses as people say them, understood offline (MAP.md 7).

The order: raw Telex undone, province, district, ward (`areas.py`), then number, street and crossing
from what is left (`streets.py`). No network, no guess: what is not certain stays empty, because a
wrong ward sends people to the wrong street.
"""

import unicodedata
from functools import cached_property

from console.map.areas import AreaReader
from console.map.spelling import has_marks, undo_telex
from console.map.streets import StreetReader
from console.map.wards import WardTable
from console.map.words import Token, street_names, tokens_of, word_lists
from console.services.ports import ParsedAddress

LONGEST = 400
"""Characters that are read; no spoken address is longer."""


class AddressParser:
    """Parses addresses over one ward table; indices are built at the first text."""

    def __init__(self, table: WardTable) -> None:
        """Remember the table."""
        self._table = table

    @cached_property
    def _areas(self) -> AreaReader:
        return AreaReader(self._table)

    @cached_property
    def _streets(self) -> StreetReader:
        return StreetReader()

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """Every word with marks that a place name or one of our word lists uses."""
        names = [ward.name for ward in self._table.new.values()]
        names += [f"{ward.name} {ward.district}" for ward in self._table.old.values()]
        names += street_names()
        lists = word_lists()
        for section in ("position", "landmark", "area", "surnames", "number", "street", "cross"):
            names += lists[section]["words"]
        names += ["phường quận huyện xã thị trấn thành phố hẻm ngõ ngã tư"]
        words = {word for name in names for word in name.lower().split()}
        return frozenset(word for word in words if has_marks(word))

    def parse(self, text: str) -> ParsedAddress:
        """Understand one address; never raises, an unreadable text gives an empty answer."""
        nfc = unicodedata.normalize("NFC", text[:LONGEST])
        read = undo_telex(nfc, self._vocabulary, word_lists()["number"]["suffix"])
        tokens: list[Token] = tokens_of(read)
        area = self._areas.read(read, tokens)
        road = self._streets.read(read, tokens)
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
