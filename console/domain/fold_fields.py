"""Fields that people change: different fields merge, of the same field the larger (hlc, id) wins.

So two consoles that changed a field while apart come to the same value in any order of arrival.
"""

import math
from collections.abc import Callable
from dataclasses import replace

from console.domain import events as e
from console.domain.request import FieldStamp, Request
from console.domain.states import Priority


def _text(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError(value)
    return value


def _needed_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


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


def fields_changed(request: Request, event: e.StoredEvent, fact: e.FieldsChanged) -> Request | None:
    """Set what is newer than what stands there; None when no field of it can be understood."""
    understood: dict[str, object] = {}
    for name, value in fact.set.items():
        if (read := CHANGEABLE.get(name)) is None:
            continue
        try:
            understood[name] = read(value)
        except ValueError:
            continue
    if not understood:
        return None
    stamps = {s.field: s for s in request.stamps}
    conflicts = set(request.conflicts)
    values: dict[str, object] = {}
    for name, value in understood.items():
        here = getattr(request, name)
        unseen = name in fact.old and fact.old[name] != here and value != here
        (conflicts.add if unseen else conflicts.discard)(name)
        before = stamps.get(name)
        if before is None or (before.hlc, before.event_id) < (event.hlc, event.id):
            values[name] = value
            stamps[name] = FieldStamp(name, event.hlc, event.id)
    return replace(
        request,
        stamps=tuple(stamps.values()),
        conflicts=tuple(sorted(conflicts)),
        **values,  # type: ignore[arg-type]
    )
