"""Service level and abandonment from our own rows; recordings of a number; an older store."""

from datetime import datetime, timedelta

import pytest

from console.domain.ids import contact_uuid
from console.services.records import CallRecord
from console.store.seat.local_store import LocalStore
from tests.integration.store.build import NOW

PHONE = "+84903123456"


def a_call(
    n: int, *, answered: float | None = None, ended: float = 60, **more: object
) -> CallRecord:
    """The nth call of the hour: answered after so many seconds, or lost after `ended`."""
    at = NOW + timedelta(minutes=n)
    values: dict[str, object] = {
        "state": "done" if answered is not None else "abandoned",
        "lost_as": None if answered is not None else "abandoned",
        "answered_at": at + timedelta(seconds=answered) if answered is not None else None,
        "ended_at": at + timedelta(seconds=ended),
        "operator": "101" if answered is not None else None,
        "phone": PHONE,
    }
    return CallRecord(
        pbx="p",
        call_id=str(n),
        offered_at=at,
        contact_id=contact_uuid("voice", f"p/{n}"),
        **(values | more),  # type: ignore[arg-type]
    )


def keep(store: LocalStore, *calls: CallRecord) -> None:
    for call in calls:
        store.write_now(lambda uow, c=call: uow.save_call(c))  # type: ignore[misc]


def hour(at: datetime = NOW) -> tuple[datetime, datetime]:
    return at, at + timedelta(hours=1)


def test_the_figures_of_an_hour(store: LocalStore) -> None:
    keep(
        store,
        a_call(1, answered=5, ended=65),
        a_call(2, answered=15, ended=75, operator="102"),
        a_call(3, answered=16, ended=46),
        a_call(4, ended=30),
        a_call(5, ended=3),  # dialled wrongly
        a_call(6, ended=40, lost_as="timeout", state="settled"),
        a_call(7, ended=20, lost_as="callback_requested", state="callback"),
        a_call(8, answered=None, ended=0, state="ringing", lost_as=None, ended_at=None),
        a_call(9, answered=2, direction="out"),
        a_call(70, answered=2),  # another hour
    )
    got = store.ask_now(lambda q: q.call_figures(*hour()))
    assert (got.offered, got.answered, got.answered_in_time) == (7, 3, 2)
    assert (got.abandoned, got.short, got.lost) == (2, 1, 2)
    assert got.service_level == pytest.approx(2 / 6)
    assert got.abandonment == pytest.approx(1 / 6)
    assert got.longest_wait_s == 40
    assert got.mean_wait_s == pytest.approx((5 + 15 + 16 + 30 + 3 + 40 + 20) / 7, abs=0.1)
    assert got.by_operator == (("101", 2, 90.0), ("102", 1, 60.0))
    strict = store.ask_now(lambda q: q.call_figures(*hour(), within_s=5))
    assert strict.answered_in_time == 1


def test_a_quiet_hour_has_no_level(store: LocalStore) -> None:
    got = store.ask_now(lambda q: q.call_figures(*hour()))
    assert (got.offered, got.service_level, got.abandonment) == (0, None, None)


def test_settling_a_lost_call_leaves_the_figures(store: LocalStore) -> None:
    keep(store, a_call(1, ended=30))
    before = store.ask_now(lambda q: q.call_figures(*hour()))
    keep(store, a_call(1, ended=30, state="settled"))
    assert store.ask_now(lambda q: q.call_figures(*hour())) == before


def test_recordings_of_a_number_newest_first(store: LocalStore) -> None:
    keep(
        store,
        a_call(1, answered=2, ended=62, recorded="1", recording_sha256="ab"),
        a_call(2, answered=2, ended=32, recorded="2.1"),
        a_call(3, answered=2, ended=32),
        a_call(4, answered=2, recorded="4", phone="+84912000111"),
    )
    got = store.ask_now(lambda q: q.recordings(PHONE))
    assert [(r.call_id, r.talked_s, r.sha256) for r in got] == [("2", 30.0, ""), ("1", 60.0, "ab")]


def test_live_calls_of_one_exchange(store: LocalStore) -> None:
    keep(store, a_call(1, state="talking"), a_call(2), a_call(3, state="wrap_up"))
    got = store.write_now(lambda uow: uow.live_calls("p"))
    assert sorted(c.call_id for c in got) == ["1", "3"]
    assert store.write_now(lambda uow: uow.live_calls("other")) == ()
