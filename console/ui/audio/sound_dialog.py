"""**Âm thanh**: which loudspeaker rings, which one plays recordings, a tone to try them, and
whether the microphone works.
"""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QSlider, QWidget

from console.config.settings import AudioSettings
from console.domain.errors import ConsoleError
from console.ui.audio.seat_audio import Audio
from console.ui.runtime.tasks import spawn
from console.ui.text.error_sentences import sentence
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.form_grid import FormGrid

_QUIET_DB = -60


class LevelBar(QProgressBar):
    """The loudness of a microphone, from silence to the point of distortion."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start silent."""
        super().__init__(parent)
        self.setRange(_QUIET_DB, 0)
        self.setTextVisible(False)
        self.setAccessibleName(self.tr("Mức micrô"))
        self.show_level(_QUIET_DB)

    def show_level(self, db: float) -> None:
        """Show a level in dB below full scale."""
        self.setValue(max(_QUIET_DB, min(0, round(db))))


class SoundDialog(HouseDialog):
    """Choice of devices by the names that the system shows; a choice takes effect at once.

    Signals:
        chosen: the `AudioSettings` in force from now on.
    """

    chosen = Signal(object)

    def __init__(
        self,
        audio: Audio,
        settings: AudioSettings,
        parent: QWidget | None = None,
        *,
        locked: bool = False,
    ) -> None:
        """Show the devices that are plugged in.

        Args:
            locked: policy keeps people from choosing.
        """
        super().__init__(self.tr("Âm thanh"), parent)
        self._audio, self._settings = audio, settings
        self.ring = QComboBox()
        self.headset = QComboBox()
        self.microphone = QComboBox()
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setRange(0, 100)
        self.volume.setValue(settings.ring_volume)
        self.level = LevelBar()
        self.tone, self.headset_tone = Button(self.tr("Nghe thử")), Button(self.tr("Nghe thử"))
        self.headset_tone.setAccessibleName(self.tr("Nghe thử loa tai nghe"))
        form = FormGrid()
        form.add_row(self.tr("Loa chuông"), self._beside(self.ring, self.tone), buddy=self.ring)
        form.add_row(self.tr("Âm lượng chuông"), self.volume)
        beside = self._beside(self.headset, self.headset_tone)
        form.add_row(self.tr("Loa tai nghe"), beside, buddy=self.headset)
        form.add_row(self.tr("Micrô"), self.microphone)
        form.add_row(self.tr("Mức micrô"), self.level)
        self.body.addWidget(form)
        self.problem = PlainLabel(tone="warn", wrap=True)
        self.body.addWidget(self.problem)
        hint = self.tr("Quản trị đã khóa.") if locked else self.tr(
            "Có hiệu lực ngay, được nhớ cho người đang ngồi máy. Ghi âm được nghe ở loa tai nghe."
        )  # fmt: skip
        self.body.addWidget(PlainLabel(hint, tone="muted", kind="caption", wrap=True))
        for box in (self.ring, self.headset, self.microphone, self.volume):
            box.setEnabled(not locked)
        self._fill()
        self._wire()
        self.resize(480, 0)

    @staticmethod
    def _beside(*widgets: QWidget) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        for place, widget in enumerate(widgets):
            row.addWidget(widget, 1 if place == 0 else 0)
        return holder

    def _fill(self) -> None:
        """List the devices that are plugged in; a chosen one that is unplugged stays, marked as
        such.
        """
        devices = self._audio.devices
        for box, names, chosen in (
            (self.ring, devices.outputs, self._settings.ring_device),
            (self.headset, devices.outputs, self._settings.headset_out),
            (self.microphone, devices.inputs, self._settings.headset_in),
        ):
            box.blockSignals(True)
            box.clear()
            box.addItem(self.tr("Mặc định của máy"), "")
            for name in names:
                box.addItem(name, name)
            if chosen and chosen not in names:
                box.addItem(self.tr("{0} (đã rút)").format(chosen), chosen)
            box.setCurrentIndex(max(0, box.findData(chosen)))
            box.blockSignals(False)
        self._say_silent()

    def _say_silent(self) -> None:
        silent = not self._audio.devices.outputs
        text = self.tr("Máy này không có loa: cuộc gọi đến chỉ báo trên màn hình.")
        self.problem.setText(text if silent else "")

    def _wire(self) -> None:
        self._audio.devices.changed.connect(self._fill)
        self._audio.level.connect(self.level.show_level)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(200)
        self._calm.timeout.connect(self._choose)
        self.ring.currentIndexChanged.connect(lambda _at: self._choose())
        self.headset.currentIndexChanged.connect(lambda _at: self._choose())
        self.volume.valueChanged.connect(lambda _v: self._calm.start())
        self.microphone.currentIndexChanged.connect(lambda _at: self._listen())
        self.tone.clicked.connect(lambda: self._try_tone(self.ring))
        self.headset_tone.clicked.connect(lambda: self._try_tone(self.headset))
        self.finished.connect(lambda _code: spawn(self._audio.stop_measuring()))
        self._listen()

    def _choose(self) -> None:
        self._settings = replace(
            self._settings,
            ring_device=str(self.ring.currentData() or ""),
            headset_out=str(self.headset.currentData() or ""),
            headset_in=str(self.microphone.currentData() or ""),
            ring_volume=self.volume.value(),
        )
        self._say_silent()
        self._audio.use(self._settings)
        self.chosen.emit(self._settings)

    def _listen(self) -> None:
        if self._audio.devices.inputs:
            spawn(self._audio.measure(str(self.microphone.currentData() or "")), self._say)
        if self._settings.headset_in != str(self.microphone.currentData() or ""):
            self._choose()

    def _try_tone(self, box: QComboBox) -> None:
        spawn(self._audio.test_tone(str(box.currentData() or "")), self._say)

    def _say(self, error: ConsoleError) -> None:
        self.problem.setText(sentence(error))
