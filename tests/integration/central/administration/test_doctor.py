"""`doctor` and `sync` say what is wrong between this seat and the centre, whoever asks."""

from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from console.store.central.administration import setup
from console.store.central.connection import address
from tests.fakes.postgres import Centre, Cluster, fresh_centre
from tests.integration.central.build import greet
from tests.integration.cli.seat import Seat
from tests.integration.sync.consoles import until

OTHERS = """select count(*) from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()"""
FORM = """{"service_code": "roads.pothole", "description": "Ổ gà", "lat": 10.7, "long": 106.6,
    "address_string": "135 Nam Kỳ Khởi Nghĩa, phường Bến Thành"}"""


def _seat(folder: Path, centre: Centre, login: str, code: int = 1) -> Seat:
    """A seat with this login's address; the account must be there or not, as the test wants."""
    return Seat(
        folder / f"{login}-{code}",
        {
            "CONSOLE1022_CENTRAL__URL": centre.url(login),
            "CONSOLE1022_SEAT__CONSOLE_CODE": f"{code:03}",
            "CONSOLE1022_SEAT__WORKSTATION": f"may-{code:02}",
        },
    )


def _found(seat: Seat) -> list[tuple[str, str]]:
    """State and words of what the doctor says of the centre."""
    every: list[dict[str, Any]] = seat.run("--json", "doctor").json
    return [(each["state"], each["text"]) for each in every if each["name"] == "central"]


@pytest.mark.parametrize(
    ("role", "agency"), [("operator", None), ("auditor", None), ("officer", "cay-xanh")]
)
def test_every_role_is_told_that_all_is_well_and_leaves_no_trace(
    centre: Centre, tmp_path: Path, role: str, agency: str | None
) -> None:
    seat = _seat(tmp_path, centre, centre.user("nguoi", role, agency))
    ((state, text),) = _found(seat)
    assert state == "ok"
    assert f"nguoi ({role}" in text
    with centre.connect() as link:
        assert link.execute("select count(*) from hotline.console").fetchone() == (0,)
        assert link.execute("select count(*) from hotline.console_code").fetchone() == (0,)


def test_a_login_that_only_another_database_knows_is_refused(
    centre: Centre, tmp_path: Path
) -> None:
    """Roles belong to the server: it may connect here, and row security would show it nothing."""
    other = fresh_centre()
    try:
        seat = _seat(tmp_path, centre, other.user("khach"))
        ((state, text),) = _found(seat)
        assert (state, "từ chối" in text) == ("fail", True)
        assert "từ chối" in seat.fails(3, "central", "status")
        assert "từ chối" in seat.fails(3, "central", "search", "nap")
    finally:
        other.close()


def test_a_cloned_seat_is_told_and_gives_no_number(centre: Centre, tmp_path: Path) -> None:
    first = _seat(tmp_path, centre, centre.user("op1"), 7)
    number = first.log()["number"]
    assert first.run("sync", "--once").err == ""
    clone = _seat(tmp_path, centre, centre.user("op2"), 7)
    assert _found(clone)[-1][0] == "fail"
    done = clone.run("sync", "--once")
    assert (done.code, done.json["pulled"]) == (0, 3)
    assert "007" in done.err
    assert "007" in clone.run("sync", "--status").err
    assert "console_code" in clone.fails(3, "request", "log", stdin=FORM)
    listed = clone.run("--json", "request", "list").json
    assert [each["number"] for each in listed] == [number]


def test_an_agencys_seat_gives_no_numbers_and_may_have_any_code(
    centre: Centre, tmp_path: Path
) -> None:
    greet(centre.central("op1"), 7)
    officer = _seat(tmp_path, centre, centre.user("an", "officer", "cay-xanh"), 7)
    assert [state for state, _ in _found(officer)] == ["ok"]
    assert officer.run("sync", "--once").err == ""


def test_a_seat_that_is_too_old_is_told(centre: Centre, tmp_path: Path) -> None:
    seat = _seat(tmp_path, centre, centre.user("op1"))
    seat.log()
    with centre.connect() as link:
        link.execute("update hotline.stream set min_console_version = 99")
    done = seat.run("sync", "--once")
    assert (done.code, done.json["pushed"], done.json["pending"]) == (0, 0, 3)
    assert "99" in done.err
    states = _found(seat)
    assert [state for state, _ in states] == ["ok", "fail", "warn"]
    assert "99" in states[1][1]


def test_a_server_without_a_place_left_says_so(tmp_path: Path) -> None:
    cluster = Cluster(settings={"max_connections": "6"})
    try:
        with cluster.admin() as link:
            link.execute("create database hotline")
        setup.init(address.checked(cluster.url("hotline")))
        centre = Centre(cluster, "hotline")
        seat = _seat(tmp_path, centre, centre.user("op1"))
        seat.log()
        held = [centre.client("op1") for _ in range(3)]
        for n, each in enumerate(held, 2):
            greet(each, n)
        assert "max_connections" in seat.fails(3, "sync", "--once")
        assert _found(seat)[0][0] == "warn"
        told = seat.run("central", "status", "--url", centre.url()).out
        assert "3, sắp hết" in told or "4 / 3" in told
        held[0].close()
        with cluster.admin() as link:
            until(lambda: link.execute(OTHERS).fetchone() == (2,))
        assert seat.run("sync", "--once").json["pushed"] == 3
        centre.close()
    finally:
        cluster.close()


def test_before_the_first_init_everything_of_it_says_what_to_do(tmp_path: Path) -> None:
    """Also on a server that has none of the roles."""
    cluster = Cluster()
    try:
        with cluster.admin() as link:
            link.execute("create database leer")
        seat, url = Seat(tmp_path / "p", {}), cluster.url("leer")
        for words in (
            ("status",),
            ("list-users",),
            ("add-user", "hoa", "--role", "operator", "--no-password"),
            ("set-password", "hoa"),
            ("block-user", "hoa"),
            ("expire-recordings", "180"),
            ("backup", str(tmp_path / "c.dump")),
            ("search", "nap"),
            ("audit",),
        ):
            said = seat.fails(3, "central", *words, "--url", url, stdin="một câu dài\n")
            assert "central init" in said, words
        assert not (tmp_path / "c.dump").exists()
    finally:
        cluster.close()


def test_a_copy_into_no_folder_is_a_mistake_of_the_words(centre: Centre, tmp_path: Path) -> None:
    seat = Seat(tmp_path / "p", {})
    where = tmp_path / "khong-co"
    said = seat.fails(2, "central", "backup", str(where / "c.dump"), "--url", centre.url())
    assert str(where) in said


def test_an_upgrade_that_meets_a_held_table_says_so(tmp_path: Path) -> None:
    """As a long backup holds them; "cannot be reached" would send IT to the network."""
    cluster = Cluster()
    try:
        with cluster.admin() as link:
            link.execute("create database hotline")
        setup.init(address.checked(cluster.url("hotline")), to="0017")
        seat = Seat(tmp_path / "p", {})
        with cluster.admin("hotline") as link, link.transaction():
            link.execute("lock table hotline.event in row exclusive mode")
            said = seat.fails(3, "central", "init", cluster.url("hotline"))
        assert "bị giữ" in said
        assert seat.run("central", "init", cluster.url("hotline")).code == 0
    finally:
        cluster.close()


def test_where_only_a_standby_answers_it_is_said(centre: Centre, tmp_path: Path) -> None:
    seat = _seat(tmp_path, centre, centre.user("op1"))
    with centre.connect() as link:
        name = sql.Identifier(centre.database)
        link.execute(
            sql.SQL("alter database {} set default_transaction_read_only = on").format(name)
        )
    seat.log()
    assert "dự phòng" in seat.fails(3, "sync", "--once")
    ((state, text), (waiting, _)) = _found(seat)
    assert (state, waiting) == ("warn", "warn")
    assert "dự phòng" in text
