"""What happened to a citizen's wish about his own data: facts as in `events.py`, under an id of the
wish's own.
"""

from dataclasses import dataclass
from datetime import datetime

from console.domain.requests.events import Fact
from console.domain.states import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class WishReceived(Fact):
    """A citizen's wish about what is kept of him (`domain/privacy/wishes.py`), under an id of its
    own.

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
    """He was told that it came and what happens with it."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WishExtended(Fact):
    """It needs longer; he was told why."""

    due_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WishDone(Fact):
    """What he wished was done."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WishRefused(Fact):
    """It is not done, by a reason of the law; he was told which."""

    reason: str
