"""Questions about who read or changed what: the seat's audit and the steps of requests."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from console.domain.requests.codec import kind_of
from console.domain.requests.events import StoredEvent
from console.domain.requests.numbering import spoken
from console.services.people.actors import IMPORTER
from console.services.views.audit import AuditFilter, AuditLine
from console.store.queries.base import QueryBase, r
from console.store.tables.audit_chain import first_broken
from console.store.tables.definitions import AnyRow, audit, event, service_request, to_ms
from console.store.tables.event_rows import event_of

SEVERAL = ("caller_read", "list_exported", "person_exported")
"""Acts whose detail names the requests that were read."""


class AuditQueries(QueryBase):
    """Part of `ports.Queries`."""

    def audit_lines(self, wanted: AuditFilter, limit: int = 500) -> tuple[AuditLine, ...]:
        """Who read or changed what, newest first."""
        found: list[AuditLine] = []
        if wanted.side != "change":
            statement = _narrowed(select(audit), audit.c, wanted).order_by(audit.c.n.desc())
            if wanted.act:
                statement = statement.where(audit.c.act == wanted.act)
            if wanted.request:
                digits = func.replace(audit.c.subject, " ", "")
                shown = func.replace(audit.c.detail, " ", "")
                several = audit.c.act.in_(SEVERAL) & shown.contains(wanted.request)
                statement = statement.where((digits == wanted.request) | several)
            rows = self._connection.execute(statement.limit(limit))
            found += [_access(row) for row in rows]
        if wanted.side != "access":
            found += self._changes(wanted, limit)
        # Notices, orders and shifts have an event and an audit line: list one of them.
        told = {(line.at, line.actor, line.act) for line in found if line.side == "access"}
        found = [
            line
            for line in found
            if line.side == "access" or (line.at, line.actor, line.act) not in told
        ]
        found.sort(key=lambda line: (line.at, line.n), reverse=True)
        return tuple(found[:limit])

    def _changes(self, wanted: AuditFilter, limit: int) -> list[AuditLine]:
        c = event.c
        # The steps of an imported history were not done by people of this system.
        statement = _narrowed(select(event), c, wanted).where(c.actor != IMPORTER)
        if wanted.act:
            statement = statement.where(c.kind == wanted.act)
        if wanted.request:
            known = select(r.id).where(r.number == wanted.request)
            statement = statement.where(c.request_id.in_(known)).order_by(c.n.desc())
        else:
            statement = statement.order_by(c.at.desc(), c.n.desc())
        rows = self._connection.execute(statement.limit(limit)).all()
        numbers = self._numbers({row.request_id for row in rows})
        return [_change(row, numbers.get(row.request_id, "")) for row in rows]

    def _numbers(self, ids: set[UUID]) -> dict[UUID, str]:
        found: dict[UUID, str] = {}
        ordered = sorted(ids)
        for at in range(0, len(ordered), 500):
            some = select(r.id, r.number).select_from(service_request)
            rows = self._connection.execute(some.where(r.id.in_(ordered[at : at + 500])))
            found |= {row.id: spoken(row.number) for row in rows}
        return found

    def audit_people(self) -> tuple[str, ...]:
        """Everybody who is named in this seat's audit."""
        return tuple(self._connection.execute(select(audit.c.actor).distinct()).scalars())

    def audit_head(self, at: datetime | None = None) -> tuple[int, str] | None:
        """Number and hash of the last line of this seat's audit chain, at this time or now."""
        newest = select(audit.c.n, audit.c.hash).order_by(audit.c.n.desc()).limit(1)
        if at is not None:
            newest = newest.where(audit.c.at <= to_ms(at))
        row = self._connection.execute(newest).first()
        return None if row is None else (int(row.n), str(row.hash))

    def first_broken_audit_line(self) -> int | None:
        """Number of the first line that was altered or is missing; None if there is none."""
        return first_broken(self._connection)


def _narrowed(statement: Select[Any], c: Any, wanted: AuditFilter) -> Select[Any]:  # noqa: ANN401
    if wanted.since is not None:
        statement = statement.where(c.at >= to_ms(wanted.since))
    if wanted.until is not None:
        statement = statement.where(c.at < to_ms(wanted.until))
    return statement.where(c.actor == wanted.person) if wanted.person else statement


def _access(row: AnyRow) -> AuditLine:
    return AuditLine(
        "access", row.n, row.at, row.actor, row.role, row.workstation, row.act, row.subject,
        row.detail,
    )  # fmt: skip


def _change(row: AnyRow, number: str) -> AuditLine:
    step = event_of(row)
    about = number or str(getattr(step.fact, "title", ""))
    return AuditLine(
        "change", row.n, row.at, row.actor, row.role, row.workstation, kind_of(step.fact), about,
        _named(step),
    )  # fmt: skip


def _named(step: StoredEvent) -> str:
    """What a step may show without a citizen's words: the agency, the changed fields."""
    fields = getattr(step.fact, "set", None)
    if isinstance(fields, dict):
        return ", ".join(sorted(fields))
    agency = getattr(step.fact, "agency", None)
    return agency if isinstance(agency, str) else ""
