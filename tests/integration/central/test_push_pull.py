"""Numbers without gaps, once each, for everybody who may see them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest

from console.domain.errors import UnavailableError
from console.domain.ids import uuid7
from console.domain.requests import events as e
from console.domain.states import Channel, Purpose, Role
from console.services.ports.central.sync import EventRefusedError, Numbered
from console.store.central.connection.event_json import push_json
from console.store.central.seat_link import PostgresCentral
from tests.fakes.postgres import Centre
from tests.integration.central.build import HLC, event, forwarded, greet, note, received, reporter

PUSH = "select * from hotline.push_events('hcmc', %s::jsonb)"


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


def test_eight_writers_and_a_tenth_rolled_back_leave_no_hole(centre: Centre) -> None:
    """The control: an identity as cursor lost half of these (decision 64)."""
    centre.user("op1")
    kept: list[UUID] = []

    def write(n: int) -> None:
        with psycopg.connect(centre.url("op1")) as link:
            for turn in range(40):
                batch = [note() for _ in range(1 + turn % 3)]
                link.execute(PUSH, (push_json(batch),))
                if (turn + n) % 10 == 0:
                    link.rollback()
                else:
                    link.commit()
                    kept.extend(each.id for each in batch)

    reader = centre.central("op2")
    greet(reader, 2)
    seen: list[Numbered] = []
    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(write, n) for n in range(8)]
        while not all(each.done() for each in work):
            seen += reader.pull(len(seen))
        for each in work:
            each.result()
    while more := reader.pull(len(seen)):
        seen += more
    assert [each.position for each in seen] == list(range(1, len(kept) + 1))
    assert {each.event.id for each in seen} == set(kept)


def test_a_server_that_isolates_more_by_default_numbers_all_the_same(centre: Centre) -> None:
    """Who waited for the lock must see what the one before numbered."""
    with centre.cluster.admin() as link:
        link.execute(
            f"alter database {centre.database} "
            "set default_transaction_isolation = 'repeatable read'"
        )
    second = centre.central("op2")
    greet(second, 2)
    second.push([note()])
    waits = "select 1 from pg_locks where locktype = 'advisory' and not granted"
    with (
        psycopg.connect(centre.url(centre.user("op1"))) as first,
        centre.connect() as look,
        ThreadPoolExecutor(1) as pool,
    ):
        first.execute(PUSH, (push_json([note()]),))
        pushed = pool.submit(second.push, [note()])
        while not pushed.done() and not look.execute(waits).fetchone():
            pass
        first.commit()
        assert [each.seq for each in pushed.result(60)] == [3]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (note(text="a\0b"), "22P05"),
        (replace(note(), actor="a\0b"), "22P05"),
        (note(text="a\ud800"), "utf-8"),
        (event(uuid7(), e.FieldsChanged(set={"lat": float("nan")}, old={})), "22P02"),
        (event(uuid7(), e.FieldsChanged(set={"lat": float("inf")}, old={})), "22P02"),
        (replace(note(), hlc=1 << 64), "22003"),
        (replace(note(), hlc=-1), "23514"),
        (event(uuid7(), e.UnknownFact(unknown_kind="Not A Kind", body={})), "23514"),
        (event(uuid7(), e.RequestForwarded(agency="x" * 50, due_at=None)), "23514"),
        (replace(note(), stream="hue"), "stream"),
    ],
)
def test_an_event_that_cannot_be_stored_is_an_answer(
    centre: Centre, bad: e.StoredEvent, why: str
) -> None:
    central = centre.central()
    greet(central)
    with pytest.raises(EventRefusedError) as refused:
        central.push([note(), bad])
    assert refused.value.params["cause"] == why
    assert central.pull(0) == ()
    assert [each.seq for each in central.push([note()])] == [1]


def test_more_than_a_batch_is_a_bug(centre: Centre) -> None:
    central = centre.central()
    with pytest.raises(ValueError, match="501"):
        central.push([note() for _ in range(501)])


def test_an_agency_gets_its_requests_from_their_beginning_and_no_reporter(centre: Centre) -> None:
    desk = centre.central("op1")
    water = centre.central("can-bo-1", "officer", "cap-nuoc")
    light = centre.central("can-bo-2", "officer", "chieu-sang")
    greet(desk)
    assert greet(water, 2).last == 0
    greet(light, 3)
    ours, theirs = uuid7(), uuid7()
    begin = [received(ours), reporter(ours), note(ours, "gấp")]
    desk.push([*begin, received(theirs), forwarded(theirs, "chieu-sang")])
    assert water.pull(0) == ()
    given = forwarded(ours, "cap-nuoc")
    queued = e.MessageQueued(
        outreach_id=uuid7(), channel=Channel.SMS, purpose=Purpose.REPLY, text="Kính gửi chị Bé"
    )
    desk.push([given, reporter(ours, "+84909999999"), event(ours, queued)])
    after = note(ours, "thêm")
    desk.push([after, note(theirs)])
    got = water.pull(0)
    assert [each.position for each in got] == [1, 2, 3, 4]
    assert [each.event.id for each in got] == [begin[0].id, begin[2].id, given.id, after.id]
    assert water.id_at(3) == given.id
    assert water.id_at(5) is None
    assert water.history([ours, theirs]) == tuple(each.event for each in got)
    assert [each.event.request_id for each in light.pull(0)] == [theirs] * 3
    # A second assignment of the same agency copies nothing again.
    desk.push([forwarded(ours, "cap-nuoc")])
    assert [each.position for each in water.pull(4)] == [5]
    assert greet(water, 2).last == 5


def _shared_week(way: str) -> tuple[list[UUID], list[e.StoredEvent]]:
    """Six requests side by side, given to one agency, then to others too, with remarks between."""
    ids = [uuid7() for _ in range(6)]
    lives = [
        [
            received(each),
            reporter(each),
            forwarded(each, f"{way}-{n % 3}"),
            note(each, "một"),
            forwarded(each, f"{way}-{(n + 1) % 3}"),
            event(each, e.AssignmentAccepted(agency=f"{way}-{n % 3}"), agency=f"{way}-{n % 3}"),
            forwarded(each, f"{way}-{n % 3}"),
            note(each, "hai"),
        ]
        for n, each in enumerate(ids)
    ]
    return ids, [step for steps in zip(*lives, strict=True) for step in steps]


def test_pushed_one_by_one_by_eights_or_at_once_agencies_get_the_same(centre: Centre) -> None:
    """A few events and many are stored by different statements."""
    desk = centre.central("op1")
    greet(desk)
    feeds = {}
    for way, size in (("one", 1), ("eight", 8), ("many", 500)):
        ids, week = _shared_week(way)
        for start in range(0, len(week), size):
            some = week[start : start + size]
            answer = desk.push(some)
            assert desk.push(some) == answer, "a repeat is harmless"
        with centre.connect() as link:
            rows: list[Any] = link.execute(
                "select f.agency, f.seq, e.request_id, e.id from hotline.feed_item f "
                "join hotline.event e on e.id = f.event_id where f.agency like %s "
                "order by f.agency, f.seq",
                (f"{way}-%",),
            ).fetchall()
            ends: list[Any] = link.execute(
                "select agency, last from hotline.feed where agency like %s", (f"{way}-%",)
            ).fetchall()
        place = {each.id: n for n, each in enumerate(week)}
        lists: dict[tuple[str, int], list[int]] = {}
        counted: dict[str, int] = {}
        for agency, seq, request_id, event_id in rows:
            counted[agency] = counted.get(agency, 0) + 1
            assert seq == counted[agency], "a hole"
            lists.setdefault((agency[-1], ids.index(request_id)), []).append(place[event_id])
        assert dict(ends) == counted
        feeds[way] = lists
    assert feeds["one"] == feeds["eight"] == feeds["many"]
    assert len(feeds["one"]) == 12
    assert all(each == sorted(each) for each in feeds["one"].values())


def test_an_agency_pushes_its_own_steps_on_its_own_requests(centre: Centre) -> None:
    desk = centre.central("op1")
    water = centre.central("can-bo-1", "officer", "cap-nuoc")
    greet(desk)
    greet(water, 2)
    ours, theirs = uuid7(), uuid7()
    desk.push([received(ours), forwarded(ours, "cap-nuoc"), received(theirs)])
    right = event(ours, e.AssignmentAccepted(agency="cap-nuoc"), agency="cap-nuoc")
    wrong = [
        event(theirs, e.NoteAdded(text="x"), agency="cap-nuoc"),
        event(ours, e.AssignmentAccepted(agency="chieu-sang"), agency="cap-nuoc"),
        event(ours, e.AssignmentAccepted(agency="chieu-sang"), agency="chieu-sang"),
        event(ours, e.NoteAdded(text="x")),  # says it is an operator
        event(ours, e.RequestForwarded(agency="chieu-sang", due_at=None), agency="cap-nuoc"),
        event(ours, e.ReporterRecorded(channel=Channel.VOICE, name="x"), agency="cap-nuoc"),
        event(ours, e.RequestClosed(), agency="cap-nuoc"),
    ]
    assert [each.event_id for each in water.push([*wrong, right])] == [right.id]
    assert desk.pull(3)[0].event == replace(right, seq=4)
    assert len(desk.pull(0)) == 4
    # An id that the agency may not see is no oracle.
    (hidden,) = desk.push([note(theirs)])
    asked = replace(note(theirs), id=hidden.event_id, role=Role.OFFICER, agency="cap-nuoc")
    assert water.push([asked]) == ()


def test_a_notification_ends_the_wait_of_those_whom_it_concerns(centre: Centre) -> None:
    desk, there = centre.central("op1"), centre.central("op2")
    water = centre.central("can-bo-1", "officer", "cap-nuoc")
    for n, each in enumerate((desk, there, water), 1):
        greet(each, n)
    desk.push([note()])
    assert there.wait(60)
    assert not there.wait(0)
    assert not water.wait(0)
    request_id = uuid7()
    desk.push([received(request_id), forwarded(request_id, "cap-nuoc")])
    assert water.wait(60)
    _told(desk, 3)
    # What came while something else was asked counts too.
    there.pull(0)
    assert there.wait(0)


def _told(central: PostgresCentral, seq: int) -> None:
    """The centre lets no more than forty notifications a second go; ask until this one went."""
    deadline = time.monotonic() + 60
    while not central.tell(seq):
        assert time.monotonic() < deadline


def test_of_many_pushes_at_once_few_are_told_and_the_last_one_is(centre: Centre) -> None:
    desk, there = centre.central("op1"), centre.central("op2")
    greet(desk, 1)
    greet(there, 2)
    with centre.connect("op2") as ear:
        ear.execute('listen "hotline:hcmc"')
        began = time.monotonic()
        (last,) = desk.push([note()])
        for _ in range(60):
            (last,) = desk.push([note()])
        _told(desk, last.seq)
        took_s = time.monotonic() - began
        heard = []
        for each in ear.notifies(timeout=60):
            heard.append(each.payload)
            if each.payload == str(last.seq):
                break
    assert heard[-1] == str(last.seq)
    assert len(heard) <= 40 * took_s + 2
    assert desk.tell(last.seq)  # nothing is owed any more, nobody is woken
    assert there.wait(0)
    assert not there.wait(0)


def test_telling_takes_its_rows_in_the_order_of_a_push(centre: Centre) -> None:
    """Agencies before the stream; else a push and a telling wait for each other, and everybody for
    them.
    """
    desk, request_id = centre.central("op1"), uuid7()
    greet(desk)
    (last,) = desk.push([received(request_id), forwarded(request_id, "cap-nuoc")])[-1:]
    row = "select 1 from hotline.told where agency = %s for update nowait"
    waits = "select 1 from pg_stat_activity where usename = 'op1' and wait_event_type = 'Lock'"
    with (
        psycopg.connect(centre.url()) as push,
        centre.connect() as look,
        ThreadPoolExecutor(1) as pool,
    ):
        look.execute("update hotline.told set seq = 0, at = 0")
        push.execute(row, ("cap-nuoc",))
        told = pool.submit(desk.tell, last.seq)
        while not told.done() and not look.execute(waits).fetchone():
            pass
        try:
            assert push.execute(row, ("",)).fetchone()
        finally:
            push.rollback()
        assert told.result(60)


def test_a_wait_can_be_woken_and_a_call_broken_off_from_another_thread(centre: Centre) -> None:
    central = centre.central()
    greet(central)
    central.wake()
    assert not central.wait(30)  # the bell rang before
    timer = threading.Timer(0.05, central.wake)
    timer.start()
    assert not central.wait(30)
    timer.join()
    timer = threading.Timer(0.05, central.break_off)
    timer.start()
    with pytest.raises(UnavailableError) as away:
        central.wait(30)
    timer.join()
    assert away.value.code == "central_away"
    with pytest.raises(UnavailableError):
        central.pull(0)
    assert greet(central).last == 0
    central.close()
    central.break_off()
    with pytest.raises(UnavailableError):
        central.wait(0)


def test_a_server_that_dies_is_noticed_and_found_again(centre: Centre) -> None:
    central = centre.central()
    install = uuid7()
    greet(central, 1, install)
    with centre.connect() as link:
        link.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'op1' "
            "and datname = current_database()"
        )
    with pytest.raises(UnavailableError) as away:
        central.wait(10)
    assert away.value.code == "central_away"
    assert not greet(central, 1, install).code_taken


def test_a_code_belongs_to_the_first_seat_that_came_with_it(centre: Centre) -> None:
    central = centre.central()
    first, clone = uuid7(), uuid7()
    assert not greet(central, 7, first).code_taken
    assert greet(central, 7, clone).code_taken
    assert not greet(central, 8, clone).code_taken
    assert not greet(central, 7, first).code_taken
    assert greet(central, 8, first).code_taken


def test_a_seat_that_reads_again_what_it_had_leaves_a_line_in_the_audit(centre: Centre) -> None:
    central = centre.central()
    greet(central)
    central.push([note() for _ in range(5)])
    central.pull(0, limit=3)
    central.pull(3)
    central.pull(5)
    with centre.connect() as link:
        acts = link.execute("select act, login, detail from hotline.audit order by n").fetchall()
        assert [act[:2] for act in acts] == [("console_registered", "op1")]
        central.pull(2)
        acts = link.execute("select act, detail ->> 'from' from hotline.audit").fetchall()
        assert acts[1:] == [("events_read_again", "3")]
        place = link.execute("select place from hotline.console").fetchone()
        assert place == (5,)


def test_a_restore_renews_the_incarnation(centre: Centre) -> None:
    central = centre.central()
    before = greet(central).incarnation
    assert greet(central).incarnation == before
    with centre.connect() as link:
        link.execute("select hotline.renew_incarnation()")
    assert greet(central).incarnation != before


def test_an_unknown_login_and_an_auditor_may_not_push(centre: Centre) -> None:
    stranger = centre.central("la", "operator")
    with centre.connect() as link:
        link.execute("update hotline.app_user set active = false where login = 'la'")
    with pytest.raises(UnavailableError) as denied:
        greet(stranger)
    assert denied.value.code == "central_denied"
    auditor = centre.central("giam-sat", "auditor")
    greet(auditor)
    with pytest.raises(UnavailableError) as denied:
        auditor.push([note()])
    assert denied.value.code == "central_denied"
    assert auditor.pull(0) == ()
