"""The window's content, or the lock cover in its place; sign-in, locking and hand-over.

Locking hides everything that may show citizens' data, dialogs too, and restores it later. It is no
state on disk: after a restart the person signs in again.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QStackedWidget, QWidget
from shiboken6 import isValid

from console.ui.calls.presenter import CallPresenter
from console.ui.runtime.idle_time import IdleWatch
from console.ui.runtime.input_method import commit_typed
from console.ui.runtime.tasks import spawn
from console.ui.shell.seat.handover import HandoverDialog
from console.ui.shell.seat.lock_cover import LockCover
from console.ui.shell.seat.password import PasswordDialog
from console.ui.shell.seat.presenter import PeoplePresenter

if TYPE_CHECKING:
    from console.domain.actors import Actor
    from console.services.desk import Desk

_TALKS = frozenset({"talking", "dialling"})


class SeatPanel(QStackedWidget):
    """The middle of the window.

    Signals:
        lock_changed: the seat was locked (True) or unlocked.

    Attributes:
        people: who sits here; the window listens to its `leaving` and `seated`.
        idle: time since the last touch.
    """

    lock_changed = Signal(bool)

    def __init__(
        self,
        desk: "Desk",
        calls: CallPresenter,
        inside: QWidget,
        keep_typed: Callable[[], Awaitable[None]],
        *,
        lock_after_min: int,
    ) -> None:
        """Show the window's content.

        Args:
            keep_typed: returns when every open form is on disk.
            lock_after_min: minutes without a touch until the seat locks; 0 = never.
        """
        super().__init__()
        self._desk, self._calls = desk, calls
        self._after_s = lock_after_min * 60
        self._hidden: list[QDialog] = []
        self._focus: QWidget | None = None
        self._sheet: HandoverDialog | None = None
        self.people = PeoplePresenter(desk, keep_typed, self)
        self.cover = LockCover(self.people, calls)
        app = QApplication.instance()
        assert isinstance(app, QGuiApplication)  # noqa: S101 - a widget was made
        self.idle = IdleWatch(app, parent=self)
        self._inside = inside
        self.addWidget(inside)
        self.addWidget(self.cover)
        self.cover.opened.connect(self._on_opened)
        self.cover.other_wanted.connect(self.open_handover)
        self.people.seated.connect(self._on_seated)
        self.people.ended.connect(self._on_ended)

    @property
    def is_locked(self) -> bool:
        """Whether the seat is locked."""
        return self.currentWidget() is self.cover

    @property
    def sheet(self) -> HandoverDialog | None:
        """The open hand-over dialog, or None."""
        found = self._sheet
        return found if found is not None and isValid(found) and found.isVisible() else None

    async def begin(self) -> None:
        """Sign in the first person: with a password if the account has one, else only logged."""
        if await self.people.needs_password():
            self.lock(first=True)
        else:
            spawn(self.people.come_back("", first=True))

    def lock(self, *, first: bool = False) -> None:
        """Lock the seat."""
        if self.is_locked:
            return
        commit_typed()
        if (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self._focus = QApplication.focusWidget()
        active = QApplication.activeWindow()
        self._hide_dialogs()
        if active is not None:
            # Take the focus from a dialog that is now hidden, but not from another program.
            self.window().activateWindow()
        self.cover.show_person(self._desk.actor, first=first)
        self.cover.tick(self._desk.clock())
        self.setCurrentWidget(self.cover)
        self.cover.take_focus()
        if not first:
            self.people.locked()
        self.lock_changed.emit(True)

    def open_handover(self) -> None:
        """Ask who takes the seat; a second call brings the same dialog to the front."""
        if (open_now := self.sheet) is not None:
            open_now.activateWindow()
            return
        commit_typed()
        self._sheet = HandoverDialog(
            self._desk, self.people, self._calls, locked=self.is_locked, parent=self.window()
        )
        self._sheet.lock_wanted.connect(self.lock)
        self._sheet.password_wanted.connect(lambda: spawn(self._open_password()))
        self._sheet.show()

    def tick(self, now: datetime) -> None:
        """Lock the seat after the idle time; called once a second."""
        call = self._calls.current
        if call is not None and call.state in _TALKS:
            # A person on a call may touch nothing for a long time.
            self.idle.touch()
        if self.is_locked:
            self.cover.tick(now)
        elif self._after_s and self.idle.idle_s >= self._after_s:
            self.lock()

    # --- inside

    async def _open_password(self) -> None:
        has_one = await self.people.needs_password()
        if not self.is_locked:
            PasswordDialog(self.people, has_one=has_one, parent=self.window()).show()

    def _hide_dialogs(self) -> None:
        window = self.window()
        self._hidden = [d for d in window.findChildren(QDialog) if d.isVisible()]
        for dialog in self._hidden:
            if isinstance(dialog, HandoverDialog | PasswordDialog):
                dialog.close()
            else:
                dialog.hide()

    def _on_opened(self) -> None:
        self._uncover()
        for dialog in self._hidden:
            if isValid(dialog) and not isinstance(dialog, HandoverDialog | PasswordDialog):
                dialog.show()
        self._hidden.clear()
        if self._focus is not None and isValid(self._focus):
            self._focus.setFocus()
        self._focus = None

    def _on_ended(self, why: str) -> None:
        """Typed forms stay on disk; the next sign-in asks the centre."""
        self.lock()
        self.cover.say(why)

    def _on_seated(self, _actor: "Actor") -> None:
        self._hidden.clear()
        self._focus = None
        if self.is_locked:
            self._uncover()

    def _uncover(self) -> None:
        if (sheet := self.sheet) is not None:
            sheet.close()
        self.idle.touch()
        self.setCurrentWidget(self._inside)
        self.lock_changed.emit(False)
