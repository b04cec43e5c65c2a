"""The report on the quality of the hotline's own work, and the scoring of calls behind it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import InputError, RefusedError
from console.domain.privacy.agency_view import OTHER
from console.domain.reports import figures, quality
from console.domain.reports.figures import Period
from console.domain.reports.quality import CALLBACK, MAY_SCORE, SWITCHBOARD
from console.domain.requests.numbering import spoken
from console.domain.text.cleaning import clean
from console.services.people.actors import entry_of
from console.services.people.number_masking import masked
from console.services.ports.store.queries import Queries
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.reports import words
from console.services.views.quality import CallScore, NotFixed, RepeatCaller, SampledCall
from console.services.views.reports import Part, Rows
from console.services.wording.sentences import moment

if TYPE_CHECKING:
    from console.services.desk import Desk

SCORE_KIND = "score"
"""Reasons of this kind are the criteria of the score sheet."""
REMARK_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Rows by operator, further tables, and how the sample was drawn."""

    rows: Rows
    keys: tuple[str, ...]
    parts: tuple[Part, ...]
    seed: str
    drawn: int
    scored: int


def quality_report(
    period: Period, queries: Queries, catalogue: Catalogue, *, english: bool
) -> QualityReport:
    """The figures of a period.

    Raises:
        InputError: `quality_too_long`.
    """
    calls = sample(period, queries)
    scored = [call for call in calls if call.score is not None]
    rows, keys = _operators(period, queries, calls)
    callers = queries.repeat_callers(period)
    unfixed = queries.not_fixed(period)
    return QualityReport(
        rows,
        keys,
        (
            ("quality-criteria", words.CRITERIA_COLUMNS, *_criteria(scored, catalogue)),
            ("repeat-callers", words.CALLER_COLUMNS, *_callers(callers)),
            ("not-fixed", words.NOT_FIXED_COLUMNS, *_unfixed(unfixed, catalogue, english)),
            ("holding", words.HOLDING_COLUMNS, *_holding(period, queries, catalogue, english)),
        ),
        quality.seed_of(period),
        len(calls),
        len(scored),
    )


def sample(period: Period, queries: Queries) -> tuple[SampledCall, ...]:
    """The sample of a period's calls; always the same calls.

    Raises:
        InputError: `quality_too_long`.
    """
    if period.until - period.since > timedelta(days=quality.MOST_DAYS):
        raise InputError("quality_too_long", days=quality.MOST_DAYS)
    drawn = quality.sampled(queries.heard_calls(period), quality.seed_of(period))
    return queries.sampled_calls(drawn)


def _operators(
    period: Period, queries: Queries, calls: Sequence[SampledCall]
) -> tuple[Rows, tuple[str, ...]]:
    drawn: dict[str, list[SampledCall]] = defaultdict(list)
    for call in calls:
        drawn[call.call.operator].append(call)
    found = queries.operator_calls(period)
    rows = []
    for operator in sorted(found.keys() | drawn.keys()):
        mine, line = drawn[operator], found.get(operator)
        scores = [call.score.score for call in mine if call.score is not None]
        rows.append(
            (
                operator,
                line.answered if line else 0,
                len(mine),
                len(scores),
                sum(scores) / len(scores) if scores else None,
                figures.share(line.again, line.judged) if line else None,
            )
        )
    return tuple(rows), tuple(str(row[0]) for row in rows)


def _criteria(scored: Sequence[SampledCall], catalogue: Catalogue) -> tuple[Rows, tuple[str, ...]]:
    marks: dict[str, list[int]] = defaultdict(list)
    for call in scored:
        for code, mark in (call.score.marks if call.score else {}).items():
            marks[code].append(mark)
    names = {reason.code: reason.text for reason in catalogue.reasons_of(SCORE_KIND)}
    order = [*names, *(code for code in sorted(marks) if code not in names)]
    return (
        tuple(
            (names.get(code, code), len(marks[code]), _mean_share(marks[code])) for code in order
        ),
        tuple(order),
    )


def _mean_share(marks: Sequence[int]) -> float | None:
    return sum(marks) / (quality.MOST_MARK * len(marks)) if marks else None


def _callers(callers: Sequence[RepeatCaller]) -> tuple[Rows, tuple[str, ...]]:
    rows = tuple(
        (masked(c.phone), c.calls, c.again, moment(c.first_at), moment(c.last_at), c.open_requests)
        for c in callers
    )
    return rows, tuple(c.phone for c in callers)


def _unfixed(
    found: Sequence[NotFixed], catalogue: Catalogue, english: bool
) -> tuple[Rows, tuple[str, ...]]:
    rows = []
    for one in found:
        service = catalogue.services.get(one.service_code)
        agency = catalogue.agencies.get(one.agency or "")
        rows.append(
            (
                spoken(one.number),
                service.name if service else one.service_code,
                agency.short_name if agency else one.agency or "—",
                moment(one.closed_at),
                ", ".join(words.NOT_FIXED[why][english] for why in one.why.split()),
                1 + len(one.later),
            )
        )
    return tuple(rows), tuple(str(one.request_id) for one in found)


def _holding(
    period: Period, queries: Queries, catalogue: Catalogue, english: bool
) -> tuple[Rows, tuple[str, ...]]:
    found = queries.holding(period)
    ours = [who for who in (SWITCHBOARD, CALLBACK) if who in found]
    p90 = {who: figures.percentile(each.tenths, 90) or 0.0 for who, each in found.items()}
    agencies = sorted((who for who in found if who not in ours), key=lambda w: (-p90[w], w))
    order = [*ours, *agencies]
    rows = tuple(
        (
            holder_name(who, catalogue, english=english),
            sum(found[who].tenths.values()),
            found[who].still,
            figures.percentile(found[who].tenths, 50),
            p90[who],
            round(max(found[who].tenths) / 240, 1),
        )
        for who in order
    )
    return rows, tuple(order)


def holder_name(who: str, catalogue: Catalogue, *, english: bool) -> str:
    """The name of a holder: switchboard, callback, citizen, or an agency."""
    if who in words.HOLDERS or who.startswith(OTHER):
        return words.HOLDERS[who if who in words.HOLDERS else "other"][english]
    agency = catalogue.agencies.get(who)
    return agency.short_name if agency else who


# --- scoring


def score_call(
    desk: "Desk", call: SampledCall, marks: Mapping[str, int], remark: str, uow: UnitOfWork
) -> CallScore:
    """Store a score sheet and its audit line; on the writer thread.

    Raises:
        RefusedError: `role_may_not`.
        InputError: `sheet_not_whole`.
    """
    actor, now = desk.actor, desk.clock()
    if actor.role not in MAY_SCORE:
        raise RefusedError("role_may_not", role=actor.role.value, action="ScoreCall")
    sheet = [reason.code for reason in desk.catalogue.reasons_of(SCORE_KIND)]
    kept = {code: mark for code, mark in marks.items() if code in sheet}
    try:
        value = quality.score_of(kept, sheet)
    except ValueError as error:
        raise InputError("sheet_not_whole", number=len(sheet)) from error
    heard = call.call
    score = CallScore(
        heard.pbx, heard.call_id, now, actor.user, heard.operator, " ".join(sheet), kept, value,
        clean(remark, REMARK_LIMIT),
    )  # fmt: skip
    uow.save_score(score)
    subject = f"{heard.pbx}/{heard.call_id}"
    uow.audit(entry_of(actor, now, "call_scored", subject, f"{value:.2f}"))
    return score
