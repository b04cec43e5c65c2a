"""What the notice bar said can be read again, by the person to whom it was said."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from console.ui.dialogs.notices import NoticesDialog
from tests.ui.panels.conftest import Room, dialog_of


async def test_notices_are_kept_newest_first(room: Room) -> None:
    notice = room.window.notice
    notice.say("Máy bận.")
    notice.say("Không gọi được 0903123456.")
    notice.say("")
    QTest.keyClick(room.window, Qt.Key.Key_F2)
    shown = await dialog_of(room, NoticesDialog)
    lines = [shown.list.item(row).text() for row in range(shown.list.count())]
    assert [line.split("  ", 1)[1] for line in lines] == [
        "Không gọi được 0903123456.",
        "Máy bận.",
    ]


async def test_the_next_person_reads_nothing_of_it(room: Room) -> None:
    room.window.notice.say("Không gọi được 0903123456.")
    room.window.seat.people.leaving.emit()
    assert room.window.notice.said == ()
    assert not room.window.notice.isVisible()
    room.window.notice.history_wanted.emit()
    shown = await dialog_of(room, NoticesDialog)
    words = " ".join(label.text() for label in shown.findChildren(QLabel))
    assert "Chưa có thông báo nào" in words
