"""Places pasted as text: "lat, long" in the usual notations, map links, plus codes.

A full plus code (Open Location Code, an open standard) has 10 characters and is exact to 14 m. A
short one, as people read it from a screen, is completed to the match nearest to the city.
"""

import re
from dataclasses import dataclass

from console.domain.catalogue.city_area import CITY_CENTRE, in_city

_DECIMAL = r"(-?\d{1,3}[.,]\d{2,15})"
_PAIR = re.compile(
    rf"\s*\(?\s*{_DECIMAL}\s*°?\s*[NB]?\s*[,;\s]\s*{_DECIMAL}\s*°?\s*[EĐ]?\s*\)?\s*", re.IGNORECASE
)
_DEGREES = (
    r"(\d{1,3})\s*°\s*(\d{1,2})\s*['\u2019\u2032]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*[\"\u201d\u2033])?"
)
_SEXAGESIMAL = re.compile(rf"\s*{_DEGREES}\s*[NB]\s*[,;\s]?\s*{_DEGREES}\s*[EĐ]\s*", re.IGNORECASE)
_NUMBER = r"(-?\d{1,3}\.\d{3,15})"
_LINKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # a place's own pin takes precedence over the centre of the view
        rf"https?://\S{{0,400}}?!3d{_NUMBER}!4d{_NUMBER}\S*",
        rf"https?://\S{{0,200}}?[?&]m?lat(?:itude)?={_NUMBER}&m?(?:lng|lon|long|longitude)={_NUMBER}\S*",
        rf"(?:geo:|https?://\S{{0,200}}?(?:@|[?&](?:q|ll|query|center|destination|daddr)=(?:loc:)?|/))"
        rf"{_NUMBER}(?:,|%2C)(?:\+|%20)?{_NUMBER}\S*",
    )
)
_TOLD = re.compile(
    r"(?<![\d.,/])(-?\d{1,3}\.\d{4,15})\s*[,;]\s*(-?\d{1,3}\.\d{4,15})(?![\d.,/]*\d)"
)
"""A pair among other words: at least four decimals, so that no price or date matches."""
_DIGITS = "23456789CFGHJMPQRVWX"
_PLUS_CODE = re.compile(
    rf"\s*([{_DIGITS}]{{4,8}})\+([{_DIGITS}]{{2,3}})?(?:[\s,].*)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PastedPlace:
    """A place read from text.

    Attributes:
        note: "" when it lies in the city; `swapped` when it does only with lat and long swapped;
            `outside` when it does not either way: the operator is asked.
    """

    lat: float
    long: float
    note: str = ""


def read_place(text: str) -> PastedPlace | None:
    """The place when the whole text is coordinates, a map link or a plus code; else None."""
    pair = _numbers(text[:300])
    if pair is None:
        return read_plus_code(text[:60])
    return checked_place(*pair)


def find_place(text: str) -> PastedPlace | None:
    """The first place in the city that a message mentions: a map link or coordinates."""
    for pattern in (*_LINKS, _TOLD):
        for found in pattern.finditer(text[:4000]):
            place = checked_place(float(found[1]), float(found[2]))
            if place is not None and place.note != "outside":
                return place
    return None


def checked_place(lat: float, long: float) -> PastedPlace | None:
    """A place with its `note`; None for what is no place on Earth."""
    if in_city(lat, long):
        return PastedPlace(lat, long)
    if in_city(long, lat):
        return PastedPlace(long, lat, "swapped")
    if abs(lat) <= 90 and abs(long) <= 180:
        return PastedPlace(lat, long, "outside")
    return None


def _numbers(text: str) -> tuple[float, float] | None:
    if found := _PAIR.fullmatch(text):
        return _decimal(found[1]), _decimal(found[2])
    for link in _LINKS:
        if found := link.fullmatch(text.strip()):
            return float(found[1]), float(found[2])
    if found := _SEXAGESIMAL.fullmatch(text):
        return _angle(found.groups()[:3]), _angle(found.groups()[3:])
    return None


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))


def _angle(parts: tuple[str | None, ...]) -> float:
    degrees, minutes, seconds = (_decimal(part) if part else 0.0 for part in parts)
    return degrees + minutes / 60 + seconds / 3600


def read_plus_code(text: str) -> PastedPlace | None:
    """The centre of a plus code's cell, full (`7P28QPG2+C9`) or short (`QPG2+C9`)."""
    found = _PLUS_CODE.fullmatch(text)
    if found is None:
        return None
    head, tail = found[1].upper(), (found[2] or "").upper()
    if len(head) not in (4, 6, 8):
        return None
    if len(head) < 8:
        head = plus_code(*CITY_CENTRE)[: 8 - len(head)] + head
    lat, long, height, width = _field(head + tail)
    if len(found[1]) < 8:  # the cell of that name nearest to the city
        period = 20.0 ** (2 - (8 - len(found[1])) // 2)
        lat += period * round((CITY_CENTRE[0] - lat) / period)
        long += period * round((CITY_CENTRE[1] - long) / period)
    return checked_place(lat + height / 2, long + width / 2)


def _field(digits: str) -> tuple[float, float, float, float]:
    """South, west, height and width of a code's cell, in degrees."""
    south, west, height, width = -90.0, -180.0, 400.0, 400.0
    for index in range(0, min(len(digits), 10), 2):
        height, width = height / 20, width / 20
        south += height * _DIGITS.index(digits[index])
        west += width * _DIGITS.index(digits[index + 1])
    if len(digits) > 10:  # the last digit divides the cell into five rows and four columns
        row, column = divmod(_DIGITS.index(digits[10]), 4)
        height, width = height / 5, width / 4
        south, west = south + height * row, west + width * column
    return south, west, height, width


def plus_code(lat: float, long: float) -> str:
    """The plus code of a place: ten digits and the sign, `7P28QPG2+C9`."""
    y, x = round((lat + 90) * 8000 - 0.5), round((long + 180) * 8000 - 0.5)
    code = ""
    for _ in range(5):
        code = _DIGITS[y % 20] + _DIGITS[x % 20] + code
        y, x = y // 20, x // 20
    return f"{code[:8]}+{code[8:]}"
