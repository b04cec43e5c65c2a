"""Values that are not folded from events (contacts, calls, messages, drafts) as rows, and back."""

import json
from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from console.domain.states import Channel, ContactState, DeliveryState, Purpose
from console.services.records import CallRecord, Contact, KnownPerson, SmsPart
from console.services.views.contacts import DraftRow, OutreachRow
from console.store.tables.definitions import AnyRow

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PERSON, LIKES = "person:", "likes:"
"""What keys of `meta` begin with: people who signed in here, preferences of an account."""


def tuple_of(text: str) -> tuple[str, ...]:
    """The texts of a stored list."""
    return () if text == "[]" else tuple(json.loads(text))


def pairs_of(text: str) -> tuple[tuple[str, str], ...]:
    """The (field, value) pairs of a stored list."""
    return () if text == "[]" else tuple((name, value) for name, value in json.loads(text))


def _column(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value


def maker[T: DataclassInstance](
    made: type[T], **read: Callable[[Any], object]
) -> Callable[[AnyRow], T]:
    """What makes the dataclass of a row that has a column for each field.

    Args:
        made: the dataclass.
        read: for each column that is not the field's value, what makes the value of it.
    """
    names = tuple(each.name for each in fields(made))
    columns = attrgetter(*names)
    by_name = any(each.kw_only for each in fields(made))
    converted = tuple((names.index(name), convert) for name, convert in read.items())

    def value_of(row: AnyRow) -> T:
        values = [*columns(row)]
        for n, convert in converted:
            values[n] = convert(values[n])
        return made(**dict(zip(names, values, strict=True))) if by_name else made(*values)

    return value_of


def _both_ways[T: DataclassInstance](
    made: type[T], **read: Callable[[Any], object]
) -> tuple[Callable[[T], dict[str, object]], Callable[[AnyRow], T]]:
    """How a dataclass becomes a row, and a row the dataclass (`maker`)."""
    names = tuple(each.name for each in fields(made))

    def row_of(value: T) -> dict[str, object]:
        return {name: _column(getattr(value, name)) for name in names}

    return row_of, maker(made, **read)


contact_row, contact_of = _both_ways(
    Contact,
    channel=Channel,
    state=ContactState,
    flags=tuple_of,
    media=tuple_of,
    proposal=pairs_of,
)
part_row, part_of = _both_ways(SmsPart, flags=tuple_of)
call_row, call_of = _both_ways(CallRecord)
outreach_row, outreach_of = _both_ways(
    OutreachRow, channel=Channel, purpose=Purpose, state=DeliveryState, refs=tuple_of
)
draft_row, draft_of = _both_ways(DraftRow, fields=json.loads)


def marks_text(marks: object) -> str:
    """The column for marks.

    Raises:
        ValueError: they are none.
    """
    if not isinstance(marks, dict) or not all(isinstance(mark, int) for mark in marks.values()):
        raise ValueError("marks")
    return json.dumps(marks, sort_keys=True)


def person_of(user: str, value: str) -> KnownPerson:
    """Who signed in here before, from the value of `meta`."""
    said = json.loads(value)
    return KnownPerson(user, said["name"], said["role"], said["agency"])
