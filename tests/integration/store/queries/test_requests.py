"""The read side: order, filters, figures."""

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.errors import InputError
from console.domain.ids import contact_uuid, uuid7
from console.domain.requests.events import (
    AssignmentRefused,
    FieldsChanged,
    InfoAsked,
    OutreachRecorded,
    ReporterRecorded,
    RequestClosed,
    ResultReported,
)
from console.domain.states import (
    Channel,
    ContactState,
    DeliveryState,
    Outcome,
    Purpose,
    State,
)
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import CallRecord, Contact
from console.services.views.contacts import DraftRow, OutreachRow
from console.services.views.requests import DuplicateQuestion, RequestFilter
from console.store.seat.local_store import LocalStore
from tests.integration.store.build import NOW, save, stored

HOUR = timedelta(hours=1)


def _resolve(store: LocalStore, request_id: object, agency: str = "q12") -> None:
    fact = ResultReported(
        agency=agency, resolution_code="fixed", text="Đã vá", callback_due_at=NOW + 24 * HOUR
    )
    store.write_now(lambda uow: uow.append([stored(request_id, fact, NOW + HOUR)]))  # type: ignore[arg-type]


def test_a_queue_is_by_deadline_and_one_agency_s(store: LocalStore) -> None:
    late = store.write_now(lambda uow: save(uow, hours=1))
    soon = store.write_now(lambda uow: save(uow, hours=10, description="Cây ngã"))
    other = store.write_now(lambda uow: save(uow, agency="sawaco", hours=5))
    undated = store.write_now(lambda uow: save(uow, agency="q12", hours=1000))
    now = NOW + 8 * HOUR
    queue = store.ask_now(lambda q: q.queue("q12", now))
    assert [row.request_id for row in queue] == [late, soon, undated]
    every = store.ask_now(lambda q: q.queue(None, now))
    assert [row.request_id for row in every] == [late, other, soon, undated]
    found = store.ask_now(lambda q: q.queue("q12", now, query="cay nga"))
    assert [row.request_id for row in found] == [soon]
    summary = store.ask_now(lambda q: q.queue_summary("q12", now))
    assert (summary.open, summary.late, summary.due_soon) == (3, 1, 1)
    overdue = store.ask_now(lambda q: q.requests(RequestFilter(overdue=True), now))
    assert [row.id for row in overdue] == [late, other]
    _resolve(store, soon)
    summary = store.ask_now(lambda q: q.queue_summary("q12", now))
    assert (summary.open, summary.on_time_share) == (2, 0.5)


def test_what_was_sent_back_waits_to_be_forwarded(store: LocalStore) -> None:
    request_id = store.write_now(save)
    waiting = store.write_now(lambda uow: save(uow, agency=None, at=NOW - HOUR))
    assert [row.id for row in store.ask_now(lambda q: q.unassigned())] == [waiting]
    refused = AssignmentRefused(agency="q12", reason="not_ours")
    store.write_now(lambda uow: uow.append([stored(request_id, refused, NOW + HOUR)]))
    assert [row.id for row in store.ask_now(lambda q: q.unassigned())] == [waiting, request_id]
    assert store.ask_now(lambda q: q.queue("q12", NOW)) == ()
    assert store.ask_now(lambda q: q.queue_summary("q12", NOW)).refused == 1
    assert store.ask_now(lambda q: q.queue_summary(None, NOW)).refused == 1


def test_requests_are_newest_first_whatever_order_they_came_in(store: LocalStore) -> None:
    ids = [store.write_now(lambda uow, n=n: save(uow, at=NOW + n * HOUR)) for n in (2, 0, 1)]  # type: ignore[misc]
    newest = [ids[0], ids[2], ids[1]]
    for which in (RequestFilter(), RequestFilter(agency="q12"), RequestFilter(query="dong tam")):
        found = store.ask_now(lambda q, which=which: q.requests(which, NOW))  # type: ignore[misc]
        assert [row.id for row in found] == newest
    page = store.ask_now(lambda q: q.requests(RequestFilter(limit=1, offset=1), NOW))
    assert [row.id for row in page] == newest[1:2]
    states = RequestFilter(states=(State.RECEIVED, State.CLOSED))
    assert store.ask_now(lambda q: q.requests(states, NOW)) == ()


def test_more_than_eight_in_one_second_and_a_day_of_history(store: LocalStore) -> None:
    ids = store.write_now(lambda uow: [save(uow) for _ in range(30)])
    assert len(store.ask_now(lambda q: q.search("dong tam"))) == len(ids)
    assert store.verify(every=True) == ""


def test_a_number_in_any_spelling(store: LocalStore) -> None:
    request_id = store.write_now(save)
    detail = store.ask_now(lambda q: q.detail(request_id))
    assert detail is not None
    number = detail.request.number
    for text in (number, f"{number[:2]}.{number[2:5]} {number[5:10]}-{number[10]}"):
        assert store.ask_now(lambda q, text=text: q.find_number(text)) == request_id  # type: ignore[misc]
        assert len(store.ask_now(lambda q, text=text: q.search(text))) == 1  # type: ignore[misc]
    wrong = number[:10] + str((int(number[10]) + 1) % 10)
    with pytest.raises(InputError, match="wrong_check_digit"):
        store.ask_now(lambda q: q.find_number(wrong))
    assert store.ask_now(lambda q: q.find_number("26001")) is None


def test_changed_words_are_found_and_old_ones_are_not(store: LocalStore) -> None:
    request_id = store.write_now(save)
    change = FieldsChanged(set={"description": "Cây xanh ngã đổ"}, old={"description": "x"})
    store.write_now(lambda uow: uow.append([stored(request_id, change, NOW + HOUR, hlc=2)]))
    assert len(store.ask_now(lambda q: q.search("cay xanh nga"))) == 1
    assert store.ask_now(lambda q: q.search("nap ho ga")) == ()
    assert store.verify(every=True) == ""


def test_every_reporter_is_called_back(store: LocalStore) -> None:
    request_id = store.write_now(save)
    second = ReporterRecorded(
        channel=Channel.SMS, name="Lê Văn Bình", phone="+84911111111", contact_id=uuid7()
    )
    store.write_now(lambda uow: uow.append([stored(request_id, second)]))
    assert store.ask_now(lambda q: q.callbacks(NOW)) == ()
    _resolve(store, request_id)
    rows = store.ask_now(lambda q: q.callbacks(NOW))
    assert [(row.phone, row.attempts, row.result_text) for row in rows] == [
        ("+84903123456", 0, "Đã vá"), ("+84911111111", 0, "Đã vá"),
    ]  # fmt: skip
    for outcome, contact_id in ((Outcome.NO_ANSWER, None), (Outcome.REACHED, second.contact_id)):
        fact = OutreachRecorded(channel=Channel.VOICE, outcome=outcome, contact_id=contact_id)
        store.write_now(
            lambda uow, fact=fact: uow.append([stored(request_id, fact, NOW + 2 * HOUR)])  # type: ignore[misc]
        )
    rows = store.ask_now(lambda q: q.callbacks(NOW))
    assert [(row.phone, row.attempts, row.last_outcome) for row in rows] == [
        ("+84903123456", 1, "no_answer")
    ]
    assert store.ask_now(lambda q: q.counts(NOW)).callbacks == 1
    closed = stored(request_id, RequestClosed(), NOW + 3 * HOUR)
    store.write_now(lambda uow: uow.append([closed]))
    assert store.ask_now(lambda q: q.callbacks(NOW)) == ()


def test_need_info_runs_out(store: LocalStore) -> None:
    request_id = store.write_now(lambda uow: save(uow, agency=None))
    asked = InfoAsked(reason="which house", expires_at=NOW + 72 * HOUR)
    store.write_now(lambda uow: uow.append([stored(request_id, asked)]))
    assert store.write_now(lambda uow: uow.expired_info(NOW + 71 * HOUR)) == ()
    assert store.write_now(lambda uow: uow.expired_info(NOW + 72 * HOUR)) == (request_id,)


def test_likely_duplicates(store: LocalStore) -> None:
    near = store.write_now(lambda uow: save(uow, lat=10.8600, long=106.6100))
    store.write_now(lambda uow: save(uow, lat=10.8700, long=106.6100))
    store.write_now(lambda uow: save(uow, service_code="water.burst"))
    closed = store.write_now(lambda uow: save(uow, lat=10.8601, long=106.6101))
    _resolve(store, closed)
    end = stored(closed, RequestClosed(), NOW + HOUR)
    store.write_now(lambda uow: uow.append([end]))
    question = DuplicateQuestion("roads.pothole", lat=10.8600, long=106.6100)
    found = store.ask_now(lambda q: q.possible_duplicates(question, NOW + 2 * HOUR))
    assert {row.request_id for row in found} == {near, closed}
    assert found[0].distance_m == pytest.approx(0, abs=0.1)
    later = store.ask_now(lambda q: q.possible_duplicates(question, NOW + 60 * HOUR))
    assert [row.request_id for row in later] == [near]
    without = replace(question, exclude=near)
    assert store.ask_now(lambda q: q.possible_duplicates(without, NOW + 60 * HOUR)) == ()
    # Without a pin: the same street in the same ward.
    street = DuplicateQuestion("roads.pothole", address_string="12 Đồng Tâm", ward_code="26767")
    assert store.ask_now(lambda q: q.possible_duplicates(street, NOW)) != ()
    with pytest.raises(InputError, match="unknown_service"):
        store.ask_now(lambda q: q.possible_duplicates(DuplicateQuestion("x"), NOW))


def test_buses_match_by_plate_within_the_window(store: LocalStore) -> None:
    bus = (("route", "08"), ("plate", "51B-123.45"))
    request_id = store.write_now(
        lambda uow: save(uow, service_code="bus.late", attributes=bus, lat=None, long=None)
    )
    question = DuplicateQuestion("bus.late", attributes=(("plate", "51b 12345"),))
    found = store.ask_now(lambda q: q.possible_duplicates(question, NOW + HOUR))
    assert [(row.request_id, row.reason) for row in found] == [(request_id, "same_vehicle")]


def _contact(external_id: str, **more: object) -> Contact:
    fields: dict[str, object] = {
        "id": contact_uuid("sms", external_id),
        "channel": Channel.SMS,
        "external_id": external_id,
        "received_at": NOW,
        "sender": "0903123456",
        "sender_key": "+84903123456",
        "text": "Đèn đường hỏng",
        "flags": ("incomplete",),
        "raw": b"\x00\xff",
    }
    return Contact(**(fields | more))  # type: ignore[arg-type]


def test_inbox_caller_and_conversation(store: LocalStore) -> None:
    first, second = _contact("1"), _contact("2", received_at=NOW + HOUR)
    voice = _contact("3", id=uuid7(), channel=Channel.VOICE, received_at=NOW + 2 * HOUR)
    assert [store.write_now(lambda uow, c=c: uow.save_contact(c)) for c in (first, second)] == [  # type: ignore[misc]
        True, True,
    ]  # fmt: skip
    store.write_now(lambda uow: uow.save_contact(voice))
    assert [row.id for row in store.ask_now(lambda q: q.inbox())] == [second.id, first.id]
    request_id = store.write_now(save)
    linked = replace(first, state=ContactState.LINKED, request_id=request_id)
    assert store.write_now(lambda uow: uow.save_contact(linked)) is False
    assert store.write_now(lambda uow: uow.contact(first.id)) == linked
    assert [row.id for row in store.ask_now(lambda q: q.inbox())] == [second.id]
    assert len(store.ask_now(lambda q: q.inbox(state=None, channel=Channel.SMS))) == 2
    row = store.ask_now(lambda q: q.contact(first.id))
    assert row is not None
    assert row.request_number is not None
    assert row.flags == ("incomplete",)
    card = store.ask_now(lambda q: q.caller("+84903123456"))
    assert (card.name, card.open_count, [r.id for r in card.requests]) == (
        "Nguyễn Thị Ánh", 1, [request_id],
    )  # fmt: skip
    talk = store.ask_now(lambda q: q.conversation("+84903123456"))
    assert [each.id for each in talk] == [voice.id, second.id, first.id]
    nobody = store.ask_now(lambda q: q.caller("+84999999999"))
    assert (nobody.name, nobody.requests, nobody.contacts) == (None, (), ())


def test_missed_calls_are_one_row_a_number(store: LocalStore) -> None:
    def ring(call_id: str, phone: str | None, state: str, minutes: int) -> None:
        call = CallRecord(
            pbx="pbx", call_id=call_id, state=state, contact_id=uuid7(), phone=phone,
            offered_at=NOW + timedelta(minutes=minutes),
        )  # fmt: skip
        store.write_now(lambda uow: uow.save_call(call))

    ring("1", "+84903123456", "missed", 3)
    ring("2", "+84911111111", "abandoned", 1)
    ring("3", "+84903123456", "callback", 5)
    ring("4", None, "missed", 2)
    ring("5", None, "missed", 4)
    ring("6", "+84922222222", "done", 0)
    rows = store.ask_now(lambda q: q.missed_calls())
    assert [(row.call_id, row.phone, row.kind, row.times) for row in rows] == [
        ("2", "+84911111111", "abandoned", 1),
        ("4", None, "missed", 1),
        ("3", "+84903123456", "callback", 2),
        ("5", None, "missed", 1),
    ]
    assert store.ask_now(lambda q: q.counts(NOW)).missed_calls == 4
    calls = store.write_now(lambda uow: uow.missed_calls("+84903123456"))
    assert [each.call_id for each in calls] == ["1", "3"]
    ring("1", "+84903123456", "settled", 3)
    assert len(store.write_now(lambda uow: uow.missed_calls("+84903123456"))) == 1


def test_drafts_and_messages(store: LocalStore) -> None:
    draft = DraftRow(uuid7(), "operator", "ban-01", NOW, {"description": "Ngập", "n": 1}, None)
    newer = replace(draft, id=uuid7(), workstation="ban-02", updated_at=NOW + HOUR)

    def keep(uow: UnitOfWork) -> None:
        uow.save_draft(draft)
        uow.save_draft(newer)
        uow.save_draft(replace(draft, fields={"description": "Ngập sâu"}))

    store.write_now(keep)
    drafts = store.ask_now(lambda q: q.drafts())
    assert [(each.id, each.fields) for each in drafts] == [
        (newer.id, {"description": "Ngập", "n": 1}), (draft.id, {"description": "Ngập sâu"}),
    ]  # fmt: skip
    store.write_now(lambda uow: uow.delete_draft(newer.id))
    assert store.ask_now(lambda q: q.drafts("ban-02")) == ()
    request_id = uuid7()
    message = OutreachRow(
        uuid7(), Channel.SMS, "+84903123456", "Đã xử lý", Purpose.RESULT, DeliveryState.QUEUED,
        NOW, NOW, request_id=request_id,
    )  # fmt: skip
    store.write_now(lambda uow: uow.save_outreach(message))
    assert store.write_now(lambda uow: uow.due_outreach(Channel.SMS, 5)) == (message,)
    sent = replace(message, state=DeliveryState.SENT, refs=("7",), tries=1)
    store.write_now(lambda uow: uow.save_outreach(sent))
    assert store.write_now(lambda uow: uow.due_outreach(Channel.SMS, 5)) == ()
    assert store.write_now(lambda uow: uow.outreach_in(Channel.SMS, DeliveryState.SENT)) == (sent,)
    assert store.write_now(lambda uow: uow.outreach(message.id)) == sent
    assert store.ask_now(lambda q: q.outreach_of(request_id)) == (sent,)


def test_figures(store: LocalStore) -> None:
    store.write_now(lambda uow: save(uow, hours=1))
    store.write_now(lambda uow: save(uow, agency="sawaco", service_code="water.burst"))
    store.write_now(lambda uow: save(uow, agency=None))
    store.write_now(lambda uow: save(uow, at=NOW - timedelta(days=2)))
    counts = store.ask_now(lambda q: q.counts(NOW + 2 * HOUR))
    assert (counts.open_requests, counts.late, counts.not_forwarded, counts.received_today) == (
        4, 2, 1, 3,
    )  # fmt: skip
    assert counts.by_agency == (("q12", 2, 2), ("sawaco", 1, 0))
    assert counts.by_group == (("roads", 3), ("water", 1))
    assert counts.outbox == 0
    store.set_central(configured=True)
    assert store.ask_now(lambda q: q.counts(NOW)).outbox == 11
    assert len(store.ask_now(lambda q: q.map_points(NOW))) == 4


def test_unsent_shows_only_when_there_is_a_centre(store: LocalStore) -> None:
    request_id = store.write_now(save)
    for central in (False, True):
        store.set_central(configured=central)
        row = store.ask_now(lambda q: q.requests(RequestFilter(), NOW))[0]
        detail = store.ask_now(lambda q: q.detail(request_id))
        assert detail is not None
        assert row.synced is detail.synced is not central
