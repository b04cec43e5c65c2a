"""Recordings: found after the call, stored by digest, played with a line of the audit."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from console.domain.errors import ConsoleError, InputError, UnavailableError
from console.domain.live_events import CallEvent, CallsChanged
from console.services.calls.recordings import (
    Folder,
    RecordingKeeper,
    expire,
    open_recording,
    place_of,
)
from console.services.calls.tracking import CallKeeper
from console.services.ports.recordings import Recordings
from console.services.records import CallRecord
from console.store.files.recording_vault import RecordingVault
from tests.unit.services.conftest import Seat


class Naps:
    """A sleep that returns at once, after running `each`."""

    def __init__(self, each: Callable[[int], None] = lambda _n: None) -> None:
        self.taken, self._each = 0, each

    async def __call__(self, _seconds: float) -> None:
        self.taken += 1
        self._each(self.taken)
        await asyncio.sleep(0)


def tell_of(seat: Seat, *, call_id: str = "17.4", leg: str = "17.5", final: bool = True) -> None:
    """A call is answered and recorded, and one party leaves it."""
    for kind, reason, more in (
        ("answered", None, {}),
        ("recording", "on", {"leg": leg}),
        ("ended", "caller", {"final": final}),
    ):
        event = CallEvent(
            kind=kind,
            call_id=call_id,
            at=seat.clock(),
            pbx="p",
            peer_number="0903123456",
            reason=reason,
            more=more,  # type: ignore[arg-type]
        )
        seat.desk.bus.publish(event)


async def recorded(seat: Seat, pattern: str, naps: Naps) -> CallRecord:
    """A recorded call ends; its file is searched for."""
    keeper = CallKeeper(seat.desk.store, seat.desk.bus, seat.clock)
    if seat.desk.recordings is None:
        seat.desk.recordings = Recordings(Folder(pattern))
    finder = RecordingKeeper(seat.desk.store, seat.desk.bus, seat.desk.recordings, sleep=naps)
    changed: list[object] = []
    seat.desk.bus.subscribe(CallsChanged, changed.append)
    tell_of(seat)
    await keeper.drain()
    task = asyncio.create_task(finder.run())
    async with asyncio.timeout(60):
        while True:
            found = seat.desk.store.write_now(lambda uow: uow.call("p", "17.4"))
            assert found is not None
            if found.recording_sha256 or naps.taken >= 20:
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


async def test_a_call_that_goes_on_is_not_looked_for_yet(seat: Seat, tmp_path: Path) -> None:
    """The operator who transferred the call has left; the recording still grows."""
    (tmp_path / "17.3.wav").write_bytes(b"RIFF half")
    (tmp_path / "17.5.wav").write_bytes(b"RIFF whole")
    keeper = CallKeeper(seat.desk.store, seat.desk.bus, seat.clock)
    seat.desk.recordings = Recordings(Folder(str(tmp_path / "{leg}.wav")))
    finder = RecordingKeeper(
        seat.desk.store, seat.desk.bus, seat.desk.recordings, sleep=Naps(lambda _n: None)
    )
    tell_of(seat, call_id="17.2", leg="17.3", final=False)
    tell_of(seat)
    await keeper.drain()
    task = asyncio.create_task(finder.run())
    async with asyncio.timeout(60):
        while True:
            ended = seat.desk.store.write_now(lambda uow: uow.call("p", "17.4"))
            if ended is not None and ended.recording_sha256:
                break
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    finder.close()
    goes_on = seat.desk.store.write_now(lambda uow: uow.call("p", "17.2"))
    assert goes_on is not None
    assert goes_on.recorded == "17.3"
    assert not goes_on.recording_sha256


async def test_a_disk_that_was_full_for_a_moment_costs_no_recording(
    seat: Seat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "17.5.wav").write_bytes(b"RIFF whole")
    seat.desk.recordings = Recordings(Folder(str(tmp_path / "{leg}.wav")))
    real = seat.desk.store.write

    async def full(*_args: object, **_more: object) -> object:
        raise UnavailableError("disk_full")

    def each(nap: int) -> None:
        monkeypatch.setattr(seat.desk.store, "write", full if nap == 2 else real)

    kept = await recorded(seat, "", Naps(each))
    assert kept.recording_sha256 == hashlib.sha256(b"RIFF whole").hexdigest()


async def test_no_file_is_given_up_quietly(seat: Seat, tmp_path: Path) -> None:
    found = await recorded(seat, str(tmp_path / "{leg}.wav"), Naps())
    assert (found.recording, found.recording_sha256) == ("", "")


@pytest.mark.parametrize("leg", ["", "../../etc/passwd", "a/b", "x\0y", "..", "a b"])
def test_a_leg_is_never_a_way_out_of_the_folder(leg: str) -> None:
    assert place_of("/srv/{leg}.wav", leg) == ""
    assert place_of("", "17.5") == ""
    assert place_of("/srv/{leg}.wav", "17.5") == "/srv/17.5.wav"


async def test_playing_is_written_down_first(seat: Seat, tmp_path: Path) -> None:
    file = tmp_path / "17.5.wav"
    file.write_bytes(b"RIFF....")
    await recorded(seat, str(tmp_path / "{leg}.wav"), Naps())
    assert await open_recording(seat.desk, "p", "17.4") == b"RIFF...."
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


SPOKEN = b"RIFF" + b"Toi ten la Tran Thi Buoi, so 0903123456. " * 400


async def test_a_copy_is_noise_on_the_disk_and_heard_in_the_program(
    seat: Seat, tmp_path: Path
) -> None:
    original = tmp_path / "17.5.wav"
    original.write_bytes(SPOKEN)
    copies = tmp_path / "copies"
    vault = RecordingVault(copies, tmp_path / "key")
    seat.desk.recordings = Recordings(Folder(str(tmp_path / "{leg}.wav")), vault)
    found = await recorded(seat, "", Naps())
    assert found.recording.startswith("vault:")
    assert found.recording_sha256 == hashlib.sha256(SPOKEN).hexdigest()
    original.unlink()  # The exchange has deleted it.
    (file,) = copies.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    sealed = file.read_bytes()
    assert b"Tran Thi" not in sealed
    assert b"0903123456" not in sealed
    assert await open_recording(seat.desk, "p", "17.4") == SPOKEN
    # One bit changed, a cut, another key: nothing is played, and the audit has no line.
    for bad in (bytes([sealed[0] ^ 1]) + sealed[1:], sealed[:-1] + bytes([sealed[-1] ^ 1]), b""):
        file.write_bytes(bad)
        with pytest.raises(UnavailableError, match="recording_away"):
            await open_recording(seat.desk, "p", "17.4")
    file.write_bytes(sealed)
    (tmp_path / "key").rename(tmp_path / "own-key")
    with pytest.raises(UnavailableError, match="secret_missing"):  # The disk is not mounted.
        RecordingVault(copies, tmp_path / "key")
    assert not (tmp_path / "key").exists(), "no second key beside copies of the first"
    RecordingVault(tmp_path / "elsewhere", tmp_path / "other-key")
    other = RecordingVault(copies, tmp_path / "other-key")
    with pytest.raises(OSError, match="altered"):
        other.get(found.recording)
    assert len(seat.desk.store.ask_now(lambda q: q.audit_trail())) == 1


async def test_another_seats_call_is_fetched_when_somebody_wants_to_hear_it(
    seat: Seat, tmp_path: Path
) -> None:
    file = tmp_path / "17.5.wav"
    file.write_bytes(SPOKEN)
    vault = RecordingVault(tmp_path / "copies", tmp_path / "key")
    seat.desk.recordings = Recordings(Folder(str(tmp_path / "{leg}.wav")), vault, "107")
    naps = Naps(lambda n: setattr(naps, "taken", 20))
    found = await recorded(seat, "", naps)
    assert (found.recording, found.recording_sha256) == ("", "")
    assert not (tmp_path / "copies").exists()
    assert await open_recording(seat.desk, "p", "17.4") == SPOKEN
    file.write_bytes(SPOKEN + b"!")  # From now on its digest is known.
    with pytest.raises(InputError, match="recording_altered"):
        await open_recording(seat.desk, "p", "17.4")


async def test_a_recording_is_gone_when_its_time_is_over(seat: Seat, tmp_path: Path) -> None:
    (tmp_path / "17.5.wav").write_bytes(SPOKEN)
    copies = tmp_path / "copies"
    vault = RecordingVault(copies, tmp_path / "key")
    seat.desk.recordings = Recordings(Folder(str(tmp_path / "{leg}.wav")), vault, days=180)
    await recorded(seat, "", Naps())
    seat.clock.forward(days=180)
    assert expire(seat.desk).calls == 0
    seat.clock.forward(seconds=60)
    assert expire(seat.desk, dry_run=True).copies == 1
    assert len(list(copies.iterdir())) == 1
    found = expire(seat.desk)
    assert (found.calls, found.copies, found.size > len(SPOKEN)) == (1, 1, True)
    assert list(copies.iterdir()) == []
    assert seat.desk.store.ask_now(lambda q: q.recordings("+84903123456")) == ()
    with pytest.raises(InputError, match="no_recording"):
        await open_recording(seat.desk, "p", "17.4")
    (line,) = seat.desk.store.ask_now(lambda q: q.audit_trail())
    assert line.act == "recordings_expired"
    assert expire(seat.desk).calls == 0


def test_a_key_that_is_none_is_said(tmp_path: Path) -> None:
    key = tmp_path / "key"
    for text in ("", "12", "zz" * 32, "00" * 31):
        key.write_text(text, "utf-8")
        key.chmod(0o600)
        with pytest.raises(InputError, match="recording_key_broken"):
            RecordingVault(tmp_path, key)
    key.chmod(0o644)
    with pytest.raises(InputError, match="secret_world_readable"):
        RecordingVault(tmp_path, key)
