"""The agency's queue on a real store: rows, countdown, every step by keyboard, no reporter."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QPlainTextEdit

from console.domain.requests.commands import AskExtension, RefuseAssignment
from console.domain.states import AssignmentState, Priority, State
from console.services.desk import Desk
from console.ui.pages.map.page import MapPage
from console.ui.pages.queue.page import QueuePage
from console.ui.pages.queue.result_dialog import ReportDialog
from console.ui.request.dialogs.steps import ExtendDialog, ForwardDialog, RefuseDialog
from console.ui.runtime import tasks
from console.ui.widgets.dialogs.reason import ReasonDialog
from tests.conftest import StoppedClock
from tests.ui import city
from tests.ui.pages.test_area_notices import issued
from tests.ui.waiting import until
from tests.ui.window import Room, close_room, dialog_of, go_to, open_room

AGENCY = "ql-htgt-duong-bo"
CTRL = Qt.KeyboardModifier.ControlModifier
NO_KEY = Qt.KeyboardModifier.NoModifier


def page_of(room: Room) -> QueuePage:
    return go_to(room, "queue", QueuePage)


async def officer_with(desk: Desk, count: int = 1) -> tuple[Room, QueuePage, list[UUID]]:
    """An officer's window with `count` requests in the queue, the first one chosen."""
    ids = []
    for n in range(count):
        done = await city.log(desk, description=f"Ổ gà số {n}", phone=f"090312345{n}")
        assert done.request_id is not None
        ids.append(done.request_id)
    room = await open_room(desk, f"officer-{AGENCY}")
    page = page_of(room)
    await until(lambda: len(page.presenter.items) == count, "the rows")
    await until(lambda: page.presenter.detail is not None, "the detail")
    return room, page, ids


def submit(dialog: QDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)


async def test_rows_figures_and_countdown(desk: Desk, clock: StoppedClock) -> None:
    room, page, _ = await officer_with(desk, 2)
    model: Any = page.table.model()
    heads = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(7)]
    assert heads == ["Mã", "Loại sự cố", "Địa chỉ", "Trạng thái", "Hạn", "Còn lại", "Ưu tiên"]
    cells = [model.index(0, n).data() for n in range(7)]
    assert cells[3] == "Đã chuyển"
    assert "66/1 Đồng Tâm" in cells[2]
    assert cells[5].startswith("còn ")
    assert cells[6] == ""
    deadline = page.presenter.items[0].deadline
    assert deadline is not None
    clock.now = deadline + timedelta(minutes=6)
    page.tick(clock())
    assert model.index(0, 5).data() == "trễ 0:06"
    page.presenter.refresh()
    await until(lambda: page.figure("late") == "2", "the figures")
    assert page.figure("open") == "2"
    await close_room(room)


async def test_an_officer_sees_no_reporter_and_no_other_agency(desk: Desk) -> None:
    room, page, _ = await officer_with(desk)
    assert not page.agency.isEnabled()
    texts = [label.text() for label in page.findChildren(QLabel)]
    assert "ẩn với đơn vị" in texts
    assert not any("0903" in t or "Thắng" in t for t in texts), "number or name leaked"
    page.presenter.show(agency="sawaco", view="open", query="")
    assert page.presenter.agency == AGENCY
    await close_room(room)


def photo_in(folder: Path) -> Path:
    photo = folder / "hien-truong.png"
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("#556677"))
    assert image.save(str(photo))
    return photo


async def test_accept_and_report_by_keyboard(desk: Desk, tmp_path: Path) -> None:
    room, page, (request_id,) = await officer_with(desk)
    assert page.buttons["accept"].isEnabled()
    assert not page.buttons["reopen"].isEnabled()
    QTest.keyClick(page.table, Qt.Key.Key_Return, CTRL)
    await until(
        lambda: (
            page.presenter.assignment
            and page.presenter.assignment.state is AssignmentState.ACCEPTED
        )
    )
    assert not page.buttons["accept"].isEnabled()
    QTest.keyClick(page.table, Qt.Key.Key_D, CTRL)
    dialog = await dialog_of(room, ReportDialog)
    submit(dialog)
    assert "Ghi rõ" in dialog.problem_text
    box = dialog.findChildren(QPlainTextEdit)[0]
    box.setPlainText("Đã vá mặt đường, lu lèn chặt")
    submit(dialog)
    assert "ảnh" in dialog.problem_text
    fake = tmp_path / "not-a-photo.jpg"
    fake.write_bytes(b"GIF? no")
    dialog.strip.add(fake)
    await until(lambda: dialog.problem_text and "Thêm ít nhất" not in dialog.problem_text)
    assert dialog.strip.photos == ()
    dialog.strip.add(photo_in(tmp_path))
    await until(lambda: len(dialog.strip.photos) == 1, "the photo in the store")
    submit(dialog)
    await until(lambda: not page.presenter.items, "the queue to be empty")
    found = await desk.ask(lambda q: q.detail(request_id))
    assert found is not None
    assert found.request.state is State.RESOLVED
    held = found.request.assignments[0]
    assert held.result_text == "Đã vá mặt đường, lu lèn chặt"
    assert len(held.photos) == 1
    await close_room(room)


async def test_a_key_pressed_at_once_after_an_arrow_never_means_the_request_before(
    desk: Desk,
) -> None:
    room, page, ids = await officer_with(desk, 2)
    first = page.presenter.detail
    assert first is not None
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_Return, CTRL)
    (other,) = (each for each in ids if each != first.request.id)
    await until(lambda: (d := page.presenter.detail) is not None and d.request.id == other)
    await tasks.settle()
    row = await desk.ask(lambda q: q.detail(first.request.id))
    assert row is not None
    assert [a.state for a in row.request.assignments] == [AssignmentState.FORWARDED]
    await close_room(room)


async def test_refuse_with_reason_and_a_better_agency(desk: Desk) -> None:
    room, page, (request_id,) = await officer_with(desk)
    QTest.keyClick(page.table, Qt.Key.Key_B, CTRL)
    dialog = await dialog_of(room, RefuseDialog)
    dialog.suggest("so-xay-dung")
    submit(dialog)
    await until(lambda: not page.presenter.items, "the queue to be empty")
    found = await desk.ask(lambda q: q.detail(request_id))
    assert found is not None
    assert found.request.state is State.REFUSED
    last = found.history[-1]
    assert last.body.get("suggested_agency") == "so-xay-dung"
    await close_room(room)


async def test_extend_is_asked_and_granted(desk: Desk, clock: StoppedClock, tmp_path: Path) -> None:
    room, page, (request_id,) = await officer_with(desk)
    first = page.presenter.items[0].deadline
    QTest.keyClick(page.table, Qt.Key.Key_G, CTRL)
    dialog = await dialog_of(room, ExtendDialog)
    assert dialog.until > (first or clock())
    strip = dialog.strip
    assert strip is not None
    fake = tmp_path / "not-a-photo.jpg"
    fake.write_bytes(b"GIF? no")
    strip.add(fake)
    await until(lambda: dialog.problem_text, "why it is no photo")
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(photo_in(tmp_path)))])
    by = (Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton, NO_KEY)
    QApplication.sendEvent(dialog, QDragEnterEvent(QPointF(9, 9), *by))
    QApplication.sendEvent(dialog, QDropEvent(QPointF(9, 9), *by))
    await until(lambda: strip.photos, "the photo in the store")
    assert dialog.problem_text == ""
    submit(dialog)
    await until(lambda: page.presenter.items[0].asked_at is not None, "the date asked for")
    model: Any = page.table.model()
    assert model.index(0, 5).data() == "xin gia hạn"
    found = await desk.ask(lambda q: q.detail(request_id))
    assert found is not None
    assert found.request.assignments[0].photos == strip.photos

    def small() -> list[QLabel]:
        return [x for x in page.pane.findChildren(QLabel) if x.accessibleName() == "Ảnh của đơn vị"]

    await until(lambda: small() and not small()[0].pixmap().isNull(), "it beside the step")
    said = [x.text() for x in page.pane.findChildren(QLabel) if "xin gia hạn đến" in x.text()]
    assert said
    assert said[0].endswith(" · 1 ảnh")
    await close_room(room)

    lead = await open_room(desk, "supervisor")
    queue = page_of(lead)
    await until(lambda: queue.presenter.can("grant"), "the detail")
    QTest.keyClick(queue.table, Qt.Key.Key_G, CTRL)
    grant = await dialog_of(lead, ExtendDialog)
    assert grant.verb.label == "Duyệt gia hạn"
    assert grant.strip is None, "who grants shows nothing"
    submit(grant)

    async def committed() -> bool:
        found = await desk.ask(lambda q: q.detail(request_id))
        return found is not None and found.request.assignments[0].committed_at is not None

    await tasks.settle()
    assert await committed()
    await close_room(lead)


async def test_a_step_that_the_rules_refuse_keeps_the_window_open(
    desk: Desk, clock: StoppedClock
) -> None:
    room, page, (request_id,) = await officer_with(desk)
    QTest.keyClick(page.table, Qt.Key.Key_B, CTRL)
    dialog = await dialog_of(room, RefuseDialog)
    await desk.do(RefuseAssignment(request_id=request_id, reason="Đã bàn giao"), actor=desk.actor)
    submit(dialog)
    await until(lambda: dialog.problem_text, "the sentence")
    assert dialog.isVisible()
    assert dialog.verb.isEnabled()
    dialog.close()
    await close_room(room)


async def test_waiting_for_an_agency_and_forward(desk: Desk) -> None:
    done = await city.log(desk, agency=None)
    room = await open_room(desk, "operator")
    page = page_of(room)
    page.view.setCurrentIndex(page.view.findData("unassigned"))
    await until(lambda: len(page.presenter.items) == 1, "the request without an agency")
    await until(lambda: page.presenter.can("forward"))
    model: Any = page.table.model()
    assert model.index(0, 7).data() == ""
    assert model.index(0, 5).data() == "chờ phân công"
    assert page.buttons["forward"].isVisible()
    QTest.keyClick(page.table, Qt.Key.Key_E, CTRL)
    dialog = await dialog_of(room, ForwardDialog)
    dialog.choose(AGENCY)
    submit(dialog)
    await until(lambda: not page.presenter.items)
    request_id = done.request_id
    assert request_id is not None
    found = await desk.ask(lambda q: q.detail(request_id))
    assert found is not None
    assert found.request.assignments[0].agency == AGENCY
    await close_room(room)


async def test_the_switchboard_sees_whose_and_how_pressing_each_row_is(desk: Desk) -> None:
    await city.log(desk)
    await city.log(desk, agency="so-xay-dung", priority=Priority.URGENT)
    room = await open_room(desk)
    page = page_of(room)
    await until(lambda: len(page.presenter.items) == 2, "the rows")
    model: Any = page.table.model()
    heads = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(8)]
    assert heads[6:] == ["Ưu tiên", "Đơn vị xử lý"]
    assert [model.index(n, 6).data() for n in range(2)] == ["Khẩn", ""]
    agencies = {model.index(n, 7).data() for n in range(2)}
    assert agencies == {
        desk.catalogue.agencies[code].short_name for code in (AGENCY, "so-xay-dung")
    }
    await close_room(room)


async def test_a_refused_one_proposes_what_the_agency_said(desk: Desk) -> None:
    done = await city.log(desk)
    request_id = done.request_id
    assert request_id is not None
    await desk.do(
        RefuseAssignment(
            request_id=request_id, reason="Không quản lý", suggested_agency="so-xay-dung"
        ),
        actor=city.person(desk, f"officer-{AGENCY}"),
    )
    room = await open_room(desk)
    page = page_of(room)
    page.view.setCurrentIndex(page.view.findData("unassigned"))
    await until(lambda: page.presenter.can("forward"))
    QTest.keyClick(page.table, Qt.Key.Key_E, CTRL)
    dialog = await dialog_of(room, ForwardDialog)
    assert dialog.said() == ("so-xay-dung", "")
    dialog.close()
    await close_room(room)


async def test_reopen_from_the_list_of_what_is_reported(desk: Desk) -> None:
    done = await city.log(desk)
    request_id = done.request_id
    assert request_id is not None
    await city.resolve(desk, request_id)
    room = await open_room(desk)
    page = page_of(room)
    page.view.setCurrentIndex(page.view.findData("resolved"))
    await until(lambda: page.presenter.can("reopen"))
    QTest.keyClick(page.table, Qt.Key.Key_O, CTRL)
    submit(await dialog_of(room, ReasonDialog))
    await until(lambda: not page.presenter.items)
    found = await desk.ask(lambda q: q.detail(request_id))
    assert found is not None
    assert found.request.state in (State.REOPENED, State.FORWARDED, State.RECEIVED)
    await close_room(room)


async def test_search_and_agency_filter(desk: Desk) -> None:
    await city.log(desk, address_string="Võ Công Tồn, P.Tân Quý")
    await city.log(desk, agency="so-xay-dung", address_string="Vườn Lài, P.An Phú Đông")
    room = await open_room(desk)
    page = page_of(room)
    await until(lambda: len(page.presenter.items) == 2)
    page.search.setText("vo cong ton")
    await until(lambda: len(page.presenter.items) == 1)
    assert "Võ Công Tồn" in page.presenter.items[0].address
    page.search.clear()
    page.agency.set_code("so-xay-dung")
    page.agency.chosen.emit("so-xay-dung")
    await until(lambda: [i.agency for i in page.presenter.items] == ["so-xay-dung"])
    await close_room(room)


async def test_a_change_elsewhere_is_painted_and_keeps_the_choice(desk: Desk) -> None:
    room, page, ids = await officer_with(desk, 3)
    page.table.choose((ids[1], AGENCY))
    await until(lambda: page.presenter.detail and page.presenter.detail.request.id == ids[1])
    await city.log(desk, description="Mới đến")
    await until(lambda: len(page.presenter.items) == 4)
    assert page.table.current_key == (ids[1], AGENCY)
    await desk.do(
        AskExtension(
            request_id=ids[1],
            reason="Chờ vật tư",
            committed_at=desk.clock() + timedelta(days=30),
        ),
        actor=desk.actor,
    )
    await until(lambda: any(i.asked_at for i in page.presenter.items))
    assert page.table.current_key == (ids[1], AGENCY)
    await close_room(room)


async def test_the_detail_tells_the_story(desk: Desk) -> None:
    hostile = "<img src=x> ổ gà & hố"
    done = await city.log(desk, description=hostile)
    assert done.request_id is not None
    room = await open_room(desk)
    page = page_of(room)
    await until(lambda: page.presenter.detail is not None)
    labels = [label for label in page.pane.findChildren(QLabel) if label.isVisibleTo(page.pane)]
    texts = [label.text() for label in labels]
    assert hostile in texts
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    assert any(t.startswith("Tiếp nhận") for t in texts)
    assert any(t.startswith("Chuyển TT QL Hạ tầng GTĐB") for t in texts)
    assert any("Anh Thắng" in t and "••• ••• 456" in t for t in texts), "the reporter, masked"
    assert QApplication.focusWidget() is page.table
    await close_room(room)


@pytest.mark.parametrize("user", ["operator", "auditor"])
async def test_who_may_not_sees_grey_buttons(desk: Desk, user: str) -> None:
    await city.log(desk)
    room = await open_room(desk, user)
    page = page_of(room)
    await until(lambda: page.presenter.detail is not None)
    for name in ("accept", "refuse", "extend", "report"):
        assert not page.buttons[name].isEnabled(), name
    QTest.keyClick(page.table, Qt.Key.Key_Return, CTRL)
    assert [d for d in room.window.findChildren(QDialog) if d.isVisible()] == []
    assert isinstance(page.view, QComboBox)
    await close_room(room)


async def test_an_officer_sees_what_is_known_where_the_request_is(desk: Desk) -> None:
    """Its text without the script for callers, in the queue and on the map; notices of other fields
    are not shown.
    """
    await issued(desk, title="Sửa ống nước", group="water")
    await issued(desk, title="Chặn một làn xe", group="roads")
    room, page, _ = await officer_with(desk)
    await until(lambda: page.notice_cards.cards, "the notice of the place")
    texts = [label.text() for label in page.notice_cards.findChildren(QLabel)]
    assert "Chặn một làn xe" in texts
    assert "Có nước lại lúc 17:00" in texts
    assert not any("Dạ" in text or "Sửa ống" in text for text in texts)
    page_of_map = go_to(room, "map", MapPage)
    await until(lambda: page_of_map.notice_list.model.rowCount() == 1, "his notice in the list")
    assert not page_of_map.notice_list.new.isVisible()
    await close_room(room)
