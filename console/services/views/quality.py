"""Rows of the report on quality."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.domain.reports.quality import CallCandidate


@dataclass(frozen=True, slots=True)
class CallScore:
    """A listener's score of a call; stored for good, and the latest one counts.

    Attributes:
        sheet: codes of the criteria that day, joined by blanks.
        marks: criterion -> 0, 1 or 2.
        score: share of the points, 0 to 1.
    """

    pbx: str
    call_id: str
    at: datetime
    by: str
    operator: str
    sheet: str
    marks: dict[str, int]
    score: float
    remark: str = ""


@dataclass(frozen=True, slots=True)
class SampledCall:
    """A call of the sample with its score and its recording."""

    call: CallCandidate
    phone: str | None
    recording_sha256: str
    score: CallScore | None


@dataclass(frozen=True, slots=True)
class OperatorCalls:
    """An operator's answered calls of a period, and how many callers called again."""

    answered: int
    judged: int
    again: int


@dataclass(frozen=True, slots=True)
class RepeatCaller:
    """A caller who called again within seven days.

    Attributes:
        phone: E.164; never shown in full.
    """

    phone: str
    calls: int
    again: int
    first_at: datetime
    last_at: datetime
    open_requests: int


@dataclass(frozen=True, slots=True)
class NotFixed:
    """A request that was closed although the trouble was not fixed.

    Attributes:
        why: not_satisfied | reopened | reported_again; several, joined by blanks.
        later: requests about the same trouble at the same place after it was closed.
    """

    request_id: UUID
    number: str
    service_code: str
    agency: str | None
    closed_at: datetime
    why: str
    later: tuple[UUID, ...]


@dataclass(slots=True)
class Holding:
    """How long one holder held cases, by tenths of an hour; `still` counts those held now."""

    tenths: Counter[int]
    still: int = 0
