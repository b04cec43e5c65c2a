"""Fields that people change. Different fields merge; of the same field the larger (hlc, id) wins.

So two consoles that changed a field while apart reach the same value, whatever the order of
arrival.
"""

import math
from collections.abc import Callable
from enum import StrEnum

from console.domain.requests import events as e
from console.domain.requests.answers import answered, code_of, value_of
from console.domain.requests.fold.fast_replace import copy_with
from console.domain.requests.request import Dispute, FieldStamp, Request
from console.domain.states import Priority


def _text(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError(value)
    return value


def _needed_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def _answer(value: object) -> str | None:
    return _text(value) or None


def _latitude(value: object) -> float | None:
    return _degrees(value, 90.0)


def _longitude(value: object) -> float | None:
    return _degrees(value, 180.0)


def _degrees(value: object, most: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(value)
    if not math.isfinite(value) or abs(value) > most:
        raise ValueError(value)
    return float(value)


def _priority(value: object) -> Priority:
    return Priority(_needed_text(value))


CHANGEABLE: dict[str, Callable[[object], object]] = {
    "service_code": _needed_text,
    "description": _needed_text,
    "address_string": _text,
    "address": _text,
    "lat": _latitude,
    "long": _longitude,
    "ward_code": _text,
    "legacy_ward": _text,
    "road_class": _text,
    "priority": _priority,
}
"""The fields of `ChangeFields` with the reader of their JSON value; readers raise ValueError."""

_MOST = 120
"""The most fields of one request that are kept as changed; a hostile console may name any
number.
"""


def reader_of(name: str) -> Callable[[object], object] | None:
    """The reader for the value of a field or of an answer to a service's own question; None for an
    unknown field.
    """
    return CHANGEABLE.get(name) or (_answer if code_of(name) is not None else None)


def fields_changed(request: Request, event: e.StoredEvent, fact: e.FieldsChanged) -> Request | None:
    """Set what is newer than the present value; None when no field can be understood."""
    understood: dict[str, object] = {}
    for name, value in fact.set.items():
        if (read := reader_of(name)) is None or len(understood) == _MOST:
            continue
        try:
            understood[name] = read(value)
        except ValueError:
            continue
    if not understood:
        return None
    for name, value in understood.items():
        request = _set(request, name, value, event, fact.old)
    return request


def _set(
    request: Request, name: str, value: object, event: e.StoredEvent, old: dict[str, object]
) -> Request:
    here = value_of(request, name)
    before = next((s for s in request.stamps if s.field == name), None)
    if before is None and len(request.stamps) == _MOST:
        return request
    mine = FieldStamp(name, event.hlc, event.id, event.actor, event.workstation, event.at)
    wins = before is None or (before.hlc, before.event_id) < (event.hlc, event.id)
    seen = name not in old or old[name] == here
    disputes = request.disputes
    if value == here:
        # A chosen or repeated value settles whatever this person saw in dispute with it.
        disputes = tuple(
            d for d in disputes if d.field != name or not (seen or d.value == old[name])
        )
    elif not wins:
        disputes = (*disputes, _lost(name, mine, value))
    elif seen:
        disputes = tuple(d for d in disputes if d.field != name)
    else:
        disputes = (*disputes, _lost(name, before, here))
    if wins:
        others = tuple(s for s in request.stamps if s.field != name)
        request = copy_with(request, stamps=(*others, mine), **_named(request, name, value))
    return copy_with(request, disputes=disputes)


def _named(request: Request, name: str, value: object) -> dict[str, object]:
    if (code := code_of(name)) is None:
        return {name: value}
    said = value if isinstance(value, str) else None
    return {"attributes": answered(request.attributes, code, said)}


def _lost(field: str, loser: FieldStamp | None, value: object) -> Dispute:
    """The value that lost; one without a stamp is from the first report."""
    plain = value.value if isinstance(value, StrEnum) else value
    if loser is None:
        return Dispute(field, plain, "", "", None, None)
    return Dispute(field, plain, loser.actor, loser.workstation, loser.at, loser.event_id)
