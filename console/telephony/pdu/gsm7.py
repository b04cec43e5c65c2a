"""The GSM 7-bit alphabets of 3GPP TS 23.038: default, extension, national shift tables.

Tables 1-3 (Turkish, Spanish, Portuguese) are here, those of India in `indian_alphabets.py`. They
are read, never written: an answer uses the default alphabet or UCS2. A language number that the
specification does not know is read by the default table and flagged.
"""

import codecs

from console.domain.text.sms import DEFAULT_ALPHABET
from console.telephony.pdu import indian_alphabets

ESC = 0x1B
_SIGNS = " !\"#¤%&'()*+,-./0123456789:;<=>?"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOWER = "abcdefghijklmnopqrstuvwxyz"

DEFAULT = DEFAULT_ALPHABET

EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
"""What follows an escape (clause 6.2.1.1)."""

LOCKING = {
    0: DEFAULT,
    1: "@£$¥€éùıòÇ\nĞğ\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bŞşßÉ"
    + _SIGNS
    + "İ"
    + _UPPER
    + "ÄÖÑÜ§ç"
    + _LOWER
    + "äöñüà",
    3: "@£$¥êéúíóç\nÔô\rÁáΔ_ªÇÀ∞^\\€Ó|\x1bÂâÊÉ"
    + _SIGNS.replace("¤", "º")
    + "Í"
    + _UPPER
    + "ÃÕÚÜ§~"
    + _LOWER
    + "ãõ`üà",
} | indian_alphabets.LOCKING
"""Locking shift tables by national language identifier (annex A.3)."""

SINGLE = {
    0: EXTENSION,
    1: EXTENSION | {0x47: "Ğ", 0x49: "İ", 0x53: "Ş", 0x63: "ç", 0x67: "ğ", 0x69: "ı", 0x73: "ş"},
    2: EXTENSION
    | {0x09: "ç", 0x41: "Á", 0x49: "Í", 0x4F: "Ó", 0x55: "Ú"}
    | {0x61: "á", 0x69: "í", 0x6F: "ó", 0x75: "ú"},
    3: EXTENSION
    | {0x05: "ê", 0x09: "ç", 0x0B: "Ô", 0x0C: "ô", 0x0E: "Á", 0x0F: "á", 0x12: "Φ", 0x13: "Γ"}
    | {0x15: "Ω", 0x16: "Π", 0x17: "Ψ", 0x18: "Σ", 0x19: "Θ", 0x1F: "Ê", 0x41: "À", 0x49: "Í"}
    | {0x4F: "Ó", 0x55: "Ú", 0x5B: "Ã", 0x5C: "Õ", 0x61: "Â", 0x69: "í", 0x6F: "ó", 0x75: "ú"}
    | {0x7B: "ã", 0x7C: "õ", 0x7F: "â"},
} | indian_alphabets.SINGLE
"""Single shift tables by national language identifier (annex A.2)."""

_PLACE = {character: place for place, character in enumerate(DEFAULT) if place != ESC}
_ESCAPED = {character: place for place, character in EXTENSION.items()}

# Masks that spread a 56-bit lane of eight septets over eight octets, for as many lanes as fit a
# PDU.
_LANES = 40


def _mask(pattern: int) -> int:
    return int.from_bytes(pattern.to_bytes(8, "little") * _LANES, "little")


_LOW28, _HIGH28 = _mask(0x000000000FFFFFFF), _mask(0x00FFFFFFF0000000)
_LOW14, _HIGH14 = _mask(0x00003FFF00003FFF), _mask(0x0FFFC0000FFFC000)
_LOW7, _HIGH7 = _mask(0x007F007F007F007F), _mask(0x3F803F803F803F80)


def unpack(data: bytes, count: int, skip_bits: int = 0) -> bytes:
    """Septets of packed data, one per octet.

    Args:
        data: packed octets, at most 280.
        count: how many septets to take; fewer come back when the data ends earlier.
        skip_bits: bits before the first septet (header and fill bits).
    """
    count = min(count, max(0, (len(data) * 8 - skip_bits) // 7))
    if count == 0:
        return b""
    if skip_bits:
        data = (int.from_bytes(data, "little") >> skip_bits).to_bytes(len(data), "little")
    spread = b"\0".join([data[i : i + 7].ljust(7, b"\0") for i in range(0, len(data), 7)])
    x = int.from_bytes(spread, "little")
    x = (x & _LOW28) | (x & _HIGH28) << 4
    x = (x & _LOW14) | (x & _HIGH14) << 2
    x = (x & _LOW7) | (x & _HIGH7) << 1
    return x.to_bytes(len(spread) + 1, "little")[:count]


def pack(septets: bytes, skip_bits: int = 0) -> bytes:
    """Packed octets of septets, with `skip_bits` zero bits before them."""
    value = 0
    for place, septet in enumerate(septets):
        value |= septet << (skip_bits + 7 * place)
    return value.to_bytes((skip_bits + 7 * len(septets) + 7) // 8, "little")


def to_text(septets: bytes, locking: int = 0, single: int = 0) -> str:
    """Text of septets by these national tables; an unknown table counts as the default one.

    An escape before an unassigned position gives the character of the main table there, as 6.2.1.1
    requires.
    """
    table = LOCKING.get(locking, DEFAULT)
    if ESC not in septets:
        return codecs.charmap_decode(septets, "strict", table)[0]
    extra = SINGLE.get(single, EXTENSION)
    out: list[str] = []
    escaped = False
    for septet in septets:
        if escaped:
            out.append(extra.get(septet) or (" " if septet == ESC else table[septet]))
            escaped = False
        elif septet == ESC:
            escaped = True
        else:
            out.append(table[septet])
    return "".join(out)


def septets_of(character: str) -> bytes | None:
    """One or two septets for this character, or None when the alphabet lacks it."""
    place = _PLACE.get(character)
    if place is not None:
        return bytes((place,))
    place = _ESCAPED.get(character)
    return None if place is None else bytes((ESC, place))
