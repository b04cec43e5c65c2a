"""The search index: the text by which a request is found, and what people type as FTS5 expressions.

Text is folded in Python (`domain/text/cleaning.py`), because SQLite's own `remove_diacritics`
misses đ and letters with two marks. What people type never becomes FTS5 syntax: every word is
quoted.
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
"""A word of folded text as FTS5's unicode61 sees it."""
_MAX_WORDS = 12
SHORTEST_WORD = 4
"""The table `word` lists words of at least so many letters; shorter prefixes have an index."""
_MOST_KNOWN = 300_000
"""How many listed words to remember; further ones are merely listed again."""
MOST_TYPED = 300
"""Only so many typed characters are used."""


def search_text(request: Request, catalogue: Catalogue) -> str:
    """The folded words of a request: number, service, place and what was said; no person."""
    return fold_words(search_words(request, catalogue))


def reporter_text(request: Request) -> str:
    """The reporters' folded names and telephone numbers, each number in both spellings."""
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
        """Start with no words."""
        self._new: set[str] = set()
        self._known: set[str] = set()

    def __call__(self, text: str) -> str:
        """Fold the text."""
        words = folded_words(text)
        self._new.update(words)
        return " ".join(words)

    def new(self) -> tuple[str, ...]:
        """The words for the word list that were not returned before."""
        pieces = self._new - self._known
        self._new.clear()
        if len(self._known) < _MOST_KNOWN:
            # House numbers and telephone numbers are nearly all different, and are not words.
            self._known.update(filter(str.isalpha, pieces))
        return tuple(listed_words(" ".join(pieces)))


def listed_words(*folded: str) -> set[str]:
    """The words of folded texts that belong in the table `word`."""
    found: set[str] = set()
    for text in folded:
        found.update(_TOKEN.findall(text))
    return {word for word in found if len(word) >= SHORTEST_WORD and word.isalpha()}


def match_expression(
    text: str, *, people: bool = True, endings: Callable[[str], Sequence[str]] = lambda _: ()
) -> str | None:
    """What somebody typed as an FTS5 expression; None if it has no word.

    All words must occur; the last one may be unfinished. Groups of digits are also tried as one
    number of a request or a telephone.

    Args:
        text: as typed, with or without accents, any punctuation.
        people: also search reporters' names and telephone numbers.
        endings: gives the known words with a prefix. For `duon*` FTS5 reads every line of every
            such word before the first hit (18 ms in a million requests); full words it streams.
    """
    safe = clean_line(text, MOST_TYPED)
    words = [word for word in fold(safe).split() if _TOKEN.search(word)][:_MAX_WORDS]
    if not words:
        return None
    # A single last letter matches nearly everything; the next key makes it a word.
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
    """The last word, which may be a prefix of others."""
    token = _TOKEN.findall(word)[-1]
    if text[-1:].isspace() or len(token) < 2:  # no index for a single letter
        return _quoted(word)
    if token == word and word.isalpha() and len(word) >= SHORTEST_WORD:
        known = endings(word)
        if len(known) == 1:
            return _quoted(known[0])
        if known:
            return f"({' OR '.join(map(_quoted, known))})"
    return _quoted(word) + "*"


def like_patterns(text: str) -> tuple[str, ...]:
    """LIKE patterns for `' ' || search_text`, one prefix per typed word; escape character `!`."""
    words = _TOKEN.findall(fold(clean_line(text, MOST_TYPED)))[:_MAX_WORDS]
    return tuple("% " + re.sub(r"([!%_])", r"!\1", word) + "%" for word in words)


def plain_words(text: str) -> str:
    """Words separated by single blanks, with one in front: what `like_patterns` matches."""
    return " " + " ".join(_TOKEN.findall(text))
