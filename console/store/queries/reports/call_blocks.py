"""Calls in counted blocks: sums in `report_volume` under `by` = `call…`, which the reports on calls
add up; and one query that counts any span of time in the same way.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from console.domain.reports.figures import Period
from console.store.queries.reports.blocks import parts_of
from console.store.queries.reports.conditions import OFFERED
from console.store.queries.reports.quality import WITH_LATER
from console.store.schema.report_blocks import BLOCK_MS
from console.store.schema.report_call_blocks import WEEK_MS
from console.store.tables.definitions import to_ms

WITHIN_S = (15, 20, 60)
"""Answer times in seconds that the blocks count."""
SHORT_MS = 5000
"""A caller who hangs up sooner misdialled; such calls do not count as abandoned, as is usual."""
_COUNTED = f"{OFFERED} and c.offered_at >= :since and c.offered_at < :until"
_WAIT = "(coalesce(c.answered_at, c.ended_at, c.offered_at) - c.offered_at)"
_SUMS: dict[str, str] = {
    "offered": "count(*)",
    "answered": "count(c.answered_at)",
    **{
        f"within{s}": f"count(*) filter (where c.answered_at is not null and {_WAIT} <= {s * 1000})"
        for s in WITHIN_S
    },
    "abandoned": "count(*) filter (where c.answered_at is null and c.lost_as = 'abandoned')",
    "short": f"""count(*) filter (where c.answered_at is null and c.lost_as = 'abandoned'
        and {_WAIT} < {SHORT_MS})""",
    "lost": "count(*) filter (where c.answered_at is null and c.lost_as <> 'abandoned')",
    "wait": f"coalesce(sum({_WAIT}), 0)",
    "longest": f"coalesce(max({_WAIT}), 0)",
    "talk": "coalesce(sum(c.ended_at - c.answered_at), 0)",
    "wrap": "coalesce(sum(c.wrapped_at - c.ended_at), 0)",
}
"""These are added up, except `longest`, whose maximum counts."""


@dataclass(slots=True)
class CallSums:
    """Calls of a span of time; times in milliseconds.

    Attributes:
        whole: by the names of `_SUMS`, and `judged` and `first` of first-contact resolution.
        hours: hour of the city's day -> (offered, answered).
        operators: operator -> (answered, talked).
    """

    whole: Counter[str] = field(default_factory=Counter)
    hours: dict[int, tuple[int, int]] = field(default_factory=dict)
    operators: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, other: "CallSums") -> None:
        """Add the sums of another span of time."""
        longest = max(self.whole["longest"], other.whole["longest"])
        self.whole.update(other.whole)
        self.whole["longest"] = longest
        _put(self.hours, other.hours.items())
        _put(self.operators, other.operators.items())


def calls_of(connection: Connection, since: datetime, until: datetime) -> CallSums:
    """The calls offered from `since` until before `until`, judged at the end."""
    found = CallSums()
    if since >= until:
        return found
    parts = parts_of(connection, Period(since, until, until))
    if parts.blocks:
        found.add(_of_blocks(connection, parts.listed))
    for start, end in parts.gaps:
        found.add(_counted(connection, start, end, to_ms(until)))
    return found


def block_rows(connection: Connection, block: int) -> tuple[int, list[dict[str, Any]]]:
    """(time from which the counts hold, rows of `report_volume`) of a block's calls."""
    since, until = block * BLOCK_MS, (block + 1) * BLOCK_MS
    sums = _counted(connection, since, until, until + WEEK_MS)
    lines: list[tuple[str, str, int]] = [("call", key, n) for key, n in sums.whole.items()]
    for by, pairs in (("call_hour", sums.hours.items()), ("call_operator", sums.operators.items())):
        for key, (first, second) in pairs:
            lines += [(by, str(key), first), (f"{by}_2", str(key), second)]
    rows = [
        {"block": block, "service": "", "by": by, "key": key, "n": n}
        for by, key, n in sorted(lines)
        if n
    ]
    return (until + WEEK_MS if sums.whole["offered"] else 0), rows


def _counted(connection: Connection, since: int, until: int, judged_at: int) -> CallSums:
    """Count the rows; repeat calls are known only for calls a week before `judged_at`."""
    values = {"since": since, "until": until}
    found = CallSums()
    names = ", ".join(_SUMS.values())
    row = connection.execute(text(f"select {names} from call c where {_COUNTED}"), values).one()
    found.whole.update(dict(zip(_SUMS, (int(n) for n in row), strict=True)))
    again = connection.execute(
        text(f"""
            select count(*), count(*) filter (where t.later = 0) from ({WITH_LATER}) t
            where t.counts and t.answered_at is not null and t.phone is not null
                and t.offered_at + {WEEK_MS} <= :judged_at"""),
        values | {"judged_at": judged_at},
    ).one()
    found.whole.update({"judged": int(again[0] or 0), "first": int(again[1] or 0)})
    for hour, n, answered in connection.execute(
        text(f"""select (c.offered_at / 3600000 + 7) % 24, count(*), count(c.answered_at)
            from call c where {_COUNTED} group by 1"""),
        values,
    ):
        found.hours[int(hour)] = (int(n), int(answered))
    for operator, n, talked in connection.execute(
        text(f"""select c.operator, count(*),
                sum(coalesce(c.ended_at, c.answered_at) - c.answered_at) from call c
            where {_COUNTED} and c.answered_at is not null and c.operator is not null
            group by c.operator"""),
        values,
    ):
        found.operators[operator] = (int(n), int(talked or 0))
    return found


def _of_blocks(connection: Connection, listed: str) -> CallSums:
    found = CallSums()
    rows = connection.execute(
        text(f"""select by, key, sum(n), max(n) from report_volume
            where block in ({listed}) and service = '' and by >= 'call' and by < 'calm'
            group by by, key""")
    )
    pairs: dict[str, dict[str, int]] = {}
    for by, key, total, largest in rows:
        pairs.setdefault(by, {})[key] = int(largest if key == "longest" else total)
    found.whole.update(pairs.get("call", {}))
    hours, answered = pairs.get("call_hour", {}), pairs.get("call_hour_2", {})
    found.hours = {int(hour): (n, answered.get(hour, 0)) for hour, n in hours.items()}
    people, talked = pairs.get("call_operator", {}), pairs.get("call_operator_2", {})
    found.operators = {who: (n, talked.get(who, 0)) for who, n in people.items()}
    return found


def _put[K](target: dict[K, tuple[int, int]], pairs: Iterable[tuple[K, tuple[int, int]]]) -> None:
    for key, (first, second) in pairs:
        before = target.get(key, (0, 0))
        target[key] = (before[0] + first, before[1] + second)
