"""What the bus carries while the program runs; nothing here is stored."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from console.domain.clocks.escalation import Warned
from console.domain.requests.events import StoredEvent
from console.domain.states import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """One step of a call, as the PBX told it (CONTRACT.md "A call event").

    Attributes:
        kind: offered ringing answered held resumed transferred conferenced ended abandoned missed
            callback_requested claimed settled recording dtmf queue_changed agent_changed link.
        call_id: the PBX's linked id; "" for agent and link events.
        peer_number: as the PBX gave it, None when withheld.
        operator: the extension of the seat concerned.
        reason: for `ended` caller|agent|transfer|answered_elsewhere|unknown; for `recording`
            on|muted|off|unknown;
            for `link` up|down|resyncing.
        certain: False when inferred after a lost link.
        more: what the kind adds (queue wait, position, digit, target, agent state).
    """

    kind: str
    call_id: str
    at: datetime
    pbx: str = ""
    queue: str | None = None
    direction: str = "in"
    peer_number: str | None = None
    peer_name: str | None = None
    operator: str | None = None
    reason: str | None = None
    certain: bool = True
    seen_at: datetime | None = None
    more: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContactArrived:
    """A contact was committed, or changed by a late part."""

    contact_id: UUID
    channel: Channel


@dataclass(frozen=True, slots=True)
class BlocksChanged:
    """Who is blocked, why or until when is another now, committed."""


@dataclass(frozen=True, slots=True)
class RequestsChanged:
    """These requests have new events, committed."""

    ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class OutreachChanged:
    """A message of ours got a new delivery state."""

    outreach_id: UUID
    request_id: UUID | None


@dataclass(frozen=True, slots=True)
class CallsChanged:
    """The stored calls (missed list) changed."""

    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTaken:
    """This seat claimed a call or settled one, committed; the line tells the other seats.

    Attributes:
        kind: claimed | settled.
        taken_from: whom it was taken over from, "" for a first claim.
    """

    kind: str
    pbx: str
    call_id: str
    person: str
    at: datetime
    taken_from: str = ""


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """Health of one outside service, in words for the status line.

    Attributes:
        link: `store`, `central`, `pbx`, `modem:<name>`, `mail`, `map`.
        state: up | down | connecting | resyncing | off | warn.
        detail: code for `wording.py`, with `params`.
    """

    link: str
    state: str
    detail: str = ""
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftsChanged:
    """The set of open drafts changed."""


@dataclass(frozen=True, slots=True)
class DraftTaken:
    """A supervisor took over a form of this seat while the seat was away."""

    draft_id: UUID
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """Somebody else has this seat now; published after the audit is on disk.

    Attributes:
        user: the account; what follows the person (queue membership, the centre's login) goes
            by it.
    """

    user: str
    name: str


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """What the centre says of the login that this seat follows it by.

    Attributes:
        role: as the centre has it now; None when it lets this login in no more.
        agency: of an officer, else None.
    """

    login: str
    role: str | None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A person did a step at this seat that he may take back for a while."""

    event: StoredEvent
    number: str


@dataclass(frozen=True, slots=True)
class WarningsRaised:
    """Clocks passed a threshold; written down, so that each comes once at a seat."""

    warnings: tuple[Warned, ...]


@dataclass(frozen=True, slots=True)
class NoticesChanged:
    """A notice was issued, changed or ended at this seat; others' come as `RequestsChanged`."""


@dataclass(frozen=True, slots=True)
class VolumeLeftBand:
    """An hour brought more, or fewer, than the forecast thinks possible; told once.

    Attributes:
        series: `calls`, "" for all requests, or a group of services.
        came: since the hour began.
        edge: of the band that was left.
        over: the hour is over.
    """

    series: str
    hour: datetime
    came: int
    expected: float
    edge: float
    over: bool

    @property
    def above(self) -> bool:
        """More than the band allows."""
        return self.came > self.edge
