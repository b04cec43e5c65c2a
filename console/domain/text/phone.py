"""Telephone numbers: any spelling -> E.164, and back to what Vietnamese people read.

The tables here cover Vietnamese numbers, `phonenumbers` (large, so imported when needed) the
foreign ones. Old eleven-digit mobiles (changed 15 September 2018) and old city landlines (changed
17 June 2017) are still said, printed and stored.
"""

import re
from datetime import date

from console.domain.text.cleaning import clean_line

_WITHHELD = frozenset(
    {"", "<unknown>", "unknown", "anonymous", "(null)", "null", "private", "restricted"}
    | {"withheld", "unavailable", "none", "p", "o", "asterisk", "no number"}
)
_LANDLINE_2017 = date(2017, 6, 17)
_OLD_MOBILE = (
    {"120": "70", "121": "79", "122": "77", "126": "76", "128": "78"}
    | {"123": "83", "124": "84", "125": "85", "127": "81", "129": "82"}
    | {f"16{n}": f"3{n}" for n in range(2, 10)}
    | {"186": "56", "188": "58", "199": "59"}
)
# Landlines of what has been part of the city since July 2025: Bình Dương and Bà Rịa - Vũng Tàu.
_OLD_AREA = {"650": "274", "64": "254"}
_MOBILE = re.compile(r"(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9\d)\d{7}")
_LANDLINE = re.compile(r"2(?:[48]\d{8}|\d{9})")
_OLD_CITY_DIGITS = re.compile(r"(?:0|\+?84)8[2-7]\d{7}")
_SERVICE = re.compile(r"1[89]00\d{4,6}")
_OLD_CITY_SHAPE = re.compile(r"(?:\+?84[\s.\-]*\(?8|\(?08)\)?[\s.\-]+[2-7]\d{3}[\s.\-]?\d{4}")
_SEPARATORS = re.compile(r"[\s.\-()/]+")
_PLAIN_MOBILE = re.compile(r"0(?:3[2-9]|5[25689]|7[06-9]|9[0-9])[0-9]{7}")
"""Nearly all numbers; never ambiguous, unlike 08, which may be an old landline."""
_AROUND = re.compile(r"^(?:sips?|tel):|[@;].*$", re.IGNORECASE)
_DIGITS = re.compile(r"\+?[0-9]{2,15}")
_DIALABLE = re.compile(r"\+?[0-9*#]{2,20}")
_SHORT = re.compile(r"[1-9][0-9]{1,5}")
_WITH_COUNTRY = re.compile(r"84\d{9,10}")
_LOCAL_7, _LOCAL_8 = re.compile(r"[2-7]\d{6}"), re.compile(r"[2-7]\d{7}")


def is_withheld(raw: str | None) -> bool:
    """Whether the exchange says that the number is unknown or withheld."""
    return raw is None or clean_line(raw).lower() in _WITHHELD


def normalise(raw: str | None, *, at: date | None = None) -> str | None:
    """E.164 (`+84903123456`), short codes as their digits (`1022`), None when there is no number.

    Args:
        raw: as the exchange, the modem or a person gave it.
        at: day of the number; before 17 June 2017 `08` and eight digits is a landline however it is
            grouped. Without a day only the grouping `08 3829 1022` says so.
    """
    if raw is None:
        return None
    if _PLAIN_MOBILE.fullmatch(raw):
        return f"+84{raw[1:]}"
    if is_withheld(raw):
        return None
    text = _AROUND.sub("", clean_line(raw, 64))
    digits = _SEPARATORS.sub("", text)
    if not _DIGITS.fullmatch(digits):
        return None
    if _OLD_CITY_SHAPE.fullmatch(text) or (at and at < _LANDLINE_2017 and _old_city(digits)):
        return f"+8428{digits[-8:]}"
    if _SHORT.fullmatch(digits):
        return digits
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if digits.startswith("+") and not digits.startswith("+84"):
        return _foreign(digits)
    return _vietnamese(digits)


def _old_city(digits: str) -> bool:
    return _OLD_CITY_DIGITS.fullmatch(digits) is not None


def _vietnamese(digits: str) -> str | None:
    """For a number with or without country code and leading zero."""
    national = digits.removeprefix("+84")
    if national == digits and _WITH_COUNTRY.fullmatch(digits):
        national = digits[2:]
    national = national.removeprefix("0")
    if len(national) == 10 and national[:3] in _OLD_MOBILE:
        national = _OLD_MOBILE[national[:3]] + national[3:]
    for old, new in _OLD_AREA.items():
        if national.startswith(old) and _LOCAL_7.fullmatch(national[len(old) :]):
            national = new + national[len(old) :]
    if digits == national and _LOCAL_8.fullmatch(national):
        national = f"28{national}"  # a landline said without its area code
    for kind in (_MOBILE, _LANDLINE, _SERVICE):
        if kind.fullmatch(national):
            return f"+84{national}"
    return None


def _foreign(digits: str) -> str | None:
    import phonenumbers  # noqa: PLC0415

    try:
        parsed = phonenumbers.parse(digits, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_mobile(e164: str | None) -> bool:
    """Whether an SMS can reach this number: a Vietnamese mobile."""
    return e164 is not None and e164.startswith("+84") and bool(_MOBILE.fullmatch(e164[3:]))


def is_dialable(typed: str) -> bool:
    """Whether a telephone can dial it as it is: an extension, a number, a code with * or #."""
    return _DIALABLE.fullmatch(typed) is not None


def dialled(number: str) -> str:
    """As a local telephone dials it: `0903123456`, `1022`; a foreign number keeps its `+`."""
    national = number.removeprefix("+84")
    if national == number or _SERVICE.fullmatch(national):
        return national
    return f"0{national}"


def display(e164: str | None) -> str:
    """As people read it: `0903 123 456`, `028 3829 1022`, `+1 650-253-0000`; "" for None."""
    if not e164:
        return ""
    if not e164.startswith("+84"):
        return _display_foreign(e164) if e164.startswith("+") else e164
    national = e164[3:]
    if _MOBILE.fullmatch(national):
        return f"0{national[:3]} {national[3:6]} {national[6:]}"
    if _SERVICE.fullmatch(national):
        return f"{national[:4]} {national[4:]}"
    if _LANDLINE.fullmatch(national):
        area = 2 if national[1] in "48" else 3
        return f"0{national[:area]} {national[area : area + 4]} {national[area + 4 :]}"
    return e164


def _display_foreign(e164: str) -> str:
    import phonenumbers  # noqa: PLC0415

    try:
        parsed = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
