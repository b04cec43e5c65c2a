"""Work that takes longer than a second, in the status line, with a button to stop it."""

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QWidget

from console.ui.runtime.long_work import LongWork, LongWorks
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.message_bar import announce
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.layout.boxes import NONE, row_of

_PATIENCE_S = 1.0
_LOOK_MS = 200


class WorkStrip(QWidget):
    """Shows the oldest piece of work and the number of others."""

    def __init__(self, long_works: LongWorks, parent: QWidget | None = None) -> None:
        """Follow the list; hidden while there is no long work."""
        super().__init__(parent)
        self._works = long_works
        self._said: LongWork | None = None
        row = row_of(margins=NONE, gap=8, parent=self)
        self.text = PlainLabel(kind="caption")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(90)
        self.stop_button = Button(self.tr("Dừng"), kind="foot")
        self.stop_button.clicked.connect(self._stop)
        for widget in (self.text, self.bar, self.stop_button):
            row.addWidget(widget)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        long_works.changed.connect(self._wake)
        self.setVisible(False)

    @property
    def work(self) -> LongWork | None:
        """The work shown; None if there is none."""
        old = time.monotonic() - _PATIENCE_S
        return next((each for each in self._works.running if each.begun <= old), None)

    def _wake(self) -> None:
        """Start or stop the timer, which reads the progress."""
        if bool(self._works.running) != self._timer.isActive():
            (self._timer.start if self._works.running else self._timer.stop)()
            self._look()

    def _look(self) -> None:
        work = self.work
        self.setVisible(work is not None)
        if work is None:
            self._said = None
            return
        more = len(self._works.running) - 1
        name = self.tr("{0} và {1} việc nữa").format(work.name, more) if more else work.name
        self.text.setText(self.tr("{0}: đang dừng").format(name) if work.stopping else name)
        self.bar.setRange(0, work.every)
        self.bar.setValue(work.done)
        self.bar.setAccessibleName(work.name)
        self.stop_button.setVisible(work.cancel is not None)
        self.stop_button.setEnabled(not work.stopping)
        self.stop_button.setAccessibleDescription(work.name)
        if work is not self._said:
            self._said = work
            announce(self, work.name, at_once=False)

    def _stop(self) -> None:
        if (work := self.work) is not None:
            work.stop()
            self._look()
