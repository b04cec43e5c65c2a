"""The public number of a request: eleven digits YY CCC NNNNN D, made to be read over the telephone.

Year (in the city), code of the console, its counter, check digit after Damm, which detects every
single wrong digit and every swap of neighbours. No two consoles share a code, so numbers made
offline never collide.
"""

import re
from datetime import datetime

from console.domain.errors import InputError
from console.domain.time_zone import CITY

LAST_COUNTER = 99_999
# Damm's table for base 10 (H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004).
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015\u2212_/#]+")


def check_digit(digits: str) -> int:
    """Damm's digit for these; 0 when they already end in the right one."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def make(at: datetime, console_code: int | str, counter: int) -> str:
    """The number for this instant.

    Args:
        at: aware; its year in the city counts.
        console_code: 0-999, assigned by the centre, never reused.
        counter: 1-99999, taken in the transaction that saves the request.

    Raises:
        InputError: `number_out_of_range`.
    """
    code = int(console_code)
    if not (0 <= code <= 999 and 1 <= counter <= LAST_COUNTER):
        raise InputError("number_out_of_range", console=code, counter=counter)
    digits = f"{at.astimezone(CITY).year % 100:02d}{code:03d}{counter:05d}"
    return f"{digits}{check_digit(digits)}"


def spoken(number: str) -> str:
    """With blanks where a reader pauses: `26001001237` -> `26 001 00123 7`."""
    if len(number) != 11 or not number.isdigit():
        return number
    return f"{number[:2]} {number[2:5]} {number[5:10]} {number[10]}"


def parse(text: str) -> str:
    """The eleven digits in what somebody wrote; blanks, dots and dashes do not matter.

    Raises:
        InputError: `not_a_number` when there are not eleven digits, `wrong_check_digit` when one of
            them must be wrong.
    """
    digits = _SEPARATORS.sub("", text)
    if not (len(digits) == 11 and digits.isascii() and digits.isdigit()):
        raise InputError("not_a_number", text=text[:40])
    if check_digit(digits) != 0:
        raise InputError("wrong_check_digit", number=spoken(digits))
    return digits


def likely_typos(text: str) -> tuple[str, ...]:
    """Valid numbers one mistake away from this invalid one: a misheard digit or swapped neighbours.

    At most 21, because at every place exactly one digit makes the number valid.
    """
    digits = _SEPARATORS.sub("", text)
    if not (len(digits) == 11 and digits.isascii() and digits.isdigit()):
        return ()
    near = {
        f"{digits[:at]}{other}{digits[at + 1 :]}" for at in range(11) for other in "0123456789"
    } | {f"{digits[:at]}{digits[at + 1]}{digits[at]}{digits[at + 2 :]}" for at in range(10)}
    return tuple(sorted(n for n in near - {digits} if check_digit(n) == 0))
