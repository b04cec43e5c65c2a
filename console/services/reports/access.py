"""Reports for the person at a desk: cached while nothing changes, drilled down, sealed."""

from collections import OrderedDict
from typing import TYPE_CHECKING
from uuid import UUID

from console.domain.errors import InputError, RefusedError
from console.domain.reports.figures import Period
from console.domain.states import Role
from console.services.people.actors import entry_of
from console.services.ports.store.queries import Queries
from console.services.ports.store.unit_of_work import UnitOfWork
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
"""Part that can be drilled down -> its report, which decides who may; the others are volumes."""

type _Key = tuple[object, ...]


class Reports:
    """Builds, caches and seals reports for the person at a desk."""

    def __init__(self, desk: "Desk", lang: str = "vi") -> None:
        """Start with an empty cache."""
        self._desk = desk
        self._lang = lang
        self._made: OrderedDict[_Key, tuple[tuple[int, ...], Report]] = OrderedDict()

    def build(self, name: str, period: Period, scope: Scope, queries: Queries) -> Report:
        """The report; on a reader thread. It is cached until the store changes."""
        desk = self._desk
        maker = ReportBuilder(desk.catalogue, desk.actor, self._lang, desk.staffing)
        allowed = maker.allowed(name, scope)
        # An open period is judged to the minute, otherwise the cache would never match.
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
        return await self._desk.ask(lambda q: self.build(name, period, scope, q))

    def drill(
        self, part: str, key: str, column: str, period: Period, scope: Scope, queries: Queries
    ) -> tuple[UUID, ...]:
        """The requests behind one number; on a reader thread.

        Args:
            part: name of the report, or of its part, that shows the number.
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
                of_group = [s for s in self._desk.catalogue.services.values() if s.group == key]
                services = [s.code for s in of_group] or [key]
                inside = [s for s in services if not allowed.services or s in allowed.services]
                narrowed = Scope(allowed.agencies, tuple(inside))
                return queries.totals_drill("received", period, narrowed) if inside else ()
            case "totals" | "volumes" | "shift":
                return queries.totals_drill(column, period, allowed)
            case _:
                raise InputError("unknown_report", report=part)

    def seal(self, report: Report, uow: UnitOfWork) -> SealedReport:
        """Seal this report, with a line of the audit; on the writer thread.

        Raises:
            RefusedError: `role_may_not`.
        """
        actor, now = self._desk.actor, self._desk.clock()
        if actor.role not in MAY_SEAL:
            raise RefusedError("role_may_not", role=actor.role.value, action="report --seal")
        sealed = uow.seal_report(now, actor.user, report.name, report.period, canonical(report))
        detail = f"{sealed.n} {sealed.digest}"
        uow.audit(entry_of(actor, now, "report_sealed", report.name, detail))
        return sealed

    def record_export(self, report: Report, form: str, uow: UnitOfWork) -> None:
        """Write the audit line of an export; on the writer thread."""
        actor, now = self._desk.actor, self._desk.clock()
        uow.audit(entry_of(actor, now, "report_exported", report.name, form))


def _related(key: str, found: tuple[NotFixed, ...]) -> tuple[UUID, ...]:
    """A request that was not fixed, and the later ones that show it."""
    return next(((*one.later, one.request_id) for one in found if str(one.request_id) == key), ())
