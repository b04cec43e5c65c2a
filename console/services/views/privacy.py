"""All data of one person at this seat, as it is handed to that person."""

from dataclasses import dataclass
from datetime import datetime

from console.domain.privacy.person import OwnPart, Person
from console.domain.privacy.wishes import Wish
from console.services.records import BlockedSender, CallRecord, Contact
from console.services.views.audit import AuditLine
from console.services.views.contacts import DraftRow, OutreachRow


@dataclass(frozen=True, slots=True)
class OptOut:
    """The latest wish about automatic messages; `out` refuses them."""

    channel: str
    key: str
    at: datetime
    out: bool


@dataclass(frozen=True, slots=True)
class NamingConsent:
    """The consent to be named when the city thanks active reporters."""

    phone: str
    name: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The stored data of a person; all lists are oldest first.

    Attributes:
        parts: the person's requests, with the person's own part of each.
        contacts: calls and messages from the person, as recorded.
        messages: our messages to the person.
        raw_sms: number of undecoded SMS parts kept as evidence.
        readers: audit lines about the person's requests and calls, without other names.
        let_go: requests of anybody that only the centre still has; some may be this person's.
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
        """Every file (sha256) from the person, once."""
        named = (name for each in (*self.parts,) for name in each.files)
        sent = (name for each in self.contacts for name in each.media)
        return tuple(dict.fromkeys((*named, *sent)))

    @property
    def to_be_read(self) -> tuple[OwnPart, ...]:
        """Requests with other reporters too: somebody must check the notes before handing over."""
        return tuple(part for part in self.parts if part.others)
