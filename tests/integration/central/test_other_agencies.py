"""A request that two agencies have: each reads its own part, of the other only how far it is."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from console.domain.ids import uuid7
from console.domain.privacy.agency_view import OTHER, for_agency, own_part
from console.domain.requests import events as e
from console.domain.requests.codec import fact_body, kind_of
from console.domain.requests.decide.undo import standing
from console.domain.requests.fold.request import fold
from console.domain.requests.request import outline
from console.domain.states import Role, State
from console.services.ports.central.sync import Blob
from console.store.central.seat_link import PostgresCentral
from tests.fakes.postgres import Centre, fresh_centre
from tests.integration.central.build import AT, event, forwarded, greet, received, reporter
from tests.integration.store.build import CATALOGUE

MINE, OTHERS = "cap-nuoc", "chieu-sang"
SECRET = "bi-mat-cua-don-vi-kia"
PHOTO, OWN_PHOTO = b"anh cua don vi kia", b"anh cua nguoi dan"
PROGRESS = b"anh tien do cua don vi kia"
LATER = AT + timedelta(days=3)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def by(agency: str, one: e.StoredEvent) -> e.StoredEvent:
    return replace(one, actor=f"{agency}-{SECRET}", agency=agency, role=Role.OFFICER)


def life(request_id: UUID) -> list[e.StoredEvent]:
    """Everything that can happen on two assignments, the others' full of words."""

    def theirs(fact: e.Fact) -> e.StoredEvent:
        return by(OTHERS, event(request_id, fact, agency=OTHERS))

    def mine(fact: e.Fact) -> e.StoredEvent:
        return event(request_id, fact, agency=MINE)

    so_far = [
        received(request_id),
        reporter(request_id),
        event(request_id, e.MediaAttached(media=(sha(OWN_PHOTO),))),
        event(request_id, e.NoteAdded(text="Gần trạm bơm")),
        forwarded(request_id, MINE),
        event(request_id, e.RequestForwarded(agency=OTHERS, due_at=AT, reason=SECRET, norm=SECRET)),
        mine(e.AssignmentAccepted(agency=MINE)),
        theirs(e.AssignmentRefused(agency=OTHERS, reason=SECRET, suggested_agency=SECRET)),
        event(request_id, e.RequestForwarded(agency=OTHERS, due_at=LATER)),
        theirs(e.AssignmentAccepted(agency=OTHERS)),
        theirs(e.NoteAdded(text=SECRET)),
        theirs(e.MediaAttached(media=(sha(PHOTO),))),
        theirs(
            e.ExtensionAsked(
                agency=OTHERS, reason=SECRET, committed_at=LATER, photos=(sha(PROGRESS),)
            )
        ),
        event(request_id, e.ExtensionGranted(agency=OTHERS, reason=SECRET, committed_at=LATER)),
        event(request_id, e.ClockMoved(agency=OTHERS, order=uuid7(), since=AT, until=LATER)),
        event(
            request_id,
            e.AgencyWarned(agency=OTHERS, clock="resolve", level=1, due_at=AT, to=SECRET),
        ),
        theirs(e.WorkStarted(agency=OTHERS, text=SECRET)),
        mine(e.ResultReported(agency=MINE, resolution_code="fixed", text="Đã thay nắp")),
        theirs(
            e.ResultReported(
                agency=OTHERS,
                resolution_code="fixed",
                text=SECRET,
                photos=(sha(PHOTO),),
                callback_due_at=LATER,
            )
        ),
    ]
    done, before = fold(so_far), fold(so_far[:-1])
    assert done is not None
    assert before is not None
    back = e.StepTakenBack(
        event_id=so_far[-1].id,
        step="result_reported",
        seen=outline(done),
        before=standing(before),
        reason="nhầm",
    )
    return [*so_far, event(request_id, back)]


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Centre, UUID, list[e.StoredEvent]]]:
    """The request at the centre, its files with it; nobody changes it."""
    centre = fresh_centre()
    desk = centre.central("op1")
    greet(desk)
    for data in (PHOTO, OWN_PHOTO, PROGRESS):
        desk.put_chunk(Blob(sha(data), len(data), "image/jpeg", 0), 0, data)
    request_id = uuid7()
    events = life(request_id)
    desk.push(events)
    while desk.project(CATALOGUE):
        pass
    yield centre, request_id, [each.event for each in desk.pull(0, 200)]
    centre.close()


def officer(centre: Centre, agency: str = MINE) -> PostgresCentral:
    made = centre.central(f"can-bo-{agency}", "officer", agency)
    greet(made, 5 if agency == MINE else 6)
    return made


def test_an_agency_reads_no_word_of_anothers_part(
    shared: tuple[Centre, UUID, list[e.StoredEvent]],
) -> None:
    centre, request_id, _ = shared
    link = officer(centre)
    for events in ([n.event for n in link.pull(0)], list(link.history([request_id]))):
        whole = [[fact_body(each.fact), str(each)] for each in events]
        said = json.dumps(whole, ensure_ascii=False)
        assert len(events) > 12
        for word in (SECRET, OTHERS, sha(PHOTO), sha(PROGRESS), "Nguyễn Thị Bé"):
            assert word not in said
        assert "Đã thay nắp" in said


def test_the_state_and_its_own_part_are_as_the_switchboard_has_them(
    shared: tuple[Centre, UUID, list[e.StoredEvent]],
) -> None:
    centre, _, whole = shared
    for agency in (MINE, OTHERS):
        feed = [each.event for each in officer(centre, agency).pull(0)]
        for upto in range(6, len(whole) + 1):
            last = whole[upto - 1].seq or 0
            here = fold([each for each in feed if (each.seq or 0) <= last])
            there = fold(whole[:upto])
            assert here is not None
            assert there is not None
            assert here.state is there.state, kind_of(whole[upto - 1].fact)
            assert here.due_at == there.due_at
            assert here.assignment(agency) == there.assignment(agency)
            assert here.not_applied == ()
            assert len(here.assignments) == len(there.assignments)


def test_the_centre_narrows_as_the_seat_does(
    shared: tuple[Centre, UUID, list[e.StoredEvent]],
) -> None:
    centre, _, whole = shared
    with centre.connect() as link:
        link.execute("set role hotline_owner")

        def name(request_id: UUID, agency: str) -> str:
            row = link.execute("select hotline.other_name(%s, %s)", (request_id, agency)).fetchone()
            assert row is not None
            assert str(row[0]).startswith(OTHER)
            return str(row[0])

        for agency in (MINE, OTHERS):
            there = [each.event for each in officer(centre, agency).pull(0)]
            here = [
                shown for each in whole if (shown := for_agency(each, agency, name)) is not None
            ]
            assert [each.fact for each in there] == [each.fact for each in here]
            assert there == here


def test_a_step_taken_back_on_a_request_that_nobody_else_has_is_quoted_whole(
    centre: Centre,
) -> None:
    desk, request_id = centre.central("op1"), uuid7()
    greet(desk)
    so_far = [
        received(request_id),
        forwarded(request_id, MINE),
        by(MINE, event(request_id, e.AssignmentRefused(agency=MINE, reason="Thiếu số nhà"))),
        event(request_id, e.InfoAsked(reason="Xin số nhà", expires_at=LATER)),
        event(request_id, e.RequestCancelled(reason="Thử máy")),
    ]
    before, after = fold(so_far[:-1]), fold(so_far)
    assert before is not None
    assert after is not None
    back = e.StepTakenBack(
        event_id=so_far[-1].id,
        step="request_cancelled",
        seen=outline(after),
        before=standing(before),
        reason="nhầm",
    )
    desk.push([*so_far, event(request_id, back)])
    last = officer(centre).pull(0)[-1].event
    mine = for_agency(desk.pull(0)[-1].event, MINE, lambda *_: OTHER)
    assert before.status_notes
    assert mine == last


def test_a_second_forwarding_taken_back_names_nobody_and_counts_at_the_agencys_seat(
    centre: Centre,
) -> None:
    desk, request_id = centre.central("op1"), uuid7()
    greet(desk)
    so_far = [received(request_id), forwarded(request_id, MINE), forwarded(request_id, OTHERS)]
    before, after = fold(so_far[:-1]), fold(so_far)
    assert before is not None
    assert after is not None
    back = e.StepTakenBack(
        event_id=so_far[-1].id,
        step="request_forwarded",
        seen=outline(after),
        before=standing(before),
        reason="nhầm",
    )
    desk.push([*so_far, event(request_id, back)])
    whole = [each.event for each in desk.pull(0)]
    there = [each.event for each in officer(centre).pull(0)]
    given = there[-2].fact
    assert isinstance(given, e.RequestForwarded)
    assert there == [for_agency(each, MINE, lambda *_: given.agency) for each in whole]
    for events in (there, list(own_part(whole, MINE))):
        assert OTHERS not in str(events)
        stands = fold(events)
        assert stands is not None
        assert stands.not_applied == ()
        assert [each.agency for each in stands.assignments] == [MINE]


def test_by_psql_and_by_search_neither(shared: tuple[Centre, UUID, list[e.StoredEvent]]) -> None:
    centre, request_id, _ = shared
    link = officer(centre)
    (found,) = link.search("nap cong")
    numbered = link.find_number(found.number)
    assert numbered is not None
    assert (found.id, numbered.id) == (request_id, request_id)
    assert found.agency in (None, MINE)
    with centre.connect(f"can-bo-{MINE}") as plain:
        rows = plain.execute("select e::text from hotline.event e").fetchall()
        assert len(rows) >= 6
        assert not [row for row in rows if SECRET in str(row) or OTHERS in str(row)]
        media = plain.execute("select sha256 from hotline.media").fetchall()
        assert media == [(sha(OWN_PHOTO),)]
        for column in ("status_notes", "agency", "photo", "bounces"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                plain.execute(f"select {column} from hotline.service_request".encode())


def test_the_others_photo_is_not_for_it(
    shared: tuple[Centre, UUID, list[e.StoredEvent]],
) -> None:
    centre, _, _ = shared
    assert officer(centre).chunk(sha(PHOTO), 0) is None
    assert officer(centre).chunk(sha(PROGRESS), 0) is None
    assert officer(centre).chunk(sha(OWN_PHOTO), 0) == OWN_PHOTO
    assert officer(centre, OTHERS).chunk(sha(PHOTO), 0) == PHOTO
    assert officer(centre, OTHERS).chunk(sha(PROGRESS), 0) == PROGRESS


def test_who_looks_is_told_of_the_switchboard_and_of_ones_own_agency(
    shared: tuple[Centre, UUID, list[e.StoredEvent]],
) -> None:
    centre, request_id, _ = shared
    desk = centre.client("op1")
    greet(desk, 1)
    mine, theirs = officer(centre), officer(centre, OTHERS)
    for link, name in ((desk, "Chị Hoa"), (theirs, "Anh Kia"), (mine, "Anh Này")):
        link.announce(request_id, name, "may", here=True)
    assert [each.name for each in mine.viewers(request_id)] == ["Chị Hoa"]
    assert {each.name for each in desk.viewers(request_id)} == {"Anh Kia", "Anh Này"}


def test_an_officer_takes_back_his_own_step_where_nobody_else_has_it(centre: Centre) -> None:
    desk = centre.central("op1")
    greet(desk)
    alone, both = uuid7(), uuid7()
    desk.push([received(alone), forwarded(alone, MINE)])
    desk.push([received(both, "26001000027"), forwarded(both, MINE), forwarded(both, OTHERS)])
    link = officer(centre)

    def taken(request_id: UUID, **more: object) -> bool:
        own = list(link.history([request_id]))
        step = event(request_id, e.AssignmentAccepted(agency=MINE), agency=MINE)
        before, after = fold(own), fold([*own, step])
        assert before is not None
        assert after is not None
        fact = e.StepTakenBack(
            event_id=step.id,
            step="assignment_accepted",
            seen=outline(after),
            before=replace(standing(before), **more),  # type: ignore[arg-type]
            reason="nhầm",
        )
        link.push([step])
        return bool(link.push([event(request_id, fact, agency=MINE)]))

    assert taken(alone)
    assert not taken(both)
    assert not taken(alone, state=State.CLOSED)
