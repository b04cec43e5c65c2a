"""Tokens of an address and phrases among them.

Phrase lists are written with marks. Text without marks matches, text with other marks does not:
`phuong 3` is a ward, the `Phương` of `Nguyễn Tri Phương` is not.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from console.domain.text.folding import fold_same_length
from console.map.addresses.language.spelling import folded_key, place_key, tone_key
from console.map.resources import GEO

_TOKEN = re.compile(
    r"\d+[a-z]{0,2}(?:/[a-k]?\d+[a-z]?)*(?:/[a-k]|/[a-k]?\d+[a-z]?)(?![^\W_])|[^\W_]*\d[a-z]{0,3}(?:[/\-]\d+[a-z]?\d*)+(?![^\W_])|[^\W_]+(?:-(?=\d)\d[^\W_]*(?:/\d[^\W_]*)*)?"
)
PUNCTUATION = re.compile(r"[,;:()\[\]\n]|\s[-–—]\s")
"""What separates the parts of an address; a dash only with spaces around it."""

WARD_KINDS = {"phuong": "Phường", "xa": "Xã", "thi_tran": "Thị trấn", "dac_khu": "Đặc khu"}
"""List under `[ward]` in `address_words.toml` -> the full word for such a ward."""

_SPACE = re.compile(r"[\s.]*")


@dataclass(slots=True)
class Token:
    """A word of the text.

    Attributes:
        key: the folded word; `said`: as written (after undoing raw Telex).
        gap: the text between the previous token and this one.
        joined: the gap has only spaces and full stops.
        taken: already read as ward, district or province.
    """

    key: str
    said: str
    start: int
    end: int
    gap: str
    joined: bool
    taken: bool = False


def tokens_of(text: str) -> list[Token]:
    """The words of an NFC text; `66/1`, `169/8A`, `12-14`, `TD-2/15` are one token each."""
    folded = fold_same_length(text)
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(folded):
        start, stop = match.span()
        gap = text[end:start]
        joined = gap in ("", " ") or _SPACE.fullmatch(gap) is not None
        found.append(Token(match.group(), text[start:stop], start, stop, gap, joined))
        end = stop
    return found


class Phrases:
    """A list of phrases; the longest one at a token matches."""

    def __init__(self, phrases: Iterable[str], *, but: Iterable[str] = ()) -> None:
        """Index the phrases by their first folded word.

        Args:
            but: longer phrases that rule one out: `giao thông` is not `giao`.
        """
        self._but = Phrases(but) if but else None
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], str]]] = {}
        for phrase in phrases:
            tokens = tokens_of(phrase)
            keys = tuple(token.key for token in tokens)
            entry = (keys, tuple(tone_key(token.said) for token in tokens), phrase)
            self._by_first.setdefault(keys[0], []).append(entry)
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def at(self, tokens: Sequence[Token], index: int) -> tuple[int, str]:
        """(number of tokens, the listed phrase) at this index; (0, "") if none starts here."""
        entries = self._by_first.get(tokens[index].key) if index < len(tokens) else None
        if entries is not None and not (self._but and self._but.at(tokens, index)[0]):
            for keys, said, phrase in entries:
                window = tokens[index : index + len(keys)]
                if len(window) == len(keys) and _says(window, keys, said):
                    return len(keys), phrase
        return 0, ""


def _says(window: Sequence[Token], keys: Sequence[str], said: Sequence[str]) -> bool:
    """Whether these tokens are this phrase, uninterrupted and not taken."""
    for at, token in enumerate(window):
        if token.key != keys[at] or token.taken or (at and not token.joined):
            return False
        if not token.said.isascii() and tone_key(token.said) != said[at]:
            return False
    return True


def name_span(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether tokens start..end are free and separated only by spaces, so that they may be
    a name.
    """
    window = tokens[start:end]
    return (
        end <= len(tokens)
        and not any(token.taken for token in window)
        and all(token.joined for token in window[1:])
    )


def said_between(text: str, tokens: Sequence[Token]) -> str:
    """The text from the first to the last of these tokens, with single spaces."""
    if not tokens:
        return ""
    return " ".join(text[tokens[0].start : tokens[-1].end].split())


@lru_cache(maxsize=1)
def word_lists() -> Mapping[str, Any]:
    """The word lists of `resources/geo/address_words.toml`."""
    return tomllib.loads((GEO / "address_words.toml").read_text("utf-8"))


def phrases_of(*lists: str) -> Phrases:
    """The phrases of these lists, each named as `section.list`."""
    words = word_lists()
    named = (name.split(".") for name in lists)
    return Phrases(phrase for section, name in named for phrase in words[section][name])


def parts_of(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """(start, end) of the runs of free tokens between punctuation and taken tokens."""
    runs: list[tuple[int, int]] = []
    start = 0
    for index, token in enumerate(tokens):
        cut = token.taken or (index > start and PUNCTUATION.search(token.gap) is not None)
        if cut and index > start:
            runs.append((start, index))
        if token.taken:
            start = index + 1
        elif cut:
            start = index
    if start < len(tokens):
        runs.append((start, len(tokens)))
    return runs


def key_of(tokens: Sequence[Token], start: int, end: int) -> str:
    """The `place_key` of these tokens as one name."""
    letters = "".join([token.key for token in tokens[start:end]])
    return folded_key(letters) if letters.isalnum() else place_key(letters)


def said_between_tokens(tokens: Sequence[Token], start: int, end: int) -> str:
    """These tokens as said, joined by spaces."""
    return " ".join(token.said for token in tokens[start:end])


def take(tokens: Sequence[Token], start: int, end: int) -> None:
    """Mark these tokens as taken."""
    for token in tokens[start:end]:
        token.taken = True
