"""Recordings found after the call, kept by digest, played by people who are written down."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from console.domain.errors import ConsoleError, InputError, UnavailableError
from console.domain.live import CallEvent, CallsChanged
from console.services.calls import CallKeeper
from console.services.ports import CallRecord
from console.services.recordings import RecordingKeeper, open_recording, place_of
from tests.unit.services.conftest import Seat


class Naps:
    """Waits that end at once; `each` runs first."""

    def __init__(self, each: Callable[[int], None] = lambda _n: None) -> None:
        self.taken, self._each = 0, each

    async def __call__(self, _seconds: float) -> None:
        self.taken += 1
        self._each(self.taken)
        await asyncio.sleep(0)


async def recorded(seat: Seat, pattern: str, naps: Naps, *, final: bool = True) -> CallRecord:
    """A recorded call runs and ends; its file is looked for."""
    keeper = CallKeeper(seat.desk.store, seat.desk.bus, seat.clock)
    finder = RecordingKeeper(seat.desk.store, seat.desk.bus, pattern, sleep=naps)
    changed: list[object] = []
    seat.desk.bus.subscribe(CallsChanged, changed.append)
    for kind, reason, more in (
        ("answered", None, {}),
        ("recording", "on", {"leg": "17.5"}),
        ("ended", "caller", {"final": final}),
    ):
        event = CallEvent(
            kind=kind,
            call_id="17.4",
            at=seat.clock(),
            pbx="p",
            peer_number="0903123456",
            reason=reason,
            more=more,  # type: ignore[arg-type]
        )
        seat.desk.bus.publish(event)
    await keeper.drain()
    task = asyncio.create_task(finder.run())
    async with asyncio.timeout(10):
        while True:
            found = seat.desk.store.write_now(lambda uow: uow.call("p", "17.4"))
            assert found is not None
            if found.recording_sha256 or naps.taken >= 20 or not final:
                break
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    finder.close()
    return found


async def test_path_and_digest_are_kept_when_the_file_grows_no_more(
    seat: Seat, tmp_path: Path
) -> None:
    file = tmp_path / "17.5.wav"

    def grows(n: int) -> None:
        if n <= 3:
            with file.open("ab") as out:
                out.write(b"RIFF" * n)

    found = await recorded(seat, str(tmp_path / "{leg}.wav"), Naps(grows))
    assert found.recording == str(file)
    assert found.recording_sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert found.recorded == "17.5"
    (row,) = seat.desk.store.ask_now(lambda q: q.recordings("+84903123456"))
    assert row.sha256 == found.recording_sha256


async def test_no_file_is_given_up_quietly(seat: Seat, tmp_path: Path) -> None:
    found = await recorded(seat, str(tmp_path / "{leg}.wav"), Naps())
    assert (found.recording, found.recording_sha256) == ("", "")


@pytest.mark.parametrize("leg", ["", "../../etc/passwd", "a/b", "x\0y", "..", "a b"])
def test_a_leg_is_never_a_way_out_of_the_folder(leg: str) -> None:
    assert place_of("/srv/{leg}.wav", leg) is None
    assert place_of("", "17.5") is None
    assert place_of("/srv/{leg}.wav", "17.5") == Path("/srv/17.5.wav")


async def test_playing_is_written_down_first(seat: Seat, tmp_path: Path) -> None:
    file = tmp_path / "17.5.wav"
    file.write_bytes(b"RIFF....")
    await recorded(seat, str(tmp_path / "{leg}.wav"), Naps())
    assert await open_recording(seat.desk, "p", "17.4") == file
    (line,) = seat.desk.store.ask_now(lambda q: q.audit_trail())
    assert (line.act, line.subject, line.actor) == ("recording_played", "p/17.4", "operator")


async def refusal(seat: Seat, call_id: str, kind: type[ConsoleError]) -> str:
    with pytest.raises(kind) as caught:
        await open_recording(seat.desk, "p", call_id)
    assert seat.desk.store.ask_now(lambda q: q.audit_trail()) == ()
    return caught.value.code


async def test_what_cannot_be_played_and_why(seat: Seat, tmp_path: Path) -> None:
    assert await refusal(seat, "none", InputError) == "no_recording"
    file = tmp_path / "17.5.wav"
    file.write_bytes(b"RIFF....")
    await recorded(seat, str(tmp_path / "{leg}.wav"), Naps())
    file.write_bytes(b"RIFF...!")
    assert await refusal(seat, "17.4", InputError) == "recording_altered"
    file.unlink()
    assert await refusal(seat, "17.4", UnavailableError) == "recording_away"
