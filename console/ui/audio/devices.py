"""Loudspeakers and microphones by the names that people read, and when they come and go.

From Qt, because PortAudio's own list never changes while it runs (TELEPHONY.md 9). Qt itself is
asked only where a sound server runs: it warns loudly, and finds nothing, where none does.
"""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtMultimedia import QAudioDevice, QMediaDevices


def server_runs() -> bool:
    """Whether PulseAudio or PipeWire can be reached; other systems always have their own."""
    if not sys.platform.startswith("linux"):
        return True
    named = os.environ.get("PULSE_SERVER", "")
    if named and not named.startswith("unix:"):
        return True
    run = Path(os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}"))
    sockets = [run / "pulse" / "native", run / "pipewire-0", Path("/run/pulse/native")]
    if named:
        sockets.insert(0, Path(named.removeprefix("unix:")))
    return any(_is_there(socket) for socket in sockets)


def _is_there(socket: Path) -> bool:
    try:
        return socket.is_socket()
    except OSError:  # A folder of somebody else.
        return False


class AudioDevices(QObject):
    """What is plugged in now.

    Signals:
        changed: something came or went.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Follow the sound server, now or as soon as it is seen to run."""
        super().__init__(parent)
        # The server tells of one cable several times.
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(20)
        self._calm.timeout.connect(self.changed)
        self._media: QMediaDevices | None = None
        self._follow()

    def _follow(self) -> bool:
        if self._media is None and server_runs():
            self._media = QMediaDevices(self)
            self._media.audioOutputsChanged.connect(self._calm.start)
            self._media.audioInputsChanged.connect(self._calm.start)
        return self._media is not None

    def _plugged(self, *, inputs: bool = False) -> list[QAudioDevice]:
        if not self._follow():
            return []
        return QMediaDevices.audioInputs() if inputs else QMediaDevices.audioOutputs()

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of loudspeakers and headsets, the default one first."""
        return _names(self._plugged())

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of microphones, the default one first."""
        return _names(self._plugged(inputs=True))

    def has_output(self, name: str) -> bool:
        """Whether a device of this name is plugged in."""
        return name in self.outputs

    def output(self, name: str) -> QAudioDevice | None:
        """The device of this name; None when it is not there, or "" is asked for."""
        return next((d for d in self._plugged() if name and d.description() == name), None)

    def output_id(self, name: str) -> str:
        """What the sound server calls it; "" when it is not there."""
        return _id_of(self._plugged(), name)

    def input_id(self, name: str) -> str:
        """The same for a microphone."""
        return _id_of(self._plugged(inputs=True), name)

    def close(self) -> None:
        """Listen no more."""
        self._calm.stop()
        if self._media is not None:
            self._media.audioOutputsChanged.disconnect(self._calm.start)
            self._media.audioInputsChanged.disconnect(self._calm.start)


def _names(devices: list[QAudioDevice]) -> tuple[str, ...]:
    ordered = sorted(devices, key=lambda d: not d.isDefault())
    return tuple(dict.fromkeys(d.description() for d in ordered))


def _id_of(devices: list[QAudioDevice], name: str) -> str:
    found = next((d for d in devices if name and d.description() == name), None)
    return bytes(found.id().data()).decode("utf-8", "replace") if found is not None else ""
