"""The part of the unit of work about reports: sealing, citizens to be named, scores of calls."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from console.domain.ids import uuid7
from console.domain.reports.figures import Period
from console.services.views.quality import CallScore
from console.services.views.reports import SealedReport
from console.store.queries.reports.people import BEFORE_FIRST, digest_text, seal_of
from console.store.tables.record_rows import marks_text
from console.store.tables.reports import call_score, named_citizen, sealed_report
from console.store.writing.base import Work


class ReportWork(Work):
    """Part of `ports.UnitOfWork`."""

    def seal_report(
        self, at: datetime, actor: str, name: str, period: Period, body: str
    ) -> SealedReport:
        """Store a report for good, chained to the one before."""
        last = self._connection.execute(
            select(sealed_report.c.n, sealed_report.c.seal)
            .order_by(sealed_report.c.n.desc())
            .limit(1)
        ).first()
        number, before = (last.n + 1, last.seal) if last else (1, BEFORE_FIRST)
        one = SealedReport(
            number, at, actor, name, period.since, period.until, digest_text(body), "", body
        )
        seal = seal_of(before, one)
        self._connection.execute(
            insert(sealed_report).values(
                n=number, at=at, actor=actor, name=name, since=period.since, until=period.until,
                digest=one.digest, seal=seal, body=body,
            )
        )  # fmt: skip
        return SealedReport(
            number, at, actor, name, one.since, one.until, one.digest, seal, body
        )  # fmt: skip

    def name_citizen(self, phone: str, name: str | None, at: datetime, actor: str) -> None:
        """Note that a citizen agreed to be named as an active reporter. None withdraws that: a row
        without a name stays and removes the name from other seats too.
        """
        row = {"phone": phone, "name": name or "", "at": at, "actor": actor}
        self._connection.execute(
            upsert(named_citizen)
            .values(**row)
            .on_conflict_do_update(index_elements=["phone"], set_=row)
        )

    def save_score(self, score: CallScore) -> None:
        """Store a listener's score of a call; it is never changed."""
        values: dict[str, object] = {
            "pbx": score.pbx,
            "call_id": score.call_id,
            "at": score.at,
            "actor": score.by,
            "operator": score.operator,
            "sheet": score.sheet,
            "marks": marks_text(score.marks),
            "score": score.score,
            "remark": score.remark,
            "id": uuid7().bytes,
        }
        self._connection.execute(insert(call_score).values(**values))
