"""From a row of a history file to the events of a request, or to the reason why not.

Pure: values in, values out. What an imported request is, its events say, as for any other; the ids
of request and events follow from the row, so that the same row read again, from this file or a
later export, is the same request (`identity`). The request is built beside its events because
folding would cost more than all the rest; a test folds and compares.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from console.domain import numbering, phone
from console.domain.catalogue import Catalogue, ClockRules
from console.domain.city_rules import in_force
from console.domain.errors import InputError
from console.domain.events import (
    AssignmentAccepted,
    Fact,
    ReporterRecorded,
    RequestCancelled,
    RequestClosed,
    RequestForwarded,
    RequestReceived,
    RequestRejected,
    ResultReported,
    StoredEvent,
    WorkStarted,
)
from console.domain.ids import uuid7
from console.domain.request import Assignment, Reporter, Request
from console.domain.states import AssignmentState, Channel, Priority, Role, State, Verdict
from console.domain.text import fold
from console.domain.zone import CITY
from console.services.history_file import FIELDS, Raw, Shape
from console.services.history_values import (
    FURTHEST,
    LATEST,
    chosen,
    cleaned,
    degrees,
    limited,
    moment,
    text_of,
    to_ms,
)
from console.services.intake import OUTSIDE_CITY, check_pin
from console.services.outreach import checked_email

IMPORTER = "import"
"""The actor of imported events, with the role of the system; who ran it stands in the run."""
RESOLUTION = "imported"
"""Resolution code where the file names none."""
_AT_AGENCY = frozenset(
    {State.FORWARDED, State.ACCEPTED, State.IN_PROGRESS, State.RESOLVED, State.CLOSED}
)
_OVER = frozenset({State.CLOSED, State.REJECTED, State.CANCELLED})
_TAKEN = _AT_AGENCY | _OVER | {State.RECEIVED}
_OPEN, _CLOSED = frozenset({"open", "mo", "dang mo"}), frozenset({"closed", "close", "da dong"})
"""What `status` says beside the states' own names; Open311 knows open and closed."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A row understood: the request, and what happened to it.

    Attributes:
        line: of the file, for a complaint.
        facts: with the instants at which they happened, in order.
        ids: of the events around the facts.
        kept_number: the row brought a valid request number, which nobody else may have.
    """

    line: int
    request: Request
    facts: tuple[tuple[datetime, Fact], ...]
    ids: tuple[UUID, ...]
    workstation: str
    kept_number: bool

    def events(self) -> tuple[StoredEvent, ...]:
        """The events that make the request; `hlc` is of their time, so later changes win."""
        return tuple(
            StoredEvent(
                id=event_id,
                request_id=self.request.id,
                at=at,
                actor=IMPORTER,
                role=Role.SYSTEM,
                workstation=self.workstation,
                hlc=hlc_of(at, n),
                fact=fact,
            )
            for n, (event_id, (at, fact)) in enumerate(zip(self.ids, self.facts, strict=True))
        )


def hlc_of(at: datetime, n: int) -> int:
    """The clock value of the n-th event of a request."""
    return to_ms(at) << 16 | n


class Understanding:
    """What a file's rows mean under one catalogue; made once for a run."""

    def __init__(
        self, shape: Shape, catalogue: Catalogue, now: datetime, *, workstation: str = ""
    ) -> None:
        """Read rows of this shape.

        Args:
            shape: places of the columns, and the digest that names rows without an id.
            catalogue: services, agencies, wards and clock rules that a row may name.
            now: aware; what lies after it by more than a day is refused.
            workstation: stamped on the events.
        """
        self._places = shape.places
        self._width = len(shape.header)
        self._digest = shape.digest
        self._catalogue = catalogue
        self._now = now
        self._workstation = workstation
        self._services = _by_name(
            {s.code: (s.name, s.name_en) for s in catalogue.services.values()}
        )
        self._agencies = _by_name(
            {a.code: (a.name, a.short_name) for a in catalogue.agencies.values()}
        )
        self._resolutions = {r.code for r in catalogue.reasons_of("resolution")} | {RESOLUTION}
        self._rules = cache(self._rules_of)

    def request(self, raw: Raw) -> Imported:
        """The request of a row.

        Raises:
            InputError: what is wrong with the row; `history_*`, `unknown_service`,
                `unknown_agency`, `unknown_ward`, `impossible_coordinates`, `not_a_phone`,
                `bad_email`, `bad_value`, `text_too_long`.
        """
        row = self._row(raw)
        requested = self._time(row, "requested_datetime")
        if requested is None:
            raise InputError("history_value_needed", column="requested_datetime")
        agency = self._agency(row)
        state = _state(row, agency)
        ended = self._ended(row, state, requested)
        received, kept = self._received(row, raw.line, requested)
        if agency is None and state in _AT_AGENCY:
            raise InputError("history_agency_needed")
        facts: list[tuple[datetime, Fact]] = [(requested, received)]
        reporter = self._reporter(row, received.channel, _day(requested))
        if reporter is not None:
            facts.append((requested, reporter))
        facts += self._course(row, state, agency, requested, ended)
        request_id, ids = self._ids(row, raw.line, facts)
        request = _built(request_id, state, received, reporter, facts)
        return Imported(raw.line, request, tuple(facts), ids, self._workstation, kept)

    # --- parts of a row

    def _row(self, raw: Raw) -> dict[str, str]:
        values = raw.values
        if len(values) != self._width:
            if len(values) < self._width:
                raise InputError("history_too_short", given=len(values), wanted=self._width)
            if any(map(str.strip, values[self._width :])):
                raise InputError("history_too_long", given=len(values), wanted=self._width)
        return {
            name: cleaned(values[place])
            for name, place in zip(FIELDS, self._places, strict=True)
            if place >= 0 and values[place]
        }

    def _time(self, row: Mapping[str, str], column: str) -> datetime | None:
        if not (text := row.get(column)):
            return None
        furthest = FURTHEST if column == "expected_datetime" else LATEST
        return moment(text, column, latest=self._now + furthest)

    def _ended(self, row: Mapping[str, str], state: State, requested: datetime) -> datetime:
        """When what `state` says came about; for what is only forwarded the beginning."""
        updated = self._time(row, "updated_datetime")
        closed = self._time(row, "closed_datetime")
        over = state in _OVER
        ended = (closed or updated) if over else updated
        if ended is None:
            if over:
                raise InputError("history_value_needed", column="closed_datetime")
            return requested
        if ended < requested:
            column = "closed_datetime" if over and closed else "updated_datetime"
            raise InputError("history_ends_early", column=column)
        return ended

    def _received(
        self, row: Mapping[str, str], line: int, requested: datetime
    ) -> tuple[RequestReceived, bool]:
        lat, long = degrees(row, "lat"), degrees(row, "long")
        inside = check_pin(lat, long)
        ward = row.get("ward_code")
        if ward is not None and ward not in self._catalogue.wards:
            raise InputError("unknown_ward", ward=ward[:20])
        number, kept = self._number(row, line)
        said = row.get("address_string") or row.get("address")
        fact = RequestReceived(
            number=number,
            channel=chosen(row.get("channel"), "channel", Channel) or Channel.VOICE,
            service_code=self._service(row),
            description=text_of(row, "description"),
            requested_at=requested,
            forward_due_at=requested
            + timedelta(minutes=self._rules(_day(requested)).forward_minutes),
            address_string=limited(said, "address_string", 1000),
            address=limited(row.get("address"), "address", 1000),
            lat=lat,
            long=long,
            ward_code=ward,
            legacy_ward=limited(row.get("legacy_ward"), "legacy_ward", 200),
            priority=chosen(row.get("priority"), "priority", Priority) or Priority.NORMAL,
            attributes=() if inside else ((OUTSIDE_CITY, "yes"),),
        )
        return fact, kept

    def _number(self, row: Mapping[str, str], line: int) -> tuple[str, bool]:
        """The row's own number when it is one of ours, else its id as it stands (True, False)."""
        given = row.get("service_request_id")
        if given is None:
            return f"LS-{self._digest[:6].upper()}-{line}", False
        try:
            return numbering.parse(given), True
        except InputError:
            return limited(given, "service_request_id", 60) or "", False

    def _service(self, row: Mapping[str, str]) -> str:
        given = row.get("service_code") or row.get("service_name")
        if given is None:
            raise InputError("history_value_needed", column="service_code")
        code = given if given in self._catalogue.services else self._services.get(fold(given))
        if code is None:
            raise InputError("unknown_service", service=given[:60])
        return code

    def _agency(self, row: Mapping[str, str]) -> str | None:
        if (given := row.get("agency_responsible")) is None:
            return None
        code = given if given in self._catalogue.agencies else self._agencies.get(fold(given))
        if code is None:
            raise InputError("unknown_agency", agency=given[:60])
        return code

    def _reporter(
        self, row: Mapping[str, str], channel: Channel, day: date
    ) -> ReporterRecorded | None:
        name = limited(row.get("reporter_name"), "reporter_name", 120)
        given = row.get("reporter_phone")
        email = checked_email(row.get("reporter_email"))
        number = None
        if given is not None and not phone.is_withheld(given):
            number = phone.normalise(given, at=day)
            if number is None:
                raise InputError("not_a_phone", phone=given[:40])
        if not (name or number or email):
            return None
        return ReporterRecorded(channel=channel, name=name, phone=number, email=email)

    def _course(
        self,
        row: Mapping[str, str],
        state: State,
        agency: str | None,
        requested: datetime,
        ended: datetime,
    ) -> list[tuple[datetime, Fact]]:
        """What happened after it was received, as far as the file tells."""
        notes = text_of(row, "status_notes")
        if state in (State.REJECTED, State.CANCELLED):
            if not notes:
                raise InputError("history_value_needed", column="status_notes")
            end = RequestRejected if state is State.REJECTED else RequestCancelled
            return [(ended, end(reason=notes))]
        if agency is None:
            return []
        due = self._time(row, "expected_datetime")
        if due is not None and due < requested:
            raise InputError("history_ends_early", column="expected_datetime")
        facts: list[tuple[datetime, Fact]] = [
            (requested, RequestForwarded(agency=agency, due_at=due))
        ]
        if state is State.ACCEPTED:
            facts.append((ended, AssignmentAccepted(agency=agency)))
        elif state is State.IN_PROGRESS:
            facts.append((ended, WorkStarted(agency=agency)))
        elif state in (State.RESOLVED, State.CLOSED):
            result = self._result(row, agency, notes, ended)
            facts.append((ended, result))
        if state is State.CLOSED:
            verdict = chosen(row.get("verdict"), "verdict", Verdict)
            facts.append((ended, RequestClosed(verdict=verdict)))
        return facts

    def _result(
        self, row: Mapping[str, str], agency: str, notes: str, ended: datetime
    ) -> ResultReported:
        code = row.get("resolution_code", RESOLUTION)
        if code not in self._resolutions:
            raise InputError("unknown_resolution", resolution=code[:40])
        hours = self._rules(_day(ended)).callback_hours
        return ResultReported(
            agency=agency,
            resolution_code=code,
            text=notes,
            callback_due_at=ended + timedelta(hours=hours),
        )

    # --- what the row becomes

    def _ids(
        self, row: Mapping[str, str], line: int, facts: list[tuple[datetime, Fact]]
    ) -> tuple[UUID, tuple[UUID, ...]]:
        """The ids of the request and of its events, made by what the row says.

        The same content gives the same ids, so a row that was imported before is recognised, and
        one that says something else of the same request is too.
        """
        given = row.get("service_request_id")
        identity = f"ref:{given}" if given else f"row:{self._digest}:{line}"
        tail = hashlib.blake2b(identity.encode(), digest_size=10).digest()
        request_id = uuid7(to_ms(facts[0][0]), tail)
        content = "\x1f".join([row.get(name, "") for name in FIELDS]).encode()
        tails = hashlib.blake2b(content, key=request_id.bytes, digest_size=60).digest()
        return request_id, tuple(
            [uuid7(to_ms(at), tails[n * 10 : n * 10 + 10]) for n, (at, _) in enumerate(facts)]
        )

    def _rules_of(self, day: date) -> ClockRules:
        """The clock rules of that day; before the first ones those."""
        clocks = self._catalogue.clocks
        fitting = (each for each in clocks if in_force(each.valid_from, each.valid_to, day))
        return next(fitting, None) or min(clocks, key=lambda each: each.valid_from)


def _by_name(names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Code by folded name; a name that two share means neither."""
    found: dict[str, set[str]] = {}
    for code, called in names.items():
        for name in called:
            found.setdefault(fold(name), set()).add(code)
    return {name: min(codes) for name, codes in found.items() if len(codes) == 1}


def _day(at: datetime) -> date:
    return at.astimezone(CITY).date()


def _state(row: Mapping[str, str], agency: str | None) -> State:
    """What `state`, else `status` says; without both a closing date means closed."""
    given = row.get("state") or row.get("status")
    with_us = State.RECEIVED if agency is None else State.FORWARDED
    if given is None:
        return State.CLOSED if "closed_datetime" in row else with_us
    said = fold(given)
    if said in _OPEN:
        return with_us
    state = State.CLOSED if said in _CLOSED else chosen(given, "state", State)
    if state not in _TAKEN:
        raise InputError("history_bad_choice", column="state", value=given[:40])
    return with_us if state is State.RECEIVED else state


def _built(
    request_id: UUID,
    state: State,
    received: RequestReceived,
    reporter: ReporterRecorded | None,
    facts: list[tuple[datetime, Fact]],
) -> Request:
    """The request that `fold` makes of these facts."""
    assignment: Assignment | None = None
    notes: str | None = None
    callback_due_at: datetime | None = None
    verdict: Verdict | None = None
    for at, fact in facts:
        if isinstance(fact, RequestForwarded):
            assignment = Assignment(fact.agency, AssignmentState.FORWARDED, at, fact.due_at)
        elif isinstance(fact, AssignmentAccepted) and assignment:
            assignment = replace(assignment, state=AssignmentState.ACCEPTED, accepted_at=at)
        elif isinstance(fact, WorkStarted) and assignment:
            assignment = replace(assignment, state=AssignmentState.IN_PROGRESS, accepted_at=at)
        elif isinstance(fact, ResultReported) and assignment:
            assignment = Assignment(
                assignment.agency,
                AssignmentState.RESOLVED,
                assignment.forwarded_at,
                assignment.due_at,
                accepted_at=at,
                resolved_at=at,
                resolution_code=fact.resolution_code,
                result_text=fact.text,
            )
            notes, callback_due_at = fact.text, fact.callback_due_at
        elif isinstance(fact, RequestClosed):
            verdict = fact.verdict
        elif isinstance(fact, RequestRejected | RequestCancelled):
            notes = fact.reason
    last = facts[-1][0]
    return Request(
        id=request_id,
        number=received.number,
        channel=received.channel,
        state=state,
        service_code=received.service_code,
        description=received.description,
        requested_at=received.requested_at,
        updated_at=last,
        address_string=received.address_string,
        address=received.address,
        lat=received.lat,
        long=received.long,
        ward_code=received.ward_code,
        legacy_ward=received.legacy_ward,
        priority=received.priority,
        attributes=received.attributes,
        status_notes=notes,
        forward_due_at=received.forward_due_at,
        callback_due_at=callback_due_at,
        closed_at=last if state in _OVER else None,
        assignments=() if assignment is None else (assignment,),
        reporters=()
        if reporter is None
        else (Reporter(None, reporter.name, reporter.phone, reporter.email, reporter.channel),),
        verdict=verdict,
        version=len(facts),
    )
