"""Writes PDUs: cuts a text of ours into the SUBMITs that send it (3GPP TS 23.040 9.2.2.2)."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from console.telephony.pdu.gsm7 import pack, septets_of
from console.telephony.pdu.messages import PduError


@dataclass(frozen=True, slots=True)
class SubmitPart:
    """One SUBMIT for `AT+CMGS=<length>`; `hex` starts with the empty service centre field."""

    hex: str
    length: int


@dataclass(slots=True)
class _Fragment:
    """Characters that must stay together, encoded, with their length in units of the alphabet."""

    octets: bytes
    units: int = field(default=0)


def encode_submit(
    number: str, text: str, *, reference: int, report: bool = True
) -> list[SubmitPart]:
    """The parts that send `text` to `number` (digits, `+` in front when international).

    Args:
        reference: of the concatenation, 0-255; other values are taken modulo 256.
        report: ask for a status report (TP-SRR).

    Raises:
        PduError: no_number, or too_many_parts (over 255).
    """
    digits = number.removeprefix("+")
    if not digits or len(digits) > 20 or not all(c in "0123456789*#" for c in digits):
        raise PduError("no_number")
    coding, bodies = _split(unicodedata.normalize("NFC", text))
    if len(bodies) > 255:
        raise PduError("too_many_parts")
    several = len(bodies) > 1
    first = 0x11 | (0x20 if report else 0) | (0x40 if several else 0)
    kind = 0x91 if number.startswith("+") else 0x81
    head = bytes((first, 0, len(digits), kind)) + _swapped(digits)
    head += bytes((0, 0x00 if coding == "gsm7" else 0x08, 0xAA))
    parts = []
    for place, body in enumerate(bodies, 1):
        header = bytes((5, 0, 3, reference & 0xFF, len(bodies), place)) if several else b""
        if coding == "gsm7":
            used = (len(header) * 8 + 6) // 7
            packed = pack(body, used * 7 - len(header) * 8)
            tail = bytes((used + len(body),)) + header + packed
        else:
            tail = bytes((len(header) + len(body),)) + header + body
        tpdu = head + tail
        parts.append(SubmitPart("00" + tpdu.hex().upper(), len(tpdu)))
    return parts


def _swapped(digits: str) -> bytes:
    codes = ["0123456789*#".index(c) for c in digits]
    if len(codes) % 2:
        codes.append(15)
    return bytes(codes[i] | codes[i + 1] << 4 for i in range(0, len(codes), 2))


def _split(text: str) -> tuple[str, list[bytes]]:
    """Alphabet and the body of each part; at least one part."""
    coding, fragments, one, each = "gsm7", list(_gsm7_fragments(text)), 160, 153
    if len(fragments) != len(text):
        coding, fragments, one, each = "ucs2", list(_ucs2_fragments(text)), 70, 67
    if sum(f.units for f in fragments) <= one:
        return coding, [b"".join(f.octets for f in fragments)]
    parts: list[bytes] = []
    current, used = bytearray(), 0
    for fragment in fragments:
        if used + fragment.units > each:
            parts.append(bytes(current))
            current, used = bytearray(), 0
        current += fragment.octets
        used += fragment.units
    return coding, [*parts, bytes(current)]


def _gsm7_fragments(text: str) -> Iterator[_Fragment]:
    """One fragment per character; stops at the first one that the alphabet lacks."""
    for character in text:
        septets = septets_of(character)
        if septets is None:
            return
        yield _Fragment(septets, len(septets))


def _ucs2_fragments(text: str) -> Iterator[_Fragment]:
    """A letter with its marks, or an emoji with its modifiers; an excessive pile of marks is
    cut.
    """
    held = b""
    for character in text:
        code = character.encode("utf-16-be", "replace")
        joins = unicodedata.combining(character) or character in "\u200d\ufe0f"
        if held and not (joins and len(held) < 64):
            yield _Fragment(held, len(held) // 2)
            held = b""
        held += code
    if held:
        yield _Fragment(held, len(held) // 2)
