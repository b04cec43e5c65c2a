"""How near a deadline is, in four steps."""

from datetime import datetime
from enum import StrEnum


class Urgency(StrEnum):
    """How near a deadline is; the window gives each step a colour, a word and a shape."""

    OK = "ok"
    SOON = "soon"
    NEAR = "near"
    LATE = "late"


def urgency(start: datetime, due: datetime | None, now: datetime) -> Urgency:
    """`soon` from half of the clock on, `near` from three quarters, `late` after its end."""
    if due is None:
        return Urgency.OK
    if now > due:
        return Urgency.LATE
    whole, gone = due - start, now - start
    if gone * 4 >= whole * 3:
        return Urgency.NEAR
    return Urgency.SOON if gone * 2 >= whole else Urgency.OK
