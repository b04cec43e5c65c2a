"""What the public may ask (Open311): rows without a person in them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.domain.states import Channel, State


@dataclass(frozen=True, slots=True)
class PublicFilter:
    """Which requests a public list shows, newest first.

    Attributes:
        start_at, end_at: on the time of the report, both ends included.
        services: service codes, empty = all.
        is_open: True open, False closed, None both.
        limit: at most 1,001, so that one more tells of a next page.
    """

    start_at: datetime
    end_at: datetime
    services: tuple[str, ...] = ()
    is_open: bool | None = None
    limit: int = 1000
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """The words and photos with which a request was published; nothing else of it is public."""

    text: str
    result: str | None
    photos: tuple[str, ...]
    lat: float | None
    long: float | None


@dataclass(frozen=True, slots=True)
class PublicRow:
    """A request for who asks by Open311: what everybody may read, what its own sender may.

    Attributes:
        shown: what is public, None while it is not published.
        state: None for a report that no operator looked at yet.
        key: name of the api key it came by, None for other channels.
        contact_id: the contact whose number this is, where there is one.
        joined: number of the request that an operator joined this report to.
        description, status_notes, address, lat, long: as they stand inside, for its sender only.
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
    """A step of a request that its reporter's app shows.

    Attributes:
        kind: the stored event's kind, in snake case.
        text: the result as it was published, or to its own sender the reason or result itself;
            None when there is none to read.
    """

    update_id: UUID
    number: str
    kind: str
    at: datetime
    text: str | None
