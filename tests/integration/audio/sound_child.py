"""The workstation's sounds in a process of its own, controlled by lines on stdin; answers are lines
on stdout.

ring PRIORITY | quiet | state | use DEVICE | tone DEVICE | outputs | inputs
hear SOURCE         what a sink's monitor hears: JSON of the strongest frequency and the peak
level DEVICE | note DEVICE SECONDS FILE | play FILE RATE | end
"""

import asyncio
import contextlib
import json
import os
import sys
from array import array
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

from PySide6.QtMultimedia import QMediaDevices
from PySide6.QtWidgets import QApplication, QWidget
from qasync import QEventLoop

from console.config.settings import AudioSettings
from console.domain.errors import ConsoleError
from console.domain.states import Priority
from console.ui.audio.seat_audio import Audio
from console.ui.audio.tones import RATE

TALK_HZ = 500.0
"""Frequency of the recording that is played."""
_ENOUGH_S = 60
"""A busy machine may take its time."""


def loudest_hz(data: bytes) -> tuple[float, int]:
    """Frequency by the zero crossings of the audible part, and the peak."""
    found = array("h")
    found.frombytes(data)
    peak = max((abs(one) for one in found), default=0)
    # Between the first and the last crossing, with no silence in between.
    up = [n for n, (a, b) in enumerate(pairwise(found)) if a < 0 <= b]
    near = [b - a for a, b in pairwise(up) if b - a < RATE / 100]
    return (RATE / (sum(near) / len(near)) if near else 0.0), peak


async def hear(source: str, seconds: float = 0.5) -> tuple[float, int]:
    """Record a monitor, independently of the code under test."""
    record = await asyncio.create_subprocess_exec(
        "parec",
        f"--device={source}",
        "--format=s16le",
        f"--rate={RATE}",
        "--channels=1",
        "--latency-msec=20",
        stdout=asyncio.subprocess.PIPE,
    )
    assert record.stdout is not None
    try:
        async with asyncio.timeout(5):
            data = await record.stdout.readexactly(int(RATE * seconds) * 2)
    except (asyncio.IncompleteReadError, TimeoutError):
        return 0.0, 0  # There is no such sink now, or it is suspended.
    finally:
        with contextlib.suppress(ProcessLookupError):
            record.terminate()
        await record.wait()
    return loudest_hz(data)


async def hear_talk(source: str, seconds: float) -> tuple[float, int]:
    """What is heard there once it is the recording; else the last sound. A busy machine starts the
    probe late and skips a buffer now and then.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + _ENOUGH_S
    while True:
        hz, peak = await hear(source, seconds)
        if (peak > 1000 and abs(hz - TALK_HZ) < 8) or loop.time() > end:
            return hz, peak


class Child:
    def __init__(self) -> None:
        self.settings = AudioSettings(ring_volume=100)
        self.audio = Audio(self.settings)
        self.problems: list[str] = []
        self.audio.problem.connect(lambda error: self.problems.append(error.code))

    async def do(self, word: str, *rest: str) -> object:
        name = " ".join(rest)
        devices = self.audio.devices
        plain: dict[str, Callable[[], object]] = {
            "ring": lambda: self.audio.ring(Priority(name)),
            "quiet": lambda: self.audio.ring(None),
            "state": lambda: [self.audio.ring_state, self.problems],
            "use": lambda: self.use(name),
            "outputs": lambda: list(devices.outputs),
            "inputs": lambda: list(devices.inputs),
            "sound-dialog": lambda: self.sound_dialog(name),
        }
        waited: dict[str, Callable[[], Coroutine[object, object, object]]] = {
            "tone": lambda: self.audio.test_tone(name),
            "hear": lambda: hear(name),
            "level": lambda: self.level(name),
            "note": lambda: self.note(float(rest[0]), Path(rest[1])),
            "note-dialog": lambda: self.note_dialog(Path(name)),
            "recording-dialog": lambda: self.recording_dialog(Path(rest[0]), Path(rest[1])),
            "play": lambda: self.play(Path(rest[0]), float(rest[1])),
        }
        return plain[word]() if word in plain else await waited[word]()

    def use(self, device: str) -> None:
        self.settings = replace(self.settings, ring_device=device)
        self.audio.use(self.settings)

    async def level(self, device: str) -> float:
        found: list[float] = []
        seen = asyncio.Event()

        def told(db: float) -> None:
            found.append(db)
            if len(found) >= 8:
                seen.set()

        self.audio.level.connect(told)
        await self.audio.measure(device)
        async with asyncio.timeout(_ENOUGH_S):
            await seen.wait()
        await self.audio.stop_measuring()
        self.audio.level.disconnect(told)
        return found[-1]

    async def note(self, seconds: float, path: Path) -> float:
        async with asyncio.timeout(_ENOUGH_S), self.recorded(seconds) as enough:
            await self.audio.begin_note()
            await enough.wait()
        return await self.audio.end_note(path)

    @contextlib.asynccontextmanager
    async def recorded(self, seconds: float) -> AsyncIterator[asyncio.Event]:
        """Reports when the note begun inside is this long."""
        enough = asyncio.Event()

        def told(_db: float) -> None:
            if sum(map(len, self.audio._note or ())) >= seconds * RATE * 2:
                enough.set()

        self.audio.level.connect(told)
        try:
            yield enough
        finally:
            self.audio.level.disconnect(told)

    async def note_dialog(self, folder: Path) -> object:
        """The dialog as a person uses it: it records on its own, then **Giữ lời ghi**."""
        from console.store.files.spool import Spool
        from console.ui.audio.voice_note import VoiceNoteDialog

        spool, made = Spool(folder), asyncio.get_running_loop().create_future()
        dialog = VoiceNoteDialog(self.audio, spool)
        dialog.made.connect(made.set_result)
        async with asyncio.timeout(_ENOUGH_S), self.recorded(0.7) as enough:
            dialog.show()
            await enough.wait()
            dialog.keep.click()
            sha256 = await made
        path = spool.path(sha256)
        assert path is not None
        return [path.read_bytes()[:4].decode(), path.stat().st_size]

    def sound_dialog(self, device: str) -> object:
        from console.ui.audio.sound_dialog import SoundDialog

        dialog = SoundDialog(self.audio, self.settings)
        dialog.show()
        names = [dialog.ring.itemText(n) for n in range(dialog.ring.count())]
        at = dialog.ring.findText(device)
        dialog.ring.setCurrentIndex(at)
        told = [*names, dialog.problem.text()]
        dialog.accept()
        return told

    async def recording_dialog(self, folder: Path, file: Path) -> object:
        """A person plays a recorded call at double speed on the headset's loudspeaker, which is not
        the default one; checks the audit line too.
        """
        from console.map.gazetteer.local_places import LocalPlaces
        from console.services.calls.recordings import Folder, digest
        from console.services.city_data.catalogue_loader import load_catalogue
        from console.services.desk import Desk
        from console.services.dispatch import dispatch
        from console.services.people.actors import actor_for
        from console.services.ports.recordings import Recordings
        from console.services.records import CallRecord
        from console.services.runtime.bus import Bus
        from console.store.files.spool import Spool
        from console.store.seat.local_store import LocalStore
        from console.ui.calls.presenter import CallPresenter
        from console.ui.calls.recording import RecordingDialog
        from console.ui.calls.ringing import Ringing

        catalogue, now = load_catalogue(), datetime.now(UTC)
        store = LocalStore(folder, catalogue)
        desk = Desk(
            store=store,
            bus=Bus(),
            clock=lambda: now,
            catalogue=catalogue,
            places=LocalPlaces(folder),
            files=Spool(folder),
            actor=actor_for("operator", catalogue, "may-07"),
            dispatch=dispatch,
        )
        call = CallRecord(
            pbx="p",
            call_id="1",
            state="done",
            offered_at=now,
            answered_at=now,
            ended_at=now,
            contact_id=uuid4(),
            phone="+84903123456",
            recorded="1",
            recording=str(file),
            recording_sha256=digest(await asyncio.to_thread(file.read_bytes)),
        )
        desk.recordings = Recordings(Folder(str(file)))
        store.write_now(lambda uow: uow.save_call(call))
        (row,) = store.ask_now(lambda q: q.recordings("+84903123456"))
        default = QMediaDevices.defaultAudioOutput().description()
        headset = "Speaker" if default == "Headset" else "Headset"
        window = QWidget()
        Ringing(CallPresenter(desk), AudioSettings(headset_out=headset), window)
        dialog, moved = RecordingDialog(desk, row, window), asyncio.Event()
        dialog.player.ready.connect(dialog.play.click)
        dialog.player.moved.connect(lambda at_s, _of_s: moved.set() if at_s > 0.3 else None)
        dialog.show()
        dialog.set_rate(2.0)
        async with asyncio.timeout(_ENOUGH_S):
            await moved.wait()
        hz, _ = await hear_talk(f"{headset.lower()}.monitor", 0.6)
        _, beside = await hear(f"{default.lower()}.monitor", 0.3)
        word = dialog.play.label
        dialog.close()
        acts = [entry.act for entry in store.ask_now(lambda q: q.audit_trail())]
        store.close()
        return [hz, beside, word, acts, dialog.problem.text()]

    async def play(self, path: Path, rate: float) -> list[float]:
        from console.ui.audio.recording_player import Player

        player = Player()
        loaded = asyncio.Event()
        player.ready.connect(loaded.set)
        player.open(await asyncio.to_thread(path.read_bytes))
        async with asyncio.timeout(_ENOUGH_S):
            await loaded.wait()
        player.set_rate(rate)
        player.play()
        moved = asyncio.Event()
        player.moved.connect(lambda at_s, _of_s: moved.set() if at_s > 0.3 else None)
        async with asyncio.timeout(_ENOUGH_S):
            await moved.wait()
        sink = bytes(QMediaDevices.defaultAudioOutput().id().data()).decode()
        hz, peak = await hear_talk(f"{sink}.monitor", 0.8)
        player.close()
        return [hz, peak]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def main() -> None:
    child = Child()
    say("ready")
    loop = asyncio.get_running_loop()
    while (line := await loop.run_in_executor(None, sys.stdin.readline)).strip() not in ("", "end"):
        try:
            told: object = await child.do(*line.split())
        except ConsoleError as error:
            told = {"error": error.code}
        say(json.dumps(told))
    await child.audio.close()


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QApplication(["sound"])
    app.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        runner.run(main())
