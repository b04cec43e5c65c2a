"""What waits for the supervisor, from a real store."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import insert, update

from console.domain.ids import uuid7
from console.domain.requests.events import (
    AssignmentAccepted,
    FieldsChanged,
    NoteAdded,
    ReporterRecorded,
    RequestMerged,
    StoredEvent,
)
from console.domain.states import Channel, Role
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.views.requests import RequestFilter
from console.store.seat.local_store import LocalStore
from console.store.tables.definitions import dead_letter, outbox
from tests.integration.store.build import NOW, received, save, stored


def append(event: StoredEvent, uow: UnitOfWork) -> None:
    uow.append([event])


def _kinds(store: LocalStore) -> list[tuple[str, int]]:
    tasks = store.ask_now(lambda q: q.tasks(NOW))
    counted = store.ask_now(lambda q: q.counts(NOW)).tasks
    assert (counted > 0) == bool(tasks)
    return sorted((task.kind, task.count) for task in tasks)


def test_nothing_waits_in_an_ordinary_store(store: LocalStore) -> None:
    store.write_now(save)
    assert _kinds(store) == []


def test_a_dispute_waits_until_somebody_chooses(store: LocalStore) -> None:
    request_id = store.write_now(save)
    seen = "Nắp hố ga bị sụt, rất nguy hiểm"

    def change(value: str, old: str) -> None:
        fact = FieldsChanged(set={"description": value}, old={"description": old})
        store.write_now(lambda uow: uow.append([stored(request_id, fact, hlc=uow.next_hlc(NOW))]))

    change("a", seen)
    change("b", seen)
    assert _kinds(store) == [("conflict", 1)]
    (row,) = store.ask_now(lambda q: q.requests(RequestFilter(), NOW))
    assert (row.conflicts, row.skipped) == (1, 0)
    detail = store.ask_now(lambda q: q.detail(request_id))
    assert detail is not None
    assert [(d.value, d.actor, d.workstation) for d in detail.request.disputes] == [
        ("a", "operator", "ban-01")
    ]
    change("b", "b")
    assert _kinds(store) == []


def test_a_step_that_did_not_fit_waits(store: LocalStore) -> None:
    request_id = store.write_now(save)
    store.write_now(lambda u: u.append([stored(request_id, AssignmentAccepted(agency="sawaco"))]))
    assert _kinds(store) == [("not_applied", 1)]
    (row,) = store.ask_now(lambda q: q.requests(RequestFilter(), NOW))
    assert (row.conflicts, row.skipped) == (0, 1)
    # An operator's note settles nothing; whatever the supervisor does there does.
    for role, waits in ((Role.OPERATOR, [("not_applied", 1)]), (Role.SUPERVISOR, [])):
        note = replace(stored(request_id, NoteAdded(text="Đã xem")), role=role)
        store.write_now(partial(append, note))
        assert _kinds(store) == waits


def test_what_the_centre_refuses_or_leaves_waits(store: LocalStore) -> None:
    store.set_central(True)
    request_id = store.write_now(save)
    old = NOW - timedelta(hours=25)
    store.run_on_writer(lambda c: c.execute(update(outbox).values(put_back_at=old)))
    assert _kinds(store) == [("not_taken", 3)]
    store.run_on_writer(lambda c: c.execute(update(outbox).values(put_back_at=NOW)))
    assert _kinds(store) == []
    row = {"event_id": uuid7(), "request_id": request_id, "at": NOW, "why": "22P05"}
    store.run_on_writer(lambda c: c.execute(insert(dead_letter), row))
    (task,) = store.ask_now(lambda q: q.tasks(NOW))
    assert (task.kind, task.why, task.request_id) == ("dead_letter", "22P05", request_id)


def test_a_number_that_two_requests_have_waits(store: LocalStore) -> None:
    first = store.write_now(save)
    detail = store.ask_now(lambda q: q.detail(first))
    assert detail is not None
    number = detail.request.number

    def again(uow: UnitOfWork) -> None:
        uow.append([replace(received(uuid7(), number), seq=7)])

    store.write_now(again)
    assert [kind for kind, _ in _kinds(store)] == ["same_number", "same_number"]
    assert store.rebuild()[0] == 2
    assert [kind for kind, _ in _kinds(store)] == ["same_number", "same_number"]


def test_two_people_who_made_a_request_each_of_one_message(store: LocalStore) -> None:
    """At two seats that did not see each other; of a call, or by one person, that is no task."""

    def made(number: str, contact_id: UUID, actor: str, channel: Channel = Channel.EMAIL) -> UUID:
        request_id = uuid7()
        said = ReporterRecorded(contact_id=contact_id, name="Lan", channel=channel)
        events = [received(request_id, number, channel=channel), stored(request_id, said, hlc=2)]
        store.write_now(lambda uow: uow.append([replace(each, actor=actor) for each in events]))
        return request_id

    mail, call, mine = uuid7(), uuid7(), uuid7()
    made("26001000011", call, "hoa", Channel.VOICE)
    made("26001000022", call, "tu", Channel.VOICE)
    made("26001000033", mine, "hoa")
    made("26001000044", mine, "hoa")
    first = made("26001000055", mail, "hoa")
    assert _kinds(store) == []
    second = made("26001000066", mail, "tu")
    assert _kinds(store) == [("made_twice", 1), ("made_twice", 1)]
    merged = RequestMerged(parent_id=first, parent_number="26001000055")
    store.write_now(lambda uow: uow.append([stored(second, merged, hlc=uow.next_hlc(NOW))]))
    assert _kinds(store) == []
