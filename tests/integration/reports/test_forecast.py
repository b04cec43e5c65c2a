"""The forecast over a real store: made of what came before, judged by what came."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from console.domain.errors import InputError
from console.domain.ids import uuid7
from console.domain.reports.figures import Period
from console.domain.reports.forecast import ServiceLevel, Staffing, operators_needed
from console.domain.time_zone import CITY
from console.services.reports.access import Reports
from console.services.views.reports import Report, Scope
from console.store.seat.local_store import LocalStore
from console.store.tables.definitions import call
from tests.integration.reports.test_reports import desk_of
from tests.integration.store.build import NOW

MIDNIGHT = datetime(2026, 11, 23, tzinfo=CITY).astimezone(UTC)
HOUR, TALK = timedelta(hours=1), timedelta(seconds=200)
DAY = Period.of(MIDNIGHT, MIDNIGHT + timedelta(days=2), NOW)


def calls_of(hour: datetime) -> int:
    """One a night hour, five a day hour."""
    return 5 if 7 <= hour.astimezone(CITY).hour < 18 else 1


def rows(hours: range, number: Any = calls_of) -> list[dict[str, object]]:
    made: list[dict[str, object]] = []
    for n in hours:
        hour = MIDNIGHT + n * HOUR
        for k in range(number(hour)):
            at = hour + timedelta(minutes=k + 1)
            made.append(
                {"pbx": "ami", "call_id": f"{n}.{k}", "state": "done", "offered_at": at,
                 "contact_id": uuid7(), "phone": f"+84903{n % 1000:03d}{k:03d}", "queue": "1022",
                 "direction": "in", "operator": "101", "answered_at": at + timedelta(seconds=4),
                 "ended_at": at + timedelta(seconds=4) + TALK,
                 "wrapped_at": at + timedelta(seconds=44) + TALK,
                 "recorded": "", "recording": "", "recording_sha256": ""}
            )  # fmt: skip
    return made


def put(store: LocalStore, some: list[dict[str, object]]) -> None:
    def work(connection: Connection) -> None:
        connection.execute(insert(call), some)

    store.run_on_writer(work)


def made(store: LocalStore, period: Period = DAY, level: ServiceLevel | None = None) -> Report:
    desk = desk_of(store)
    desk.staffing = Staffing(level or ServiceLevel(), 240)
    return store.ask_now(lambda q: Reports(desk).build("forecast", period, Scope(), q))


def test_each_hour_has_a_number_a_band_what_came_and_operators(store: LocalStore) -> None:
    put(store, rows(range(-12 * 168, 0)))
    burst = rows(range(26), lambda hour: 40 if hour == MIDNIGHT + 8 * HOUR else calls_of(hour))
    put(store, [one | {"call_id": f"x{one['call_id']}"} for one in burst])
    report = made(store)
    assert len(report.rows) == 48
    nine, night = report.row("2026-11-23T09"), report.row("2026-11-23T02")
    assert (nine["expected"], nine["came"], nine["side"]) == (5.0, 5, "")
    assert (night["expected"], night["came"]) == (1.0, 1)
    eight = report.row("2026-11-23T08")
    assert (eight["came"], eight["side"]) == (40, "↑")
    # 09:00 of the 24th is now: what is not over has not come yet, and is expected all the same.
    ahead = report.row("2026-11-24T09")
    assert (ahead["expected"], ahead["came"], ahead["side"]) == (5.0, None, None)
    handle_s = 240.0
    assert nine["needed"] == operators_needed(5, handle_s, ServiceLevel())
    assert int(str(nine["needed_high"])) >= int(str(nine["needed"]))
    assert made(store, level=ServiceLevel(50, 120)).row("2026-11-23T09")["needed"] == 1
    said = dict(report.words)
    assert "12 tuần cuộc gọi" in said["Dữ liệu dùng để dự báo"]
    assert "240 giây (đo từ" in said["Dữ liệu dùng để dự báo"]
    assert said["Mức phục vụ"] == "nghe 90 % cuộc gọi trong 15 giây"


def test_what_came_later_does_not_change_an_old_forecast(store: LocalStore) -> None:
    put(store, rows(range(-8 * 168, 0)))
    before = [row[:4] for row in made(store).rows]
    put(store, [one | {"call_id": f"x{one['call_id']}"} for one in rows(range(20), lambda _h: 30)])
    after = made(store)
    assert [row[:4] for row in after.rows] == before
    assert after.row("2026-11-23T10")["side"] == "↑"


def test_too_little_history_is_said_and_too_long_a_period_is_refused(store: LocalStore) -> None:
    put(store, rows(range(-2 * 168, 3)))
    report = made(store)
    assert report.row("2026-11-23T01")["came"] == 1
    assert {row[1] for row in report.rows} == {None}
    said = dict(report.words)["Dữ liệu dùng để dự báo"]
    assert "chưa đủ 3 tuần cuộc gọi" in said
    with pytest.raises(InputError, match="forecast_too_long"):
        made(store, Period.of(MIDNIGHT, MIDNIGHT + timedelta(days=40), NOW))
