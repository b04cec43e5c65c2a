"""Tokens of an address and the phrases in them: the reading tools of `address.py`.

A phrase list is written with its marks. Text without marks matches it, text with other marks does
not: `phuong 3` is a ward, the `Phương` of `Nguyễn Tri Phương` is none.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from console.domain.text import fold_same_length
from console.map.resources import GEO
from console.map.spelling import has_marks, loose

_TOKEN = re.compile(
    r"[^\W_]*\d[a-z]{0,3}(?:[/\-]\d+[a-z]?\d*)+(?![^\W_])|[^\W_]+(?:-(?=\d)\d[^\W_]*(?:/\d[^\W_]*)*)?"
)
PUNCTUATION = re.compile(r"[,;:()\[\]\n]|\s[-–—]\s")
"""What parts an address; a dash only with blanks around it."""

_SPACE = re.compile(r"[\s.]*")


@dataclass(slots=True)
class Token:
    """A word of the text.

    Attributes:
        key: folded; `said` as written (after raw Telex is undone).
        gap: what stands between the token before and this one.
        taken: already understood as ward, district or province.
    """

    key: str
    said: str
    start: int
    end: int
    gap: str
    taken: bool = False

    @property
    def joined(self) -> bool:
        """Only blanks and full stops part it from the token before."""
        return _SPACE.fullmatch(self.gap) is not None


def tokens_of(text: str) -> list[Token]:
    """The words of an NFC text; `66/1`, `169/8A`, `12-14`, `TD-2/15` are one word each."""
    folded = fold_same_length(text)
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(folded):
        start = match.start()
        found.append(
            Token(match.group(), text[start : match.end()], start, match.end(), text[end:start])
        )
        end = match.end()
    return found


class Phrases:
    """A list of phrases, matched longest first at a token."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """Index them by their first folded word."""
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], str]]] = {}
        for phrase in phrases:
            tokens = tokens_of(phrase)
            keys = tuple(token.key for token in tokens)
            entry = (keys, tuple(loose(token.said) for token in tokens), phrase)
            self._by_first.setdefault(keys[0], []).append(entry)
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def at(self, tokens: Sequence[Token], index: int) -> tuple[int, str]:
        """(tokens it takes, the phrase as listed) at this index; (0, "") when none starts here."""
        if index >= len(tokens):
            return 0, ""
        for keys, said, phrase in self._by_first.get(tokens[index].key, ()):
            window = tokens[index : index + len(keys)]
            if (
                len(window) == len(keys)
                and all(token.key == key for token, key in zip(window, keys, strict=True))
                and all(token.joined for token in window[1:])
                and not any(token.taken for token in window)
                and all(
                    not has_marks(token.said) or loose(token.said) == word
                    for token, word in zip(window, said, strict=True)
                )
            ):
                return len(keys), phrase
        return 0, ""


def name_span(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether tokens start..end are free and parted by blanks only, so that they may be a name."""
    window = tokens[start:end]
    return (
        end <= len(tokens)
        and not any(token.taken for token in window)
        and all(token.joined for token in window[1:])
    )


def said_between(text: str, tokens: Sequence[Token]) -> str:
    """The text from the first to the last of these tokens, blanks made single."""
    if not tokens:
        return ""
    return " ".join(text[tokens[0].start : tokens[-1].end].split())


@lru_cache(maxsize=1)
def word_lists(path: Path = GEO / "address_words.toml") -> Mapping[str, Any]:
    """The word lists of `resources/geo/address_words.toml`."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def parts_of(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Runs of free tokens between punctuation and taken tokens, as (start, end)."""
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


def said_between_tokens(tokens: Sequence[Token], start: int, end: int) -> str:
    """These tokens as said, a blank between each."""
    return " ".join(token.said for token in tokens[start:end])
