"""Recordings of calls: where they lie and what their content was, kept with the call; who played
one, in the audit; gone when the time to keep them is over.

The dialplan names a recording by the Uniqueid of the recorded leg (the exchange tells no name,
T39); the setting says where it can be read: `/srv/recordings/{leg}.wav`, or over HTTP (ARI).
"""

import asyncio
import hashlib
import logging
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from console.domain.errors import InputError, UnavailableError
from console.domain.live_events import CallEvent, CallsChanged
from console.services.desk import Desk
from console.services.people.actors import entry_of, system_actor
from console.services.ports.recordings import Recordings
from console.services.ports.store.store import Store
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import CallRecord
from console.services.runtime.bus import Bus

log = logging.getLogger(__name__)

_LEG = re.compile(r"[A-Za-z0-9._-]{1,80}")
_TRIES = 20
_WAIT_S = 3.0
"""A file is written to its end, and maybe copied, for up to a minute after the call."""
_A_DAY_S = 24 * 3600.0


def place_of(pattern: str, leg: str) -> str:
    """The name of a leg's recording; "" when nothing is configured or the leg cannot be part of
    a name.
    """
    if not pattern or not _LEG.fullmatch(leg) or ".." in leg:
        return ""
    return pattern.replace("{leg}", leg)


class Folder:
    """A folder that the exchange writes to and this seat reads."""

    def __init__(self, pattern: str) -> None:
        """Keep the path with `{leg}`."""
        self._pattern = pattern

    def place(self, leg: str) -> str:
        """The path."""
        return place_of(self._pattern, leg)

    def size(self, leg: str) -> int:
        """Bytes; -1 without a file."""
        try:
            return Path(self.place(leg)).stat().st_size
        except OSError:
            return -1

    def read(self, leg: str) -> bytes:
        """The file.

        Raises:
            OSError: it cannot be read.
        """
        return Path(self.place(leg)).read_bytes()


def digest(data: bytes) -> str:
    """SHA-256 of the content."""
    return hashlib.sha256(data).hexdigest()


class RecordingKeeper:
    """After each recorded call waits until its recording grows no more and keeps its digest, and a
    copy where this seat keeps copies.
    """

    def __init__(
        self,
        store: Store,
        bus: Bus,
        recordings: Recordings,
        *,
        sleep: Callable[[float], Coroutine[object, object, None]] = asyncio.sleep,
    ) -> None:
        """Listen from now on."""
        self._store, self._bus, self._of, self._sleep = store, bus, recordings, sleep
        self._ended: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._end = bus.subscribe(CallEvent, self._on_event)

    def close(self) -> None:
        """Listen no more."""
        self._end()

    def _on_event(self, event: CallEvent) -> None:
        if event.kind == "ended" and event.more.get("final") is not False:
            self._ended.put_nowait((event.pbx, event.call_id))

    async def run(self) -> None:
        """Keep what comes, for ever; several may be waited for at once."""
        async with asyncio.TaskGroup() as group:
            while True:
                key = await self._ended.get()
                group.create_task(self._keep(*key))

    async def _keep(self, pbx: str, call_id: str) -> None:
        size = -1
        for _ in range(_TRIES):
            await self._sleep(_WAIT_S)
            try:
                looked = await self._look(pbx, call_id, size)
            except (OSError, UnavailableError) as error:
                # One that cannot be kept now must not end the looking for the others.
                log.info("recording of call %s: %s", call_id, error)
                continue
            if looked is None:
                return
            size = looked
        log.warning("no recording was found for call %s", call_id)

    async def _look(self, pbx: str, call_id: str, size: int) -> int | None:
        """Keep it when it has grown no more since the last look.

        Returns:
            Bytes there now, -1 while there is nothing; None when nothing is left to do.

        Raises:
            OSError, UnavailableError: the recording, or the store, cannot be had now.
        """
        source = self._of.source
        record = await self._store.write(lambda uow: uow.call(pbx, call_id))
        if record is None or not record.recorded or record.recording_sha256:
            return None
        if not source.place(record.recorded) or not self._of.keeps(record):
            return None
        now = await asyncio.to_thread(source.size, record.recorded)
        if now <= 0 or now != size:
            return now
        kept = await asyncio.to_thread(_kept, self._of, record)
        await self._store.write(lambda uow: _keep_digest(uow, kept))
        self._bus.publish(CallsChanged(call_id))
        return None


def _kept(of: Recordings, record: CallRecord) -> CallRecord:
    data = of.source.read(record.recorded)
    place = of.source.place(record.recorded)
    if of.vault is not None:
        place = of.vault.put(f"{record.pbx}/{record.call_id}", data)
    return replace(record, recording=place, recording_sha256=digest(data))


def _keep_digest(uow: UnitOfWork, kept: CallRecord) -> None:
    """Only the two columns: the call may have been wrapped up meanwhile."""
    if (record := uow.call(kept.pbx, kept.call_id)) is not None:
        uow.save_call(
            replace(record, recording=kept.recording, recording_sha256=kept.recording_sha256)
        )


def _content(of: Recordings, record: CallRecord) -> bytes:
    if of.vault is not None and of.vault.holds(record.recording):
        return of.vault.get(record.recording)
    return of.source.read(record.recorded)


async def _from_centre(desk: Desk, record: CallRecord, name: str, why: OSError) -> bytes:
    """Another seat's copy, which it sent there."""
    far = desk.central_recordings
    found = None if far is None else await far.recording(record.pbx, record.call_id)
    if found is None:
        raise UnavailableError("recording_away", file=name) from why
    return found


async def open_recording(desk: Desk, pbx: str, call_id: str) -> bytes:
    """The recording of a call, to be played now; that this person opened it is on disk before.

    Raises:
        InputError: `no_recording`: there is none, or not yet; `recording_altered`: the content is
            not what it was after the call.
        UnavailableError: `recording_away`: it cannot be read now.
    """
    of = desk.recordings
    record = await desk.store.write(lambda uow: uow.call(pbx, call_id))
    if of is None or record is None or not record.recorded:
        raise InputError("no_recording")
    if not record.recording and of.keeps(record):
        raise InputError("no_recording")
    name = Path(record.recording or of.source.place(record.recorded)).name
    try:
        data = await asyncio.to_thread(_content, of, record)
    except OSError as error:
        data = await _from_centre(desk, record, name, error)
    if not record.recording:  # Another seat's call, heard here for the first time.
        place = of.source.place(record.recorded)
        kept = replace(record, recording=place, recording_sha256=digest(data))
        await desk.store.write(lambda uow: _keep_digest(uow, kept))
    elif digest(data) != record.recording_sha256:
        raise InputError("recording_altered", file=name)
    entry = entry_of(desk.actor, desk.clock(), "recording_played", f"{pbx}/{call_id}")
    await desk.store.write(lambda uow: uow.audit(entry))
    return data


@dataclass(frozen=True, slots=True)
class Expired:
    """Recordings whose time to be kept is over.

    Attributes:
        copies, size: of this seat's own copies among them, and their bytes.
    """

    before: datetime
    calls: int = 0
    copies: int = 0
    size: int = 0


def expire(desk: Desk, *, dry_run: bool = False) -> Expired:
    """Let go of what is kept for longer than the rule says: this seat's copies are deleted, calls
    of then can no longer be played. Blocking.

    What lies in the exchange's own folder is deleted there (`resources/asterisk/cron.recordings`).

    Args:
        dry_run: only count.
    """
    of = desk.recordings
    if of is None or not of.days:
        return Expired(desk.clock())
    before = desk.clock() - timedelta(days=of.days)
    found = Expired(before)
    for call in desk.store.write_now(lambda uow: uow.recorded_calls(before)):
        ours = of.vault is not None and of.vault.holds(call.recording)
        freed = 0
        if not dry_run:
            freed = of.vault.drop(call.recording) if of.vault is not None and ours else 0
            over = replace(call, recorded="", recording="", recording_sha256="")
            desk.store.write_now(lambda uow, o=over: uow.save_call(o))  # type: ignore[misc]
        found = replace(
            found,
            calls=found.calls + 1,
            copies=found.copies + ours,
            size=found.size + freed,
        )
    if found.calls and not dry_run:
        actor = system_actor(desk.actor.workstation)
        detail = f"{found.calls} < {before.date().isoformat()}"
        entry = entry_of(actor, desk.clock(), "recordings_expired", detail=detail)
        desk.store.write_now(lambda uow: uow.audit(entry))
    return found


async def expire_daily(
    desk: Desk,
    sleep: Callable[[float], Coroutine[object, object, None]] = asyncio.sleep,
) -> None:
    """Now, and once a day, for ever."""
    while True:
        found = await asyncio.to_thread(expire, desk)
        if found.calls:
            log.info("%d recordings are over their time", found.calls)
        await sleep(_A_DAY_S)
