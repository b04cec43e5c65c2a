"""`request do NUMBER change` and `remind`, and what a change looks like from the outside."""

from tests.integration.cli.seat import Seat

BUS = {"route": "33", "plate": "51B-123.45", "time": "7 giờ"}


def bus(seat: Seat) -> str:
    number: str = seat.log(service_code="bus.pickpocket", attributes=BUS)["number"]
    return number


def changed(seat: Seat, number: str, *sets: str) -> dict[str, object]:
    words = (word for each in sets for word in ("--set", each))
    return seat.do(number, "change", *words)


def test_answers_are_changed_added_and_taken_away(seat: Seat) -> None:
    number = bus(seat)
    after = changed(seat, number, "attributes.plate=51B-999.99", "attributes.stop=Bến Thành")
    assert after["attributes"] == BUS | {"plate": "51B-999.99", "stop": "Bến Thành"}
    assert changed(seat, number, "attributes.plate=")["attributes"] == {
        "route": "33",
        "time": "7 giờ",
        "stop": "Bến Thành",
    }
    human = seat.run("request", "show", number, "--events").out
    assert "Tuyến số" in human
    assert "51B-999.99" not in human
    assert "Sửa thông tin" in human
    found = seat.run("request", "list", "--query", "ben thanh", "--json").json
    assert [each["number"] for each in found] == [number]


def test_another_kind_keeps_what_it_asks_too(seat: Seat) -> None:
    number = bus(seat)
    after = changed(seat, number, "service_code=bus.stop")
    assert (after["service_code"], after["attributes"]) == ("bus.stop", {"route": "33"})
    words = ("request", "do", number, "change", "--set")
    assert "Giờ" in seat.fails(2, *words, "service_code=bus.pickpocket")
    back = changed(seat, number, "service_code=bus.pickpocket", "attributes.time=8 giờ")
    assert back["attributes"] == {"route": "33", "time": "8 giờ"}


def test_an_address_brings_its_ward_and_the_reason_is_kept(seat: Seat) -> None:
    number = seat.log(agency=None, forward=False)["number"]
    place = "hem 51 Cao Thang, P.3, Q.3"
    after = seat.do(
        number, "change", "--set", f"address_string={place}", "--set", "priority=high",
        "--set", "lat=10.77", "--set", "long=106.68", "--reason", "Người gọi nói lại",
    )  # fmt: skip
    assert (after["address_string"], after["priority"]) == (place, "high")
    assert (after["legacy_ward"], after["road_class"]) == ("Phường 3, Quận 3", "alley")
    assert (after["lat"], after["long"]) == (10.77, 106.68)
    shown = seat.run("request", "show", number, "--events", "--json").json
    assert shown["events"][-1]["reason"] == "Người gọi nói lại"
    last = seat.run("request", "show", number, "--json").json
    assert last["ward_code"] not in (None, ""), "the ward that the address names"


def test_what_cannot_be_is_said(seat: Seat) -> None:
    number = bus(seat)
    do = ("request", "do", number)
    assert "--set" in seat.fails(2, *do, "change")
    assert "attributes.CODE" in seat.fails(2, *do, "change", "--set", "plate")
    assert "state" in seat.fails(2, *do, "change", "--set", "state=closed")
    assert "address" in seat.fails(2, *do, "change", "--set", "address=12 Lê Lợi")
    assert "attributes.pole" in seat.fails(2, *do, "change", "--set", "attributes.pole=1")
    assert "Tuyến số" in seat.fails(2, *do, "change", "--set", "attributes.route=")
    assert "north" in seat.fails(2, *do, "change", "--set", "lat=north")
    assert "--set" in seat.fails(2, *do, "note", "--text", "x", "--set", "lat=1")
    officer = ("--as", "officer-so-xay-dung")
    assert seat.fails(2, *officer, *do, "change", "--set", "attributes.plate=1")
    assert seat.run("request", "show", number, "--json").json["attributes"] == BUS


def test_an_agency_is_reminded_in_the_proposed_words_or_in_others(seat: Seat) -> None:
    number = seat.log()["number"]
    seat.do(number, "remind")
    seat.do(number, "remind", "--text", "Hai xe máy đã ngã ở đây.\nXử lý trong sáng nay.")
    human = seat.run("request", "show", number, "--events").out
    assert "Ca trưởng nhắc đơn vị xử lý ngay." in human
    assert "Hai xe máy đã ngã ở đây. Xử lý trong sáng nay." in human
    said = seat.run("request", "show", number, "--events", "--json").json["events"][-1]
    assert (said["kind"], said["actor"]) == ("note_added", "supervisor")
    remind = ("request", "do", number, "remind", "--text")
    assert "Chưa có nội dung" in seat.fails(2, *remind, " \n")
    assert "1000" in seat.fails(2, *remind, "a" * 1001)
    assert "--reason" in seat.fails(2, "request", "do", number, "remind", "--reason", "x")
