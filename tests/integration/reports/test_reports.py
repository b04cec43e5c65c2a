"""Reports as values: words under them, places, who may see what; sealing and its proof."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from console.domain.actors import Actor
from console.domain.catalogue.catalogue import ClockRules
from console.domain.errors import InputError, RefusedError
from console.domain.reports.figures import Period
from console.domain.requests.events import ResultReported
from console.domain.states import Role
from console.domain.time_zone import CITY
from console.services.desk import Desk
from console.services.dispatch import dispatch
from console.services.reports.access import Reports
from console.services.reports.files import as_json
from console.services.runtime.bus import Bus
from console.services.views.reports import NAMES, Report, Scope
from console.store.seat.local_store import LocalStore
from tests.integration.reports.histories import lives
from tests.integration.store.build import CATALOGUE, NOW, save, stored
from tests.integration.store.queries.test_calls import a_call, keep

MONTH = Period.of(NOW - timedelta(days=30), NOW, NOW)
NOTHING: Any = None


class Moving:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def desk_of(store: LocalStore, role: Role = Role.SUPERVISOR, agency: str | None = None) -> Desk:
    actor = Actor("somebody", role, "", agency, "ban-01")
    return Desk(store, Bus(), Moving(), CATALOGUE, NOTHING, NOTHING, actor, dispatch)


def made(
    store: LocalStore, name: str = "slow-agencies", period: Period = MONTH, desk: Desk | None = None
) -> Report:
    reports = Reports(desk or desk_of(store))
    return store.ask_now(lambda q: reports.build(name, period, Scope(), q))


def agency_with(store: LocalStore, agency: str, on_time: int, late: int) -> None:
    for n in range(on_time + late):
        at = NOW - timedelta(days=20)
        request_id = store.write_now(lambda uow, t=at: save(uow, at=t, agency=agency))  # type: ignore[misc]
        took = timedelta(hours=20 if n < on_time else 30)
        fact = ResultReported(agency=agency, resolution_code="fixed", text="xong")
        done = stored(request_id, fact, at + took)
        store.write_now(lambda uow, one=done: uow.append([one]))  # type: ignore[misc]


def test_an_agency_with_few_cases_is_shown_without_a_place(store: LocalStore) -> None:
    agency_with(store, "q12", 18, 2)
    agency_with(store, "sawaco", 10, 10)
    agency_with(store, "hoc-mon", 0, 19)
    report = made(store)
    assert report.keys == ("sawaco", "q12", "hoc-mon")
    assert [report.row(k)["rank"] for k in report.keys] == [1, 2, None]
    assert report.row("q12")["on_time_share"] == 0.9
    assert report.row("hoc-mon")["on_time_share"] == 0.0
    assert (report.row("q12")["median_h"], report.row("q12")["p90_h"]) == (20.0, 20.0)
    assert report.parts[0].row("") == {"received": 59, "handled": 59, "open": 0, "late": 31}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_report_says_formula_period_rules_sample_and_source(
    store: LocalStore, name: str, lang: str
) -> None:
    for life in lives(1, 40):
        store.write_now(lambda uow, some=life: uow.append(some))  # type: ignore[misc]
    reports, rules = Reports(desk_of(store), lang), {"vi": "Bộ quy tắc", "en": "Rule version"}[lang]
    for period in (MONTH, Period.of(NOW - timedelta(days=900), NOW - timedelta(days=899), NOW)):
        report = store.ask_now(lambda q, p=period: reports.build(name, p, Scope(), q))  # type: ignore[misc]
        labels = [label for label, _ in report.words]
        assert len(set(labels)) == len(labels) >= 5
        assert all(text for _, text in report.words)
        assert "bc-2026.1; test" in dict(report.words)[rules]
        assert len(report.keys) == len(report.rows)
        assert as_json(report)["rows"] is not None


def test_clocks_that_changed_in_the_midst_are_both_named(store: LocalStore) -> None:
    old = ClockRules("cũ", 5, 2, 24, 72, 30, 3, 2, date(2013, 4, 1), date(2026, 11, 9))
    new = ClockRules("mới", 5, 2, 24, 72, 30, 3, 2, date(2026, 11, 10))
    desk = desk_of(store)
    desk.catalogue = replace(CATALOGUE, clocks=(old, new))
    assert "cũ, mới" in dict(made(store, desk=desk).words)["Bộ quy tắc"]
    last_week = Period.of(NOW - timedelta(days=7), NOW, NOW)
    assert dict(made(store, period=last_week, desk=desk).words)["Bộ quy tắc"].endswith("; mới")
    changed = datetime(2026, 11, 10, tzinfo=CITY)
    for since, until, code in ((-3, 0, "; cũ"), (0, 3, "; mới")):
        days = Period.of(changed + timedelta(since), changed + timedelta(until), NOW)
        assert dict(made(store, period=days, desk=desk).words)["Bộ quy tắc"].endswith(code)


def test_an_officer_sees_his_agencys_line_and_no_other_report(store: LocalStore) -> None:
    agency_with(store, "q12", 1, 0)
    agency_with(store, "sawaco", 1, 2)
    desk = desk_of(store, Role.OFFICER, "q12")
    assert made(store, desk=desk).keys == ("q12",)
    assert made(store, "volumes", desk=desk).rows[0][0] == 1
    reports = Reports(desk)
    for part in ("slow-agencies", "totals", "channel"):
        column, key = "received", {"slow-agencies": "sawaco", "channel": "voice"}.get(part, "")
        behind = store.ask_now(
            lambda q, p=part, k=key, c=column: reports.drill(p, k, c, MONTH, Scope(("sawaco",)), q)  # type: ignore[misc]
        )
        assert len(behind) == (0 if part == "slow-agencies" else 1)
    for name in ("active-reporters", "call-centre", "shift"):
        with pytest.raises(RefusedError):
            made(store, name, desk=desk)


def test_what_is_asked_again_is_remembered_until_something_changes(store: LocalStore) -> None:
    desk = desk_of(store)
    reports = Reports(desk)

    def ask() -> Report:
        return store.ask_now(lambda q: reports.build("volumes", MONTH, Scope(), q))

    first = ask()
    assert ask() is first
    store.write_now(lambda uow: save(uow, at=NOW - timedelta(days=1)))
    assert ask().rows[0][0] == 1


def test_unknown_names_are_refused(store: LocalStore) -> None:
    reports = Reports(desk_of(store))
    for name, scope, code in (
        ("quick", Scope(), "unknown_report"),
        ("volumes", Scope(("x",)), "unknown_agency"),
        ("volumes", Scope((), ("x",)), "unknown_service"),
    ):
        with pytest.raises(InputError, match=code):
            store.ask_now(lambda q, n=name, s=scope: reports.build(n, MONTH, s, q))  # type: ignore[misc]


def test_the_call_centres_figures(store: LocalStore) -> None:
    since = NOW - timedelta(days=20)
    calls = [
        a_call(1, answered=5, ended=65),
        a_call(2, answered=18, ended=78, phone="+84903000002", operator="102"),
        a_call(3, answered=50, ended=80, phone="+84903000003"),
        a_call(4, ended=30, phone="+84903000004"),
        a_call(5, ended=3, phone="+84903000005"),
        a_call(60 * 24 * 3, answered=2, ended=32),  # the first caller again, three days later
    ]
    moved = [
        replace(
            c, offered_at=c.offered_at - timedelta(days=20),
            answered_at=c.answered_at and c.answered_at - timedelta(days=20),
            ended_at=c.ended_at and c.ended_at - timedelta(days=20),
            # The form of the second and the third took half a minute more.
            wrapped_at=c.ended_at and c.ended_at + timedelta(days=-20, seconds=30)
            if c.operator == "102" or c.phone == "+84903000003" else None,
        )
        for c in calls
    ]  # fmt: skip
    keep(store, *moved)
    report = made(store, "call-centre", Period.of(since, NOW, NOW))
    value = {key: report.row(key)["value"] for key in report.keys}
    assert (value["offered"], value["answered"], value["short"]) == (6, 4, 1)
    assert (value["level15"], value["level20"], value["level60"]) == ("40.0 %", "60.0 %", "80.0 %")
    assert value["abandonment"] == "20.0 %"
    assert value["first_contact"] == "75.0 %"
    assert (value["talk"], value["wrap_up"], value["handle"]) == (45.0, 15.0, 60.0)
    assert report.parts[0].row("101")["answered"] == 3
    assert sum(row[1] for row in report.parts[1].rows if isinstance(row[1], int)) == 6


def seal(store: LocalStore, desk: Desk) -> str:
    reports = Reports(desk)
    report = store.ask_now(lambda q: reports.build("volumes", MONTH, Scope(), q))
    return store.write_now(lambda uow: reports.seal(report, uow)).digest


def test_a_sealed_report_can_be_proved_years_later(store: LocalStore) -> None:
    desk = desk_of(store)
    first = seal(store, desk)
    store.write_now(lambda uow: save(uow, at=NOW - timedelta(days=1)))
    second = seal(store, desk)
    assert first != second
    assert store.ask_now(lambda q: q.first_broken_seal()) is None
    found = store.ask_now(lambda q: q.sealed_by(first[:12]))
    assert found is not None
    assert (found.n, found.name, found.by) == (1, "volumes", "somebody")
    assert store.ask_now(lambda q: q.sealed_by("%%%%%%%%")) is None
    acts = [(entry.act, entry.detail) for entry in store.ask_now(lambda q: q.audit_trail())]
    assert acts == [("report_sealed", f"2 {second}"), ("report_sealed", f"1 {first}")]


@pytest.mark.parametrize(
    ("tamper", "first"),
    [
        ("update sealed_report set body = replace(body, '0', '9') where n = 2", 2),
        ("update sealed_report set actor = 'other' where n = 1", 1),
        ("update sealed_report set since = since - 1 where n = 3", 3),
        ("delete from sealed_report where n = 2", 3),
        ("update sealed_report set digest = (select digest from sealed_report where n = 3) "
         "where n = 2", 2),
    ],
)  # fmt: skip
def test_whoever_alters_a_sealed_report_is_found_out(
    store: LocalStore, tamper: str, first: int
) -> None:
    desk = desk_of(store)
    for days in (1, 2, 3):
        store.write_now(lambda uow, d=days: save(uow, at=NOW - timedelta(days=d)))  # type: ignore[misc]
        seal(store, desk)
    path = store.path
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            plain.execute(tamper)
        plain.execute("drop trigger sealed_unchanged")
        plain.execute("drop trigger sealed_undeleted")
        assert plain.execute(tamper).rowcount == 1
    again = LocalStore(path.parent, CATALOGUE)
    try:
        assert again.ask_now(lambda q: q.first_broken_seal()) == first
    finally:
        again.close()


def test_only_who_answers_for_it_seals(store: LocalStore) -> None:
    for role in (Role.OPERATOR, Role.OFFICER):
        with pytest.raises(RefusedError, match="role_may_not"):
            seal(store, desk_of(store, role, "q12" if role is Role.OFFICER else None))


def test_nobody_is_named_without_a_yes_of_his_own(store: LocalStore) -> None:
    agency_with(store, "q12", 3, 0)
    report = made(store, "active-reporters")
    assert report.rows == ((1, "••• 456", 3),)
    phone = report.keys[0]
    store.write_now(lambda uow: uow.name_citizen(phone, "Nguyễn Thị Ánh", NOW, "supervisor"))
    assert made(store, "active-reporters").rows == ((1, "Nguyễn Thị Ánh", 3),)
    store.write_now(lambda uow: uow.name_citizen(phone, None, NOW, "supervisor"))
    assert made(store, "active-reporters").rows == ((1, "••• 456", 3),)


def test_a_report_while_the_centre_is_away_says_what_it_covers(store: LocalStore) -> None:
    assert dict(made(store).words)["Nguồn số liệu"] == "Kho của máy này (không dùng trung tâm)"
    store.set_central(True)
    store.write_now(lambda uow: save(uow, at=NOW - timedelta(days=1)))
    store.run_on_writer(
        lambda c: (
            c.exec_driver_sql(
                "insert into cursor (stream, seq, incarnation) values ('hcmc', 41, 'x')"
            ).rowcount
        )
    )
    said = dict(made(store).words)["Nguồn số liệu"]
    assert "tới sự kiện số 41" in said
    assert "3 sự kiện chưa gửi" in said
    assert "chỉ còn ở trung tâm" not in said
    store.run_on_writer(
        lambda c: (
            c.exec_driver_sql(
                "insert into pruned (request_id, stream, number, at) values (x'00', 'hcmc', '1', 0)"
            ).rowcount
        )
    )
    assert "1 phản ánh cũ chỉ còn ở trung tâm" in dict(made(store).words)["Nguồn số liệu"]
