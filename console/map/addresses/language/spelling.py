"""Spelling of Vietnamese place names: keys that spellings share, and comparing marks."""

import re
import unicodedata
from functools import lru_cache

from console.domain.text.folding import fold


def has_marks(text: str) -> bool:
    """Whether any letter has a mark or is a đ."""
    return not text.isascii()


def place_key(text: str) -> str:
    """A key that all spellings of a name share: folded, no spaces or signs, i and y alike.

    `Đa Kao` and `Đakao`, `Tân Quý` and `Tân Quí`, `Hòa` and `Hoà` have the same key. A y after a
    vowel stays (`thuy` is not `thui`), except after qu.
    """
    return folded_key(_SIGNS.sub("", fold(text)))


_SIGNS = re.compile(r"[^0-9a-z]")
_Y_AS_I = re.compile(r"(?<![aeou])y|(?<=qu)y")


def folded_key(letters: str) -> str:
    """`place_key` of folded letters and digits without spaces."""
    return _Y_AS_I.sub("i", letters) if "y" in letters else letters


_TONE_MARKS = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}


@lru_cache(maxsize=20_000)
def tone_key(word: str) -> str:
    """A word in lower case with its tone at the end, so that `hòa` and `hoà` are equal."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = "".join(mark for mark in decomposed if mark in _TONE_MARKS)
    rest = "".join(mark for mark in decomposed if mark not in _TONE_MARKS)
    return unicodedata.normalize("NFC", _LAST_Y_AS_I.sub("i", rest)) + tones


_LAST_Y_AS_I = re.compile(r"(?<![aeou])y\b|(?<=qu)y\b")
_WORD = re.compile(r"\w+")


def marks_agree(said: str, name: str) -> bool:
    """Whether the marks of `said` are consistent with `name`; words without marks always are."""
    if said == name:
        return True
    said_words = _WORD.findall(said)
    name_words = _WORD.findall(name)
    if len(said_words) != len(name_words):
        return not has_marks(said) or tone_key("".join(said_words)) == tone_key("".join(name_words))
    return all(
        not has_marks(one) or tone_key(one) == tone_key(other)
        for one, other in zip(said_words, name_words, strict=True)
    )
