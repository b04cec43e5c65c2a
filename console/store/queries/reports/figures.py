"""Questions behind the reports on the city: totals, volumes, and what the figures rest on."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from console.domain.reports.figures import Period
from console.services.views.reports import Coverage, Scope, Totals, Volumes
from console.services.views.requests import RequestRow
from console.store.queries.base import r
from console.store.queries.reports import blocks
from console.store.queries.reports.as_of import rewritten
from console.store.queries.reports.base import ReportBase
from console.store.queries.reports.blocks import Parts
from console.store.queries.reports.conditions import (
    HANDLED,
    LATE,
    RECEIVED,
    done_late_of,
    late_of,
    narrowed,
    of_rids,
    open_late_of,
    open_of,
    values_of,
)
from console.store.schema.report_blocks import BLOCK_MS
from console.store.tables.definitions import to_ms

_RECENT_CALLS = 300
"""The newest calls, whose rows may still change: ringing, talking or just wrapped up."""


class ReportQueries(ReportBase):
    """Part of `ports.Queries`."""

    # --- the city

    def totals(self, period: Period, scope: Scope) -> Totals:
        """Requests received in the period, and their state at its cut."""
        parts = self._parts(period, scope)
        received = self._of_blocks(parts, scope, "received", "agency")
        for gap in self._gaps(period, parts):
            inside, _ = values_of(gap, scope)
            source = f"{self._requests(gap)} {narrowed(scope, 'r')}"
            received += self._one_number(f"select count(*) from {source}", inside)
        hidden = rewritten(self._connection, period)
        still_open = self._still_open(period, scope, hidden)
        late = self._late(period, scope, parts, hidden)
        if hidden:
            with self._as_of(hidden, period) as then:
                none = Parts((), ((to_ms(period.since), to_ms(period.until)),))
                still_open += then._still_open(period, scope, {})
                late += then._late(period, scope, none, {})
        return Totals(received, still_open, late)

    def _still_open(self, period: Period, scope: Scope, hidden: dict[int, bytes]) -> int:
        values, _ = values_of(period, scope)
        return sum(
            row[0] not in hidden
            for row in self._all(open_of(scope, long=self._is_long(period)), values)
        )

    def _late(self, period: Period, scope: Scope, parts: Parts, hidden: dict[int, bytes]) -> int:
        """Late requests: those of counted blocks, and the others, each counted once."""
        values, _ = values_of(period, scope)
        late = self._of_blocks(parts, scope, "late", "agency_late")
        others: set[int] = set()
        for gap in self._gaps(period, parts):
            inside, _ = values_of(gap, scope)
            done_late = done_late_of(scope, long=self._is_long(gap))
            others |= {row[0] for row in self._all(done_late, inside)}
        known = (
            f"exists (select 1 from assignment a where a.rid = r.rid and {LATE}) "
            f"and r.requested_at / {BLOCK_MS} in ({parts.listed})"
        )
        rest = self._all(
            f"select r.rid from service_request r where r.rid in "
            f"({open_late_of(scope, long=self._is_long(period))}) and not ({known})",
            values,
        )
        if hidden and parts.blocks:
            late -= self._one_number(
                f"select count(*) from service_request r where {known} {of_rids('r', hidden)} "
                f"{narrowed(scope, 'r')}",
                values,
            )
        return late + len((others | {row[0] for row in rest}) - hidden.keys())

    def _parts(self, period: Period, scope: Scope) -> Parts:
        """Blocks count requests by service or by agency, not by both."""
        if scope.agencies and (scope.services or len(scope.agencies) > 1):
            return Parts((), ((to_ms(period.since), to_ms(period.until)),))
        return blocks.parts_of(self._connection, period)

    def _of_blocks(self, parts: Parts, scope: Scope, whole: str, of_agency: str) -> int:
        by, key = (of_agency, scope.agencies[0]) if scope.agencies else (whole, "")
        if not parts.blocks:
            return 0
        return blocks.volume(self._connection, parts, scope.services, by)[key]

    def totals_drill(self, column: str, period: Period, scope: Scope) -> tuple[UUID, ...]:
        """The requests behind `received`, `handled`, `open` or `late`, newest first."""
        hidden = rewritten(self._connection, period) if column != "received" else {}
        found = self._standing(column, period, scope)
        if hidden:
            found = {rid: one for rid, one in found.items() if rid not in hidden}
            with self._as_of(hidden, period) as then:
                found |= then._standing(column, period, scope)
        return tuple(UUID(bytes=found[rid]) for rid in sorted(found, reverse=True))

    def _standing(self, column: str, period: Period, scope: Scope) -> dict[int, bytes]:
        values, _ = values_of(period, scope)
        narrow = narrowed(scope, "r")
        inner = {
            "received": f"select r.rid from service_request r where {RECEIVED} {narrow}",
            "handled": f"select r.rid from service_request r where {RECEIVED} {narrow} "
            f"and {HANDLED}",
            "open": open_of(scope, long=self._is_long(period)),
            "late": late_of(scope),
        }[column]
        rows = self._all(
            f"select r.rid, r.id from service_request r where r.rid in ({inner})", values
        )
        return {int(row[0]): bytes(row[1]) for row in rows}

    def volumes(self, period: Period, scope: Scope) -> Volumes:
        """Requests received in the period by channel, service, ward, and hour of the city's day."""
        parts = blocks.parts_of(self._connection, period)
        if scope.agencies:
            parts = Parts((), ((to_ms(period.since), to_ms(period.until)),))
        volumes = Volumes({}, {}, {}, {})
        self._volumes_of_blocks(volumes, parts, scope)
        for gap in self._gaps(period, parts):
            self._volumes_of_gap(volumes, gap, scope)
        return volumes

    def _volumes_of_blocks(self, volumes: Volumes, parts: Parts, scope: Scope) -> None:
        if not parts.blocks:
            return

        def of(by: str, services: tuple[str, ...] = scope.services) -> Counter[str]:
            return blocks.volume(self._connection, parts, services, by)

        volumes.channel.update(of("channel"))
        volumes.ward.update(of("ward"))
        volumes.hour.update({int(hour): n for hour, n in of("hour").items()})
        wanted = scope.services
        every = of("service", ())
        volumes.service.update({s: n for s, n in every.items() if not wanted or s in wanted})

    def _volumes_of_gap(self, volumes: Volumes, gap: Period, scope: Scope) -> None:
        values, _ = values_of(gap, scope)
        narrow = narrowed(scope, "r")
        source = self._requests(gap)
        for channel, ward, service, n in self._all(f"""
            select r.channel, r.ward_code, r.service_code, count(*) from {source}
            {narrow} group by 1, 2, 3""", values):  # fmt: skip
            for counted, key in (
                (volumes.channel, channel), (volumes.ward, ward or ""), (volumes.service, service),
            ):  # fmt: skip
                counted[key] = counted.get(key, 0) + n
        hours = self._all(f"""
            select (r.requested_at / 3600000 + 7) % 24, count(*) from {source}
            {narrow} group by 1""", values)  # fmt: skip
        for hour, n in hours:
            volumes.hour[int(hour)] = volumes.hour.get(int(hour), 0) + int(n)

    def volumes_drill(self, by: str, key: str, period: Period, scope: Scope) -> tuple[UUID, ...]:
        """The requests behind one line of the volumes, newest first."""
        values, _ = values_of(period, scope)
        condition = {
            "channel": "r.channel = :key",
            "service": "r.service_code = :key",
            "ward": "coalesce(r.ward_code, '') = :key",
            "hour": "(r.requested_at / 3600000 + 7) % 24 = cast(:key as integer)",
        }[by]
        inner = (
            f"select r.rid from service_request r where {RECEIVED} and {condition} "
            f"{narrowed(scope, 'r')}"
        )
        return self._ids(inner, values | {"key": key})

    def requests_by_id(self, ids: Sequence[UUID]) -> tuple[RequestRow, ...]:
        """These requests as rows of a list, newest first; requests not stored here are left out."""
        return self._rows(self._list().where(r.id.in_(ids)).order_by(r.rid.desc()))

    def coverage(self) -> Coverage:
        """The data on which this seat's figures are based."""
        released = self._one_number("select count(*) from pruned", {})
        if not self._central:
            return Coverage(central=False, last_seq=None, unsent=0, released=released)
        seq = self._one_number("select max(seq) from cursor", {})
        unsent = self._one_number("select count(*) from outbox", {})
        return Coverage(central=True, last_seq=seq, unsent=unsent, released=released)

    def data_mark(self) -> tuple[int, ...]:
        """A text that changes when a figure may have changed; cheap to ask before every report."""
        row = self._connection.execute(
            text("""
                select (select max(n) from event), (select max(seq) from cursor),
                    (select count(*) from pruned), (select max(n) from audit),
                    (select max(n) from call_score), (select sum(at) from named_citizen),
                    (select max(rowid) from call),
                    (select sum(coalesce(answered_at, 0) + coalesce(ended_at, 0)
                        + coalesce(wrapped_at, 0)) from call
                        where rowid > (select max(rowid) from call) - :recent)"""),
            {"recent": _RECENT_CALLS},
        ).one()
        return tuple(int(each or 0) for each in row)

    # --- shared
