"""A caller's number and name as lines report them; placeholders such as `unknown` become None."""

from console.domain.text.cleaning import clean

_NOBODY = frozenset(
    ("", "<unknown>", "unknown", "anonymous", "(null)", "<null>", "restricted", "unavailable", "s")
)


def number_of(text: str) -> str | None:
    """A telephone number as the PBX gave it, None when it gave none (T11)."""
    text = clean(text, 80, lines=False).strip()
    return None if text.casefold() in _NOBODY else text


def name_of(text: str, number: str | None) -> str | None:
    """A caller's name, None when it only repeats the number (T11)."""
    text = clean(text, 120, lines=False).strip()
    return None if text.casefold() in _NOBODY or text == number else text
