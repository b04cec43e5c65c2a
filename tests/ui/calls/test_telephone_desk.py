"""The seat as a telephone desk: several calls, consultation, conference, queue, operators,
claims.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from console.domain.live_events import CallTaken
from console.services.calls.tracking import CallKeeper
from console.services.desk import Desk
from console.services.people.actors import actor_for
from console.services.ports.telephony import Reply
from console.ui.calls.presenter import CallPresenter, CallView
from console.ui.runtime import tasks
from tests.conftest import StoppedClock
from tests.ui.calls.test_presenter import ME, Told, step
from tests.ui.line import WHOLE, ToldLine


class SharingToldLine(ToldLine):
    """A line whose exchange passes messages between seats."""

    def __init__(self) -> None:
        super().__init__(WHOLE)
        self.shared: list[tuple[str, str, str]] = []

    async def share(self, taken: CallTaken) -> Reply:
        self.shared.append((taken.kind, taken.call_id, taken.person))
        return Reply(True)


@pytest.fixture
def line() -> SharingToldLine:
    return SharingToldLine()


@pytest.fixture
def calls(desk: Desk, line: ToldLine) -> Iterator[CallPresenter]:
    desk.telephony = line
    made = CallPresenter(desk, ME)
    yield made
    made.close()


def now(calls: CallPresenter) -> CallView:
    view = calls.current
    assert view is not None
    return view


async def test_a_colleague_is_asked_and_only_the_exchange_says_so(
    desk: Desk, calls: CallPresenter, line: ToldLine
) -> None:
    step(desk, "answered", operator=ME)
    calls.consult("102")
    await tasks.settle()
    assert line.asked == [("consult", "c1", "102")]
    assert now(calls).asked == ""
    asked = {"consult": True}
    step(desk, "held", operator=ME)
    step(desk, "ringing", operator="102", more=asked)
    assert (now(calls).asked, now(calls).asked_state) == ("102", "ringing")
    step(desk, "answered", operator="102", more=asked)
    assert (now(calls).asked_state, now(calls).mine, now(calls).operator) == ("talking", True, ME)
    told = Told(calls)
    step(desk, "ended", operator="102", reason="agent", more=asked | {"final": False})
    assert (now(calls).asked, told.names) == ("", [])
    step(desk, "ringing", operator="103", more=asked)
    step(desk, "missed", operator="103", reason="busy", more=asked | {"final": False})
    assert now(calls).asked == ""
    assert now(calls).state == "talking"


async def test_hang_up_while_a_colleague_is_asked_ends_the_question_only(
    desk: Desk, calls: CallPresenter, line: ToldLine
) -> None:
    step(desk, "answered", operator=ME)
    step(desk, "answered", operator="102", more={"consult": True})
    calls.hangup()
    calls.complete()
    await tasks.settle()
    assert line.asked == [("cancel", "c1"), ("complete", "c1")]


async def test_an_attended_transfer_ends_here_and_goes_on_there(
    desk: Desk, calls: CallPresenter
) -> None:
    told = Told(calls)
    step(desk, "answered", operator=ME)
    step(desk, "answered", operator="102")  # With REFER the target joins before we leave (04).
    assert now(calls).operator == ME
    step(desk, "transferred", operator=ME, reason="attended", more={"target": "102"})
    step(desk, "ended", operator=ME, reason="transfer", more={"final": False})
    assert told.names == ["answered", "ended"]
    assert isinstance(told.said[-1][1], CallView)
    assert told.said[-1][1].end_reason == "transfer"
    step(desk, "ended", operator="102", reason="caller", more={"final": True})
    assert told.names == ["answered", "ended"]
    await tasks.settle()


async def test_a_conference_shows_who_is_there_and_says_who_did_not_come(
    desk: Desk, calls: CallPresenter
) -> None:
    told = Told(calls)
    step(desk, "answered", operator=ME)
    people = ["0903123456", ME, "114"]
    step(desk, "conferenced", operator=ME, more={"participants": people, "count": 3})
    assert now(calls).people == tuple(people)
    step(desk, "conferenced", reason="busy", more={"target": "115", "count": 3})
    assert now(calls).people == tuple(people)
    assert "115" in str(told.said[-1][1])
    await tasks.settle()


async def test_several_calls_and_the_one_that_the_verbs_mean(
    desk: Desk, calls: CallPresenter, line: ToldLine
) -> None:
    step(desk, "answered", "c1", operator=ME)
    step(desk, "ringing", "c2", operator=ME)
    assert now(calls).call_id == "c1"
    calls.answer()
    calls.choose("c2")
    assert now(calls).call_id == "c2"
    calls.hangup()
    step(desk, "ended", "c2", operator=ME, reason="caller")
    assert now(calls).call_id == "c1"
    await tasks.settle()
    assert line.asked == [("answer", "c2"), ("hangup", "c2")]


async def test_keys_recording_and_what_the_caller_types(
    desk: Desk, calls: CallPresenter, line: ToldLine
) -> None:
    step(desk, "answered", operator=ME)
    calls.press_key("5")
    calls.record("mute")
    await tasks.settle()
    assert line.asked[-2:] == [("dtmf", "c1", "5"), ("record", "c1", "mute")]
    assert now(calls).recording == "off"
    step(desk, "recording", operator=ME, reason="muted")
    for digit in "12#":
        step(desk, "dtmf", more={"digit": digit})
    assert (now(calls).recording, now(calls).digits) == ("muted", "12#")


async def test_who_waits_by_the_queue_s_own_order(
    desk: Desk, calls: CallPresenter, clock: StoppedClock
) -> None:
    for call_id in ("a", "b", "c"):
        step(desk, "offered", call_id, queue="1022", peer_number="0903123456")
    step(desk, "queue_changed", "c", queue="1022", more={"calls": ["b", "a", "c"], "waiting": 3})
    assert [(v.call_id, v.position) for v in calls.waiting] == [("b", 1), ("a", 2), ("c", 3)]
    # Answered elsewhere: this seat only learns that the caller left the queue.
    step(desk, "queue_changed", "b", queue="1022", more={"calls": ["a", "c"], "waiting": 2})
    assert [v.call_id for v in calls.waiting] == ["a", "c"]
    step(desk, "offered", "d", queue="1022", more={"waited_s": 40})
    assert next(v for v in calls.waiting if v.call_id == "d").offered_at == clock() - timedelta(
        seconds=40
    )


async def test_my_phone_was_not_answered_and_the_queue_goes_on(
    desk: Desk, calls: CallPresenter
) -> None:
    told = Told(calls)
    step(desk, "offered", queue="1022")
    step(desk, "ringing", operator=ME)
    step(desk, "missed", operator=ME, reason="no_answer", more={"final": False})
    assert told.names == ["offered", "ended"]
    assert [v.call_id for v in calls.waiting] == ["c1"]
    step(desk, "ringing", operator=ME)
    assert told.names == ["offered", "ended", "offered"]


async def test_after_a_lost_link_only_listed_calls_are_left(
    desk: Desk, calls: CallPresenter
) -> None:
    told = Told(calls)
    step(desk, "answered", "c1", operator=ME)
    step(desk, "offered", "c2", queue="1022")
    step(desk, "link", "", reason="down")
    assert (calls.link, calls.as_of) == ("down", desk.clock())
    step(desk, "link", "", reason="up", more={"calls": ("c9",)})
    assert (calls.calls, calls.as_of) == ((), None)
    assert isinstance(told.said[-1][1], CallView)
    assert told.said[-1][1].end_reason == "unknown"
    await tasks.settle()


async def test_operators_their_states_and_limits(
    desk: Desk, calls: CallPresenter, clock: StoppedClock
) -> None:
    for operator, state, reason in (
        ("102", "paused", "Nghỉ giải lao"),
        (ME, "ready", None),
        ("103", "unreachable", None),
    ):
        step(
            desk,
            "agent_changed",
            "",
            operator=operator,
            reason=reason,
            more={"state": state, "name": f"Tên {operator}", "queues": ["1022"]},
        )
    assert [(a.operator, a.state, a.name) for a in calls.operators.all] == [
        ("101", "ready", "Tên 101"),
        ("102", "paused", "Tên 102"),
        ("103", "unreachable", "Tên 103"),
    ]
    paused = calls.operators.all[1]
    clock.forward(minutes=15)
    assert not calls.operators.is_over_limit(paused, clock())
    clock.forward(seconds=1)
    assert calls.operators.is_over_limit(paused, clock())
    assert not calls.operators.is_over_limit(calls.operators.of(ME), clock())
    began = clock() - timedelta(minutes=20)
    step(
        desk,
        "agent_changed",
        "",
        operator=ME,
        reason="Nghỉ giải lao",
        more={"state": "paused", "since": began.isoformat()},
    )
    me = calls.operators.of(ME)
    assert me is not None
    assert me.since == began
    assert calls.operators.is_over_limit(me, clock())


async def test_saving_the_form_of_the_last_call_ends_the_time_after_it(
    desk: Desk, calls: CallPresenter, line: ToldLine
) -> None:
    step(desk, "ringing", operator=ME)
    step(desk, "answered", operator=ME)
    contact = now(calls).contact_id
    calls.form_saved(contact)  # During the call there is no wrap-up time to end.
    step(desk, "ended", operator=ME, reason="caller", more={"final": True})
    step(desk, "agent_changed", "", operator=ME, more={"state": "wrap_up", "limit_s": 30})
    me = calls.operators.of(ME)
    assert me is not None
    assert me.limit == timedelta(seconds=30)
    calls.form_saved(None)
    await tasks.settle()
    assert ("wrap_up",) not in line.asked
    calls.form_saved(contact)
    await tasks.settle()
    assert line.asked.count(("wrap_up",)) == 1
    calls.ready()
    calls.leave_queues()
    await tasks.settle()
    assert line.asked[-2:] == [("resume",), ("logout",)]


async def test_f9_claims_for_all_seats_and_a_colleague_s_claim_is_seen_here(
    desk: Desk, calls: CallPresenter, line: SharingToldLine, clock: StoppedClock
) -> None:
    keeper = CallKeeper(desk.store, desk.bus, desk.clock)
    step(desk, "ringing", operator=ME, peer_number="0903123456")
    await keeper.drain()
    calls.answer()
    await tasks.settle()
    assert line.shared == [("claimed", "c1", "operator")]
    assert now(calls).taken_by == "operator"
    step(desk, "offered", "c2", queue="1022")
    step(desk, "claimed", "c2", more={"person": "binh"})
    (waiting,) = calls.waiting
    assert waiting.taken_by == "binh"
    assert not waiting.is_stale(clock() + timedelta(seconds=20))
    assert waiting.is_stale(clock() + timedelta(seconds=21))
    await keeper.drain()
    calls.take_over(waiting)
    await tasks.settle()
    assert line.shared[1:] == [("claimed", "c2", "operator")]
    step(desk, "claimed", "unknown", more={"person": "binh"})
    assert len(calls.calls) == 2
    keeper.close()


async def test_taking_over_late_is_refused_in_words(
    desk: Desk, calls: CallPresenter, clock: StoppedClock
) -> None:
    keeper = CallKeeper(desk.store, desk.bus, desk.clock)
    told = Told(calls)
    step(desk, "offered", queue="1022")
    step(desk, "claimed", more={"person": "binh"})
    await keeper.drain()
    clock.forward(seconds=25)
    calls.take_over(calls.waiting[0])
    await tasks.settle()
    assert "binh" in str(told.said[-1][1])
    keeper.close()


async def test_only_a_supervisor_listens_and_the_audit_knows(
    desk: Desk, calls: CallPresenter, line: ToldLine
) -> None:
    may = [calls.may_listen]
    calls.listen("102", "listen")
    desk.actor = actor_for("supervisor", desk.catalogue, "may-07")
    may.append(calls.may_listen)
    assert may == [False, True]
    calls.listen("102", "whisper")
    await tasks.settle()
    assert line.asked == [("spy", "102", "whisper")]
    (entry,) = desk.store.ask_now(lambda q: q.audit_trail())
    assert (entry.act, entry.subject, entry.detail) == ("call_listened", "102", "whisper")


async def test_what_the_line_does_not_serve_is_not_asked(desk: Desk) -> None:
    line = ToldLine(frozenset({"hangup"}))
    desk.telephony = line
    calls = CallPresenter(desk, ME)
    step(desk, "answered", operator=ME)
    calls.consult("102")
    calls.conference("102")
    calls.press_key("1")
    calls.record("mute")
    calls.leave_queues()
    calls.listen("102", "listen")
    calls.form_saved(now(calls).contact_id)
    await tasks.settle()
    assert line.asked == []
    calls.close()


async def test_an_answered_call_of_another_is_refused_when_a_colleague_claimed_it(
    desk: Desk, calls: CallPresenter
) -> None:
    keeper = CallKeeper(desk.store, desk.bus, desk.clock)
    step(desk, "ringing", operator=ME)
    step(desk, "claimed", more={"person": "binh"})
    await keeper.drain()
    told = Told(calls)
    step(desk, "answered", operator=ME)
    await tasks.settle()
    assert told.names == ["answered", "notice"]
    keeper.close()


async def test_a_seat_that_only_watches_an_exchange_gets_no_pop(desk: Desk) -> None:
    desk.telephony = ToldLine(frozenset())
    calls = CallPresenter(desk, "")
    told = Told(calls)
    step(desk, "offered", queue="1022")
    step(desk, "ringing", operator="102")
    step(desk, "answered", operator="102")
    step(desk, "agent_changed", "", operator="102", more={"state": "on_call"})
    assert told.names == []
    assert (calls.agent_state, [c.mine for c in calls.calls]) == ("ready", [False])
    calls.close()


async def test_the_phone_itself_asks_a_colleague_first(
    desk: Desk, calls: CallPresenter, line: ToldLine
) -> None:
    said: list[str] = []
    calls.notice.connect(said.append)
    step(desk, "answered", operator=ME)
    step(desk, "held", operator=ME)
    asks = {"consult_for": "c1", "asked_by": ME}
    of: dict[str, object] = {"direction": "internal", "peer_number": ME, "more": asks}
    step(desk, "offered", "q1", operator="102", **of)
    step(desk, "ringing", "q1", operator="102", **of)
    assert (now(calls).asked, now(calls).asked_state) == ("102", "ringing")
    assert [c.call_id for c in calls.calls] == ["c1"]  # No call of its own, and nobody waits.
    step(desk, "answered", "q1", operator="102", **of)
    assert (now(calls).call_id, now(calls).asked_state) == ("c1", "talking")
    calls.hangup()
    await tasks.settle()
    assert line.asked == [("hangup", "q1")]  # The consultation, not the citizen's call.
    of["more"] = asks | {"final": True, "transfer": "cancelled"}
    step(desk, "ended", "q1", operator="102", reason="agent", **of)
    assert (now(calls).asked, now(calls).held) == ("", True)
    assert said == ["Thôi chuyển máy: người gọi vẫn ở máy này."]


@pytest.mark.parametrize("direction", ["in", "out"])
async def test_an_agency_asked_by_the_line_can_be_joined_or_left(
    desk: Desk, calls: CallPresenter, line: ToldLine, direction: str
) -> None:
    """No operator is at the other end, so only the number is known."""
    said: list[str] = []
    calls.notice.connect(said.append)
    step(desk, "answered", operator=ME, direction=direction)
    of: dict[str, object] = {"direction": direction, "operator": None}
    asks: dict[str, object] = {"consult": True, "target": "02838291022"}
    step(desk, "ringing", "c1", **of, more=asks)
    assert (now(calls).asked, now(calls).asked_state) == ("028 3829 1022", "ringing")
    step(desk, "answered", "c1", **of, more=asks)
    assert (now(calls).asked_state, now(calls).state, now(calls).operator) == (
        "talking",
        "talking",
        ME,
    )
    calls.hangup()
    await tasks.settle()
    assert line.asked == [("cancel", "c1")]  # The consultation, not the citizen's call.
    over = {"final": False, "transfer": "cancelled"}
    step(desk, "ended", "c1", **of, reason="agent", more=asks | over)
    assert (now(calls).asked, said) == ("", ["Thôi chuyển máy: người gọi vẫn ở máy này."])
    step(desk, "ringing", "c1", **of, more=asks)
    step(desk, "missed", "c1", **of, reason="busy", more=asks | over)
    assert (now(calls).asked, said[1:]) == ("", ["028 3829 1022 đang bận máy."])


async def test_a_colleague_who_is_asked_is_not_who_talks(desk: Desk, calls: CallPresenter) -> None:
    step(desk, "answered", operator="102")
    step(desk, "answered", operator="103", more={"consult": True})
    assert [(c.operator, c.mine) for c in calls.calls] == [("102", False)]


@pytest.mark.parametrize(
    ("direction", "operator", "peer", "kind", "more", "sentence"),
    [
        ("internal", "102", ME, "missed", {"final": True}, "102 không nghe máy."),
        (
            "out", ME, "02838291022", "ended", {"final": True, "outcome": "busy"},
            "028 3829 1022 đang bận máy.",
        ),
    ],
)  # fmt: skip
async def test_who_was_asked_by_the_phone_did_not_come(
    desk: Desk,
    calls: CallPresenter,
    direction: str,
    operator: str,
    peer: str,
    kind: str,
    more: dict[str, object],
    sentence: str,
) -> None:
    said: list[str] = []
    calls.notice.connect(said.append)
    step(desk, "answered", operator=ME)
    asks = {"consult_for": "c1", "asked_by": ME}
    who = {"direction": direction, "operator": operator, "peer_number": peer}
    step(desk, "ringing", "q1", **who, more=asks)
    assert now(calls).asked_state == "ringing"
    over = asks | more | {"transfer": "cancelled"}
    step(desk, kind, "q1", **who, reason="no_answer", more=over)
    assert (now(calls).asked, said) == ("", [sentence])


async def test_colleagues_who_call_each_other_wait_for_nobody(
    desk: Desk, calls: CallPresenter
) -> None:
    step(desk, "offered", "i1", operator="103", direction="internal", peer_number="102")
    step(desk, "ringing", "i1", operator="103", direction="internal", peer_number="102")
    assert calls.waiting == ()


async def test_a_transfer_that_the_exchange_refused_is_said(
    desk: Desk, calls: CallPresenter
) -> None:
    said: list[str] = []
    calls.notice.connect(said.append)
    step(desk, "answered", operator=ME)
    step(desk, "transferred", operator=ME, reason="failed", more={"target": "9999"})
    assert said == ["Không chuyển được đến 9999."]
    assert now(calls).state == "talking"
