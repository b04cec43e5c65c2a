"""Questions behind the reports about people: active reporters, calls; and the sealed reports."""

import hashlib
from uuid import UUID

from sqlalchemy import select, text

from console.domain.reports.figures import Period, digest_of
from console.services.views.reports import CallTally, ReporterCount, ReporterTally, SealedReport
from console.store.projection.projector import first_rid
from console.store.queries.base import QueryBase
from console.store.queries.reports.call_blocks import WITHIN_S, calls_of
from console.store.tables.definitions import AnyRow, to_ms
from console.store.tables.reports import named_citizen, sealed_report

BEFORE_FIRST = "0" * 64
"""What the first seal is chained to."""
_VERIFIED = """
    from reporter p indexed by reporter_phone
    where p.phone is not null and p.n = 0 and p.rid >= :first and p.rid < :last
        and p.rid not in (
            select rid from service_request where state in (
                'draft', 'received', 'need_info', 'rejected', 'merged', 'forwarded', 'accepted',
                'refused', 'in_progress', 'extended', 'reopened', 'cancelled'))"""
"""First reports of requests that an agency handled: no duplicates, nothing refused."""


class ReportPeopleQueries(QueryBase):
    """Part of `ports.Queries`."""

    def active_reporters(self, period: Period, limit: int = 100) -> ReporterCount:
        """Citizens by verified reports of the period, most first, and how many there are in all."""
        found = self._connection.execute(
            text(f"""
                with every as materialized (
                    select p.phone as phone, count(*) as n {_VERIFIED} group by p.phone),
                    whole as (select count(*) as citizens, sum(n) as reports from every),
                    most as (select phone, n from every order by n desc, phone limit :limit)
                select m.phone, m.n, c.name, w.citizens, w.reports
                from whole w left join most m on 1 left join named_citizen c
                    on c.phone = m.phone and c.name <> ''
                order by m.n desc, m.phone"""),
            _rids(period) | {"limit": limit},
        ).all()
        most = tuple(ReporterTally(row[0], row[1], row[2]) for row in found if row[0] is not None)
        return ReporterCount(most, int(found[0][3]), int(found[0][4] or 0))

    def is_named(self, phone: str) -> bool:
        """Whether the citizen with this number (E.164) agreed to be named."""
        known = select(named_citizen.c.phone).where(
            named_citizen.c.phone == phone, named_citizen.c.name != ""
        )
        return self._connection.execute(known).first() is not None

    def reporter_drill(self, phone: str, period: Period) -> tuple[UUID, ...]:
        """The verified reports of a number, newest first."""
        rows = self._connection.execute(
            text(f"""select r.id from service_request r where r.rid in (
                select p.rid {_VERIFIED} and p.phone = :phone) order by r.rid desc"""),
            _rids(period) | {"phone": phone},
        )
        return tuple(UUID(bytes=row[0]) for row in rows)

    def call_tally(self, period: Period) -> CallTally:
        """Further figures on a period's calls, in addition to `call_figures`."""
        found = calls_of(self._connection, period.since, period.cut)
        whole = found.whole
        return CallTally(
            answered_within={s: whole[f"within{s}"] for s in WITHIN_S},
            talk_s=whole["talk"] / 1000,
            wrap_up_s=whole["wrap"] / 1000,
            first_contact=whole["first"],
            judged=whole["judged"],
            by_hour=dict(sorted(found.hours.items())),
        )

    def sealed_reports(self, limit: int = 200) -> tuple[SealedReport, ...]:
        """Reports sealed at this seat, newest first."""
        newest = select(sealed_report).order_by(sealed_report.c.n.desc()).limit(limit)
        return tuple(_sealed(row) for row in self._connection.execute(newest))

    def sealed_by(self, digest: str) -> SealedReport | None:
        """The sealed report whose digest has this prefix of at least eight characters."""
        if len(digest) < 8:
            return None
        found = select(sealed_report).where(
            sealed_report.c.digest.startswith(digest.lower(), autoescape=True)
        )
        row = self._connection.execute(found).first()
        return None if row is None else _sealed(row)

    def first_broken_seal(self) -> int | None:
        """Number of the first sealed report that was altered or is missing; None if none was."""
        before, expected = BEFORE_FIRST, 1
        for row in self._connection.execute(select(sealed_report).order_by(sealed_report.c.n)):
            one = _sealed(row)
            if row.n != expected or digest_text(one.body) != one.digest:
                return int(row.n)
            before = seal_of(before, one)
            if before != one.seal:
                return int(row.n)
            expected += 1
        return None


def digest_text(body: str) -> str:
    """sha256 of a sealed report's body."""
    return hashlib.sha256(body.encode()).hexdigest()


def seal_of(before: str, one: SealedReport) -> str:
    """The link of a sealed report in the chain, over all its fields and its body's digest."""
    return digest_of(
        [before, one.n, to_ms(one.at), one.by, one.name, to_ms(one.since), to_ms(one.until),
         one.digest]
    )  # fmt: skip


def _sealed(row: AnyRow) -> SealedReport:
    return SealedReport(
        row.n, row.at, row.actor, row.name, row.since, row.until, row.digest, row.seal, row.body
    )


def _rids(period: Period) -> dict[str, int]:
    return {"first": first_rid(period.since), "last": first_rid(period.until)}
