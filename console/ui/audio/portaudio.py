"""PortAudio on a thread of its own: devices by name, a sound that repeats, a microphone.

PortAudio fixes its list of devices when it starts, and a restart ends open streams
(sounddevice#125). So a device is named as Qt and people name it. When PortAudio does not know the
name but a PulseAudio or PipeWire server runs, the `pulse` device is opened, and the server is told
which sink to use. Any call may block for tens of milliseconds, so only the `audio` thread makes
them.
"""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol, cast

from console.domain.errors import UnavailableError
from console.ui.audio.tones import RATE

log = logging.getLogger(__name__)

_SERVER = ("pulse", "pipewire")
_ALSA_CONF = "/usr/share/alsa/alsa.conf"


class _Raw(Protocol):
    """The part of `sounddevice.RawOutputStream` used here."""

    active: bool

    def start(self) -> None: ...
    def abort(self) -> None: ...
    def close(self) -> None: ...


class _Module(Protocol):
    """The part of `sounddevice` used here."""

    PortAudioError: type[Exception]
    CallbackStop: type[Exception]

    def query_devices(self) -> Iterable[dict[str, object]]: ...
    def RawOutputStream(self, rate: int, **more: object) -> _Raw: ...
    def RawInputStream(self, rate: int, **more: object) -> _Raw: ...


class Stream:
    """An open stream, in or out."""

    def __init__(self, stream: _Raw, error: type[Exception]) -> None:
        """Take over a started stream; `error` is what PortAudio raises."""
        self._stream, self._error = stream, error

    @property
    def active(self) -> bool:
        """Whether it still runs; False once its device is gone."""
        try:
            return bool(self._stream.active)
        except self._error:
            return False

    def close(self) -> None:
        """Stop at once and release the device; harmless when it is gone."""
        try:
            self._stream.abort()
            self._stream.close()
        except self._error as error:
            log.info("a sound could not be closed: %s", error)


class _Buffer(Protocol):
    """The buffer that PortAudio lends for one callback."""

    def __len__(self) -> int: ...
    def __setitem__(self, where: slice, data: bytes, /) -> None: ...
    def __bytes__(self) -> bytes: ...


class _Loop:
    """Plays bytes in a loop, from PortAudio's own thread."""

    def __init__(self, data: bytes, *, once: bool, stop: type[Exception]) -> None:
        self._data, self._at, self._once, self._stop = data, 0, once, stop

    def __call__(self, out: _Buffer, _frames: int, _time: object, _status: object) -> None:
        wanted, data = len(out), self._data
        piece = bytearray()
        while len(piece) < wanted:
            part = data[self._at : self._at + wanted - len(piece)]
            piece += part
            self._at = (self._at + len(part)) % len(data)
            if self._once and self._at == 0:
                out[:] = bytes(piece) + bytes(wanted - len(piece))
                raise self._stop
        out[:] = bytes(piece)


def _alsa_is_set_up() -> bool:
    """Whether ALSA is configured. Without any configuration PortAudio aborts the whole program
    (measured: exit 134 and no message), so it is not even loaded then.
    """
    if not sys.platform.startswith("linux"):
        return True
    files = os.environ.get("ALSA_CONFIG_PATH", _ALSA_CONF).split(":")
    return any(Path(file).is_file() and Path(file).stat().st_size > 0 for file in files)


class AudioPort:
    """Opens sounds on devices by name. Only the `audio` thread may use it, except for `close`."""

    def __init__(self) -> None:
        """Load nothing yet."""
        self._sd: _Module | None = None
        self._lock = threading.Lock()

    def _module(self) -> _Module:
        if self._sd is None:
            if not _alsa_is_set_up():
                raise UnavailableError("no_audio")
            try:
                import sounddevice
            except OSError as error:  # PortAudio is not installed
                raise UnavailableError("no_audio") from error
            self._sd = cast("_Module", sounddevice)
        return self._sd

    def names(self, *, inputs: bool = False) -> tuple[str, ...]:
        """The names that PortAudio itself knows; empty without any device."""
        key = "max_input_channels" if inputs else "max_output_channels"
        return tuple(str(d["name"]) for d in self._devices() if d[key] != 0)

    def _devices(self) -> list[dict[str, object]]:
        sd = self._module()
        try:
            return list(sd.query_devices())
        except sd.PortAudioError:
            return []

    def play(
        self,
        data: bytes,
        name: str = "",
        sink: str = "",
        *,
        once: bool = False,
        ended: Callable[[], None] = lambda: None,
    ) -> Stream:
        """Play samples on this device, in a loop.

        Args:
            name: of the device; "" = the default one.
            sink: the sound server's id, for a name that PortAudio does not know.
            once: stop at the end of the samples.
            ended: called on PortAudio's own thread when the sound stops for any reason.

        Raises:
            UnavailableError: `no_audio`, `audio_device_gone`.
        """
        sd = self._module()
        loop = _Loop(data, once=once, stop=sd.CallbackStop)

        def open_it(device: int | None) -> _Raw:
            return sd.RawOutputStream(
                RATE,
                channels=1,
                dtype="int16",
                device=device,
                latency="high",
                callback=loop,
                finished_callback=ended,
            )

        return self._open(open_it, name, "PULSE_SINK", sink, inputs=False)

    def listen(self, heard: Callable[[bytes], None], name: str = "", source: str = "") -> Stream:
        """Read a microphone; `heard` receives the samples on PortAudio's own thread.

        Raises:
            UnavailableError: `no_audio`, `audio_device_gone`.
        """
        sd = self._module()

        def take(data: _Buffer, _frames: int, _time: object, _status: object) -> None:
            heard(bytes(data))

        def open_it(device: int | None) -> _Raw:
            return sd.RawInputStream(
                RATE, channels=1, dtype="int16", device=device, blocksize=RATE // 20, callback=take
            )

        return self._open(open_it, name, "PULSE_SOURCE", source, inputs=True)

    def _open(
        self, open_it: Callable[[int | None], _Raw], name: str, variable: str, server_name: str,
        *, inputs: bool,
    ) -> Stream:  # fmt: skip
        sd = self._module()
        known = self.names(inputs=inputs)
        if not known:
            raise UnavailableError("no_audio")
        device: int | None = None
        told = ""
        every = [d["name"] for d in self._devices()]
        if name and name in known:
            device = every.index(name)
        elif name and server_name and (server := next((s for s in _SERVER if s in known), "")):
            device, told = every.index(server), server_name
        elif name:
            raise UnavailableError("audio_device_gone", device=name)
        with self._lock:
            if told:
                os.environ[variable] = told
            try:
                stream = open_it(device)
                stream.start()
            except sd.PortAudioError as error:
                raise UnavailableError("audio_device_gone", device=name or "default") from error
            finally:
                os.environ.pop(variable, None)
        return Stream(stream, sd.PortAudioError)
