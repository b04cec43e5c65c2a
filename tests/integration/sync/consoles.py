"""Consoles as they run: a store on disk, a link on its own threads, and what they published."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from console.domain.live_events import LinkChanged, RequestsChanged
from console.domain.requests.events import NoteAdded, StoredEvent
from console.services.ports.central.sync import Central, ConsoleIdentity
from console.services.ports.store.unit_of_work import UnitOfWork
from console.store.central.seat_link import PostgresCentral
from console.store.exchange.events import LocalSyncStore
from console.store.exchange.shared_rows import LocalSharedStore
from console.store.seat.identity import install_id
from console.store.seat.local_store import LocalStore
from console.store.tables.definitions import event
from console.sync.clock import CorrectedClock
from console.sync.link import CentralLink
from console.sync.shared_rows import SharedRows
from console.sync.times import LinkTimes
from tests.fakes.profiles import fresh_profile
from tests.integration.store.build import CATALOGUE, received, reporter, stored

QUICK = LinkTimes(poll=0.5, first=0.1, longest=0.4, project=0.3)
"""Waits short enough for tests; limits of hanging calls as shipped."""


def until[T](what: Callable[[], T], within_s: float = 60.0) -> T:
    """Wait for the condition, not for a time."""
    end = time.monotonic() + within_s
    tick = threading.Event()
    while not (found := what()):
        assert time.monotonic() < end, f"did not happen within {within_s} s"
        tick.wait(0.005)
    return found


@dataclass
class Console:
    """One workstation with its link."""

    name: str
    store: LocalStore
    link: CentralLink
    sync: LocalSyncStore
    heard: list[object] = field(default_factory=list)
    heard_at: dict[UUID, float] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 1_000_000)))

    @property
    def words(self) -> LinkChanged | None:
        """The last thing said about the centre."""
        told = [each for each in self.heard if isinstance(each, LinkChanged)]
        return told[-1] if told else None

    @property
    def state(self) -> str:
        return self.words.state if self.words else ""

    @property
    def pending(self) -> object:
        return self.words.params["pending"] if self.words else None

    def in_sync(self) -> bool:
        return self.state in ("up", "warn") and self.pending == 0

    def log(self, *, reporters: bool = True) -> UUID:
        """Save a request as the form does; its id."""
        from console.domain.ids import uuid7

        request_id = uuid7()
        now = datetime.now(UTC)
        number = f"{self.store.console_code:03}{next(self.numbers):08}"
        facts = [received(request_id, number, now)]
        if reporters:
            facts.append(reporter(request_id))
        self.save(*facts)
        return request_id

    def note(self, request_id: UUID, text: str) -> UUID:
        made = stored(request_id, NoteAdded(text=text))
        self.save(made)
        return made.id

    def save(self, *events: StoredEvent) -> None:
        now = datetime.now(UTC)

        def work(uow: UnitOfWork) -> None:
            uow.append(
                [
                    replace(each, at=now, hlc=uow.next_hlc(now), workstation=self.name)
                    for each in events
                ]
            )

        self.store.write_now(work)

    def has(self, request_id: UUID) -> bool:
        return self.store.ask_now(lambda q: q.detail(request_id)) is not None

    def events(self) -> list[tuple[int | None, UUID]]:
        rows = self.store.run_on_reader(
            lambda c: c.execute(event.select().order_by(event.c.seq)).all()
        )
        return [(row.seq, row.id) for row in rows]

    def close(self) -> None:
        assert self.link.stop(), "the link did not stop within three seconds"
        self.store.close()


@contextmanager
def console(
    folder: Path,
    central: Central,
    name: str = "ban-01",
    *,
    code: int = 1,
    times: LinkTimes = QUICK,
    version: int = 1,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    start: bool = True,
    shares: PostgresCentral | None = None,
) -> Iterator[Console]:
    """A console that follows this centre; stopped and closed at the end.

    Args:
        shares: the same centre, if contacts and messages also go over its line.
    """
    store = LocalStore(fresh_profile(folder / name), CATALOGUE, console_code=code)
    store.set_central(True)
    sync = LocalSyncStore(store)
    heard: list[object] = []
    heard_at: dict[UUID, float] = {}

    def publish(what: object) -> None:
        heard.append(what)
        if isinstance(what, RequestsChanged):
            now = time.monotonic()
            for each in what.ids:
                heard_at.setdefault(each, now)

    shared = SharedRows(shares, LocalSharedStore(store), publish) if shares else None
    identity = ConsoleIdentity(code, store.run_on_writer(install_id), name, version)
    link = CentralLink(
        central, sync, identity, publish, CorrectedClock(clock), catalogue=CATALOGUE, times=times,
        shared=shared,
    )  # fmt: skip
    store.unsent_added = link.wake
    made = Console(name, store, link, sync, heard, heard_at)
    if start:
        link.start()
    try:
        yield made
    finally:
        if start:
            made.close()
        else:
            store.close()
        central.close()
