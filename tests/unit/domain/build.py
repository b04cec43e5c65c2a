"""A small city to judge by, and short ways to describe what happened in it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from console.domain.actors import Actor
from console.domain.catalogue.catalogue import (
    Agency,
    Calendar,
    Catalogue,
    ClockRules,
    DangerQuestion,
    Reason,
    RoutingRule,
    Service,
    ServiceAttribute,
)
from console.domain.requests import commands as c
from console.domain.requests import events as e
from console.domain.requests.decide.request import decide
from console.domain.requests.decide.rules import Rules
from console.domain.requests.fold.request import apply, fold
from console.domain.requests.request import Request
from console.domain.states import Channel, Priority, Role

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # a Tuesday, 10:00 in the city
MORNING, AFTERNOON = (time(7, 30), time(11, 30)), (time(13), time(17))
CALENDAR = Calendar(
    hours=dict.fromkeys(range(1, 6), (MORNING, AFTERNOON)),
    holidays={date(2026, 9, 2): "Quốc khánh", date(2026, 12, 24): "thử"},
    extra_days={date(2026, 11, 28): 5},  # a Saturday worked like a Friday
)
CLOCKS = ClockRules(
    code="2013",
    forward_minutes=5,
    acknowledge_hours=2,
    callback_hours=24,
    need_info_hours=72,
    reopen_days=30,
    attempts=3,
    bounces_to_supervisor=2,
)
POTHOLE = Service(
    code="roads.pothole",
    group="roads",
    name="Ổ gà",
    name_en="Pothole",
    keywords=(),
    resolve_hours=24,
    questions=(DangerQuestion("fell", "Có người ngã?", Priority.URGENT),),
    radius_m=50,
)
LAMP = Service(
    code="light.off",
    group="light",
    name="Đèn tắt",
    name_en="Lamp",
    keywords=(),
    resolve_hours=8,
    attributes=(ServiceAttribute("pole", "Số trụ đèn"),),
)
BUS = Service(
    code="bus.skipped",
    group="bus",
    name="Bỏ trạm",
    name_en="Skipped",
    keywords=(),
    resolve_hours=16,
    working_time=True,
    attributes=(
        ServiceAttribute("route", "Tuyến số", required=True),
        ServiceAttribute("plate", "Biển số xe"),
    ),
    match_on=("plate", "route", "stop"),
    window_h=1,
)
AGENCIES = {
    code: Agency(code, code, code, "centre", ("roads", "light"), wards)
    for code, wards in {
        "so-xd": (),
        "ward-1": ("w1",),
        "ward-2": ("w2",),
        "evn": (),
    }.items()
}
ROUTES = (
    RoutingRule("big", 10, "so-xd", "đường lớn", group="roads", road_class="national"),
    RoutingRule("w1", 20, "ward-1", "đường nhỏ", group="roads", wards=("w1",)),
    RoutingRule("w2", 21, "ward-2", "đường nhỏ", group="roads", wards=("w2",)),
    RoutingRule("light", 30, "evn", "chiếu sáng", service="light.off"),
)
CATALOGUE = Catalogue(
    version="test",
    groups={},
    services={s.code: s for s in (POTHOLE, LAMP, BUS)},
    agencies=AGENCIES,
    rules=ROUTES,
    clocks=(CLOCKS,),
    calendar=CALENDAR,
    reasons=(Reason("resolution", "fixed", "Đã sửa"),),
    accounts={},
    wards={},
    templates={},
)
OPERATOR = Actor("lan", Role.OPERATOR, "Lan", workstation="ws1")
SUPERVISOR = Actor("minh", Role.SUPERVISOR)
ADMINISTRATOR = Actor("it", Role.ADMINISTRATOR)
AUDITOR = Actor("gs", Role.AUDITOR)
SYSTEM = Actor("system", Role.SYSTEM)
OFFICER = Actor("evn1", Role.OFFICER, agency="evn")
STRANGER = Actor("so1", Role.OFFICER, agency="so-xd")


def later(**parts: float) -> datetime:
    """`NOW` and some more."""
    return NOW + timedelta(**parts)


_hlc = iter(range(1, 10**9))


def event(
    fact: e.Fact,
    request_id: UUID,
    at: datetime = NOW,
    actor: Actor = OPERATOR,
    *,
    hlc: int | None = None,
) -> e.StoredEvent:
    """The fact in its envelope."""
    return e.StoredEvent(
        id=uuid4(),
        request_id=request_id,
        at=at,
        actor=actor.user,
        role=actor.role,
        workstation=actor.workstation,
        hlc=next(_hlc) if hlc is None else hlc,
        fact=fact,
        agency=actor.agency,
    )


def received(**changes: object) -> e.RequestReceived:
    """A dark lamp in Đồng Tâm."""
    values: dict[str, object] = {
        "number": "26001001233",
        "channel": Channel.VOICE,
        "service_code": LAMP.code,
        "description": "Đèn đường tắt",
        "requested_at": NOW,
        "forward_due_at": later(minutes=5),
    } | changes
    return e.RequestReceived(**values)  # type: ignore[arg-type]


class Case:
    """One request driven by commands; keeps its events."""

    def __init__(self, *facts: e.Fact, at: datetime = NOW) -> None:
        self.id = uuid4()
        self.at = at
        self.events: list[e.StoredEvent] = []
        self.add(received(), *facts)

    @property
    def request(self) -> Request:
        """Folded now."""
        found = fold(self.events)
        assert found is not None
        return found

    def add(self, *facts: e.Fact, actor: Actor = OPERATOR) -> Request:
        """Store facts as they are."""
        self.events += [event(fact, self.id, self.at, actor) for fact in facts]
        return self.request

    def decide(
        self, command: c.Command, actor: Actor = OPERATOR, parent: Request | None = None
    ) -> tuple[e.Fact, ...]:
        """What the rules return; nothing is stored."""
        request = self.request
        rules = Rules.of(CATALOGUE, self.at, request=request, parent=parent)
        return decide(command, request, actor, rules)

    def do(self, make: type[c.RequestCommand], actor: Actor = OPERATOR, **values: Any) -> Request:
        """Decide, store, fold; everything decided must also be applied."""
        command = make(request_id=self.id, **values)
        facts = self.decide(command, actor)
        before = self.request.not_applied
        after = self.add(*facts, actor=actor)
        assert after.not_applied == before
        return after

    def wait(self, **parts: float) -> "Case":
        """Time passes."""
        self.at += timedelta(**parts)
        return self

    def forwarded(self, *agencies: str) -> "Case":
        """Given to these agencies (`evn`)."""
        for agency in agencies or ("evn",):
            self.do(c.ForwardRequest, agency=agency)
        return self

    def resolved(self, phone: str = "+84903123456") -> "Case":
        """Given to `evn`, which says it is done an hour later; a caller with a number."""
        self.add(e.ReporterRecorded(channel=Channel.VOICE, name="Ba", phone=phone))
        self.forwarded().wait(hours=1)
        self.do(c.ReportResult, OFFICER, resolution_code="fixed", text="Xong", photos=("a",))
        return self


def folded(events: Iterable[e.StoredEvent]) -> Request:
    """`fold` of at least one event."""
    request: Request | None = None
    for each in events:
        request = apply(request, each)
    assert request is not None
    return request
