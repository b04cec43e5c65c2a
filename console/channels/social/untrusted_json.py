"""Reads values from JSON of others, in which anything may have any type."""

from typing import Any

from console.domain.text.cleaning import clean_line

TEXT_LIMIT = 10_000
"""How many characters of a message are read."""


def get_path(value: Any, *names: str) -> Any:  # noqa: ANN401
    """The value under these nested names; None if one is missing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def dicts(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """The objects in a list; [] for anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def id_of(value: object) -> str:
    """An id that is safe to store: a NUL would block its row at the centre."""
    return clean_line(text_of(value), 300)


def text_of(value: object, limit: int = 2000) -> str:
    """A string or number as text; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)[:limit]
