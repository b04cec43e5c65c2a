"""Steps on an existing request: the whole course, rights, repeats, merging, changes."""

import dataclasses
from pathlib import Path
from typing import override

import pytest

from console.domain.errors import ConflictError, InputError, RefusedError
from console.domain.ids import uuid7
from console.domain.live_events import RequestsChanged
from console.domain.requests import commands as c
from console.domain.states import Channel, Outcome, Purpose, Role, State, Verdict
from console.map.gazetteer.local_places import LocalPlaces
from console.services.dispatch import HANDLERS, dispatch
from console.services.ports.places import WardRef
from tests.unit.services.conftest import PHONE, Seat

AGENCY = "ubnd-ba-diem"


def refused(seat: Seat, command: c.Command, user: str = "operator") -> str:
    with pytest.raises((RefusedError, InputError)) as caught:
        seat.do(command, user)
    return caught.value.code


def test_every_command_has_a_handler() -> None:
    commands = {
        kind
        for kind in vars(c).values()
        if isinstance(kind, type) and issubclass(kind, c.Command) and dataclasses.is_dataclass(kind)
    }
    assert set(HANDLERS) == commands - {c.Command, c.RequestCommand, c.AssignmentCommand}


def test_a_command_without_handler_is_a_bug(seat: Seat) -> None:
    with pytest.raises(TypeError):
        seat.do(c.Command())


def test_from_report_to_a_satisfied_citizen(seat: Seat) -> None:
    request_id = seat.log()
    seat.desk.bus.subscribe(RequestsChanged, seat.heard.append)
    seat.resolve(request_id, AGENCY)
    assert seat.request(request_id).state is State.RESOLVED
    seat.do(
        c.RecordOutreach(request_id=request_id, outcome=Outcome.REACHED, verdict=Verdict.SATISFIED)
    )
    done = seat.do(c.CloseRequest(request_id=request_id))
    request = seat.request(request_id)
    assert (done.state, request.state) == (State.CLOSED, State.CLOSED)
    assert request.verdict is Verdict.SATISFIED
    assert seat.heard == [RequestsChanged(frozenset({request_id}))] * 4


def test_every_event_says_who_and_where(seat: Seat) -> None:
    request_id = seat.log()
    done = seat.do(c.AcceptAssignment(request_id=request_id), f"officer-{AGENCY}")
    (event,) = done.events
    assert (event.actor, event.role, event.agency) == (
        f"officer-{AGENCY}",
        Role.OFFICER,
        AGENCY,
    )
    assert (event.workstation, event.at, event.seq) == ("may-07", seat.clock(), None)


def test_clocks_and_ids_of_events_only_rise(seat: Seat) -> None:
    done = [seat.do(c.AddNote(request_id=seat.log(), text="Ghi chú")) for _ in range(3)]
    events = [event for each in done for event in each.events]
    assert [e.hlc for e in events] == sorted({e.hlc for e in events})


def test_a_repeated_step_is_not_run_again(seat: Seat) -> None:
    request_id = seat.log()
    command = c.AcceptAssignment(request_id=request_id)
    first = seat.do(command, f"officer-{AGENCY}")
    second = seat.do(command, f"officer-{AGENCY}")
    assert (second.events, second.number, second.state) == ((), first.number, first.state)
    # A refused command leaves no trace, so it may be sent again.
    later = c.CloseRequest(request_id=request_id)
    assert refused(seat, later) == "wrong_state"
    assert refused(seat, later) == "wrong_state"


def test_an_unknown_request_is_refused(seat: Seat) -> None:
    ghost = c.LogRequest(service_code="x", description="x").request_id
    assert refused(seat, c.AddNote(request_id=ghost, text="x")) == "no_such_request"
    assert refused(seat, c.ChangeFields(request_id=ghost, changes=())) == "no_such_request"
    join = c.JoinCaller(request_id=ghost, phone=PHONE)
    assert refused(seat, join) == "no_such_request"


@pytest.mark.parametrize("user", ["auditor", "officer-cay-xanh"])
@pytest.mark.parametrize(
    "command",
    [
        c.SendMessage(channel=Channel.SMS, recipient=PHONE, text="x"),
        c.RejectContact(contact_id=uuid7(), reason="x"),
        c.ClaimCall(pbx="pbx", call_id="1"),
        c.SettleMissedCall(pbx="pbx", call_id="1"),
        c.SaveDraft(draft_id=uuid7(), fields={}),
        c.DiscardDraft(draft_id=uuid7()),
    ],
)
def test_the_switchboards_own_steps_are_for_the_switchboard(
    seat: Seat, command: c.Command, user: str
) -> None:
    assert refused(seat, command, user) == "role_may_not"


def test_an_agency_cannot_touch_anothers_case(seat: Seat) -> None:
    request_id = seat.log()
    accept = c.AcceptAssignment(request_id=request_id)
    assert refused(seat, accept, "officer-cay-xanh") == "not_your_agency"
    odd = c.AcceptAssignment(request_id=request_id, agency="nobody")
    assert refused(seat, odd, "supervisor") == "unknown_agency"


def test_forwarding_by_rule_and_by_hand(seat: Seat) -> None:
    by_rule, by_hand = seat.log(forward=False), seat.log(forward=False)
    seat.do(c.ForwardRequest(request_id=by_rule))
    seat.do(c.ForwardRequest(request_id=by_hand, agency="thoat-nuoc-do-thi", reason="Cống chính"))
    assert seat.request(by_rule).assignments[0].agency == AGENCY
    assert seat.request(by_hand).assignments[0].agency == "thoat-nuoc-do-thi"
    again = c.ForwardRequest(request_id=by_hand, agency="thoat-nuoc-do-thi")
    assert refused(seat, again) == "already_assigned"
    nowhere = c.ForwardRequest(request_id=by_hand, agency="nobody")
    assert refused(seat, nowhere) == "unknown_agency"


def test_an_agency_that_ended_gets_nothing(seat: Seat) -> None:
    old = dataclasses.replace(
        seat.desk.catalogue.agency("cay-xanh"),
        code="old",
        valid_to=seat.clock().date().replace(year=2025),
    )
    service = dataclasses.replace(
        seat.desk.catalogue.service("trees.fallen"), code="old", valid_to=old.valid_to
    )
    seat.desk.catalogue = dataclasses.replace(
        seat.desk.catalogue,
        agencies={**seat.desk.catalogue.agencies, "old": old},
        services={**seat.desk.catalogue.services, "old": service},
    )
    request_id = seat.log(forward=False)
    to_old = c.ForwardRequest(request_id=request_id, agency="old")
    assert refused(seat, to_old) == "agency_not_in_force"
    log = c.LogRequest(service_code="trees.fallen", description="x", agency="old")
    assert refused(seat, log) == "agency_not_in_force"
    of_old = c.LogRequest(service_code="old", description="x")
    assert refused(seat, of_old) == "service_not_in_force"


def test_a_merge_takes_the_reporters_along(seat: Seat) -> None:
    parent, child = seat.log(), seat.log(phone="0912 000 111", reporter_name="Ông Tư")
    done = seat.do(c.MergeRequest(request_id=child, parent_id=parent))
    assert done.request_id == child
    assert done.state is State.MERGED
    assert [r.phone for r in seat.request(parent).reporters] == [PHONE, "+84912000111"]
    assert seat.request(child).parent_number == seat.request(parent).number
    assert {e.request_id for e in done.events} == {parent, child}


def test_a_merge_needs_an_open_parent(seat: Seat) -> None:
    child = seat.log()
    ghost = c.LogRequest(service_code="x", description="x").request_id
    missing = c.MergeRequest(request_id=child, parent_id=ghost)
    assert refused(seat, missing) == "no_such_request"
    itself = c.MergeRequest(request_id=child, parent_id=child)
    assert refused(seat, itself) == "merge_into_itself"


def test_rejecting_tells_the_citizen_why(seat: Seat) -> None:
    request_id = seat.log(forward=False)
    seat.do(c.RejectRequest(request_id=request_id, reason="Tài sản riêng"))
    (message,) = seat.messages(request_id)
    assert (message.recipient, message.purpose) == (PHONE, Purpose.REJECTION)
    assert "Tài sản riêng" in message.text


def test_a_question_is_written_to_who_wrote(seat: Seat) -> None:
    called = seat.log(forward=False)
    wrote = seat.log(forward=False, channel=Channel.SMS)
    for request_id in (called, wrote):
        seat.do(c.AskInfo(request_id=request_id, reason="Trước nhà số mấy?"))
    assert seat.messages(called) == ()
    (_, question) = seat.messages(wrote)
    assert question.purpose is Purpose.NEED_INFO
    assert "Trước nhà số mấy?" in question.text


class OneWard(LocalPlaces):
    """The real places, and polygons that put every pin into Phường Sài Gòn."""

    @override
    def ward_at(self, lat: float, long: float) -> WardRef | None:
        return WardRef("26740", "Phường Sài Gòn")


def test_a_moved_pin_brings_its_ward(seat: Seat, tmp_path: Path) -> None:
    request_id = seat.log(lat=10.86, long=106.60)
    seat.desk.places = OneWard(tmp_path)
    moved = (("lat", 10.86, 10.776), ("long", 106.6, 106.701))
    seat.do(c.ChangeFields(request_id=request_id, changes=moved))
    after = seat.request(request_id)
    assert (after.lat, after.long, after.ward_code) == (10.776, 106.701, "26740")
    # A ward given by the operator wins over the polygon.
    back = (("lat", 10.776, 10.8), ("long", 106.701, 106.6), ("ward_code", "26740", "27592"))
    seat.do(c.ChangeFields(request_id=request_id, changes=back))
    assert seat.request(request_id).ward_code == "27592"


def test_a_pin_alone_brings_its_ward_at_intake(seat: Seat, tmp_path: Path) -> None:
    seat.desk.places = OneWard(tmp_path)
    request = seat.request(seat.log(address_string=None, lat=10.776, long=106.701))
    assert request.ward_code == "26740"


def test_changes_are_checked_and_races_told(seat: Seat) -> None:
    request_id = seat.log()
    odd = c.ChangeFields(request_id=request_id, changes=(("ward_code", "27592", "99999"),))
    assert refused(seat, odd) == "unknown_ward"
    late = c.ChangeFields(request_id=request_id, changes=(("description", "khác", "mới"),))
    with pytest.raises(ConflictError, match="changed_meanwhile"):
        seat.do(late)
    assert seat.request(request_id).description == "Nắp cống sụp giữa đường"


def test_nothing_to_change_appends_nothing(seat: Seat) -> None:
    request_id = seat.log()
    done = seat.do(c.ChangeFields(request_id=request_id, changes=()))
    assert done.events == ()
    assert done.state is State.FORWARDED


def test_dispatch_is_pure_of_the_desk(seat: Seat) -> None:
    # Demo data and importers also run several commands in one transaction.
    setting = seat.desk._context(None)
    first = c.LogRequest(service_code="trees.fallen", description="Một")
    second = c.LogRequest(service_code="trees.fallen", description="Hai")
    done = seat.desk.store.write_now(
        lambda uow: (dispatch(first, uow, setting), dispatch(second, uow, setting))
    )
    assert done[0].number != done[1].number
