"""Facts as JSON-able values and back, generic over the fields of every fact.

What a newer console wrote survives: an unknown kind, a value that does not fit or a missing field
comes back as `UnknownFact` with the body as it came, which folds as a remark. Reading never raises.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from console.domain import events
from console.domain.events import Fact, UnknownFact

type _Reader = Callable[[object], object]

SCHEMA_V = 1
_PLAIN = (str, int, float, bool)
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def kind_of(fact: Fact | type[Fact]) -> str:
    """`RequestForwarded` -> `request_forwarded`; an unknown fact keeps the kind it came with."""
    if isinstance(fact, UnknownFact):
        return fact.unknown_kind
    return _snake_case(fact.__name__ if isinstance(fact, type) else type(fact).__name__)


@cache
def _snake_case(name: str) -> str:
    return _CAPITAL.sub("_", name).lower()


def fact_body(fact: Fact) -> dict[str, object]:
    """The fact's fields as JSON-able values; those that have their default are left out."""
    if isinstance(fact, UnknownFact):
        return dict(fact.body)
    body: dict[str, object] = {}
    for name, default in _defaults(cast("Hashable", type(fact))):
        value = getattr(fact, name)
        if default is MISSING or value != default:
            body[name] = _plain(value)
    return body


@cache
def _defaults(kind: Hashable) -> tuple[tuple[str, object], ...]:
    return tuple((each.name, each.default) for each in fields(cast("type[Fact]", kind)))


def to_json(fact: Fact) -> dict[str, object]:
    """`{"kind": ..., "schema_v": ..., "body": {...}}`."""
    return {"kind": kind_of(fact), "schema_v": SCHEMA_V, "body": fact_body(fact)}


def fact_of(kind: str, body: Mapping[str, object]) -> Fact:
    """The fact with this kind and body, or an `UnknownFact` that keeps both."""
    if (known := _kinds().get(kind)) is not None:
        make, readers = known
        try:
            return make(
                **{name: read(body[name]) for name, read in readers.items() if name in body}
            )
        except (TypeError, ValueError, OverflowError):
            pass
    return UnknownFact(unknown_kind=kind, body=dict(body))


def from_json(data: Mapping[str, object]) -> Fact:
    """The fact behind what `to_json` gave."""
    body = data.get("body")
    return fact_of(str(data.get("kind", "")), body if isinstance(body, Mapping) else {})


@cache
def _kinds() -> dict[str, tuple[type[Fact], dict[str, _Reader]]]:
    table: dict[str, tuple[type[Fact], dict[str, _Reader]]] = {}
    # Not `__subclasses__`: it also lists the classes that `dataclass(slots=True)` replaced.
    for fact in vars(events).values():
        if isinstance(fact, type) and issubclass(fact, Fact) and fact not in (Fact, UnknownFact):
            hints = get_type_hints(fact)
            table[kind_of(fact)] = fact, {f.name: _reader(hints[f.name]) for f in fields(fact)}
    return table


def _plain(value: object) -> object:
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value


def _reader(hint: Any) -> _Reader:  # noqa: ANN401
    """What turns the JSON value of a field of this type back; raises ValueError or TypeError."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        inner = _reader(next(a for a in arguments if a is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        return _tuple_reader(arguments)
    if isinstance(hint, type) and is_dataclass(hint):
        return _value_reader(hint)
    if hint is datetime:
        return _instant
    if hint is float:
        return _number
    if isinstance(hint, type) and issubclass(hint, UUID | StrEnum):
        return cast("_Reader", hint)
    plain = cast("type", origin or hint)  # str, int, bool, dict
    return lambda value: _exactly(plain, value)


def _tuple_reader(arguments: tuple[Any, ...]) -> _Reader:
    if arguments[-1] is Ellipsis:
        inner = _reader(arguments[0])
        return lambda value: tuple(inner(each) for each in _list(value))
    inners = [_reader(argument) for argument in arguments]
    return lambda value: tuple(
        inner(each) for inner, each in zip(inners, _list(value), strict=True)
    )


def _value_reader(kind: type) -> _Reader:
    hints = get_type_hints(kind)
    readers = {each.name: _reader(hints[each.name]) for each in fields(kind)}

    def read(value: object) -> object:
        body = cast("dict[str, object]", _exactly(dict, value))
        return kind(**{name: each(body[name]) for name, each in readers.items() if name in body})

    return read


def _list(value: object) -> list[object]:
    if isinstance(value, tuple):
        return list(value)
    return cast("list[object]", _exactly(list, value))


def _instant(value: object) -> datetime:
    found = datetime.fromisoformat(str(_exactly(str, value)))
    # An instant without a zone cannot be compared with the others.
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return float(value)


def _exactly(kind: type, value: object) -> object:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(value)
    return value
