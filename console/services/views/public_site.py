"""Rows of the public site: published words only, no personal data."""

from dataclasses import dataclass
from datetime import datetime

from console.domain.states import State


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A published request.

    Attributes:
        text, result, photos, lat, long: as published, not the internal values.
    """

    number: str
    state: State
    service_code: str
    text: str
    result: str | None
    photos: tuple[str, ...]
    lat: float | None
    long: float | None
    ward_code: str | None
    agency: str | None
    requested_at: datetime
    updated_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
