"""Telephone numbers masked, alone and inside a text."""

import re
from collections.abc import Callable


def mask_phone(phone: str | None) -> str:
    """A number that can be recognised but not called: `+84903123456` -> `***456`; "" for None.

    Short numbers such as 1022 identify nobody and stay.
    """
    if not phone:
        return ""
    return phone if len(phone) <= 5 else f"***{phone[-3:]}"


_GAP = r"[ .\-\u2010-\u2015_\u00b7()]{0,3}"
"""What people write between the digits of a number."""
_NUMBER_IN_TEXT = re.compile(
    # Ids, request numbers and dates stay.
    r"(?P<kept>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b[2-7]\d \d{3} \d{5} \d(?!\d)"
    r"|\b\d{1,2}[.\-]\d{1,2}[.\-]\d{4}(?!\d))"
    # `SĐT0903...` is a number; digits inside a hexadecimal word are not.
    r"|(?<![0-9a-f])(?:"
    rf"(?:\+{_GAP}84|(?<!\d)(?:00)?84|(?<!\d)0){_GAP}(?:0{_GAP})?"
    rf"(?:[35789](?:{_GAP}\d){{8}}|[1-9](?:{_GAP}\d){{7,9}})"
    rf"|\+\d(?:{_GAP}\d){{7,13}})(?!\d)"
)
"""Mobile numbers come first: exactly ten digits, so a number that follows is not swallowed."""
_WIDE_DIGITS = {0xFF10 + n: str(n) for n in range(10)}
"""Full-width digits, as Chinese input methods write them."""


def mask_numbers(text: str, keeps: Callable[[str], bool] | None = None) -> str:
    """The text with telephone numbers masked, for logs and the public page; a request's number
    stays.

    Args:
        keeps: says whether a number, as written there, stays too.
    """

    def masked(found: re.Match[str]) -> str:
        if found["kept"] or (keeps is not None and keeps(found[0])):
            return found[0]
        return mask_phone(re.sub(r"\D", "", found[0]))

    return _NUMBER_IN_TEXT.sub(masked, text.translate(_WIDE_DIGITS))
