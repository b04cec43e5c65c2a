"""Lists, likely duplicates, and what an officer's account must not learn from any of them."""

import json
import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from console.cli.framework.output import print_table
from console.cli.main import run
from console.cli.request import verbs
from console.domain.ids import uuid7
from console.domain.requests.events import FieldsChanged, NoteAdded, NoticeIssued, RequestForwarded
from console.domain.requests.numbering import check_digit
from console.services.city_data.catalogue_loader import load_catalogue
from console.store.seat.local_store import LocalStore
from tests.integration.cli.seat import ROOT, Seat
from tests.integration.store.build import stored

MINE, THEIRS = "so-xay-dung", "so-nnmt"
OFFICER = ("--as", f"officer-{MINE}")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Seat:
    """A seat with one request of each of two agencies, and one that no agency has."""
    seat = Seat(tmp_path_factory.mktemp("city") / "profile")
    seat.log(agency=MINE)
    seat.log(agency=THEIRS, description="Cây ngã chắn hẻm", reporter={"phone": "0912345678"})
    seat.log(agency=None, forward=False, description="Chờ phân loại", reporter=None)
    return seat


def described(city: Seat, *words: str) -> list[str]:
    """Descriptions of what a list shows, newest first."""
    return [form["description"] for form in city.run("--json", "request", "list", *words).json]


def number_of(city: Seat, description: str) -> str:
    forms = city.run("--json", "request", "list").json
    return str(next(f["number"] for f in forms if f["description"] == description))


@pytest.mark.parametrize("limit", [1, 2, 3, 5000])
def test_a_list_is_as_long_as_was_asked_for(
    city: Seat, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], limit: int
) -> None:
    """The store returns pages, here of two rows; nobody notices."""
    monkeypatch.setattr(verbs, "_PAGE", 2)
    words = ["--profile", str(city.profile), "request", "list", "--limit", str(limit)]
    assert run([*words, "--json"]) == 0
    shown = [form["description"] for form in json.loads(capsys.readouterr().out)]
    assert shown == ["Chờ phân loại", "Cây ngã chắn hẻm", "Ổ gà sâu giữa đường"][:limit]


def test_people_read_names_in_the_list_not_codes(city: Seat) -> None:
    shown = city.run("request", "list").out
    assert "Ổ gà, hư hỏng mặt đường" in shown
    assert "Sở Xây dựng" in shown
    assert "roads.pothole" not in shown
    assert MINE not in shown
    assert "Pothole" in city.run("--lang", "en", "request", "list").out


def test_filters(city: Seat) -> None:
    assert described(city) == ["Chờ phân loại", "Cây ngã chắn hẻm", "Ổ gà sâu giữa đường"]
    assert described(city, "--agency", THEIRS) == ["Cây ngã chắn hẻm"]
    assert described(city, "--state", "received") == ["Chờ phân loại"]
    both = described(city, "--state", "received", "--state", "forwarded")
    assert len(both) == 3
    assert described(city, "--query", "cay nga") == ["Cây ngã chắn hẻm"]
    assert described(city, "--query", "0903123456") == ["Ổ gà sâu giữa đường"]
    assert described(city, "--query", "Lan") == ["Ổ gà sâu giữa đường"]
    assert described(city, "--overdue") == []
    assert described(city, "--limit", "1") == ["Chờ phân loại"]
    assert described(city, "--query", "“không có gì như thế”") == []
    assert described(city, "--query", '" OR 1=1 --*(') == []
    number = number_of(city, "Cây ngã chắn hẻm")
    assert described(city, "--query", number) == ["Cây ngã chắn hẻm"]
    table = city.run("request", "list", "--agency", MINE).out.splitlines()
    assert table[0].split() == ["Mã", "Loại", "sự", "cố", "Trạng", "thái", "Đơn", "vị", "Hạn",
                                "Địa", "chỉ"]  # fmt: skip
    assert len(table) == 2


def test_json_before_and_after_the_verb(city: Seat) -> None:
    before = city.run("--json", "request", "list").json
    assert city.run("request", "--json", "list").json == before
    assert city.run("request", "list", "--json").json == before


def test_an_officer_sees_the_own_agencys_and_no_reporter(city: Seat) -> None:
    forms = city.run(*OFFICER, "--json", "request", "list").json
    assert [form["description"] for form in forms] == ["Ổ gà sâu giữa đường"]
    assert [form["reporter"] for form in forms] == [None]
    number = forms[0]["number"]
    shown = city.run(*OFFICER, "request", "show", number, "--events", "--json")
    human = city.run(*OFFICER, "request", "show", number, "--events")
    for text in (shown.out, human.out):
        assert "Lan" not in text
        assert "903123456" not in text
        assert "reporter_recorded" not in text
    assert shown.json["reporter"] is None


@pytest.mark.parametrize(
    "words",
    [
        ("--query", "0903123456"),
        ("--query", "+84903123456"),
        ("--query", "0903"),
        ("--query", "0903 123 456"),
        ("--query", "Lan"),
        ("--query", "Cây ngã"),
        ("--query", "Chờ phân loại"),
        ("--agency", THEIRS),
        ("--overdue", "--query", "0903123456"),
        ("--state", "received"),
    ],
)
def test_an_officer_finds_nothing_by_person_or_of_others(
    city: Seat, words: tuple[str, ...]
) -> None:
    assert described(city, *words, *OFFICER) == []


def test_anothers_request_answers_like_one_that_does_not_exist(city: Seat) -> None:
    other, mine = number_of(city, "Cây ngã chắn hẻm"), number_of(city, "Ổ gà sâu giữa đường")
    nobody = f"26 999 00001 {check_digit('2699900001')}"
    steps = ("accept", "start", "note", "close", "forward")
    for verb in (
        ("request", "show", "{}"),
        ("request", "show", "{}", "--events"),
        *(("request", "do", "{}", step) for step in steps),
        ("request", "do", "{}", "resolve", "--reason", "không", "--text", "x"),
        ("request", "do", mine, "merge", "--parent", "{}"),
    ):
        asked = [
            city.fails(2, *OFFICER, *(word.format(number) for word in verb)).replace(number, "N")
            for number in (other, nobody)
        ]
        assert asked[0] == asked[1], verb
    assert described(city, *OFFICER, "--query", other) == []


def test_a_reporter_who_agreed_is_shown_to_the_officer(seat: Seat) -> None:
    number = seat.log(consent=True)["number"]
    shown = seat.run(*OFFICER, "--json", "request", "show", number).json
    assert shown["reporter"] == {"name": "Lan", "phone": "+84903123456", "email": None}


def test_likely_duplicates(city: Seat) -> None:
    near = ("duplicates", "--service", "roads.pothole", "--lat", "10.7770", "--long", "106.6953")
    forms = city.run(*near, "--json").json
    assert len(forms) == 3
    assert set(forms[0]) >= {"number", "distance_m", "age_minutes", "reason"}
    assert forms == sorted(forms, key=lambda f: f["distance_m"])
    assert forms[0]["reason"] == "near"
    assert 5 < forms[0]["distance_m"] < 20
    assert city.run(*near, "--within", "5", "--json").json == []
    assert city.run("--json", "duplicates", "--service", "trees.fallen", *near[3:]).json == []
    own = city.run(*OFFICER, *near, "--json")
    assert [form["description"] for form in own.json] == ["Ổ gà sâu giữa đường"]
    assert "Cây ngã" not in city.run(*OFFICER, *near).out
    assert "ở gần" in city.run(*near).out
    assert "nearby" in city.run("--lang", "en", *near).out


def test_rebuilt_projections_are_the_same(city: Seat) -> None:
    before = city.run("--json", "request", "list").json
    rebuilt = city.run("--json", "store", "rebuild").json
    assert rebuilt["requests"] == 3
    assert rebuilt["events"] == 7, "three received, two reporters, two forwarded"
    assert city.run("--json", "request", "list").json == before
    assert city.run("store", "rebuild").out.startswith("Đã dựng lại 3 phản ánh")
    for who in (OFFICER, ("--as", "supervisor")):
        assert "không được store rebuild" in city.fails(2, *who, "store", "rebuild")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("verb", ["config", "request list", "--help", "doctor --json"])
def test_nobody_reads_the_output(city: Seat, verb: str, unbuffered: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        city.command(*verb.split()),
        stdout=writing,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=city.environ() | {"PYTHONUNBUFFERED": unbuffered},
        check=False,
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_no_cell_commands_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters from another console are shown, not executed."""
    print_table(("Mã", "Địa chỉ"), [("26", "a\x1b[2J\x9b\u202eb\nc"), ("1", "")])
    assert capsys.readouterr().out == "Mã  Địa chỉ\n26  a[2Jb c\n1\n"


def test_a_request_of_a_hostile_console_commands_no_terminal(seat: Seat) -> None:
    number = seat.log()["number"]
    bad = "\x1b]0;x\x07\x1b[2J\x9b\u202e"
    store = LocalStore(seat.profile, load_catalogue())
    request_id = store.ask_now(lambda q: q.find_number(number))
    assert request_id is not None
    events = [
        stored(request_id, FieldsChanged(set={"description": f"Hố{bad}", "address_string": bad})),
        replace(stored(request_id, NoteAdded(text=f"Đã{bad} xem")), actor=f"ai-do{bad}"),
        stored(request_id, RequestForwarded(agency=f"so{bad}", due_at=None)),
    ]
    store.write_now(lambda uow: uow.append(events))
    store.close()
    for words in (("request", "show", number, "--events"), ("request", "list")):
        done = seat.run(*words)
        assert done.code == 0, done.err
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(done.out), words
        assert "]0;x[2J" in done.out


def test_nor_does_a_notice_of_one(seat: Seat) -> None:
    which, now = uuid7(), datetime.now(UTC)
    said = NoticeIssued(
        kind="outage", title="Cúp\x1b[2J nước", text="x", starts_at=now,
        ends_at=now + timedelta(days=1), everywhere=True,
    )  # fmt: skip
    store = LocalStore(seat.profile, load_catalogue())
    store.write_now(lambda uow: uow.append([stored(which, said, now)]))
    store.close()
    shown = seat.run("notice", "end", str(which), "--reason", "Đã có nước").out
    assert "Cúp[2J nước" in shown
