"""Text from outside made safe and comparable: `clean` once at every edge, `fold` for searching.

Knows nothing but `unicodedata`. SECURITY.md threat 1; DATA.md 8.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import chain

REPLACEMENT = "\ufffd"
_LATIN = (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00))
_MARKS = range(0x0300, 0x0370)
_BLANKS = (0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_INVISIBLE = (
    0x00AD,  # soft hyphen
    0x034F,  # grapheme joiner
    0x061C,  # Arabic letter mark
    0x115F,
    0x1160,
    0x3164,
    0xFFA0,  # Hangul fillers
    *range(0x180B, 0x180F),
    *range(0x200B, 0x2010),  # zero-width space and joiners, direction marks
    *range(0x202A, 0x202F),  # bidi embedding and override
    *range(0x2060, 0x2070),  # word joiner, bidi isolates, deprecated controls
    0xFEFF,
    *range(0xFFF9, 0xFFFC),  # interlinear annotation
    *range(0xE0000, 0xE0080),  # tags
)


_TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Huyền, hỏi, ngã, sắc, nặng as combining marks, in the dictionary's order."""

_SHAPES = "\u0306\u0302\u031b"
"""Breve (ă), circumflex (â ê ô), horn (ơ ư): other letters, in the alphabet's order."""


def _cleaning(line_end: str) -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(chain(range(0x20), range(0x7F, 0xA0)), None)
    table |= dict.fromkeys(_INVISIBLE, None)
    table |= dict.fromkeys(_BLANKS, " ")
    table |= dict.fromkeys((0x0A, 0x0D, 0x0B, 0x0C, 0x85, 0x2028, 0x2029), line_end)
    table |= {0x09: " "}
    # Half a character from a cut emoji, and code points that never stand for one: a database
    # refuses the first, so they become the sign that something was there.
    table |= dict.fromkeys(chain(range(0xD800, 0xE000), range(0xFDD0, 0xFDF0)), REPLACEMENT)
    table |= {plane << 16 | low: REPLACEMENT for plane in range(0x11) for low in (0xFFFE, 0xFFFF)}
    return table


_LINES = _cleaning("\n")
_ONE_LINE = _cleaning(" ")


def clean(text: str, limit: int = 4000, *, lines: bool = True) -> str:
    """Text without anything that hides, reorders or breaks: NFC, no control, bidi or zero-width
    characters, no lone surrogates (they become U+FFFD), at most `limit` characters.

    Args:
        text: as it came; the raw form is kept by whoever received it.
        limit: length in characters after cleaning; the rest is cut off.
        lines: keep line ends (as one line feed each), else they become blanks.
    """
    if lines:
        text = text.replace("\r\n", "\n")
    # NFC comes second: taking out a zero-width character can bring a letter and its mark together.
    safe = unicodedata.normalize("NFC", text.translate(_LINES if lines else _ONE_LINE))
    return safe.strip()[:limit].rstrip()


def clean_line(text: str, limit: int = 200) -> str:
    """`clean` for a field of one line: runs of blanks become one."""
    return " ".join(clean(text, lines=False, limit=len(text)).split())[:limit].rstrip()


def _folding(*, drop_marks: bool) -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for code in _LATIN:
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii():
            table[code] = base.lower()
    # D with stroke has no decomposition; eth is what old fonts and mail programs put for it.
    table |= dict.fromkeys((0x0110, 0x0111, 0x00D0, 0x00F0), "d")
    if drop_marks:
        table |= dict.fromkeys(_MARKS, None)
    return table


_FOLD = _folding(drop_marks=True)
_FOLD_SAME_LENGTH = _folding(drop_marks=False)


def fold(text: str) -> str:
    """Without accents, đ as d, lower case: what searching compares. NFD text folds alike."""
    return text.lower() if text.isascii() else text.translate(_FOLD).lower()


class _FoldedWords(dict[str, str]):
    """Words and what they fold to: Vietnamese has a few thousand syllables."""

    def __missing__(self, word: str) -> str:
        folded = fold(word)
        # House numbers and telephone numbers are nearly all different.
        kept = len(word) <= _LONGEST_FOLDED and (word.isalpha() or not word.isascii())
        if kept and len(self) < _MOST_FOLDED:
            self[word] = folded
        return folded


_MOST_FOLDED, _LONGEST_FOLDED = 20_000, 20
_FOLDED = _FoldedWords()


def fold_words(text: str) -> str:
    """`fold` of a text of many words in a third of the time, which counts in a history."""
    return " ".join(folded_words(text))


def folded_words(text: str) -> list[str]:
    """What stands between the blanks of a text, folded."""
    return [*map(_FOLDED.__getitem__, text.split(" "))]


def collation(text: str) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    """The sort key of Vietnamese: a ă â b c d đ e ê ... first, tones only between equal letters.

    Source: order of letters and tones in Vietnamese dictionaries (ngang, huyền, hỏi, ngã, sắc,
    nặng). Digits stand before letters, by value where a number is whole: Phường 2 before 10.
    """
    letters: list[int] = []
    tones: list[int] = []
    number = ""
    for sign in unicodedata.normalize("NFD", text.lower()) + " ":
        if sign.isdecimal():
            number += sign
            continue
        if number:
            letters.append(1000 + int(number))
            tones.append(0)
            number = ""
        if sign in _TONES and tones:
            tones[-1] = _TONES.index(sign) + 1
        elif sign in _SHAPES and letters:
            letters[-1] += _SHAPES.index(sign) + 1
        else:
            code = ord("d") * 4 + 1 if sign == "đ" else ord(sign) * 4
            letters.append(code + (1_000_000_000 if sign.isalpha() else 0))
            tones.append(0)
    return tuple(letters), tuple(tones), text


def fold_same_length(text: str) -> str:
    """`fold` with a character for every character, so that spans fit the original.

    A loose combining mark stays, so pass NFC text (`clean` gives it).
    """
    return text.translate(_FOLD_SAME_LENGTH).lower()


def words(text: str) -> frozenset[str]:
    """The different folded words of a text."""
    return frozenset(re.findall(r"\w+", fold(text)))


def mask_phone(phone: str | None) -> str:
    """A number that can be recognised but not called: `+84903123456` -> `***456`; "" for None.

    Short numbers such as 1022 belong to nobody and stay.
    """
    if not phone:
        return ""
    return phone if len(phone) <= 5 else f"***{phone[-3:]}"


_GAP = r"[ .\-\u2010-\u2015_\u00b7()]{0,3}"
"""What people write between the digits of a number."""
_NUMBER_IN_TEXT = re.compile(
    # An id, a request's number and a date stay.
    r"(?P<kept>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b[2-7]\d \d{3} \d{5} \d(?!\d)"
    r"|\b\d{1,2}[.\-]\d{1,2}[.\-]\d{4}(?!\d))"
    # `SĐT0903...` is a number, digits within a hexadecimal word are none.
    r"|(?<![0-9a-f])(?:"
    rf"(?:\+{_GAP}84|(?<!\d)(?:00)?84|(?<!\d)0){_GAP}(?:0{_GAP})?"
    rf"(?:[35789](?:{_GAP}\d){{8}}|[1-9](?:{_GAP}\d){{7,9}})"
    rf"|\+\d(?:{_GAP}\d){{7,13}})(?!\d)"
)
"""Mobile numbers first: ten digits, so that the number behind one is not taken for its end."""
_WIDE_DIGITS = {0xFF10 + n: str(n) for n in range(10)}
"""As keyboards for Chinese write them."""


def mask_numbers(text: str, keeps: Callable[[str], bool] | None = None) -> str:
    """Telephone numbers inside a text masked, for logs and the public page; a request's number
    stays.

    Args:
        keeps: whether a number, as it is written there, stays too.
    """

    def masked(found: re.Match[str]) -> str:
        if found["kept"] or (keeps is not None and keeps(found[0])):
            return found[0]
        return mask_phone(re.sub(r"\D", "", found[0]))

    return _NUMBER_IN_TEXT.sub(masked, text.translate(_WIDE_DIGITS))
