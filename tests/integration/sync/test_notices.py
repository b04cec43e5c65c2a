"""A notice issued at one workstation reaches another, and both agree on it. An agency that it
concerns gets it without the script for callers; other agencies get nothing.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from console.domain.desk.notices import Notice, own_words
from console.domain.ids import uuid7
from console.domain.requests.events import NoticeChanged, NoticeEnded, NoticeIssued, NoticeTold
from console.domain.states import Channel, Role
from tests.fakes.postgres import Centre
from tests.integration.central.build import greet
from tests.integration.store.build import stored
from tests.integration.sync.consoles import Console, console, until


def there(seat: Console, notice_id: UUID) -> Notice | None:
    now = datetime.now(UTC)
    found = seat.store.ask_now(lambda q: (*q.notices(now), *q.past_notices(now)))
    return next((notice for notice in found if notice.id == notice_id), None)


def test_a_notice_travels_with_its_changes_and_its_end(centre: Centre, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    first = NoticeIssued(
        kind="outage", title="Mất nước", text="Đến 17:00", starts_at=now,
        ends_at=now + timedelta(hours=8), wards=("26740",),
    )  # fmt: skip
    with (
        console(tmp_path, centre.central("op1"), "ban-01") as here,
        console(tmp_path, centre.central("op2"), "ban-02", code=2) as away,
    ):
        until(lambda: here.in_sync() and away.in_sync())
        notice_id = uuid7()
        here.save(stored(notice_id, first, now))
        until(lambda: notice_id in away.heard_at and there(away, notice_id))
        later = {n: getattr(first, n) for n in NoticeIssued.__dataclass_fields__}
        away.save(stored(notice_id, NoticeChanged(**(later | {"text": "Đến 19:00"})), now))
        until(lambda: (seen := there(here, notice_id)) and seen.said.text == "Đến 19:00")
        here.save(stored(notice_id, NoticeEnded(reason="Đã có nước"), now))
        until(lambda: (seen := there(away, notice_id)) and seen.ended_at)
        until(lambda: here.sync.pending_count() == away.sync.pending_count() == 0)
        assert there(here, notice_id) == there(away, notice_id)
        now = datetime.now(UTC)
        assert away.store.ask_now(lambda q: q.notices(now)) == ()
        until(lambda: here.in_sync() and away.in_sync())  # the projection copes with it


def said(now: datetime, **changes: Any) -> NoticeIssued:
    given: dict[str, Any] = {
        "kind": "outage", "title": "Mất nước", "text": "Đến 17:00", "script": "Dạ, 17 giờ có lại",
        "starts_at": now, "ends_at": now + timedelta(hours=8), "wards": ("26740",),
        "agencies": ("cap-nuoc", "p-26740"),
    }  # fmt: skip
    return NoticeIssued(**(given | changes))


def test_agencies_have_what_concerns_them_and_its_end_also_when_it_no_longer_does(
    centre: Centre, tmp_path: Path
) -> None:
    now, notice_id, other_id = datetime.now(UTC), uuid7(), uuid7()
    mine, wards = ("cap-nuoc", "p-26740")
    with (
        console(tmp_path, centre.central("op1"), "ban-01") as here,
        console(tmp_path, centre.central("cb1", "officer", mine), "don-vi", code=3) as agency,
        console(tmp_path, centre.central("cb2", "officer", wards), "phuong", code=4) as ward,
    ):
        until(lambda: here.in_sync() and agency.in_sync() and ward.in_sync())
        here.save(stored(other_id, said(now, agencies=(wards,)), now))
        here.save(stored(notice_id, said(now), now))
        until(lambda: notice_id in agency.heard_at and there(agency, notice_id))
        read = there(agency, notice_id)
        assert read is not None
        assert read.said == said(now, script=None, agencies=(mine,))
        here.save(stored(notice_id, NoticeTold(channel=Channel.VOICE), now))
        changed = {**fields_of(said(now)), "text": "Đến 19:00", "agencies": (wards,)}
        here.save(stored(notice_id, NoticeChanged(**changed), now))
        here.save(stored(notice_id, NoticeEnded(reason="Đã có nước"), now))
        until(lambda: (seen := there(agency, notice_id)) and seen.ended_at)
        until(lambda: (seen := there(ward, notice_id)) and seen.ended_at)
        found = [there(seat, notice_id) for seat in (agency, ward)]
        assert [each.said.agencies for each in found if each] == [(), (wards,)]
        assert [each.told for each in found if each] == [0, 0]
        until(lambda: there(ward, other_id))
        assert there(agency, other_id) is None
        until(lambda: agency.in_sync() and ward.in_sync())


def fields_of(notice: NoticeIssued) -> dict[str, Any]:
    return {name: getattr(notice, name) for name in NoticeIssued.__dataclass_fields__}


def test_an_officers_login_reads_no_notice_but_by_his_feed(centre: Centre) -> None:
    """Neither by `select` nor by asking for its history, which would contain the script for
    callers.
    """
    now, notice_id = datetime.now(UTC), uuid7()
    desk, mine = centre.central("op1"), centre.central("cb1", "officer", "cap-nuoc")
    greet(desk)
    greet(mine, 2)
    fact = said(now)
    desk.push([stored(notice_id, fact, now)])
    pulled, history = [n.event for n in mine.pull(0)], list(mine.history([notice_id]))
    with psycopg.connect(centre.url("cb1")) as link:
        assert link.execute("select count(*) from hotline.event").fetchone() == (0,)
    assert len(pulled) == 1
    for events in (pulled, history):
        assert [each.fact for each in events] == [own_words(fact, "cap-nuoc")]
    told = stored(notice_id, NoticeChanged(**fields_of(fact)), now)
    assert mine.push([replace(told, role=Role.OFFICER, agency="cap-nuoc")]) == ()
