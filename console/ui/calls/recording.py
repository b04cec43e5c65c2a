"""Plays a recorded call, faster if wanted, without changing its pitch."""

from typing import TYPE_CHECKING, override

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QSlider, QWidget

from console.domain.errors import ConsoleError
from console.services.calls.recordings import open_recording
from console.services.views.calls import RecordingRow
from console.ui.audio.recording_player import RATES, Player
from console.ui.calls.ringing import headset_of
from console.ui.runtime.tasks import spawn
from console.ui.text import formats
from console.ui.text.error_sentences import sentence
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.boxes import STRETCH, row_of

if TYPE_CHECKING:
    from console.services.desk import Desk


class RecordingDialog(HouseDialog):
    """Plays one recording; opening it is written to the audit log."""

    def __init__(self, desk: "Desk", row: RecordingRow, parent: QWidget | None = None) -> None:
        """Ask for the file; it can be played once its checksum is verified."""
        super().__init__(self.tr("Ghi âm cuộc gọi"), parent)
        self._desk, self._row = desk, row
        self.player = Player(self, headset_of(parent))
        number = formats.phone_number(row.phone)
        about = f"{number} · {formats.full(row.at)}"
        self.body.addWidget(PlainLabel(about, kind="strong"))
        self._place = QSlider(Qt.Orientation.Horizontal)
        self._place.setAccessibleName(self.tr("Vị trí"))
        self._time = PlainLabel(kind="mono")
        self.body.addLayout(row_of((self._place, 1), self._time))
        self.play = Button(self.tr("Nghe"), kind="primary")
        buttons = row_of(self.play, STRETCH)
        self.rates: dict[float, Button] = {}
        for rate in RATES:
            button = Button(f"{rate:g}×")
            button.setCheckable(True)
            button.setAccessibleName(self.tr("Tốc độ {0}").format(f"{rate:g}"))
            button.clicked.connect(lambda _checked=False, r=rate: self.set_rate(r))
            buttons.addWidget(button)
            self.rates[rate] = button
        self.body.addLayout(buttons)
        self.problem = PlainLabel(tone="urgent", wrap=True)
        self.problem.setVisible(False)
        self.body.addWidget(self.problem)
        note = self.tr("Lần nghe này được ghi vào nhật ký.")
        self.body.addWidget(PlainLabel(note, tone="muted", kind="caption"))
        self._wire()
        self.set_rate(1.0)
        self.resize(460, 0)
        spawn(self._load(), self._say)

    def _wire(self) -> None:
        self.play.setEnabled(False)
        self.play.clicked.connect(self._toggle)
        self.player.ready.connect(lambda: self.play.setEnabled(True))
        self.player.moved.connect(self._moved)
        self.player.ended.connect(lambda: self.play.setText(self.tr("Nghe")))
        self.player.failed.connect(
            lambda: self._show(self.tr("Không phát được tệp ghi âm này. Báo bộ phận kỹ thuật."))
        )
        self._place.sliderMoved.connect(lambda at: self.player.seek(at / 10))

    async def _load(self) -> None:
        self.player.open(await open_recording(self._desk, self._row.pbx, self._row.call_id))

    def set_rate(self, rate: float) -> None:
        """Set the speed; 1 is normal."""
        self.player.set_rate(rate)
        for known, button in self.rates.items():
            button.setChecked(known == rate)

    def _toggle(self) -> None:
        if self.player.playing:
            self.player.pause()
        else:
            self.player.play()
        self.play.setText(self.tr("Dừng") if self.player.playing else self.tr("Nghe"))

    def _moved(self, at_s: float, length_s: float) -> None:
        self._place.setRange(0, int(length_s * 10))
        if not self._place.isSliderDown():
            self._place.setValue(int(at_s * 10))
        at, whole = (f"{int(s) // 60:02d}:{int(s) % 60:02d}" for s in (at_s, length_s))
        self._time.setText(f"{at} / {whole}")

    def _say(self, error: ConsoleError) -> None:
        self._show(sentence(error))

    def _show(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(True)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.player.close()
        super().closeEvent(event)
