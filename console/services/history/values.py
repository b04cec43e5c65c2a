"""Parses values of a history row as people and old programs write them."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache

from console.domain.errors import InputError
from console.domain.states import Channel, Priority, State, Verdict
from console.domain.text.cleaning import clean
from console.domain.text.folding import fold
from console.domain.time_zone import CITY
from console.services.wording.labels import CHANNELS, PRIORITIES, STATES, VERDICTS, Words

LONGEST_TEXT = 4000
FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = timedelta(days=1)
"""How far in the future an event may lie: a wrong clock, another zone."""
FURTHEST = timedelta(days=3660)
"""How far in the future a deadline may lie."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)

# Text with only these characters is already clean and NFC.
_PLAIN = re.compile("[ -~\u00c0-\u024f\u1ea0-\u1ef9\u2013\u2014\u2018-\u201d\u2026]*")
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?",
    re.ASCII,
)
_DAY_FIRST = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(\d{1,2}):(\d\d)(?::(\d\d))?)?",
    re.ASCII,
)
_FORMULA = ("=", "+", "-", "@", "\t")
_DEGREES = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{1,20})?", re.ASCII)


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 UTC, rounded down."""
    return (at - _EPOCH) // _MS


def cleaned(value: str) -> str:
    """Cleaned text from outside, without the quote that protects against formulas."""
    return unquoted(value if is_plain(value) else clean(value, len(value)))


def is_plain(text: str) -> bool:
    """Whether no character of it needs cleaning."""
    return _PLAIN.fullmatch(text) is not None


def unquoted(value: str) -> str:
    """A clean value, stripped, without the quote that protects against formulas."""
    text = value.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text


def limited(text: str | None, column: str, limit: int) -> str | None:
    """Text on one line, None when empty.

    Raises:
        InputError: `history_text_too_long`. Cutting would silently lose words.
    """
    if not text:
        return None
    line = " ".join(text.split())
    if len(line) > limit:
        raise InputError("history_text_too_long", column=column, limit=limit)
    return line


def text_of(row: Mapping[str, str], column: str) -> str:
    """A text of several lines, "" when empty.

    Raises:
        InputError: `history_text_too_long`.
    """
    text = row.get(column, "")
    if len(text) > LONGEST_TEXT:
        raise InputError("history_text_too_long", column=column, limit=LONGEST_TEXT)
    return text


def moment(text: str, column: str, *, latest: datetime) -> datetime:
    """An instant (UTC, whole milliseconds) from ISO 8601 or day/month/year.

    Without a zone it is the city's time.

    Raises:
        InputError: `history_bad_time`, `history_impossible_time` (before 2000, after `latest`).
    """
    try:
        at = _instant(text)
    except (ValueError, OverflowError) as error:
        raise InputError("history_bad_time", column=column, value=text[:40]) from error
    if not FIRST_DAY <= at <= latest:
        raise InputError("history_impossible_time", column=column, value=text[:40])
    return at


@lru_cache(maxsize=100)
def _instant(text: str) -> datetime:
    if _ISO.fullmatch(text):
        at = datetime.fromisoformat(text.replace(" +", "+").replace(" Z", "Z"))
        if over := at.microsecond % 1000:
            at -= timedelta(microseconds=over)
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
        at = datetime(year, month, day, hour, minute, second, tzinfo=CITY)
    else:
        raise ValueError(text)
    return (at if at.tzinfo else at.replace(tzinfo=CITY)).astimezone(UTC)


def degrees(row: Mapping[str, str], column: str) -> float | None:
    """A latitude or longitude, with decimal point or comma; `check_pin` checks its range.

    Raises:
        InputError: `impossible_coordinates` when it is not a number.
    """
    if (text := row.get(column)) is None:
        return None
    if not _DEGREES.fullmatch(text):
        raise InputError("impossible_coordinates", value=text[:40])
    value = float(text.replace(",", "."))
    return value if math.isfinite(value) else None


_WORDS: dict[type[StrEnum], Words] = {
    Channel: CHANNELS,
    Priority: PRIORITIES,
    State: STATES,
    Verdict: VERDICTS,
}


def chosen[E: StrEnum](text: str | None, column: str, kind: type[E]) -> E | None:
    """A member of a closed set, by its code or its name in either language; None when empty.

    Raises:
        InputError: `history_bad_choice`.
    """
    if text is None:
        return None
    codes = _codes(kind)
    if (found := codes.get(text) or codes.get(fold(text))) is None:
        raise InputError("history_bad_choice", column=column, value=text[:40])
    return kind(found)


@cache
def _codes(kind: type[StrEnum]) -> dict[str, str]:
    names = {fold(name): code for code, pair in _WORDS[kind].items() for name in pair}
    return names | {member.value: member.value for member in kind}
