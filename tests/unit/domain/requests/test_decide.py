"""The switchboard's own steps, and who may send what."""

import math
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from console.domain.actors import Actor
from console.domain.errors import ConflictError, ConsoleError, InputError, RefusedError
from console.domain.requests import commands as c
from console.domain.requests import events as e
from console.domain.requests.decide import permissions
from console.domain.requests.decide.permissions import WHO_MAY
from console.domain.requests.decide.request import NOT_JUDGED, decide, reporters_for_parent
from console.domain.requests.decide.rules import Rules
from console.domain.requests.request import Reporter
from console.domain.states import Channel, Priority, Role, State
from tests.unit.domain.build import (
    ADMINISTRATOR,
    AUDITOR,
    CATALOGUE,
    NOW,
    OFFICER,
    OPERATOR,
    STRANGER,
    SUPERVISOR,
    SYSTEM,
    Case,
    later,
)


def refused(code: str, work: Callable[[], object], kind: type[ConsoleError] = RefusedError) -> None:
    """`work` is refused with this code."""
    with pytest.raises(kind) as info:
        work()
    assert info.value.code == code


def log(actor: Actor = OPERATOR, **values: Any) -> tuple[e.Fact, ...]:
    """What `LogRequest` of a dark lamp gives."""
    filled: dict[str, Any] = {
        "service_code": "light.off",
        "description": "Đèn tắt",
        "phone": "0903 123 456",
    }
    command = c.LogRequest(**(filled | values))
    return decide(command, None, actor, Rules.of(CATALOGUE, NOW, number="26001001233"))


# --- every command


def commands() -> list[type[c.Command]]:
    bases = (c.Command, c.RequestCommand, c.AssignmentCommand)
    return [
        k
        for k in vars(c).values()
        if isinstance(k, type) and issubclass(k, c.Command) and k not in bases
    ]


def test_every_command_is_judged_or_explicitly_not() -> None:
    assert set(commands()) == set(WHO_MAY) | NOT_JUDGED
    assert not set(WHO_MAY) & NOT_JUDGED


def test_a_command_that_is_no_step_of_a_request_is_a_bug() -> None:
    command = c.DiscardDraft(draft_id=uuid4())
    with pytest.raises(TypeError):
        decide(command, None, OPERATOR, Rules.of(CATALOGUE, NOW))


def test_a_judged_command_without_a_line_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    class Invented(c.RequestCommand):
        pass

    monkeypatch.setitem(permissions.WHO_MAY, Invented, frozenset({Role.OPERATOR}))
    case = Case()
    with pytest.raises(TypeError):
        case.decide(Invented(request_id=case.id))


SAMPLES: dict[type[c.Command], dict[str, Any]] = {
    c.RefuseAssignment: {"reason": "x"},
    c.AskExtension: {"reason": "x", "committed_at": later(days=9)},
    c.GrantExtension: {"committed_at": later(days=9)},
    c.ReportResult: {"resolution_code": "fixed", "text": "x", "no_photo_reason": "x"},
    c.RecordOutreach: {"outcome": "busy"},
    c.ReopenRequest: {"reason": "x"},
    c.StepBack: {"event_id": UUID(int=7), "reason": "x"},
    c.PublishRequest: {"text": "x"},
    c.UnpublishRequest: {"reason": "x"},
    c.MergeRequest: {"parent_id": uuid4()},
    c.RejectRequest: {"reason": "x"},
    c.CancelRequest: {"reason": "x"},
    c.AskInfo: {"reason": "x"},
    c.AddNote: {"text": "x"},
    c.ChangeFields: {"changes": ()},
    c.AttachMedia: {"media": ("a",)},
}


@pytest.mark.parametrize("kind", [k for k in WHO_MAY if k is not c.LogRequest])
@pytest.mark.parametrize("actor", [OPERATOR, SUPERVISOR, ADMINISTRATOR, AUDITOR, SYSTEM, OFFICER])
def test_the_role_is_asked_before_anything_else(kind: type[c.Command], actor: Actor) -> None:
    case = Case().forwarded()
    command = kind(request_id=case.id, **SAMPLES.get(kind, {}))  # type: ignore[call-arg,unused-ignore]
    code = ""
    try:
        case.decide(command, actor)
    except ConsoleError as error:
        code = error.code
    assert (code == "role_may_not") is (actor.role not in WHO_MAY[kind])


def test_an_auditor_may_do_nothing() -> None:
    assert not [k for k, roles in WHO_MAY.items() if Role.AUDITOR in roles]


def test_a_step_on_nothing() -> None:
    command = c.AddNote(request_id=uuid4(), text="a")
    refused("no_such_request", lambda: decide(command, None, OPERATOR, Rules.of(CATALOGUE, NOW)))


# --- logging


def test_a_sure_rule_forwards_at_once() -> None:
    received, reporter, forwarded = log()
    assert isinstance(received, e.RequestReceived)
    assert (received.number, received.priority) == ("26001001233", Priority.NORMAL)
    assert received.forward_due_at == later(minutes=5)
    assert reporter == e.ReporterRecorded(channel=Channel.VOICE, phone="+84903123456")
    assert forwarded == e.RequestForwarded(
        agency="evn",
        due_at=later(hours=8),
        acknowledge_due_at=later(hours=2),
        reason="chiếu sáng",
        rule="light",
        norm="light.off@2013-04-01",
    )


def test_an_unsure_rule_or_a_wish_to_wait_leaves_it_received() -> None:
    assert len(log(service_code="roads.pothole", ward_code="w1")) == 2
    assert len(log(service_code="bus.skipped")) == 2
    assert len(log(forward=False)) == 2


def test_the_operators_choice_needs_no_rule() -> None:
    *_, forwarded = log(agency="so-xd")
    assert isinstance(forwarded, e.RequestForwarded)
    assert (forwarded.agency, forwarded.rule) == ("so-xd", None)
    assert len(log(agency="so-xd", forward=False)) == 2


def test_danger_raises_the_priority_and_shortens_the_clock() -> None:
    received, _, forwarded = log(service_code="roads.pothole", danger=("fell",), agency="so-xd")
    assert isinstance(received, e.RequestReceived)
    assert isinstance(forwarded, e.RequestForwarded)
    assert (received.priority, forwarded.due_at) == (Priority.URGENT, later(hours=6))
    high = log(service_code="roads.pothole", priority=Priority.HIGH, danger=("unheard",))[0]
    assert isinstance(high, e.RequestReceived)
    assert high.priority is Priority.HIGH


def test_values_are_cleaned_and_nobody_reports_from_the_future() -> None:
    received = log(
        description=" tối\x00 quá\u202e ",
        address_string=" 66/1 Đồng Tâm ",
        attributes=(("plate", " 51B "), ("stop", " ")),
        requested_at=later(days=1),
        media=("a", "a"),
    )[0]
    assert isinstance(received, e.RequestReceived)
    assert received.description == "tối quá"
    assert received.address_string == "66/1 Đồng Tâm"
    assert received.attributes == (("plate", "51B"),)
    assert (received.requested_at, received.media) == (NOW, ("a",))


def test_a_caller_without_a_number_is_still_a_report() -> None:
    assert [type(f) for f in log(phone="<unknown>")] == [e.RequestReceived, e.RequestForwarded]
    named = log(phone=None, reporter_name=" Bà  Ba ", consent=True)[1]
    assert named == e.ReporterRecorded(channel=Channel.VOICE, name="Bà Ba", consent=True)


@pytest.mark.parametrize(
    ("code", "kind", "values"),
    [
        ("unknown_service", InputError, {"service_code": "x"}),
        ("unknown_agency", InputError, {"agency": "x"}),
        ("unknown_agency", InputError, {"agency": "x", "forward": False}),
        ("not_a_phone", InputError, {"phone": "0903 12"}),
        ("impossible_coordinates", InputError, {"lat": 91.0, "long": 106.0}),
        ("impossible_coordinates", InputError, {"lat": 10.0}),
        ("impossible_coordinates", InputError, {"lat": math.nan, "long": 106.0}),
        ("text_needed", RefusedError, {"description": " \u200b\n"}),
        ("text_too_long", RefusedError, {"description": "a" * 4001}),
        ("too_many", RefusedError, {"media": tuple("abcdefghijk")}),
    ],
)
def test_what_cannot_be_logged(code: str, kind: type[ConsoleError], values: dict[str, Any]) -> None:
    refused(code, lambda: log(**values), kind)


def test_as_many_files_as_there_may_be() -> None:
    received = log(media=tuple("abcdefghij"))[0]
    assert isinstance(received, e.RequestReceived)
    assert len(received.media) == 10


def test_logging_twice() -> None:
    case = Case()
    command = c.LogRequest(request_id=case.id, service_code="light.off", description="x")
    refused("already_logged", lambda: case.decide(command))


# --- reject, cancel, ask, note


def test_reject_needs_a_reason_and_a_request_that_no_agency_has() -> None:
    case = Case()
    refused("reason_needed", lambda: case.do(c.RejectRequest, reason=" "))
    refused("text_too_long", lambda: case.do(c.RejectRequest, reason="a" * 1001))
    request = case.do(c.RejectRequest, reason="không thuộc 1022")
    assert (request.state, request.status_notes) == (State.REJECTED, "không thuộc 1022")
    refused("wrong_state", lambda: Case().forwarded().do(c.RejectRequest, reason="x"))


def test_a_reopened_request_that_the_agency_has_cannot_be_rejected() -> None:
    case = Case().resolved()
    assert case.do(c.ReopenRequest, reason="còn tối").state is State.REOPENED
    refused("wrong_state", lambda: case.do(c.RejectRequest, reason="x"))


def test_cancel_is_the_supervisors() -> None:
    case = Case().forwarded()
    refused("role_may_not", lambda: case.do(c.CancelRequest, reason="x"))
    assert case.do(c.CancelRequest, SUPERVISOR, reason="diễn tập").state is State.CANCELLED
    refused("wrong_state", lambda: case.do(c.CancelRequest, SUPERVISOR, reason="x"))


def test_asking_pauses_and_the_answer_goes_on() -> None:
    case = Case()
    request = case.do(c.AskInfo, reason="số nhà?")
    assert (request.state, request.info_expires_at) == (State.NEED_INFO, later(hours=72))
    refused("wrong_state", lambda: case.do(c.AskInfo, reason="x"))
    refused("text_needed", lambda: case.do(c.AddNote, text="", answers=True))
    request = case.wait(hours=1).do(c.AddNote, text="66/1", answers=True)
    assert request.state is State.RECEIVED
    assert [(p.since, p.until) for p in request.pauses] == [(NOW, later(hours=1))]
    refused("wrong_state", lambda: case.do(c.AddNote, text="x", answers=True))


def test_notes_and_photos_of_officers_on_their_own_cases_only() -> None:
    case = Case().forwarded()
    case.do(c.AddNote, OFFICER, text="đang kiểm tra")
    assert case.do(c.AttachMedia, OFFICER, media=("a", "b")).media == ("a", "b")
    case.do(c.AttachMedia, OFFICER, media=("b", "c"))
    assert case.request.media == ("a", "b", "c")
    assert case.decide(c.AttachMedia(request_id=case.id, media=("a",))) == ()
    refused("not_your_agency", lambda: case.do(c.AddNote, STRANGER, text="x"))
    refused("not_your_agency", lambda: case.do(c.AttachMedia, STRANGER, media=("x",)))
    refused("role_may_not", lambda: case.do(c.AddNote, OFFICER, text="x", answers=True))
    nobody = Actor("x", Role.OFFICER)
    refused("not_your_agency", lambda: case.do(c.AddNote, nobody, text="x"))


# --- merge and join


def test_merge_into_an_open_parent() -> None:
    parent, case = Case(), Case()
    command = c.MergeRequest(request_id=case.id, parent_id=parent.id)
    facts = case.decide(command, parent=parent.request)
    request = case.add(*facts)
    assert (request.state, request.parent_id) == (State.MERGED, parent.id)
    assert request.parent_number == "26001001233"
    refused("already_merged", lambda: case.decide(command, parent=parent.request))


def test_merges_that_cannot_be() -> None:
    case, closed = Case(), Case()
    closed.do(c.CancelRequest, SUPERVISOR, reason="x")

    def into(parent_id: UUID) -> c.MergeRequest:
        return c.MergeRequest(request_id=case.id, parent_id=parent_id)

    refused("no_such_request", lambda: case.decide(into(uuid4())))
    refused("no_such_request", lambda: case.decide(into(uuid4()), parent=closed.request))
    refused("merge_into_itself", lambda: case.decide(into(case.id), parent=case.request))
    refused("parent_not_open", lambda: case.decide(into(closed.id), parent=closed.request))
    refused(
        "wrong_state",
        lambda: closed.decide(
            c.MergeRequest(request_id=closed.id, parent_id=case.id), parent=case.request
        ),
    )


def test_no_circle_of_merges() -> None:
    a, b = Case(), Case()
    b.add(*b.decide(c.MergeRequest(request_id=b.id, parent_id=a.id), parent=a.request))
    back = c.MergeRequest(request_id=a.id, parent_id=b.id)
    refused("parent_not_open", lambda: a.decide(back, parent=b.request))


def test_the_childs_reporters_go_to_the_parent_once() -> None:
    child, parent = Case(), Case()
    for case, phones in (
        (child, ("+84903123456", "+84903123457", None)),
        (parent, ("+84903123456",)),
    ):
        case.add(*(e.ReporterRecorded(channel=Channel.SMS, phone=p, name="Ba") for p in phones))
    moved = reporters_for_parent(child.request, parent.request)
    assert [m.phone for m in moved] == ["+84903123457", None]


def test_one_more_caller_joins() -> None:
    case = Case().forwarded()
    request = case.do(c.JoinCaller, phone="0903 123 456", text="vẫn tối")
    assert request.reporters == (Reporter(None, None, "+84903123456", None, Channel.VOICE),)
    assert len(case.events) == 4
    case.do(c.JoinCaller, email="a@b.vn", channel=Channel.EMAIL)
    refused("reporter_needed", lambda: case.do(c.JoinCaller))
    case.do(c.CancelRequest, SUPERVISOR, reason="x")
    refused("wrong_state", lambda: case.do(c.JoinCaller, phone="0903 123 456"))


# --- fields


def change(case: Case, *changes: tuple[str, object, object], actor: Actor = OPERATOR) -> object:
    return case.do(c.ChangeFields, actor, changes=changes)


def test_changed_fields() -> None:
    case = Case()
    change(
        case,
        ("priority", "normal", "high"),
        ("address_string", "", " 66/1 Đồng Tâm "),
        ("lat", None, 10),
        ("long", None, 106.5),
        ("service_code", "light.off", "roads.pothole"),
        ("description", "Đèn đường tắt", "Ổ gà"),
    )
    request = case.request
    assert request.priority is Priority.HIGH
    assert (request.address_string, request.lat, request.long) == ("66/1 Đồng Tâm", 10.0, 106.5)
    assert (request.service_code, request.description) == ("roads.pothole", "Ổ gà")
    change(case, ("address_string", "66/1 Đồng Tâm", ""))
    assert case.request.address_string is None
    assert case.request.conflicts == ()


def test_the_value_that_stands_may_be_chosen_while_it_is_disputed() -> None:
    case = Case()
    case.add(e.FieldsChanged(set={"description": "a"}, old={"description": "Đèn đường tắt"}))
    case.add(e.FieldsChanged(set={"description": "b"}, old={"description": "Đèn đường tắt"}))
    stands = case.request.description
    assert len(case.request.disputes) == 1
    change(case, ("description", stands, stands))
    assert case.request.description == stands
    assert case.request.conflicts == ()


def test_no_change_is_no_event() -> None:
    case = Case()
    same = ("description", "cũ", "Đèn đường tắt")
    assert case.decide(c.ChangeFields(request_id=case.id, changes=(same,))) == ()


def test_what_another_changed_meanwhile_is_a_conflict() -> None:
    case = Case()
    with pytest.raises(ConflictError) as info:
        change(case, ("description", "như trước", "mới"))
    assert info.value.params == {
        "field": "description",
        "theirs": "Đèn đường tắt",
        "yours": "mới",
    }


@pytest.mark.parametrize(
    ("code", "kind", "changed"),
    [
        ("unknown_field", InputError, ("state", None, "closed")),
        ("unknown_service", InputError, ("service_code", "light.off", "x")),
        ("bad_value", InputError, ("priority", "normal", "terrible")),
        ("bad_value", InputError, ("description", "", 5)),
        ("bad_value", InputError, ("address", None, 5)),
        ("impossible_coordinates", InputError, ("lat", None, 95.0)),
        ("impossible_coordinates", InputError, ("lat", None, 10.0)),
        ("impossible_coordinates", InputError, ("long", None, math.inf)),
        ("impossible_coordinates", InputError, ("long", None, "106")),
        ("impossible_coordinates", InputError, ("long", None, True)),
        ("text_needed", RefusedError, ("description", "Đèn đường tắt", "")),
    ],
)
def test_fields_that_cannot_be(
    code: str, kind: type[ConsoleError], changed: tuple[str, object, object]
) -> None:
    refused(code, lambda: change(Case(), changed), kind)


def test_the_geocoder_never_overwrites_what_was_said() -> None:
    case = Case()
    change(case, ("address", None, "66/1 Đồng Tâm, xã Xuân Thới Sơn"), actor=SYSTEM)
    refused("role_may_not", lambda: change(case, ("address_string", None, "khác"), actor=SYSTEM))


def test_fields_of_a_closed_request_are_the_supervisors() -> None:
    case = Case()
    case.do(c.RejectRequest, reason="x")
    refused("wrong_state", lambda: change(case, ("address", None, "x")))
    change(case, ("address", None, "x"), actor=SUPERVISOR)
    assert case.request.address == "x"
