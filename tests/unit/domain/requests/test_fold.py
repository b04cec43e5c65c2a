"""The fold accepts any facts, in any order, from any console."""

from dataclasses import replace
from datetime import datetime
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.requests import events as e
from console.domain.requests.fold.request import BRANCHES, apply, fold, history
from console.domain.requests.request import Request
from console.domain.states import (
    AssignmentState,
    Channel,
    DeliveryState,
    Outcome,
    Priority,
    Purpose,
    State,
)
from tests.unit.domain.build import NOW, Case, event, folded, later, received
from tests.unit.domain.requests.test_codec import KINDS, facts_of

ID = UUID(int=7)
AGENCY = st.sampled_from(["evn", "so-xd"])


def plausible() -> st.SearchStrategy[e.Fact]:
    """Facts with few agencies, so that many of them fit."""
    named = [k for k in KINDS if "agency" in k.__dataclass_fields__]
    agency = st.one_of(
        *(facts_of(k).flatmap(lambda f: AGENCY.map(lambda a: replace(f, agency=a))) for k in named)  # type: ignore[call-arg]
    )
    return st.one_of(agency, *(facts_of(k) for k in KINDS if k not in named))


EVENTS = st.lists(plausible(), max_size=25).map(
    lambda facts: [event(f, ID, later(minutes=n)) for n, f in enumerate(facts)]
)


def test_every_fact_has_a_branch() -> None:
    assert set(BRANCHES) == {*KINDS, e.UnknownFact}


def test_nothing_folds_to_nothing() -> None:
    assert fold([]) is None
    assert history([]) == ()


@settings(deadline=None)
@given(EVENTS, st.booleans())
def test_never_raises_and_counts_every_event(events: list[e.StoredEvent], start: bool) -> None:
    if start:
        events = [event(received(), ID), *events]
    request = fold(events)
    steps = history(events)
    assert len(steps) == len(events)
    if request is None:
        return
    assert request.version == len(events)
    assert set(request.not_applied) == {s.event.id for s in steps if not s.applied}
    assert steps[-1].to_state is request.state
    assert request.updated_at == max(x.at for x in events)


@settings(deadline=None)
@given(EVENTS, st.integers(0, 25))
def test_folding_on_from_any_prefix_gives_the_same(events: list[e.StoredEvent], cut: int) -> None:
    events = [event(received(), ID), *events]
    request = fold(events[: cut + 1])
    for each in events[cut + 1 :]:
        request = apply(request, each)
    assert request == fold(events)


@settings(deadline=None)
@given(EVENTS)
def test_the_same_event_twice_counts_once(events: list[e.StoredEvent]) -> None:
    assert fold(events + events) == fold(events)


@settings(deadline=None)
@given(EVENTS)
def test_a_step_that_does_not_fit_changes_nothing(events: list[e.StoredEvent]) -> None:
    request = folded([event(received(), ID)])
    for each in events:
        after = apply(request, each)
        if each.id in after.not_applied:
            same = replace(
                after,
                not_applied=request.not_applied,
                unsettled=request.unsettled,
                version=request.version,
                updated_at=request.updated_at,
            )
            assert same == request
        request = after


def test_a_body_that_breaks_the_branch_is_kept() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    broken: list[e.Fact] = [
        e.MediaAttached(media=5),  # type: ignore[arg-type]
        e.FieldsChanged(set={"lat": "north"}),
        e.FieldsChanged(set={"state": "closed"}),
        e.FieldsChanged(set=None),  # type: ignore[arg-type]
    ]
    case = Case(*broken)
    assert len(case.request.not_applied) == 4
    odd = event(e.NoteAdded(text="a"), case.id, naive)
    assert apply(case.request, odd).not_applied[-1] == odd.id
    assert apply(None, odd).updated_at == naive


def test_events_before_the_first_one_wait_for_it() -> None:
    note = event(e.NoteAdded(text="a"), ID)
    early = event(e.AssignmentAccepted(agency="evn"), ID)
    photo = event(e.MediaAttached(media=("b",)), ID)
    request = folded([note, early, photo])
    assert (request.state, request.number, request.not_applied) == (State.DRAFT, "", (early.id,))
    request = apply(request, event(received(media=("a",)), ID))
    assert (request.state, request.media) == (State.RECEIVED, ("a", "b"))
    assert [s.from_state for s in history([note, event(received(), ID), photo])] == [
        None,
        None,
        State.RECEIVED,
    ]


def test_history_tells_each_step() -> None:
    case = Case(e.RequestForwarded(agency="evn", due_at=None), e.RequestReopened(reason="x"))
    steps = [(s.from_state, s.to_state, s.applied) for s in history(case.events)]
    assert steps == [
        (None, State.RECEIVED, True),
        (State.RECEIVED, State.FORWARDED, True),
        (State.FORWARDED, State.FORWARDED, False),
    ]


@pytest.mark.parametrize(
    "fact",
    [
        received(),
        e.AssignmentAccepted(agency="evn"),
        e.AssignmentRefused(agency="evn", reason="x"),
        e.WorkStarted(agency="evn"),
        e.ExtensionAsked(agency="evn", reason="x", committed_at=NOW),
        e.ExtensionGranted(agency="evn", committed_at=NOW),
        e.ResultReported(agency="evn", resolution_code="x", text="x"),
        e.RequestClosed(),
        e.RequestReopened(reason="x"),
        e.InfoGiven(text="x"),
        e.RequestMerged(parent_id=UUID(int=1), parent_number="1"),
    ],
    ids=lambda f: type(f).__name__,
)
def test_steps_that_a_received_request_does_not_take(fact: e.Fact) -> None:
    case = Case()
    case.id = UUID(int=1)
    first = event(received(), case.id)
    second = event(fact, case.id)
    assert folded([first, second]).not_applied == (second.id,)


def test_after_the_end_only_reopening_fits() -> None:
    for last in (e.RequestCancelled(reason="x"), e.RequestRejected(reason="x")):
        case = Case(last)
        case.add(
            e.RequestForwarded(agency="evn", due_at=None),
            e.RequestCancelled(reason="x"),
            e.InfoAsked(reason="x", expires_at=NOW),
            e.RequestMerged(parent_id=uuid4(), parent_number="1"),
            e.RequestRejected(reason="x"),
        )
        assert len(case.request.not_applied) == 5
        assert case.add(e.RequestReopened(reason="x")).state is State.REOPENED


def test_two_consoles_forward_at_once() -> None:
    once = e.RequestForwarded(agency="evn", due_at=later(hours=8))
    case = Case(once, replace(once, due_at=later(hours=9)))
    assert len(case.request.not_applied) == 1
    assert case.request.due_at == later(hours=8)
    asked = case.add(e.InfoAsked(reason="x", expires_at=NOW), e.RequestRejected(reason="x"))
    assert (asked.state, len(asked.not_applied)) == (State.FORWARDED, 3)


def test_steps_of_an_agency_out_of_turn() -> None:
    case = Case(
        e.RequestForwarded(agency="evn", due_at=None),
        e.AssignmentAccepted(agency="evn"),
        e.WorkStarted(agency="evn"),
    )
    case.add(e.AssignmentAccepted(agency="evn"), e.WorkStarted(agency="evn"))
    assert len(case.request.not_applied) == 2
    done = e.ResultReported(agency="evn", resolution_code="x", text="x")
    assert case.add(done).state is State.RESOLVED
    assert len(case.add(done, e.WorkStarted(agency="evn")).not_applied) == 4


def test_a_refused_part_stays_refused_when_reopened() -> None:
    case = Case(
        e.RequestForwarded(agency="evn", due_at=None),
        e.AssignmentRefused(agency="evn", reason="x"),
        e.RequestForwarded(agency="so-xd", due_at=None),
        e.ResultReported(agency="so-xd", resolution_code="x", text="x"),
        e.RequestClosed(),
        e.RequestReopened(reason="x"),
    )
    assert [a.state for a in case.request.assignments] == [
        AssignmentState.REFUSED,
        AssignmentState.FORWARDED,
    ]


# --- fields


def change(old: object, new: object, hlc: int, field: str = "description") -> e.StoredEvent:
    return event(e.FieldsChanged(set={field: new}, old={field: old}), ID, hlc=hlc)


def test_the_larger_clock_wins_in_any_order() -> None:
    first = event(received(), ID, hlc=1)
    changes = [change("Đèn đường tắt", f"bản {n}", hlc) for n, hlc in enumerate((5, 9, 7))]
    for order in permutations(changes):
        request = folded([first, *order])
        assert request.description == "bản 1"
        assert request.conflicts == ("description",)
        assert request.not_applied == ()


@given(st.permutations(range(4)))
def test_equal_clocks_are_settled_by_the_id(order: list[int]) -> None:
    first = event(received(), ID, hlc=1)
    changes = [replace(change("x", str(n), 5), id=UUID(int=n)) for n in range(4)]
    assert folded([first, *(changes[n] for n in order)]).description == "3"


def test_different_fields_merge_and_a_seen_change_ends_the_conflict() -> None:
    first = event(received(), ID, hlc=1)
    events = [
        first,
        change("Đèn đường tắt", "a", 2),
        change("normal", "high", 3, "priority"),
        change("Đèn đường tắt", "b", 4),
    ]
    request = folded(events)
    assert (request.description, request.priority) == ("b", Priority.HIGH)
    assert request.conflicts == ("description",)
    assert apply(request, change("b", "c", 5)).conflicts == ()
    assert apply(request, change("a", "b", 5)).conflicts == ()  # both wanted the same


def lost(request: Request) -> list[tuple[str, object]]:
    return [(d.field, d.value) for d in request.disputes]


def test_the_value_that_lost_is_kept_with_its_author() -> None:
    first = event(received(), ID, hlc=1)
    mine = replace(change("Đèn đường tắt", "a", 2), actor="lan", workstation="ban-01")
    theirs = replace(change("Đèn đường tắt", "b", 4), actor="minh", workstation="ban-02")
    for order in ((mine, theirs), (theirs, mine)):
        request = folded([first, *order])
        (dispute,) = request.disputes
        assert (dispute.field, dispute.value, dispute.event_id) == ("description", "a", mine.id)
        assert (dispute.actor, dispute.workstation, dispute.at) == ("lan", "ban-01", mine.at)


def test_three_who_did_not_see_each_other_leave_two_values_to_choose_from() -> None:
    first = event(received(), ID, hlc=1)
    changes = [change("Đèn đường tắt", f"bản {n}", hlc) for n, hlc in enumerate((5, 9, 7))]
    for order in permutations(changes):
        assert sorted(lost(folded([first, *order]))) == [
            ("description", "bản 0"),
            ("description", "bản 2"),
        ]


def test_a_dispute_is_settled_by_choosing_either_value() -> None:
    first = event(received(), ID, hlc=1)
    request = folded([first, change("normal", "high", 2, "priority")])
    request = apply(request, change("normal", "urgent", 3, "priority"))
    assert (request.priority, lost(request)) == (Priority.URGENT, [("priority", "high")])
    kept = apply(request, change("urgent", "urgent", 5, "priority"))
    assert (kept.priority, kept.disputes) == (Priority.URGENT, ())
    other = apply(request, change("urgent", "high", 5, "priority"))
    assert (other.priority, other.disputes) == (Priority.HIGH, ())


def test_a_choice_with_a_clock_behind_is_not_lost_either() -> None:
    first = event(received(), ID, hlc=1)
    request = folded([first, change("Đèn đường tắt", "a", 9), change("a", "b", 4)])
    assert (request.description, lost(request)) == ("a", [("description", "b")])


def test_what_the_first_report_said_can_lose_too() -> None:
    first = event(received(), ID, hlc=1)
    (dispute,) = folded([first, change("cái khác", "a", 2)]).disputes
    assert (dispute.value, dispute.actor, dispute.at) == ("Đèn đường tắt", "", None)


def test_fields_that_can_be_read_are_taken_the_others_left() -> None:
    mixed = e.FieldsChanged(
        set={"lat": 10, "long": True, "address": 5, "ward_code": None, "priority": 3, "new": 1}
    )
    request = folded([event(received(), ID), event(mixed, ID)])
    assert (request.lat, request.long, request.address) == (10.0, None, None)
    far = event(e.FieldsChanged(set={"lat": 91, "long": float("nan")}), ID)
    assert folded([event(received(), ID), far]).not_applied == (far.id,)
    nowhere = folded([event(received(lat=1.0), ID), change(1.0, None, 9, "lat")])
    assert nowhere.lat is None


# --- people and messages


def reporter(**values: object) -> e.ReporterRecorded:
    return e.ReporterRecorded(**({"channel": Channel.SMS} | values))  # type: ignore[arg-type]


def test_the_same_person_is_kept_once_and_updated() -> None:
    contact = uuid4()
    case = Case(
        reporter(phone="+84903123456"),
        reporter(phone="+84903123457", contact_id=contact),
        reporter(phone="+84903123456", name="Ba"),
        reporter(contact_id=contact, name="Tư"),
        reporter(email="a@b.vn"),
        reporter(email="a@b.vn", name="Năm", consent=True),
        reporter(name="khách"),
        reporter(name="khách"),
    )
    names = [(r.name, r.phone) for r in case.request.reporters]
    assert names == [
        ("Ba", "+84903123456"),
        ("Tư", None),
        ("Năm", None),
        ("khách", None),
        ("khách", None),
    ]


def test_messages_and_attempts_fit_in_every_state() -> None:
    sms = uuid4()
    case = Case(e.RequestRejected(reason="x"))
    request = case.add(
        e.MessageQueued(outreach_id=sms, channel=Channel.SMS, purpose=Purpose.REJECTION, text="…"),
        e.MessageDelivered(outreach_id=uuid4(), state=DeliveryState.SENT),
        e.MessageDelivered(outreach_id=sms, state=DeliveryState.FAILED, error="38"),
        e.OutreachRecorded(channel=Channel.VOICE, outcome=Outcome.BUSY),
        e.NoteAdded(text="a"),
        e.UnknownFact(unknown_kind="drone_sent"),
    )
    assert request.not_applied == ()
    (message,) = request.messages
    assert (message.state, message.error) == (DeliveryState.FAILED, "38")
    assert [(a.outcome, a.actor) for a in request.attempts] == [(Outcome.BUSY, "lan")]
