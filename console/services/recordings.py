"""Recordings of calls: where the file lies and what its content was, kept with the call; who played
it, in the audit.

The dialplan names a file by the Uniqueid of the recorded leg (the exchange tells no name, T39); the
setting says where such files can be read, such as `/srv/recordings/{leg}.wav`.
"""

import asyncio
import hashlib
import logging
import re
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path

from console.domain.errors import InputError, UnavailableError
from console.domain.live import CallEvent, CallsChanged
from console.services.accounts import entry_of
from console.services.bus import Bus
from console.services.desk import Desk
from console.services.ports import CallRecord, Store, UnitOfWork

log = logging.getLogger(__name__)

_LEG = re.compile(r"[A-Za-z0-9._-]{1,80}")
_TRIES = 20
_WAIT_S = 3.0
"""A file is written to its end, and maybe copied, for up to a minute after the call."""


def place_of(pattern: str, leg: str) -> Path | None:
    """The file of a leg; None when nothing is configured or the leg cannot be part of a path."""
    if not pattern or not _LEG.fullmatch(leg) or ".." in leg:
        return None
    return Path(pattern.replace("{leg}", leg))


def digest(path: Path) -> str:
    """SHA-256 of a file.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class RecordingKeeper:
    """After each recorded call finds its file, waits until it grows no more, keeps its digest."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        pattern: str,
        *,
        sleep: Callable[[float], Coroutine[object, object, None]] = asyncio.sleep,
    ) -> None:
        """Listen from now on.

        Args:
            pattern: path with `{leg}`.
        """
        self._store, self._bus, self._pattern, self._sleep = store, bus, pattern, sleep
        self._ended: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._end = bus.subscribe(CallEvent, self._on_event)

    def close(self) -> None:
        """Listen no more."""
        self._end()

    def _on_event(self, event: CallEvent) -> None:
        if event.kind == "ended" and event.more.get("final") is not False:
            self._ended.put_nowait((event.pbx, event.call_id))

    async def run(self) -> None:
        """Keep what comes, for ever; several files may be waited for at once."""
        async with asyncio.TaskGroup() as group:
            while True:
                key = await self._ended.get()
                group.create_task(self._keep(*key))

    async def _keep(self, pbx: str, call_id: str) -> None:
        size = -1
        for _ in range(_TRIES):
            await self._sleep(_WAIT_S)
            record = await self._store.write(lambda uow: uow.call(pbx, call_id))
            if record is None or not record.recorded or record.recording_sha256:
                return
            path = place_of(self._pattern, record.recorded)
            if path is None:
                return
            now = await asyncio.to_thread(_size, path)
            if now <= 0 or now != size:
                size = now
                continue
            try:
                found = await asyncio.to_thread(digest, path)
            except OSError:
                continue
            kept = replace(record, recording=str(path), recording_sha256=found)
            await self._store.write(lambda uow, k=kept: _keep_digest(uow, k))  # type: ignore[misc]
            self._bus.publish(CallsChanged(call_id))
            return
        log.warning("no recording was found for call %s", call_id)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _keep_digest(uow: UnitOfWork, kept: CallRecord) -> None:
    """Only the two columns: the call may have been wrapped up meanwhile."""
    if (record := uow.call(kept.pbx, kept.call_id)) is not None:
        uow.save_call(
            replace(record, recording=kept.recording, recording_sha256=kept.recording_sha256)
        )


async def open_recording(desk: Desk, pbx: str, call_id: str) -> Path:
    """The file of a call, to be played now; that this person opened it is on disk before.

    Raises:
        InputError: `no_recording`: there is none, or not yet; `recording_altered`: the content is
            not what it was after the call.
        UnavailableError: `recording_away`: the file cannot be read now.
    """

    def known(uow: UnitOfWork) -> CallRecord | None:
        return uow.call(pbx, call_id)

    record = await desk.store.write(known)
    if record is None or not record.recording:
        raise InputError("no_recording")
    path = Path(record.recording)
    try:
        found = await asyncio.to_thread(digest, path)
    except OSError as error:
        raise UnavailableError("recording_away", file=path.name) from error
    if found != record.recording_sha256:
        raise InputError("recording_altered", file=path.name)
    entry = entry_of(desk.actor, desk.clock(), "recording_played", f"{pbx}/{call_id}")
    await desk.store.write(lambda uow: uow.audit(entry))
    return path
