"""Callbacks on a real store: dial, told, not reached three times, close, reopen, missed calls."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.domain.ids import contact_uuid
from console.domain.live_events import CallsChanged
from console.domain.states import Outcome, State, Verdict
from console.services.desk import Desk
from console.services.records import CallRecord
from console.ui.pages.callbacks.outcome_dialogs import NotReachedDialog, ReachedDialog
from console.ui.pages.callbacks.page import CallbacksPage
from console.ui.runtime import tasks
from console.ui.widgets.dialogs.reason import ReasonDialog
from tests.conftest import StoppedClock
from tests.ui import city
from tests.ui.waiting import in_front, until
from tests.ui.window import Room, close_room, dialog_of, go_to, open_room

CTRL = Qt.KeyboardModifier.ControlModifier


async def resolved(desk: Desk) -> tuple[Room, CallbacksPage, UUID, str]:
    """An operator's callbacks with one result to tell."""
    done = await city.log(desk)
    assert done.request_id is not None
    assert done.number is not None
    await city.resolve(desk, done.request_id)
    room = await open_room(desk)
    page = go_to(room, "callbacks", CallbacksPage)
    await until(lambda: page.chosen is not None, "the row")
    return room, page, done.request_id, done.number


async def state_of(desk: Desk, request_id: UUID) -> State:
    found = await desk.ask(lambda q: q.detail(request_id))
    assert found is not None
    return found.request.state


async def test_dial_and_tell(desk: Desk) -> None:
    room, page, request_id, number = await resolved(desk)
    model: Any = page.table.model()
    heads = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(4)]
    assert heads == ["Mã", "Người phản ánh", "Kết quả", "Lần gọi"]
    assert model.index(0, 1).data() == "Anh Thắng · 0903 123 456"
    assert model.index(0, 2).data() == "Đã vá mặt đường"
    assert model.index(0, 3).data() == "chưa gọi"
    assert not page.buttons["close"].isEnabled()
    QTest.keyClick(page.table, Qt.Key.Key_Return, CTRL)
    await until(lambda: room.line.asked == [("dial", city.PHONE, number)])
    QTest.keyClick(page.table, Qt.Key.Key_D, CTRL)
    dialog = await dialog_of(room, ReachedDialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    assert dialog.problem_text, "the citizen must be asked"
    dialog.choose(Verdict.SATISFIED)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    await until(lambda: not page.presenter.rows, "the row to go")
    assert await state_of(desk, request_id) is State.CLOSED
    found = await desk.ask(lambda q: q.detail(request_id))
    assert found is not None
    assert found.request.verdict is Verdict.SATISFIED
    await close_room(room)


async def test_the_tries_are_those_of_the_requests_own_day(desk: Desk, clock: StoppedClock) -> None:
    since = (clock() + timedelta(days=1)).date()
    now = desk.catalogue.clocks_at(clock())
    later = replace(now, valid_from=since, attempts=now.attempts + 2)
    desk.catalogue = replace(desk.catalogue, clocks=(later, now))
    room, page, _, _ = await resolved(desk)
    clock.forward(days=2)
    QTest.keyClick(page.table, Qt.Key.Key_L, CTRL)
    dialog = await dialog_of(room, NotReachedDialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    await until(lambda: page.chosen is not None and page.chosen.attempts == 1, "the try")
    model: Any = page.table.model()
    assert model.index(0, 3).data() == "1/3 · Không nghe máy"
    await close_room(room)


async def test_not_content_reopens(desk: Desk) -> None:
    room, page, request_id, _ = await resolved(desk)
    QTest.keyClick(page.table, Qt.Key.Key_D, CTRL)
    dialog = await dialog_of(room, ReachedDialog)
    dialog.choose(Verdict.NOT_SATISFIED)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    await until(
        lambda: [d for d in room.window.findChildren(ReasonDialog) if d.isVisible()],
        "the question why",
    )
    assert await state_of(desk, request_id) is State.RESOLVED
    QTest.keyClick(await dialog_of(room, ReasonDialog), Qt.Key.Key_Return, CTRL)
    await until(lambda: not page.presenter.rows)
    assert await state_of(desk, request_id) not in (State.CLOSED, State.RESOLVED)
    await close_room(room)


async def test_three_failed_tries_send_a_message_then_close(
    desk: Desk, clock: StoppedClock
) -> None:
    room, page, request_id, _ = await resolved(desk)

    def tried() -> int:
        return page.chosen.attempts if page.chosen else -1

    for attempt in range(1, 4):
        clock.forward(minutes=30)
        QTest.keyClick(page.table, Qt.Key.Key_L, CTRL)
        dialog = await dialog_of(room, NotReachedDialog)
        QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
        await until(lambda: tried() == attempt, f"try {attempt}")  # noqa: B023
        await in_front(room.window)
    model: Any = page.table.model()
    assert model.index(0, 3).data() == "3/3 · Không nghe máy"
    ours = await desk.ask(lambda q: q.outreach_of(request_id))
    assert len(ours) == 1
    assert ours[0].recipient == city.PHONE
    await until(page.buttons["close"].isEnabled)
    QTest.mouseClick(page.buttons["close"], Qt.MouseButton.LeftButton)
    await until(lambda: not page.presenter.rows)
    assert await state_of(desk, request_id) is State.CLOSED
    await close_room(room)


async def test_the_outcome_list_has_no_success_in_it(desk: Desk) -> None:
    room, page, _, _ = await resolved(desk)
    page.ask_not_reached()
    dialog = await dialog_of(room, NotReachedDialog)
    assert Outcome.REACHED.value not in dialog.outcomes
    assert len(dialog.outcomes) == len(Outcome) - 1
    dialog.close()
    await close_room(room)


async def test_missed_calls_are_called_back_or_settled(desk: Desk, clock: StoppedClock) -> None:
    room, page, _, _ = await resolved(desk)
    call = CallRecord(
        pbx="ami",
        call_id="m1",
        state="missed",
        offered_at=clock() - timedelta(minutes=4),
        contact_id=contact_uuid("voice", "ami/m1"),
        phone="+84912345678",
        name="Chị Hạnh",
    )
    from console.domain.states import Channel
    from console.services.records import Contact

    def keep(uow: Any) -> None:
        uow.save_contact(
            Contact(
                id=call.contact_id,
                channel=Channel.VOICE,
                external_id="ami/m1",
                received_at=call.offered_at,
                sender_key=call.phone,
            )
        )
        uow.save_call(call)

    await desk.store.write(keep)
    desk.bus.publish(CallsChanged("m1"))
    await until(lambda: len(page.presenter.missed) == 1)
    model: Any = page.missed.model()
    assert model.index(0, 0).data() == "0912 345 678"
    page.missed.choose_first()
    QTest.keyClick(page.missed, Qt.Key.Key_Return)
    await until(lambda: ("dial", "+84912345678", "m1") in room.line.asked)
    taken = await desk.store.write(lambda uow: uow.call("ami", "m1"))
    assert taken is not None
    assert taken.taken_by == desk.actor.user
    await until(lambda: model.index(0, 4).data() == desk.actor.user, "the name in the list")
    QTest.mouseClick(page.settle, Qt.MouseButton.LeftButton)
    QTest.keyClick(await dialog_of(room, ReasonDialog), Qt.Key.Key_Return, CTRL)
    await until(lambda: not page.presenter.missed, "the missed call to be settled")
    await close_room(room)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("busy", "busy"),
        ("no_answer", "no_answer"),
        ("unreachable", "unreachable"),
        ("rejected", "rejected"),
        ("cancelled", None),
        ("no_attempt", None),
        ("answered", None),
    ],
)
async def test_a_try_that_failed_is_recorded_by_what_the_exchange_says(
    desk: Desk, said: str, kept: str | None
) -> None:
    room, page, request_id, number = await resolved(desk)
    QTest.keyClick(page.table, Qt.Key.Key_Return, CTRL)
    await until(lambda: room.line.asked != [], "the dialling")
    out = {"operator": "101", "direction": "out", "peer_number": "0903123456"}
    room.call("ringing", "o1", more={"ref": number}, **out)
    room.call("ended", "o1", reason="agent", more={"ref": number, "outcome": said}, **out)
    await tasks.settle()
    found = await desk.ask(lambda q: q.detail(request_id))
    assert found is not None
    tries = [line for line in found.history if line.kind == "outreach_recorded"]
    assert len(tries) == (1 if kept else 0)
    if kept is not None:
        await until(lambda: page.presenter.rows[0].last_outcome == kept, "the outcome")
        assert page.presenter.rows[0].attempts == 1
    await close_room(room)


async def test_a_colleague_who_calls_back_is_named_not_doubled(
    desk: Desk, clock: StoppedClock
) -> None:
    room, page, _, _ = await resolved(desk)
    call = CallRecord(
        pbx="ami",
        call_id="m1",
        state="abandoned",
        lost_as="abandoned",
        offered_at=clock(),
        contact_id=contact_uuid("voice", "ami/m1"),
        phone="+84912345678",
        direction="out",
        taken_by="binh",
        taken_at=clock(),
    )
    await desk.store.write(lambda uow: uow.save_call(call))
    desk.bus.publish(CallsChanged("m1"))
    await until(lambda: len(page.presenter.missed) == 1)
    model: Any = page.missed.model()
    assert model.index(0, 4).data() == "binh"
    page.missed.choose_first()
    QTest.keyClick(page.missed, Qt.Key.Key_Return)
    await until(lambda: "binh" in room.window.notice.text, "the refusal in words")
    assert room.line.asked == []
    await close_room(room)
