"""Facts as JSON-able values and back, generic over the fields of every fact.

Data from a newer console survives: an unknown kind, a value that does not fit or a missing field
becomes an `UnknownFact` with the original body, which folds as a remark. Reading never raises: one
unreadable event would block every event behind it.
"""

import json
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, lru_cache
from math import isfinite
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from console.domain.errors import InputError
from console.domain.requests import events, wish_events
from console.domain.requests.events import Fact, UnknownFact

type _Reader = Callable[[object], object]

SCHEMA_V = 1
FIRST_AT, LAST_AT = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""All instants must lie between these: any zone can show them, and a day can be added."""
_PLAIN = (str, int, float, bool)
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def kind_of(fact: Fact | type[Fact]) -> str:
    """`RequestForwarded` -> `request_forwarded`; an unknown fact keeps its original kind."""
    if isinstance(fact, UnknownFact):
        return fact.unknown_kind
    return _snake_case(fact.__name__ if isinstance(fact, type) else type(fact).__name__)


@cache
def _snake_case(name: str) -> str:
    return _CAPITAL.sub("_", name).lower()


def fact_body(fact: Fact) -> dict[str, object]:
    """The fact's fields as JSON-able values, without those that have their default.

    Raises:
        InputError: `impossible_time`: an instant that reading would refuse.
    """
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


def body_text(fact: Fact) -> str:
    """`fact_body` as compact JSON text, in a third of the time of building the body first.

    Raises:
        InputError: as `fact_body`.
    """
    if isinstance(fact, UnknownFact):
        return _encoded(dict(fact.body))
    parts: list[str] = []
    for name, start, default in _starts(cast("Hashable", type(fact))):
        value = getattr(fact, name)
        if default is MISSING or (value is not default and value != default):
            write = _WRITERS.get(type(value), _text)
            parts.append(start + write(value))
    return f"{{{','.join(parts)}}}"


@cache
def _starts(kind: Hashable) -> tuple[tuple[str, str, object], ...]:
    return tuple((name, f'"{name}":', default) for name, default in _defaults(kind))


_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_WRITERS: dict[type, Callable[[Any], str]] = {
    str: json.encoder.encode_basestring,
    datetime: lambda at: f'"{_instant_text(at)}"',
    type(None): lambda _: "null",
}
"""Writers for the most frequent types; all other values go through `_text`."""


def _instant_text(at: datetime) -> str:
    if at.tzinfo is not None and not FIRST_AT <= at <= LAST_AT:
        raise InputError("impossible_time", value=at.isoformat())  # readers would refuse the event
    return at.isoformat()


def _text(value: object) -> str:
    if isinstance(value, StrEnum):
        return _word(value)
    if type(value) is float and isfinite(value):
        return repr(value)
    return _encoded(_plain(value))


@lru_cache(maxsize=1000)
def _word(value: StrEnum) -> str:
    return _encoded(value.value)


def fact_of(kind: str, body: object) -> Fact:
    """The fact with this kind and body, or an `UnknownFact` that keeps both."""
    if not isinstance(body, Mapping):
        return UnknownFact(unknown_kind=kind, body={"body": body})
    if (known := _kinds().get(kind)) is not None:
        make, readers = known
        try:
            return make(
                **{name: read(body[name]) for name, read in readers.items() if name in body}
            )
        except (TypeError, ValueError, OverflowError):
            pass
    return UnknownFact(unknown_kind=kind, body=dict(body))


@cache
def _kinds() -> dict[str, tuple[type[Fact], dict[str, _Reader]]]:
    table: dict[str, tuple[type[Fact], dict[str, _Reader]]] = {}
    # Not `__subclasses__`: it also lists the classes that `dataclass(slots=True)` replaced.
    for fact in (vars(events) | vars(wish_events)).values():
        if isinstance(fact, type) and issubclass(fact, Fact) and fact not in (Fact, UnknownFact):
            hints = get_type_hints(fact)
            table[kind_of(fact)] = (
                fact,
                {f.name: _PLACES.get(f.name) or _reader(hints[f.name]) for f in fields(fact)},
            )
    return table


def _plain(value: object) -> object:
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return _instant_text(value)
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
    """The function that reads the JSON value of a field of this type; it raises ValueError or
    TypeError.
    """
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
    # An instant without a zone cannot be compared with the others, and one at the ends of the
    # calendar does not exist in another zone.
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if not FIRST_AT <= found <= LAST_AT:
        raise ValueError(value)
    return found


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    found = float(value)
    if not isfinite(found):
        raise ValueError(value)
    return found


def _degrees(most: float) -> _Reader:
    def read(value: object) -> object:
        if value is None:
            return None
        if abs(found := _number(value)) > most:
            raise ValueError(value)
        return found

    return read


def _areas(value: object) -> object:
    return tuple(
        tuple((_LAT(lat), _LONG(long)) for lat, long in map(_list, _list(ring)))
        for ring in _list(value)
    )


_LAT, _LONG = _degrees(90.0), _degrees(180.0)
_PLACES: dict[str, _Reader] = {"lat": _LAT, "long": _LONG, "areas": _areas}
"""Fields that are coordinates, in whatever fact: no map can draw a point outside the world."""


def _exactly(kind: type, value: object) -> object:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(value)
    return value
