"""What happened to a citizen's wish about their own data: facts as in `events.py`, under the wish's
own id.
"""

from dataclasses import dataclass
from datetime import datetime

from console.domain.requests.events import Fact
from console.domain.states import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class WishReceived(Fact):
    """A citizen's wish about their own data (`domain/privacy/wishes.py`), under an id of its own.

    Attributes:
        wish: view, correct, copy, withdraw, restrict, object, delete.
        came_at: when it reached us; the clocks start there.
        rule: the city's rule that set the dates, such as `91-2025@2026-01-01`.
    """

    wish: str
    channel: Channel
    came_at: datetime
    answer_due_at: datetime
    due_at: datetime
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    name: str = ""
    text: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WishAnswered(Fact):
    """The citizen was told that it arrived and what happens next."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WishExtended(Fact):
    """It needs longer; the citizen was told why."""

    due_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WishDone(Fact):
    """The wish was carried out."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WishRefused(Fact):
    """It is refused for a reason in the law; the citizen was told which."""

    reason: str
