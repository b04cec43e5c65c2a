"""`central …` as IT types it: exit codes, one line for each problem, JSON for machines."""

from pathlib import Path

import pytest

from console.domain.ids import uuid7
from console.store.central.seat_link import STEP
from tests.fakes.postgres import Centre
from tests.integration.central.build import forwarded, greet, note, received
from tests.integration.cli.seat import Seat
from tests.integration.store.build import CATALOGUE


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    """A seat whose settings name no centre."""
    return Seat(tmp_path / "profile", {})


def test_from_an_empty_database_to_people_and_seats(centre: Centre, seat: Seat) -> None:
    url = centre.url()
    with centre.connect() as link:
        link.execute("drop schema hotline cascade")
    assert "central init" in seat.fails(3, "central", "status", "--url", url)
    first = seat.run("central", "init", url)
    assert (first.code, first.err) == (0, "")
    assert f"0 → {STEP}" in first.out
    again = seat.run("--json", "central", "init", url).json
    assert (again["before"], again["after"]) == (STEP, STEP)
    added = seat.run("central", "add-user", "hoa-cli", "--role", "operator", "--url", url,
                     stdin="một câu dài\n")  # fmt: skip
    assert added.code == 0
    officer = seat.run("central", "add-user", "tu-cli", "--role", "officer", "--agency",
                       "ubnd-ba-diem", "--url", url, "--no-password")  # fmt: skip
    assert officer.code == 0
    assert (
        seat.run("central", "set-password", "tu-cli", "--url", url, stdin="câu khác hẳn").code == 0
    )
    assert seat.run("central", "block-user", "tu-cli", "--url", url).code == 0
    assert seat.run("--json", "central", "list-users", "--url", url).json == [
        {"login": "hoa-cli", "role": "operator", "agency": None, "can_sign_in": True},
        {"login": "tu-cli", "role": "officer", "agency": "ubnd-ba-diem", "can_sign_in": False},
    ]
    assert "không" in seat.run("central", "list-users", "--url", url).out

    console = centre.client("hoa-cli")
    greet(console, 14)
    console.push([note(), note()])
    console.pull(0, limit=1)
    assert console.take_lease("mail", "may-14")
    state = seat.run("--json", "central", "status", "--url", url).json
    assert (state["step"], state["needed"]) == (STEP, STEP)
    assert [(s["stream"], s["last"], s["unprojected"]) for s in state["streams"]] == [
        ("hcmc", 2, 2)
    ]
    (shown,) = state["consoles"]
    assert (shown["code"], shown["workstation"], shown["login"]) == (14, "may-14", "hoa-cli")
    assert (shown["lag"], shown["code_taken"]) == (1, False)
    words = seat.run("central", "status", "--url", centre.url("hoa-cli")).out
    assert "014" in words
    assert "may-14" in words
    assert "2 sự kiện" in words
    assert "Kênh mail: máy may-14" in words
    console.release_lease("mail")
    shown = seat.run("--json", "central", "status", "--url", centre.url("hoa-cli")).json
    assert shown["channels"] == [{"name": "mail", "workstation": "may-14", "held": False}]
    assert "events" in seat.run("--lang", "en", "central", "status", "--url", url).out

    whole = seat.run("--json", "central", "audit", "--url", url)
    assert whole.json["first_bad"] is None
    with centre.connect() as link:
        link.execute("alter table hotline.audit disable trigger all")
        link.execute("update hotline.audit set login = 'x' where n = 2")
    bad = seat.run("central", "audit", "--url", url)
    assert bad.code == 1
    assert "dòng 2" in bad.out


def test_a_seats_name_commands_no_terminal(centre: Centre, seat: Seat) -> None:
    console = centre.central("op1")
    greet(console, 14)
    assert console.take_lease("mail", "may\x1b[2J")
    assert "máy may[2J" in seat.run("central", "status", "--url", centre.url("op1")).out


def test_the_settings_name_the_centre(centre: Centre, seat: Seat, tmp_path: Path) -> None:
    assert "[central] url" in seat.fails(2, "central", "status")
    seat.profile.mkdir(parents=True, exist_ok=True)
    config = seat.profile / "config.toml"
    url = centre.url(centre.user("op1"))
    config.write_text(f'[central]\nurl = "{url}"\n')
    assert seat.run("--json", "central", "status").json["step"] == STEP
    doctor = {line["name"]: line for line in seat.run("--json", "doctor").json}
    assert doctor["central"]["state"] == "ok"
    secret = tmp_path / "mat-khau"
    secret.write_text("x")
    secret.chmod(0o644)
    config.write_text(f'[central]\nurl = "{url}"\npassword_file = "{secret}"\n')
    seat.fails(2, "central", "status")
    secret.chmod(0o600)
    assert seat.run("central", "status").code == 0
    config.write_text('[central]\nurl = "postgresql://op1:rat-kin@10.0.0.5/centre"\n')
    assert "rat-kin" not in seat.fails(2, "central", "status")


def test_history_is_searched_at_the_centre(centre: Centre, seat: Seat) -> None:
    desk = centre.central("op1")
    greet(desk)
    mine = uuid7()
    desk.push([received(mine), received(uuid7(), "26001000027", "Cây đổ"), forwarded(mine, "a")])
    desk.project(CATALOGUE)
    url = centre.url("op1")
    (found,) = seat.run("--json", "central", "search", "nap", "cong", "--url", url).json
    assert (found["number"], found["state"]) == ("26 001 00001 9", "forwarded")
    assert found["requested_datetime"] == "2026-11-24T09:00:00+07:00"
    (same,) = seat.run("--json", "central", "search", "26-001-00001.9", "--url", url).json
    assert same == found
    assert seat.run("--json", "central", "search", "26 002 00001 1", "--url", url).json == []
    assert "Cây đổ" in seat.run("central", "search", "cay do", "--url", url).out
    assert "sai một chữ số" in seat.fails(2, "central", "search", "26 001 00001 8", "--url", url)
    seat.fails(3, "central", "search", "x", "--url", "postgresql://127.0.0.1:1/x")


def test_a_newer_schema_is_refused(centre: Centre, seat: Seat) -> None:
    with centre.connect() as link:
        link.execute("update hotline.schema_step set version_num = '0999'")
    assert "cập nhật chương trình" in seat.fails(3, "central", "init", centre.url())


def test_an_older_schema_is_not_all_right(centre: Centre, seat: Seat) -> None:
    with centre.connect() as link:
        link.execute("update hotline.schema_step set version_num = '0003'")
    asked = seat.run("central", "status", "--url", centre.url())
    assert asked.code == 1
    assert "central init" in asked.out


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (2, ("init",)),
        (2, ("init", "khong phai dia chi")),
        (2, ("init", "postgresql://trung-tam.test/x?sslmode=require")),
        (3, ("init", "postgresql://127.0.0.1:1/x")),
        (2, ("add-user", "hoa", "--url", "postgresql:///x")),
        (2, ("add-user", "hoa", "--role", "vua", "--url", "postgresql:///x")),
        (2, ("add-user", "Hoa", "--role", "operator", "--url", "postgresql:///x")),
        (2, ("add-user", "hoa", "--role", "officer", "--url", "postgresql:///x")),
        (2, ("add-user", "hoa", "--role", "officer", "--agency", "la", "--url", "postgresql:///x")),
        (2, ("add-user", "hoa", "--role", "operator", "--url", "postgresql:///x")),  # no password
    ],
)
def test_mistakes_are_one_line(seat: Seat, code: int, words: tuple[str, ...]) -> None:
    seat.fails(code, "central", *words)


def test_a_typed_password_is_warned_of(centre: Centre, seat: Seat) -> None:
    done = seat.run("central", "status", "--url", centre.url() + "&password=rat-kin")
    assert done.code == 0
    assert "~/.pgpass" in done.err
    assert "rat-kin" not in done.out + done.err
