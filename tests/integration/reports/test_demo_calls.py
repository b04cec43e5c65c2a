"""The demo's past calls: enough for the reports that look at the room, and nobody is owed one."""

from datetime import timedelta

from console.domain.reports.figures import Period
from console.services.demo.city import DAYS
from console.services.demo.past_calls import BATCH, kept_calls, past_calls
from console.services.reports.access import Reports
from console.services.views.reports import Scope
from console.store.seat.local_store import LocalStore
from tests.integration.reports.test_reports import desk_of
from tests.integration.store.build import NOW


def test_forecast_and_quality_have_figures_and_no_caller_is_owed_a_callback(
    store: LocalStore,
) -> None:
    for work in kept_calls(NOW, DAYS + 1):
        store.write_now(work)
    reports = Reports(desk_of(store))
    day = Period.of(NOW - timedelta(hours=9), NOW + timedelta(hours=15), NOW)
    ahead = store.ask_now(lambda q: reports.build("forecast", day, Scope(), q))
    assert {row[1] is None for row in ahead.rows} == {False}
    week = Period.of(NOW - timedelta(days=7), NOW, NOW)
    quality = store.ask_now(lambda q: reports.build("quality", week, Scope(), q))
    assert quality.rows
    assert store.ask_now(lambda q: q.counts(NOW)).missed_calls == 0


def test_the_same_seed_gives_the_same_calls_in_pieces() -> None:
    one, two = ([(c.call_id, c.offered_at, c.phone, c.operator, c.lost_as)
                 for c in past_calls(NOW, 3)] for _ in range(2))  # fmt: skip
    assert one == two
    assert len(list(kept_calls(NOW, 3))) == -(-len(one) // BATCH)
    assert all(NOW - timedelta(days=3, hours=1) <= c[1] < NOW for c in one)
    assert {c[4] for c in one} == {None, "abandoned"}
