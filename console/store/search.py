"""The search index: what a request is found by, and what somebody types as an FTS5 expression.

Text is folded in Python (`domain/text.py`), because SQLite's own `remove_diacritics` misses đ and
the letters with two marks (DATA.md 8). What people type is never FTS5 syntax: every word is quoted.
"""

import re
from collections.abc import Iterable

from console.domain.catalogue import Catalogue
from console.domain.request import Request
from console.domain.text import fold

_SEPARATORS = re.compile(r"[\s.\-+()/]+")
_MAX_WORDS = 12


def search_text(request: Request, catalogue: Catalogue) -> str:
    """The folded words of a request: number, service, place and what was said; no person."""
    service = catalogue.services.get(request.service_code)
    ward = catalogue.wards.get(request.ward_code or "")
    return _folded(
        (
            request.number,
            service.name if service else request.service_code,
            request.address_string,
            request.address,
            ward.name if ward else None,
            request.legacy_ward,
            request.description,
            *(value for _, value in request.attributes),
        )
    )


def reporter_text(request: Request) -> str:
    """The folded names and numbers of the reporters, a number in both spellings."""
    parts: list[str | None] = []
    for person in request.reporters:
        parts += [person.name, person.phone, person.email]
        if person.phone and person.phone.startswith("+84"):
            parts.append("0" + person.phone[3:])
    return _folded(parts)


def _folded(parts: Iterable[str | None]) -> str:
    return fold(" ".join(part for part in parts if part))


def match_expression(text: str, *, people: bool = True) -> str | None:
    """What somebody typed as an FTS5 expression, or None when there is no word in it.

    All words must occur; the last one may be unfinished. Digits in groups are also tried as one
    number, of a request or a telephone.

    Args:
        text: as typed, accents optional, any signs.
        people: also look at reporters' names and numbers.
    """
    words = [word for word in fold(text).split() if any(c.isalnum() for c in word)][:_MAX_WORDS]
    if not words:
        return None
    # A single last letter means nearly every request; the next key makes it a word.
    if len(words) > 1 and len(words[-1]) == 1 and words[-1].isalpha():
        words.pop()
    unfinished = not text[-1:].isspace() and _last_token_long(words[-1])
    expression = " ".join(_quoted(word) for word in words) + ("*" if unfinished else "")
    digits = _SEPARATORS.sub("", text)
    if digits.isascii() and digits.isdigit() and len(digits) >= 5 and digits != text.strip():
        expression = f"({expression}) OR {_quoted(digits)}*"
    return expression if people else f"{{text}} : ({expression})"


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _last_token_long(word: str) -> bool:
    """Whether the last token has two characters or more: there is no index for one."""
    last = re.findall(r"\w+", word)
    return bool(last) and len(last[-1]) > 1


def like_patterns(text: str) -> tuple[str, ...]:
    """Patterns for `' ' || search_text`, one a word, each a beginning of a word; escape `!`."""
    words = re.findall(r"\w+", fold(text))[:_MAX_WORDS]
    return tuple("% " + re.sub(r"([!%_])", r"!\1", word) + "%" for word in words)


def plain_words(text: str) -> str:
    """Words parted by single blanks, with one in front: what `like_patterns` is held against."""
    return " " + " ".join(re.findall(r"\w+", text))
