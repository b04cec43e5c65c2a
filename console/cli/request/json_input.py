"""Reads the JSON of `request log` into the command that the intake form sends. It is strict, so
that nothing a sender meant is lost silently.
"""

import json
import re
from datetime import datetime
from typing import Any

from console.cli.framework.times import read_time
from console.domain.errors import InputError
from console.domain.requests.commands import LogRequest
from console.domain.states import Channel, Priority
from console.domain.text.cleaning import clean_line

LARGEST_BYTES = 1 << 20
"""A request takes a few kilobytes; more is a mistake."""
CODE = re.compile(r"[A-Za-z0-9_.\-]{1,60}")

_DERIVED = frozenset(
    (
        *("number", "service_request_id", "state", "status", "status_notes", "parent"),
        *("agency_responsible", "updated_datetime", "expected_datetime", "closed_datetime"),
        *("assignments", "synced", "events", "conflicts"),
    )
)
"""Keys that the program derives; they are read and ignored, so that printed JSON can be read back.
"""
_LENGTHS = {
    "service_code": 60,
    "address_string": 1000,
    "address": 1000,
    "ward_code": 20,
    "legacy_ward": 200,
    "road_class": 60,
    "agency": 60,
}
"""Texts of one line, and their maximum length in characters."""
_REPORTER = {"name": 200, "phone": 60, "email": 254}
_OTHERS = frozenset(
    (
        *("channel", "priority", "description", "lat", "long", "requested_datetime"),
        *("reporter", "media", "danger", "attributes", "consent", "forward"),
    )
)
_KNOWN = _DERIVED | _OTHERS | frozenset(_LENGTHS)


def read_request(data: bytes) -> LogRequest:
    """Read one request from JSON; `media` is left as written, `verbs.py` resolves it.

    Raises:
        InputError: `json_not_utf8`, `json_broken`, `json_too_deep`, `json_too_large`,
            `json_not_an_object`, `unknown_field`, `missing_field`, `bad_field`, `bad_time`,
            `bad_option`, `field_too_long`; nothing is taken.
    """
    form = _object(data)
    _only(form, _KNOWN, "")
    reporter = _dict(form, "reporter")
    _only(reporter, frozenset(_REPORTER), "reporter.")
    line = {key: _line(form, key, limit) for key, limit in _LENGTHS.items()}
    person = {key: _line(reporter, key, limit) for key, limit in _REPORTER.items()}
    if not (service_code := line["service_code"]):
        raise InputError("missing_field", key="service_code")
    return LogRequest(
        channel=_choice(Channel, form, "channel") or Channel.VOICE,
        service_code=service_code,
        description=_text(form, "description") or "",
        lat=_number(form, "lat"),
        long=_number(form, "long"),
        priority=_choice(Priority, form, "priority"),
        danger=_codes(form, "danger"),
        attributes=_attributes(form),
        forward=_flag(form, "forward", unsaid=True),
        consent=_flag(form, "consent", unsaid=False),
        reporter_name=person["name"],
        phone=person["phone"],
        email=person["email"],
        media=_texts(form, "media"),
        requested_at=_time(form, "requested_datetime"),
        address_string=line["address_string"],
        address=line["address"],
        ward_code=line["ward_code"],
        legacy_ward=line["legacy_ward"],
        road_class=line["road_class"],
        agency=line["agency"],
    )


def _object(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST_BYTES:
        raise InputError("json_too_large", limit_kb=LARGEST_BYTES >> 10)
    try:
        form = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError("json_not_utf8", position=error.start + 1) from error
    except RecursionError as error:
        raise InputError("json_too_deep") from error
    except json.JSONDecodeError as error:
        raise InputError("json_broken", line=error.lineno, column=error.colno) from error
    except ValueError as error:  # a number of thousands of digits
        raise InputError("json_broken", line=1, column=1) from error
    if not isinstance(form, dict):
        raise InputError("json_not_an_object")
    return form


def _only(form: dict[str, Any], known: frozenset[str], prefix: str) -> None:
    if strange := sorted(set(form) - known):
        raise InputError("unknown_field", field=", ".join(prefix + key for key in strange[:5]))


def _dict(form: dict[str, Any], key: str) -> dict[str, Any]:
    value = form.get(key)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise InputError("bad_field", key=key)


def _text(form: dict[str, Any], key: str) -> str | None:
    value = form.get(key)
    if value is None or isinstance(value, str):
        return value or None
    raise InputError("bad_field", key=key)


def _line(form: dict[str, Any], key: str, limit: int) -> str | None:
    """A text of one line, cleaned but never cut."""
    text = clean_line(_text(form, key) or "", limit + 1)
    if len(text) > limit:
        raise InputError("field_too_long", key=key, limit=limit)
    return text or None


def _texts(form: dict[str, Any], key: str) -> tuple[str, ...]:
    value = form.get(key)
    if value is None:
        return ()
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    raise InputError("bad_field", key=key)


def _codes(form: dict[str, Any], key: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(_texts(form, key)))
    if not all(CODE.fullmatch(code) for code in codes):
        raise InputError("bad_field", key=key)
    return codes


def _attributes(form: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The fields of the service; a number is taken as its digits."""
    found = []
    for code, value in _dict(form, "attributes").items():
        plain = isinstance(value, str | int | float) and not isinstance(value, bool)
        if not CODE.fullmatch(code) or not (plain or value is None):
            raise InputError("bad_field", key="attributes")
        if value is not None:
            text = clean_line(str(value), 201)
            if len(text) > 200:
                raise InputError("field_too_long", key=f"attributes.{code}", limit=200)
            found.append((code, text))
    return tuple(found)


def _flag(form: dict[str, Any], key: str, *, unsaid: bool) -> bool:
    value = form.get(key)
    if value is None:
        return unsaid
    if isinstance(value, bool):
        return value
    raise InputError("bad_field", key=key)


def _number(form: dict[str, Any], key: str) -> float | None:
    value = form.get(key)
    if value is None:
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    except OverflowError as error:
        raise InputError("bad_field", key=key) from error
    raise InputError("bad_field", key=key)


def _choice[T: (Channel, Priority)](kind: type[T], form: dict[str, Any], key: str) -> T | None:
    value = form.get(key)
    if value is None:
        return None
    try:
        return kind(value)
    except ValueError as error:
        said = clean_line(str(value), 40)
        raise InputError("bad_option", option=key, value=said, known=", ".join(kind)) from error


def _time(form: dict[str, Any], key: str) -> datetime | None:
    value = form.get(key)
    return None if value is None else read_time(value, key)
