"""Values out of the JSON of a page or an account: others wrote it, so anything may be anything."""

from typing import Any

from console.domain.text.cleaning import clean_line

TEXT_LIMIT = 10_000
"""Characters of a message's words that are read."""


def get_path(value: Any, *names: str) -> Any:  # noqa: ANN401
    """What lies under these names, one inside the other; None where one is missing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def dicts(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """The objects of a list; [] for anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def id_of(value: object) -> str:
    """An id as it may be stored and sent on: a NUL in one would stop its row at the centre."""
    return clean_line(text_of(value), 300)


def text_of(value: object, limit: int = 2000) -> str:
    """A text or number as text; anything else is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)[:limit]
