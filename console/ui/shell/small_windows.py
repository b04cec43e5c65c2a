"""Opens the dialogs of the main window; the person closes them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from console.config.settings import Settings
from console.domain.actors import leads
from console.domain.states import Role
from console.ui.calls.presenter import CallPresenter
from console.ui.calls.ringing import Ringing
from console.ui.runtime.long_work import StoppedError, run_long_work
from console.ui.runtime.tasks import spawn
from console.ui.shell.preferences import PersonalPreferences
from console.ui.shell.rail.page_rail import Rail
from console.ui.text.error_sentences import sentence

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.ui.shell.learning.tour import Tour


class SmallWindows(QObject):
    """Opens dialogs over the window; their modules are imported on first use.

    Signals:
        announced: a sentence.
        done: a sentence about what was done.
        request_opened: the id of a request.
        messages_wanted: channel of a blocked sender, and the id of his newest message in spam.
        step_offered: a step that can be undone, as of `UndoPresenter.offer`.
    """

    messages_wanted = Signal(object, object)
    step_offered = Signal(str, str, object)
    announced = Signal(str)
    done = Signal(str)
    request_opened = Signal(object)

    def __init__(
        self,
        desk: "Desk",
        settings: Settings,
        calls: CallPresenter,
        ringing: Ringing,
        personal: PersonalPreferences,
        window: QWidget,
    ) -> None:
        """Keep what the dialogs need."""
        super().__init__(window)
        self._desk, self._settings, self._calls = desk, settings, calls
        self._ringing, self._personal, self._window = ringing, personal, window

    def keys(self, page: str) -> None:
        """Open the key sheet, this page's keys first; a second call opens the handbook."""
        from console.ui.shell.learning.key_sheet import KeySheet  # noqa: PLC0415 - not before use

        shown = next((s for s in self._window.findChildren(KeySheet) if s.isVisible()), None)
        if shown is not None:
            shown.handbook_wanted.emit()
            return
        sheet = KeySheet(page, self._window)
        sheet.key_wanted.connect(self._personal.set_key)
        sheet.handbook_wanted.connect(lambda: self.handbook(page))
        sheet.handbook_wanted.connect(sheet.close)
        sheet.show()

    def handbook(self, page: str) -> None:
        """The handbook at what it says of this page; one window, which comes to the front again."""
        from console.ui.shell.learning.handbook import HandbookWindow  # noqa: PLC0415
        from console.ui.shell.learning.handbook_pages import page_for  # noqa: PLC0415

        opened = self._window.findChildren(HandbookWindow)
        book = next((b for b in opened if b.isVisible()), None) or HandbookWindow(self._window)
        book.open_page(page_for(page, self._desk.actor.role))
        book.show()
        book.raise_()
        book.activateWindow()

    def walk(self) -> None:
        """Start the tour on request: it takes the focus, and returns it at the end."""
        self.tour()
        for tour in self._tours():
            tour.take_keyboard()

    def tour(self) -> None:
        """Start the tour, one at a time, without taking the focus."""
        from console.ui.shell.learning.tour import Tour  # noqa: PLC0415
        from console.ui.shell.learning.tour_stops import stops_for  # noqa: PLC0415 - not before use

        rail = next((w for w in self._window.findChildren(Rail) if w.isVisible()), None)
        if rail is None:
            return  # the seat is locked: the tour starts after sign-in
        for old in self._tours():
            old.leave()
        inside = self._window.findChild(QWidget, "inside") or self._window
        tour = Tour(stops_for(self._desk.actor.role, self._window), inside)
        tour.ended.connect(self._personal.toured)

    def _tours(self) -> list["Tour"]:
        from console.ui.shell.learning.tour import Tour  # noqa: PLC0415 - not before use

        return [each for each in self._window.findChildren(Tour) if each.isVisible()]

    def sound(self) -> None:
        """Open the sound dialog: the ring's loudspeaker, a test tone, the microphone's level."""
        from console.ui.audio.sound_dialog import SoundDialog  # noqa: PLC0415 - not before use

        ringing = self._ringing
        locked = bool({"audio", "audio.ring_device"} & set(self._settings.policy.locked))
        dialog = SoundDialog(ringing.audio, ringing.settings, self._window, locked=locked)
        dialog.chosen.connect(self._personal.choose_sound)
        dialog.show()

    def room(self) -> None:
        """Open the call room."""
        from console.ui.pages.supervision.call_room import RoomDialog  # noqa: PLC0415 - not before use

        RoomDialog(self._desk, self._calls, self._window).show()

    def shift(self) -> None:
        """Open the shift."""
        from console.ui.shell.seat.shift import ShiftDialog  # noqa: PLC0415 - not before use

        dialog = ShiftDialog(self._desk, self._window)
        dialog.request_opened.connect(self.request_opened)
        dialog.announced.connect(self.done)
        dialog.show()

    def blocked(self) -> None:
        """Open the list of blocked senders; for supervisors."""
        from console.ui.pages.inbox.blocked_senders import BlockedSendersDialog  # noqa: PLC0415 - not before use

        dialog = BlockedSendersDialog(self._desk, self._window)
        dialog.messages_wanted.connect(
            lambda row: self.messages_wanted.emit(row.channel, row.newest)
        )
        dialog.step_offered.connect(self.step_offered)
        dialog.announced.connect(self.done)
        dialog.show()

    def commands(self) -> dict[str, Callable[[], None]]:
        """The commands of palette and keys, by id."""
        return {
            "window.tour": self.walk,
            "window.sound": self.sound,
            "window.backup": self.backup,
            "window.room": self.room,
            "window.shift": self.shift,
            **({"window.blocked": self.blocked} if leads(self._desk.actor) else {}),
        }

    def note(self, take: Callable[[str], None]) -> None:
        """Record a spoken note; `take` gets its SHA-256 in the spool."""
        from console.ui.audio.voice_note import VoiceNoteDialog  # noqa: PLC0415 - not before use

        dialog = VoiceNoteDialog(self._ringing.audio, self._desk.files, self._window)
        dialog.made.connect(take)
        dialog.show()

    def backup(self) -> None:
        """Ask where to, then back up the profile; only for people who may see everything."""
        copy = self._desk.back_up
        if self._desk.actor.role is not Role.ADMINISTRATOR or copy is None:
            self.announced.emit(self.tr("Chỉ quản trị sao lưu được hồ sơ của máy."))
            return
        dialog = QFileDialog(self._window, self.tr("Sao lưu hồ sơ của máy"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(f"console1022 {self._desk.clock():%Y-%m-%d}.zip")
        dialog.fileSelected.connect(lambda path: self.back_up(Path(path)))
        dialog.open()

    def back_up(self, target: Path) -> None:
        """Back up the profile into this file; the status line shows the progress."""
        spawn(self._back_up(target), lambda error: self.announced.emit(sentence(error)))

    async def _back_up(self, target: Path) -> None:
        copy = self._desk.back_up
        if copy is None:
            return
        name = self.tr("Sao lưu vào {0}").format(target.name)
        try:
            damaged = await run_long_work(name, lambda tell: copy(target, tell))
        except StoppedError:
            self.announced.emit(self.tr("Đã dừng sao lưu, không có tệp nào được ghi."))
            return
        said = self.tr("Đã sao lưu vào {0} và kiểm tra lại.").format(target)
        if damaged:
            said += " " + self.tr("Tệp đã hỏng từ trước: {0}.").format(damaged)
        (self.announced if damaged else self.done).emit(said)
