"""What the bus carries while the program runs; none of it is stored."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from console.domain.clocks.escalation import Warned
from console.domain.requests.events import StoredEvent
from console.domain.states import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """One step of a call, as the PBX reported it (docs/reference/json.md).

    Attributes:
        kind: offered ringing answered held resumed transferred conferenced ended abandoned missed
            callback_requested claimed settled recording dtmf queue_changed agent_changed link.
        call_id: the PBX's linked id; "" for agent and link events.
        peer_number: as the PBX gave it, None when withheld.
        operator: the extension concerned.
        reason: for `ended` caller|agent|transfer|answered_elsewhere|unknown; for `recording`
            on|muted|off|unknown; for `link` up|down|resyncing.
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
    """A contact was committed, or a late part changed it."""

    contact_id: UUID
    channel: Channel


@dataclass(frozen=True, slots=True)
class BlocksChanged:
    """The list of blocked senders changed and is committed."""


@dataclass(frozen=True, slots=True)
class RequestsChanged:
    """These requests have new committed events."""

    ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class OutreachChanged:
    """A message of ours has a new delivery state."""

    outreach_id: UUID
    request_id: UUID | None


@dataclass(frozen=True, slots=True)
class CallsChanged:
    """The stored calls (missed list) changed."""

    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTaken:
    """This workstation claimed or settled a call, and it is committed; the line tells the others.

    Attributes:
        kind: claimed | settled.
        taken_from: the person it was taken over from, "" for a first claim.
    """

    kind: str
    pbx: str
    call_id: str
    person: str
    at: datetime
    taken_from: str = ""


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """Health of one outside service, for the status line.

    Attributes:
        link: `store`, `central`, `pbx`, `modem:<name>`, `mail`, `map`.
        state: up | down | connecting | resyncing | off | warn.
        detail: code of a sentence in `services/wording/`, with `params`.
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
    """A supervisor took over a form of this workstation while it was away."""

    draft_id: UUID
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """Another person uses this workstation now; published after the audit line is on disk.

    Attributes:
        user: the account; queue membership and the centre's login follow it.
    """

    user: str
    name: str


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """What the centre says of this workstation's login.

    Attributes:
        role: as the centre has it now; None when the login is no longer let in.
        agency: of an officer, else None.
    """

    login: str
    role: str | None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A person took a step at this workstation that can be taken back for a while."""

    event: StoredEvent
    number: str


@dataclass(frozen=True, slots=True)
class WarningsRaised:
    """Clocks passed a threshold; recorded, so that each warning appears once per workstation."""

    warnings: tuple[Warned, ...]


@dataclass(frozen=True, slots=True)
class NoticesChanged:
    """A notice was issued, changed or ended at this workstation; those of others come as
    `RequestsChanged`.
    """


@dataclass(frozen=True, slots=True)
class VolumeLeftBand:
    """An hour brought more or less than the forecast's band; published once.

    Attributes:
        series: `calls`, "" for all requests, or a group of services.
        came: since the hour began.
        edge: the edge of the band that was crossed.
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
        """Above the band."""
        return self.came > self.edge
