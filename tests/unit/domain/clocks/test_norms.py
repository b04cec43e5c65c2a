"""Norms of clocks: the most specific of the day applies, and a change never reaches back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from console.domain.catalogue.city_rules import Norm
from console.domain.clocks.escalation import CLOCKS as NAMES
from console.domain.clocks.norms import norm_of
from console.domain.requests import commands as c
from console.domain.requests import events as e
from console.domain.requests.decide.request import decide
from console.domain.requests.decide.rules import Rules
from tests.unit.domain.build import BUS, CATALOGUE, CLOCKS, LAMP, NOW, OPERATOR, Case, later

DAY = date(2026, 11, 24)
CITY_WIDE = Norm(code="all", callback_hours=12, working_time=("callback",))
LIGHT = Norm(code="light", groups=("light",), acknowledge_hours=1, forward_minutes=3)
DARK = Norm(code="dark", services=("light.off",), resolve_hours=6, acknowledge_hours=0.5)
LATER = replace(DARK, code="later", resolve_hours=1, valid_from=date(2026, 11, 25))
SOME = replace(CATALOGUE, norms=(CITY_WIDE, LATER, LIGHT, DARK))


@pytest.mark.parametrize(
    ("clock", "hours", "working"),
    [("forward", 0.05, False), ("acknowledge", 0.5, False), ("resolve", 6, False),
     ("callback", 12, True)],
)  # fmt: skip
def test_the_most_special_norm_of_the_day_counts(clock: str, hours: float, working: bool) -> None:
    found = norm_of(clock, LAMP, SOME, CLOCKS, DAY)
    assert found.hours == pytest.approx(hours)
    assert found.working is working


def test_a_norm_counts_from_its_day_on() -> None:
    tomorrow = norm_of("resolve", LAMP, SOME, CLOCKS, date(2026, 11, 25))
    assert (tomorrow.hours, tomorrow.version) == (1, "later@2026-11-25")


def test_what_no_norm_names_stays_with_service_and_city() -> None:
    assert norm_of("resolve", BUS, replace(SOME, norms=()), CLOCKS, DAY).working
    plain = [norm_of(name, None, SOME, CLOCKS, DAY) for name in NAMES if name != "resolve"]
    assert [p.hours for p in plain] == [pytest.approx(5 / 60), 2, 24]


def test_all_four_clocks_of_a_request_follow_its_norms() -> None:
    rules = Rules.of(SOME, NOW, number="26001001233")
    logged = decide(
        c.LogRequest(service_code="light.off", description="Tắt", agency="evn"),
        None, OPERATOR, rules,
    )  # fmt: skip
    received, forwarded = logged
    assert isinstance(received, e.RequestReceived)
    assert isinstance(forwarded, e.RequestForwarded)
    assert received.forward_due_at == later(minutes=3)
    assert forwarded.acknowledge_due_at == later(minutes=30)
    assert (forwarded.due_at, forwarded.norm) == (later(hours=6), "dark@2013-04-01")


def test_a_changed_norm_leaves_what_was_given_before_as_it_was() -> None:
    case = Case().forwarded()
    first = case.request.assignments[0].due_at
    shorter = Rules.of(
        replace(CATALOGUE, norms=(LATER,)), NOW + timedelta(days=2), request=case.request
    )
    assert case.request.assignments[0].due_at == first
    # Forwarded again two days later, a request of the 24th is judged by the norm of the 24th.
    again = decide(
        c.ForwardRequest(request_id=case.id, agency="so-xd"), case.request, OPERATOR, shorter
    )
    assert isinstance(again[0], e.RequestForwarded)
    assert again[0].due_at == NOW + timedelta(days=2, hours=8)
