"""Giám sát: each figure opens what it counts, rows can be acted on, the wall is updated on its
own.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit

from console.domain.live_events import VolumeLeftBand
from console.domain.reports.forecast import hour_of
from console.domain.requests.commands import AskExtension, RecordDelivery, SaveDraft, SendMessage
from console.domain.states import Channel, DeliveryState
from console.services.desk import Desk
from console.services.people.actors import entry_of, system_actor
from console.services.ports.central.draft_copies import AbandonedDraft
from console.services.supervision.escalation import escalate
from console.services.supervision.volume_alarm import ACT
from console.store.exchange.drafts import LocalDraftCopies
from console.store.seat.local_store import LocalStore
from console.ui.pages.supervision.clock_pauses import PauseDialog
from console.ui.pages.supervision.page import SupervisionPage
from console.ui.pages.supervision.wall_screen import WallScreen
from console.ui.request.dialogs.steps import ForwardDialog
from console.ui.request.pane import RequestPane
from console.ui.request.window import RequestWindow
from console.ui.runtime import tasks
from console.ui.text import formats
from console.ui.theme import themes
from console.ui.widgets.dialogs.reason import WordsDialog
from tests.conftest import StoppedClock
from tests.ui import city
from tests.ui.line import WHOLE, ToldLine
from tests.ui.waiting import in_front, until
from tests.ui.window import Room, dialog_of, go_to, open_room, page_in


async def page_of(room: Room) -> SupervisionPage:
    page = page_in(room, "wallboard", SupervisionPage)
    room.window.goto_page("wallboard")
    await until(lambda: page.figures["late"].value != "—", "the figures")
    return page


async def test_late_requests_are_listed_and_opened(desk: Desk, clock: StoppedClock) -> None:
    await city.log(desk, agency="so-xay-dung", service_code="roads.pothole")
    clock.forward(days=30)
    room = await open_room(desk, "supervisor")
    page = await page_of(room)
    await until(lambda: page.figures["late"].value == "1", "the late one")
    QTest.mouseClick(page.cards["late"], Qt.MouseButton.LeftButton)
    await until(lambda: page.watch.model.rows, "the list")
    assert page.watch.kind == "late"
    assert page.side.currentWidget() is page.watch
    QTest.keyClick(page.watch.table, Qt.Key.Key_Return)
    await dialog_of(room, RequestWindow)
    page.watch.back_button.click()
    assert page.watch.kind == ""
    assert page.table.isVisible()


async def test_an_extension_is_granted_from_the_list(desk: Desk, clock: StoppedClock) -> None:
    done = await city.log(desk, agency="so-xay-dung", service_code="roads.pothole")
    assert done.request_id is not None
    wanted = clock() + timedelta(days=9)
    await desk.do(
        AskExtension(request_id=done.request_id, agency="so-xay-dung", reason="mưa lớn",
                     committed_at=wanted),
        actor=city.person(desk, "officer-so-xay-dung"),
    )  # fmt: skip
    page = await page_of(await open_room(desk, "supervisor"))
    await until(lambda: page.figures["extension"].value == "1", "the wish")
    page.open_figure("extension")
    await until(lambda: page.watch.model.rows, "the list")
    said = str(page.watch.model.index(0, 1).data())
    assert said.startswith(f"xin đến {formats.when(wanted, clock())} · ")
    page.watch.buttons["grant"].click()
    await until(lambda: page.figures["extension"].value == "0", "the grant")
    request_id = done.request_id
    detail = desk.store.ask_now(lambda q: q.detail(request_id))
    assert detail is not None
    assert detail.request.assignments[0].committed_at == wanted


async def test_what_is_due_soon_looks_as_pressing_as_on_the_queue(
    desk: Desk, clock: StoppedClock
) -> None:
    done = await city.log(desk, agency="so-xay-dung", service_code="roads.pothole")
    request_id = done.request_id
    assert request_id is not None
    detail = await desk.ask(lambda q: q.detail(request_id))
    assert detail is not None
    held = detail.request.assignments[0]
    assert held.due_at is not None
    clock.now = held.forwarded_at + (held.due_at - held.forwarded_at) * 0.8
    page = await page_of(await open_room(desk, "supervisor"))
    page.open_figure("near")
    await until(lambda: page.watch.model.rows, "the list")
    cell = page.watch.model.cell(0, 2)
    assert cell is not None
    assert cell.sign is not None
    assert cell.sign.tone == "warn"


async def test_who_owes_a_progress_report_is_listed_and_reminded(
    desk: Desk, clock: StoppedClock
) -> None:
    done = await city.log(desk, agency="so-xay-dung", service_code="roads.pothole")
    assert done.request_id is not None
    begun = clock()
    room = await open_room(desk, "supervisor")
    page = await page_of(room)
    await until(lambda: page.silent_button.text() == "Chưa báo tiến độ: 0", "the figure")
    clock.now = begun + timedelta(days=30)
    page.shown()
    await until(lambda: page.silent_button.text() == "Chưa báo tiến độ: 1", "the silent one")
    page.silent_button.click()
    await until(lambda: page.watch.model.rows, "the list")
    title = "Quá 5 ngày làm việc chưa báo kết quả, tiến độ"
    heads = [x.text() for x in page.watch.findChildren(QLabel)]
    assert title.casefold() in [x.casefold() for x in heads]
    assert "Sở Xây dựng" in str(page.watch.model.index(0, 1).data())
    pane = RequestPane(desk, page)
    detail = await desk.ask(lambda q: q.detail(done.request_id))  # type: ignore[arg-type]
    pane.show_detail(detail)
    assert title in [x.text() for x in pane.findChildren(QLabel)]
    page.watch.buttons["remind"].click()
    (await dialog_of(room, WordsDialog)).verb.click()
    await desk.do(
        AskExtension(request_id=done.request_id, agency="so-xay-dung", reason="mưa lớn",
                     committed_at=clock() + timedelta(days=9)),
        actor=city.person(desk, "officer-so-xay-dung"),
    )  # fmt: skip
    await until(lambda: not page.watch.model.rows, "the report that was owed")
    pane.show_detail(await desk.ask(lambda q: q.detail(done.request_id)))  # type: ignore[arg-type]
    assert title not in [x.text() for x in pane.findChildren(QLabel)]


async def test_an_unforwarded_request_is_forwarded_from_the_list(
    desk: Desk, clock: StoppedClock
) -> None:
    done = await city.log(desk, agency=None, forward=False, service_code="roads.pothole")
    clock.forward(minutes=9)
    room = await open_room(desk, "supervisor")
    page = await page_of(room)
    page.open_figure("unforwarded")
    await until(lambda: page.watch.model.rows, "the list")
    page.watch.buttons["forward"].click()
    dialog = await dialog_of(room, ForwardDialog)
    dialog.choose("so-xay-dung")
    dialog.verb.click()
    await until(lambda: page.figures["unforwarded"].value == "0", "the step")
    assert desk.store.ask_now(lambda q: q.detail(done.request_id)).request.assignments  # type: ignore[union-attr,arg-type]


async def test_warnings_are_a_list_and_an_agency_is_reminded(
    desk: Desk, clock: StoppedClock
) -> None:
    done = await city.log(desk, agency="so-xay-dung", service_code="roads.pothole")
    clock.forward(hours=20)
    room = await open_room(desk, "supervisor")
    page = await page_of(room)
    await escalate(desk)
    await until(lambda: page.warned_button.text().endswith(": 2"), "the warnings")
    page.warned_button.click()
    await until(lambda: len(page.watch.model.rows) == 2, "the list")
    said = " / ".join(str(page.watch.model.index(n, 1).data()) for n in range(2))
    assert "xử lý: đã qua ba phần tư" in said
    assert "đơn vị nhận việc: đã hết hạn" in said
    request_id = done.request_id
    assert request_id is not None

    def notes() -> list[object]:
        found = desk.store.ask_now(lambda q: q.detail(request_id))
        lines = found.history if found is not None else ()
        return [line.body["text"] for line in lines if line.kind == "note_added"]

    page.watch.buttons["remind"].setFocus()
    QTest.keyClick(page.watch.buttons["remind"], Qt.Key.Key_Space)
    dialog = await dialog_of(room, WordsDialog)
    box = dialog.findChildren(QPlainTextEdit)[0]
    assert QApplication.focusWidget() is box
    proposed = "Ca trưởng nhắc đơn vị xử lý ngay."
    assert (box.toPlainText(), box.textCursor().selectedText()) == (proposed, proposed)
    QTest.keyClick(box, Qt.Key.Key_Delete)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.problem_text == "Chưa viết gì."
    box.setPlainText("a" * 1001)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "1000" in dialog.problem_text
    assert notes() == []
    box.selectAll()
    QTest.keyClicks(box, "Hai xe da nga, <b>lam ngay</b>.")
    box.insertPlainText("\u200b")
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(notes, "the reminder")
    assert notes() == ["Hai xe da nga, <b>lam ngay</b>."]
    await until(lambda: room.window.notice.text.startswith("Đã nhắc"), "that it was done")
    await until(lambda: not room.window.findChildren(WordsDialog), "the end of the dialog")
    page.watch.model.set_rows((replace(page.watch.model.rows[0], request_id=uuid4()),))
    page.watch.table.choose_first()
    page.watch.act("remind")
    dialog = await dialog_of(room, WordsDialog)
    dialog.verb.click()
    await until(lambda: dialog.problem_text, "the refusal")
    assert dialog.isVisible(), "nothing written is lost"


async def test_a_message_that_failed_is_sent_again_and_a_dead_seats_draft_is_taken(
    desk: Desk, clock: StoppedClock
) -> None:
    sent = SendMessage(channel=Channel.SMS, recipient="0903000001", text="xin chào")
    await desk.do(sent)
    await desk.do(
        RecordDelivery(outreach_id=sent.id, state=DeliveryState.FAILED, error="no_signal")
    )
    draft = SaveDraft(draft_id=uuid4(), fields={"description": "dở"})
    await desk.do(draft, actor=city.person(desk, "operator"))
    clock.forward(minutes=20)
    page = await page_of(await open_room(desk, "supervisor"))
    for kind, verb in (("failed", "resend"), ("orphans", "take")):
        page.open_figure(kind)
        await until(lambda k=kind: page.watch.model.rows and page.watch.kind == k, kind)  # type: ignore[misc]
        page.watch.buttons[verb].click()
        await until(lambda k=kind: page.figures[k].value == "0", verb)  # type: ignore[misc]
    (mine,) = desk.store.ask_now(lambda q: q.drafts())
    assert mine.operator == "supervisor"


class _Centre:
    """`DraftTakeover`: has one form; whoever took it may ask again for ten minutes, as there."""

    async def take_draft(self, draft_id: UUID) -> dict[str, object] | None:
        return {"description": "Nắp cống"}


async def test_a_form_that_another_seat_left_is_taken_over_at_the_centre(
    desk: Desk, clock: StoppedClock
) -> None:
    assert isinstance(desk.store, LocalStore)
    left = AbandonedDraft(uuid4(), "lan", "may-02", clock())
    LocalDraftCopies(desk.store).left([left])
    desk.draft_takeover = _Centre()
    clock.forward(minutes=20)
    room = await open_room(desk, "supervisor")
    page = await page_of(room)
    said: list[str] = []
    page.refused.connect(said.append)
    page.open_figure("orphans")
    await until(lambda: page.watch.model.rows, "the form")
    page.watch.buttons["take"].click()
    await until(lambda: desk.store.ask_now(lambda q: q.drafts()), "the form here")
    (mine,) = desk.store.ask_now(lambda q: q.drafts())
    assert (mine.operator, mine.fields) == ("supervisor", {"description": "Nắp cống"})
    assert not said
    page.watch.buttons["take"].click()
    await until(lambda: said, "that it is taken")
    assert len(desk.store.ask_now(lambda q: q.drafts())) == 1


async def test_clocks_are_stopped_and_run_again_by_order(desk: Desk, clock: StoppedClock) -> None:
    done = await city.log(desk, agency="so-xay-dung", service_code="roads.pothole")
    request_id = done.request_id
    assert request_id is not None

    def due() -> datetime | None:
        found = desk.store.ask_now(lambda q: q.detail(request_id))
        return None if found is None else found.request.due_at

    before = due()
    room = await open_room(desk, "supervisor")
    page = await page_of(room)
    page.pause_button.click()
    dialog = await dialog_of(room, PauseDialog)
    dialog.order()
    await until(lambda: dialog.problem_text, "what is missing")
    dialog.reason.setText("Bão số 9")
    dialog.groups.add("roads")
    dialog.order()
    await until(lambda: dialog.model.rows, "the order")
    await until(lambda: due() != before, "the clock")
    clock.forward(hours=1)
    dialog.end_reason.setText("Bão đã tan")
    dialog.end()
    await until(lambda: dialog.model.rows[0].end_reason, "its end")
    assert before is not None
    await until(lambda: due() == before + timedelta(hours=1), "the clock again")


async def test_a_ward_that_is_typed_and_not_chosen_stops_no_clock_of_the_whole_city(
    desk: Desk,
) -> None:
    page = await page_of(room := await open_room(desk, "supervisor"))
    page.pause_button.click()
    dialog = await dialog_of(room, PauseDialog)
    dialog.reason.setText("Ngập")
    dialog.wards.combo.setFocus()
    QTest.keyClicks(dialog.wards.combo, "ba d")
    dialog.order()
    await tasks.settle()
    assert "không có trong danh sách" in dialog.problem_text
    assert not desk.store.ask_now(lambda q: q.pause_orders())


async def test_calls_and_messages_open_their_page(desk: Desk, clock: StoppedClock) -> None:
    room = await open_room(desk, "supervisor")
    page = await page_of(room)
    page.open_figure("callbacks")
    assert room.window.page_name == "callbacks"


async def test_the_wall_fills_a_screen_and_lives_while_another_page_is_in_front(
    desk: Desk, clock: StoppedClock
) -> None:
    room = await open_room(desk, "supervisor")
    page = await page_of(room)
    page.open_wall(QGuiApplication.primaryScreen())
    wall = page.wall
    assert isinstance(wall, WallScreen)
    await until(lambda: wall.isVisible() and wall.width() >= 1366, "the wall")
    assert wall.number_height >= wall.height() / 12
    room.window.goto_page("queue")
    await city.log(desk, agency=None, service_code="roads.pothole")

    def today() -> str:
        return next(f.value for f in wall.figures if f.caption == "tiếp nhận hôm nay")

    await until(lambda: today() == "1", "the new one on the wall")
    for name in ("light", "night"):
        room.window.dress(name, 100)
        ground = wall.grab().toImage().pixelColor(2, wall.height() - 3)
        assert ground.name().upper() == themes.current().bg
    QTest.keyClick(wall, Qt.Key.Key_Escape)
    await until(lambda: page.wall is None or not _alive(page), "the wall to close")
    await city.log(desk, agency=None, service_code="roads.pothole", phone="0903000002")


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F11])
async def test_the_wall_goes_by_the_key_that_brought_it(room: Room, key: Qt.Key) -> None:
    """On a seat with one monitor it hides everything else."""
    page = go_to(room, "wallboard", SupervisionPage)
    page.open_wall(room.window.screen())
    await until(lambda: page.wall is not None and page.wall.isActiveWindow(), "the wall")
    assert page.wall is not None
    QTest.keyClick(page.wall, key)
    await until(lambda: not _alive(page), "the window again")


async def test_a_call_that_rings_is_seen_on_a_wall_over_the_window(desk: Desk) -> None:
    room = await open_room(desk, line=ToldLine(WHOLE))
    page = go_to(room, "wallboard", SupervisionPage)
    page.open_wall(room.window.screen())
    wall = page.wall
    assert wall is not None
    await in_front(wall)
    who = {"operator": "101", "peer_number": "0903123456", "peer_name": "Anh Thắng"}
    room.call("ringing", **who)
    assert wall.ring == "◆ Có cuộc gọi đến 0903 123 456 · Anh Thắng · Nghe máy F9"
    assert wall.isActiveWindow()
    ground = wall.grab().toImage().pixelColor(2, wall.height() - 3)
    assert ground.name().upper() == themes.current().accent
    room.call("ended", **who)
    assert wall.ring == ""
    room.call("ringing", "c2", **who)
    room.call("answered", "c2", **who)
    await until(lambda: not _alive(page), "the window with the form")


def _alive(page: SupervisionPage) -> bool:
    from shiboken6 import isValid

    return page.wall is not None and isValid(page.wall) and page.wall.isVisible()


async def test_what_left_the_forecasts_band_stands_on_page_and_wall_until_the_next_hour_is_over(
    desk: Desk, clock: StoppedClock
) -> None:
    hour = hour_of(clock())
    burst, late = f"{hour:%Y-%m-%dT%H}+", f"{hour - timedelta(hours=5):%Y-%m-%dT%H}-"
    for series, detail in (("water", late), ("water", burst), ("calls", burst)):
        entry = entry_of(system_actor("ban-01"), clock(), ACT, series, detail)
        await desk.store.write(lambda uow, e=entry: uow.audit(e))  # type: ignore[misc]
    page = await page_of(await open_room(desk, "supervisor"))
    await until(page.alarm.isVisible, "an alarm from before the page was opened")
    hours = f"{hour:%H:%M}-{hour + timedelta(hours=1):%H:%M}"
    said = page.alarm.text()
    assert said.startswith(f"▲ Lượng bất thường: cuộc gọi {hours} nhiều hơn dự báo; phản ánh về")
    assert said.count("dự báo") == 2  # not the one of five hours ago
    page.open_wall(QGuiApplication.primaryScreen())
    assert page.wall is not None
    assert page.wall.alarm == said
    clock.forward(hours=2)
    desk.bus.publish(VolumeLeftBand("calls", hour, 1, 1.0, 1.0, over=True))
    await until(lambda: not page.alarm.isVisible(), "the end of the alarm")
    assert page.wall.alarm == ""
