"""Quality over a real store: scores that stay, and every list against a slow second count."""

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from console.domain.catalogue.catalogue import Catalogue, Reason
from console.domain.errors import InputError, RefusedError
from console.domain.reports.figures import Period, percentile
from console.domain.requests.duplicates import distance_m
from console.domain.requests.request import Request
from console.domain.states import AssignmentState, Role, State, Verdict
from console.services.reports.access import Reports
from console.services.reports.files import as_json
from console.services.reports.quality import sample, score_call
from console.services.views.reports import Scope
from console.store.seat.local_store import LocalStore
from console.store.writing import report_blocks
from tests.integration.reports import by_hand
from tests.integration.reports.histories import lives
from tests.integration.reports.test_against_events import raw_events
from tests.integration.reports.test_reports import desk_of
from tests.integration.store.build import CATALOGUE, NOW
from tests.integration.store.queries.test_calls import a_call, keep

WEEK = timedelta(days=7)
MONTH = Period.of(NOW - timedelta(days=30), NOW, NOW)
SHEET = tuple(Reason("score", code, code) for code in ("greeting", "listening", "place"))


def scored_catalogue() -> Catalogue:
    return replace(CATALOGUE, reasons=SHEET)


def put_calls(
    store: LocalStore, seed: int, days: int = 45
) -> list[tuple[str, datetime, bool, str]]:
    """Random calls of a few numbers; (phone, offered, answered, operator)."""
    dice = random.Random(seed)
    made = []
    for n in range(120):
        offered = NOW - timedelta(seconds=dice.randrange(days * 86_400))
        phone = f"+849031234{dice.randrange(30):02d}"
        answered = dice.random() < 0.8
        operator = dice.choice(("101", "102"))
        minutes = (offered - NOW).total_seconds() / 60
        one = a_call(0, answered=3 if answered else None, ended=60, phone=phone,
                     **({"operator": operator} if answered else {}))  # fmt: skip
        shift = timedelta(minutes=minutes)
        keep(store, replace(
            one, call_id=str(n), offered_at=one.offered_at + shift,
            answered_at=one.answered_at and one.answered_at + shift,
            ended_at=one.ended_at and one.ended_at + shift,
        ))  # fmt: skip
        made.append((phone, one.offered_at + shift, answered, operator))
    return made


@pytest.mark.parametrize("seed", range(4))
def test_repeated_callers_are_those_of_a_slow_count(store: LocalStore, seed: int) -> None:
    calls = put_calls(store, seed)
    got = {c.phone: (c.calls, c.again) for c in store.ask_now(lambda q: q.repeat_callers(MONTH))}
    expected = {}
    for phone in {c[0] for c in calls}:
        mine = sorted(at for number, at, _, _ in calls if number == phone and at < MONTH.cut)
        inside = [at for at in mine if at >= MONTH.since]
        again = sum(any(at - WEEK <= other < at for other in mine) for at in inside)
        if again:
            expected[phone] = (len(inside), again)
    assert got == expected
    lines = store.ask_now(lambda q: q.operator_calls(MONTH))
    for operator in ("101", "102"):
        own = [c for c in calls if c[2] and c[3] == operator and MONTH.since <= c[1] < MONTH.cut]
        judged = [c for c in own if c[1] + WEEK <= MONTH.cut]
        again = sum(
            any(c[1] < other[1] <= c[1] + WEEK and other[0] == c[0] for other in calls)
            for c in judged
        )
        line = lines[operator]
        assert (line.answered, line.judged, line.again) == (len(own), len(judged), again)
    tally = store.ask_now(lambda q: q.call_tally(MONTH))
    assert tally.judged == sum(line.judged for line in lines.values())
    assert tally.first_contact == tally.judged - sum(line.again for line in lines.values())


def test_counted_blocks_of_calls_say_what_the_calls_say(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_calls(store, 5, days=150)
    spans = ((150, 0), (150, 60), (97.3, 31.7), (45, 44), (20, 0), (900, 800))
    periods = [Period.of(NOW - timedelta(days=a), NOW - timedelta(days=b), NOW) for a, b in spans]

    def figures() -> list[object]:
        return [
            (
                store.ask_now(lambda q, p=p: q.call_figures(p.since, p.until)),  # type: ignore[misc]
                store.ask_now(lambda q, p=p: q.call_tally(p)),  # type: ignore[misc]
            )
            for p in periods
        ]

    before = figures()
    monkeypatch.setattr(report_blocks, "SETTLED_AFTER", timedelta(0))
    assert store.count_report_blocks(NOW) >= 4
    assert figures() == before
    old = store.run_on_reader(
        lambda c: c.exec_driver_sql("select call_id from call order by offered_at limit 1").scalar()
    )
    store.run_on_writer(
        lambda c: (
            c.exec_driver_sql(
                "update call set answered_at = offered_at, operator = '109' where call_id = ?",
                (old,),
            ).rowcount
        )
    )
    changed = figures()
    assert changed != before
    store.count_report_blocks(NOW)
    assert figures() == changed


@pytest.mark.parametrize("seed", range(3))
def test_cases_not_fixed_and_who_held_them_are_those_of_a_slow_count(
    store: LocalStore, seed: int
) -> None:
    for life in lives(seed, 120):
        store.write_now(lambda uow, some=life: uow.append(some))  # type: ignore[misc]
    requests = by_hand.requests_of(store.run_on_reader(raw_events))
    found = store.ask_now(lambda q: q.not_fixed(MONTH))
    assert {(one.request_id, one.why, frozenset(one.later)) for one in found} == _unfixed(requests)
    got = store.ask_now(lambda q: q.holding(MONTH))
    expected = _held(requests)
    assert {who: dict(each.tenths) for who, each in got.items() if each.tenths} == expected
    for who, tenths in expected.items():
        assert percentile(got[who].tenths, 90) == percentile(tenths, 90)


def _unfixed(requests: list[Request]) -> set[tuple[UUID, str, frozenset[UUID]]]:
    expected = set()
    for r in requests:
        closed = r.closed_at
        if r.state is not State.CLOSED or closed is None or not MONTH.since <= closed < MONTH.cut:
            continue
        later = frozenset(
            o.id
            for o in requests
            if o.service_code == r.service_code
            and o.state not in (State.REJECTED, State.CANCELLED)
            and closed < o.requested_at <= closed + timedelta(days=30)
            and o.lat is not None and o.long is not None and r.lat is not None
            and r.long is not None and distance_m(r.lat, r.long, o.lat, o.long) <= 50
        )  # fmt: skip
        why = [
            name
            for name, holds in (
                ("not_satisfied", r.verdict is Verdict.NOT_SATISFIED),
                ("reopened", r.reopened > 0),
                ("reported_again", bool(later)),
            )
            if holds
        ]
        if why:
            expected.add((r.id, " ".join(why), later))
    return expected


def _held(requests: list[Request]) -> dict[str, dict[int, int]]:
    tenth = timedelta(minutes=6)
    expected: dict[str, dict[int, int]] = {}

    def add(who: str, since: datetime, until: datetime) -> None:
        line = expected.setdefault(who, {})
        n = max(timedelta(0), until - since) // tenth
        line[n] = line.get(n, 0) + 1

    for r in requests:
        if not MONTH.since <= r.requested_at < MONTH.until:
            continue
        gone = r.closed_at if r.is_closed and r.closed_at and r.closed_at <= MONTH.cut else None
        end = gone or MONTH.cut
        given = [a for a in r.assignments if a.forwarded_at <= MONTH.cut]
        add("switchboard", r.requested_at, min((a.forwarded_at for a in given), default=end))
        kept = [a for a in given if a.state is not AssignmentState.REFUSED]
        done = [a.resolved_at for a in given if a.resolved_at and a.resolved_at <= MONTH.cut]
        for a in kept:
            add(a.agency, a.forwarded_at, a.resolved_at if a.resolved_at in done else end)
        if done and len(done) == len(kept):
            add("callback", max(done), gone or MONTH.cut)
    return expected


def test_scores_are_kept_for_ever_and_the_newest_counts(store: LocalStore) -> None:
    put_calls(store, 1)
    desk = desk_of(store)
    desk.catalogue = scored_catalogue()
    reports = Reports(desk)
    drawn = store.ask_now(lambda q: sample(MONTH, q))
    assert len(drawn) == 10
    assert drawn == store.ask_now(lambda q: sample(MONTH, q))
    first = drawn[0]
    for marks in ({"greeting": 0, "listening": 0, "place": 0},
                  {"greeting": 2, "listening": 1, "place": 2}):  # fmt: skip
        store.write_now(lambda uow, m=marks: score_call(desk, first, m, "tốt", uow))  # type: ignore[misc]
    report = store.ask_now(lambda q: reports.build("quality", MONTH, Scope(), q))
    line = report.row(first.call.operator)
    assert (line["drawn"], line["scored"]) == (5, 1)
    assert line["score"] == pytest.approx(5 / 6)
    assert report.parts[0].row("listening") == {
        "criterion": "listening", "scored": 1, "score": 0.5,
    }  # fmt: skip
    acts = [entry.act for entry in store.ask_now(lambda q: q.audit_trail())]
    assert acts == ["call_scored", "call_scored"]
    with pytest.raises(InputError, match="sheet_not_whole"):
        store.write_now(lambda uow: score_call(desk, first, {"greeting": 2}, "", uow))
    operator = desk_of(store, Role.OPERATOR)
    operator.catalogue = desk.catalogue
    with pytest.raises(RefusedError, match="role_may_not"):
        store.write_now(lambda uow: score_call(operator, first, {}, "", uow))
    store.close()
    with (
        closing(sqlite3.connect(store.path)) as plain,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        plain.execute("update call_score set score = 1")


def test_numbers_of_the_lists_open_their_requests_and_no_telephone_leaves(
    store: LocalStore,
) -> None:
    for life in lives(2, 60):
        store.write_now(lambda uow, some=life: uow.append(some))  # type: ignore[misc]
    put_calls(store, 2)
    reports = Reports(desk_of(store))
    report = store.ask_now(lambda q: reports.build("quality", MONTH, Scope(), q))
    callers = next(part for part in report.parts if part.name == "repeat-callers")
    phone = callers.keys[0]
    behind = store.ask_now(
        lambda q: reports.drill("repeat-callers", phone, "open", MONTH, Scope(), q)
    )
    assert behind == store.ask_now(lambda q: q.requests_of_phone(phone))
    assert "84903" not in str(as_json(report))
    unfixed = next(part for part in report.parts if part.name == "not-fixed")
    for key in unfixed.keys:
        related = store.ask_now(
            lambda q, k=key: reports.drill("not-fixed", k, "related", MONTH, Scope(), q)  # type: ignore[misc]
        )
        assert len(related) == unfixed.row(key)["related"]
    long = Period.of(NOW - timedelta(days=200), NOW, NOW)
    with pytest.raises(InputError, match="quality_too_long"):
        store.ask_now(lambda q: reports.build("quality", long, Scope(), q))
