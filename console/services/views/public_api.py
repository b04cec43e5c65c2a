"""Rows for the public API (Open311), without personal data."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.domain.states import Channel, State


@dataclass(frozen=True, slots=True)
class PublicFilter:
    """Selects requests for a public list, newest first.

    Attributes:
        start_at, end_at: on the time of the report, both ends included.
        services: service codes, empty = all.
        is_open: True open, False closed, None both.
        limit: at most 1,001; one more than a page shows that there is a next one.
    """

    start_at: datetime
    end_at: datetime
    services: tuple[str, ...] = ()
    is_open: bool | None = None
    limit: int = 1000
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """The published words and photos of a request; nothing else of it is public."""

    text: str
    result: str | None
    photos: tuple[str, ...]
    lat: float | None
    long: float | None


@dataclass(frozen=True, slots=True)
class PublicRow:
    """A request for Open311: what everybody may read, and what only its sender may.

    Attributes:
        shown: the public part, None while it is not published.
        state: None for a report that no operator has handled yet.
        key: name of the API key it came by, None for other channels.
        contact_id: the contact whose number this is, where there is one.
        joined: number of the request that an operator merged this report into.
        description, status_notes, address, lat, long: internal values, for its sender only.
    """

    number: str
    shown: Shown | None
    state: State | None
    channel: Channel
    service_code: str
    description: str
    status_notes: str | None
    agency: str | None
    requested_at: datetime
    updated_at: datetime
    due_at: datetime | None
    address: str | None
    lat: float | None
    long: float | None
    is_open: bool
    key: str | None = None
    contact_id: UUID | None = None
    joined: str | None = None


@dataclass(frozen=True, slots=True)
class PublicUpdate:
    """A step of a request as its reporter's app shows it.

    Attributes:
        kind: the stored event's kind, in snake case.
        text: the published result, or for its own sender the reason or result itself; else None.
    """

    update_id: UUID
    number: str
    kind: str
    at: datetime
    text: str | None
