"""What the report on quality is made of."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.domain.reports.quality import Heard


@dataclass(frozen=True, slots=True)
class CallScore:
    """What a listener wrote of a call; kept for ever, the newest of a call counts.

    Attributes:
        sheet: codes of the criteria, joined by blanks, as they were that day.
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
    """A call of the sample, with what was written of it and what is needed to play it."""

    call: Heard
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
    """Somebody who called again within seven days.

    Attributes:
        phone: E.164; shown in full to nobody.
    """

    phone: str
    calls: int
    again: int
    first_at: datetime
    last_at: datetime
    open_requests: int


@dataclass(frozen=True, slots=True)
class NotFixed:
    """A request that was closed and was not fixed after all.

    Attributes:
        why: not_satisfied | reopened | reported_again; several, joined by blanks.
        later: requests of the same trouble at the same place after it was closed.
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
    """How long one holder had cases: by tenths of an hour; `still` are those it has now."""

    tenths: Counter[int]
    still: int = 0
