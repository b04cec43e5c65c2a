"""Undoes raw VNI: digits after letters, typed while the input method was off (`d9u7o7ng2` is
`đường`). A single digit after a word is more often a number than a tone, so a text counts only with
two certain words.
"""

import re

from console.map.addresses.normalizing.telex import is_syllable, toned

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]{1,11}")
_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_MARKS = {"6": {"a": "â", "e": "ê", "o": "ô"}, "7": {"o": "ơ", "u": "ư"}, "8": {"a": "ă"}}
_CERTAIN = 2


def undo_vni(text: str) -> str:
    """Replace words in raw VNI by the letters they mean, if the text was typed that way."""
    if not (text.isascii() and any(c.isdigit() for c in text)):
        return text
    read = {word: _typed(word) for word in _WORD.findall(text)}
    certain = {word for word, meant in read.items() if meant[1:] and _SURE.search(word)}
    if len(certain) < _CERTAIN:
        return text
    return _WORD.sub(lambda found: read[found.group()] or found.group(), text)


_SURE = re.compile(r"[A-Za-z]\d+[A-Za-z]|[aeouAEOU][67]\d?$|[aA]8\d?$")
"""A digit inside a word, or one that only marks a vowel; a lone vowel may be a block: `E6`."""


def _typed(word: str) -> str:
    """The word that these keys produce, or ""."""
    letters: list[str] = []
    tone = ""
    for key in word.lower():
        if key.isalpha():
            letters.append(key)
        elif key in _TONES and not tone:
            tone = _TONES[key]
        elif key == "9" and letters and letters[0] == "d":
            letters[0] = "đ"
        elif not (key in _MARKS and _mark(letters, _MARKS[key])):
            return ""
    plain = "".join(letters)
    if plain == word.lower() or not is_syllable(plain):
        return ""
    meant = toned(plain, tone)
    if word.isupper() and len(plain) > 1:
        return meant.upper()
    return meant.capitalize() if word[0].isupper() else meant


def _mark(letters: list[str], marks: dict[str, str]) -> bool:
    """Put a mark on the last letter that can take it; the horn of `uo7` goes on both."""
    for index in range(len(letters) - 1, -1, -1):
        if letters[index] in marks:
            letters[index] = marks[letters[index]]
            if letters[index] == "ơ" and index and letters[index - 1] == "u" and len(letters) > 2:
                letters[index - 1] = "ư"
            return True
    return False
