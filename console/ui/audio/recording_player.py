"""Plays a recording, faster on request but at the same pitch."""

from PySide6.QtCore import QBuffer, QIODevice, QObject, QUrl, Signal
from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer

from console.ui.audio.devices import AudioDevices

RATES = (1.0, 1.25, 1.5, 2.0)


class Player(QObject):
    """Plays one recording at a time.

    Signals:
        ready: it can be played, and its length is known.
        moved: (position, length) in seconds.
        ended: it reached its end.
        failed: it cannot be played.
    """

    ready = Signal()
    moved = Signal(float, float)
    ended = Signal()
    failed = Signal()

    def __init__(self, parent: QObject | None = None, device: str = "") -> None:
        """Make it, silent.

        Args:
            device: loudspeaker by name; "" is the default one, which also stands in while the named
                one is unplugged.
        """
        super().__init__(parent)
        self._output = QAudioOutput(self)
        self._device = device
        self._devices = AudioDevices(self)
        self._devices.changed.connect(self._find)
        self._find()
        self._buffer = QBuffer(self)
        self._player = QMediaPlayer(self)
        self._player.setAudioOutput(self._output)
        # Keeps the pitch at double speed: without it 500 Hz becomes 1,000 Hz (measured).
        self._player.setPitchCompensation(True)
        self._player.mediaStatusChanged.connect(self._on_status)
        self._player.positionChanged.connect(self._on_position)
        self._player.errorOccurred.connect(lambda *_: self.failed.emit())

    def open(self, data: bytes) -> None:
        """Open this recording; `ready` or `failed` follows. It is never on disk unencrypted."""
        self._buffer.setData(data)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._player.setSourceDevice(self._buffer)

    def _find(self) -> None:
        """A device was plugged in or out."""
        found = self._devices.output(self._device) or QMediaDevices.defaultAudioOutput()
        if self._device and self._output.device() != found:
            self._output.setDevice(found)

    @property
    def playing(self) -> bool:
        """Whether it is playing."""
        return self._player.playbackState() is QMediaPlayer.PlaybackState.PlayingState

    @property
    def length_s(self) -> float:
        """Length in seconds; 0 while unknown."""
        return self._player.duration() / 1000

    def play(self) -> None:
        """Play, or continue."""
        self._player.play()

    def pause(self) -> None:
        """Pause."""
        self._player.pause()

    def seek(self, at_s: float) -> None:
        """Go to this second."""
        self._player.setPosition(int(at_s * 1000))

    def set_rate(self, rate: float) -> None:
        """1 = as spoken, 2 = twice as fast; the pitch stays."""
        self._player.setPlaybackRate(rate)

    def close(self) -> None:
        """Release the recording."""
        self._player.stop()
        self._player.setSource(QUrl())
        self._buffer.close()
        self._buffer.setData(b"")
        self._devices.close()

    def _on_status(self, status: QMediaPlayer.MediaStatus) -> None:
        if status is QMediaPlayer.MediaStatus.LoadedMedia:
            self.ready.emit()
        elif status is QMediaPlayer.MediaStatus.EndOfMedia:
            self.ended.emit()
        elif status is QMediaPlayer.MediaStatus.InvalidMedia:
            self.failed.emit()

    def _on_position(self, at_ms: int) -> None:
        self.moved.emit(at_ms / 1000, self.length_s)
