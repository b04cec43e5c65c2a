"""Rows about written contacts, drafts and our messages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.domain.states import (
    Channel,
    ContactState,
    DeliveryState,
    Purpose,
)


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact in the inbox or in a caller's history."""

    id: UUID
    channel: Channel
    sender: str | None
    sender_name: str | None
    received_at: datetime
    text: str
    state: ContactState
    flags: tuple[str, ...] = ()
    request_id: UUID | None = None
    request_number: str | None = None
    reject_reason: str | None = None
    outcome: str | None = None
    sender_key: str | None = None
    thread_key: str | None = None
    media: tuple[str, ...] = ()
    proposal: tuple[tuple[str, str], ...] = ()
    lat: float | None = None
    long: float | None = None
    about_id: UUID | None = None
    about_number: str | None = None
    number: str | None = None
    opened_at: datetime | None = None
    handled_by: str | None = None


@dataclass(frozen=True, slots=True)
class BlockedRow:
    """A sender who is blocked.

    Attributes:
        name: the latest name given, None without one.
        held: messages that this block put into the spam folder and that are still there.
        newest: the latest of them.
    """

    channel: Channel
    sender_key: str
    name: str | None
    actor: str
    at: datetime
    reason: str
    until: datetime
    held: int = 0
    newest: UUID | None = None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A half-typed form on disk."""

    id: UUID
    operator: str
    workstation: str
    updated_at: datetime
    fields: dict[str, object]
    contact_id: UUID | None


@dataclass(frozen=True, slots=True)
class OutreachRow:
    """A message of ours.

    Attributes:
        taken_by: name on the status line of the channel that sends or sent it.
    """

    id: UUID
    channel: Channel
    recipient: str
    text: str
    purpose: Purpose
    state: DeliveryState
    created_at: datetime
    updated_at: datetime
    request_id: UUID | None = None
    contact_id: UUID | None = None
    tries: int = 0
    refs: tuple[str, ...] = ()
    error: str | None = None
    taken_by: str | None = None
