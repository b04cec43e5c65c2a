"""Past messages of the message bar can be read again, by the person who got them."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from console.ui.pages.queue.page import QueuePage
from console.ui.shell.status.past_messages import PastMessagesDialog
from tests.ui.waiting import in_front, until
from tests.ui.window import Room, dialog_of, page_in


async def test_notices_are_kept_newest_first(room: Room) -> None:
    notice = room.window.notice
    notice.say("Máy bận.")
    notice.say("Không gọi được 0903123456.")
    notice.say("")
    QTest.keyClick(room.window, Qt.Key.Key_F2)
    shown = await dialog_of(room, PastMessagesDialog)
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
    shown = await dialog_of(room, PastMessagesDialog)
    words = " ".join(label.text() for label in shown.findChildren(QLabel))
    assert "Chưa có thông báo nào" in words


def _place(room: Room, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(room.window, QPoint()), widget.size())


async def _focused(room: Room, page: str, *, lowest: bool) -> QLineEdit:
    """The highest or lowest line of a page, with the focus."""
    room.window.goto_page(page)
    await in_front(room.window)
    seen = [
        line
        for line in room.window.page(page).findChildren(QLineEdit)
        if line.isVisible() and line.isEnabled()
    ]
    field = sorted(seen, key=lambda line: _place(room, line).top())[-1 if lowest else 0]
    field.setFocus()
    await until(field.hasFocus, "the focus")
    return field


async def test_no_field_moves_under_who_types(room: Room) -> None:
    field = await _focused(room, "intake", lowest=True)
    before = _place(room, field)
    room.window.notice.say("Không gọi được 0903123456.")
    await until(lambda: room.window.notice.height() >= 24, "its place")
    assert _place(room, field) == before
    page = _place(room, room.window.stack)
    bar = _place(room, room.window.notice)
    assert (bar.top(), bar.width()) == (page.top(), page.width())


async def test_what_has_the_focus_is_never_hidden(room: Room) -> None:
    field = await _focused(room, "queue", lowest=False)
    notice = room.window.notice
    notice.say("Mã phản ánh sai một chữ số.")
    assert not _place(room, notice).intersects(_place(room, field))
    assert _place(room, notice).bottom() == _place(room, room.window.stack).bottom()
    queue = page_in(room, "queue", QueuePage)
    queue.table.setFocus()
    notice.say("Máy bận.")
    assert _place(room, notice).top() == _place(room, room.window.stack).top()
    field.setFocus()
    await until(lambda: not _place(room, notice).intersects(_place(room, field)), "it gives way")
