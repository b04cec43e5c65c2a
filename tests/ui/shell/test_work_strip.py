"""Work of more than a second is shown in the status line and can be stopped there."""

import asyncio
import os
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from console.assembly.desktop import backup_writer
from console.services.desk import Desk
from console.store.seat.local_store import LocalStore
from console.ui.runtime import tasks
from console.ui.runtime.long_work import long_works
from console.ui.shell.status import work_strip
from console.ui.shell.status.work_strip import WorkStrip
from tests.ui.city import log
from tests.ui.waiting import until
from tests.ui.window import Room, open_room


def strip(room: Room) -> WorkStrip:
    return room.window.findChildren(WorkStrip)[0]


async def test_only_what_lasts_is_shown_and_it_can_be_stopped(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = strip(room)
    stopped: list[bool] = []
    with long_works().going_on("Ghi bao-cao.xlsx", lambda: stopped.append(True)) as work:
        await until(shown._timer.isActive, "the strip to look")
        assert not shown.isVisible()
        monkeypatch.setattr(work_strip, "_PATIENCE_S", 0.0)
        await until(shown.isVisible, "the work")
        work.tell(40, 100)
        await until(lambda: shown.bar.value() == 40, "how far it is")
        assert shown.text.text() == "Ghi bao-cao.xlsx"
        assert shown.stop_button.height() >= 24
        with long_works().going_on("Tính báo cáo"):
            await until(lambda: "1 việc nữa" in shown.text.text(), "both")
        shown.stop_button.click()
        assert stopped == [True]
        assert shown.text.text().endswith("đang dừng")
        assert not shown.stop_button.isEnabled()
    assert not shown.isVisible()
    assert not shown._timer.isActive()


async def admin(desk: Desk, tmp_path: Path) -> Room:
    assert isinstance(desk.store, LocalStore)
    desk.back_up = backup_writer(tmp_path / "profile", desk.clock)
    return await open_room(desk, "administrator")


async def test_the_profile_is_copied_beside_the_window(desk: Desk, tmp_path: Path) -> None:
    await log(desk)
    room = await admin(desk, tmp_path)
    target = tmp_path / "copy.zip"
    room.window.small.back_up(target)
    await until(target.exists, "the copy")
    await tasks.settle()
    assert room.window.notice.text == f"Đã sao lưu vào {target} và kiểm tra lại."
    room.window.small.back_up(target)
    await tasks.settle()
    assert str(target) in room.window.notice.text
    assert "Đã sao lưu" not in room.window.notice.text


async def test_a_copy_that_is_stopped_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    room = await admin(desk, tmp_path)
    whole, begun, go_on = desk.back_up, threading.Event(), threading.Event()
    assert whole is not None

    def held(target: Path, tell: object) -> str:
        begun.set()
        assert go_on.wait(60)
        return whole(target, tell)  # type: ignore[arg-type]

    desk.back_up = held
    room.window.small.back_up(tmp_path / "copy.zip")
    await until(begun.is_set, "the copy to begin")
    long_works().running[0].stop()
    go_on.set()
    await tasks.settle()
    assert room.window.notice.text == "Đã dừng sao lưu, không có tệp nào được ghi."
    assert os.listdir(tmp_path) == ["profile"]


async def test_an_operator_makes_no_copy(room: Room) -> None:
    room.window.small.backup()
    assert room.window.notice.text == "Chỉ quản trị sao lưu được hồ sơ của máy."
    assert not [w for w in room.window.findChildren(QWidget) if w.inherits("QFileDialog")]


async def test_a_report_that_is_stopped_leaves_the_page_as_it_was(room: Room) -> None:
    room.window.goto_page("reports")
    await tasks.settle()
    page = room.window.page("reports")
    presenter = page.presenter  # type: ignore[attr-defined]
    before = presenter.report

    async def held(*_a: object) -> object:
        return await asyncio.Event().wait()

    presenter._reports.report = held
    presenter.refresh()
    await until(lambda: long_works().running, "the report")
    long_works().running[0].stop()
    await until(lambda: not long_works().running, "its end")
    assert presenter.report is before
    assert room.window.notice.text == "Đã dừng tính báo cáo."
