"""Text from outside made safe: call `clean` once at every edge.

Knows nothing but `unicodedata`.
"""

import unicodedata
from itertools import chain

REPLACEMENT = "\ufffd"
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


def _cleaning(line_end: str) -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(chain(range(0x20), range(0x7F, 0xA0)), None)
    table |= dict.fromkeys(_INVISIBLE, None)
    table |= dict.fromkeys(_BLANKS, " ")
    table |= dict.fromkeys((0x0A, 0x0D, 0x0B, 0x0C, 0x85, 0x2028, 0x2029), line_end)
    table |= {0x09: " "}
    # Half a character from a cut emoji, and code points that never stand for one. A database
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
        text: as it came; the receiver keeps the raw form.
        limit: length in characters after cleaning; the rest is cut off.
        lines: keep line ends (as one line feed each), else they become blanks.
    """
    if lines:
        text = text.replace("\r\n", "\n")
    # NFC comes second: removing a zero-width character can join a letter and its mark.
    safe = unicodedata.normalize("NFC", text.translate(_LINES if lines else _ONE_LINE))
    return safe.strip()[:limit].rstrip()


def clean_line(text: str, limit: int = 200) -> str:
    """`clean` for a field of one line: runs of blanks become one."""
    return " ".join(clean(text, lines=False, limit=len(text)).split())[:limit].rstrip()
