"""Taking back the last step: who may, for how long, and that nothing is lost."""

from dataclasses import replace

import pytest

from console.domain.errors import RefusedError
from console.domain.requests import commands as c
from console.domain.requests import events as e
from console.domain.requests.decide.undo import STEPS
from console.domain.requests.fold.request import fold
from console.domain.requests.request import Request
from console.domain.states import AssignmentState, Outcome, State
from tests.unit.services.conftest import Seat

AGENCY = "ubnd-ba-diem"
OFFICER = f"officer-{AGENCY}"


def plain(request: Request) -> Request:
    """The state that counts, without the number of events and the time of the last one."""
    return replace(request, version=0, updated_at=request.requested_at, unsettled=())


def back(seat: Seat, request: Request, user: str = "operator", reason: str = "bấm nhầm") -> None:
    with_events = seat.desk.store.write_now(lambda uow: tuple(uow.events(request.id)))
    steps = [x for x in with_events if type(x.fact) in STEPS]
    seat.do(c.StepBack(request_id=request.id, event_id=steps[-1].id, reason=reason), user)


def refusal(seat: Seat, request: Request, user: str = "operator") -> str:
    with pytest.raises(RefusedError) as refused:
        back(seat, request, user)
    return refused.value.code


def test_each_step_of_a_life_goes_back_to_what_was_before(seat: Seat) -> None:
    request_id = seat.log(agency=None, forward=False)

    def step(user: str, make: c.RequestCommand) -> None:
        before = seat.request(request_id)
        seat.do(make, user)
        assert plain(seat.request(request_id)) != plain(before)
        back(seat, before, user)
        assert plain(seat.request(request_id)) == plain(before)
        again = type(make)(**{n: getattr(make, n) for n in make.__dataclass_fields__ if n != "id"})
        seat.do(again, user)

    step("operator", c.ForwardRequest(request_id=request_id, agency=AGENCY))
    step(OFFICER, c.RefuseAssignment(request_id=request_id, reason="không thuộc địa bàn"))
    step("operator", c.ForwardRequest(request_id=request_id, agency=AGENCY))
    step(OFFICER, c.AcceptAssignment(request_id=request_id))
    step(OFFICER, c.StartWork(request_id=request_id))
    later = seat.desk.clock().replace(year=2027)
    step(OFFICER, c.AskExtension(request_id=request_id, reason="chờ vật tư", committed_at=later))
    step("supervisor", c.GrantExtension(request_id=request_id))
    step(
        OFFICER,
        c.ReportResult(
            request_id=request_id, resolution_code="fixed", text="Xong", no_photo_reason="tối"
        ),
    )
    seat.do(c.RecordOutreach(request_id=request_id, outcome=Outcome.REACHED))
    step("operator", c.CloseRequest(request_id=request_id))
    step("operator", c.ReopenRequest(request_id=request_id, reason="dân báo chưa xong"))
    step("supervisor", c.CancelRequest(request_id=request_id, reason="thử"))
    kinds = seat.kinds(request_id)
    assert kinds.count("step_taken_back") == 11
    assert kinds.count("request_forwarded") == 4


def test_the_agency_s_queue_follows(seat: Seat) -> None:
    request_id = seat.log(agency=AGENCY, forward=True)
    back(seat, seat.request(request_id))
    request = seat.request(request_id)
    assert (request.state, request.assignments) == (State.RECEIVED, ())
    with pytest.raises(RefusedError):
        seat.do(c.AcceptAssignment(request_id=request_id), OFFICER)


def test_who_may_and_for_how_long(seat: Seat) -> None:
    request = seat.request(seat.log(agency=AGENCY, forward=True))
    assert refusal(seat, request, OFFICER) == "step_of_another"
    seat.clock.forward(seconds=31)
    assert refusal(seat, request) == "step_too_old"
    back(seat, request, "supervisor")
    assert seat.request(request.id).state is State.RECEIVED


def test_the_thirtieth_second_counts(seat: Seat) -> None:
    request = seat.request(seat.log(agency=AGENCY, forward=True))
    seat.clock.forward(seconds=30)
    back(seat, request)
    assert seat.request(request.id).state is State.RECEIVED


def test_a_reason_is_needed(seat: Seat) -> None:
    request = seat.request(seat.log(agency=AGENCY, forward=True))
    with pytest.raises(RefusedError, match="reason_needed"):
        back(seat, request, reason="  ")


def test_what_came_after_it_keeps_it(seat: Seat) -> None:
    request = seat.request(seat.log(agency=AGENCY, forward=True))
    events = seat.desk.store.write_now(lambda uow: tuple(uow.events(request.id)))
    forwarded = next(x for x in events if isinstance(x.fact, e.RequestForwarded))
    seat.do(c.AddNote(request_id=request.id, text="dân gọi lại"))
    seat.do(c.AcceptAssignment(request_id=request.id), OFFICER)
    with pytest.raises(RefusedError, match="step_not_last"):
        seat.do(c.StepBack(request_id=request.id, event_id=forwarded.id, reason="nhầm"))


def test_what_the_citizen_was_told_stays(seat: Seat) -> None:
    request = seat.request(seat.log(agency=None, forward=False))
    seat.do(c.RejectRequest(request_id=request.id, reason="ngoài phạm vi"))
    assert seat.messages(request.id)
    assert refusal(seat, request) == "citizen_was_told"


def test_a_merge_stays(seat: Seat) -> None:
    parent = seat.log()
    child = seat.request(seat.log(agency=None, forward=False, phone="0903 555 777"))
    merged = seat.do(c.MergeRequest(request_id=child.id, parent_id=parent))
    with pytest.raises(RefusedError, match="step_not_last"):
        seat.do(c.StepBack(request_id=child.id, event_id=merged.events[0].id, reason="nhầm"))


def test_two_seats_that_did_not_see_each_other(seat: Seat) -> None:
    """The agency accepted while the operator took the forwarding back: the acceptance stands."""
    request = seat.request(seat.log(agency=AGENCY, forward=True))
    events = list(seat.desk.store.write_now(lambda uow: tuple(uow.events(request.id))))
    back(seat, request)
    taken = seat.desk.store.write_now(lambda uow: tuple(uow.events(request.id)))[-1]
    accepted = replace(
        taken, id=request.id, fact=e.AssignmentAccepted(agency=AGENCY), agency=AGENCY
    )
    together = fold([*events, accepted, taken])
    assert together is not None
    assert together.not_applied == (taken.id,)
    assert together.assignments[0].state is AssignmentState.ACCEPTED
