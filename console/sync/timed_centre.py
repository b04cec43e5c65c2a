"""A centre whose calls are timed, so that another thread can notice one that hangs and break it
off.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from console.domain.catalogue.catalogue import Catalogue
from console.domain.requests.events import StoredEvent
from console.services.ports.central.sync import (
    Accepted,
    Blob,
    Central,
    ConsoleIdentity,
    Hello,
    Numbered,
)


class TimedCentre:
    """`Central` around another one; `busy_s` may be asked from any thread."""

    def __init__(self, central: Central) -> None:
        """Time the calls of this one."""
        self._central = central
        self._since: float | None = None

    @property
    def busy_s(self) -> float:
        """How long the present call has been waiting for the centre; 0 without a call."""
        since = self._since
        return 0.0 if since is None else time.monotonic() - since

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Put any other question over the same line inside this."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._since = None

    def hello(self, console: ConsoleIdentity) -> Hello:
        """See `Central`."""
        with self.timed():
            return self._central.hello(console)

    def push(self, events: Sequence[StoredEvent]) -> tuple[Accepted, ...]:
        """See `Central`."""
        with self.timed():
            return self._central.push(events)

    def pull(self, after: int, limit: int = 200) -> tuple[Numbered, ...]:
        """See `Central`."""
        with self.timed():
            return self._central.pull(after, limit)

    def tell(self, seq: int) -> bool:
        """See `Central`."""
        with self.timed():
            return self._central.tell(seq)

    def id_at(self, position: int) -> UUID | None:
        """See `Central`."""
        with self.timed():
            return self._central.id_at(position)

    def common_since(self, incarnation: str) -> int | None:
        """See `Central`."""
        with self.timed():
            return self._central.common_since(incarnation)

    def history(self, request_ids: Sequence[UUID]) -> tuple[StoredEvent, ...]:
        """See `Central`."""
        with self.timed():
            return self._central.history(request_ids)

    def blob(self, sha256: str) -> Blob | None:
        """See `CentralBlobs`."""
        with self.timed():
            return self._central.blob(sha256)

    def put_chunk(self, blob: Blob, n: int, data: bytes) -> Blob:
        """See `CentralBlobs`."""
        with self.timed():
            return self._central.put_chunk(blob, n, data)

    def chunk(self, sha256: str, n: int) -> bytes | None:
        """See `CentralBlobs`."""
        with self.timed():
            return self._central.chunk(sha256, n)

    def note_recording(self, pbx: str, call_id: str, sha256: str) -> None:
        """See `CentralBlobs`."""
        with self.timed():
            self._central.note_recording(pbx, call_id, sha256)

    def project(self, catalogue: Catalogue, limit: int = 200) -> int:
        """See `Central`."""
        with self.timed():
            return self._central.project(catalogue, limit)

    def wait(self, timeout_s: float) -> bool:
        """See `Central`; resting is not hanging."""
        return self._central.wait(timeout_s)

    def account_changed(self) -> bool:
        """See `Central`."""
        return self._central.account_changed()

    def wake(self) -> None:
        """See `Central`."""
        self._central.wake()

    def break_off(self) -> None:
        """See `Central`."""
        self._central.break_off()

    def close(self) -> None:
        """See `Central`."""
        self._central.close()
