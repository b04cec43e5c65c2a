"""Stored values that are not events: contacts, calls, people, files."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.domain.states import Channel, ContactState


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One call, SMS, mail or post from outside.

    Attributes:
        external_id: unique within the channel; for voice `<pbx>/<linked id>`.
        sender: as given; `sender_key` is E.164, address or account id, None when unknown.
        raw: the bytes as received.
        media: sha256 of stored files.
        proposal: what the sender chose, such as `service_code` (Open311), by field.
        about_id: the request it seems to be about; only a person links it.
        number: the request number reserved for it, eleven digits.
        opened_at: when a person first opened it; `handled_by` says who.
    """

    id: UUID
    channel: Channel
    external_id: str
    received_at: datetime
    sender: str | None = None
    sender_key: str | None = None
    sender_name: str | None = None
    sent_at: datetime | None = None
    text: str = ""
    flags: tuple[str, ...] = ()
    state: ContactState = ContactState.NEW
    request_id: UUID | None = None
    reject_reason: str | None = None
    handled_by: str | None = None
    thread_key: str | None = None
    lat: float | None = None
    long: float | None = None
    raw: bytes = b""
    media: tuple[str, ...] = ()
    proposal: tuple[tuple[str, str], ...] = ()
    about_id: UUID | None = None
    number: str | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsPart:
    """One stored PDU, before joining.

    Attributes:
        external_id: sha256 over IMSI, SMSC, sender, SCTS, reference, total, sequence and user data.
        body: user data as bytes (UCS2 parts) or text octets, `coding` says which: gsm7 | ucs2
            | 8bit.
    """

    external_id: str
    imsi: str
    sender: str | None
    received_at: datetime
    scts: datetime | None
    coding: str
    body: bytes
    pdu: bytes
    reference: int | None = None
    reference_bits: int = 8
    total: int = 1
    sequence: int = 1
    flags: tuple[str, ...] = ()
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """A stored call; one row for (pbx, call_id) however many consoles watch it.

    Attributes:
        state: ringing | claimed | talking | wrap_up | done | missed | abandoned | callback |
            settled.
        taken_by: who claimed the call or its callback.
        lost_as, outcome, ref, recorded, wrapped_at: as `domain.calls.CallState` has them.
        recording: path of the file, `recording_sha256` of its content; "" while there is none.
    """

    pbx: str
    call_id: str
    state: str
    offered_at: datetime
    contact_id: UUID
    phone: str | None = None
    name: str | None = None
    queue: str | None = None
    direction: str = "in"
    operator: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    taken_by: str | None = None
    taken_at: datetime | None = None
    lost_as: str | None = None
    outcome: str | None = None
    ref: str | None = None
    recorded: str = ""
    recording: str = ""
    recording_sha256: str = ""
    wrapped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """A password of this seat, hashed with argon2id.

    Attributes:
        hash: encoded, with its parameters; "" = the account has no password here.
        failures: wrong passwords since the last right one; `failed_at` is the latest.
    """

    user: str
    hash: str
    set_at: datetime
    failures: int = 0
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person of the centre who has signed in at this seat; `role` is the wire value."""

    user: str
    name: str
    role: str
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act at a seat that is not a step of a request: who, where, when, what.

    Attributes:
        act: `signed_in`, `locked`, `unlocked`, `handed_over`, `drafts_handed_over`,
            `password_set`, `password_wrong`, `number_shown`, `notice_issued` and the like.
        subject: what it was done to, such as a request's number or an account.
        detail: never a citizen's name or number.
    """

    at: datetime
    actor: str
    role: str
    workstation: str
    act: str
    subject: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class BlockedSender:
    """A sender whose messages go to the spam folder until `until`.

    Attributes:
        actor: who blocked the sender; after an unblock, who did that.
        at: since when; after an unblock, the same as `until`.
    """

    channel: Channel
    sender_key: str
    until: datetime
    actor: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the spool, named by its content."""

    sha256: str
    size: int
    mime: str
    name: str
