"""Telling the citizen, closing, reopening; and the callback list that leads there."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from console.domain.requests import callback
from console.domain.requests import commands as c
from console.domain.requests import events as e
from console.domain.requests.callback import NextStep
from console.domain.states import Channel, DeliveryState, Outcome, Purpose, State, Verdict
from tests.unit.domain.build import NOW, OFFICER, OPERATOR, SUPERVISOR, SYSTEM, Case, later
from tests.unit.domain.requests.test_decide import refused


def call(case: Case, outcome: Outcome = Outcome.NO_ANSWER, **more: Any) -> None:
    case.wait(minutes=10).do(c.RecordOutreach, outcome=outcome, **more)


def write(case: Case, purpose: Purpose, state: DeliveryState | None = None) -> None:
    sms = uuid4()
    case.add(e.MessageQueued(outreach_id=sms, channel=Channel.SMS, purpose=purpose, text="…"))
    if state is not None:
        case.add(e.MessageDelivered(outreach_id=sms, state=state))


def step(case: Case) -> NextStep:
    return callback.next_step(case.request, 3)


def test_told_and_closed() -> None:
    case = Case().resolved()
    assert step(case) is NextStep.CALL
    assert [r.name for r in callback.reporters_to_tell(case.request)] == ["Ba"]
    refused("not_told_yet", lambda: case.do(c.CloseRequest))
    call(case, Outcome.REACHED, verdict=Verdict.SATISFIED, text="cảm ơn")
    assert step(case) is NextStep.CLOSE
    assert callback.reporters_to_tell(case.request) == ()
    request = case.do(c.CloseRequest)
    assert (request.state, request.verdict) == (State.CLOSED, Verdict.SATISFIED)
    assert request.closed_at == case.at
    assert step(case) is NextStep.NOTHING


def test_three_failed_calls_to_a_landline_need_no_message_that_nobody_could_read() -> None:
    case = Case().resolved(phone="+842838291022")
    for _ in range(3):
        call(case)
    assert step(case) is NextStep.CLOSE
    assert case.do(c.CloseRequest).state is State.CLOSED


def test_three_failed_calls_and_a_message() -> None:
    case = Case().resolved()
    for left in (2, 1):
        call(case)
        assert callback.attempts_left(case.request, 3) == left
        refused("attempts_left", lambda: case.do(c.CloseRequest))
    call(case, Outcome.BUSY)
    assert step(case) is NextStep.MESSAGE
    refused("message_needed", lambda: case.do(c.CloseRequest))
    write(case, Purpose.RESULT)  # not the message that we could not reach them
    refused("message_needed", lambda: case.do(c.CloseRequest))
    write(case, Purpose.UNREACHABLE)
    assert step(case) is NextStep.CLOSE
    request = case.do(c.CloseRequest)
    closed = case.events[-1].fact
    assert isinstance(closed, e.RequestClosed)
    assert (request.state, request.verdict, closed.reason) == (State.CLOSED, None, "unreachable")


def test_closed_without_fixing_is_not_possible() -> None:
    case = Case().resolved()
    call(case, Outcome.REACHED, verdict=Verdict.NOT_SATISFIED)
    assert step(case) is NextStep.REOPEN
    refused("citizen_not_satisfied", lambda: case.do(c.CloseRequest))
    refused("citizen_not_satisfied", lambda: case.do(c.CloseRequest, verdict=Verdict.SATISFIED))
    refused("citizen_not_satisfied", lambda: case.do(c.CloseRequest, SUPERVISOR))
    request = case.do(c.ReopenRequest, reason="đèn vẫn tắt")
    assert (request.state, request.reopened) == (State.REOPENED, 1)
    assert request.due_at == later(hours=8)  # the clock goes on


def test_a_supervisor_settles_with_a_reason() -> None:
    case = Case().resolved()
    call(case, Outcome.REACHED, verdict=Verdict.NOT_SATISFIED)
    assert case.do(c.CloseRequest, SUPERVISOR, reason="đã kiểm tra").state is State.CLOSED


def test_the_verdict_may_come_with_the_closing() -> None:
    case = Case().resolved()
    call(case, Outcome.REACHED)
    assert case.do(c.CloseRequest, verdict=Verdict.NO_OPINION).verdict is Verdict.NO_OPINION


def test_what_was_told_of_the_first_result_does_not_count_for_the_second() -> None:
    case = Case().resolved()
    call(case, Outcome.REACHED, verdict=Verdict.NOT_SATISFIED)
    write(case, Purpose.UNREACHABLE)
    case.do(c.ReopenRequest, reason="x")
    case.wait(hours=1)
    case.do(c.ReportResult, OFFICER, resolution_code="fixed", text="Lần 2", photos=("b",))
    assert (callback.reached(case.request), callback.verdict_of(case.request)) == (None, None)
    refused("not_told_yet", lambda: case.do(c.CloseRequest))
    assert callback.result_text(case.request) == "Lần 2"


def test_who_left_only_an_address_is_told_in_writing() -> None:
    case = Case(e.ReporterRecorded(channel=Channel.EMAIL, email="a@b.vn")).forwarded()
    case.do(c.ReportResult, OFFICER, resolution_code="fixed", text="Xong", photos=("a",))
    assert step(case) is NextStep.MESSAGE
    refused("not_told_yet", lambda: case.do(c.CloseRequest))
    write(case, Purpose.RESULT, DeliveryState.FAILED)
    refused("not_told_yet", lambda: case.do(c.CloseRequest))
    write(case, Purpose.RESULT, DeliveryState.SENT)
    assert step(case) is NextStep.CLOSE
    assert case.do(c.CloseRequest, SYSTEM).state is State.CLOSED


def test_who_left_nothing_cannot_be_told() -> None:
    case = Case().forwarded()
    case.do(c.ReportResult, OFFICER, resolution_code="fixed", text="Xong", photos=("a",))
    assert step(case) is NextStep.CLOSE
    case.do(c.CloseRequest)
    fact = case.events[-1].fact
    assert isinstance(fact, e.RequestClosed)
    assert fact.reason == "nobody_to_tell"


def test_several_reporters() -> None:
    ids: list[UUID | None] = [uuid4(), uuid4(), None]
    people = [
        e.ReporterRecorded(
            channel=Channel.VOICE, contact_id=i, name=str(n), phone=f"+8490312345{n}"
        )
        for n, i in enumerate(ids)
    ]
    case = Case(*people).forwarded()
    assert callback.reporters_to_tell(case.request) == ()
    case.wait(hours=1)
    case.do(c.ReportResult, OFFICER, resolution_code="fixed", text="Xong", photos=("a",))

    def names() -> list[str | None]:
        return [r.name for r in callback.reporters_to_tell(case.request)]

    assert names() == ["0", "1", "2"]
    call(case, Outcome.REACHED, contact_id=ids[1])
    assert names() == ["0", "2"]
    call(case, Outcome.REACHED)  # without naming the reporter: the first
    assert names() == ["2"]
    refused(
        "not_a_reporter",
        lambda: case.do(c.RecordOutreach, outcome=Outcome.BUSY, contact_id=uuid4()),
    )


def test_a_verdict_needs_somebody_who_gave_it() -> None:
    case = Case().resolved()
    refused(
        "verdict_without_reach",
        lambda: case.do(c.RecordOutreach, outcome=Outcome.BUSY, verdict=Verdict.SATISFIED),
    )


@pytest.mark.parametrize("state", ["received", "forwarded", "closed"])
def test_closing_out_of_turn(state: str) -> None:
    case = Case()
    if state != "received":
        case = Case().resolved() if state == "closed" else case.forwarded()
    if state == "closed":
        call(case, Outcome.REACHED)
        case.do(c.CloseRequest)
    refused("wrong_state", lambda: case.do(c.CloseRequest))


# --- nobody answered our question


def test_an_unanswered_question_closes_itself_when_its_time_is_over() -> None:
    case = Case()
    case.do(c.AskInfo, reason="ở đâu?")
    case.at = later(hours=71)
    refused("wrong_state", lambda: case.do(c.CloseRequest, SYSTEM))
    case.at = later(hours=72)
    refused("wrong_state", lambda: case.do(c.CloseRequest, OPERATOR))
    request = case.do(c.CloseRequest, SYSTEM)
    fact = case.events[-1].fact
    assert isinstance(fact, e.RequestClosed)
    assert (request.state, fact.reason) == (State.CLOSED, "need_info_expired")
    assert (request.info_expires_at, request.pauses[0].until) == (None, later(hours=72))
    assert case.do(c.ReopenRequest, reason="dân gọi lại").state is State.REOPENED
    assert case.forwarded().request.state is State.FORWARDED


# --- reopening


def closed_case() -> Case:
    case = Case().resolved()
    call(case, Outcome.REACHED, verdict=Verdict.SATISFIED)
    case.do(c.CloseRequest)
    return case


def test_reopened_within_thirty_days() -> None:
    case = closed_case().wait(days=30)
    refused("reason_needed", lambda: case.do(c.ReopenRequest, reason=""))
    request = case.do(c.ReopenRequest, reason="lại tắt")
    assert (request.state, request.verdict, request.closed_at) == (State.REOPENED, None, None)
    assert request.assignments[0].is_open
    assert case.do(c.AcceptAssignment, OFFICER).state is State.ACCEPTED
    refused("wrong_state", lambda: case.do(c.ReopenRequest, reason="x"))


def test_too_late() -> None:
    case = closed_case().wait(days=30, seconds=1)
    refused("too_late_to_reopen", lambda: case.do(c.ReopenRequest, reason="x"))


def end(case: Case, how: str, at: datetime = NOW) -> Case:
    case.at = at
    if how == "merged":
        case.add(e.RequestMerged(parent_id=uuid4(), parent_number="26001001233"))
    else:
        kind = {"rejected": c.RejectRequest, "cancelled": c.CancelRequest}[how]
        case.do(kind, SUPERVISOR, reason="x")
    return case


@pytest.mark.parametrize("how", ["rejected", "cancelled", "merged"])
def test_what_we_ended_ourselves_a_supervisor_takes_back(how: str) -> None:
    case = end(Case(), how)
    refused("supervisor_must_reopen", lambda: case.do(c.ReopenRequest, reason="x"))
    request = case.do(c.ReopenRequest, SUPERVISOR, reason="nhầm")
    assert (request.state, request.parent_id, request.closed_at) == (State.REOPENED, None, None)


# --- told in writing


@pytest.mark.parametrize("channel", [Channel.FACEBOOK, Channel.ZALO, Channel.APP, Channel.PORTAL])
def test_who_wrote_at_an_account_is_told_there(channel: Channel) -> None:
    who = e.ReporterRecorded(channel=channel, contact_id=uuid4(), name="Bé")
    case = Case(who).forwarded()
    assert callback.reporters_to_write(case.request) == ()
    case.wait(hours=1)
    case.do(c.ReportResult, OFFICER, resolution_code="fixed", text="Xong", photos=("a",))
    assert [r.name for r in callback.reporters_to_write(case.request)] == ["Bé"]
    assert step(case) is NextStep.MESSAGE
    refused("not_told_yet", lambda: case.do(c.CloseRequest))
    write(case, Purpose.RESULT)
    assert callback.reporters_to_write(case.request) == (), "once"
    refused("not_told_yet", lambda: case.do(c.CloseRequest))
    write(case, Purpose.RESULT, DeliveryState.DELIVERED)
    assert step(case) is NextStep.CLOSE
    case.do(c.CloseRequest)
    fact = case.events[-1].fact
    assert isinstance(fact, e.RequestClosed)
    assert fact.reason == "told_in_writing"


def test_an_account_that_takes_no_messages_is_not_to_be_reached() -> None:
    who = e.ReporterRecorded(channel=Channel.FACEBOOK, contact_id=uuid4())
    case = Case(who).forwarded()
    case.wait(hours=1)
    case.do(c.ReportResult, OFFICER, resolution_code="fixed", text="Xong", photos=("a",))
    write(case, Purpose.RESULT, DeliveryState.FAILED)
    assert step(case) is NextStep.MESSAGE
    refused("not_told_yet", lambda: case.do(c.CloseRequest))
    write(case, Purpose.RESULT, DeliveryState.FAILED)
    assert step(case) is NextStep.CLOSE
    case.do(c.CloseRequest)
    fact = case.events[-1].fact
    assert isinstance(fact, e.RequestClosed)
    assert fact.reason == "unreachable"


def test_who_wrote_and_left_a_number_is_written_to_and_called() -> None:
    who = e.ReporterRecorded(channel=Channel.SMS, contact_id=uuid4(), phone="+84903123456")
    case = Case(who).forwarded()
    case.wait(hours=1)
    case.do(c.ReportResult, OFFICER, resolution_code="fixed", text="Xong", photos=("a",))
    assert len(callback.reporters_to_write(case.request)) == 1
    write(case, Purpose.RESULT, DeliveryState.DELIVERED)
    assert step(case) is NextStep.CALL
    voice = Case().resolved()
    assert callback.reporters_to_write(voice.request) == ()
