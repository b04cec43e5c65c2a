"""Fixtures for handlers as in the program: real store on disk, shipped seed, real places."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest

from console.domain.requests import commands as c
from console.domain.requests.request import Request
from console.map.gazetteer.local_places import LocalPlaces
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.contacts.inbox import StoreInbox
from console.services.desk import Desk
from console.services.dispatch import dispatch
from console.services.handling import Done
from console.services.people.actors import actor_for, system_actor
from console.services.runtime.bus import Bus
from console.services.views.contacts import ContactRow, OutreachRow
from console.store.files.spool import Spool
from console.store.seat.local_store import LocalStore
from tests.conftest import StoppedClock
from tests.fakes.profiles import fresh_profile

PHONE = "+84903123456"


@dataclass
class Seat:
    """A desk with shortcuts for what tests often do."""

    desk: Desk
    clock: StoppedClock
    heard: list[object] = field(default_factory=list)

    def do(self, command: c.Command, user: str = "operator") -> Done:
        """Run a command as this account."""
        if user == "system":
            return self.desk.do_now(command, actor=system_actor("may-07"))
        return self.desk.do_now(command, actor=actor_for(user, self.desk.catalogue, "may-07"))

    def log(self, **values: object) -> UUID:
        """Save a report of a caller at an alley in Bà Điểm; its id."""
        given: dict[str, object] = {
            "service_code": "drainage.cover",
            "description": "Nắp cống sụp giữa đường",
            "address_string": "66/1 Đồng Tâm, xã Trung Chánh, H.Hóc Môn",
            "phone": "0903 123 456",
            "reporter_name": "Bà Lan",
        }
        done = self.do(c.LogRequest(**{**given, **values}))  # type: ignore[arg-type]
        assert done.request_id is not None
        return done.request_id

    def request(self, request_id: UUID) -> Request:
        """The stored request."""
        detail = self.desk.store.ask_now(lambda q: q.detail(request_id))
        assert detail is not None
        return detail.request

    def contact(self, contact_id: UUID) -> ContactRow:
        """The stored contact."""
        found = self.desk.store.ask_now(lambda q: q.contact(contact_id))
        assert found is not None
        return found

    def kinds(self, request_id: UUID) -> list[str]:
        """Kinds of its events, oldest first."""
        detail = self.desk.store.ask_now(lambda q: q.detail(request_id))
        assert detail is not None
        return [line.kind for line in detail.history]

    def messages(self, request_id: UUID) -> tuple[OutreachRow, ...]:
        """Our messages about the request."""
        return self.desk.store.ask_now(lambda q: q.outreach_of(request_id))

    def resolve(self, request_id: UUID, agency: str) -> None:
        """Let its agency resolve it."""
        officer = f"officer-{agency}"
        self.do(c.AcceptAssignment(request_id=request_id), officer)
        self.clock.forward(hours=1)
        self.do(
            c.ReportResult(
                request_id=request_id,
                resolution_code="fixed",
                text="Đã thay nắp mới.",
                no_photo_reason="Trời tối, ảnh không rõ",
            ),
            officer,
        )


@pytest.fixture
def seat(tmp_path: Path, clock: StoppedClock) -> Iterator[Seat]:
    """An operator's seat in the embedded mode, without requests."""
    catalogue = load_catalogue()
    store = LocalStore(fresh_profile(tmp_path), catalogue)
    desk = Desk(
        store=store,
        bus=Bus(),
        clock=clock,
        catalogue=catalogue,
        places=LocalPlaces(tmp_path),
        files=Spool(tmp_path),
        actor=actor_for("operator", catalogue, "may-07"),
        dispatch=dispatch,
    )
    yield Seat(desk, clock)
    store.close()


@pytest.fixture
def inbox(seat: Seat) -> StoreInbox:
    """The inbox of this seat, as channels see it."""
    return StoreInbox(seat.desk.store, seat.desk.bus, seat.clock)
