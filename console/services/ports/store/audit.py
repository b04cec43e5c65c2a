"""What the audit page needs of the store: part of `Queries`."""

from datetime import datetime
from typing import Protocol

from console.services.views.audit import AuditFilter, AuditLine


class AuditQuestions(Protocol):
    """The read side of the audit."""

    def audit_lines(self, wanted: AuditFilter, limit: int = 500) -> tuple[AuditLine, ...]:
        """Who read or changed what, newest first."""

    def audit_people(self) -> tuple[str, ...]:
        """Everybody who ever did something that the audit of this seat has."""

    def audit_head(self, at: datetime | None = None) -> tuple[int, str] | None:
        """Number and hash of the last line of this seat's audit chain, at this time or now; None
        while there is none.
        """

    def first_broken_audit_line(self) -> int | None:
        """Number of the first line that is not as it was written; None = all whole."""
