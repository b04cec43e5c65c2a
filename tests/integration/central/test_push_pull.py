"""Numbers without gaps, once each, for everybody who may see them (DATA.md 5)."""

from console.domain import events as e
from console.domain.ids import uuid7
from tests.fakes.postgres import Centre
from tests.integration.central.made import HLC, event, greet, note, received, reporter


def test_what_is_pushed_comes_back_with_its_number(centre: Centre) -> None:
    here, there = centre.central("op1"), centre.central("op2")
    greet(here)
    greet(there, 2)
    request_id = uuid7()
    sent = [received(request_id), reporter(request_id), note(request_id, "“ấ” đ 🚰 \\u0041 \t")]
    accepted = here.push(sent)
    assert [(each.event_id, each.seq) for each in accepted] == [
        (one.id, n) for n, one in enumerate(sent, 1)
    ]
    got = there.pull(0)
    assert [each.position for each in got] == [1, 2, 3]
    assert [each.event.fact for each in got] == [one.fact for one in sent]
    assert there.id_at(2) == sent[1].id
    assert there.id_at(4) is None
    assert there.history([request_id]) == tuple(each.event for each in got)
    assert there.pull(1, limit=1) == got[1:2]
    assert greet(here).last == 3


def test_pushing_again_is_harmless(centre: Centre) -> None:
    central = centre.central()
    greet(central)
    first, second = note(), note()
    once = central.push([first, second])
    assert central.push([first, second, first]) == once
    third = note()
    assert [a.seq for a in central.push([third, first, third])] == [1, 3]
    assert len(central.pull(0)) == 3


def test_a_clock_that_runs_ahead_is_held_back(centre: Centre) -> None:
    central = centre.central()
    now_ms = int(greet(central).clock_at.timestamp() * 1000)
    hour = 3_600_000 << 16
    (ahead,) = central.push([event(uuid7(), e.NoteAdded(text="x"), hlc=(now_ms << 16) + hour)])
    assert 0 < (ahead.hlc >> 16) - now_ms < 65_000
    assert central.pull(0)[0].event.hlc == ahead.hlc
    (behind,) = central.push([event(uuid7(), e.NoteAdded(text="x"), hlc=HLC)])
    assert behind.hlc == HLC
