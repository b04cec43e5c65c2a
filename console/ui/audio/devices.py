"""Loudspeakers and microphones by the names that people read, as they are plugged in and out.

The list comes from Qt, because PortAudio's own list never changes while it runs. Qt is asked only
when a sound server runs: without one it finds nothing and prints warnings.
"""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtMultimedia import QAudioDevice, QMediaDevices


def server_runs() -> bool:
    """Whether PulseAudio or PipeWire can be reached; other systems always have their own server."""
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
    except OSError:  # another user's folder
        return False


class AudioDevices(QObject):
    """The devices plugged in now.

    Signals:
        changed: a device was plugged in or out.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Follow the sound server, now or as soon as it runs."""
        super().__init__(parent)
        # The server reports one plug several times.
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
        """Names of loudspeakers and headsets, the default first."""
        return _names(self._plugged())

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of microphones, the default first."""
        return _names(self._plugged(inputs=True))

    def has_output(self, name: str) -> bool:
        """Whether a device of this name is plugged in."""
        return name in self.outputs

    def output(self, name: str) -> QAudioDevice | None:
        """The device of this name; None when it is not plugged in, or the name is ""."""
        return next((d for d in self._plugged() if name and d.description() == name), None)

    def output_id(self, name: str) -> str:
        """The sound server's id of a loudspeaker; "" when it is not plugged in."""
        return _id_of(self._plugged(), name)

    def input_id(self, name: str) -> str:
        """The sound server's id of a microphone; "" when it is not plugged in."""
        return _id_of(self._plugged(inputs=True), name)

    def close(self) -> None:
        """Stop listening."""
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
