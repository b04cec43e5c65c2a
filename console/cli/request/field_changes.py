"""`request do NUMBER change --set FIELD=VALUE`: fields are named as in `request show --json`,
answers to a service's questions as `attributes.CODE`. An empty value clears a field.
"""

from collections.abc import Iterable

from console.assembly.core import Core
from console.domain.errors import InputError
from console.domain.requests.answers import value_of
from console.domain.requests.commands import ChangeFields
from console.domain.requests.fold.fields import CHANGEABLE, reader_of
from console.domain.requests.request import Request
from console.domain.text.cleaning import clean_line
from console.services.requests.intake import place_fields, understand

_NUMBERS = ("lat", "long")
_DERIVED = ("address", "legacy_ward", "road_class")
"""Derived from the address as it was said."""
_FIELDS = (*(f for f in CHANGEABLE if f not in _DERIVED), "attributes.CODE")


def change_of(
    core: Core, request: Request, given: Iterable[str], reason: str | None
) -> ChangeFields:
    """Make the command; it carries the current values as those the caller saw.

    Raises:
        InputError: `bad_option`, `bad_value`.
    """
    wanted: dict[str, object] = {}
    for each in given:
        name, equals, text = each.partition("=")
        if not equals or reader_of(name) is None or name in _DERIVED:
            known = ", ".join(f"{field}=…" for field in _FIELDS)
            said = clean_line(each, 40)
            raise InputError("bad_option", option="--set", value=said, known=known)
        wanted[name] = _value(name, text)
    if "address_string" in wanted:
        wanted = _place(core, request, str(wanted["address_string"] or "")) | wanted
    changes = tuple((name, value_of(request, name), value) for name, value in wanted.items())
    return ChangeFields(request_id=request.id, changes=changes, reason=reason)


def _value(name: str, text: str) -> object:
    if name in _NUMBERS and text:
        try:
            return float(text)
        except ValueError:
            raise InputError("bad_value", field=name, value=clean_line(text, 40)) from None
    return text or (None if name not in ("service_code", "description", "priority") else text)


def _place(core: Core, request: Request, said: str) -> dict[str, object]:
    """The fields that follow from another address, and its ward. The present ward stays unless the
    new address contradicts it.
    """
    places = core.desk.places
    line = clean_line(said, 1000)
    place = understand(places, line or None)
    stands = not place.candidates or request.ward_code in place.candidates
    ward = place.ward_code or (request.ward_code if stands else None)
    return place_fields(places, line) | {"ward_code": ward}
