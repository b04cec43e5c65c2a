"""Deadlines of a request: pauses move them on, never back."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.domain.requests.deadlines import forward_deadline, with_pauses
from console.domain.requests.request import Pause
from tests.unit.domain.build import NOW, later


def test_the_forward_clock_stands_still_while_we_wait() -> None:
    due = later(minutes=5)
    asked, answered = later(minutes=2), later(hours=10)
    assert forward_deadline(NOW, due, (), later(days=1)) == due
    done = (Pause(asked, answered),)
    assert forward_deadline(NOW, due, done, later(days=1)) == answered + timedelta(minutes=3)
    still = (Pause(asked, None),)
    assert forward_deadline(NOW, due, still, later(hours=3)) == later(hours=3, minutes=3)


def test_a_pause_after_the_deadline_or_before_the_start_moves_nothing() -> None:
    due = later(minutes=5)
    for minutes in (5, 6):  # at the deadline itself it has ended, too
        after = Pause(later(minutes=minutes), later(hours=1))
        assert with_pauses(NOW, due, (after,), later(days=1)) == due
    assert with_pauses(NOW, due, (Pause(later(hours=-2), later(hours=-1)),), later(days=1)) == due
    half = (Pause(later(hours=-1), later(minutes=1)),)
    assert with_pauses(NOW, due, half, later(days=1)) == later(minutes=6)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=5))
def test_pauses_only_move_a_deadline_on(spans: list[tuple[int, int]]) -> None:
    pauses = tuple(Pause(later(minutes=a), later(minutes=a + b)) for a, b in spans)
    due = later(minutes=60)
    most = due + sum((timedelta(minutes=b) for _, b in spans), timedelta(0))
    assert due <= with_pauses(NOW, due, pauses, later(days=9)) <= most
