"""What `decide` judges by: the city's data of the day, and who may send which command."""

from dataclasses import dataclass
from datetime import date, datetime

from console.domain.actors import DESK, LEADS, Actor
from console.domain.catalogue.catalogue import Calendar, Catalogue, ClockRules
from console.domain.clocks.norms import ClockNorm, norm_of
from console.domain.errors import RefusedError
from console.domain.requests import commands as c
from console.domain.requests.decide.undo import LastStep
from console.domain.requests.request import Request
from console.domain.states import Role
from console.domain.time_zone import CITY

# A supervisor enters what an agency without a console says by telephone; the system what an
# agency's own program reports (Open311 updates).
_AGENCY = LEADS | {Role.OFFICER, Role.SYSTEM}

WHO_MAY: dict[type[c.Command], frozenset[Role]] = {
    c.LogRequest: DESK,
    c.ForwardRequest: DESK,
    c.AcceptAssignment: _AGENCY,
    c.RefuseAssignment: _AGENCY,
    c.StartWork: _AGENCY,
    c.AskExtension: _AGENCY,
    c.GrantExtension: LEADS,
    c.ReportResult: _AGENCY,
    c.RecordOutreach: DESK,
    c.CloseRequest: DESK,
    c.ReopenRequest: DESK,
    c.MergeRequest: DESK - {Role.SYSTEM},
    c.JoinCaller: DESK,
    c.RejectRequest: DESK - {Role.SYSTEM},
    c.CancelRequest: LEADS,
    c.AskInfo: DESK - {Role.SYSTEM},
    c.AddNote: DESK | {Role.OFFICER},
    c.ChangeFields: DESK,
    c.StepBack: DESK | {Role.OFFICER},
    c.PublishRequest: LEADS | {Role.SYSTEM},
    c.UnpublishRequest: LEADS,
    c.AttachMedia: DESK | {Role.OFFICER},
}
"""Every command that `decide` judges (PRODUCT.md, table "Life of a request", column "by")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The data that a decision needs.

    Attributes:
        now: aware, corrected time.
        clocks: those of the request's own day, which is `day`.
        number: of the new request, for `LogRequest`.
        parent: the folded parent, for `MergeRequest`; None when there is none of that id.
        last: the last step, for `StepBack`; None when it is of a kind that stays.
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
        """The rules for a step at `now`: a request is judged by the clocks of its own day.

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


def require_role(command: c.Command, actor: Actor) -> None:
    """Refuse what this role may not do at all.

    Raises:
        RefusedError: `role_may_not`.
    """
    if actor.role not in WHO_MAY[type(command)]:
        raise RefusedError("role_may_not", role=actor.role.value, action=type(command).__name__)


def leads(actor: Actor) -> bool:
    """Whether this is a supervisor, who may step back and settle."""
    return actor.role in LEADS


def sees(actor: Actor, request: Request) -> bool:
    """Whether this person may know of the request at all: an officer only of what his agency was
    ever given (SECURITY.md 11).
    """
    return actor.role is not Role.OFFICER or request.assignment(actor.agency or "") is not None
