"""The report on the call centre: figures of a period from our own rows of calls."""

from dataclasses import dataclass

from console.domain.reports import figures
from console.domain.reports.figures import Period
from console.services.ports.store.queries import Queries
from console.services.reports import words
from console.services.views.reports import Cell, Part, Rows
from console.services.wording.sentences import fill

WITHIN_S = (15, 20, 60)
"""Seconds of the service levels: NENA's 15 for emergency centres, the usual 20, a minute."""


@dataclass(frozen=True, slots=True)
class CallReport:
    """Rows of (figure, value), and further tables."""

    offered: int
    rows: Rows
    keys: tuple[str, ...]
    parts: tuple[Part, ...]


def call_centre(period: Period, queries: Queries, *, english: bool) -> CallReport:
    """The figures of the calls offered in the period up to its cut."""
    found = queries.call_figures(period.since, period.cut)
    tally = queries.call_tally(period)
    counted = found.offered - found.short
    values: list[tuple[str, str, Cell]] = [
        ("offered", "", found.offered),
        ("answered", "", found.answered),
        *(
            ("level", str(s), _percent(figures.share(tally.answered_within[s], counted)))
            for s in WITHIN_S
        ),
        ("abandonment", "", _percent(found.abandonment)),
        ("short", "", found.short),
        ("lost", "", found.lost),
        ("mean_wait", "", found.mean_wait_s),
        ("longest_wait", "", round(found.longest_wait_s, 1)),
        ("talk", "", _mean(tally.talk_s, found.answered)),
        ("wrap_up", "", _mean(tally.wrap_up_s, found.answered)),
        ("handle", "", _mean(tally.talk_s + tally.wrap_up_s, found.answered)),
        ("first_contact", "", _percent(figures.share(tally.first_contact, tally.judged))),
    ]
    rows: Rows = tuple(
        (fill(words.FIGURES[code][english], {"0": param}), value) for code, param, value in values
    )
    operators: Rows = tuple(
        (who, n, round(seconds / 60, 1), round(seconds / n, 1) if n else None)
        for who, n, seconds in found.by_operator
    )
    hours: Rows = tuple((f"{hour:02d}:00", *tally.by_hour.get(hour, (0, 0))) for hour in range(24))
    return CallReport(
        found.offered,
        rows,
        tuple(code + param for code, param, _ in values),
        (
            ("operator", words.OPERATOR_COLUMNS, operators, tuple(str(r[0]) for r in operators)),
            ("hour", words.CALL_HOUR_COLUMNS, hours, tuple(str(r[0]) for r in hours)),
        ),
    )


def _mean(seconds: float, calls: int) -> float | None:
    return round(seconds / calls, 1) if calls else None


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share * 100:.1f} %"
