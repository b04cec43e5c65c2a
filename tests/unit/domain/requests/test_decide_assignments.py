"""The agencies' steps."""

from typing import Any

import pytest

from console.domain.actors import Actor
from console.domain.errors import InputError
from console.domain.requests import commands as c
from console.domain.requests import events as e
from console.domain.requests.codec import fact_body, fact_of
from console.domain.requests.deadlines import owes_progress
from console.domain.requests.request import Request
from console.domain.states import AssignmentState, Role, State
from tests.unit.domain.build import (
    ADMINISTRATOR,
    CALENDAR,
    CLOCKS,
    NOW,
    OFFICER,
    STRANGER,
    SUPERVISOR,
    SYSTEM,
    Case,
    later,
    received,
)
from tests.unit.domain.requests.test_decide import refused

DONE: dict[str, Any] = {"resolution_code": "fixed", "text": "Đã thay bóng", "photos": ("a",)}


def evn(request: Request) -> AssignmentState:
    """State of the agency's part."""
    found = request.assignment("evn")
    assert found is not None
    return found.state


def test_the_usual_way() -> None:
    case = Case()
    assert case.do(c.ForwardRequest).state is State.FORWARDED
    assert case.wait(minutes=30).do(c.AcceptAssignment, OFFICER).state is State.ACCEPTED
    assert case.do(c.StartWork, OFFICER, text="xe đã đi").state is State.IN_PROGRESS
    request = case.wait(hours=1).do(c.ReportResult, OFFICER, **DONE)
    assert (request.state, request.status_notes) == (State.RESOLVED, "Đã thay bóng")
    assert request.callback_due_at == later(hours=25, minutes=30)
    (mine,) = request.assignments
    assert mine.accepted_at == later(minutes=30)
    assert mine.resolved_at == later(minutes=90)
    assert mine.due_at == later(hours=8)
    assert (mine.resolution_code, mine.photos) == ("fixed", ("a",))


def test_working_or_reporting_accepts_by_itself() -> None:
    case = Case().forwarded()
    case.do(c.StartWork, OFFICER)
    assert [type(x.fact) for x in case.events[-2:]] == [e.AssignmentAccepted, e.WorkStarted]
    case = Case().forwarded()
    assert case.do(c.ReportResult, OFFICER, **DONE).assignments[0].accepted_at == NOW


def test_only_ones_own_agency() -> None:
    case = Case().forwarded()
    refused("not_your_agency", lambda: case.do(c.AcceptAssignment, STRANGER))
    refused("not_your_agency", lambda: case.do(c.AcceptAssignment, STRANGER, agency="evn"))
    refused("not_your_agency", lambda: case.do(c.AcceptAssignment, OFFICER, agency="so-xd"))
    refused("not_your_agency", lambda: case.do(c.AcceptAssignment, Actor("x", Role.OFFICER)))
    assert case.do(c.AcceptAssignment, OFFICER, agency="evn").state is State.ACCEPTED


def test_a_supervisor_enters_what_an_agency_says_by_telephone() -> None:
    case = Case().forwarded("evn", "so-xd")
    refused("agency_needed", lambda: case.do(c.AcceptAssignment, SUPERVISOR))
    refused("no_open_assignment", lambda: case.do(c.StartWork, SUPERVISOR, agency="ward-1"))
    case.do(c.AcceptAssignment, SUPERVISOR, agency="so-xd")
    case.do(c.ReportResult, SYSTEM, agency="so-xd", **DONE)
    assert case.do(c.AcceptAssignment, SUPERVISOR).state is State.ACCEPTED


def test_steps_out_of_turn() -> None:
    case = Case().forwarded()
    case.do(c.AcceptAssignment, OFFICER)
    refused("wrong_state", lambda: case.do(c.AcceptAssignment, OFFICER))
    case.do(c.StartWork, OFFICER)
    refused("wrong_state", lambda: case.do(c.StartWork, OFFICER))
    case.do(c.ReportResult, OFFICER, **DONE)
    refused("no_open_assignment", lambda: case.do(c.ReportResult, OFFICER, **DONE))
    case.do(c.CancelRequest, SUPERVISOR, reason="x")
    refused("wrong_state", lambda: case.do(c.ReportResult, OFFICER, **DONE))


# --- sent back


def test_sent_back_counts_and_goes_to_another() -> None:
    case = Case().forwarded()
    refused("reason_needed", lambda: case.do(c.RefuseAssignment, OFFICER, reason=""))
    request = case.do(
        c.RefuseAssignment, OFFICER, reason="đèn của phường", suggested_agency="ward-1"
    )
    assert (request.state, request.bounces, evn(request)) == (
        State.REFUSED,
        1,
        AssignmentState.REFUSED,
    )
    refused("no_route", lambda: case.do(c.ForwardRequest))  # the rule would bounce it again
    request = case.do(c.ForwardRequest, agency="ward-1", reason="đề nghị của đơn vị")
    assert request.state is State.FORWARDED
    assert [a.replaced for a in request.assignments] == [True, False]
    with pytest.raises(InputError):
        case.do(c.RefuseAssignment, SUPERVISOR, reason="x", suggested_agency="nobody")


def test_after_two_bounces_a_supervisor_decides() -> None:
    case = Case().forwarded()
    case.do(c.RefuseAssignment, OFFICER, reason="x")
    case.forwarded("so-xd").do(c.RefuseAssignment, STRANGER, reason="y")
    refused("supervisor_must_forward", lambda: case.do(c.ForwardRequest, agency="evn"))
    refused("supervisor_must_forward", lambda: case.do(c.ForwardRequest, SYSTEM, agency="evn"))
    request = case.do(c.ForwardRequest, SUPERVISOR, agency="evn")
    found = request.assignment("evn")
    assert found is not None
    assert (found.bounces, found.state, request.bounces) == (1, AssignmentState.FORWARDED, 2)


def test_the_slowest_agency_shows() -> None:
    case = Case().forwarded("evn", "so-xd")
    assert case.do(c.StartWork, OFFICER).state is State.FORWARDED
    assert case.do(c.AcceptAssignment, STRANGER).state is State.ACCEPTED
    case.do(c.ReportResult, STRANGER, **DONE)
    assert (case.request.state, case.request.callback_due_at) == (State.IN_PROGRESS, None)
    case.do(c.ReportResult, OFFICER, **DONE)
    assert case.request.state is State.RESOLVED
    assert case.request.callback_due_at == later(hours=24)


def test_a_refusal_beside_a_result_comes_back_to_us() -> None:
    case = Case().forwarded("evn", "so-xd")
    case.do(c.RefuseAssignment, STRANGER, reason="x")
    case.do(c.ReportResult, OFFICER, **DONE)
    assert (case.request.state, case.request.callback_due_at) == (State.REFUSED, None)
    case.do(c.ForwardRequest, agency="ward-1")
    assert case.request.state is State.FORWARDED


# --- forwarding


def test_forwarding_that_cannot_be() -> None:
    case = Case().forwarded()
    refused("already_assigned", lambda: case.do(c.ForwardRequest, agency="evn"))
    refused("unknown_agency", lambda: case.do(c.ForwardRequest, agency="x"), InputError)
    refused("wrong_state", lambda: Case().resolved().do(c.ForwardRequest, agency="so-xd"))
    nowhere = Case()
    nowhere.events = nowhere.events[:0]
    nowhere.add(received(service_code="bus.skipped"))
    refused("no_route", lambda: nowhere.do(c.ForwardRequest))


def test_the_reason_of_a_person_comes_before_the_rules() -> None:
    case = Case()
    case.do(c.ForwardRequest, reason="gấp")
    fact = case.events[-1].fact
    assert isinstance(fact, e.RequestForwarded)
    assert (fact.reason, fact.rule) == ("gấp", "light")


def test_forwarding_ends_the_wait_for_an_answer() -> None:
    case = Case()
    case.do(c.AskInfo, reason="ở đâu?")
    request = case.wait(hours=2).do(c.ForwardRequest, agency="evn")
    assert request.state is State.FORWARDED
    assert (request.pauses[0].until, request.info_expires_at) == (later(hours=2), None)


# --- extension


def test_asked_and_granted() -> None:
    case = Case().forwarded()
    asked = {"reason": "chờ vật tư", "committed_at": later(days=3)}
    request = case.do(c.AskExtension, OFFICER, **asked)
    assert (request.state, request.assignments[0].asked_at) == (State.ACCEPTED, later(days=3))
    refused("role_may_not", lambda: case.do(c.GrantExtension, OFFICER))
    request = case.do(c.GrantExtension, SUPERVISOR)
    (mine,) = request.assignments
    assert (request.state, mine.committed_at, mine.asked_at) == (
        State.EXTENDED,
        later(days=3),
        None,
    )
    assert (mine.due_at, request.due_at) == (later(hours=8), later(days=3))
    assert case.do(c.StartWork, OFFICER).state is State.IN_PROGRESS


def test_photos_of_a_wish_stay_beside_those_of_the_result() -> None:
    case = Case().forwarded()
    asked = {"reason": "chờ vật tư", "committed_at": later(days=3)}
    request = case.do(c.AskExtension, OFFICER, **asked, photos=("p", "q", "p"))
    assert (request.assignments[0].photos, request.photos) == (("p", "q"), ("p", "q"))
    case.do(c.AskExtension, OFFICER, **asked | {"committed_at": later(days=4)}, photos=("r",))
    assert case.do(c.GrantExtension, SUPERVISOR).photos == ("p", "q", "r")
    done = case.do(c.ReportResult, OFFICER, **DONE)
    assert done.assignments[0].photos == ("a", "p", "q", "r"), "the result's come first"


def test_a_wish_may_not_bring_more_photos_than_a_result() -> None:
    case = Case().forwarded()
    asked = {"reason": "x", "committed_at": later(days=1), "photos": tuple("abcdefghijk")}
    refused("too_many", lambda: case.do(c.AskExtension, OFFICER, **asked))


def test_a_wish_without_photos_is_written_and_read_as_before() -> None:
    case = Case().forwarded()
    case.do(c.AskExtension, OFFICER, reason="x", committed_at=later(days=1))
    body = fact_body(case.events[-1].fact)
    assert set(body) == {"agency", "reason", "committed_at"}
    assert fact_of("extension_asked", body) == case.events[-1].fact


def test_who_is_silent_too_long_owes_a_report() -> None:
    case = Case().forwarded()

    def owes(days: int) -> bool:
        (mine,) = case.request.assignments
        return owes_progress(mine, CLOCKS, CALENDAR, later(days=days))

    # Given on a Tuesday of a week whose Saturday is worked, so the fifth whole day is the Monday.
    assert [owes(days) for days in (0, 6, 7)] == [False, False, True]
    case.do(c.AcceptAssignment, OFFICER)
    assert owes(7), "to have taken it is no report"
    case.do(c.AskExtension, OFFICER, reason="x", committed_at=later(days=20))
    assert not owes(7)
    case.do(c.GrantExtension, SUPERVISOR)
    assert not owes(7)


def test_who_reported_a_result_is_not_silent_even_when_it_was_not_enough() -> None:
    case = Case().forwarded()
    done = case.do(c.ReportResult, OFFICER, **DONE)
    assert not owes_progress(done.assignments[0], CLOCKS, CALENDAR, later(days=30))
    again = case.do(c.ReopenRequest, SUPERVISOR, reason="vẫn tối")
    assert again.assignments[0].is_open
    assert not owes_progress(again.assignments[0], CLOCKS, CALENDAR, later(days=30))


def test_dates_must_lie_ahead() -> None:
    case = Case().forwarded()
    for hours in (7, 8):  # before, and at, the date that counts
        early = {"reason": "x", "committed_at": later(hours=hours)}
        refused("date_not_later", lambda: case.do(c.AskExtension, OFFICER, **early))  # noqa: B023
    past = {"reason": "x", "committed_at": later(hours=-1)}
    refused("date_not_later", lambda: case.do(c.AskExtension, OFFICER, **past))
    refused(
        "reason_needed",
        lambda: case.do(c.AskExtension, OFFICER, reason="", committed_at=later(days=1)),
    )
    refused("extension_not_asked", lambda: case.do(c.GrantExtension, SUPERVISOR))
    refused(
        "date_not_later", lambda: case.do(c.GrantExtension, SUPERVISOR, committed_at=later(hours=1))
    )
    case.do(c.AskExtension, OFFICER, reason="x", committed_at=later(days=1))
    for _day in range(2):  # at the date that was asked for, and after it
        case.wait(days=1)
        refused("date_not_later", lambda: case.do(c.GrantExtension, SUPERVISOR))
    request = case.do(c.GrantExtension, ADMINISTRATOR, committed_at=later(days=3))
    assert request.assignments[0].committed_at == later(days=3)


def test_the_one_that_was_asked_for_is_granted_among_several() -> None:
    case = Case().forwarded("evn", "so-xd")
    case.do(c.AskExtension, OFFICER, reason="x", committed_at=later(days=1))
    request = case.do(c.GrantExtension, SUPERVISOR)
    assert evn(request) is AssignmentState.EXTENDED


# --- result


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("photo_or_reason", {"photos": ()}),
        ("photo_or_reason", {"photos": (), "no_photo_reason": " "}),
        ("text_needed", {"text": ""}),
        ("unknown_resolution", {"resolution_code": "magic"}),
        ("unknown_resolution", {"resolution_code": ""}),
        ("too_many", {"photos": tuple("abcdefghijk")}),
    ],
)
def test_results_that_do_not_count(code: str, values: dict[str, Any]) -> None:
    case = Case().forwarded()
    refused(code, lambda: case.do(c.ReportResult, OFFICER, **(DONE | values)))


def test_no_photo_with_a_reason() -> None:
    case = Case().forwarded()
    done = DONE | {"photos": (), "no_photo_reason": "trời tối"}
    assert case.do(c.ReportResult, OFFICER, **done).state is State.RESOLVED
