"""Events and consoles for the tests of the centre."""

from datetime import UTC, datetime
from uuid import UUID

from console.domain.ids import uuid7
from console.domain.requests import events as e
from console.domain.states import Channel, Role
from console.services.ports.central.sync import ConsoleIdentity, Hello
from console.store.central.seat_link import PostgresCentral

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HLC = int(AT.timestamp() * 1000) << 16


def console(code: int = 1, install: UUID | None = None) -> ConsoleIdentity:
    """A seat."""
    return ConsoleIdentity(code, install or uuid7(), f"may-{code:02}", 1)


def greet(central: PostgresCentral, code: int = 1, install: UUID | None = None) -> Hello:
    """Say hello as a new seat, or as this one."""
    return central.hello(console(code, install))


def event(
    request_id: UUID, fact: e.Fact, *, agency: str | None = None, hlc: int = HLC
) -> e.StoredEvent:
    """One event; with an agency it is an officer's."""
    return e.StoredEvent(
        id=uuid7(),
        request_id=request_id,
        at=AT,
        actor="ai-do",
        role=Role.OFFICER if agency else Role.OPERATOR,
        workstation="may-01",
        hlc=hlc,
        fact=fact,
        agency=agency,
    )


def note(request_id: UUID | None = None, text: str = "Đường ngập") -> e.StoredEvent:
    """A remark on a request, or on a new one."""
    return event(request_id or uuid7(), e.NoteAdded(text=text))


def received(request_id: UUID, number: str = "26001000019", text: str = "Nắp cống bị sụp"
             ) -> e.StoredEvent:  # fmt: skip
    """The beginning of a request."""
    return event(
        request_id,
        e.RequestReceived(
            number=number,
            channel=Channel.VOICE,
            service_code="drainage.cover",
            description=text,
            requested_at=AT,
            forward_due_at=AT,
            address_string="66/1 Đồng Tâm, xã Trung Chánh",
            lat=10.8625,
            long=106.6072,
        ),
    )


def reporter(request_id: UUID, phone: str = "+84903123456", *, consent: bool = False
             ) -> e.StoredEvent:  # fmt: skip
    """Who reported it."""
    return event(
        request_id,
        e.ReporterRecorded(
            channel=Channel.VOICE, name="Nguyễn Thị Bé", phone=phone, consent=consent
        ),
    )


def forwarded(request_id: UUID, agency: str) -> e.StoredEvent:
    """Given to an agency."""
    return event(request_id, e.RequestForwarded(agency=agency, due_at=AT))
