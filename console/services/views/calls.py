"""Rows about calls, callers and callbacks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.domain.states import (
    Channel,
    DeliveryState,
)
from console.services.views.contacts import ContactRow
from console.services.views.requests import RequestRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFigures:
    """A period's calls to the hotline, from our own rows.

    The exchange's figures are not used, because they restart at zero with it.

    Attributes:
        offered: calls that arrived and are no longer ringing.
        answered_in_time: answered within `within_s` seconds.
        abandoned: the caller gave up.
        short: abandoned within five seconds; these do not count in the service level.
        lost: not answered for another reason: timed out, missed, callback requested.
        longest_wait_s: until answered or lost.
        by_operator: (extension, answered, seconds talked).
    """

    since: datetime
    until: datetime
    within_s: float
    offered: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    short: int = 0
    lost: int = 0
    mean_wait_s: float = 0.0
    longest_wait_s: float = 0.0
    by_operator: tuple[tuple[str, int, float], ...] = ()

    @property
    def service_level(self) -> float | None:
        """answered_in_time / (offered - short), 0 to 1; None without a call that counts."""
        counted = self.offered - self.short
        return self.answered_in_time / counted if counted > 0 else None

    @property
    def abandonment(self) -> float | None:
        """(abandoned - short) / (offered - short), 0 to 1; None without a call that counts."""
        counted = self.offered - self.short
        return (self.abandoned - self.short) / counted if counted > 0 else None


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """A call with a recording.

    Attributes:
        sha256: of the file, "" while it is not there yet.
    """

    pbx: str
    call_id: str
    phone: str | None
    direction: str
    at: datetime
    talked_s: float
    operator: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class CallerCard:
    """What is known about a number: open requests first, then newest first."""

    phone: str | None
    name: str | None
    requests: tuple[RequestRow, ...]
    contacts: tuple[ContactRow, ...]
    open_count: int


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """A request whose result a reporter waits for; `contact_id` says which of several."""

    request_id: UUID
    number: str
    requested_at: datetime
    service_code: str
    address_string: str | None
    reporter_name: str | None
    phone: str | None
    channel: Channel
    result_text: str | None
    agency: str | None
    resolved_at: datetime | None
    due_at: datetime | None
    attempts: int
    last_outcome: str | None
    last_at: datetime | None
    message_state: DeliveryState | None = None
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class MissedCallRow:
    """Unanswered calls, one row per number."""

    pbx: str
    call_id: str
    phone: str | None
    name: str | None
    at: datetime
    kind: str
    times: int
    taken_by: str | None = None
    taken_at: datetime | None = None
