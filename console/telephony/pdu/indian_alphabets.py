"""The national shift tables of India (3GPP TS 23.038, annexes A.2 and A.3, languages 4 to 13).

All ten locking tables share one frame (digits, signs, small letters), all ten single tables
another (the other signs, capitals); what a language puts into the gaps stands here by its code.
Two transcriptions (releases 9 and 18) were compared place by place; a third and a fourth (9, 16)
were read where something was in doubt:

- Kannada locking 0x24: U+0CAA as the specification prints it, in release 18 too, though 0x3D is
  the same letter and U+0CA1 is nowhere; who takes that for a misprint means U+0CA1.
- Tamil single 0x24: U+0BEE as in release 18; earlier ones print U+0BEF twice.
- Telugu single 0x65 is empty in the specification; two implementations put the euro there.
- Locking 0x2C is a comma (one has the apostrophe of single 0x09), Malayalam 0x2E a full stop,
  Kannada single 0x3C an opening bracket, Telugu locking 0x11 empty: three of the four each.
"""

from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

NOTHING = "\ufffd"
"""Text of a locking place that its language leaves empty: it cannot be what was written."""

_GAP = "·"
_LOCKING_FRAME = (
    (_GAP * 10 + "\n" + _GAP * 2 + "\r" + _GAP * 13 + "\x1b" + _GAP * 4)
    + (" !" + _GAP * 6 + ")(" + _GAP * 2 + "," + _GAP + "." + _GAP)
    + ("0123456789:;" + _GAP * 3 + "?" + _GAP * 33)
    + (ascii_lowercase + _GAP * 5)
)
_NEVER = " "
"""In the single frame: a control character or an escape, no language's place."""
_SINGLE_FRAME = (
    ("@£$¥¿\"¤%&'\f*+" + _NEVER + "-/<=>¡^¡_#*" + _GAP * 2 + _NEVER + _GAP * 4)
    + (_GAP * 8 + "{}" + _GAP * 5 + "\\" + _GAP * 12 + "[~]" + _GAP)
    + ("|" + ascii_uppercase)
)
_EURO = 0x65
_WITHOUT_EURO = 12


class _Script(NamedTuple):
    """Codes in the order of the frame's gaps; two digits count from `block`, `--` is empty.

    The single table's list ends with its last letter; the gaps behind it are empty.
    """

    block: int
    locking: str
    single: str

    def letters(self, codes: str) -> list[str]:
        return [self._letter(code) for code in codes.split()]

    def _letter(self, code: str) -> str:
        if code == "--":
            return NOTHING
        return chr(int(code, 16) + (self.block if len(code) == 2 else 0))


_SCRIPTS = {
    4: _Script(  # Bengali
        0x0900,
        "81 82 83 85 86 87 88 89 8A 8B 8C -- -- 8F 90 -- -- 93 94 95 96 97 98 99 9A 9B 9C "
        "9D 9E 9F A0 A1 A2 A3 A4 A5 A6 A7 A8 -- AA AB AC AD AE AF B0 -- B2 -- -- -- B6 B7 "
        "B8 B9 BC BD BE BF C0 C1 C2 C3 C4 -- -- C7 C8 -- -- CB CC CD CE D7 DC DD F0 F1",
        "E6 E7 E8 E9 EA EB EC ED EE EF DF E0 E1 E2 E3 F2 F3 F4 F5 F6 F7 F8 F9 FA",
    ),
    5: _Script(  # Gujarati
        0x0A00,
        "81 82 83 85 86 87 88 89 8A 8B 8C 8D -- 8F 90 91 -- 93 94 95 96 97 98 99 9A 9B 9C "
        "9D 9E 9F A0 A1 A2 A3 A4 A5 A6 A7 A8 -- AA AB AC AD AE AF B0 -- B2 B3 -- B5 B6 B7 "
        "B8 B9 BC BD BE BF C0 C1 C2 C3 C4 C5 -- C7 C8 C9 -- CB CC CD D0 E0 E1 E2 E3 F1",
        "0964 0965 E6 E7 E8 E9 EA EB EC ED EE EF",
    ),
    6: _Script(  # Hindi
        0x0900,
        "01 02 03 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16 17 18 19 1A 1B 1C "
        "1D 1E 1F 20 21 22 23 24 25 26 27 28 29 2A 2B 2C 2D 2E 2F 30 31 32 33 34 35 36 37 "
        "38 39 3C 3D 3E 3F 40 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 50 72 7B 7C 7E 7F",
        "64 65 66 67 68 69 6A 6B 6C 6D 6E 6F 51 52 53 54 58 59 5A 5B 5C 5D 5E 5F 60 61 62 63 70 71",
    ),
    7: _Script(  # Kannada
        0x0C00,
        "-- 82 83 85 86 87 88 89 8A 8B 8C -- 8E 8F 90 -- 92 93 94 95 96 97 98 99 9A 9B 9C "
        "9D 9E 9F A0 AA A2 A3 A4 A5 A6 A7 A8 -- AA AB AC AD AE AF B0 B1 B2 B3 -- B5 B6 B7 "
        "B8 B9 BC BD BE BF C0 C1 C2 C3 C4 -- C6 C7 C8 -- CA CB CC CD D5 D6 E0 E1 E2 E3",
        "0964 0965 E6 E7 E8 E9 EA EB EC ED EE EF DE F1 F2",
    ),
    8: _Script(  # Malayalam
        0x0D00,
        "-- 02 03 05 06 07 08 09 0A 0B 0C -- 0E 0F 10 -- 12 13 14 15 16 17 18 19 1A 1B 1C "
        "1D 1E 1F 20 21 22 23 24 25 26 27 28 -- 2A 2B 2C 2D 2E 2F 30 31 32 33 34 35 36 37 "
        "38 39 -- 3D 3E 3F 40 41 42 43 44 -- 46 47 48 -- 4A 4B 4C 4D 57 60 61 62 63 79",
        "0964 0965 66 67 68 69 6A 6B 6C 6D 6E 6F 70 71 72 73 74 75 7A 7B 7C 7D 7E 7F",
    ),
    9: _Script(  # Oriya
        0x0B00,
        "01 02 03 05 06 07 08 09 0A 0B 0C -- -- 0F 10 -- -- 13 14 15 16 17 18 19 1A 1B 1C "
        "1D 1E 1F 20 21 22 23 24 25 26 27 28 -- 2A 2B 2C 2D 2E 2F 30 -- 32 33 -- 35 36 37 "
        "38 39 3C 3D 3E 3F 40 41 42 43 44 -- -- 47 48 -- -- 4B 4C 4D 56 57 60 61 62 63",
        "0964 0965 66 67 68 69 6A 6B 6C 6D 6E 6F 5C 5D 5F 70 71",
    ),
    10: _Script(  # Punjabi
        0x0A00,
        "01 02 03 05 06 07 08 09 0A -- -- -- -- 0F 10 -- -- 13 14 15 16 17 18 19 1A 1B 1C "
        "1D 1E 1F 20 21 22 23 24 25 26 27 28 -- 2A 2B 2C 2D 2E 2F 30 -- 32 33 -- 35 36 -- "
        "38 39 3C -- 3E 3F 40 41 42 -- -- -- -- 47 48 -- -- 4B 4C 4D 51 70 71 72 73 74",
        "0964 0965 66 67 68 69 6A 6B 6C 6D 6E 6F 59 5A 5B 5C 5E 75",
    ),
    11: _Script(  # Tamil
        0x0B00,
        "-- 82 83 85 86 87 88 89 8A -- -- -- 8E 8F 90 -- 92 93 94 95 -- -- -- 99 9A -- 9C "
        "-- 9E 9F -- -- -- A3 A4 -- -- -- A8 A9 AA -- -- -- AE AF B0 B1 B2 B3 B4 B5 B6 B7 "
        "B8 B9 -- -- BE BF C0 C1 C2 -- -- -- C6 C7 C8 -- CA CB CC CD D0 D7 F0 F1 F2 F9",
        "0964 0965 E6 E7 E8 E9 EA EB EC ED EE EF F3 F4 F5 F6 F7 F8 FA",
    ),
    12: _Script(  # Telugu
        0x0C00,
        "01 02 03 05 06 07 08 09 0A 0B 0C -- 0E 0F 10 -- 12 13 14 15 16 17 18 19 1A 1B 1C "
        "1D 1E 1F 20 21 22 23 24 25 26 27 28 -- 2A 2B 2C 2D 2E 2F 30 31 32 33 -- 35 36 37 "
        "38 39 -- 3D 3E 3F 40 41 42 43 44 -- 46 47 48 -- 4A 4B 4C 4D 55 56 60 61 62 63",
        "-- -- 66 67 68 69 6A 6B 6C 6D 6E 6F 58 59 78 79 7A 7B 7C 7D 7E 7F",
    ),
    13: _Script(  # Urdu
        0x0600,
        "27 22 28 7B 80 7E A6 2A C2 7F 79 7D 7A 7C 2B 2C 81 84 83 85 86 87 2D 2E 2F 8C 88 "
        "89 8A 8F 8D 30 31 91 93 99 32 96 98 9A 33 34 35 36 37 38 39 41 42 A9 AA AB AF B3 "
        "B1 44 45 46 BA BB BC 48 C4 D5 C1 BE 21 CC D0 D2 4D 50 4F 57 54 55 51 53 56 70",
        "00 01 F0 F1 F2 F3 F4 F5 F6 F7 F8 F9 0C 0D 0E 0F 10 11 12 13 14 1B 1F 40 52 58 6B "
        "6C 72 73 CD D4",
    ),
}


def _locking(script: _Script) -> str:
    letters = iter(script.letters(script.locking))
    return "".join(next(letters) if sign == _GAP else sign for sign in _LOCKING_FRAME)


def _single(number: int, script: _Script) -> dict[int, str]:
    letters = iter(script.letters(script.single))
    table = {} if number == _WITHOUT_EURO else {_EURO: "€"}
    for place, sign in enumerate(_SINGLE_FRAME):
        character = next(letters, NOTHING) if sign == _GAP else sign
        if character not in (NOTHING, _NEVER):
            table[place] = character
    return table


LOCKING = {number: _locking(script) for number, script in _SCRIPTS.items()}
"""Locking shift tables by national language identifier."""

SINGLE = {number: _single(number, script) for number, script in _SCRIPTS.items()}
"""Single shift tables by national language identifier."""
