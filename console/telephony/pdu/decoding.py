"""SMS in PDU mode, as a modem delivers and accepts it (3GPP TS 23.040, 23.038). Pure, no device.

`decode` reads DELIVER, SUBMIT and STATUS-REPORT; a truncated PDU is read as far as possible and
flagged. `encoding.py` writes the parts of our own messages.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from console.telephony.pdu.gsm7 import LOCKING, SINGLE, to_text, unpack
from console.telephony.pdu.messages import DecodedSms, PduError

MAX_HEX = 1024
"""Longest PDU in hex digits that is read; the longest legal one has about 360."""
WAP_PUSH_PORTS = frozenset({2948, 2949, 49999})
"""Ports of WAP push, MMS notices and operator settings: no citizen writes there."""

_NO_PERSON = frozenset({0x40, 0x7C, 0x7D, 0x7E, 0x7F})
"""TP-PID of messages for the phone or the SIM, written by nobody: type 0, (U)SIM and ANSI data
download, de-personalisation (23.040, 9.2.3.9).
"""

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
        PduError: it cannot be read; `why` is empty, too_long, not_hex, too_short or compressed.
    """
    flags: list[str] = []
    try:
        data = bytes.fromhex(text) if len(text) <= MAX_HEX else b""
    except ValueError:
        data = b""
    try:
        return _read(data or _octets(text, flags), flags)
    except IndexError:
        raise PduError("too_short") from None


def _octets(text: str, flags: list[str]) -> bytes:
    """The octets of a text that is not simply an even number of hex digits."""
    digits = text.strip().strip("\"'").replace(" ", "")
    if not digits:
        raise PduError("empty")
    if len(digits) > MAX_HEX:
        raise PduError("too_long")
    if len(digits) % 2:
        digits = digits[:-1]
        flags.append("truncated")
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        raise PduError("not_hex") from None
    if not data:
        raise PduError("too_short")
    return data


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
    if kind == 0 and data[at - 9] in _NO_PERSON:
        flags.append("no_person")
    if 0xC0 <= coding < 0xF0:
        flags.append("waiting")
    user = _user_data(data[at + 1 :], data[at] if at < len(data) else None, alphabet, flags)
    header = _header(user.octets, flags) if first & 0x40 else _NO_HEADER
    body = user.body(header.bits)
    if header.port in WAP_PUSH_PORTS:
        flags.append("wap_push")
    # Positional arguments save 1 us of the 9 us that a message takes.
    return DecodedSms(
        "submit" if kind == 1 else "deliver",
        number,
        stamp,
        _text(body, alphabet, header, flags),
        header.reference,
        header.total,
        header.sequence,
        message_class,
        None,  # status, only in a report
        tuple(dict.fromkeys(flags)) if flags else (),
        alphabet,
        body,
        (header.locking, header.single),
        smsc,
        header.reference_bits,
        alphanumeric,
        header.port,
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
    """Number or name, whether it is a name, and the position after it."""
    length = data[at]
    kind = data[at + 1]
    octets = (length + 1) // 2
    end = at + 2 + octets
    if end > len(data):
        raise IndexError
    field_ = data[at + 2 : end]
    if kind & 0x70 == 0x50:
        # Seven letters leave seven bits of the last octet. Counting digits keeps an "@" (septet 0)
        # off; where a sloppy sender counts whole octets it is cut here.
        septets = unpack(field_, length * 4 // 7)
        name = to_text(septets[:-1] if len(septets) == 8 and septets[-1] == 0 else septets).strip()
        return unicodedata.normalize("NFC", name) or None, True, end
    number = _number(field_, kind)
    if number is not None:
        # A sloppy sender may leave a digit in the filler: cut it when the count is even.
        number = number[: length + (number[0] == "+")] or None
    return number, False, end


def _stamp(data: bytes, at: int, flags: list[str]) -> datetime | None:
    if at + 7 > len(data):
        flags.append("truncated")
        return None
    year, month, day, hour, minute, second, zone_octet = data[at : at + 7]
    zone, year = _ZONES[zone_octet], _BCD[year]
    if zone is not None and year < 100:
        year += 1900 if year >= 90 else 2000
        try:
            return datetime(
                year, _BCD[month], _BCD[day], _BCD[hour], _BCD[minute], _BCD[second], tzinfo=zone
            )
        except ValueError:
            pass
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


_NO_HEADER = _Header()
"""The header of every single-part message; nobody changes it."""


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
    """Read the header; one longer than the data is none, so the text starts at once."""
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
    if at == end - 1:
        flags.append("bad_header")  # an octet that belongs to no element
    return header


def _element(name: int, value: bytes, header: _Header, flags: list[str]) -> None:
    size = len(value)
    if (name == 0x00 and size == 3) or (name == 0x08 and size == 4):
        total, sequence = value[-2], value[-1]
        if 0 < sequence <= total:
            header.reference = int.from_bytes(value[:-2])
            header.reference_bits = 8 if name == 0 else 16
            header.total, header.sequence = total, sequence
    elif name == 0x01 and size == 2:
        flags.append("waiting")
    elif 0x70 <= name <= 0x7F:
        flags.append("no_person")  # a command for the SIM (23.048)
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
    """Text of 8-bit data if it reads as text; else nothing, flagged `binary`."""
    for charset in ("utf-8", "latin-1"):
        try:
            text = body.decode(charset)
        except UnicodeDecodeError:
            continue
        if all(c.isprintable() or c in "\r\n\t" for c in text):
            return unicodedata.normalize("NFC", text)
    flags.append("binary")
    return ""
