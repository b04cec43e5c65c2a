"""A report becomes a request: checked, completed, saved once, with its contact and draft."""

from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from console.domain.errors import InputError, RefusedError
from console.domain.ids import contact_uuid
from console.domain.live_events import ContactArrived, DraftsChanged
from console.domain.requests import commands as c
from console.domain.requests.numbering import spoken
from console.domain.states import Channel, ContactState, DeliveryState, Priority, Purpose, State
from console.domain.time_zone import CITY
from console.map.gazetteer.local_places import LocalPlaces
from console.map.importers.assets import import_assets
from console.services.records import Contact
from console.services.requests.intake import OUTSIDE_CITY, understand
from console.services.views.requests import DuplicateQuestion
from tests.unit.services.conftest import PHONE, Seat


def keep_contact(seat: Seat, channel: Channel, key: str, **values: object) -> UUID:
    contact = Contact(
        id=contact_uuid(channel.value, f"x-{key}"),
        channel=channel,
        external_id=f"x-{key}",
        received_at=seat.clock(),
        sender=key,
        sender_key=key,
        text="Cây ngã trước nhà",
        **values,  # type: ignore[arg-type]
    )
    seat.desk.store.write_now(lambda uow: uow.save_contact(contact))
    return contact.id


def test_one_save_makes_received_reporter_and_forwarded(seat: Seat) -> None:
    request_id = seat.log()
    request = seat.request(request_id)
    assert seat.kinds(request_id) == ["request_received", "reporter_recorded", "request_forwarded"]
    assert request.state is State.FORWARDED
    # An alley belongs to its ward: "vì: cống trong hẻm do phường, xã quản lý".
    assert [a.agency for a in request.assignments] == ["ubnd-ba-diem"]
    assert request.reporters[0].phone == PHONE
    assert request.forward_due_at is not None
    assert (request.forward_due_at - seat.clock()).total_seconds() == 300


def test_what_was_said_stays_and_the_rest_is_understood(seat: Seat) -> None:
    said = "66/1 Đồng Tâm, xã Trung Chánh, H.Hóc Môn"
    request = seat.request(seat.log(address_string=said))
    assert request.address_string == said
    assert request.address == "66/1 Đồng Tâm, Xã Trung Chánh, Huyện Hóc Môn"
    assert request.legacy_ward == "Xã Trung Chánh, Huyện Hóc Môn"
    assert request.ward_code is not None
    assert seat.desk.catalogue.wards[request.ward_code].name == "Xã Bà Điểm"
    assert request.road_class == "alley"


def test_given_values_win_over_understood_ones(seat: Seat) -> None:
    request = seat.request(
        seat.log(ward_code="26740", road_class="city", address="Số 1", legacy_ward="Phường 5")
    )
    assert (request.ward_code, request.road_class) == ("26740", "city")
    assert (request.address, request.legacy_ward) == ("Số 1", "Phường 5")


def test_the_same_request_twice_saves_once(seat: Seat) -> None:
    command = c.LogRequest(service_code="trees.fallen", description="Cây ngã", phone=PHONE)
    first, second = seat.do(command), seat.do(command)
    again = c.LogRequest(
        request_id=command.request_id, service_code="trees.fallen", description="Khác"
    )
    third = seat.do(again)
    assert first.number == second.number == third.number
    assert first.state is second.state
    assert second.events == third.events == ()
    assert seat.request(command.request_id).description == "Cây ngã"


def test_an_unsure_route_waits_for_a_person(seat: Seat) -> None:
    request = seat.request(seat.log(address_string=None))
    assert request.state is State.RECEIVED
    assert request.assignments == ()


def test_a_split_ward_is_not_asked_where_one_agency_answers(seat: Seat) -> None:
    split = "đường Võ Công Tồn, P.Tân Quý (Q.Tân Phú)"
    place = understand(seat.desk.places, split)
    assert place.ward_code is None
    assert len(place.candidates) == 2
    request_id = seat.log(service_code="water.burst", address_string=split)
    request = seat.request(request_id)
    assert request.ward_code is None
    assert [a.agency for a in request.assignments] == ["cn-tan-hoa"]
    detail = seat.desk.store.ask_now(lambda q: q.detail(request_id))
    assert detail is not None
    assert detail.history[-1].reason == "vì: địa bàn Cấp nước Tân Hòa"
    # A pavement is the ward's, so here the ward must be known.
    waits = seat.request(seat.log(service_code="roads.pavement", address_string=split))
    assert waits.state is State.RECEIVED
    kept = seat.log(service_code="water.burst", address_string=split, forward=False)
    assert seat.request(kept).state is State.RECEIVED


def test_a_chosen_agency_is_sent_at_once_unless_told_not_to(seat: Seat) -> None:
    sent = seat.request(seat.log(agency="thoat-nuoc-do-thi"))
    kept = seat.request(seat.log(agency="thoat-nuoc-do-thi", forward=False))
    assert [a.agency for a in sent.assignments] == ["thoat-nuoc-do-thi"]
    assert kept.state is State.RECEIVED


def test_danger_raises_the_priority_and_shortens_the_clock(seat: Seat) -> None:
    calm = seat.request(seat.log())
    urgent = seat.request(seat.log(danger=("open_hole",)))
    assert urgent.priority is Priority.URGENT
    assert calm.due_at is not None
    assert urgent.due_at is not None
    assert urgent.due_at < calm.due_at
    # A question never lowers the operator's own choice.
    high = seat.request(seat.log(priority=Priority.URGENT, danger=("no_warning",)))
    assert high.priority is Priority.URGENT


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"service_code": "roads.nothing"}, "unknown_service"),
        ({"agency": "nobody"}, "unknown_agency"),
        ({"ward_code": "99999"}, "unknown_ward"),
        ({"phone": "123abc"}, "not_a_phone"),
        ({"email": "not an address"}, "bad_email"),
        ({"lat": 91.0, "long": 106.7}, "impossible_coordinates"),
        ({"lat": 10.7, "long": 181.0}, "impossible_coordinates"),
        ({"lat": 10.7}, "impossible_coordinates"),
        ({"lat": 0.0, "long": 0.0}, "impossible_coordinates"),
        ({"lat": float("nan"), "long": 106.7}, "impossible_coordinates"),
        ({"lat": float("inf"), "long": 106.7}, "impossible_coordinates"),
        ({"requested_at": datetime(2026, 11, 24, 9)}, "time_without_zone"),  # noqa: DTZ001
    ],
)
def test_input_that_cannot_be_right_stores_nothing(
    seat: Seat, values: dict[str, object], code: str
) -> None:
    with pytest.raises(InputError, match=code):
        seat.log(**values)
    assert seat.desk.store.ask_now(lambda q: q.counts(seat.clock())).open_requests == 0


@pytest.mark.parametrize(
    ("description", "code"),
    [("", "text_needed"), (" \u200b\n", "text_needed"), ("a" * 4001, "text_too_long")],
)
def test_descriptions_are_neither_empty_nor_endless(
    seat: Seat, description: str, code: str
) -> None:
    with pytest.raises(RefusedError, match=code):
        seat.log(description=description)


def test_a_place_outside_the_city_is_flagged_not_refused(seat: Seat) -> None:
    inside = seat.request(seat.log(lat=10.776, long=106.701))
    con_dao = seat.request(seat.log(lat=8.69, long=106.61))
    hanoi = seat.request(seat.log(lat=21.03, long=105.85))
    at_sea = seat.request(seat.log(lat=9.5, long=107.0))
    assert OUTSIDE_CITY not in dict(inside.attributes)
    assert OUTSIDE_CITY not in dict(con_dao.attributes)
    assert dict(hanoi.attributes)[OUTSIDE_CITY] == "yes"
    assert dict(at_sea.attributes)[OUTSIDE_CITY] == "yes"


def test_an_anonymous_caller_is_no_reporter(seat: Seat) -> None:
    request = seat.request(seat.log(phone="anonymous", reporter_name=None))
    assert request.reporters == ()


def test_an_sms_is_linked_and_gets_a_receipt_with_number_and_time(seat: Seat) -> None:
    contact_id = keep_contact(seat, Channel.SMS, PHONE)
    seat.desk.bus.subscribe(ContactArrived, seat.heard.append)
    request_id = seat.log(
        channel=Channel.SMS, contact_id=contact_id, phone=None, reporter_name=None
    )
    request = seat.request(request_id)
    assert seat.contact(contact_id).state is ContactState.LINKED
    assert seat.heard == [ContactArrived(contact_id, Channel.SMS)]
    assert request.reporters[0].phone == PHONE
    (message,) = seat.messages(request_id)
    assert (message.recipient, message.purpose) == (PHONE, Purpose.ACKNOWLEDGEMENT)
    assert message.state is DeliveryState.QUEUED
    assert spoken(request.number) in message.text
    assert request.due_at is not None
    assert f"{request.due_at.astimezone(CITY):%H:%M}" in message.text
    detail = seat.desk.store.ask_now(lambda q: q.detail(request_id))
    assert detail is not None
    assert PHONE not in str(detail.history[-1])


def test_no_receipt_for_a_caller_or_an_automatic_mail(seat: Seat) -> None:
    called = seat.log()
    robot = keep_contact(seat, Channel.EMAIL, "robot@example.org", flags=("auto_reply",))
    mailed = seat.log(channel=Channel.EMAIL, contact_id=robot, phone=None)
    person = keep_contact(seat, Channel.EMAIL, "lan@Example.ORG")
    answered = seat.log(channel=Channel.EMAIL, contact_id=person, phone=None)
    assert seat.messages(called) == seat.messages(mailed) == ()
    assert [m.recipient for m in seat.messages(answered)] == ["lan@example.org"]


def test_letters_as_sender_are_no_number(seat: Seat) -> None:
    contact_id = keep_contact(seat, Channel.SMS, "VIETTEL")
    request_id = seat.log(channel=Channel.SMS, contact_id=contact_id, phone=None)
    assert seat.request(request_id).reporters[0].phone is None
    assert seat.messages(request_id) == ()


def test_the_draft_goes_in_the_same_transaction(seat: Seat) -> None:
    draft_id = uuid4()
    seat.do(c.SaveDraft(draft_id=draft_id, fields={"description": "Nắp"}))
    seat.desk.bus.subscribe(DraftsChanged, seat.heard.append)
    with pytest.raises(InputError):
        seat.log(draft_id=draft_id, service_code="nothing")
    assert len(seat.desk.store.ask_now(lambda q: q.drafts())) == 1
    seat.log(draft_id=draft_id)
    assert seat.desk.store.ask_now(lambda q: q.drafts()) == ()
    assert seat.heard == [DraftsChanged()]


def test_one_more_caller_is_kept_on_the_open_request(seat: Seat) -> None:
    request_id = seat.log()
    contact_id = keep_contact(seat, Channel.SMS, "+84912000111")
    done = seat.do(
        c.JoinCaller(
            request_id=request_id, channel=Channel.SMS, contact_id=contact_id, text="Tôi cũng thấy"
        )
    )
    request = seat.request(request_id)
    assert [r.phone for r in request.reporters] == [PHONE, "+84912000111"]
    assert seat.contact(contact_id).state is ContactState.LINKED
    assert done.number == request.number
    (message,) = seat.messages(request_id)
    assert message.recipient == "+84912000111"
    assert seat.kinds(request_id)[-3:] == ["reporter_recorded", "note_added", "message_queued"]


def test_a_closed_request_takes_no_more_callers(seat: Seat) -> None:
    request_id = seat.log()
    seat.do(c.CancelRequest(request_id=request_id, reason="Phiếu thử"), "supervisor")
    with pytest.raises(RefusedError, match="wrong_state"):
        seat.do(c.JoinCaller(request_id=request_id, phone="0912000111"))


def test_an_officer_logs_nothing(seat: Seat) -> None:
    command = c.LogRequest(service_code="trees.fallen", description="Cây ngã")
    with pytest.raises(RefusedError, match="role_may_not"):
        seat.do(command, "officer-cay-xanh")


def test_a_crossing_is_an_address_too(seat: Seat) -> None:
    place = understand(seat.desk.places, "CMT8 giao Võ Văn Tần, phường 5 quận 3")
    assert place.address == "Cách Mạng Tháng 8 - Võ Văn Tần, Phường 5, Quận 3"


def test_understanding_keeps_silent_where_nothing_is_known(seat: Seat) -> None:
    place = understand(seat.desk.places, "gần cái cây to")
    assert (place.address, place.ward_code, place.legacy_ward, place.road_class) == (None,) * 4
    assert understand(seat.desk.places, None, ward_code="26740").ward_code == "26740"


def test_at_a_crossing_the_greater_road_decides() -> None:
    place = understand(LocalPlaces(), "ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12)")
    assert place.road_class == "national"
    assert understand(LocalPlaces(), "12/3 Vườn Lài, P.An Phú Đông, Q.12").road_class == "alley"


# --- by the owner of an asset


def with_lamps(seat: Seat, tmp_path: Path, *rows: str) -> None:
    """An imported list of assets."""
    source = tmp_path / "assets.csv"
    source.write_text("kind,code,lat,long,agency,label\n" + "\n".join(rows), "utf-8")
    import_assets(source, tmp_path / "map")


def test_the_owner_of_the_lamp_gets_the_report(seat: Seat, tmp_path: Path) -> None:
    with_lamps(seat, tmp_path, "lamp,TD-2/15,10.8612,106.7058,cay-xanh,Vườn Lài")
    given = {"service_code": "lighting.out", "agency": None, "address_string": "Vườn Lài"}
    first = seat.log(**given, attributes=(("pole", "TĐ 2.15"),))
    forwarded = seat.request(first).assignments[0]
    assert forwarded.agency == "cay-xanh"
    detail = seat.desk.store.ask_now(lambda q: q.detail(first))
    facts = [line.body for line in detail.history if line.kind == "request_forwarded"]  # type: ignore[union-attr]
    assert facts[0]["reason"] == "vì: đơn vị quản lý tài sản có mã này"
    other = seat.log(**given, attributes=(("pole", "TD-99"),))
    assert [a.agency for a in seat.request(other).assignments] != ["cay-xanh"]


def test_a_lamp_put_right_is_found_as_the_same_and_goes_to_its_owner(
    seat: Seat, tmp_path: Path
) -> None:
    with_lamps(seat, tmp_path, "lamp,TD-2/15,10.8612,106.7058,cay-xanh,Vườn Lài")
    given = {"service_code": "lighting.out", "agency": None, "forward": False}
    request_id = seat.log(**given, attributes=(("pole", "TD-99"),))
    question = DuplicateQuestion("lighting.out", attributes=(("pole", "TĐ 2.15"),))

    def alike() -> list[str]:
        rows = seat.desk.store.ask_now(lambda q: q.possible_duplicates(question, seat.clock()))
        return [row.reason for row in rows]

    assert alike() == []
    put_right = (("attributes.pole", "TD-99", "TĐ 2.15"),)
    seat.do(c.ChangeFields(request_id=request_id, changes=put_right))
    assert alike() == ["same_asset"]
    seat.do(c.ForwardRequest(request_id=request_id))
    assert [a.agency for a in seat.request(request_id).assignments] == ["cay-xanh"]


def test_an_owner_that_no_list_has_is_told_with_the_reason(seat: Seat, tmp_path: Path) -> None:
    with_lamps(seat, tmp_path, "lamp,TD-7,10.8612,106.7058,cty-den-cu,")
    given = {"service_code": "lighting.out", "agency": None, "attributes": (("pole", "TD-7"),)}
    note = "chủ tài sản “cty-den-cu” không có trong danh mục đơn vị"
    logged = seat.log(**given, ward_code="26767", address_string="12 Vườn Lài")
    waiting = seat.log(**given, forward=False, ward_code="26767", address_string="12 Vườn Lài")
    seat.do(c.ForwardRequest(request_id=waiting))
    for request_id in (logged, waiting):
        detail = seat.desk.store.ask_now(lambda q, one=request_id: q.detail(one))  # type: ignore[misc]
        facts = [line.body for line in detail.history if line.kind == "request_forwarded"]
        assert [str(fact["reason"]).rsplit("; ", 1)[-1] for fact in facts] == [note]
        assert str(facts[0]["reason"]) != note


def test_two_things_of_one_code_name_no_owner(seat: Seat, tmp_path: Path) -> None:
    with_lamps(
        seat, tmp_path, "lamp,A1,10.8612,106.7058,cay-xanh,", "tree,A1,10.8612,106.7058,evnhcmc,"
    )
    assert seat.desk.places.asset_owner("A1") is None
    assert seat.desk.places.asset_owner("") is None
