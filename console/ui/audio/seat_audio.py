"""Sound at this seat: the ring on one device and the conversation on another, a test tone, the
microphone's level, a voice note. Having no device is a state, not an error.
"""

import asyncio
import logging
import wave
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from console.config.settings import AudioSettings
from console.domain.errors import ConsoleError, UnavailableError
from console.domain.states import Priority
from console.ui.audio.devices import AudioDevices
from console.ui.audio.portaudio import AudioPort, Stream
from console.ui.audio.tones import RATE, RINGS, TEST_HZ, level_db, samples
from console.ui.runtime.tasks import spawn

log = logging.getLogger(__name__)

_TEST_S = 1.5
LONGEST_NOTE_S = 180


class Audio(QObject):
    """The seat's sounds. PortAudio is only called on one thread of its own.

    Signals:
        ring_changed: off | ringing | visual, when it changed; `visual` = there is no sound.
        level: of the microphone being measured, in dB below full scale, ten times a second.
        problem: a `ConsoleError`: the named device is gone, and another one or none is used.
    """

    ring_changed = Signal(str)
    level = Signal(float)
    problem = Signal(object)
    _heard = Signal(bytes)

    def __init__(
        self,
        settings: AudioSettings,
        devices: AudioDevices | None = None,
        port: AudioPort | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Stay silent; nothing is loaded before the first sound."""
        super().__init__(parent)
        self._settings = settings
        self.devices = devices or AudioDevices(self)
        self._port = port or AudioPort()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="audio")
        self._wish: Priority | None = None
        self._ringing: Stream | None = None
        self._rung: tuple[Priority, str] | None = None
        self._state = "off"
        self._meter: Stream | None = None
        self._note: list[bytes] | None = None
        self._turn = asyncio.Lock()
        self._heard.connect(self._on_heard)
        self.devices.changed.connect(self._on_devices)

    @property
    def ring_state(self) -> str:
        """off | ringing | visual."""
        return self._state

    def use(self, settings: AudioSettings) -> None:
        """Use other devices, another volume; a current ring moves to them."""
        self._settings = settings
        self._rung = None
        spawn(self._follow())

    def ring(self, priority: Priority | None) -> None:
        """Ring in this way; None = stop."""
        if priority is not self._wish:
            self._wish = priority
            spawn(self._follow())

    async def _follow(self) -> None:
        """Bring the sound into line with the wish, one change at a time."""
        async with self._turn:
            wish, device = self._wish, self._device()
            if wish is None:
                await self._hush()
                self._say("off")
            elif self._rung != (wish, device) or not await self._on_thread(self._sounds):
                await self._hush()
                self._say("ringing" if await self._start(wish, device) else "visual")
            if self._wish is not wish:
                spawn(self._follow())

    def _device(self) -> str:
        """The ring's device while it is plugged in, else "" for the default one."""
        wanted = self._settings.ring_device
        return wanted if not wanted or self.devices.has_output(wanted) else ""

    async def _start(self, wish: Priority, device: str) -> bool:
        pattern, volume = RINGS.get(wish, RINGS[Priority.NORMAL]), self._settings.ring_volume
        wanted = self._settings.ring_device
        for name in dict.fromkeys((wanted if device else "", "")):
            sink = self.devices.output_id(name)
            try:
                # The samples are computed on that thread too; meanwhile the card of the call is
                # painted.
                self._ringing = await self._on_thread(
                    lambda n=name, s=sink: self._port.play(samples(pattern, volume), n, s)  # type: ignore[misc]
                )
            except UnavailableError as error:
                log.info("no ring on %s: %s", name or "the default device", error)
                self.problem.emit(error)
                continue
            if wanted and not name:
                self.problem.emit(UnavailableError("audio_device_gone", device=wanted))
            self._rung = (wish, name)
            return True
        self._rung = None
        return False

    def _sounds(self) -> bool:
        return self._ringing is not None and self._ringing.active

    async def _hush(self) -> None:
        stream, self._ringing, self._rung = self._ringing, None, None
        if stream is not None:
            await self._on_thread(stream.close)

    def _say(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self.ring_changed.emit(state)

    def _on_devices(self) -> None:
        """A device was plugged in or out: keep ringing wherever possible."""
        if self._wish is not None:
            spawn(self._follow())

    async def test_tone(self, device: str) -> None:
        """Play a tone of a second and a half on this device; "" = the default one.

        Raises:
            UnavailableError: `no_audio`, `audio_device_gone`.
        """
        sound = samples((((TEST_HZ,), _TEST_S),), 80)
        sink = self.devices.output_id(device)
        loop, over = asyncio.get_running_loop(), asyncio.Event()

        def ended() -> None:
            loop.call_soon_threadsafe(over.set)

        stream = await self._on_thread(
            lambda: self._port.play(sound, device, sink, once=True, ended=ended)
        )
        try:
            async with asyncio.timeout(_TEST_S * 2):
                await over.wait()
        except TimeoutError:
            log.info("the test tone did not end")
        finally:
            await self._on_thread(stream.close)

    async def measure(self, device: str) -> None:
        """Emit `level` for this microphone until `stop_measuring`.

        Raises:
            UnavailableError: `no_audio`, `audio_device_gone`.
        """
        await self.stop_measuring()
        source = self.devices.input_id(device)
        self._meter = await self._on_thread(
            lambda: self._port.listen(self._heard.emit, device, source)
        )

    async def stop_measuring(self) -> None:
        """Release the microphone."""
        meter, self._meter = self._meter, None
        if meter is not None:
            await self._on_thread(meter.close)

    def _on_heard(self, data: bytes) -> None:
        if self._meter is None:
            return
        if self._note is not None and len(self._note) * len(data) < LONGEST_NOTE_S * RATE * 2:
            self._note.append(data)
        self.level.emit(level_db(data))

    async def begin_note(self) -> None:
        """Record the headset's microphone.

        Raises:
            UnavailableError: `no_audio`, `audio_device_gone`.
        """
        self._note = []
        try:
            await self.measure(self._settings.headset_in)
        except ConsoleError:
            self._note = None
            raise

    async def end_note(self, path: Path) -> float:
        """Stop, and write the note as WAV, 16 bit, mono.

        Returns:
            Its length in seconds.
        """
        await self.stop_measuring()
        parts, self._note = self._note or [], None
        data = b"".join(parts)
        await asyncio.to_thread(_write_wav, path, data)
        return len(data) / 2 / RATE

    async def close(self) -> None:
        """Stop all sound; nothing keeps running."""
        self._wish = None
        await self.stop_measuring()
        async with self._turn:
            await self._hush()
        self._thread.shutdown(wait=False)
        self.devices.close()

    async def _on_thread[T](self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _write_wav(path: Path, data: bytes) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(data)
