"""Reports at a desk: asked for off the loop, remembered while nothing changed, sealed, drilled."""

from collections import OrderedDict
from typing import TYPE_CHECKING
from uuid import UUID

from console.domain.errors import InputError, RefusedError
from console.domain.reports.figures import Period
from console.domain.states import Role
from console.services.ports.store.queries import Queries
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import AuditEntry
from console.services.reports.builder import ReportBuilder
from console.services.reports.files import canonical
from console.services.views.quality import NotFixed
from console.services.views.reports import Report, Scope, SealedReport

if TYPE_CHECKING:
    from console.services.desk import Desk

_KEPT = 24
MAY_SEAL = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR})

_REPORT_OF = {
    "slow-agencies": "slow-agencies",
    "active-reporters": "active-reporters",
    "repeat-callers": "quality",
    "not-fixed": "quality",
}
"""Part with numbers to open -> its report, which says who may; the others are volumes."""

type _Key = tuple[object, ...]


class Reports:
    """Makes, remembers and seals reports for whoever sits at a desk."""

    def __init__(self, desk: "Desk", lang: str = "vi") -> None:
        """Nothing is asked yet."""
        self._desk = desk
        self._lang = lang
        self._made: OrderedDict[_Key, tuple[tuple[int, ...], Report]] = OrderedDict()

    def making(self, name: str, period: Period, scope: Scope, queries: Queries) -> Report:
        """The report; on a reader thread. One that is asked for again is not counted again while
        the store stands as it stood.
        """
        desk = self._desk
        maker = ReportBuilder(desk.catalogue, desk.actor, self._lang, desk.staffing)
        allowed = maker.allowed(name, scope)
        # An open period is judged at the minute, else it would never be the same twice.
        key: _Key = (name, period.since, period.until, period.cut.replace(second=0, microsecond=0),
                     allowed, self._lang)  # fmt: skip
        mark = queries.data_mark()
        known = self._made.get(key)
        if known is not None and known[0] == mark:
            self._made.move_to_end(key)
            return known[1]
        made = maker.report(name, period, allowed, queries, desk.clock())
        self._made[key] = (mark, made)
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        return made

    async def report(self, name: str, period: Period, scope: Scope) -> Report:
        """The report, for the window."""
        return await self._desk.ask(lambda q: self.making(name, period, scope, q))

    def drill(
        self, part: str, key: str, column: str, period: Period, scope: Scope, queries: Queries
    ) -> tuple[UUID, ...]:
        """The requests behind one number; on a reader thread.

        Args:
            part: name of the report or of its part that shows the number.
            key: of the row.
        """
        maker = ReportBuilder(self._desk.catalogue, self._desk.actor, self._lang)
        name = _REPORT_OF.get(part, "volumes")
        allowed = maker.allowed(name, scope)
        match part:
            case "slow-agencies" if key and allowed.agencies and key not in allowed.agencies:
                return ()
            case "slow-agencies":
                return queries.agency_drill(column, key, period, allowed)
            case "active-reporters":
                return queries.reporter_drill(key, period)
            case "repeat-callers":
                return queries.requests_of_phone(key)
            case "not-fixed":
                return _related(key, queries.not_fixed(period))
            case "channel" | "ward" | "hour":
                return queries.volumes_drill(part, key, period, allowed)
            case "group":
                services = [
                    s.code for s in self._desk.catalogue.services.values() if s.group == key
                ] or [key]
                inside = [s for s in services if not allowed.services or s in allowed.services]
                narrowed = Scope(allowed.agencies, tuple(inside))
                return queries.totals_drill("received", period, narrowed) if inside else ()
            case "totals" | "volumes" | "shift":
                return queries.totals_drill(column, period, allowed)
            case _:
                raise InputError("unknown_report", report=part)

    def sealing(self, report: Report, uow: UnitOfWork) -> SealedReport:
        """Keep this report and note it in the audit; on the writer thread.

        Raises:
            RefusedError: `role_may_not`.
        """
        actor, now = self._desk.actor, self._desk.clock()
        if actor.role not in MAY_SEAL:
            raise RefusedError("role_may_not", role=actor.role.value, action="report --seal")
        sealed = uow.seal_report(now, actor.user, report.name, report.period, canonical(report))
        uow.audit(
            AuditEntry(now, actor.user, actor.role.value, actor.workstation, "report_sealed",
                       report.name, f"{sealed.n} {sealed.digest}")
        )  # fmt: skip
        return sealed

    def exported(self, report: Report, form: str, uow: UnitOfWork) -> None:
        """Note in the audit that figures left the program; on the writer thread."""
        actor, now = self._desk.actor, self._desk.clock()
        uow.audit(
            AuditEntry(now, actor.user, actor.role.value, actor.workstation, "report_exported",
                       report.name, form)
        )  # fmt: skip


def _related(key: str, found: tuple[NotFixed, ...]) -> tuple[UUID, ...]:
    """A request that was not fixed, and those that say so."""
    return next(((*one.later, one.request_id) for one in found if str(one.request_id) == key), ())
