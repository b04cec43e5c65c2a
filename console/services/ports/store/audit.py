"""What the audit needs of the store: part of `Queries`."""

from datetime import datetime
from typing import Protocol

from console.services.views.audit import AuditFilter, AuditLine


class AuditQuestions(Protocol):
    """Reading the audit."""

    def audit_lines(self, wanted: AuditFilter, limit: int = 500) -> tuple[AuditLine, ...]:
        """Who read or changed what, newest first."""

    def audit_people(self) -> tuple[str, ...]:
        """Everybody whom this seat's audit names as acting."""

    def audit_head(self, at: datetime | None = None) -> tuple[int, str] | None:
        """Number and hash of the audit chain's last line, now or at this time; None if empty."""

    def first_broken_audit_line(self) -> int | None:
        """Number of the first altered line; None = all intact."""
