"""The clock that is passed in wherever a rule asks for the time, so that tests set it."""

from collections.abc import Callable
from datetime import UTC, datetime

type Clock = Callable[[], datetime]
"""Gives the aware UTC time now."""


def utc_now() -> datetime:
    """The machine's own clock."""
    return datetime.now(UTC)
