"""Turns a row of a history file into the events of a request, or into a reason why not.

Pure: values in, values out. The ids of request and events follow from the row, so that the same row
read again, from this file or a later export, is the same request.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from console.domain.catalogue.catalogue import Catalogue, ClockRules
from console.domain.catalogue.city_rules import in_force
from console.domain.errors import InputError
from console.domain.ids import uuid7_bytes
from console.domain.requests import numbering
from console.domain.requests.events import (
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
from console.domain.states import Channel, Priority, Role, State, Verdict
from console.domain.text import phone
from console.domain.text.folding import fold
from console.domain.time_zone import CITY
from console.services.history.file import FIELDS, RawRow, Shape
from console.services.history.values import (
    FURTHEST,
    LATEST,
    chosen,
    cleaned,
    degrees,
    is_plain,
    limited,
    moment,
    text_of,
    to_ms,
    unquoted,
)
from console.services.outreach.messages import checked_email
from console.services.people.actors import IMPORTER
from console.services.requests.intake import OUTSIDE_CITY, check_pin

RESOLUTION = "imported"
"""Resolution code when the file has none."""
_AT_AGENCY = frozenset(
    {State.FORWARDED, State.ACCEPTED, State.IN_PROGRESS, State.RESOLVED, State.CLOSED}
)
_OVER = frozenset({State.CLOSED, State.REJECTED, State.CANCELLED})
_TAKEN = _AT_AGENCY | _OVER | {State.RECEIVED}
_NOTHING = ("",) * len(FIELDS)
_OPEN, _CLOSED = frozenset({"open", "mo", "dang mo"}), frozenset({"closed", "close", "da dong"})
"""Values of `status` besides the names of states; Open311 has open and closed."""


class ParsedRow(NamedTuple):
    """The checked content of a row.

    Attributes:
        line: of the file, for messages.
        course: what happened after the request was received.
        kept_number: the row has a valid request number, which must be unique.
    """

    line: int
    row: Mapping[str, str]
    state: State
    received: RequestReceived
    reporter: ReporterRecorded | None
    course: Sequence[tuple[datetime, Fact]]
    kept_number: bool


class ImportedRequest(NamedTuple):
    """A row as a request: its content, and the events that record it.

    Attributes:
        request_id: 16 bytes.
        facts: with their instants, in order.
        ids: of the events, 16 bytes each.
    """

    said: ParsedRow
    request_id: bytes
    facts: tuple[tuple[datetime, Fact], ...]
    ids: tuple[bytes, ...]
    workstation: str

    def events(self) -> tuple[StoredEvent, ...]:
        """The events of the request; `hlc` follows their time, so later changes win."""
        return tuple(
            StoredEvent(
                id=UUID(bytes=event_id),
                request_id=UUID(bytes=self.request_id),
                at=at,
                actor=IMPORTER,
                role=Role.SYSTEM,
                workstation=self.workstation,
                hlc=hlc_of(ms_of(event_id), n),
                fact=fact,
            )
            for n, (event_id, (at, fact)) in enumerate(zip(self.ids, self.facts, strict=True))
        )


def ms_of(event_id: bytes) -> int:
    """The time of an event by its id, in milliseconds since 1970."""
    return int.from_bytes(event_id[:6])


def hlc_of(ms: int, n: int) -> int:
    """The clock value of the n-th event of a request."""
    return ms << 16 | n


class RowParser:
    """Interprets the rows of a file with one catalogue; made once for a run."""

    def __init__(
        self, shape: Shape, catalogue: Catalogue, now: datetime, *, workstation: str = ""
    ) -> None:
        """Read rows of this shape.

        Args:
            shape: the columns' places, and the digest that identifies rows without an id.
            catalogue: services, agencies, wards and clock rules.
            now: aware; events more than a day later are refused.
            workstation: stamped on the events.
        """
        self._places = [(n, at) for n, at in zip(FIELDS, shape.places, strict=True) if at >= 0]
        self._width = len(shape.header)
        self._digest = shape.digest
        self._catalogue = catalogue
        self._latest, self._furthest = now + LATEST, now + FURTHEST
        self._workstation = workstation
        self._services = _by_name(
            {s.code: (s.name, s.name_en) for s in catalogue.services.values()}
        )
        self._agencies = _by_name(
            {a.code: (a.name, a.short_name) for a in catalogue.agencies.values()}
        )
        self._resolutions = {r.code for r in catalogue.reasons_of("resolution")} | {RESOLUTION}
        self._rules = cache(self._rules_of)

    def request(self, raw: RawRow) -> ImportedRequest:
        """The request of a row.

        Raises:
            InputError: as in `understood`.
        """
        return self.made(self.understood(raw))

    def understood(self, raw: RawRow) -> ParsedRow:
        """The content of a row.

        Raises:
            InputError: the row is wrong; `history_*`, `unknown_service`,
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
        day = _day(requested)
        received, kept = self._received(row, raw.line, requested, day)
        if agency is None and state in _AT_AGENCY:
            raise InputError("history_agency_needed")
        reporter = self._reporter(row, received.channel, day)
        course = self._course(row, state, agency, requested, ended)
        return ParsedRow(raw.line, row, state, received, reporter, course, kept)

    def made(self, said: ParsedRow) -> ImportedRequest:
        """The request with its ids."""
        at, reporter = said.received.requested_at, said.reporter
        first = [(at, said.received)] if reporter is None else [(at, said.received), (at, reporter)]
        facts: tuple[tuple[datetime, Fact], ...] = (*first, *said.course)
        request_id, ids = self._ids(said.row, said.line, facts)
        return ImportedRequest(said, request_id, facts, ids, self._workstation)

    # --- parts of a row

    def _row(self, raw: RawRow) -> dict[str, str]:
        values = raw.values
        if len(values) != self._width:
            if len(values) < self._width:
                raise InputError("history_too_short", given=len(values), wanted=self._width)
            if any(map(str.strip, values[self._width :])):
                raise InputError("history_too_long", given=len(values), wanted=self._width)
        whole = "".join(values)
        clean = cleaned if not is_plain(whole) else unquoted if "'" in whole else str.strip
        return {name: clean(values[place]) for name, place in self._places if values[place]}

    def _time(self, row: Mapping[str, str], column: str) -> datetime | None:
        if not (text := row.get(column)):
            return None
        expected = column == "expected_datetime"
        return moment(text, column, latest=self._furthest if expected else self._latest)

    def _ended(self, row: Mapping[str, str], state: State, requested: datetime) -> datetime:
        """When the state was reached; for a request that was only forwarded, its beginning."""
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
        self, row: Mapping[str, str], line: int, requested: datetime, day: date
    ) -> tuple[RequestReceived, bool]:
        lat, long = degrees(row, "lat"), degrees(row, "long")
        inside = check_pin(lat, long)
        ward = row.get("ward_code")
        if ward is not None and ward not in self._catalogue.wards:
            raise InputError("unknown_ward", ward=ward[:20])
        number, kept = self._number(row, line)
        address = limited(row.get("address"), "address", 1000)
        said = limited(row.get("address_string"), "address_string", 1000) or address
        fact = RequestReceived(
            number=number,
            channel=chosen(row.get("channel"), "channel", Channel) or Channel.VOICE,
            service_code=self._service(row),
            description=text_of(row, "description"),
            requested_at=requested,
            forward_due_at=requested + timedelta(minutes=self._rules(day).forward_minutes),
            address_string=said,
            address=address,
            lat=lat,
            long=long,
            ward_code=ward,
            legacy_ward=limited(row.get("legacy_ward"), "legacy_ward", 200),
            priority=chosen(row.get("priority"), "priority", Priority) or Priority.NORMAL,
            attributes=() if inside else ((OUTSIDE_CITY, "yes"),),
        )
        return fact, kept

    def _number(self, row: Mapping[str, str], line: int) -> tuple[str, bool]:
        """(number, True) for a valid request number, else (the row's or a made-up id, False)."""
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
        if given is not None:
            number = phone.normalise(given, at=day)
            if number is None and not phone.is_withheld(given):
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
        """What happened after the request was received, as far as the row says."""
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

    # --- ids and rules

    def _ids(
        self, row: Mapping[str, str], line: int, facts: Sequence[tuple[datetime, Fact]]
    ) -> tuple[bytes, tuple[bytes, ...]]:
        """Derive the ids of the request and its events from the row.

        The same content gives the same ids. So a row that was imported before is recognised, and so
        is one with changed content for the same request.
        """
        given = row.get("service_request_id")
        identity = f"ref:{given}" if given else f"row:{self._digest}:{line}"
        tail = hashlib.blake2b(identity.encode(), digest_size=10).digest()
        ms = to_ms(facts[0][0])
        request_id = uuid7_bytes(ms, tail)
        content = "\x1f".join(map(row.get, FIELDS, _NOTHING)).encode()
        tails = hashlib.blake2b(content, key=request_id, digest_size=60).digest()
        ids: list[bytes] = []
        for n, (at, _) in enumerate(facts):
            if at is not facts[n - 1][0]:
                ms = to_ms(at)
            ids.append(uuid7_bytes(ms, tails[n * 10 : n * 10 + 10]))
        return request_id, tuple(ids)

    def _rules_of(self, day: date) -> ClockRules:
        """The clock rules of that day; before the first rules, the first ones."""
        clocks = self._catalogue.clocks
        fitting = (each for each in clocks if in_force(each.valid_from, each.valid_to, day))
        return next(fitting, None) or min(clocks, key=lambda each: each.valid_from)


def _by_name(names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Code by folded name, without names that two codes share."""
    found: dict[str, set[str]] = {}
    for code, called in names.items():
        for name in called:
            found.setdefault(fold(name), set()).add(code)
    return {name: min(codes) for name, codes in found.items() if len(codes) == 1}


def _day(at: datetime) -> date:
    return at.astimezone(CITY).date()


def _state(row: Mapping[str, str], agency: str | None) -> State:
    """The state by `state` or `status`; without both, a closing date means closed."""
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
