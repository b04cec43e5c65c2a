"""What needs somebody, counted and listed by the same condition."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from console.domain.clocks.urgency import Urgency, urgency
from console.domain.ids import uuid7
from console.domain.requests import events as e
from console.domain.requests.deadlines import owes_progress
from console.domain.states import Channel, DeliveryState, Purpose
from console.services.views.contacts import DraftRow, OutreachRow
from console.services.views.supervision import KINDS
from console.store.seat.local_store import LocalStore
from tests.integration.reports.histories import lives
from tests.integration.store.build import CATALOGUE, NOW, received, save, stored
from tests.unit.domain.build import CALENDAR, CLOCKS


def counts(store: LocalStore) -> dict[str, int]:
    got = store.ask_now(lambda q: q.watch_counts(NOW))
    for kind in KINDS:
        listed = store.ask_now(lambda q, k=kind: q.watch_rows(k, NOW))  # type: ignore[misc]
        assert len(listed) == got[kind], kind
        assert len({row.key for row in listed}) == len(listed), kind
    return got


def test_each_kind_has_its_own(store: LocalStore) -> None:
    assert set(counts(store).values()) == {0}

    def work(uow) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        late = save(uow, at=NOW - timedelta(hours=30))
        save(uow, at=NOW - timedelta(hours=20))
        save(uow, at=NOW - timedelta(hours=1))
        waits, back = uuid7(), uuid7()
        uow.append([received(waits, "26001000010", NOW - timedelta(minutes=6))])
        uow.append([received(uuid7(), "26001000020", NOW - timedelta(minutes=4))])
        at = NOW - timedelta(minutes=3)
        life = [received(back, "26001000030", at)]
        for agency in ("q12", "sawaco"):
            life.append(stored(back, e.RequestForwarded(agency=agency, due_at=NOW), at))
            life.append(stored(back, e.AssignmentRefused(agency=agency, reason="không"), at))
        uow.append(life)
        until = NOW + timedelta(days=3)
        asked = e.ExtensionAsked(agency="q12", reason="mưa", committed_at=until)
        uow.append([stored(late, asked)])
        for n, state in enumerate(
            (DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.SENT)
        ):
            uow.save_outreach(
                OutreachRow(uuid7(), Channel.SMS, "+84903123456", "chào", Purpose.RESULT, state,
                            NOW - timedelta(days=n), NOW, late if n else None)
            )  # fmt: skip
        for minutes in (5, 16):
            at = NOW - timedelta(minutes=minutes)
            uow.save_draft(DraftRow(uuid7(), "operator", "may-07", at, {}, None))

    store.write_now(work)
    assert counts(store) == {
        "unforwarded": 1, "late": 1, "near": 1, "bounced": 1, "extension": 1, "failed": 2,
        "orphans": 1, "warned": 0, "silent": 0,
    }  # fmt: skip
    (granted,) = store.ask_now(lambda q: q.watch_rows("extension", NOW))
    assert (granted.what, granted.due_at) == ("q12", NOW + timedelta(days=3))
    (draft,) = store.ask_now(lambda q: q.watch_rows("orphans", NOW))
    assert (draft.request_id, draft.what) == (None, "operator · may-07")


def test_how_often_is_too_often_was_said_on_the_requests_own_day(tmp_path: Path) -> None:
    """As the step is judged: else an operator may not forward it, and no supervisor sees it."""
    since = NOW.date()
    rules = (replace(CLOCKS, valid_from=since, bounces_to_supervisor=3), CLOCKS)
    store = LocalStore(tmp_path, replace(CATALOGUE, clocks=rules))
    try:
        for number, days, refusals in (("26001000010", 2, 2), ("26001000020", 0, 2),
                                       ("26001000030", 0, 3), ("26001000040", 2, 1)):  # fmt: skip
            request_id, at = uuid7(), NOW - timedelta(days=days)
            life = [received(request_id, number, at)]
            for agency in ("q12", "sawaco", "csgt")[:refusals]:
                life.append(stored(request_id, e.RequestForwarded(agency=agency, due_at=NOW), at))
                back = e.AssignmentRefused(agency=agency, reason="không")
                life.append(stored(request_id, back, at))
            store.write_now(lambda uow, some=life: uow.append(some))  # type: ignore[misc]
        assert counts(store)["bounced"] == 2
        found = store.ask_now(lambda q: q.watch_rows("bounced", NOW))
        assert {row.number for row in found} == {"26001000010", "26001000030"}
    finally:
        store.close()


def test_who_owes_a_progress_report_is_listed_as_the_clocks_say(tmp_path: Path) -> None:
    """By the days that were allowed on the request's own day; a wish, a date that was granted and
    a result that was not enough are reports.
    """
    since = (NOW - timedelta(days=3)).date()
    rules = (replace(CLOCKS, valid_from=since, progress_report_working_days=1), CLOCKS)
    city = replace(CATALOGUE, clocks=rules, calendar=CALENDAR)
    until = NOW + timedelta(days=9)
    asked = e.ExtensionAsked(agency="q12", reason="mưa", committed_at=until, photos=("a" * 64,))
    granted = e.ExtensionGranted(agency="q12", committed_at=until)
    done = e.ResultReported(agency="q12", resolution_code="fixed", text="xong")
    lives = {
        "26001000010": (1, ()), "26001000020": (3, ()), "26001000030": (7, ()),
        "26001000040": (9, ()), "26001000050": (9, (asked,)), "26001000060": (9, (asked, granted)),
        "26001000070": (9, (done,)), "26001000080": (9, (done, e.RequestReopened(reason="tối"))),
        "26001000090": (9, (e.AssignmentRefused(agency="q12", reason="không"),)),
    }  # fmt: skip
    store = LocalStore(tmp_path, city)
    try:
        owing = set()
        for number, (days, facts) in lives.items():
            request_id, at = uuid7(), NOW - timedelta(days=days)
            life = [received(request_id, number, at),
                    stored(request_id, e.RequestForwarded(agency="q12", due_at=until), at),
                    *(stored(request_id, fact, at) for fact in facts)]  # fmt: skip
            store.write_now(lambda uow, some=life: uow.append(some))  # type: ignore[misc]
            detail = store.ask_now(lambda q, one=request_id: q.detail(one))  # type: ignore[misc]
            assert detail is not None
            (mine,) = detail.request.assignments
            if owes_progress(mine, city.clocks_at(at), city.calendar, NOW):
                owing.add(number)
        assert counts(store)["silent"] == 2
        rows = store.ask_now(lambda q: q.watch_rows("silent", NOW))
        assert [row.number for row in rows] == ["26001000040", "26001000020"]
        assert {row.number for row in rows} == owing
        assert (rows[0].what, rows[0].since) == ("q12", NOW - timedelta(days=9))
    finally:
        store.close()


def test_near_and_late_mean_on_every_list_what_the_clocks_say(store: LocalStore) -> None:
    store.write_now(lambda uow: save(uow, hours=24.0))
    second = timedelta(seconds=1)
    for at in (timedelta(hours=18) - second, timedelta(hours=18), timedelta(hours=24),
               timedelta(hours=24) + second):  # fmt: skip
        now = NOW + at
        found = urgency(NOW, NOW + timedelta(hours=24), now)
        near, late = found is Urgency.NEAR, found is Urgency.LATE
        watched = store.ask_now(lambda q, now=now: q.watch_counts(now))  # type: ignore[misc]
        assert (watched["near"], watched["late"]) == (near, late)
        summary = store.ask_now(lambda q, now=now: q.queue_summary("q12", now))  # type: ignore[misc]
        assert (summary.due_soon, summary.late) == (near, late)


def test_counts_and_lists_agree_over_random_lives(store: LocalStore) -> None:
    for life in lives(3, 150):
        store.write_now(lambda uow, some=life: uow.append(some))  # type: ignore[misc]
    assert sum(counts(store).values()) > 20


def test_a_wait_for_the_citizens_answer_does_not_count_against_the_five_minutes(
    store: LocalStore,
) -> None:
    request_id, at = uuid7(), NOW - timedelta(hours=3)
    asked, answered = at + timedelta(minutes=2), NOW - timedelta(minutes=1)
    facts = (
        stored(request_id, e.InfoAsked(reason="ở đâu?", expires_at=NOW + timedelta(days=3)), asked),
        stored(request_id, e.InfoGiven(text="66/1 Đồng Tâm"), answered),
    )
    store.write_now(lambda uow: uow.append([received(request_id, "26001000010", at), *facts]))
    assert counts(store)["unforwarded"] == 0
    late = NOW + timedelta(minutes=3)
    assert store.ask_now(lambda q: q.watch_counts(late))["unforwarded"] == 1
