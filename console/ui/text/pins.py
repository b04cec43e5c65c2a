"""Coordinates of a pin as people type them and as a field shows them."""

import re

from console.domain.errors import InputError

_NUMBER = r"[-+]?\d{1,3}(?:[.,]\d+)?"

_PIN = re.compile(rf"\(?\s*({_NUMBER})\s*°?\s*(?:[;,/]\s*|\s+)({_NUMBER})\s*°?\s*\)?")


def parse_pin(text: str) -> tuple[float, float] | None:
    """(lat, long) in a text such as "10.8612, 106.7058"; None for an empty text.

    Decimal commas are understood if a semicolon or a space separates the two.

    Raises:
        InputError: `impossible_coordinates` if these are not two numbers on the globe.
    """
    text = text.strip()
    if not text:
        return None
    found = _PIN.fullmatch(text)
    if found is None:
        raise InputError("impossible_coordinates", text=text[:40])
    lat, long = (float(part.replace(",", ".")) for part in found.groups())
    if not (-90 <= lat <= 90 and -180 <= long <= 180):
        raise InputError("impossible_coordinates", text=text[:40])
    return lat, long


def pin_text(lat: float, long: float) -> str:
    """A pin as the field shows it: six decimals, about 0.1 m."""
    return f"{lat:.6f}, {long:.6f}"
