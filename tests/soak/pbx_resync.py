"""Tries everything of which the property tests of the dialogues only draw examples.

    python -m tests.soak.pbx_resync [PART…] [--dialogue NAME…] [--minutes M] [--control]

`lost`: the link is lost after every event of every dialogue and restored after every later one,
with the lists of a model of the PBX. `stale`: the same, and events from just before the lists are
repeated after them. `often`: two losses at random points. `twice`: each event is repeated, then
each two, each three in a row. `swaps`: all orders that up to three swaps of neighbours make, where
channels leave the order open. `woven`: each dialogue together with each other one, begun after
every fifth event, at paces from one event to all at once.

Prints each fault with how to reproduce it, and exits with 1. `--control` plants a fault for each
part, which must be found.
"""

import argparse
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

from console.domain.live_events import CallEvent
from console.telephony.asterisk.calls import resync
from console.telephony.asterisk.calls.legs import Call, Leg
from console.telephony.asterisk.calls.open_calls import OpenCalls
from console.telephony.asterisk.calls.reporter import CallReporter
from console.telephony.asterisk.calls.tracker import CallTracker
from console.telephony.asterisk.wire import Message
from tests.soak.time_budget import Slice, add_minutes
from tests.unit.telephony.asterisk.pbx.dialogue import DIALOGUES
from tests.unit.telephony.asterisk.pbx.properties import (
    ANOTHER_STORY,
    NAMES,
    Pair,
    one_end,
    open_pairs,
    same_story,
    stops,
    swapped,
    told_once,
    watched,
    whole_again,
)

_PACES = ([1], [2, 0, 5], [3], [9], [999])
_STALE = (1, 2, 3, 5, 8)
"""How many events that the lists already contain are repeated after them."""
_SWAPS = 3
_LOTS = 400
_SHOWN = 5

type Try = tuple[str, Callable[[], str]]
"""What is tried, and the trial: what is wrong, or nothing."""


def lost(name: str) -> Iterator[Try]:
    """The link is lost after each event, and restored after each later one."""
    pbx = watched(name)
    rests = dict(pbx.rests)
    for back, listed in pbx.moments:
        for cut in range(back + 1):
            yield f"cut {cut} back {back}", partial(one_end, pbx, (cut, back, listed))
            if back in rests:
                at_rest = partial(whole_again, pbx, cut, back, rests[back])
                yield f"cut {cut} back {back} at rest", at_rest


def stale(name: str) -> Iterator[Try]:
    """Events that the PBX wrote during the lists arrive after them."""
    pbx = watched(name)
    for back, listed in pbx.moments:
        for again in (many for many in _STALE if many <= back):
            for cut in range(back - again + 1):
                what = f"cut {cut} lists {back} back {back - again}"
                yield what, partial(one_end, pbx, (cut, back - again, listed))


def often(name: str) -> Iterator[Try]:
    """Two losses at random points; the points of a dialogue are the same each time."""
    pbx, dice = watched(name), random.Random(name)
    for _ in range(_LOTS):
        first, second = sorted(dice.sample(pbx.moments, 2), key=lambda moment: moment[0])
        one = (dice.randint(0, first[0]), *first)
        two = (dice.randint(first[0], second[0]), *second)
        yield f"lost {one[:2]} {two[:2]}", partial(one_end, pbx, one, two)


def twice(name: str) -> Iterator[Try]:
    """The PBX repeats up to three events."""
    pbx = DIALOGUES[name].run()
    for many in (1, 2, 3):
        for at in range(len(pbx.events) - many + 1):
            run = range(at, at + many)
            yield f"{run}", partial(told_once, name, pbx, run)


def swaps(name: str) -> Iterator[Try]:
    """All orders that the channels leave open."""
    if name in ANOTHER_STORY:
        return
    pbx = DIALOGUES[name].run()
    script = pbx.events
    seen = {tuple(map(id, script))}
    layer = [("", script)]
    for _ in range(_SWAPS):
        following = []
        for done, order in layer:
            for at in open_pairs(order):
                other = swapped(order, [at])
                key = tuple(map(id, other))
                if key not in seen:
                    seen.add(key)
                    following.append((f"{done} {at}", other))
                    yield f"at{done} {at}", partial(same_story, name, pbx, other)
        layer = following


def woven(name: str) -> Iterator[Try]:
    """Together with each other dialogue, at other desks."""
    if stops(name):
        return
    for second in (other for other in NAMES if not stops(other)):
        pair = Pair(name, second)
        for begin in range(0, len(pair.one), 5):
            for paces in _PACES:
                what = f"{second} after {begin} at {paces}"
                yield what, partial(pair.woven, begin, paces)


PARTS = {part.__name__: part for part in (lost, stale, often, twice, swaps, woven)}


def run(part: str, names: list[str], piece: Slice) -> tuple[int, int]:
    """How much was tried, how much was wrong; the first faults of each dialogue are printed."""
    done = wrong = 0
    for name in names:
        faults = 0
        for what, trial in PARTS[part](name):
            if piece.over:
                return done, wrong + faults
            done += 1
            if fault := trial():
                faults += 1
                if faults <= _SHOWN:
                    print(f"{part} {name}: {what}: {fault[:400]}", flush=True)
        if faults > _SHOWN:
            print(f"{part} {name}: {faults} in all", flush=True)
        wrong += faults
    return done, wrong


def _nothing_closed(_book: CallReporter, _listed: set[str]) -> None:
    """What ended while the link was away stays open."""


def _rings_again(book: CallReporter, call: Call, leg: Leg, operator: str, *, queued: bool) -> None:
    """The second event of the same ring counts as new."""
    call.rings.pop(operator, None)
    _RING(book, call, leg, operator, queued=queued)


def _only_who_enters(_book: OpenCalls, _leg: Leg) -> None:
    """The Linkedid of channels already in the bridge stays as it was."""


def _by_counter(tracker: CallTracker, message: Message) -> list[CallEvent]:
    """Ids lack their seconds, as if the PBX had just been started."""
    short = [(k, v.rpartition(".")[2] if k.endswith("id") else v) for k, v in message.pairs]
    return _FEED(tracker, Message(short))


_RING, _FEED = CallReporter.ring, CallTracker.feed
_FAULTS: dict[str, tuple[object, str, object]] = {
    "lost": (resync, "_close_unlisted", _nothing_closed),
    "stale": (resync, "_close_unlisted", _nothing_closed),
    "often": (resync, "_close_unlisted", _nothing_closed),
    "twice": (CallReporter, "ring", _rings_again),
    "swaps": (OpenCalls, "one_call", _only_who_enters),
    "woven": (CallTracker, "feed", _by_counter),
}


def control(part: str, names: list[str], piece: Slice) -> str:
    """The first trial that finds the planted fault; "" when none does."""
    where, what, fault = _FAULTS[part]
    with ExitStack() as after:
        after.callback(setattr, where, what, getattr(where, what))
        setattr(where, what, fault)
        tries = ((name, *one) for name in names for one in PARTS[part](name))
        for tried, (name, how, trial) in enumerate(tries, 1):
            if trial():
                return f"found by trial {tried:,}: {name}, {how}"
            if piece.over:
                break
    return ""


def main() -> int:
    """Run what the command line says; 0 when all is well (or each planted fault was found)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=" ".join(PARTS))
    parser.add_argument("--dialogue", choices=NAMES, action="append")
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, help="dialogues in another order")
    add_minutes(parser)
    chosen = parser.parse_args()
    names = list(chosen.dialogue or NAMES)
    if chosen.seed is not None:
        random.Random(chosen.seed).shuffle(names)
    bad = 0
    for part in chosen.parts or PARTS:
        piece = Slice(chosen.minutes)
        if chosen.control:
            found = control(part, names, piece)
            print(f"{part}: the planted fault was {found or 'not found'}", flush=True)
            bad += not found
            continue
        done, wrong = run(part, names, piece)
        print(f"{part}: {piece.words(done, done + piece.over, 'tried')}, {wrong} wrong", flush=True)
        bad += wrong
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
