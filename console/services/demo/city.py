"""The city of `run --demo`: three weeks of plausible reports, handled by the real rules.

Every request goes through `dispatch` as if operators and officers had worked on it, each step at
its own time. So the demo store holds nothing that a real one could not.
"""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from console.domain.actors import Actor
from console.domain.calls import advance
from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import ConsoleError
from console.domain.live_events import CallEvent
from console.domain.requests.commands import (
    AcceptAssignment,
    AskExtension,
    AskInfo,
    CloseRequest,
    Command,
    ForwardRequest,
    GrantExtension,
    IssueNotice,
    LogRequest,
    RecordDelivery,
    RecordOutreach,
    RefuseAssignment,
    RejectRequest,
    ReportResult,
    StartWork,
)
from console.domain.requests.events import MessageQueued, NoticeIssued, RequestForwarded
from console.domain.states import Channel, DeliveryState, Outcome, Role, Verdict
from console.services.calls.rows import save_call
from console.services.demo.past_calls import kept_calls
from console.services.dispatch import dispatch
from console.services.handling import Context, Done
from console.services.people.actors import actor_for
from console.services.ports.places import Places
from console.services.ports.store.unit_of_work import UnitOfWork

FOLDER = Path(__file__).resolve().parents[3] / "resources" / "demo"
BATCH = 25
DAYS = 21
MISSED = (
    ("abandoned", 170),
    ("missed", 140),
    ("callback_requested", 96),
    ("abandoned", 52),
    ("missed", 31),
)
"""How calls were lost, and how many minutes ago; one caller called twice."""
CHANNELS = (
    (Channel.VOICE, 60),
    (Channel.APP, 14),
    (Channel.SMS, 10),
    (Channel.PORTAL, 6),
    (Channel.EMAIL, 5),
    (Channel.FACEBOOK, 3),
    (Channel.ZALO, 2),
)


@dataclass(frozen=True, slots=True)
class Place:
    """An address as said, and its location."""

    text: str
    lat: float
    long: float


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller of the demo."""

    phone: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """A written message of the demo."""

    channel: Channel
    sender: str
    name: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """The content of the demo."""

    places: tuple[Place, ...]
    seeds: tuple[dict[str, Any], ...]
    reports: tuple[dict[str, Any], ...]
    notices: tuple[dict[str, Any], ...]
    callers: tuple[Caller, ...]
    notes: tuple[Note, ...]


def load_script(folder: Path = FOLDER) -> Script:
    """Read `reports.toml` and `places.tsv`."""
    table = tomllib.loads((folder / "reports.toml").read_text("utf-8"))
    rows = (folder / "places.tsv").read_text("utf-8").splitlines()
    places = [row.split("\t") for row in rows if row and not row.startswith("#")]
    return Script(
        tuple(Place(text, float(lat), float(long)) for text, lat, long in places),
        tuple(table["seed_report"]),
        tuple(table["report"]),
        tuple(table["notice"]),
        tuple(Caller(c["phone"], c["name"] or None) for c in table["caller"]),
        tuple(
            Note(Channel(m["channel"]), m["sender"], m.get("name"), m["text"])
            for m in table["message"]
        ),
    )


@dataclass(slots=True)
class _Life:
    """One request on its way through time; `at` is the time of its last step."""

    uow: UnitOfWork
    demo: "DemoCity"
    at: datetime
    agency: str = ""

    def step(self, command: Command, actor: Actor, **later: float) -> Done | None:
        """Run a command at `at` plus `later`; None when that is in the future or refused."""
        at = self.at + timedelta(**later)
        if at >= self.demo.now:
            return None
        try:
            done = dispatch(command, self.uow, self.demo.context(actor, at))
        except ConsoleError:
            return None
        self.at = at
        return done


class DemoCity:
    """Fills a store with `count` requests whose last three weeks end at `now`."""

    def __init__(
        self, catalogue: Catalogue, places: Places, now: datetime, seed: int = 1022
    ) -> None:
        """Read the script; the same seed gives the same city."""
        self.catalogue = catalogue
        self.places = places
        self.now = now
        self.script = load_script()
        self._chance = Random(seed)  # noqa: S311 - a story, not a secret
        self._operators = [
            actor_for(a.user, catalogue, "demo")
            for a in catalogue.accounts.values()
            if a.role is Role.OPERATOR
        ]
        self._supervisor = actor_for("supervisor", catalogue, "demo")

    def context(self, actor: Actor, at: datetime) -> Context:
        """The context of a step in the past."""
        return Context(actor=actor, now=at, catalogue=self.catalogue, places=self.places)

    def batches(self, count: int = 320) -> Iterator[Callable[[UnitOfWork], None]]:
        """The work in batches for the writer thread, one transaction each, oldest first."""
        yield self._missed
        yield self._notices
        starts = sorted(self._moment() for _ in range(count))
        for first in range(0, count, BATCH):
            part = starts[first : first + BATCH]

            def work(uow: UnitOfWork, part: list[datetime] = part) -> None:
                for at in part:
                    self._live(
                        uow,
                        at,
                        self._chance.choices(
                            self.script.reports, [r["weight"] for r in self.script.reports]
                        )[0],
                        self._chance.choice(self.script.places),
                    )

            yield work

        def seeds(uow: UnitOfWork) -> None:
            known = {place.text: place for place in self.script.places}
            for index, report in enumerate(self.script.seeds):
                at = self.now - timedelta(minutes=95 - 25 * index)
                self._live(uow, at, report, known[report["place"]], finished=False)

        yield seeds
        yield from kept_calls(self.now, DAYS + 1)

    def _missed(self, uow: UnitOfWork) -> None:
        """Unanswered calls of the last hours, as an exchange would report them."""
        for place, (kind, minutes) in enumerate(MISSED):
            caller = self.script.callers[-1 - place % 4]
            event = CallEvent(
                kind=kind,
                call_id=f"demo-{place}",
                at=self.now - timedelta(minutes=minutes),
                pbx="sim",
                queue="1022",
                peer_number=caller.phone,
                peer_name=caller.name,
            )
            save_call(advance(None, event), uow)

    def _notices(self, uow: UnitOfWork) -> None:
        """Today's notices: one for a ward, one for a drawn area."""
        known = {place.text: place for place in self.script.places}
        for told in self.script.notices:
            at = self.now - timedelta(minutes=40)
            wards = self.places.parse(told.get("ward", "")).new_wards
            spot = known.get(told.get("around", ""))
            said = NoticeIssued(
                kind=told["kind"],
                title=told["title"],
                text=told["text"],
                script=told.get("script"),
                group=told["group"],
                starts_at=at,
                ends_at=self.now + timedelta(hours=told["hours"]),
                wards=tuple(ward.code for ward in wards),
                areas=(_around(spot),) if spot else (),
            )
            dispatch(IssueNotice(said=said), uow, self.context(self._supervisor, at))

    def _moment(self) -> datetime:
        """More reports by day than by night, and more recent ones than old ones."""
        days = DAYS * self._chance.random() ** 1.6
        at = self.now - timedelta(days=days, minutes=3)
        if at.hour in range(16, 22) and self._chance.random() < 0.7:  # 23:00-05:00 in the city
            at -= timedelta(hours=8)
        return at

    def _live(
        self,
        uow: UnitOfWork,
        at: datetime,
        report: dict[str, Any],
        place: Place,
        *,
        finished: bool = True,
    ) -> None:
        chance = self._chance
        life = _Life(uow, self, at)
        operator = chance.choice(self._operators)
        done = life.step(self._log(report, place), operator)
        if done is None or done.request_id is None:
            return
        request_id = done.request_id
        for event in done.events:
            if isinstance(event.fact, MessageQueued):
                self._delivered(life, event.fact)
            if isinstance(event.fact, RequestForwarded):
                life.agency = event.fact.agency
        if chance.random() < 0.02 and finished:
            reason = self.catalogue.reasons_of("reject")[0].text
            life.step(RejectRequest(request_id=request_id, reason=reason), operator, minutes=3)
            return
        if not life.agency and chance.random() < 0.15:
            ask = "Xin cho biết số nhà hoặc trụ đèn gần nhất."
            life.step(AskInfo(request_id=request_id, reason=ask), operator, minutes=2)
            return
        if not life.agency and not self._forward(life, request_id, report["service"], ""):
            return
        self._agency(life, done, report, finished=finished)

    def _forward(self, life: _Life, request_id: UUID, service: str, not_to: str) -> bool:
        """A person forwards it, some minutes later, to another agency of the same field."""
        group = self.catalogue.service(service).group
        fit = [
            a.code for a in self.catalogue.agencies.values() if group in a.groups and not a.wards
        ]
        life.agency = self._chance.choice([code for code in fit if code != not_to] or fit)
        forward = ForwardRequest(
            request_id=request_id, agency=life.agency, reason="Tổng đài viên chọn theo địa bàn"
        )
        return life.step(forward, self._supervisor, minutes=self._chance.uniform(2, 12)) is not None

    def _log(self, report: dict[str, Any], place: Place) -> LogRequest:
        chance = self._chance
        channel = chance.choices([c for c, _ in CHANNELS], [w for _, w in CHANNELS])[0]
        caller = chance.choice(self.script.callers)
        phone = caller.phone
        if chance.random() < 0.75:
            phone = f"09{chance.randrange(10**7, 10**8)}"
            caller = Caller(phone, None)
        text = report["text"] if "text" in report else chance.choice(report["texts"])
        spread = 0.0 if "text" in report else 0.0012
        return LogRequest(
            channel=Channel.VOICE if "text" in report else channel,
            service_code=report["service"],
            description=text,
            address_string=place.text,
            lat=round(place.lat + chance.uniform(-spread, spread), 6),
            long=round(place.long + chance.uniform(-spread, spread), 6),
            danger=tuple(report.get("danger", ())),
            attributes=tuple(report.get("attributes", {}).items()),
            reporter_name=caller.name,
            phone=phone,
            email="nguoidan@example.vn" if channel is Channel.EMAIL else None,
        )

    def _delivered(self, life: _Life, fact: MessageQueued) -> None:
        row = RecordDelivery(outreach_id=fact.outreach_id, state=DeliveryState.DELIVERED)
        dispatch(row, life.uow, self.context(self._supervisor, life.at))

    def _agency(self, life: _Life, done: Done, report: dict[str, Any], *, finished: bool) -> None:
        chance, agency = self._chance, life.agency
        request_id = done.request_id
        if request_id is None:
            return
        officer = actor_for(f"officer-{agency}", self.catalogue, agency)
        if chance.random() < 0.05 and finished:
            reason = self.catalogue.reasons_of("refuse")[0].text
            back = RefuseAssignment(request_id=request_id, agency=agency, reason=reason)
            if not life.step(back, officer, minutes=chance.uniform(10, 90)):
                return
            if not self._forward(life, request_id, report["service"], agency):
                return
            agency = life.agency
            officer = actor_for(f"officer-{agency}", self.catalogue, agency)
        accept = AcceptAssignment(request_id=request_id, agency=agency)
        if life.step(accept, officer, minutes=chance.uniform(3, 70)) is None:
            return
        if chance.random() < 0.6:
            start = StartWork(
                request_id=request_id, agency=agency, text="Đã cử đội ra hiện trường."
            )
            life.step(start, officer, minutes=chance.uniform(5, 60))
        hours = self.catalogue.service(report["service"]).resolve_hours
        if chance.random() < 0.06:
            later = life.at + timedelta(hours=hours * 2 + 24)
            why = self.catalogue.reasons_of("extend")[0].text
            ask = AskExtension(request_id=request_id, agency=agency, reason=why, committed_at=later)
            if life.step(ask, officer, hours=hours * 0.3) and chance.random() < 0.7:
                grant = GrantExtension(request_id=request_id, agency=agency)
                life.step(grant, self._supervisor, minutes=chance.uniform(5, 60))
        result = ReportResult(
            request_id=request_id,
            agency=agency,
            resolution_code=self.catalogue.reasons_of("resolution")[0].code,
            text=report["result"] if "result" in report else chance.choice(report["results"]),
            no_photo_reason=self.catalogue.reasons_of("no_photo")[0].text,
        )
        late = chance.random() < 0.08
        spent = hours * (chance.uniform(1.05, 1.8) if late else chance.triangular(0.1, 0.95, 0.4))
        if life.step(result, officer, hours=max(0.5, spent)):
            self._callback(life, done)

    def _callback(self, life: _Life, done: Done) -> None:
        chance, request_id = self._chance, done.request_id
        if request_id is None:
            return
        operator = chance.choice(self._operators)
        for _ in range(3):
            reached = chance.random() < 0.8
            verdict = Verdict.SATISFIED if chance.random() < 0.9 else Verdict.NO_OPINION
            attempt = RecordOutreach(
                request_id=request_id,
                outcome=Outcome.REACHED if reached else Outcome.NO_ANSWER,
                verdict=verdict if reached else None,
            )
            told = life.step(attempt, operator, minutes=chance.uniform(20, 900))
            if told is None:
                return
            for event in told.events:
                if isinstance(event.fact, MessageQueued):
                    self._delivered(life, event.fact)
            if reached:
                close = CloseRequest(request_id=request_id, verdict=verdict)
                life.step(close, operator, minutes=1)
                return
        life.step(CloseRequest(request_id=request_id), operator, minutes=1)


def _around(place: Place) -> tuple[tuple[float, float], ...]:
    """A ring around a place, like one drawn by hand."""
    corners = ((0.0022, -0.0031), (0.0027, 0.0026), (-0.0019, 0.0034), (-0.0024, -0.0027))
    return tuple((round(place.lat + up, 6), round(place.long + right, 6)) for up, right in corners)
