"""What must be true of every dialogue, however it arrives: with a lost link, repeated events,
another order, other calls in between. The tests draw examples, `tests.soak.pbx_resync` tries them
all. Each function says what is wrong, "" when nothing is.
"""

import re
from collections import Counter
from itertools import pairwise
from typing import override

from console.domain.calls import TO_CALL_BACK, CallState, advance
from console.domain.live_events import CallEvent
from console.services.calls.tracking import KEPT
from console.telephony.asterisk.calls.resync import Snapshot
from console.telephony.asterisk.calls.tracker import CallTracker
from console.telephony.asterisk.wire import Message
from tests.fakes.ami.calls import Hotline
from tests.unit.telephony.asterisk.pbx import (
    attended,
    blind,
    features,
    groups,
    phones,
    queues,
)
from tests.unit.telephony.asterisk.pbx import (
    talks as pbx_talks,
)
from tests.unit.telephony.asterisk.pbx.dialogue import DIALOGUES, said
from tests.unit.telephony.asterisk.test_interleaved import told

MODULES = (attended, blind, features, groups, phones, queues, pbx_talks)
NAMES = sorted(DIALOGUES)
_COUNTED = ("MixMonitorStart", "MixMonitorStop", "DTMFEnd", "UserEvent")
"""Events that are news each time."""
_OVER = ("abandoned", "callback_requested")


def tracker_of(*pbxs: Hotline, wrap_up: bool = True) -> CallTracker:
    """A tracker that knows what its console dials."""
    tracker = CallTracker(wrap_up=wrap_up)
    for pbx in pbxs:
        for action_id, number, ref, phone in pbx.dialled:
            tracker.expect_dial(action_id, number, ref, phone)
    return tracker


def events_of(script: list[Message], tracker: CallTracker) -> list[CallEvent]:
    return [event for message in script for event in tracker.feed(message)]


def finals(events: list[CallEvent]) -> dict[str, int]:
    """How often the end of each call was reported."""
    found: dict[str, int] = {}
    for event in events:
        if event.call_id and event.kind != "queue_changed":
            over = event.more.get("final") is True or event.kind in _OVER
            found[event.call_id] = found.get(event.call_id, 0) + over
    return found


def left_open(tracker: CallTracker) -> str:
    """What a tracker still believes when the exchange has no channel left."""
    open_ = [*tracker.book.calls, *tracker.book.legs, *tracker.book.conferences]
    states = {op: state for op, (state, _) in tracker.agents.snapshot().items()}
    busy = [op for op, state in states.items() if state in ("on_call", "ringing")]
    return f"left open: {open_} {busy}" if open_ or busy else ""


# --- a link that was lost


class Watched(Hotline):
    """Keeps what the lists would say after each event."""

    @override
    def emit(self, event: str, *parts: list[tuple[str, str]], **fields: object) -> None:
        super().emit(event, *parts, **fields)
        self.moments.append((len(self.events), self.listed()))

    @property
    def moments(self) -> list[tuple[int, Snapshot]]:
        kept: list[tuple[int, Snapshot]] = self.__dict__.setdefault("_moments", [])
        return kept


def watched(name: str) -> Watched:
    pbx = DIALOGUES[name].run(kind=Watched)
    assert isinstance(pbx, Watched)
    return pbx


def whole_again(pbx: Hotline, cut: int, back: int, listed: Snapshot) -> str:
    """Back while nothing is in progress: the same state as if the link had never been away."""
    script = pbx.events
    whole, broken = tracker_of(pbx, wrap_up=False), tracker_of(pbx, wrap_up=False)
    events_of(script[:back], whole)
    before = events_of(script[:cut], broken)
    broken.lost()
    again = broken.apply(listed)
    if _known(broken) != _known(whole):
        return f"known: {_known(broken)} and not {_known(whole)}"
    rest, after = events_of(script[back:], whole), events_of(script[back:], broken)
    everything = events_of(script, tracker_of(pbx))
    wrong = _called_back([*before, *again, *after]) - _called_back(everything)
    # Nobody knows about a call that began before and ended during the outage: it is called back.
    if wrong := wrong & {message.get("Linkedid") for message in listed.channels}:
        return f"called back without need: {wrong}"
    ends, expected = finals([*before, *again, *after]), finals(rest)
    if any(ends.get(call) != 1 for call in expected) or set(ends.values()) - {1}:
        return f"ends: {ends} and not one of each of {set(expected)}"
    return left_open(broken)


def rows_of(events: list[CallEvent]) -> dict[str, CallState]:
    """What a seat's store makes of it."""
    rows: dict[str, CallState] = {}
    for event in events:
        if event.call_id and event.kind in KEPT:
            rows[event.call_id] = advance(rows.get(event.call_id), event)
    return rows


def _called_back(events: list[CallEvent]) -> set[str]:
    return {call for call, row in rows_of(events).items() if row.phase in TO_CALL_BACK}


def _known(tracker: CallTracker) -> tuple[object, object]:
    """Calls without their queue (the exchange does not list the queue of a transferred caller);
    agents.
    """
    calls = tracker.snapshot()["calls"]
    assert isinstance(calls, dict)
    talks = {call: (known[0], known[2], known[4]) for call, known in calls.items()}
    agents = tracker.agents.snapshot().items()
    return talks, {op: state for op, (state, _) in agents if state != "logged_out"}


type Loss = tuple[int, int, Snapshot]
"""Lost after this many events, back after that many, with the lists of that moment."""


def one_end(pbx: Hotline, *losses: Loss) -> str:
    """Back at any moment, also in the middle of something: nothing stays open, nobody rings for
    ever, no call ends twice or never.
    """
    tracker, script = tracker_of(pbx, wrap_up=False), pbx.events
    seen: list[CallEvent] = []
    at = 0
    for cut, back, listed in losses:
        seen += events_of(script[at:cut], tracker)
        tracker.lost()
        seen += tracker.apply(listed)
        at = back
    ends = finals([*seen, *events_of(script[at:], tracker)])
    return f"ends: {ends}" if set(ends.values()) - {1} else left_open(tracker)


# --- repeated, in another order, interleaved


def told_once(name: str, pbx: Hotline, twice: range) -> str:
    """The exchange repeats these of its events."""
    script: list[Message] = []
    for at, one in enumerate(pbx.events):
        script += [one, one] if at in twice and one.event not in _COUNTED else [one]
    got = said(events_of(script, tracker_of(pbx)))
    return "" if got == DIALOGUES[name].told else f"told: {got}"


_LEGS = ("", "Dest", "Transferer", "Transferee", "OrigTransferer", "SecondTransferer", "LocalOne",
         "LocalTwo", "TransferTarget", "Parkee", "Target")  # fmt: skip
_IN_ORDER = ("BridgeUniqueid", "Conference", "Interface")
ANOTHER_STORY = frozenset(
    {
        "atxfer_called_off_after_the_answer",
        "out_answered_and_held",
        "passed_on_into_a_queue_and_gives_up",
        "to_and_fro_between_two",
    }
)
"""Events whose order tells who hung up first, or a hold at the very end."""


def _speaks_of(message: Message) -> set[str]:
    """What keeps its order: channels, bridges, rooms, phones, the positions in a queue."""
    keys = [f"{leg}Uniqueid" for leg in _LEGS] + list(_IN_ORDER)
    found = {value for key in keys if (value := message.get(key))}
    queue = message.event.startswith("QueueCaller")
    return found | ({f"queue {message.get('Queue')}"} if queue else set())


def open_pairs(script: list[Message]) -> list[int]:
    """Neighbouring events that might as well come in the other order."""
    speak = [_speaks_of(message) for message in script]
    return [at for at, (one, two) in enumerate(pairwise(speak)) if not one & two]


def swapped(script: list[Message], swaps: list[int]) -> list[Message]:
    """The events with neighbours swapped one after the other, where no channel fixes their
    order.
    """
    script = list(script)
    for at in swaps:
        if open_pairs(script[at : at + 2]):
            script[at : at + 2] = reversed(script[at : at + 2])
    return script


def same_story(name: str, pbx: Hotline, script: list[Message]) -> str:
    """The same report in any order that channels allow."""
    tracker = tracker_of(pbx)
    got = Counter(_without_number(line) for line in said(events_of(script, tracker)))
    expected = Counter(_without_number(line) for line in DIALOGUES[name].told)
    if got != expected:
        return f"told: {got - expected} and not {expected - got}"
    return left_open(tracker)


def _without_number(line: str) -> str:
    """Either of two callers may be the first."""
    return re.sub(r"^\d ", "", line)


def at_other_desks(pbx: Hotline) -> list[Message]:
    """The same at other desks: `101` is `201`, the console dials under other ActionIDs."""
    desk = re.compile(r"(?<![\d.])(7?)10([123])(?![\d.])")  # A room is `7101`.
    there = r"\g<1>20\2"
    local = re.compile(r"(Local/[^;]*-)0")  # Of one exchange each has a number of its own.
    pbx.dialled = [(f"x{one}", to, ref, desk.sub(there, p)) for one, to, ref, p in pbx.dialled]

    def moved(key: str, value: str) -> str:
        return f"x{value}" if key == "ActionID" else local.sub(r"\g<1>1", desk.sub(there, value))

    return [Message([(k, moved(k, v)) for k, v in one.pairs]) for one in pbx.events]


def stops(name: str) -> bool:
    """Whether the server itself goes down in it, which also ends what is interleaved with it."""
    return any(message.event == "Shutdown" for message in DIALOGUES[name].run().events)


class Pair:
    """Two dialogues at two pairs of desks of one exchange, each reported alone."""

    def __init__(self, first: str, second: str) -> None:
        self.here, self.there = DIALOGUES[first].run(), DIALOGUES[second].run(1795610000)
        self.one, self.two = self.here.events, at_other_desks(self.there)
        self.alone = told(events_of(self.one, tracker_of(self.here)))
        self.alone |= told(events_of(self.two, tracker_of(self.there)))

    def woven(self, begin: int, paces: list[int]) -> str:
        """The second begins after this many events of the first, with this many of its own after
        each.
        """
        at = 0
        script = self.one[:begin]
        for count, message in enumerate(self.one[begin:]):
            step = paces[count % len(paces)]
            script += [message, *self.two[at : at + step]]
            at += step
        got = told(events_of(script + self.two[at:], tracker_of(self.here, self.there)))
        return "" if got == self.alone else f"told: {got} and not {self.alone}"
