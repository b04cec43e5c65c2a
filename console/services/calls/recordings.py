"""Recordings of calls: finding them, playing them, deleting them when their time is over.

Place and digest are kept with the call; each playing is a line of the audit. The dialplan names a
recording by the Uniqueid of the recorded leg, because the exchange reports no file name. A setting
says where to read it: `/srv/recordings/{leg}.wav`, or over HTTP (ARI).
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
"""The exchange may write, or copy, a file for up to a minute after the call."""
_A_DAY_S = 24 * 3600.0


def place_of(pattern: str, leg: str) -> str:
    """The name of a leg's recording; "" when none is configured or the leg is unsafe in a name."""
    if not pattern or not _LEG.fullmatch(leg) or ".." in leg:
        return ""
    return pattern.replace("{leg}", leg)


class Folder:
    """Recordings in a folder that the exchange writes and this seat reads."""

    def __init__(self, pattern: str) -> None:
        """Use this path, which contains `{leg}`."""
        self._pattern = pattern

    def place(self, leg: str) -> str:
        """The path."""
        return place_of(self._pattern, leg)

    def size(self, leg: str) -> int:
        """Its size in bytes; -1 without a file."""
        try:
            return Path(self.place(leg)).stat().st_size
        except OSError:
            return -1

    def read(self, leg: str) -> bytes:
        """Its content.

        Raises:
            OSError: it cannot be read.
        """
        return Path(self.place(leg)).read_bytes()


def digest(data: bytes) -> str:
    """SHA-256 of the content."""
    return hashlib.sha256(data).hexdigest()


class RecordingKeeper:
    """Stores the digest of each recording once it has stopped growing.

    Where this seat keeps copies, it also stores a copy.
    """

    def __init__(
        self,
        store: Store,
        bus: Bus,
        recordings: Recordings,
        *,
        sleep: Callable[[float], Coroutine[object, object, None]] = asyncio.sleep,
    ) -> None:
        """Subscribe now."""
        self._store, self._bus, self._of, self._sleep = store, bus, recordings, sleep
        self._ended: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._end = bus.subscribe(CallEvent, self._on_event)

    def close(self) -> None:
        """Unsubscribe."""
        self._end()

    def _on_event(self, event: CallEvent) -> None:
        if event.kind == "ended" and event.more.get("final") is not False:
            self._ended.put_nowait((event.pbx, event.call_id))

    async def run(self) -> None:
        """Handle ended calls for ever, several at once."""
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
                # One failure must not stop the work on the others.
                log.info("recording of call %s: %s", call_id, error)
                continue
            if looked is None:
                return
            size = looked
        log.warning("no recording was found for call %s", call_id)

    async def _look(self, pbx: str, call_id: str, size: int) -> int | None:
        """Keep it when it has not grown since the last check.

        Returns:
            Its size now, -1 while there is no file; None when nothing is left to do.

        Raises:
            OSError, UnavailableError: the recording or the store is not available now.
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
    """Write only the two columns: the call may have changed meanwhile."""
    if (record := uow.call(kept.pbx, kept.call_id)) is not None:
        uow.save_call(
            replace(record, recording=kept.recording, recording_sha256=kept.recording_sha256)
        )


def _content(of: Recordings, record: CallRecord) -> bytes:
    if of.vault is not None and of.vault.holds(record.recording):
        return of.vault.get(record.recording)
    return of.source.read(record.recorded)


async def _from_centre(desk: Desk, record: CallRecord, name: str, why: OSError) -> bytes:
    """The copy that another seat sent to the centre."""
    far = desk.central_recordings
    found = None if far is None else await far.recording(record.pbx, record.call_id)
    if found is None:
        raise UnavailableError("recording_away", file=name) from why
    return found


async def open_recording(desk: Desk, pbx: str, call_id: str) -> bytes:
    """The recording of a call, to be played now; the audit line is on disk before it returns.

    Raises:
        InputError: `no_recording`: there is none, or not yet; `recording_altered`: the content has
            changed since the call.
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
    if not record.recording:  # Another seat's call, played here for the first time.
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
    """Recordings past their retention time.

    Attributes:
        copies, size: this seat's own copies among them, and their bytes.
    """

    before: datetime
    calls: int = 0
    copies: int = 0
    size: int = 0


def expire(desk: Desk, *, dry_run: bool = False) -> Expired:
    """Delete this seat's copies past the retention time; those calls can no longer be played.

    Blocking. The exchange deletes its own files (`resources/asterisk/cron.recordings`).

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
    """Run `expire` now and then once a day, for ever."""
    while True:
        found = await asyncio.to_thread(expire, desk)
        if found.calls:
            log.info("%d recordings passed their retention time", found.calls)
        await sleep(_A_DAY_S)
