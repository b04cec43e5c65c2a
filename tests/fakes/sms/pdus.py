"""PDUs as a network would deliver them, written independently of the console's own codec."""

from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))


def _semi(digits: str) -> str:
    padded = digits + "F" * (len(digits) % 2)
    return "".join(padded[i + 1] + padded[i] for i in range(0, len(padded), 2))


def address(number: str) -> str:
    """Length, type and digits of a number; letters make an alphanumeric sender."""
    if number and not number.lstrip("+").isdigit():
        octets = _packed(number.encode("ascii"))
        return f"{-(-len(number) * 7 // 4):02X}D0{octets.hex().upper()}"
    digits = number.removeprefix("+")
    kind = "91" if number.startswith("+") else "81"
    return f"{len(digits):02X}{kind}{_semi(digits)}"


def _packed(septets: bytes) -> bytes:
    bits = "".join(f"{s:07b}"[::-1] for s in septets)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8][::-1], 2) for i in range(0, len(bits), 8))


def stamp(at: datetime) -> str:
    """A service centre time stamp, in Vietnamese time."""
    local = at.astimezone(VIETNAM)
    return "".join(
        _semi(f"{n % 100:02d}")
        for n in (local.year, local.month, local.day, local.hour, local.minute, local.second, 28)
    )


def deliver(
    sender: str,
    body: bytes,
    *,
    at: datetime | None = None,
    header: bytes = b"",
    coding: int = 8,
) -> str:
    """A DELIVER with 8-bit or UCS-2 user data."""
    first = 0x44 if header else 0x04
    data = header + body
    when = stamp(at or datetime.now(UTC))
    return f"00{first:02X}{address(sender)}00{coding:02X}{when}{len(data):02X}{data.hex().upper()}"


def deliver_text(
    sender: str,
    text: str,
    *,
    at: datetime | None = None,
    reference: int = 0,
    wide_reference: bool = False,
    flash: bool = False,
) -> list[str]:
    """All PDUs of a UCS-2 text; cuts anywhere, even inside a character of two units."""
    data = text.encode("utf-16-be")
    coding = 0x18 if flash else 0x08
    if len(data) <= 140:
        return [deliver(sender, data, at=at, coding=coding)]
    size = 132 if wide_reference else 134
    pieces = [data[i : i + size] for i in range(0, len(data), size)]
    out = []
    for place, piece in enumerate(pieces, 1):
        if wide_reference:
            header = bytes((6, 8, 4, reference >> 8, reference & 255, len(pieces), place))
        else:
            header = bytes((5, 0, 3, reference & 255, len(pieces), place))
        out.append(deliver(sender, piece, at=at, header=header, coding=coding))
    return out


def status_report(recipient: str, reference: int, status: int, *, at: datetime) -> str:
    """A STATUS-REPORT."""
    when = stamp(at)
    return f"0006{reference:02X}{address(recipient)}{when}{when}{status:02X}"
