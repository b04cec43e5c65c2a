"""Whatever is wrong with the input: one line that says so, exit code 2, nothing saved."""

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.services.city_data.catalogue_loader import load_catalogue
from console.services.people.accounts import LocalAccounts
from console.services.people.actors import actor_for
from console.store.seat.local_store import LocalStore
from tests.integration.cli.seat import Seat

GOOD: dict[str, object] = {
    "service_code": "roads.pothole",
    "description": "Ổ gà",
    "address_string": "135 Nam Kỳ Khởi Nghĩa",
}


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    """A seat with one request; refused input must leave it unchanged."""
    seat = Seat(tmp_path_factory.mktemp("used") / "profile")
    seat.log(agency="so-xay-dung")
    before = seat.run("--json", "request", "list").json
    yield seat
    assert seat.run("--json", "request", "list").json == before


def _form(**change: object) -> str:
    return json.dumps(GOOD | change)


@pytest.mark.parametrize(
    ("stdin", "says"),
    [
        ("", "dòng 1"),
        ("{", "JSON"),
        ('{"service_code": }', "cột 18"),
        ("[" * 100_000, "JSON"),
        ('{"attributes":' * 100_000, "JSON"),
        (json.dumps([GOOD]), "đối tượng"),
        ("null", "đối tượng"),
        ('"chữ"', "đối tượng"),
        (b'{"description": "\xff\xfe"}', "UTF-8"),
        (json.dumps(GOOD).encode("utf-16"), "UTF-8"),
        (b"\x00" * 50, "JSON"),
        (b'{"description": "' + b"a" * 10_000_000 + b'"}', "lớn"),
        ('{"service_code": "roads.pothole", "lat": ' + "9" * 5000 + "}", "JSON"),
        (_form(strange=1), "strange"),
        (_form(reporter={"nickname": "x"}), "reporter.nickname"),
        (json.dumps({"description": "không có loại"}), "service_code"),
        (_form(service_code="roads.volcano"), "roads.volcano"),
        (_form(service_code=7), "service_code"),
        (_form(service_code=["roads.pothole"]), "service_code"),
        (_form(description=None), "mô tả"),
        (_form(description="   \u200b "), "mô tả"),
        (_form(description={"vi": "x"}), "description"),
        (_form(description="x" * 4001), "4000"),
        (_form(address_string="x" * 1001), "1000"),
        (_form(lat=float("nan"), long=106.7), "Tọa độ"),
        (_form(lat=float("inf"), long=106.7), "Tọa độ"),
        ('{"service_code":"roads.pothole","description":"x","lat":1e999,"long":106}', "Tọa độ"),
        (_form(lat=91, long=106.7), "Tọa độ"),
        (_form(lat=10, long=180.5), "Tọa độ"),
        (_form(lat=0, long=0), "Tọa độ"),
        (_form(lat=106.7, long=10.77), "Tọa độ"),
        (_form(lat=10.77), "Tọa độ"),
        (_form(long=106.7), "Tọa độ"),
        (_form(lat="10.77", long="106.7"), "lat"),
        (_form(lat=True, long=False), "lat"),
        (_form(lat=10**400, long=1), "lat"),
        (_form(agency="nobody"), "nobody"),
        (_form(agency={"code": "x"}), "agency"),
        (_form(channel="pigeon"), "voice"),
        (_form(channel=["voice"]), "voice"),
        (_form(priority="very"), "urgent"),
        (_form(ward_code="99999"), "99999"),
        (_form(danger=["volcano"]), "volcano"),
        (_form(danger="yes"), "danger"),
        (_form(danger=["\ud800"]), "danger"),
        (_form(attributes=[1]), "attributes"),
        (_form(attributes={"bad key\u0000": "x"}), "attributes"),
        (_form(attributes={"plate": ["x"]}), "attributes"),
        (_form(reporter=[]), "reporter"),
        (_form(reporter="Lan"), "reporter"),
        (_form(reporter={"phone": 903123456}), "phone"),
        (_form(reporter={"phone": "0903" * 6}), "điện thoại"),
        (_form(reporter={"email": "not an address"}), "not an address"),
        (_form(consent="yes"), "consent"),
        (_form(forward="no"), "forward"),
        (_form(media="x"), "media"),
        (_form(media=["0" * 64]), "tệp"),
        (_form(requested_datetime="2026-11-24T09:00:00"), "múi giờ"),
        (_form(requested_datetime="hôm qua"), "hôm qua"),
        (_form(requested_datetime=1_700_000_000), "requested_datetime"),
        (_form(requested_datetime="0001-01-01T00:00:00+07:00"), "requested_datetime"),
        (_form(requested_datetime="9999-12-31T23:59:59-12:00"), "requested_datetime"),
    ],
)
def test_a_report_that_cannot_be_saved(used: Seat, stdin: str | bytes, says: str) -> None:
    assert says in used.fails(2, "request", "log", stdin=stdin)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("request", "thiếu"),
        ("request show", "NUMBER"),
        ("request show 1", "1"),
        ("request show 26001000011", "chữ số"),
        ("request show 26001000019999", "26001000019999"),
        ("request show ../../etc/passwd", "etc"),
        ("request dance", "dance"),
        ("request list --limit 0", "--limit"),
        ("request list --limit -1", "--limit"),
        ("request list --limit 999999999999999999999", "--limit"),
        ("request list --limit many", "many"),
        ("request list --state nowhere", "received"),
        ("request list --agency nobody", "nobody"),
        ("request list --colour red", "--colour"),
        ("request list --lim 3", "--lim"),
        ("--as nobody request list", "nobody"),
        ("--as system request list", "system"),
        ("--as officer-nobody request list", "officer-nobody"),
        ("--lang fr request list", "fr"),
        ("--profile", "--profile"),
        ("dance", "request"),
        ("duplicates --service roads.pothole --lat nan --long 106", "Tọa độ"),
        ("duplicates --service roads.pothole --lat inf --long 106", "Tọa độ"),
        ("duplicates --service roads.pothole --lat 91 --long 106", "Tọa độ"),
        ("duplicates --service roads.pothole --lat 0 --long 0", "Tọa độ"),
        ("duplicates --service roads.pothole --lat x --long 106", "--lat"),
        ("duplicates --service roads.pothole --lat 10", "--long"),
        ("duplicates --service roads.volcano --lat 10 --long 106", "roads.volcano"),
        ("duplicates --service roads.pothole --lat 10 --long 106 --within -5", "--within"),
        ("duplicates --service roads.pothole --lat 10 --long 106 --hours 9999999999", "--hours"),
        ("sms decode", "PDU"),
        ("sms decode 00 --file x", "PDU"),
        ("address parse", "TEXT"),
        ("telephony", "thiếu"),
        ("store", "thiếu"),
        ("map", "thiếu"),
    ],
)
def test_words_that_are_no_command(used: Seat, words: str, says: str) -> None:
    assert says in used.fails(2, *words.split())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("dance", "resolve"),
        ("", "resolve"),
        ("refuse", "lý do"),
        ("refuse --code nowhere --agency so-xay-dung", "not_ours"),
        ("refuse --reason x --agency so-nnmt", "so-nnmt"),
        ("accept --agency nobody", "nobody"),
        ("accept --photo x.jpg", "--photo"),
        ("accept --outcome reached", "--outcome"),
        ("grant", "gia hạn"),
        ("close", "trạng thái"),
        ("reopen --reason x", "trạng thái"),
        ("extend --reason x", "--committed"),
        ("extend --reason x --committed soon", "soon"),
        ("extend --reason x --committed 2026-12-31T09:00:00", "múi giờ"),
        ("extend --reason x --committed 2020-01-01T09:00:00+07:00", "muộn hơn"),
        ("extend --reason x --committed 9999-12-31T23:59:59-14:00", "committed"),
        ("extend --committed 2099-12-31T23:59:59+07:00", "lý do"),
        ("resolve --text x", "ảnh"),
        ("resolve --text x --reason y --code nothing", "nothing"),
        ("callback", "--outcome"),
        ("callback --outcome hello", "no_answer"),
        ("callback --outcome busy --verdict satisfied", "ý kiến"),
        ("callback --outcome reached --verdict angry", "not_satisfied"),
        ("merge", "--parent"),
        ("merge --parent 1", "1"),
        ("reject --reason x", "trạng thái"),
        ("cancel", "lý do"),
        ("need-info", "trạng thái"),
        ("note", "nội dung"),
        ("note --text x --as auditor", "Giám sát"),
        ("accept --as operator", "Tổng đài viên"),
    ],
)
def test_steps_that_are_refused(used: Seat, words: str, says: str) -> None:
    number = used.run("--json", "request", "list").json[0]["number"]
    assert says.lower() in used.fails(2, "request", "do", number, *words.split()).lower()


def test_text_that_would_hide_or_break_is_cleaned(seat: Seat) -> None:
    logged = seat.log(
        description="A\u202eB\x00C\u200bD\ud800E\r\nF",
        address_string="12\u2066 Lê Lợi\n\tQ1",
        reporter={"name": "Lan\x1b[31m\u202e"},
    )
    assert logged["description"] == "ABCD\ufffdE\nF"
    assert logged["address_string"] == "12 Lê Lợi Q1"
    assert logged["reporter"]["name"] == "Lan[31m"
    number = logged["number"]
    note = seat.do(number, "note", "--text", os.fsdecode(b"x\xff\xe2\x80\xaey"))
    assert note["number"] == number
    assert "\x1b" not in seat.run("request", "show", number, "--events").out


def test_nfd_and_longest_texts_are_taken(seat: Seat) -> None:
    logged = seat.log(description="e\u0302\u0301" * 4000, address_string="x" * 1000)
    assert logged["description"] == "ế" * 4000


def test_large_and_wrong_photos(seat: Seat, tmp_path: Path) -> None:
    number = seat.log()["number"]
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.write(b"\xff\xd8\xff")
        file.truncate(10 * 2**20 + 1)
    fake = tmp_path / "fake.jpg"
    fake.write_text("<script>alert(1)</script>")
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    step = ("request", "do", number, "resolve", "--text", "x", "--photo")
    for file_, says in ((large, "10 MB"), (fake, "không phải ảnh")):
        assert says in seat.fails(2, *step, file_)
    for gone in (pipe, tmp_path / "nowhere.jpg", tmp_path, "/dev/null", "/dev/zero"):
        assert Path(gone).name in seat.fails(3, *step, gone), "a file that is missing"
    assert "zero" in seat.fails(3, "request", "log", stdin=_form(media=["/dev/zero"]))
    left = [p.name for p in (seat.profile / "spool").rglob("*")]
    assert left == [], "nothing half-written stays"


def test_english_for_those_who_ask(used: Seat) -> None:
    assert "UTF-8" in used.fails(2, "--lang", "en", "request", "log", stdin=b"\xff")
    assert "no action" in used.fails(2, "request", "do", "1", "--lang=en")
    assert "Wrong usage" in used.fails(2, "--lang", "en", "dance")
    assert "Wrong usage" in used.fails(2, "request", "--lang", "en")


def test_an_account_with_a_password_does_not_act_by_its_name_alone(seat: Seat) -> None:
    """`--as` acts only where no password is needed."""
    number = seat.log()["number"]
    catalogue = load_catalogue()
    store = LocalStore(seat.profile, catalogue)
    accounts = LocalAccounts(store, catalogue, lambda: datetime.now(UTC))
    asyncio.run(accounts.set_password(actor_for("auditor", catalogue), "", "cầu chữ y lúc sáu"))
    store.close()
    said = seat.fails(2, "--as", "auditor", "request", "show", number)
    assert "“auditor” có mật khẩu" in said
    assert seat.run("--as", "supervisor", "request", "show", number).code == 0
    assert seat.run("request", "list").code == 0
