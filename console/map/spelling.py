"""Spelling of Vietnamese place names: keys that two spellings share, marks compared, raw Telex
undone (MAP.md 7, step 1). Stdlib and `domain/text.py` only.
"""

import re
import unicodedata
from collections.abc import Container

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


# --- raw Telex: the keys as typed when the input method was off

_TELEX_LIKE = re.compile(r"aa|ee|oo|dd|[aou]w|w[aou]|[sfrxj]$", re.IGNORECASE)
_DOUBLE_KEYS = re.compile(r"aa|ee|oo|dd|[aou]w", re.IGNORECASE)
_TELEX_TONE = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_DOUBLED = {"aa": "â", "ee": "ê", "oo": "ô", "dd": "đ", "aw": "ă", "ow": "ơ", "uw": "ư"}
_ASCII_WORD = re.compile(r"[A-Za-z]{2,12}")


def undo_telex(text: str, known: Container[str], keep: Container[str] = ()) -> str:
    """Read ASCII words that look like raw Telex as the letters they mean.

    A word with only a tone key at its end (`bis`, `hues`) is read so only where the text has no
    marks and another word was raw Telex too: otherwise the input method was on.

    Args:
        text: NFC.
        known: words in small letters, NFC; only a result that is in it replaces the word.
        keep: words that stay whatever they look like.
    """
    words = _ASCII_WORD.findall(text)
    read = {word: _telex_word(word, known) for word in words if word.lower() not in keep}
    raw = {word for word, result in read.items() if result != word}
    if not raw:
        return text
    alone = text.isascii() and len(raw) > 1
    sure = {word for word in raw if alone or _DOUBLE_KEYS.search(word)}
    return _ASCII_WORD.sub(
        lambda found: read[found.group()] if found.group() in sure else found.group(), text
    )


def _telex_word(word: str, known: Container[str]) -> str:
    if not _TELEX_LIKE.search(word) or word.lower() in known:
        return word
    read = _read_telex(word.lower())
    if read is None or read not in known:
        return word
    if word.isupper():
        return read.upper()
    return read.capitalize() if word[0].isupper() else read


def _read_telex(word: str) -> str | None:
    """The word that these keys type, or None when they type none."""
    tone = ""
    if word[-1] in _TELEX_TONE:
        word, tone = word[:-1], _TELEX_TONE[word[-1]]
    word = word.replace("uow", "ươ").replace("uwow", "ươ").replace("uwo", "ươ")
    for keys, letter in _DOUBLED.items():
        word = word.replace(keys, letter)
    if not tone:
        return word
    place = _tone_place(word)
    if place is None:
        return None
    return unicodedata.normalize("NFC", word[: place + 1] + tone + word[place + 1 :])


def _tone_place(word: str) -> int | None:
    """Index of the vowel that takes the tone, by the old spelling (`hòa`, `thủy`)."""
    start = 2 if word.startswith(("qu", "gi")) and re.search(r"[aeiouyâêôăơư]", word[2:]) else 0
    vowels = [i for i in range(start, len(word)) if word[i] in "aeiouyâêôăơư"]
    if not vowels:
        return None
    marked = [i for i in vowels if word[i] in "âêôăơư"]
    if marked:
        return marked[-1]
    last = vowels[-1]
    closed = last < len(word) - 1
    if len(vowels) == 1 or closed:
        return last
    return vowels[1] if len(vowels) == 3 else vowels[0]
