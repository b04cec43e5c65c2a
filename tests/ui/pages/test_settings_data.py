"""The administrator imports a file with keys only: checked first, stopped, continued."""

import threading
from pathlib import Path
from typing import override

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.assembly.data_import import LocalSeatData
from console.domain.errors import RefusedError
from console.services.desk import Desk
from console.services.ports.seat_data import DataKind, DataReport, Progress, RebuildReport, Tell
from console.store.seat.local_store import LocalStore
from console.ui.pages.settings.data_section import DataSection
from console.ui.pages.settings.page import SettingsPage
from console.ui.runtime.long_work import long_works
from tests.ui import city
from tests.ui.city import person
from tests.ui.shell.test_accessibility import controls, spoken
from tests.ui.waiting import until
from tests.ui.window import Room, open_room, page_in

HEAD = "service_request_id,requested_datetime,service_code,description,address_string\n"


def history(path: Path, rows: int, bad: int = 0) -> Path:
    lines = [f"A{n},2025-10-{n % 28 + 1:02d} 08:00,lighting.out,Đèn tắt {n},Hẻm {n}\n"
             for n in range(rows)]  # fmt: skip
    lines += [f"B{n},hôm qua,lighting.out,Không rõ ngày,Hẻm {n}\n" for n in range(bad)]
    path.write_text(HEAD + "".join(lines), "utf-8")
    return path


def data_of(desk: Desk, profile: Path) -> LocalSeatData:
    assert isinstance(desk.store, LocalStore)
    return LocalSeatData(desk, desk.store, profile, "vi")


@pytest.fixture
async def room(desk: Desk, tmp_path: Path) -> Room:
    desk.data = data_of(desk, tmp_path / "profile")
    return await open_room(desk, "administrator")


def panel_of(room: Room) -> DataSection:
    (panel,) = room.window.page("settings").findChildren(DataSection)
    return panel


async def opened(room: Room) -> DataSection:
    room.window.commands["window.data"].trigger()
    panel = panel_of(room)
    await until(panel.isVisible, "the section")
    return panel


def stored(room: Room) -> int:
    store = room.desk.store
    assert isinstance(store, LocalStore)
    found = store.run_on_reader(
        lambda c: c.exec_driver_sql("select count(*) from service_request").scalar()
    )
    return int(found or 0)


class Held:
    """The seat's data import, stopped at the first progress until it may continue."""

    def __init__(self, real: LocalSeatData) -> None:
        self._real, self.begun, self.go_on = real, threading.Event(), threading.Event()

    def _held(self, tell: Tell) -> Tell:
        def follow(at: Progress) -> None:
            tell(at)
            self.begun.set()
            self.go_on.wait(60)
            tell(at)

        return follow

    def look(self, kind: DataKind, source: Path, tell: Tell) -> DataReport:
        return self._real.look(kind, source, tell)

    def bring(self, kind: DataKind, source: Path, licence: str, tell: Tell) -> DataReport:
        return self._real.bring(kind, source, licence, self._held(tell))

    def rebuild(self, tell: Tell) -> RebuildReport:
        return self._real.rebuild(self._held(tell))


class Broken(Held):
    """A bug in the middle of the work."""

    @override
    def look(self, kind: DataKind, source: Path, tell: Tell) -> DataReport:
        raise ZeroDivisionError


def press(key: Qt.Key, times: int = 1) -> None:
    for _ in range(times):
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClick(widget, key)


async def test_by_keys_alone_looked_at_then_brought_in(room: Room, tmp_path: Path) -> None:
    source = history(tmp_path / "cu.csv", rows=30, bad=2)
    source.with_name("cu.rejected.csv").write_text("tôi đang sửa", "utf-8")
    panel = await opened(room)
    page = page_in(room, "settings", SettingsPage)
    page.list.setFocus()
    press(Qt.Key.Key_Tab, 2)
    assert panel.path.hasFocus()
    QTest.keyClicks(panel.path, str(source))
    assert not panel.bring.isEnabled()
    press(Qt.Key.Key_Return)
    await until(lambda: panel.said.text().startswith("Sẽ nhập"), "the report")
    side = source.with_name("cu.rejected.csv")
    assert panel.said.text() == "Sẽ nhập 30 phản ánh; không nhận 2."
    assert side.read_text("utf-8") == "tôi đang sửa"
    assert [row[1].where for row in panel.model.rows] == ["32", "33"]
    assert panel.model.index(0, 1).data() == "không nhận"
    assert panel.whole.text().startswith("Không đọc được thời điểm “hôm qua”")
    panel.table.setFocus()
    press(Qt.Key.Key_Down)
    assert "Hẻm 1" in panel.whole.text()
    assert "hôm qua" in str(panel.model.index(0, 3).data())
    assert stored(room) == 0
    while not panel.bring.hasFocus():
        press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Space)
    await until(lambda: panel.said.text().startswith("Đã nhập"), "the end")
    assert panel.said.text() == (
        "Đã nhập 30 phản ánh; không nhận 2.\n"
        f"Các dòng không nhận, kèm lý do: {side.with_name('cu.rejected-2.csv')}"
    )
    assert side.read_text("utf-8") == "tôi đang sửa"
    assert not panel.bring.isEnabled()
    trail = await room.desk.ask(lambda q: q.audit_trail())
    assert [(e.subject, e.detail) for e in trail if e.act == "data_imported"] == [
        ("requests", "cu.csv: 30")
    ]
    assert stored(room) == 30


async def test_stopped_half_way_it_stays_and_goes_on_behind_it(desk: Desk, tmp_path: Path) -> None:
    held = Held(data_of(desk, tmp_path / "profile"))
    desk.data = held
    room = await open_room(desk, "administrator")
    panel = await opened(room)
    source = history(tmp_path / "cu.csv", rows=1500)
    panel.path.setText(str(source))
    panel.look.click()
    await until(panel.bring.isEnabled, "the report")
    panel.bring.setFocus()
    press(Qt.Key.Key_Space)
    await until(held.begun.is_set, "the first rows")
    assert not panel.kind.isEnabled()
    await until(lambda: "50 dòng" in panel.said.text(), "how far it is")
    (work,) = long_works().running
    assert (work.name, work.done > 0) == ("Nhập cu.csv", True)
    assert panel.stop.hasFocus()
    press(Qt.Key.Key_Space)
    held.go_on.set()
    await until(lambda: panel.said.text().startswith("Đã dừng sau 50 dòng"), "the end")
    assert stored(room) == 50
    assert panel.bring.hasFocus()
    press(Qt.Key.Key_Space)
    await until(lambda: panel.said.text().startswith("Đã nhập 1.500 phản ánh"), "the rest")
    assert stored(room) == 1500
    assert not long_works().running


async def test_what_goes_on_ends_with_the_person(desk: Desk, tmp_path: Path) -> None:
    held = Held(data_of(desk, tmp_path / "profile"))
    desk.data = held
    room = await open_room(desk, "administrator")
    panel = await opened(room)
    bring_in(room, history(tmp_path / "cu.csv", rows=20))
    panel.again.click()
    await until(held.begun.is_set, "the rebuild")
    room.window.page("settings").close_page()
    held.go_on.set()
    await until(lambda: not long_works().running, "its end")
    assert panel.presenter.stopped is not None
    assert stored(room) == 20


async def test_the_tables_are_made_right_beside_saves_and_it_can_be_stopped(
    desk: Desk, tmp_path: Path
) -> None:
    held = Held(data_of(desk, tmp_path / "profile"))
    desk.data = held
    room = await open_room(desk, "administrator")
    panel = await opened(room)
    bring_in(room, history(tmp_path / "cu.csv", rows=20))

    store = desk.store
    assert isinstance(store, LocalStore)
    last = "(select max(rid) from service_request)"
    spoil = f"update service_request set description = 'x' where rid = {last}"
    store.run_on_writer(lambda c: c.exec_driver_sql(spoil))

    def spoiled() -> bool:
        look = "select count(*) from service_request where description = 'x'"
        return bool(store.run_on_reader(lambda c: c.exec_driver_sql(look).scalar()))

    assert spoiled()
    panel.again.click()
    await until(held.begun.is_set, "the rebuild")
    await city.log(desk)
    panel.stop.click()
    held.go_on.set()
    await until(lambda: panel.said.text().startswith("Đã dừng sau 20 phản ánh"), "the end")
    assert not spoiled(), "what was looked at is right"
    store.run_on_writer(lambda c: c.exec_driver_sql(spoil))
    panel.again.click()
    await until(lambda: panel.said.text().startswith("Đã dựng lại 21"), "the tables")
    assert panel.said.text().endswith("đã sửa 1 dòng sai.")


def bring_in(room: Room, source: Path) -> None:
    assert isinstance(room.desk.store, LocalStore)
    real = LocalSeatData(room.desk, room.desk.store, source.parent, "vi")
    real.bring(DataKind.REQUESTS, source, "", lambda _at: None)


async def test_names_of_streets_are_found_at_once(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "duong.csv"
    source.write_text("name,lat,long\nđường Tên Chưa Ai Đặt,10.8,106.7\n,10.8,106.7\n", "utf-8")
    panel = await opened(room)
    assert not room.desk.places.suggest("ten chua ai dat")
    panel.kind.setCurrentIndex(panel.kind.findData(DataKind.STREETS))
    assert panel.licence.isVisible()
    panel.path.setText(str(source))
    panel.look.click()
    await until(panel.bring.isEnabled, "the report")
    assert [row[1].why for row in panel.model.rows] == ["không có tên"]
    reread, on = room.desk.places.reread, set[threading.Thread]()

    def told() -> None:
        on.add(threading.current_thread())
        reread()

    monkeypatch.setattr(room.desk.places, "reread", told)
    panel.bring.click()
    await until(lambda: panel.said.text().startswith("Đã nhập 1 tên đường"), "the names")
    assert on
    assert threading.main_thread() not in on
    found = room.desk.places.suggest("ten chua ai dat")
    assert [each.text for each in found][:1] == ["Tên Chưa Ai Đặt"]


async def test_what_the_map_has_only_later_is_said(room: Room, tmp_path: Path) -> None:
    source = tmp_path / "den.csv"
    source.write_text("kind,code,lat,long\nlamp,A1,10.8,106.7\n", "utf-8")
    panel = await opened(room)
    panel.kind.setCurrentIndex(panel.kind.findData(DataKind.ASSETS))
    panel.path.setText(str(source))
    panel.look.click()
    await until(panel.bring.isEnabled, "the report")
    assert "khởi động lại" not in panel.said.text()
    panel.bring.click()
    await until(lambda: panel.said.text().startswith("Đã nhập 1 tài sản"), "the lamp")
    assert "sau khi khởi động lại" in panel.said.text()


async def test_what_is_wrong_with_a_file_is_said_and_a_changed_choice_is_looked_at_again(
    room: Room, tmp_path: Path
) -> None:
    panel = await opened(room)
    panel.path.setText("~no-such-person/cu.csv")
    assert panel.chosen == (DataKind.REQUESTS, Path("~no-such-person/cu.csv"))
    panel.path.setText(str(tmp_path / "khong-co.csv"))
    panel.look.click()
    await until(lambda: "Không" in panel.said.text(), "the sentence")
    assert "khong-co.csv" in panel.said.text()
    panel.path.setText(str(history(tmp_path / "cu.csv", rows=1)))
    assert panel.said.text() == ""
    panel.look.click()
    await until(panel.bring.isEnabled, "the report")
    panel.kind.setCurrentIndex(panel.kind.findData(DataKind.ASSETS))
    assert not panel.bring.isEnabled()
    assert not panel.model.rows


async def test_a_fault_leaves_no_word_of_work_that_goes_on(desk: Desk, tmp_path: Path) -> None:
    desk.data = Broken(data_of(desk, tmp_path / "profile"))
    room = await open_room(desk, "administrator")
    panel = await opened(room)
    panel.path.setText(str(history(tmp_path / "cu.csv", rows=1)))
    panel.look.click()
    assert panel.said.text() == "Xem thử cu.csv"
    await until(panel.look.isEnabled, "its end")
    assert panel.said.text() == ""


async def test_nobody_else_has_it(desk: Desk, tmp_path: Path) -> None:
    desk.data = data_of(desk, tmp_path / "profile")
    room = await open_room(desk, "supervisor")
    assert "window.data" not in room.window.commands
    assert not room.window.page("settings").findChildren(DataSection)
    with pytest.raises(RefusedError, match="role_may_not"):
        desk.data.rebuild(lambda _at: None)


async def test_the_line_of_the_audit_is_his_who_began(desk: Desk, tmp_path: Path) -> None:
    """If the person leaves while work is stopping, another one sits there before it is logged."""
    data = data_of(desk, tmp_path / "profile")
    desk.actor = began = person(desk, "administrator")

    def leave(_at: Progress) -> None:
        desk.actor = person(desk, "operator")

    source = history(tmp_path / "cu.csv", rows=3)
    data.bring(DataKind.REQUESTS, source, "", leave)
    desk.actor = began
    data.rebuild(leave)
    assert isinstance(desk.store, LocalStore)
    found = desk.store.run_on_reader(
        lambda c: c.exec_driver_sql("select act, actor, role from audit order by n").all()
    )
    assert [tuple(each) for each in found] == [
        ("data_imported", began.user, "administrator"),
        ("store_rebuilt", began.user, "administrator"),
    ]


async def test_a_screen_reader_hears_each_control_and_the_outcome(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(
        "console.ui.pages.settings.data_section.announce",
        lambda _at, text, **_how: heard.append(text),
    )
    panel = await opened(room)
    panel.kind.setCurrentIndex(panel.kind.findData(DataKind.ASSETS))
    panel.kind.setCurrentIndex(panel.kind.findData(DataKind.REQUESTS))
    panel.path.setText(str(history(tmp_path / "cu.csv", rows=1, bad=1)))
    silent = [each for each in controls(panel) if not spoken(each, room.window).strip()]
    assert not silent
    said = {spoken(each, room.window) for each in controls(panel)}
    assert {"Loại dữ liệu", "Tệp", "Chọn tệp…", "Xem thử", "Dựng lại các bảng"} <= said
    panel.look.click()
    await until(panel.bring.isEnabled, "the report")
    await until(lambda: heard, "the announcement")
    assert heard[-1].startswith("Sẽ nhập 1 phản ánh; không nhận 1.")
