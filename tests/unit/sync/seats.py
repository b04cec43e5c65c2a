"""Workstations without threads of their own: a real store, a connection to a centre, steps by
hand.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from console.domain.requests.events import (
    AssignmentAccepted,
    FieldsChanged,
    NoteAdded,
    RequestForwarded,
    StoredEvent,
    WorkStarted,
)
from console.domain.requests.request import Request
from console.domain.states import Role
from console.services.ports.central.sync import Central, ConsoleIdentity, Hello
from console.services.ports.store.unit_of_work import UnitOfWork
from console.store.exchange.events import LocalSyncStore
from console.store.seat.local_store import LocalStore
from console.sync.pull import Puller
from console.sync.push import push_all
from console.sync.rejoin import rejoin
from tests.fakes.profiles import fresh_profile
from tests.integration.store.build import CATALOGUE, NOW, forwarded, received, reporter, stored


@dataclass
class Seat:
    """One console: `skew_ms` is how wrong its clock is."""

    name: str
    store: LocalStore
    link: Central
    code: int = 1
    agency: str | None = None
    skew_ms: int = 0
    version: int = 1
    start: datetime = NOW
    connected: bool = False

    def __post_init__(self) -> None:
        self.sync = LocalSyncStore(self.store)
        self.puller = Puller(self.sync)
        self.identity = ConsoleIdentity(self.code, uuid4(), self.name, self.version)
        self.hello: Hello | None = None
        self.saved: list[UUID] = []

    def connect(self) -> int:
        """Greet and compare histories."""
        hello = self.link.hello(self.identity)
        if hello.agency:
            hello = replace(hello, incarnation=f"{hello.incarnation}/{hello.agency}")
        self.hello = hello
        self.connected = True
        return rejoin(self.link, self.sync, hello)

    def cut(self) -> None:
        """The line is gone; the next step greets again."""
        self.connected = False
        self.link.close()

    def push(self) -> int:
        return push_all(self.link, self.sync).taken

    def pull(self) -> int:
        assert self.hello is not None
        return self.puller.pull_all(self.link, self.hello.incarnation).events

    # --- work

    def _stamp(self, uow: UnitOfWork, events: list[StoredEvent], now_ms: int) -> None:
        at = self.start + timedelta(milliseconds=now_ms + self.skew_ms)
        stamped = [
            replace(
                each,
                at=at,
                hlc=uow.next_hlc(at),
                workstation=self.name,
                actor=self.name,
                role=Role.OFFICER if self.agency else Role.OPERATOR,
                agency=self.agency,
            )
            for each in events
        ]
        uow.append(stamped)
        self.saved += [each.id for each in stamped]

    def log(self, number: str, now_ms: int = 0, agency: str | None = "q12") -> UUID:
        request_id = uuid4()
        events = [received(request_id, number), reporter(request_id)]
        if agency is not None:
            events.append(forwarded(request_id, agency))
        self.store.write_now(lambda uow: self._stamp(uow, events, now_ms))
        return request_id

    def note(self, request_id: UUID, text: str, now_ms: int = 0) -> None:
        self.add(request_id, NoteAdded(text=text), now_ms)

    def add(self, request_id: UUID, fact: object, now_ms: int = 0) -> None:
        event = stored(request_id, fact)  # type: ignore[arg-type]
        self.store.write_now(lambda uow: self._stamp(uow, [event], now_ms))

    def change(self, request_id: UUID, value: str, now_ms: int = 0) -> None:
        """Set the description, based on the present value."""
        detail = self.store.ask_now(lambda q: q.detail(request_id))
        assert detail is not None
        old: dict[str, object] = {"description": detail.request.description}
        self.add(request_id, FieldsChanged(set={"description": value}, old=old), now_ms)

    def step(self, request_id: UUID, which: str, now_ms: int = 0) -> None:
        agency = self.agency or "q12"
        fact = {
            "accept": AssignmentAccepted(agency=agency),
            "start": WorkStarted(agency=agency),
            "forward": RequestForwarded(agency="sawaco", due_at=None),
        }[which]
        self.add(request_id, fact, now_ms)

    def requests(self) -> list[UUID]:
        from console.services.views.requests import RequestFilter

        rows = self.store.ask_now(lambda q: q.requests(RequestFilter(limit=2000), NOW))
        return sorted(row.id for row in rows)

    def picture(self) -> dict[UUID, Request]:
        """What this workstation knows of every request it has."""
        found = {}
        for each in self.requests():
            detail = self.store.ask_now(lambda q, which=each: q.detail(which))  # type: ignore[misc]
            assert detail is not None
            found[each] = replace(detail.request, reporters=())
        return found


def open_seat(folder: Path, name: str, link: Central, **more: object) -> Seat:
    """A seat with its own profile below this folder."""
    code = int(more.get("code", 1))  # type: ignore[call-overload]
    profile = fresh_profile(folder / name)
    store = LocalStore(profile, CATALOGUE, console_code=code, readers=1)
    store.set_central(True)
    return Seat(name, store, link, **more)  # type: ignore[arg-type]
