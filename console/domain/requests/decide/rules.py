"""The data that a decision needs, as of the request's day."""

from dataclasses import dataclass
from datetime import date, datetime

from console.domain.catalogue.catalogue import Calendar, Catalogue, ClockRules
from console.domain.clocks.norms import ClockNorm, norm_of
from console.domain.requests.decide.undo import LastStep
from console.domain.requests.request import Request
from console.domain.time_zone import CITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The data that a decision needs.

    Attributes:
        now: aware, corrected time.
        clocks: those of the request's own day, which is `day`.
        number: of the new request, for `LogRequest`.
        parent: the folded parent, for `MergeRequest`; None when no request has that id.
        last: the last step, for `StepBack`; None when it cannot be taken back.
    """

    now: datetime
    catalogue: Catalogue
    clocks: ClockRules
    calendar: Calendar
    day: date
    number: str = ""
    parent: Request | None = None
    last: LastStep | None = None

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        now: datetime,
        *,
        request: Request | None = None,
        number: str = "",
        parent: Request | None = None,
    ) -> "Rules":
        """The rules for a step at `now`; the clocks are those of the request's own day.

        Raises:
            InputError: `no_clock_rules`.
        """
        since = request.requested_at if request else now
        clocks = catalogue.clocks_at(since)
        return cls(
            now=now,
            catalogue=catalogue,
            clocks=clocks,
            calendar=catalogue.calendar,
            day=since.astimezone(CITY).date(),
            number=number,
            parent=parent,
        )

    def norm(self, clock: str, service_code: str) -> ClockNorm:
        """How long this clock runs for a request of this service."""
        service = self.catalogue.services.get(service_code)
        return norm_of(clock, service, self.catalogue, self.clocks, self.day)
