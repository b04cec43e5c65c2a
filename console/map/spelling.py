"""Spelling of Vietnamese place names: keys that two spellings share, marks compared. Stdlib and
`domain/text.py` only.
"""

import re
import unicodedata

from console.domain.text import fold


def has_marks(text: str) -> bool:
    """Whether any letter carries a mark or is a đ."""
    return not text.isascii()


def place_key(text: str) -> str:
    """What two spellings of a name share: folded, no blanks or signs, i and y as one.

    `Đa Kao` and `Đakao`, `Tân Quý` and `Tân Quí`, `Hòa` and `Hoà` each give one key. A y after a
    vowel stays (`thuy` is not `thui`), except after qu.
    """
    letters = re.sub(r"[^0-9a-z]", "", fold(text))
    return re.sub(r"(?<![aeou])y|(?<=qu)y", "i", letters)


_TONE_MARKS = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}


def loose(word: str) -> str:
    """A word with its tone put at the end, so that `hòa` and `hoà` are equal; small letters."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = "".join(mark for mark in decomposed if mark in _TONE_MARKS)
    rest = "".join(mark for mark in decomposed if mark not in _TONE_MARKS)
    return unicodedata.normalize("NFC", re.sub(r"(?<![aeou])y\b|(?<=qu)y\b", "i", rest)) + tones


def agrees(said: str, name: str) -> bool:
    """Whether the marks of `said` do not speak against `name`; words without marks always agree."""
    said_words = re.findall(r"\w+", said)
    name_words = re.findall(r"\w+", name)
    if len(said_words) != len(name_words):
        return not has_marks(said) or loose("".join(said_words)) == loose("".join(name_words))
    return all(
        not has_marks(one) or loose(one) == loose(other)
        for one, other in zip(said_words, name_words, strict=True)
    )
