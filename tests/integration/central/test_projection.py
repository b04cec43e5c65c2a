"""What the centre shows: folded by any console, found by words, kept apart from who reported."""

import json
from uuid import UUID

import pytest

from console.domain.errors import UnavailableError
from console.domain.ids import uuid7
from console.domain.requests import events as e
from console.domain.states import Channel, DeliveryState, Purpose, State
from console.store.central import projection as projecting
from console.store.central.seat_link import PostgresCentral
from tests.fakes.postgres import Centre
from tests.integration.central.build import AT, event, forwarded, greet, note, received, reporter
from tests.integration.store.build import CATALOGUE

NOVEMBER, OCTOBER = 1_795_600_000_000, 1_793_000_000_000
"""Milliseconds in November and October 2026."""


@pytest.fixture
def desk(centre: Centre) -> PostgresCentral:
    """An operator's connection."""
    made = centre.central("op1")
    greet(made)
    return made


def project(central: PostgresCentral) -> int:
    """Until nothing is dirty."""
    total = 0
    while done := central.project(CATALOGUE):
        total += done
    return total


def rows(centre: Centre, question: str, login: str = "postgres") -> list[tuple[object, ...]]:
    """What a plain connection of this login reads."""
    with centre.connect(login) as link:
        return link.execute(question.encode()).fetchall()


def test_a_request_is_folded_with_all_its_parts(centre: Centre, desk: PostgresCentral) -> None:
    request_id, message_id = uuid7(), uuid7()
    queued = e.MessageQueued(
        outreach_id=message_id, channel=Channel.SMS, purpose=Purpose.ACKNOWLEDGEMENT, text="Đã nhận"
    )
    failed = e.MessageDelivered(outreach_id=message_id, state=DeliveryState.FAILED, error="cms_38")
    desk.push(
        [received(request_id), reporter(request_id), forwarded(request_id, "cap-nuoc"),
         event(request_id, queued), event(request_id, failed)]
    )  # fmt: skip
    assert project(desk) == 1
    assert rows(centre, "select count(*) from hotline.dirty") == [(0,)]
    assert rows(
        centre, "select id, number, state, agency, is_open, reporters, as_of_seq, lat, attributes "
        "from hotline.service_request"
    ) == [(request_id, "26001000019", "forwarded", "cap-nuoc", 1, 1, 5, 10.8625, "[]")]  # fmt: skip
    assert rows(centre, "select agency, state, due_at from hotline.assignment") == [
        ("cap-nuoc", "forwarded", int(AT.timestamp() * 1000))
    ]
    assert rows(centre, "select agency, number, state, cell_y from hotline.queue_item") == [
        ("cap-nuoc", "26001000019", "forwarded", 10862)
    ]
    assert rows(centre, "select name, phone, phone_end, consent from hotline.reporter") == [
        ("Nguyễn Thị Bé", "+84903123456", "456", 0)
    ]
    assert rows(centre, "select id, state, error, purpose from hotline.outreach") == [
        (message_id, "failed", "cms_38", "acknowledgement")
    ]
    centre.user("can-bo", "officer", "cap-nuoc")
    assert rows(
        centre, "select number, description from hotline.open_queue", "can-bo"
    ) == [("26001000019", "Nắp cống bị sụp")]  # fmt: skip


def test_a_closed_request_leaves_the_queue(centre: Centre, desk: PostgresCentral) -> None:
    request_id = uuid7()
    desk.push([received(request_id), forwarded(request_id, "cap-nuoc")])
    project(desk)
    desk.push([event(request_id, e.RequestCancelled(reason="báo nhầm"))])
    assert project(desk) == 1
    assert rows(centre, "select count(*) from hotline.queue_item") == [(0,)]
    assert rows(centre, "select state, is_open from hotline.service_request") == [("cancelled", 0)]


def test_what_a_slower_console_folded_from_older_events_is_not_taken(
    centre: Centre, desk: PostgresCentral
) -> None:
    request_id = uuid7()
    desk.push([received(request_id)])
    old = projecting.projection([each.event for each in desk.pull(0)], CATALOGUE)
    desk.push([event(request_id, e.RequestCancelled(reason="x"))])
    project(desk)
    sent = json.dumps([old], default=projecting._plain)
    with centre.connect("op1") as link:
        question = "select hotline.write_projection('hcmc', %s::jsonb)"
        assert link.execute(question, (sent,)).fetchone() == (0,)
    assert rows(centre, "select state from hotline.service_request") == [("cancelled",)]


def test_events_before_their_beginning_wait_for_it(centre: Centre, desk: PostgresCentral) -> None:
    request_id = uuid7()
    desk.push([note(request_id)])
    assert project(desk) == 1
    assert rows(centre, "select count(*) from hotline.service_request") == [(0,)]
    desk.push([received(request_id)])
    assert project(desk) == 1
    assert rows(centre, "select version from hotline.service_request") == [(2,)]


def test_who_may_project(centre: Centre, desk: PostgresCentral) -> None:
    desk.push([received(uuid7())])
    for login, role, agency in (("gs", "auditor", None), ("cb", "officer", "cap-nuoc")):
        other = centre.central(login, role, agency)
        greet(other, 2)
        with pytest.raises(UnavailableError, match="central_denied"):
            other.project(CATALOGUE)
    assert project(desk) == 1


def test_search_is_newest_first_over_the_months(centre: Centre, desk: PostgresCentral) -> None:
    ids = [
        uuid7(NOVEMBER),
        uuid7(OCTOBER),
        uuid7(OCTOBER + 1000),
        UUID("11111111-1111-4111-8111-111111111111"),
    ]
    for n, each in enumerate(ids):
        desk.push([received(each, f"2600100{n:03}9", f"Cây đổ chắn đường số {n}")])
    assert project(desk) == 4
    parts = rows(centre, "select name from hotline.request_month order by 1")
    assert parts == [("202610",), ("202611",)]
    places = rows(
        centre, "select tableoid::regclass::text, count(*) from hotline.service_request "
        "group by 1 order by 1"
    )  # fmt: skip
    assert places == [
        ("hotline.service_request_202610", 2),
        ("hotline.service_request_202611", 1),
        ("hotline.service_request_rest", 1),
    ]
    found = desk.search("cay do")
    assert [each.id for each in found] == [ids[0], ids[2], ids[1], ids[3]]
    assert found[0].state is State.RECEIVED
    assert found[0].requested_at == AT
    assert [each.id for each in desk.search("CÂY đổ chắn", limit=2)] == [ids[0], ids[2]]
    assert [each.id for each in desk.search("đường số 2 ")] == [ids[2]]
    assert [each.id for each in desk.search("66/1 đồng tâ")] == [each.id for each in found]
    assert desk.search("cay ma") == ()
    assert desk.search("'&|!") == ()
    # Nobody is found by who reported.
    desk.push([reporter(ids[0])])
    project(desk)
    assert desk.search("Nguyễn Thị Bé") == desk.search("0903123456") == ()


def test_an_officer_searches_among_the_own_requests(centre: Centre, desk: PostgresCentral) -> None:
    ours, theirs = uuid7(), uuid7()
    desk.push(
        [received(ours, "26001000019"), forwarded(ours, "cap-nuoc"),
         received(theirs, "26001000027"), forwarded(theirs, "chieu-sang")]
    )  # fmt: skip
    project(desk)
    officer = centre.central("can-bo", "officer", "cap-nuoc")
    greet(officer, 2)
    assert [each.id for each in officer.search("nap cong")] == [ours]
    found = officer.find_number("26001000019")
    assert found is not None
    assert found.id == ours
    assert officer.find_number("26001000027") is None
    with pytest.raises(UnavailableError, match="central_denied"):
        officer.find_caller("+84903123456")


def test_an_officers_search_too_is_newest_first_over_the_months(
    centre: Centre, desk: PostgresCentral
) -> None:
    mine, others = "cap-nuoc", "chieu-sang"
    month = 30 * 86_400_000
    ids = [uuid7(NOVEMBER - n * month // 2) for n in range(12)]
    ids.append(UUID("11111111-1111-4111-8111-111111111111"))
    for n, each in enumerate(ids):
        given = [forwarded(each, mine)] * (n % 3 != 1) + [forwarded(each, others)] * (n % 3 != 0)
        desk.push([received(each, f"2600100{n:03}9"), *given])
    project(desk)
    for login, agency, left_out in (("cb1", mine, 1), ("cb2", others, 0)):
        officer = centre.central(login, "officer", agency)
        greet(officer, 2 + left_out)
        own = [each for n, each in enumerate(ids) if n % 3 != left_out]
        assert [each.id for each in officer.search("nap cong")] == own
        assert [each.id for each in officer.search("nap cong", limit=5)] == own[:5]
        assert {each.agency for each in officer.search("nap cong")} <= {agency, None}


def test_a_caller_is_found_by_a_logged_act(centre: Centre, desk: PostgresCentral) -> None:
    first, second = uuid7(OCTOBER), uuid7(NOVEMBER)
    for each in (first, second):
        desk.push([received(each), reporter(each, "+84903000111")])
    desk.push([received(uuid7()), reporter(uuid7(), "+84903000222")])
    project(desk)
    assert [each.id for each in desk.find_caller("+84903000111")] == [second, first]
    assert desk.find_caller("+84903000333") == ()
    acts = rows(centre, "select detail ->> 'phone_end' from hotline.audit "
                        "where act = 'caller_looked_up' order by n")  # fmt: skip
    assert acts == [("111",), ("333",)]
