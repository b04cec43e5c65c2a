"""Telephone numbers masked, alone and inside a text."""

import re
from collections.abc import Callable


def mask_phone(phone: str | None) -> str:
    """A number that can be recognised but not called: `+84903123456` -> `***456`; "" for None.

    Short numbers such as 1022 belong to nobody and stay.
    """
    if not phone:
        return ""
    return phone if len(phone) <= 5 else f"***{phone[-3:]}"


_GAP = r"[ .\-\u2010-\u2015_\u00b7()]{0,3}"
"""What people write between the digits of a number."""
_NUMBER_IN_TEXT = re.compile(
    # An id, a request's number and a date stay.
    r"(?P<kept>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b[2-7]\d \d{3} \d{5} \d(?!\d)"
    r"|\b\d{1,2}[.\-]\d{1,2}[.\-]\d{4}(?!\d))"
    # `SĐT0903...` is a number, digits within a hexadecimal word are none.
    r"|(?<![0-9a-f])(?:"
    rf"(?:\+{_GAP}84|(?<!\d)(?:00)?84|(?<!\d)0){_GAP}(?:0{_GAP})?"
    rf"(?:[35789](?:{_GAP}\d){{8}}|[1-9](?:{_GAP}\d){{7,9}})"
    rf"|\+\d(?:{_GAP}\d){{7,13}})(?!\d)"
)
"""Mobile numbers first: ten digits, so that the number behind one is not taken for its end."""
_WIDE_DIGITS = {0xFF10 + n: str(n) for n in range(10)}
"""As keyboards for Chinese write them."""


def mask_numbers(text: str, keeps: Callable[[str], bool] | None = None) -> str:
    """Telephone numbers inside a text masked, for logs and the public page; a request's number
    stays.

    Args:
        keeps: whether a number, as it is written there, stays too.
    """

    def masked(found: re.Match[str]) -> str:
        if found["kept"] or (keeps is not None and keeps(found[0])):
            return found[0]
        return mask_phone(re.sub(r"\D", "", found[0]))

    return _NUMBER_IN_TEXT.sub(masked, text.translate(_WIDE_DIGITS))
