"""Counts past blocks for the reports (`queries/reports/blocks.py`) and stores the counts."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from typing import Any, Protocol

from sqlalchemy import Connection, text

from console.domain.reports.figures import TENTH_MS
from console.store.projection.projector import first_rid
from console.store.queries.reports.blocks import ALL, Rows
from console.store.queries.reports.conditions import RECEIVED, SPILL
from console.store.schema.report_blocks import BLOCK_MS
from console.store.tables.definitions import from_ms, to_ms

SETTLED_AFTER = timedelta(days=35)
"""Younger blocks still change all day."""
_PIECE = 500

type Run = Callable[[Callable[[Connection], Any]], Any]


class OfCalls(Protocol):
    """Counts the calls of a block."""

    def __call__(self, connection: Connection, block: int) -> tuple[int, Rows]:
        """The time from which the counts hold, and rows of `report_volume`."""


class BlockCounting:
    """Counts past blocks that are new or changed; blocking, on a thread of its own."""

    def __init__(
        self,
        read: Run,
        write: Run,
        of_calls: OfCalls,
    ) -> None:
        """Read and write through these; both block.

        Args:
            of_calls: counts a block's calls.
        """
        self._read, self._write, self._of_calls = read, write, of_calls

    def run(self, now: datetime, most: int | None = None) -> int:
        """Count at most so many blocks that are due, newest first; returns how many."""
        done = 0
        for block in self._read(partial(due, now=now))[:most]:
            self._write(partial(_begin, block=block))
            self._clear(block)
            settled_at, agencies, volumes = self._read(partial(counted, block=block))
            calls_at, calls = self._read(partial(self._of_calls, block=block))
            settled_at, volumes = max(settled_at, calls_at), volumes + calls
            for table, rows in (("report_agency", agencies), ("report_volume", volumes)):
                for some in batched(rows, _PIECE):
                    self._write(partial(_insert, table=table, rows=some))
            done += self._write(partial(_end, block=block, settled_at=settled_at))
        return done

    def _clear(self, block: int) -> None:
        """Delete an earlier count, a service at a time, so that no save waits for all of it."""
        for table in ("report_agency", "report_volume"):
            for service in self._read(partial(_services, table=table, block=block)):
                self._write(partial(_delete, table=table, block=block, service=service))


def due(connection: Connection, now: datetime) -> list[int]:
    """Past blocks that are not counted, newest first."""
    row = connection.execute(
        text("select min(requested_at), (select min(forwarded_at) from assignment), "
             "(select min(offered_at) from call) "
             "from service_request where rid in (select min(rid) from service_request)")
    ).one()  # fmt: skip
    known = [int(each) for each in row if each is not None]
    if not known:
        return []
    last = (to_ms(now) - to_ms(from_ms(0) + SETTLED_AFTER)) // BLOCK_MS
    made = connection.execute(text("select block from report_block where made = 1")).scalars()
    missing = set(range(max(0, min(known) // BLOCK_MS), last)) - {int(b) for b in made}
    return sorted(missing, reverse=True)


def _begin(connection: Connection, block: int) -> None:
    connection.execute(
        text("insert or replace into report_block (block, made, settled_at) values (:block, 0, 0)"),
        {"block": block},
    )


def _end(connection: Connection, block: int, settled_at: int) -> int:
    """1 if nothing in the block changed since `_begin`; a change deletes its row."""
    return connection.execute(
        text("update report_block set made = 1, settled_at = :at where block = :block"),
        {"block": block, "at": settled_at},
    ).rowcount


def _services(connection: Connection, table: str, block: int) -> list[str]:
    found = connection.execute(
        text(f"select distinct service from {table} where block = :block"), {"block": block}
    )
    return [str(row[0]) for row in found]


def _delete(connection: Connection, table: str, block: int, service: str) -> None:
    connection.execute(
        text(f"delete from {table} where block = :block and service = :service"),
        {"block": block, "service": service},
    )


def _insert(connection: Connection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    some = list(rows)
    names = ", ".join(some[0])
    bound = ", ".join(f":{name}" for name in some[0])
    connection.execute(text(f"insert into {table} ({names}) values ({bound})"), some)


def counted(connection: Connection, block: int) -> tuple[int, Rows, Rows]:
    """(settled_at, rows of `report_agency`, rows of `report_volume`) of a block."""
    since = block * BLOCK_MS
    values = {
        "since": since,
        "until": since + BLOCK_MS,
        "first": first_rid(from_ms(since)),
        "last": first_rid(from_ms(since + BLOCK_MS) + SPILL),
    }
    given_until, agencies = _agencies(connection, block, values)
    asked_until, volumes = _volumes(connection, block, values)
    return max(given_until, asked_until), agencies, volumes


def _agencies(connection: Connection, block: int, values: dict[str, int]) -> tuple[int, Rows]:
    rows = connection.execute(
        text(f"""
            select r.service_code, a.agency, (a.resolved_at - a.forwarded_at) / {TENTH_MS},
                a.due_at is not null and a.resolved_at > a.due_at, a.committed_at is not null,
                a.bounces > 0, a.resolved_at
            from assignment a indexed by assignment_given
            join service_request r on r.rid = a.rid
            where a.resolved_at is not null and a.forwarded_at >= :since
                and a.forwarded_at < :until"""),
        values,
    )  # fmt: skip
    settled_at = 0
    lines: dict[tuple[str, str], list[int]] = {}
    tenths: dict[tuple[str, str], array[int]] = {}
    for service, agency, tenth, late, extended, bounced, resolved_at in rows:
        settled_at = max(settled_at, resolved_at)
        for key in ((service, agency), (ALL, agency)):
            line = lines.setdefault(key, [0, 0, 0, 0])
            for at, value in enumerate((1, late, extended, bounced)):
                line[at] += value
            tenths.setdefault(key, array("i")).append(tenth)
    return settled_at, [
        {"block": block, "service": service, "agency": agency, "n": n, "late": late,
         "extended": extended, "bounced": bounced,
         "tenths": tenths[service, agency].tobytes()}
        for (service, agency), (n, late, extended, bounced) in sorted(lines.items())
    ]  # fmt: skip


def _volumes(connection: Connection, block: int, values: dict[str, int]) -> tuple[int, Rows]:
    settled_at = 0
    found: Counter[tuple[str, str, str]] = Counter()
    for service, channel, ward, hour, n in connection.execute(
        text(f"""
            select r.service_code, r.channel, coalesce(r.ward_code, ''),
                (r.requested_at / 3600000 + 7) % 24, count(*)
            from service_request r where {RECEIVED} group by 1, 2, 3, 4"""),
        values,
    ):  # fmt: skip
        found[ALL, "service", service] += n
        for each in (service, ALL):
            found[each, "received", ""] += n
            found[each, "channel", channel] += n
            found[each, "ward", ward] += n
            found[each, "hour", str(hour)] += n
    late_rids: set[int] = set()
    given: list[tuple[int, str]] = []
    for rid, service, agency, resolved_at, late in connection.execute(
        text(f"""
            select r.rid, r.service_code, a.agency, coalesce(a.resolved_at, 0),
                coalesce(a.resolved_at > a.due_at, 0)
            from service_request r join assignment a on a.rid = r.rid where {RECEIVED}"""),
        values,
    ):
        settled_at = max(settled_at, resolved_at)
        given.append((rid, agency))
        if late and rid not in late_rids:
            late_rids.add(rid)
            found[service, "late", ""] += 1
            found[ALL, "late", ""] += 1
    for rid, agency in given:
        found[ALL, "agency", agency] += 1
        found[ALL, "agency_late", agency] += rid in late_rids
    return settled_at, [
        {"block": block, "service": service, "by": by, "key": key, "n": n}
        for (service, by, key), n in sorted(found.items())
        if n
    ]
