"""Notices at a seat: issued, changed, ended, found; in the store, its rebuild and the audit."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from console.domain.desk.notices import Fit, Notice, Where
from console.domain.errors import InputError, RefusedError
from console.domain.live_events import NoticesChanged, RequestsChanged
from console.domain.requests import commands as c
from console.domain.requests.events import NoticeIssued
from console.services.publication.notices import matching_notices, where_of
from console.services.views.requests import RequestFilter
from tests.unit.services.conftest import Seat

THREE_OLD = "xã Trung Chánh, Hóc Môn"


def words(seat: Seat, **changes: Any) -> NoticeIssued:
    ward = seat.desk.places.parse(THREE_OLD).new_wards[0].code
    given: dict[str, Any] = {
        "kind": "outage",
        "title": "Mất nước khu Đồng Tâm",
        "text": "Sửa ống cấp nước, có nước lại lúc 17:00.",
        "script": "Dạ, khu vực mình đang sửa ống nước, 17 giờ có lại ạ.",
        "starts_at": seat.clock(),
        "ends_at": seat.clock() + timedelta(hours=8),
        "wards": (ward,),
        "group": "water",
    }
    return NoticeIssued(**(given | changes))


def issue(seat: Seat, user: str = "supervisor", **changes: Any) -> UUID:
    command = c.IssueNotice(said=words(seat, **changes))
    seat.do(command, user)
    return command.notice_id


def now_there(seat: Seat) -> tuple[Notice, ...]:
    return seat.desk.store.ask_now(lambda q: q.notices(seat.clock()))


def test_issued_changed_ended(seat: Seat) -> None:
    seat.desk.bus.subscribe(NoticesChanged, seat.heard.append)
    seat.desk.bus.subscribe(RequestsChanged, seat.heard.append)
    notice_id = issue(seat)
    (notice,) = now_there(seat)
    assert (notice.by, notice.said.title, notice.version) == (
        "supervisor",
        "Mất nước khu Đồng Tâm",
        1,
    )
    seat.do(c.ChangeNotice(notice_id=notice_id, said=words(seat, title="Mất nước đến tối"), seen=1))
    (notice,) = now_there(seat)
    assert (notice.said.title, notice.changed_by) == ("Mất nước đến tối", "operator")
    seat.clock.forward(hours=1)
    seat.do(c.EndNotice(notice_id=notice_id, reason="Đã có nước"))
    assert now_there(seat) == ()
    (over,) = seat.desk.store.ask_now(lambda q: q.past_notices(seat.clock()))
    assert (over.id, over.end_reason) == (notice_id, "Đã có nước")
    assert sum(isinstance(each, NoticesChanged) for each in seat.heard) == 3
    trail = seat.desk.store.ask_now(lambda q: q.audit_trail(3))
    assert [(x.actor, x.act, x.subject) for x in trail] == [
        ("operator", "notice_ended", "Mất nước đến tối"),
        ("operator", "notice_changed", "Mất nước đến tối"),
        ("supervisor", "notice_issued", "Mất nước khu Đồng Tâm"),
    ]


def test_it_is_no_request_anywhere(seat: Seat) -> None:
    notice_id = issue(seat)
    assert seat.desk.store.ask_now(lambda q: q.requests(RequestFilter(), seat.clock())) == ()
    with pytest.raises(RefusedError, match="no_such_request"):
        seat.do(c.AddNote(request_id=notice_id, text="?"))


def test_a_rebuild_and_a_whole_check_know_it(seat: Seat) -> None:
    issue(seat)
    store: Any = seat.desk.store
    store.run_on_writer(lambda x: x.exec_driver_sql("delete from notice"))
    assert now_there(seat) == ()
    store.rebuild()
    assert len(now_there(seat)) == 1
    assert store.verify(every=True) == ""


def test_the_same_command_twice_is_one_notice(seat: Seat) -> None:
    command = c.IssueNotice(said=words(seat))
    seat.do(command)
    seat.do(command)
    assert [n.version for n in now_there(seat)] == [1]
    with pytest.raises(RefusedError, match="notice_exists"):
        seat.do(replace(command, id=UUID(int=5)))


def test_who_saw_older_words_is_told_so(seat: Seat) -> None:
    notice_id = issue(seat)
    seat.do(c.ChangeNotice(notice_id=notice_id, said=words(seat), seen=1))
    with pytest.raises(RefusedError, match="notice_changed_meanwhile"):
        seat.do(c.ChangeNotice(notice_id=notice_id, said=words(seat), seen=1))


@pytest.mark.parametrize("user", ["auditor", "officer-so-xay-dung"])
def test_only_the_switchboard_may(seat: Seat, user: str) -> None:
    with pytest.raises(RefusedError, match="role_may_not"):
        issue(seat, user)
    assert now_there(seat) == ()


def test_a_group_that_is_not_there(seat: Seat) -> None:
    with pytest.raises(InputError, match="unknown_group"):
        issue(seat, group="party")


# --- notices for a place


def test_old_names_and_new_ones_find_it(seat: Seat) -> None:
    issue(seat)
    for said in (THREE_OLD, "66/1 dong tam trung chanh hoc mon", "Đồng Tâm, xã Bà Điểm"):
        parsed = seat.desk.places.parse(said)
        where = where_of(seat.desk.places, pin=None, wards=tuple(w.code for w in parsed.new_wards))
        assert len(matching_notices(now_there(seat), where, seat.clock())) == 1, said
    away = seat.desk.places.parse("Phường 5, Quận 3").new_wards
    assert away
    where = where_of(seat.desk.places, pin=None, wards=tuple(w.code for w in away))
    assert matching_notices(now_there(seat), where, seat.clock()) == ()


def test_the_order_of_several(seat: Seat) -> None:
    soon = seat.clock() + timedelta(hours=3)
    issue(seat, title="Sắp tới", starts_at=soon)
    issue(seat, title="Điện", group="lighting", ends_at=seat.clock() + timedelta(hours=1))
    issue(seat, title="Nước")
    both = (words(seat).wards[0], "26743")
    issue(seat, title="Cả hai phường", wards=both, group=None)
    told = matching_notices(now_there(seat), Where(wards=both), seat.clock(), group="water")
    titles = [t.notice.said.title for t in told]
    assert titles == ["Cả hai phường", "Nước", "Điện", "Sắp tới"]
    assert [t.fit for t in told] == [Fit.INSIDE, *[Fit.MAYBE] * 3]
    seat.clock.forward(hours=9)
    assert matching_notices(now_there(seat), Where(wards=both), seat.clock()) == ()


def test_a_fact_keeps_all_its_fields_through_a_change(seat: Seat) -> None:
    notice_id = issue(seat, areas=(((10.0, 106.0), (10.0, 106.1), (10.1, 106.1)),))
    said = now_there(seat)[0].said
    seat.do(c.ChangeNotice(notice_id=notice_id, said=said))
    after = now_there(seat)[0].said
    assert {f.name: getattr(after, f.name) for f in fields(said)} == {
        f.name: getattr(said, f.name) for f in fields(said)
    }


def read_by(seat: Seat, agency: str, *, past: bool = False) -> tuple[Notice, ...]:
    if past:
        return seat.desk.store.ask_now(lambda q: q.past_notices(seat.clock(), agency=agency))
    return seat.desk.store.ask_now(lambda q: q.notices(seat.clock(), agency))


def test_agencies_whose_ward_or_field_it_is_read_it_without_the_script(seat: Seat) -> None:
    """The water company sees those of its field, a ward those in its area, others none."""
    agencies = seat.desk.catalogue.agencies.values()
    ward = words(seat).wards[0]
    of_ward = [each.code for each in agencies if ward in each.wards]
    of_field = [each.code for each in agencies if not each.wards and "water" in each.groups]
    elsewhere = next(each for each in agencies if each.wards and ward not in each.wards)
    assert of_ward
    assert of_field
    issue(seat)
    (notice,) = now_there(seat)
    assert notice.said.agencies == tuple(sorted(of_ward + of_field))
    for code in (of_ward[0], of_field[0]):
        (read,) = read_by(seat, code)
        assert (read.said.title, read.said.script) == (notice.said.title, None)
        assert read.said.agencies == (code,)
    assert read_by(seat, elsewhere.code) == ()
    seat.clock.forward(hours=9)
    assert read_by(seat, elsewhere.code, past=True) == ()
    (over,) = read_by(seat, of_field[0], past=True)
    assert over.said.script is None


def test_those_of_others_take_no_place_among_the_last_of_an_agency(seat: Seat) -> None:
    issue(seat)
    (water,) = now_there(seat)
    mine = next(
        code for code in water.said.agencies if not seat.desk.catalogue.agencies[code].wards
    )
    seat.clock.forward(hours=1)
    issue(seat, group="lighting", ends_at=seat.clock() + timedelta(hours=9))
    seat.clock.forward(hours=12)
    last = seat.desk.store.ask_now(lambda q: q.past_notices(seat.clock(), 1))
    assert [each.said.group for each in last] == ["lighting"]
    own = seat.desk.store.ask_now(lambda q: q.past_notices(seat.clock(), 1, mine))
    assert [each.id for each in own] == [water.id]


def test_one_for_the_whole_city_without_a_field_concerns_everybody(seat: Seat) -> None:
    issue(seat, wards=(), everywhere=True, group=None)
    (notice,) = now_there(seat)
    assert set(notice.said.agencies) == set(seat.desk.catalogue.agencies)
