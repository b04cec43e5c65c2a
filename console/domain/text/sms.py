"""How many SMS a text takes, and the text without its accents (3GPP TS 23.038, 23.040).

The GSM alphabets include no Vietnamese table: one accent turns a message into UCS-2, 70 characters
instead of 160.
"""

import unicodedata

_SIGNS = " !\"#¤%&'()*+,-./0123456789:;<=>?"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DEFAULT_ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    + _SIGNS
    + "¡"
    + _UPPER
    + "ÄÖÑÜ§¿"
    + _UPPER.lower()
    + "äöñüà"
)
"""Default alphabet, 128 characters; position 1B is the escape (clause 6.2.1)."""
EXTENSION = "\f^{}\\[~]|€"
"""Characters that take two positions (clause 6.2.1.1)."""
_ONE = frozenset(DEFAULT_ALPHABET) - {"\x1b"}
_TWO = frozenset(EXTENSION)
_PLAIN = str.maketrans(
    {
        "đ": "d",
        "Đ": "D",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "–": "-",
        "—": "-",
        "…": "...",
        "•": "*",
        "₫": "d",
        "\u00a0": " ",
        "\t": " ",
    }
)


def part_count(text: str) -> int:
    """Number of SMS: 160 characters (153 each when several), with accents 70 (67)."""
    whole = unicodedata.normalize("NFC", text)
    if all(c in _ONE or c in _TWO for c in whole):
        return _packed([2 if c in _TWO else 1 for c in whole], 160, 153)
    return _packed(_ucs2(whole), 70, 67)


def _packed(units: list[int], one: int, each: int) -> int:
    if sum(units) <= one:
        return 1
    parts, used = 1, 0
    for unit in units:
        if used + unit > each:
            parts, used = parts + 1, 0
        used += unit
    return parts


def _ucs2(text: str) -> list[int]:
    """Units of each piece that must stay together: a letter with its marks, an emoji with its
    modifiers.
    """
    pieces: list[int] = []
    for character in text:
        units = 2 if ord(character) > 0xFFFF else 1
        joins = unicodedata.combining(character) or character in "\u200d\ufe0f"
        if pieces and joins and pieces[-1] < 32:
            pieces[-1] += units
        else:
            pieces.append(units)
    return pieces


def without_accents(text: str) -> str:
    """Vietnamese without its marks ("không dấu"), in letters of GSM 7-bit; anything else becomes a
    question mark.
    """
    bare = unicodedata.normalize("NFD", text.translate(_PLAIN))
    letters = (c for c in bare if not unicodedata.combining(c))
    return "".join(c if c in _ONE or c in _TWO else "?" for c in letters)
