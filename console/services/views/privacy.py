"""All that this seat keeps of one person, as it is handed to him."""

from dataclasses import dataclass
from datetime import datetime

from console.domain.privacy.person import OwnPart, Person
from console.domain.privacy.wishes import Wish
from console.services.records import BlockedSender, CallRecord, Contact
from console.services.views.audit import AuditLine
from console.services.views.contacts import DraftRow, OutreachRow


@dataclass(frozen=True, slots=True)
class OptOut:
    """Whether he wants no messages that we send by ourselves, as he said it last."""

    channel: str
    key: str
    at: datetime
    out: bool


@dataclass(frozen=True, slots=True)
class NamingConsent:
    """His yes to be named when the city thanks active reporters."""

    phone: str
    name: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What the store has; oldest first everywhere.

    Attributes:
        parts: requests that he reported, his part of each.
        contacts: calls and messages that came from him, as they were taken.
        messages: ours to him.
        raw_sms: undecoded pieces of SMS of his that are kept as evidence.
        readers: lines of this seat's audit about his requests and calls; what else such a line
            names is left out.
        let_go: requests of anybody whose details lie at the centre alone; his may be among them.
    """

    person: Person
    parts: tuple[OwnPart, ...]
    contacts: tuple[Contact, ...]
    messages: tuple[OutreachRow, ...]
    calls: tuple[CallRecord, ...]
    opted_out: tuple[OptOut, ...]
    blocked: tuple[BlockedSender, ...]
    named: tuple[NamingConsent, ...]
    drafts: tuple[DraftRow, ...]
    raw_sms: int
    readers: tuple[AuditLine, ...]
    wishes: tuple[Wish, ...] = ()
    let_go: int = 0

    @property
    def files(self) -> tuple[str, ...]:
        """Every file (sha256) that came from him, once."""
        named = (name for each in (*self.parts,) for name in each.files)
        sent = (name for each in self.contacts for name in each.media)
        return tuple(dict.fromkeys((*named, *sent)))

    @property
    def to_be_read(self) -> tuple[OwnPart, ...]:
        """Requests that others reported too: a person reads what was noted before it is given."""
        return tuple(part for part in self.parts if part.others)
