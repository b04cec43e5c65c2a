"""SMS in PDU mode, as a modem gives and takes it (3GPP TS 23.040, 23.038). Pure, no device.

`decode` reads DELIVER, SUBMIT and STATUS-REPORT; what is cut off is read as far as it goes and
flagged. `encode_submit` writes the parts of a message of ours.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from console.domain.errors import InputError
from console.telephony.gsm7 import LOCKING, SINGLE, pack, septets_of, to_text, unpack

MAX_HEX = 1024
"""Longest PDU in hex digits that is looked at; the longest legal one has about 360."""
WAP_PUSH_PORTS = frozenset({2948, 2949, 49999})
"""Ports of WAP push, MMS notices and operator settings: no citizen writes there."""


class PduError(InputError):
    """A PDU that cannot be read, or a text that cannot be sent; `params["why"]` says why."""

    def __init__(self, why: str) -> None:
        """Code `pdu_refused`."""
        super().__init__("pdu_refused", why=why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedSms:
    """A PDU, read.

    Attributes:
        kind: deliver | submit | status_report.
        number: sender, recipient of a submit, or recipient of a report; `+` when international;
            None when empty.
        timestamp: of the service centre, None when impossible or absent.
        reference, total, sequence: of the concatenation; None for a single message. A report's
            reference is its TP-MR.
        message_class: 0 (flash) to 3, or None.
        status: TP-ST of a report (below 0x20 delivered, below 0x40 still trying, else failed).
        flags: truncated, flash, bad_header, bad_timestamp, unknown_table, binary, wap_push.
        coding: gsm7 | ucs2 | 8bit; `body` holds septets one per octet for gsm7, else octets.
        tables: national language identifiers (locking, single) of a gsm7 text.
        discharged_at: of a report.
    """

    kind: str
    number: str | None = None
    timestamp: datetime | None = None
    text: str = ""
    reference: int | None = None
    total: int | None = None
    sequence: int | None = None
    message_class: int | None = None
    status: int | None = None
    flags: tuple[str, ...] = ()
    coding: str = "gsm7"
    body: bytes = b""
    tables: tuple[int, int] = (0, 0)
    smsc: str | None = None
    reference_bits: int = 8
    alphanumeric: bool = False
    port: int | None = None
    discharged_at: datetime | None = None


_KEYS = (
    "kind",
    "number",
    "timestamp",
    "text",
    "reference",
    "total",
    "sequence",
    "message_class",
    "status",
)


def to_json(sms: DecodedSms | PduError) -> dict[str, object]:
    """CONTRACT.md's decoded SMS; for a refused PDU all is null but `error`."""
    if isinstance(sms, PduError):
        empty: dict[str, object] = dict.fromkeys(_KEYS)
        return empty | {"flags": [], "error": sms.why}
    return {
        "kind": sms.kind,
        "number": sms.number,
        "timestamp": sms.timestamp.isoformat() if sms.timestamp else None,
        "text": sms.text if sms.kind != "status_report" else None,
        "reference": sms.reference,
        "total": sms.total,
        "sequence": sms.sequence,
        "message_class": sms.message_class,
        "status": sms.status,
        "flags": list(sms.flags),
        "error": None,
    }


# --- reading

_DIGITS = tuple("0123456789*#abc"[n] if n < 15 else "" for n in range(16))
_PAIR = tuple(_DIGITS[b & 15] + _DIGITS[b >> 4] for b in range(256))
_BCD = tuple(
    (b & 15) * 10 + (b >> 4) if (b & 15) < 10 and (b >> 4) < 10 else 100 for b in range(256)
)


def _zone(octet: int) -> timezone | None:
    quarters = _BCD[octet & 0xF7]
    if quarters >= 96:
        return None
    return timezone(timedelta(minutes=-15 * quarters if octet & 8 else 15 * quarters))


_ZONES = tuple(_zone(b) for b in range(256))


def decode(text: str) -> DecodedSms:
    """Read one PDU in hex, with its service centre field.

    Blanks and quotes around it are ignored.

    Raises:
        PduError: nothing can be made of it; `why` is empty, too_long, not_hex, too_short or
            compressed.
    """
    digits = text.strip().strip("\"'").replace(" ", "")
    if not digits:
        raise PduError("empty")
    if len(digits) > MAX_HEX:
        raise PduError("too_long")
    flags: list[str] = []
    if len(digits) % 2:
        digits = digits[:-1]
        flags.append("truncated")
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        raise PduError("not_hex") from None
    try:
        return _read(data, flags)
    except IndexError:
        raise PduError("too_short") from None


def _read(data: bytes, flags: list[str]) -> DecodedSms:
    at = 1 + data[0]
    smsc = _number(data[2:at], data[1]) if data[0] > 1 else None
    first = data[at]
    kind = first & 3
    if kind == 2:
        return _report(data, at + 1, smsc, flags)
    if kind == 1:
        number, alphanumeric, at = _address(data, at + 2)
        coding = data[at + 1]
        at += 2 + (0, 7, 1, 7)[first >> 3 & 3]
        stamp = None
    else:
        number, alphanumeric, at = _address(data, at + 1)
        coding = data[at + 1]
        stamp = _stamp(data, at + 2, flags)
        at += 9
    alphabet, message_class = _alphabet(coding)
    if message_class == 0:
        flags.append("flash")
    user = _user_data(data[at + 1 :], data[at] if at < len(data) else None, alphabet, flags)
    header = _header(user.octets, flags) if first & 0x40 else _Header()
    body = user.body(header.bits)
    if header.port in WAP_PUSH_PORTS:
        flags.append("wap_push")
    return DecodedSms(
        kind="submit" if kind == 1 else "deliver",
        number=number,
        timestamp=stamp,
        text=_text(body, alphabet, header, flags),
        reference=header.reference,
        total=header.total,
        sequence=header.sequence,
        message_class=message_class,
        flags=tuple(dict.fromkeys(flags)),
        coding=alphabet,
        body=body,
        tables=(header.locking, header.single),
        smsc=smsc,
        reference_bits=header.reference_bits,
        alphanumeric=alphanumeric,
        port=header.port,
    )


def _report(data: bytes, at: int, smsc: str | None, flags: list[str]) -> DecodedSms:
    reference = data[at]
    number, alphanumeric, at = _address(data, at + 1)
    stamp = _stamp(data, at, flags)
    discharged = _stamp(data, at + 7, flags)
    if at + 14 >= len(data):
        flags.append("truncated")
    return DecodedSms(
        kind="status_report",
        number=number,
        timestamp=stamp,
        discharged_at=discharged,
        reference=reference,
        status=data[at + 14] if at + 14 < len(data) else None,
        flags=tuple(dict.fromkeys(flags)),
        smsc=smsc,
        alphanumeric=alphanumeric,
    )


def _number(octets: bytes, kind: int) -> str | None:
    digits = "".join([_PAIR[b] for b in octets])
    if not digits:
        return None
    return "+" + digits if kind & 0x70 == 0x10 else digits


def _address(data: bytes, at: int) -> tuple[str | None, bool, int]:
    """Number or name, whether it is a name, and the place after it."""
    length = data[at]
    kind = data[at + 1]
    octets = (length + 1) // 2
    end = at + 2 + octets
    if end > len(data):
        raise IndexError
    field_ = data[at + 2 : end]
    if kind & 0x70 == 0x50:
        # Seven letters leave seven bits of the last octet: counting digits keeps an "@" (septet 0)
        # off, and where a sloppy sender counts whole octets it is cut here.
        septets = unpack(field_, length * 4 // 7)
        name = to_text(septets[:-1] if len(septets) == 8 and septets[-1] == 0 else septets).strip()
        return unicodedata.normalize("NFC", name) or None, True, end
    number = _number(field_, kind)
    if number is not None:
        # An even count of digits must not be followed by what a sloppy sender left in the filler.
        number = number[: length + (number[0] == "+")] or None
    return number, False, end


def _stamp(data: bytes, at: int, flags: list[str]) -> datetime | None:
    octets = data[at : at + 7]
    if len(octets) < 7:
        flags.append("truncated")
        return None
    year, month, day, hour, minute, second = (_BCD[b] for b in octets[:6])
    zone = _ZONES[octets[6]]
    try:
        if zone is None or year > 99:
            raise ValueError
        century = 1900 if year >= 90 else 2000
        return datetime(century + year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        flags.append("bad_timestamp")
        return None


def _alphabet(coding: int) -> tuple[str, int | None]:
    """Alphabet and class of a data coding scheme (23.038 clause 4)."""
    group = coding >> 4
    if group < 8:
        if coding & 0x20:
            raise PduError("compressed")
        alphabet = ("gsm7", "8bit", "ucs2", "gsm7")[coding >> 2 & 3]
        return alphabet, coding & 3 if coding & 0x10 else None
    if group == 0xE:
        return "ucs2", None
    if group == 0xF:
        return ("8bit" if coding & 4 else "gsm7"), coding & 3
    return "gsm7", None


@dataclass(slots=True)
class _Header:
    """User data header; `bits` is its length with the length octet."""

    bits: int = 0
    reference: int | None = None
    reference_bits: int = 8
    total: int | None = None
    sequence: int | None = None
    locking: int = 0
    single: int = 0
    port: int | None = None


@dataclass(slots=True)
class _UserData:
    alphabet: str
    octets: bytes
    length: int

    def body(self, header_bits: int) -> bytes:
        """Septets one per octet, or octets, after the header and its fill bits."""
        if self.alphabet != "gsm7":
            return self.octets[header_bits // 8 :]
        used = (header_bits + 6) // 7
        return unpack(self.octets, max(0, self.length - used), used * 7)


def _user_data(octets: bytes, length: int | None, alphabet: str, flags: list[str]) -> _UserData:
    if length is None:
        flags.append("truncated")
        return _UserData(alphabet, b"", 0)
    wanted = (length * 7 + 7) // 8 if alphabet == "gsm7" else length
    if len(octets) < wanted:
        flags.append("truncated")
    return _UserData(alphabet, octets[:wanted], length)


def _header(octets: bytes, flags: list[str]) -> _Header:
    """Read the header; one that is longer than the data is none: the text starts at once."""
    header = _Header()
    if not octets or octets[0] + 1 > len(octets):
        flags.append("bad_header")
        return header
    end = octets[0] + 1
    header.bits = end * 8
    at = 1
    while at + 2 <= end:
        value = octets[at + 2 : at + 2 + octets[at + 1]]
        at += 2 + octets[at + 1]
        if at > end:
            flags.append("bad_header")
            break
        _element(octets[at - 2 - len(value)], value, header, flags)
    return header


def _element(name: int, value: bytes, header: _Header, flags: list[str]) -> None:
    size = len(value)
    if (name == 0x00 and size == 3) or (name == 0x08 and size == 4):
        total, sequence = value[-2], value[-1]
        if 0 < sequence <= total:
            header.reference = int.from_bytes(value[:-2])
            header.reference_bits = 8 if name == 0 else 16
            header.total, header.sequence = total, sequence
    elif name == 0x04 and size == 2:
        header.port = value[0]
    elif name == 0x05 and size == 4:
        header.port = int.from_bytes(value[:2])
    elif name in (0x24, 0x25) and size == 1:
        table = value[0]
        if table not in (SINGLE if name == 0x24 else LOCKING):
            flags.append("unknown_table")
        elif name == 0x24:
            header.single = table
        else:
            header.locking = table


def _text(body: bytes, alphabet: str, header: _Header, flags: list[str]) -> str:
    if alphabet == "gsm7":
        return to_text(body, header.locking, header.single)
    if alphabet == "ucs2":
        if len(body) % 2:
            flags.append("truncated")
        return text_of_ucs2(body)
    return text_of_octets(body, flags)


def text_of_ucs2(body: bytes) -> str:
    """NFC text of UTF-16 octets; half a character becomes U+FFFD."""
    even = body[: len(body) & ~1]
    return unicodedata.normalize("NFC", even.decode("utf-16-be", "replace"))


def text_of_octets(body: bytes, flags: list[str]) -> str:
    """Text of 8-bit data when it reads as text; else nothing, flagged `binary`."""
    for charset in ("utf-8", "latin-1"):
        try:
            text = body.decode(charset)
        except UnicodeDecodeError:
            continue
        if all(c.isprintable() or c in "\r\n\t" for c in text):
            return unicodedata.normalize("NFC", text)
    flags.append("binary")
    return ""


# --- writing


@dataclass(frozen=True, slots=True)
class SubmitPart:
    """One SUBMIT for `AT+CMGS=<length>`; `hex` starts with the empty service centre field."""

    hex: str
    length: int


@dataclass(slots=True)
class _Fragment:
    """Characters that stay together, encoded, with their length in units of the alphabet."""

    octets: bytes
    units: int = field(default=0)


def part_count(text: str) -> int:
    """How many SMS this text takes: GSM 7-bit 160 (153 each when several), UCS-2 70 (67)."""
    return len(_split(unicodedata.normalize("NFC", text))[1])


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
    """A fragment a character; stops at the first one that the alphabet lacks."""
    for character in text:
        septets = septets_of(character)
        if septets is None:
            return
        yield _Fragment(septets, len(septets))


def _ucs2_fragments(text: str) -> Iterator[_Fragment]:
    """Letter with its marks, or an emoji with what modifies it; a pile of marks is cut."""
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
