"""A voice note for a report: what is quicker to say than to type, kept with the photos."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.domain.errors import ConsoleError
from console.services.ports.files import Files
from console.ui.audio.seat_audio import LONGEST_NOTE_S, Audio
from console.ui.audio.sound_dialog import LevelBar
from console.ui.runtime.tasks import spawn
from console.ui.text import formats
from console.ui.text.error_sentences import sentence
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog

_SHORTEST_S = 0.5


class VoiceNoteDialog(HouseDialog):
    """Starts recording as soon as it is open.

    Signals:
        made: SHA-256 of the note, a WAV file among the seat's files.
    """

    made = Signal(str)

    def __init__(self, audio: Audio, files: Files, parent: QWidget | None = None) -> None:
        """Start recording."""
        super().__init__(self.tr("Ghi lời"), parent)
        self._audio, self._files = audio, files
        self._began = time.monotonic()
        self._over = False
        row = QHBoxLayout()
        self._time = PlainLabel(kind="big")
        self.level = LevelBar()
        row.addWidget(self._time)
        row.addWidget(self.level, 1)
        self.body.addLayout(row)
        about = self.tr("Nói vào micrô tai nghe; tối đa {0} phút.")
        self.body.addWidget(PlainLabel(about.format(LONGEST_NOTE_S // 60), tone="muted"))
        self.keep = self.add_buttons(self.tr("Giữ lời ghi"))
        self.keep.clicked.connect(lambda _checked=False: self._end(keep=True))
        self.rejected.connect(lambda: self._end(keep=False))
        audio.level.connect(self.level.show_level)
        self._clock = QTimer(self)
        self._clock.setInterval(200)
        self._clock.timeout.connect(self._tick)
        self._tick()
        spawn(self._begin(), self._say)

    @property
    def seconds(self) -> float:
        """Length of the recording so far."""
        return time.monotonic() - self._began

    async def _begin(self) -> None:
        self.keep.setEnabled(False)
        await self._audio.begin_note()
        self._began = time.monotonic()
        self.keep.setEnabled(True)
        self._clock.start()

    def _tick(self) -> None:
        self._time.setText(formats.timer(timedelta(seconds=self.seconds)))
        if self.seconds >= LONGEST_NOTE_S:
            self._end(keep=True)

    def _end(self, *, keep: bool) -> None:
        if not self._over:
            self._over = True
            self._clock.stop()
            spawn(self._finish(keep=keep), self._say)

    async def _finish(self, *, keep: bool) -> None:
        with TemporaryDirectory(prefix="console1022-note-") as folder:
            path = Path(folder) / "note.wav"
            seconds = await self._audio.end_note(path)
            if keep and seconds >= _SHORTEST_S:
                stored = await asyncio.to_thread(self._files.put, path)
                self.made.emit(stored.sha256)
        if keep:
            self.accept()

    def _say(self, error: ConsoleError) -> None:
        self.say_problem(sentence(error))
