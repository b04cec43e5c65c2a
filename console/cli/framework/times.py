"""Times on the command line and in its JSON: ISO 8601 with an offset."""

from datetime import datetime

from console.domain.errors import InputError
from console.domain.text.cleaning import clean_line
from console.domain.time_zone import CITY


def read_time(value: object, key: str) -> datetime:
    """Read an ISO 8601 time with its offset; its year must be plausible.

    Raises:
        InputError: `bad_time`, `time_without_zone`.
    """
    text = clean_line(str(value), 60)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError("bad_time", key=key, value=text) from error
    if not isinstance(value, str) or not 2000 <= at.year <= 2100:
        raise InputError("bad_time", key=key, value=text)
    if at.tzinfo is None:
        raise InputError("time_without_zone", value=text)
    return at


def city_time(at: datetime) -> str:
    """ISO 8601 with an offset, in the city's time zone."""
    return at.astimezone(CITY).isoformat()


def time_or_null(at: datetime | None) -> str | None:
    """ISO 8601 with an offset, in the city's time zone, to the second."""
    return at.astimezone(CITY).isoformat(timespec="seconds") if at else None
