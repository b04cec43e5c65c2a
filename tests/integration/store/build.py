"""Events and a small catalogue for the store's tests."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Table

from console.domain.catalogue.catalogue import (
    Agency,
    Calendar,
    Catalogue,
    Service,
    ServiceGroup,
    Ward,
)
from console.domain.ids import uuid7
from console.domain.requests.events import (
    Fact,
    ReporterRecorded,
    RequestForwarded,
    RequestReceived,
    StoredEvent,
)
from console.domain.states import Channel, Role
from console.services.ports.store.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SINCE = date(2013, 4, 1)


def _service(code: str, group: str, name: str, **more: object) -> Service:
    return Service(code, group, name, name, (), 24.0, **more)  # type: ignore[arg-type]


CATALOGUE = Catalogue(
    version="test",
    groups={
        "roads": ServiceGroup("roads", "Hạ tầng giao thông", "Roads", 1),
        "water": ServiceGroup("water", "Cấp nước", "Water", 2),
    },
    services={
        each.code: each
        for each in (
            _service("roads.pothole", "roads", "Ổ gà, sụt lún", radius_m=50),
            _service("water.burst", "water", "Bể ống nước"),
            _service("bus.late", "roads", "Xe buýt", match_on=("route", "plate")),
        )
    },
    agencies={
        code: Agency(code, code, code, "centre", ("roads",))
        for code in ("q12", "sawaco", "hoc-mon")
    },
    rules=(),
    clocks=(),
    calendar=Calendar({}, {}),
    reasons=(),
    accounts={},
    wards={"26767": Ward("26767", "Phường An Phú Đông", 10.86, 106.70)},
    templates={},
)


def content_of(table: Table) -> str:
    """A question for all that a table of projections says of requests, by their id."""
    columns = [f"t.{c.name}" for c in table.columns if c.name not in ("rid", "as_of_seq")]
    if table.name == "service_request":
        return f"select {', '.join(columns)} from service_request t"
    return (
        f"select r.id as request, {', '.join(columns)} from {table.name} t "
        "join service_request r on r.rid = t.rid"
    )


def stored(request_id: UUID, fact: Fact, at: datetime = NOW, hlc: int = 1) -> StoredEvent:
    """An event by the operator at the first seat."""
    return StoredEvent(
        id=uuid7(),
        request_id=request_id,
        at=at,
        actor="operator",
        role=Role.OPERATOR,
        workstation="ban-01",
        hlc=hlc,
        fact=fact,
    )


def received(request_id: UUID, number: str, at: datetime = NOW, **more: object) -> StoredEvent:
    """A report of a pothole; `more` changes the fact."""
    fields: dict[str, object] = {
        "number": number,
        "channel": Channel.VOICE,
        "service_code": "roads.pothole",
        "description": "Nắp hố ga bị sụt, rất nguy hiểm",
        "requested_at": at,
        "forward_due_at": at + timedelta(minutes=5),
        "address_string": "66/1 Đồng Tâm, xã Trung Chánh (H.Hóc Môn)",
        "ward_code": "26767",
        "lat": 10.86,
        "long": 106.61,
    }
    return stored(request_id, RequestReceived(**(fields | more)), at)  # type: ignore[arg-type]


def forwarded(
    request_id: UUID, agency: str = "q12", at: datetime = NOW, hours: float = 24
) -> StoredEvent:
    """Given to an agency, due some hours later."""
    fact = RequestForwarded(agency=agency, due_at=at + timedelta(hours=hours))
    return stored(request_id, fact, at)


def reporter(
    request_id: UUID, phone: str | None = "+84903123456", name: str | None = "Nguyễn Thị Ánh"
) -> StoredEvent:
    """Who called."""
    return stored(request_id, ReporterRecorded(channel=Channel.VOICE, name=name, phone=phone))


def save(
    uow: UnitOfWork, *, at: datetime = NOW, agency: str | None = "q12", **more: object
) -> UUID:
    """Save a request as the form does: received, reporter, forwarded."""
    request_id = uuid7()
    phone = more.pop("phone", "+84903123456")
    name = more.pop("name", "Nguyễn Thị Ánh")
    hours = more.pop("hours", 24.0)
    events: Sequence[StoredEvent] = [
        received(request_id, uow.next_number(at), at, **more),
        reporter(request_id, phone, name),  # type: ignore[arg-type]
    ]
    if agency is not None:
        events = [*events, forwarded(request_id, agency, at, hours)]  # type: ignore[arg-type]
    uow.append(events)
    return request_id
