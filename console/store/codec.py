"""Stored events as rows and back: the fact as JSON, the envelope as columns.

What a newer console wrote survives: an unknown kind, an unknown value or a missing field comes
back as `UnknownFact`, which folds as a note; the stored text itself is never rewritten.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from console.domain import events
from console.domain.events import Fact, StoredEvent, UnknownFact
from console.domain.states import Role
from console.store.tables import AnyRow

type _Decoder = Callable[[Any], Any]

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def kind_of(fact: Fact) -> str:
    """`RequestForwarded` -> `request_forwarded`; an unknown fact keeps the kind it came with."""
    if isinstance(fact, UnknownFact):
        return fact.unknown_kind
    return _snake(type(fact).__name__)


def fact_body(fact: Fact) -> dict[str, object]:
    """The fact's fields as JSON-able values; those that have their default are left out."""
    if isinstance(fact, UnknownFact):
        return fact.body
    body: dict[str, object] = {}
    for each in fields(fact):
        value = getattr(fact, each.name)
        if each.default is MISSING or value != each.default:
            body[each.name] = _plain(value)
    return body


def event_row(event: StoredEvent) -> dict[str, object]:
    """The columns of one event."""
    return {
        "id": event.id,
        "stream": event.stream,
        "seq": event.seq,
        "request_id": event.request_id,
        "kind": kind_of(event.fact),
        "at": event.at,
        "actor": event.actor,
        "role": event.role.value,
        "workstation": event.workstation,
        "agency": event.agency,
        "hlc": event.hlc,
        "schema_v": event.schema_v,
        "body": json.dumps(fact_body(event.fact), ensure_ascii=False, separators=(",", ":")),
    }


def event_of(row: AnyRow) -> StoredEvent:
    """The event behind a row of the `event` table."""
    return StoredEvent(
        id=row.id,
        request_id=row.request_id,
        at=row.at,
        actor=row.actor,
        role=Role(row.role) if row.role in _ROLES else Role.SYSTEM,
        workstation=row.workstation,
        hlc=row.hlc,
        fact=fact_of(row.kind, json.loads(row.body)),
        agency=row.agency,
        schema_v=row.schema_v,
        stream=row.stream,
        seq=row.seq,
    )


def fact_of(kind: str, body: Mapping[str, object]) -> Fact:
    """The fact with this kind and body, or an `UnknownFact` that keeps both."""
    found = _kinds().get(kind)
    if found is not None:
        make, decoders = found
        try:
            return make(**{name: decoders[name](body[name]) for name in decoders if name in body})
        except (TypeError, ValueError, KeyError):
            pass
    return UnknownFact(unknown_kind=kind, body=dict(body))


_ROLES = frozenset(role.value for role in Role)


def _snake(name: str) -> str:
    return _CAPITAL.sub("_", name).lower()


@cache
def _kinds() -> dict[str, tuple[type[Fact], dict[str, _Decoder]]]:
    table: dict[str, tuple[type[Fact], dict[str, _Decoder]]] = {}
    for value in vars(events).values():
        if isinstance(value, type) and issubclass(value, Fact) and value is not Fact:
            hints = get_type_hints(value)
            decoders = {each.name: _decoder(hints[each.name]) for each in fields(value)}
            table[_snake(value.__name__)] = (value, decoders)
    table.pop("unknown_fact")
    return table


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _decoder(hint: object) -> _Decoder:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        inner = _decoder(next(a for a in arguments if a is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            inner = _decoder(arguments[0])
            return lambda value: tuple(inner(each) for each in value)
        return tuple
    if hint is datetime:
        return datetime.fromisoformat
    if hint is UUID or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        return hint
    if hint is float:
        return float
    return lambda value: value
