"""The sample of calls, a sheet's score, and who holds a case."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.ids import uuid7
from console.domain.reports.figures import city_month
from console.domain.reports.quality import (
    CALLBACK,
    CITIZEN,
    EACH,
    SWITCHBOARD,
    CallCandidate,
    held,
    sampled,
    score_of,
    seed_of,
    totals,
)
from console.domain.requests import events as e
from console.domain.requests.fold.request import fold
from console.domain.states import Channel, Outcome, Verdict
from tests.integration.store.build import NOW, forwarded, received, stored

SEED = seed_of(city_month(2026, 10))


def calls(number: int, operators: int = 3, *, recorded: bool = True) -> list[CallCandidate]:
    return [
        CallCandidate(
            "ami", str(n), str(101 + n % operators), NOW + timedelta(minutes=n), 60.0, recorded
        )
        for n in range(number)
    ]


def test_a_call_of_twenty_seconds_is_long_enough_to_be_judged() -> None:
    long = CallCandidate("ami", "1", "101", NOW, 20.0, True)
    short = CallCandidate("ami", "2", "101", NOW, 19.9, True)
    assert sampled((short, long), SEED) == (long,)


def test_anybody_draws_the_same_calls_in_any_order() -> None:
    every = calls(300)
    drawn = sampled(every, SEED)
    shuffled = list(every)
    random.Random(3).shuffle(shuffled)
    assert sampled(shuffled, SEED) == drawn
    assert {
        who: sum(c.operator == who for c in drawn) for who in ("101", "102", "103")
    } == dict.fromkeys(("101", "102", "103"), EACH)
    assert sampled(every, seed_of(city_month(2026, 9))) != drawn
    assert SEED == "20260925T1200-20261025T1200"


def test_every_call_has_the_same_chance() -> None:
    every = calls(60, operators=1)
    times = dict.fromkeys((c.call_id for c in every), 0)
    for n in range(2000):
        for call in sampled(every, str(n)):
            times[call.call_id] += 1
    expected = 2000 * EACH / 60
    assert all(0.7 * expected < n < 1.3 * expected for n in times.values())


def test_short_calls_say_nothing_and_recorded_ones_come_first() -> None:
    short = CallCandidate("ami", "s", "101", NOW, 5.0, recorded=True)
    silent = calls(4, operators=1, recorded=False)
    assert sampled([short, *silent], SEED, 9) == sampled(silent, SEED, 9)
    taped = CallCandidate("ami", "t", "101", NOW, 90.0, recorded=True)
    assert sampled([*silent, taped], SEED, 9) == (taped,)
    assert sampled([], SEED) == ()


def test_nothing_done_right_is_a_mark_too() -> None:
    assert score_of({"a": 0, "b": 2}, ("a", "b")) == 0.5


def test_a_sheet_is_marked_whole() -> None:
    sheet = ("a", "b")
    assert score_of({"a": 2, "b": 1}, sheet) == 0.75
    for marks in ({"a": 2}, {"a": 2, "b": 3}, {"a": 2, "b": -1}):
        with pytest.raises(ValueError, match="whole"):
            score_of(marks, sheet)
    with pytest.raises(ValueError, match="whole"):
        score_of({}, ())


# --- who holds a case


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def test_a_case_goes_from_hand_to_hand() -> None:
    one = uuid7()
    history = [
        received(one, "26001000011", at(0)),
        stored(one, e.InfoAsked(reason="ở đâu", expires_at=at(73)), at(1)),
        stored(one, e.InfoGiven(text="số 5"), at(3)),
        forwarded(one, "q12", at(4)),
        stored(one, e.AssignmentRefused(agency="q12", reason="không thuộc"), at(6)),
        forwarded(one, "sawaco", at(7)),
        stored(one, e.ResultReported(agency="sawaco", resolution_code="fixed", text="x"), at(17)),
        stored(
            one,
            e.OutreachRecorded(
                channel=Channel.VOICE, outcome=Outcome.REACHED, verdict=Verdict.SATISFIED
            ),
            at(18),
        ),
        stored(one, e.RequestClosed(verdict=Verdict.SATISFIED), at(19)),
    ]
    parts = held(history)
    assert [(p.who, (p.until or NOW) - p.since) for p in parts] == [
        (SWITCHBOARD, timedelta(hours=1)),
        (CITIZEN, timedelta(hours=2)),
        (SWITCHBOARD, timedelta(hours=1)),
        ("q12", timedelta(hours=2)),
        (SWITCHBOARD, timedelta(hours=1)),
        ("sawaco", timedelta(hours=10)),
        (CALLBACK, timedelta(hours=2)),
    ]
    assert totals(parts, at(50))[SWITCHBOARD] == timedelta(hours=3)
    # While it is open the last one has it still.
    assert totals(held(history[:6]), at(9))["sawaco"] == timedelta(hours=2)
    assert held([]) == ()


@given(st.integers(0, 5000))
def test_somebody_has_every_open_hour(seed: int) -> None:
    from tests.integration.reports.histories import lives

    (life,) = lives(seed, 1)
    assert all(part.since <= (part.until or part.since) for part in held(life))
    life.sort(key=lambda event: event.at)
    parts = held(life)
    first, last = life[0].at, max(event.at for event in life)
    spans = sorted((p.since, p.until or last) for p in parts)
    assert spans[0][0] == first
    reached = first
    for since, until in [*spans, (last, last)]:
        if since > reached:
            then = fold([event for event in life if event.at <= reached])
            assert then is not None
            assert then.is_closed, "nobody has it in between"
        reached = max(reached, until)
