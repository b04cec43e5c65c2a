"""After every message of every recorded or written dialogue, a seat shows as its own exactly what
the exchange says about its phone.
"""

from collections.abc import Iterator

import pytest

from console.services.desk import Desk
from console.telephony.asterisk.calls.legs import Call
from console.telephony.asterisk.calls.tracker import CallTracker
from console.ui.calls.presenter import CallPresenter
from tests.fakes.ami.calls import Hotline
from tests.unit.telephony.asterisk.pbx.dialogue import DIALOGUES
from tests.unit.telephony.asterisk.pbx.properties import MODULES, tracker_of
from tests.unit.telephony.asterisk.test_interleaved import NAMES, messages

SEATS = ("101", "102", "103")
assert MODULES


def scripts() -> Iterator[tuple[str, CallTracker, list[object]]]:
    for name in NAMES:
        yield name, CallTracker(), list(messages(name))
    for name, dialogue in sorted(DIALOGUES.items()):
        pbx: Hotline = dialogue.run()
        yield name, tracker_of(pbx), list(pbx.events)


def shown(seat: CallPresenter) -> dict[str, tuple[str, bool]]:
    """State and hold of the calls that the seat shows as its own."""
    return {c.call_id: (c.state, c.held) for c in seat.calls if c.mine}


def true(tracker: CallTracker, phone: str) -> dict[str, tuple[str, bool]]:
    """The same according to the exchange: calls in which this phone talks or rings."""
    found = {}
    for call in tracker.book.calls.values():
        if call.asked_by == phone or (call.closed and phone not in call.talks):
            continue  # A consultation is shown with the call.
        if phone in call.talks:
            found[call.id] = ("talking", phone in call.holders)
        elif phone in call.rings and not _taken(tracker, call, phone):
            found[call.id] = ("ringing", False)
        elif _dials(call, phone):
            found[call.id] = ("dialling", False)
    return found


def _taken(tracker: CallTracker, call: Call, phone: str) -> bool:
    """Another phone has the call; this one stops ringing."""
    ring = call.rings[phone]
    leg = tracker.book.legs.get(ring.uid)
    picked_up = leg is not None and leg.channel.endswith("<ZOMBIE>")
    return picked_up or bool(call.talks and call.answered > ring.since)


def _dials(call: Call, phone: str) -> bool:
    open_ = call.offered and not (call.closed or call.answered or call.talks)
    return call.direction == "out" and call.owner == phone and open_


@pytest.mark.parametrize("phone", SEATS)
async def test_when_all_have_hung_up_nobody_waits_on_the_screen(desk: Desk, phone: str) -> None:
    left = {}
    for name, tracker, script in scripts():
        seat = CallPresenter(desk, phone)
        for message in script:
            for event in tracker.feed(message):  # type: ignore[arg-type]
                desk.bus.publish(event)
        if seat.calls and not tracker.book.calls:
            left[name] = [(call.call_id, call.state) for call in seat.calls]
        seat.close()
    assert left == {}


@pytest.mark.parametrize("phone", SEATS)
async def test_a_seat_shows_what_its_phone_does(desk: Desk, phone: str) -> None:
    wrong = []
    for name, tracker, script in scripts():
        seat = CallPresenter(desk, phone)
        for at, message in enumerate(script):
            for event in tracker.feed(message):  # type: ignore[arg-type]
                desk.bus.publish(event)
            want, got = true(tracker, phone), shown(seat)
            if want != got:
                wrong.append((name, at, message.event, want, got))  # type: ignore[attr-defined]
                break
        seat.close()
    assert wrong == []
