"""Loudspeakers and microphones by the names that people read, and when they come and go.

From Qt, because PortAudio's own list never changes while it runs (TELEPHONY.md 9).
"""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtMultimedia import QAudioDevice, QMediaDevices


class AudioDevices(QObject):
    """What is plugged in now.

    Signals:
        changed: something came or went.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Follow the sound server."""
        super().__init__(parent)
        self._media = QMediaDevices(self)
        # The server tells of one cable several times.
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(20)
        self._calm.timeout.connect(self.changed)
        self._media.audioOutputsChanged.connect(self._calm.start)
        self._media.audioInputsChanged.connect(self._calm.start)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of loudspeakers and headsets, the default one first."""
        return _names(QMediaDevices.audioOutputs())

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of microphones, the default one first."""
        return _names(QMediaDevices.audioInputs())

    def has_output(self, name: str) -> bool:
        """Whether a device of this name is plugged in."""
        return name in self.outputs

    def output_id(self, name: str) -> str:
        """What the sound server calls it; "" when it is not there."""
        return _id_of(QMediaDevices.audioOutputs(), name)

    def input_id(self, name: str) -> str:
        """The same for a microphone."""
        return _id_of(QMediaDevices.audioInputs(), name)

    def close(self) -> None:
        """Listen no more."""
        self._calm.stop()
        self._media.audioOutputsChanged.disconnect(self._calm.start)
        self._media.audioInputsChanged.disconnect(self._calm.start)


def _names(devices: list[QAudioDevice]) -> tuple[str, ...]:
    ordered = sorted(devices, key=lambda d: not d.isDefault())
    return tuple(dict.fromkeys(d.description() for d in ordered))


def _id_of(devices: list[QAudioDevice], name: str) -> str:
    found = next((d for d in devices if name and d.description() == name), None)
    return bytes(found.id().data()).decode("utf-8", "replace") if found is not None else ""
