"""What reports need of the store: parts of `Queries` and `UnitOfWork`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.domain.reports.figures import Period
from console.services.views.reports import (
    AgencyTally,
    CallTally,
    Coverage,
    ReporterCount,
    Scope,
    SealedReport,
    Totals,
    Volumes,
)
from console.services.views.requests import RequestRow


class ReportQueries(Protocol):
    """Reading report figures; every `…_drill` gives the ids behind one number, newest first."""

    def agency_tallies(self, period: Period, scope: Scope) -> dict[str, AgencyTally]:
        """Every agency with assignments in the period or left over from before."""

    def agency_drill(
        self, column: str, agency: str, period: Period, scope: Scope
    ) -> tuple[UUID, ...]:
        """The requests behind a number of that report; agency "" = all."""

    def totals(self, period: Period, scope: Scope) -> Totals:
        """Requests received in the period, and their state at its cut."""

    def totals_drill(self, column: str, period: Period, scope: Scope) -> tuple[UUID, ...]:
        """The requests behind `received`, `handled`, `open` or `late`."""

    def volumes(self, period: Period, scope: Scope) -> Volumes:
        """Requests received in the period by channel, service, ward, and hour of the city's day."""

    def volumes_drill(self, by: str, key: str, period: Period, scope: Scope) -> tuple[UUID, ...]:
        """The requests of one line; `by` is channel, service, ward or hour."""

    def requests_by_id(self, ids: Sequence[UUID]) -> tuple[RequestRow, ...]:
        """These requests as list rows, newest first; unknown ones are left out."""

    def active_reporters(self, period: Period, limit: int = 100) -> ReporterCount:
        """Citizens by verified reports of the period, most first, and their total."""

    def is_named(self, phone: str) -> bool:
        """Whether the citizen with this number (E.164) agreed to be named."""

    def reporter_drill(self, phone: str, period: Period) -> tuple[UUID, ...]:
        """The verified reports of a number (E.164)."""

    def call_tally(self, period: Period) -> CallTally:
        """More figures of a period's calls, besides `call_figures`."""

    def hourly_calls(self, since: datetime, until: datetime) -> dict[datetime, int]:
        """Calls to the hotline by the hour they were offered in, without empty hours."""

    def hourly_requests(self, since: datetime, until: datetime) -> dict[str, dict[datetime, int]]:
        """By service: requests by the hour they were received in."""

    def first_contact(self) -> tuple[datetime | None, datetime | None]:
        """The times of the first call and the first request in this store."""

    def coverage(self) -> Coverage:
        """What this seat's figures are based on."""

    def data_mark(self) -> tuple[int, ...]:
        """Changes whenever a figure may have changed."""

    def sealed_reports(self, limit: int = 200) -> tuple[SealedReport, ...]:
        """Reports sealed at this seat, newest first."""

    def sealed_by(self, digest: str) -> SealedReport | None:
        """The sealed report whose digest begins with this; at least eight characters."""

    def first_broken_seal(self) -> int | None:
        """Number of the first sealed report that was altered or is missing; None = all intact."""


class ReportWork(Protocol):
    """Writing reports and consents."""

    def seal_report(
        self, at: datetime, actor: str, name: str, period: Period, body: str
    ) -> SealedReport:
        """Store a report for good, chained to the previous one."""

    def name_citizen(self, phone: str, name: str | None, at: datetime, actor: str) -> None:
        """Store a citizen's consent to be named as an active reporter; None withdraws it."""
