"""Attributes of a value as JSON: what scripts read instead of a table."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from console.cli.framework.times import time_or_null


def json_fields(
    value: object, names: str, *, at: Callable[[datetime], str | None] = time_or_null
) -> dict[str, Any]:
    """The named attributes of a value, in this order.

    Args:
        names: separated by spaces; `key=attribute` gives an attribute another key.
        at: writes a time.
    """
    found: dict[str, Any] = {}
    for name in names.split():
        key, _, attribute = name.partition("=")
        given = getattr(value, attribute or key)
        if isinstance(given, datetime):
            given = at(given)
        elif isinstance(given, Enum):
            given = given.value
        elif isinstance(given, UUID):
            given = str(given)
        found[key] = given
    return found
