"""Counts of past months in blocks of thirty days, so that a report over all years adds up some
thousand rows instead of reading a million.

A block holds what the reports would count after its last resolution (`settled_at`). A report with
an earlier cut, or one that needs a block whose rows have changed, counts that span itself. Triggers
delete a changed block's row of `report_block` (`schema/report_blocks.py`); `BlockCounting` in
`writing/report_blocks.py` counts it again when the seat has time.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from console.domain.reports.figures import Period
from console.services.views.reports import Scope
from console.store.schema.report_blocks import BLOCK_MS
from console.store.tables.definitions import to_ms

ALL = ""

type Run = Callable[[Callable[[Connection], Any]], Any]
type Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Parts:
    """A period as counted blocks, and the spans of time (ms) between them."""

    blocks: tuple[int, ...]
    gaps: tuple[tuple[int, int], ...]

    @property
    def listed(self) -> str:
        """The blocks as a list in SQL; never empty."""
        return ", ".join(str(block) for block in self.blocks) or "-1"


def parts_of(connection: Connection, period: Period) -> Parts:
    """The blocks that may be used for this period, judged at its cut."""
    since, until, cut = (to_ms(at) for at in (period.since, period.until, period.cut))
    first, last = -(-since // BLOCK_MS), until // BLOCK_MS
    rows = connection.execute(
        text("select block from report_block where made = 1 and settled_at <= :cut "
             "and block >= :first and block < :last order by block"),
        {"cut": cut, "first": first, "last": last},
    )  # fmt: skip
    blocks = tuple(int(row[0]) for row in rows)
    gaps, at = [], since
    for block in blocks:
        if block * BLOCK_MS > at:
            gaps.append((at, block * BLOCK_MS))
        at = (block + 1) * BLOCK_MS
    if until > at:
        gaps.append((at, until))
    return Parts(blocks, tuple(gaps))


def tallied(
    connection: Connection, parts: Parts, scope: Scope
) -> dict[str, tuple[int, int, int, int, Counter[int]]]:
    """Agency -> (resolved, late, extended, bounced, cases per tenth of an hour) of the blocks."""
    counts: dict[str, list[int]] = {}
    tenths: dict[str, list[bytes]] = defaultdict(list)
    values = {f"agency{n}": code for n, code in enumerate(scope.agencies)}
    only = f"and agency in ({', '.join(':' + n for n in values)})" if values else ""
    services = {f"service{n}": code for n, code in enumerate(scope.services or (ALL,))}
    rows = connection.execute(
        text(f"select agency, n, late, extended, bounced, tenths from report_agency "
             f"where block in ({parts.listed}) "
             f"and service in ({', '.join(':' + n for n in services)}) {only}"),
        values | services,
    )  # fmt: skip
    for agency, n, late, extended, bounced, some in rows:
        line = counts.setdefault(agency, [0, 0, 0, 0])
        for at, value in enumerate((n, late, extended, bounced)):
            line[at] += value
        tenths[agency].append(some)
    found = {}
    for agency, (n, late, extended, bounced) in counts.items():
        each = array("i")
        each.frombytes(b"".join(tenths[agency]))
        found[agency] = (n, late, extended, bounced, Counter(each))
    return found


def volume(connection: Connection, parts: Parts, services: Sequence[str], by: str) -> Counter[str]:
    """Key -> number of requests in the blocks, of these services or of all."""
    named = {f"service{n}": code for n, code in enumerate(services or (ALL,))}
    rows = connection.execute(
        text(f"select key, sum(n) from report_volume where block in ({parts.listed}) "
             f"and service in ({', '.join(':' + n for n in named)}) and by = :by group by key"),
        named | {"by": by},
    )  # fmt: skip
    return Counter({str(key): int(n) for key, n in rows})


# --- counting blocks
