"""Recorded calls of the caller whose history is shown, newest first; hidden if there are none."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from console.services.views.calls import RecordingRow
from console.ui.pages.intake.caller_history import CallerPresenter
from console.ui.runtime.tasks import spawn
from console.ui.text import formats
from console.ui.widgets.basic.button import Button
from console.ui.widgets.layout.boxes import NONE, column_of
from console.ui.widgets.layout.section import Section

if TYPE_CHECKING:
    from console.services.desk import Desk

_MOST = 5


class RecordingsBox(QWidget):
    """A button for each recording; it opens the player."""

    def __init__(
        self, desk: "Desk", caller: CallerPresenter, parent: QWidget | None = None
    ) -> None:
        """Follow the caller."""
        super().__init__(parent)
        self._desk, self._caller = desk, caller
        self._section = Section(self.tr("Ghi âm"))
        self._column = column_of(self._section, margins=NONE, gap=4, parent=self)
        self.buttons: list[Button] = []
        self.hide()
        caller.found.connect(self._on_found)

    def _on_found(self, card: object) -> None:
        phone = self._caller.phone
        if card is None or phone is None or not self._desk.actor.talks_to_citizens:
            self._show(())
        else:
            spawn(self._ask(phone))

    async def _ask(self, phone: str) -> None:
        rows = await self._desk.ask(lambda q: q.recordings(phone, _MOST))
        if phone == self._caller.phone:
            self._show(rows)

    def _show(self, rows: tuple[RecordingRow, ...]) -> None:
        for old in self.buttons:
            self._column.removeWidget(old)
            old.deleteLater()
        self.buttons = []
        now = self._desk.clock()
        for row in rows:
            seconds = int(row.talked_s)
            length = f"{seconds // 60:02d}:{seconds % 60:02d}"
            words = self.tr("▶  {0} · {1}").format(formats.when(row.at, now), length)
            button = Button(words, kind="flat")
            button.setAccessibleName(self.tr("Nghe lại cuộc gọi {0}").format(formats.full(row.at)))
            # A recording that has not arrived yet is shown, so that nobody looks for it elsewhere.
            button.setEnabled(bool(row.sha256))
            button.clicked.connect(lambda _checked=False, r=row: self._open(r))
            self._column.addWidget(button)
            self.buttons.append(button)
        self.setVisible(bool(rows))

    def _open(self, row: RecordingRow) -> None:
        from console.ui.calls.recording import RecordingDialog  # noqa: PLC0415 - QtMultimedia

        RecordingDialog(self._desk, row, self.window()).show()
