"""Helpers for tests of hand-over and lock."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from console.domain.errors import UnavailableError
from console.domain.states import Role
from console.services.desk import Desk
from console.services.people.actors import actor_for
from console.services.people.central_accounts import CentralPerson
from console.ui.pages.intake.page import IntakePage
from console.ui.shell.seat.handover import HandoverDialog
from tests.ui.waiting import in_front, until
from tests.ui.window import Room, dialog_of, page_in

GOOD = "cau chu y luc sau gio"


async def audit(room: Room) -> list[tuple[str, str]]:
    trail = await room.desk.ask(lambda q: q.audit_trail())
    assert all(line.workstation == "may-07" for line in trail)
    return [(line.actor, line.act) for line in reversed(trail)]


async def with_password(desk: Desk, user: str) -> None:
    await desk.accounts.set_password(actor_for(user, desk.catalogue, "may-07"), "", GOOD)


async def open_handover(room: Room) -> HandoverDialog:
    """F12."""
    await in_front(room.window)
    QTest.keyClick(room.window, Qt.Key.Key_F12)
    return await dialog_of(room, HandoverDialog)


async def open_sheet(room: Room) -> HandoverDialog:
    """F12, and wait for the list of people."""
    sheet = await open_handover(room)
    await until(lambda: sheet.offers, "the people")
    return sheet


async def seat(room: Room, letters: str, user: str) -> None:
    """A few letters of the name, Enter."""
    sheet = await open_sheet(room)
    QTest.keyClicks(sheet.typed, letters)
    QTest.keyClick(sheet.typed, Qt.Key.Key_Return)
    await until(lambda: room.desk.actor.user == user, user)
    await until(lambda: room.window.seat.sheet is None, "the sheet to close")


def intake(room: Room) -> IntakePage:
    return page_in(room, "intake", IntakePage)


def description(room: Room) -> str:
    return intake(room).forms.current.values.description


def type_into(room: Room, text: str) -> None:
    intake(room).forms.current.edit(description=text)


def locked(room: Room) -> bool:
    return room.window.seat.is_locked


def texts(widget: QWidget) -> str:
    """All texts in a widget."""
    from PySide6.QtWidgets import QLabel, QPlainTextEdit

    shown = [w.text() for w in widget.findChildren(QLabel) if w.isVisible()]
    shown += [w.text() for w in widget.findChildren(QLineEdit) if w.isVisible()]
    shown += [w.toPlainText() for w in widget.findChildren(QPlainTextEdit) if w.isVisible()]
    return "\n".join(shown)


async def unlock(room: Room) -> None:
    """Press Enter; no password is needed."""
    cover = room.window.seat.cover
    await until(lambda: not cover.password.isVisible(), "the answer that no password is needed")
    await until(cover.verb.hasFocus, "the keyboard on the button")
    QTest.keyClick(cover.verb, Qt.Key.Key_Return)
    await until(lambda: not locked(room), "the seat to open")


class Door:
    """The centre's answer to a login, without a centre (`tests/integration/central` tests that)."""

    def enter(self, login: str, password: str) -> CentralPerson:
        known = {"hoa": Role.OPERATOR, "tu": Role.SUPERVISOR}
        if password != GOOD or login not in known:
            raise UnavailableError("central_denied", where="")
        return CentralPerson(login, login.title(), known[login], None)
