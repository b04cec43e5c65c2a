"""The whole life of a request from the command line, one process a step."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.integration.cli.seat import Seat

AGENCY = "so-xay-dung"
KEYS = {
    *("number", "service_request_id", "service_code", "channel", "state", "status"),
    *("status_notes", "priority", "description", "address_string", "address", "lat", "long"),
    *("ward_code", "legacy_ward", "agency_responsible", "requested_datetime"),
    *("updated_datetime", "expected_datetime", "closed_datetime", "reporter", "media"),
    *("parent", "assignments", "synced", "conflicts"),
}
ASSIGNMENT = {
    *("agency", "state", "forwarded_datetime", "accepted_datetime", "resolved_datetime"),
    *("due_datetime", "committed_datetime", "bounces"),
}
EVENT = {"id", "seq", "at", "actor", "workstation", "kind", "from", "to", "reason", "applied"}


def soon(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="seconds")


def test_from_the_call_to_the_end_and_back(seat: Seat, photo: Path) -> None:
    logged = seat.log(agency=None, forward=False)
    number = logged["number"]
    assert logged["state"] == "received"
    assert logged["status"] == "open"
    assert logged["agency_responsible"] is None
    assert logged["reporter"] == {"name": "Lan", "phone": "+84903123456", "email": None}

    forwarded = seat.do(number, "forward", "--agency", AGENCY)
    assert (forwarded["state"], forwarded["agency_responsible"]) == ("forwarded", AGENCY)
    accepted = seat.do(number, "accept")
    assert accepted["state"] == "accepted"
    assert accepted["reporter"] is None, "the officer acted, and is told what officers are told"
    assert seat.do(number, "start", "--text", "Đang ra hiện trường")["state"] == "in_progress"

    until = soon(24 * 9)
    asked = seat.do(number, "extend", "--code", "weather", "--committed", until, "--photo", photo)
    assert asked["state"] == "in_progress"
    assert len(asked["media"]) == 1, "how it looks there, with the wish"
    granted = seat.do(number, "grant", "--agency", AGENCY)
    assert granted["state"] == "extended"
    part = granted["assignments"][0]
    assert datetime.fromisoformat(part["committed_datetime"]) == datetime.fromisoformat(until)
    assert part["due_datetime"] < part["committed_datetime"], "the first date is kept"
    assert granted["expected_datetime"] == part["committed_datetime"]

    assert "ảnh" in seat.fails(2, "request", "do", number, "resolve", "--text", "Đã vá xong")
    resolved = seat.do(number, "resolve", "--text", "Đã vá xong", "--photo", photo)
    assert (resolved["state"], resolved["status"]) == ("resolved", "open")
    assert len(resolved["media"]) == 1, "the photo of the result is told like the citizen's"
    assert seat.fails(2, "request", "do", number, "close")
    told = seat.do(number, "callback", "--outcome", "reached", "--verdict", "satisfied")
    assert told["state"] == "resolved"
    closed = seat.do(number, "close")
    assert (closed["state"], closed["status"]) == ("closed", "closed")
    assert closed["closed_datetime"]

    assert "lý do" in seat.fails(2, "request", "do", number, "reopen")
    again = seat.do(number, "reopen", "--reason", "Vẫn còn hố")
    assert again["status"] == "open"
    assert again["closed_datetime"] is None

    shown = seat.run("request", "show", number, "--events", "--json").json
    assert set(shown) >= KEYS | {"events"}
    assert set(shown["assignments"][0]) == ASSIGNMENT
    kinds = [event["kind"] for event in shown["events"]]
    assert kinds[:3] == ["request_received", "reporter_recorded", "request_forwarded"]
    assert kinds[-1] == "request_reopened"
    assert all(set(event) == EVENT for event in shown["events"])
    by = {event["kind"]: event["actor"] for event in shown["events"]}
    assert by["request_forwarded"] == "operator"
    assert by["assignment_accepted"] == by["result_reported"] == f"officer-{AGENCY}"
    assert by["extension_granted"] == "supervisor"
    times = [event["at"] for event in shown["events"]]
    assert all(datetime.fromisoformat(at).utcoffset() is not None for at in times)


def test_sent_back_twice_it_is_the_supervisors(seat: Seat) -> None:
    number = seat.log()["number"]
    back = seat.do(number, "refuse", "--code", "not_ours", "--text", "Đường hẻm")
    assert back["state"] == "refused"
    assert back["assignments"][0]["bounces"] == 1
    why = seat.run("request", "show", number, "--events", "--json").json["events"][-1]["reason"]
    assert why == "Không thuộc đơn vị quản lý: Đường hẻm"
    seat.do(number, "forward", "--agency", "so-nnmt", "--reason", "Theo đề nghị")
    assert seat.do(number, "refuse", "--reason", "Không phải cây xanh")["state"] == "refused"
    assert "ca trưởng" in seat.fails(2, "request", "do", number, "forward", "--agency", AGENCY)
    words = ("--as", "supervisor", "request", "do", number, "forward", "--agency", "so-khcn")
    assert seat.run(*words).code == 0


def test_three_calls_and_a_message_close_it(seat: Seat) -> None:
    number = seat.log()["number"]
    seat.do(number, "resolve", "--text", "Xong", "--reason", "Trời tối, không chụp được")
    seat.do(number, "callback", "--outcome", "no_answer")
    seat.do(number, "callback", "--outcome", "busy")
    assert "1" in seat.fails(2, "request", "do", number, "close")
    seat.do(number, "callback", "--outcome", "unreachable")
    assert seat.do(number, "close")["state"] == "closed"


def test_duplicate_goes_into_its_parent(seat: Seat) -> None:
    parent = seat.log()["number"]
    child = seat.log(reporter={"phone": "0912345678"})["number"]
    merged = seat.do(child, "merge", "--parent", parent.replace(" ", "."))
    assert (merged["state"], merged["status"], merged["parent"]) == ("merged", "closed", parent)
    assert seat.fails(2, "request", "do", parent, "merge", "--parent", parent)
    human = seat.run("request", "show", parent).out
    assert "+84912345678" in human, "who reported it again still gets the result"


def test_refused_cancelled_asked_noted(seat: Seat, photo: Path) -> None:
    number = seat.log(agency=None, forward=False)["number"]
    asked = seat.do(number, "need-info", "--text", "Số nhà bao nhiêu?")
    assert (asked["state"], asked["status_notes"]) == ("need_info", "Số nhà bao nhiêu?")
    seat.do(number, "note", "--text", "Đã gọi lại", "--photo", photo)
    assert len(seat.run("request", "show", number, "--json").json["media"]) == 1
    rejected = seat.do(number, "reject", "--code", "not_1022")
    assert rejected["state"] == "rejected"
    assert rejected["status_notes"] == "Không thuộc phạm vi tiếp nhận của 1022"

    other = seat.log()["number"]
    assert (
        "tổng đài viên"
        in seat.fails(
            2, "--as", "operator", "request", "do", other, "cancel", "--reason", "thử"
        ).lower()
    )
    assert seat.do(other, "cancel", "--code", "test")["state"] == "cancelled"
    assert seat.do(other, "undo", "--reason", "bấm nhầm")["state"] == "forwarded"
    # What the citizen was told stays.
    assert "Tin cho người dân" in seat.fails(2, "request", "do", number, "undo", "--reason", "a")


def test_printed_json_can_be_logged_again(seat: Seat) -> None:
    first = seat.log()
    again = seat.log(**{key: value for key, value in first.items() if key != "media"})
    assert again["number"] != first["number"]
    same = ("service_code", "description", "address_string", "lat", "long", "ward_code", "reporter")
    assert [again[key] for key in same] == [first[key] for key in same]


def test_people_read_their_own_language(seat: Seat) -> None:
    number = seat.log()["number"]
    vietnamese = seat.run("request", "show", number, "--events").out
    assert "Trạng thái      Đã chuyển" in vietnamese
    assert "Người phản ánh  Lan · +84903123456" in vietnamese
    english = seat.run("--lang", "en", "request", "show", number, "--events").out
    assert "State           Forwarded" in english
    assert "There is no" in seat.fails(2, "request", "show", "1", "--lang", "en")
    seat.run("request", "do", number, "note", "--text", "Đã gọi hỏi\nchủ nhà")
    assert "Ghi chú  Đã gọi hỏi chủ nhà" in seat.run("request", "show", number, "--events").out
    assert "Không có" in seat.fails(2, "request", "show", "1")


def test_a_number_is_understood_as_people_write_it(seat: Seat) -> None:
    number = seat.log()["number"]
    plain = number.replace(" ", "")
    for spelled in (number, plain, number.replace(" ", "."), number.replace(" ", "-")):
        assert seat.run("--json", "request", "show", spelled).json["number"] == number
    done = seat.run("request", "do", *number.split(), "note", "--text", "rời từng cụm", "--json")
    assert done.json["number"] == number
