"""Raw caller identification as an analog modem passes it on: `MESG = hex` (`AT+VCID=2`, and what
`AT+VCID=1` could not format itself). Pure: hex in, caller out.

Two packets exist (Bellcore GR-30, ETSI EN 300 659): SDMF (type 04: time and number) and MDMF (80:
parameters of tag, length, value). A checksum may follow; all bytes including it add up to 0.
"""

from dataclasses import dataclass

_SDMF, _MDMF = 0x04, 0x80
_TIME_CHARS = 8
_NUMBER, _NO_NUMBER, _NAME, _NO_NAME = 0x02, 0x04, 0x07, 0x08
_LONGEST = 260
"""Bytes of a packet: type, length, 255 of content, checksum, and a little that modems add."""


@dataclass(frozen=True, slots=True)
class CallerId:
    """The caller, according to the exchange.

    Attributes:
        number: digits; None when withheld (`P`) or unknown to the exchange (`O`).
    """

    number: str | None = None
    name: str | None = None


def decode(text: str) -> CallerId | None:
    """The caller in a `MESG`; None when it names none or is damaged: a wrong number is worse than
    none.
    """
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return None
    if not 2 < len(data) <= _LONGEST:
        return None
    # One parameter that the modem did not format; the tag 04 is shorter than any SDMF.
    if data[0] != _MDMF and (data[0] != _SDMF or data[1] <= _TIME_CHARS):
        return _of_parameters(data)
    body = _body(data)
    if body is None:
        return None
    return _of_parameters(body) if data[0] == _MDMF else _single(body)


def _body(data: bytes) -> bytes | None:
    end = 2 + data[1]
    if len(data) < end:
        return None
    if len(data) > end and sum(data[: end + 1]) % 256:
        return None
    return data[2:end]


def _single(body: bytes) -> CallerId | None:
    number = _text(body[_TIME_CHARS:])
    if len(body) <= _TIME_CHARS or not _text(body[:_TIME_CHARS]).isdigit():
        return None
    return CallerId(None if number in ("P", "O") else number)


def _of_parameters(body: bytes) -> CallerId | None:
    found: dict[int, str] = {}
    at = 0
    while at + 2 <= len(body):
        tag, length = body[at], body[at + 1]
        value = body[at + 2 : at + 2 + length]
        if len(value) < length:
            return None
        found.setdefault(tag, _text(value))
        at += 2 + length
    if at != len(body) or not found.keys() & {_NUMBER, _NO_NUMBER, _NAME}:
        return None
    number = found.get(_NUMBER)
    return CallerId(None if number in (None, "", "P", "O") else number, found.get(_NAME) or None)


def _text(data: bytes) -> str:
    """Seven bits are characters; some exchanges send the eighth as parity."""
    return bytes(byte & 0x7F for byte in data).decode("ascii").strip()
