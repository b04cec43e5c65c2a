"""Rows of the page **Nhật ký** and of `audit list`: one line for each act at this seat."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

type Side = Literal["access", "change"]
"""`access`: a line of the seat's audit; `change`: a step of a request, an event."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Selects audit lines; an empty field selects all.

    Attributes:
        since, until: from `since` to before `until`.
        person: an account's name.
        act: an act of the audit, or the kind of an event.
        request: a request's number, eleven digits.
    """

    since: datetime | None = None
    until: datetime | None = None
    person: str = ""
    act: str = ""
    request: str = ""
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One act: who, where, when, what, about which request.

    Attributes:
        n: its number within its side.
        subject: a request's number as spoken, an account, or an extension.
        detail: never a citizen's name or number.
    """

    side: Side
    n: int
    at: datetime
    actor: str
    role: str
    workstation: str
    act: str
    subject: str
    detail: str
