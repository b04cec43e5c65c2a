"""The search index: what a request is found by, and what somebody types as an FTS5 expression.

Text is folded in Python (`domain/text/cleaning.py`), because SQLite's own `remove_diacritics`
misses đ and the letters with two marks (DATA.md 8). What people type is never FTS5 syntax: every
word is quoted.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from console.domain.catalogue.catalogue import Catalogue
from console.domain.requests.events import ReporterRecorded, RequestReceived
from console.domain.requests.request import Reporter, Request
from console.domain.text.cleaning import clean_line
from console.domain.text.folding import fold, fold_words, folded_words

_SEPARATORS = re.compile(r"[\s.\-+()/]+")
_TOKEN = re.compile(r"[^\W_]+")
"""What FTS5's unicode61 takes for a word of folded text."""
_MAX_WORDS = 12
SHORTEST_WORD = 4
"""Letters from which `word` lists a word; shorter beginnings have an index of their own."""
_MOST_KNOWN = 300_000
"""Words remembered as listed; the others are only listed again."""
MOST_TYPED = 300
"""Characters of a question that are looked at."""


def search_text(request: Request, catalogue: Catalogue) -> str:
    """The folded words of a request: number, service, place and what was said; no person."""
    return fold_words(search_words(request, catalogue))


def reporter_text(request: Request) -> str:
    """The folded names and numbers of the reporters, a number in both spellings."""
    return fold_words(people_words(request.reporters))


def search_words(request: Request | RequestReceived, catalogue: Catalogue) -> str:
    """`search_text` before it is folded."""
    service = catalogue.services.get(request.service_code)
    ward = catalogue.wards.get(request.ward_code or "")
    return _joined(
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


def people_words(people: Iterable[Reporter | ReporterRecorded]) -> str:
    """`reporter_text` before it is folded."""
    parts: list[str | None] = []
    for person in people:
        parts += [person.name, person.phone, person.email]
        if person.phone and person.phone.startswith("+84"):
            parts.append("0" + person.phone[3:])
    return _joined(parts)


def _joined(parts: Iterable[str | None]) -> str:
    return " ".join([part for part in parts if part])


class Folding:
    """`fold_words` that remembers the words, for the list of them."""

    def __init__(self) -> None:
        """Nothing was folded yet."""
        self._new: set[str] = set()
        self._known: set[str] = set()

    def __call__(self, text: str) -> str:
        """The text folded."""
        words = folded_words(text)
        self._new.update(words)
        return " ".join(words)

    def new(self) -> tuple[str, ...]:
        """The words that belong into the list and were not told before."""
        pieces = self._new - self._known
        self._new.clear()
        if len(self._known) < _MOST_KNOWN:
            # House numbers and telephone numbers are nearly all different, and no words.
            self._known.update(filter(str.isalpha, pieces))
        return tuple(listed_words(" ".join(pieces)))


def listed_words(*folded: str) -> set[str]:
    """The words of folded texts that belong into the list `word`."""
    found: set[str] = set()
    for text in folded:
        found.update(_TOKEN.findall(text))
    return {word for word in found if len(word) >= SHORTEST_WORD and word.isalpha()}


def match_expression(
    text: str, *, people: bool = True, endings: Callable[[str], Sequence[str]] = lambda _: ()
) -> str | None:
    """What somebody typed as an FTS5 expression, or None when there is no word in it.

    All words must occur; the last one may be unfinished. Digits in groups are also tried as one
    number, of a request or a telephone.

    Args:
        text: as typed, accents optional, any signs.
        people: also look at reporters' names and numbers.
        endings: the known words that begin so. FTS5 reads every line of every such word before
            it gives the first hit (18 ms for `duon*` in a million); words by name it streams.
    """
    safe = clean_line(text, MOST_TYPED)
    words = [word for word in fold(safe).split() if _TOKEN.search(word)][:_MAX_WORDS]
    if not words:
        return None
    # A single last letter means nearly every request; the next key makes it a word.
    if len(words) > 1 and len(words[-1]) == 1 and words[-1].isalpha():
        words.pop()
    finished = " ".join(map(_quoted, words[:-1]))
    last = _last(words[-1], text, endings)
    expression = f"{finished} AND {last}" if finished else last
    digits = _SEPARATORS.sub("", safe)
    if digits.isascii() and digits.isdigit() and len(digits) >= 5 and digits != safe:
        expression = f"({expression}) OR {_quoted(digits)}*"
    return expression if people else f"{{text}} : ({expression})"


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _last(word: str, text: str, endings: Callable[[str], Sequence[str]]) -> str:
    """The last word, which may be the beginning of others."""
    token = _TOKEN.findall(word)[-1]
    if text[-1:].isspace() or len(token) < 2:  # there is no index for a single letter
        return _quoted(word)
    if token == word and word.isalpha() and len(word) >= SHORTEST_WORD:
        known = endings(word)
        if len(known) == 1:
            return _quoted(known[0])
        if known:
            return f"({' OR '.join(map(_quoted, known))})"
    return _quoted(word) + "*"


def like_patterns(text: str) -> tuple[str, ...]:
    """Patterns for `' ' || search_text`, one a word, each a beginning of a word; escape `!`."""
    words = _TOKEN.findall(fold(clean_line(text, MOST_TYPED)))[:_MAX_WORDS]
    return tuple("% " + re.sub(r"([!%_])", r"!\1", word) + "%" for word in words)


def plain_words(text: str) -> str:
    """Words parted by single blanks, with one in front: what `like_patterns` is held against."""
    return " " + " ".join(_TOKEN.findall(text))
