"""Photos, clips and papers to the centre, and from there when somebody looks. A thread with a
connection of its own, so that no event ever waits for a picture.

Files travel in pieces of 1 MiB that both sides count, so an interruption costs one piece. A file
that arrives is kept only if its digest matches its name.
"""

import logging
import random
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from console.domain.errors import ConsoleError, RefusedError, UnavailableError
from console.services.ports.central.sync import (
    CHUNK_BYTES,
    Blob,
    Central,
    ConsoleIdentity,
    FileTransferStore,
)

log = logging.getLogger(__name__)

LARGEST_BYTES = 50 << 20
"""The limit of the workstation's own spool; no photo is larger."""
LOOK_S = 60.0
"""How often it looks for files to send without being woken."""
FIRST_S, LONGEST_S = 2.0, 60.0


@dataclass(slots=True)
class FileCounts:
    """Counts since the start: pieces sent and fetched, whole files, failures."""

    sent: int = 0
    sent_pieces: int = 0
    fetched: int = 0
    fetched_pieces: int = 0
    failures: int = 0


class FileLink:
    """Moves one workstation's files; `wake`, `fetch` and `stop` may come from any thread."""

    def __init__(
        self,
        central: Central,
        shelf: FileTransferStore,
        identity: ConsoleIdentity,
        *,
        first_s: float = FIRST_S,
    ) -> None:
        """Nothing runs until `start`.

        Args:
            central: a connection of this thread's own.
            first_s: the shortest wait after a failure.
        """
        self._central = central
        self._shelf = shelf
        self._identity = identity
        self._first_s = first_s
        self._wanted: dict[str, Future[Path | None]] = {}
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync-files", daemon=True)
        self.moved = FileCounts()

    def start(self) -> None:
        """Start sending what waits."""
        self._thread.start()

    def wake(self) -> None:
        """There may be something to send."""
        self._woken.set()

    def fetch(self, sha256: str) -> Future[Path | None]:
        """See `RemoteFiles`."""
        with self._lock:
            if (known := self._wanted.get(sha256)) is not None:
                return known
            future: Future[Path | None] = Future()
            if self._stopping.is_set():
                future.set_exception(UnavailableError("central_away", where=""))
                return future
            self._wanted[sha256] = future
        self._woken.set()
        return future

    def stop(self, timeout_s: float = 3.0) -> bool:
        """End the thread; a piece under way is sent again next time.

        Returns:
            False when the thread is still stuck in a call after this time.
        """
        self._stopping.set()
        self._woken.set()
        self._central.break_off()
        self._thread.join(timeout_s)
        self._give_up(UnavailableError("central_away", where=""))
        return not self._thread.is_alive()

    # --- the thread

    def _run(self) -> None:
        attempt = 0
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                self.move_all()
                attempt = 0
                wait_s = LOOK_S
            except UnavailableError as error:
                if error.code == "store_closed":
                    break
                wait_s = self._failed(error, attempt)
                attempt += 1
            except Exception as error:
                log.exception("moving files failed")
                wait_s = self._failed(error, attempt)
                attempt += 1
            self._let_go()
            if attempt:
                self._stopping.wait(wait_s)
            else:
                self._woken.wait(wait_s)

    def _failed(self, error: Exception, attempt: int) -> float:
        self.moved.failures += 1
        if not isinstance(error, ConsoleError):
            error = UnavailableError("central_failed", error=type(error).__name__)
        self._give_up(error)
        most = min(LONGEST_S, self._first_s * 2.0 ** min(attempt + 1, 10))
        return random.uniform(self._first_s, max(self._first_s, most))  # noqa: S311

    def _let_go(self) -> None:
        try:
            self._central.close()
        except Exception:
            log.exception("closing the line for files failed")

    def _give_up(self, error: Exception) -> None:
        """Tell everybody who waits for a file that it does not come now."""
        with self._lock:
            waiting, self._wanted = self._wanted, {}
        for future in waiting.values():
            if future.set_running_or_notify_cancel():
                future.set_exception(error)

    def move_all(self) -> None:
        """First the files somebody waits for, then the files to send, one by one; on this thread.

        Raises:
            UnavailableError: the centre is away; both sides keep the pieces so far.
        """
        connected = False
        while not self._stopping.is_set():
            wanted = self._next_wanted()
            waiting = () if wanted else self._shelf.waiting()
            if wanted is None and not waiting:
                return
            if not connected:
                self._central.hello(self._identity)
                connected = True
            if wanted is not None:
                self._fetch(wanted)
            for sha256 in waiting:
                self._send(sha256)
                if self._stopping.is_set() or self._next_wanted() is not None:
                    break

    def _next_wanted(self) -> str | None:
        with self._lock:
            return next(iter(self._wanted), None)

    def _send(self, sha256: str) -> None:
        stored = self._shelf.describe(sha256)
        if stored is None:
            # Another workstation's photo, named by an event that was made here: not ours to send.
            self._shelf.refused(sha256, "not_here")
            return
        try:
            blob = self._central.blob(sha256) or Blob(sha256, stored.size, stored.mime, 0)
            while blob.stored < stored.size:
                if self._stopping.is_set():
                    return
                n = blob.stored // CHUNK_BYTES
                before = blob.stored
                if (piece := self._shelf.piece(sha256, n)) is None:
                    raise RefusedError("blob_refused")
                blob = self._central.put_chunk(blob, n, piece)
                self.moved.sent_pieces += 1
                if blob.stored <= before:
                    raise RefusedError("blob_refused")
                if self._next_wanted() is not None:
                    return  # somebody waits for a picture; this file continues after it
        except RefusedError as error:
            log.warning("the centre refuses a file: %s", error)
            self._shelf.refused(sha256, error.code)
            return
        for pbx, call_id in self._shelf.calls(sha256):
            self._central.note_recording(pbx, call_id, sha256)
        self._shelf.sent(sha256)
        self.moved.sent += 1

    def _fetch(self, sha256: str) -> None:
        result = self._shelf.path(sha256) or self._download(sha256)
        with self._lock:
            future = self._wanted.pop(sha256, None)
        if future is not None and future.set_running_or_notify_cancel():
            future.set_result(result)

    def _download(self, sha256: str) -> Path | None:
        blob = self._central.blob(sha256)
        if blob is None or blob.stored < blob.size or not 0 < blob.size <= LARGEST_BYTES:
            return None
        have = min(self._shelf.begun(sha256), blob.size // CHUNK_BYTES * CHUNK_BYTES)
        while have < blob.size:
            if self._stopping.is_set():
                raise UnavailableError("central_away", where="")
            n = have // CHUNK_BYTES
            data = self._central.chunk(sha256, n)
            if not data:
                return None
            self._shelf.add_piece(sha256, n, data)
            self.moved.fetched_pieces += 1
            have += len(data)
        found = self._shelf.finish(sha256)
        self.moved.fetched += found is not None
        return found
