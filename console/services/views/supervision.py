"""What a supervisor watches: counts that need somebody, and the rows behind each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

KINDS = ("unforwarded", "late", "near", "bounced", "extension", "failed", "orphans",
         "warned", "silent")  # fmt: skip
"""Requests that nobody gave to an agency in time; past their deadline; three quarters of the time
gone; sent back by two agencies; extensions asked; messages that did not arrive; drafts that nobody
types on any more; clocks that warned lately; agencies that owe a progress report.
"""


@dataclass(frozen=True, slots=True)
class WatchRow:
    """One thing that needs somebody.

    Attributes:
        key: tells two rows of one kind apart.
        request_id: None for a draft.
        what: agency's code, delivery error, or who typed the draft; of a warning agency, clock and
            level with a blank between.
        since: when it began to need somebody.
        due_at: of the assignment concerned, else None.
        subject_id: of the message or the draft that it is about, else None.
        far: the draft is of another seat, which is gone; the centre has what it says.
    """

    kind: str
    key: str
    request_id: UUID | None
    number: str
    service_code: str
    what: str
    since: datetime
    due_at: datetime | None = None
    subject_id: UUID | None = None
    far: bool = False
