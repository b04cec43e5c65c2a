"""Rows of the supervisor's page: what needs attention."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

KINDS = ("unforwarded", "late", "near", "bounced", "extension", "failed", "orphans",
         "warned", "silent")  # fmt: skip
"""In this order: not forwarded in time; past the deadline; three quarters of the time used; sent
back by two agencies; extension requested; message not delivered; abandoned draft; recent clock
warning; overdue progress report of an agency.
"""


@dataclass(frozen=True, slots=True)
class WatchRow:
    """One matter that needs attention.

    Attributes:
        key: identifies the row within its kind.
        request_id: None for a draft.
        what: agency code, delivery error, or author of the draft; for a warning agency, clock and
            level, separated by blanks.
        since: when it began.
        due_at: of the assignment concerned, else None.
        subject_id: of the message or draft concerned, else None.
        far: the draft was left at another seat; the centre has its content.
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
