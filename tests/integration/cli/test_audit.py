"""`audit verify` and `audit list`, one process each."""

import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from console.domain.requests.numbering import spoken
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.records import AuditEntry
from console.services.views.audit import AuditFilter
from console.store.seat.local_store import LocalStore
from console.store.seat.profile_lock import stays
from tests.integration.cli.seat import Seat
from tests.unit.services.history.made_files import ROW, changed, written

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def write(seat: Seat, *acts: str) -> None:
    store = LocalStore(seat.profile, load_catalogue())
    for act in acts:
        entry = AuditEntry(AT, "supervisor", "supervisor", "may-07", act, "26 001 00001 9")
        store.write_now(lambda uow, entry=entry: uow.audit(entry))  # type: ignore[misc]
    store.close()


def test_the_audit_is_read_by_those_who_may(seat: Seat) -> None:
    write(seat, "handed_over", "number_shown")
    said = seat.run("audit", "list").out
    assert "xem số điện thoại" in said
    assert "26 001 00001 9" in said
    mine = ("--as", "auditor", "--json", "audit", "list")
    lines = seat.run(*mine, "--act", "number_shown").json
    assert [(line["act"], line["workstation"]) for line in lines] == [("number_shown", "may-07")]
    # That the audit log is read is recorded before it is shown.
    first = seat.run(*mine, "--limit", "1").json[0]
    assert (first["act"], first["actor"]) == ("audit_read", "auditor")
    assert "Who" in seat.run("--lang", "en", "audit", "list").out
    for user in ("operator", "officer-cay-xanh"):
        assert "không được đọc nhật ký" in seat.fails(2, "--as", user, "audit", "list")


def test_an_altered_line_is_named(seat: Seat) -> None:
    write(seat, "locked", "unlocked", "locked")
    whole = seat.run("--json", "audit", "verify")
    assert whole.code == 0
    assert (whole.json["ok"], whole.json["lines"], whole.json["first_bad"]) == (True, 3, None)
    assert "nguyên vẹn: 3 dòng" in seat.run("audit", "verify").out
    with closing(sqlite3.connect(seat.profile / "store.sqlite3")) as hand, hand:
        hand.execute("drop trigger audit_unchanged")
        hand.execute("update audit set actor = 'operator' where n = 2")
    bad = seat.run("audit", "verify")
    assert bad.code == 1
    assert "từ dòng 2" in bad.out
    assert seat.run("--json", "audit", "verify").json["first_bad"] == 2


def test_it_leaves_as_a_file_that_runs_nothing(seat: Seat, tmp_path: Path) -> None:
    write(seat, "=cmd|' /C calc'!A0", "locked")
    file = tmp_path / "nhật ký.xlsx"
    seat.run("audit", "list", "--from", "2026-11-24", "--format", "xlsx", "--out", file)
    with zipfile.ZipFile(file) as book:
        sheets = [book.read(n) for n in book.namelist() if "worksheets/sheet" in n]
    assert sheets
    assert not any(b"<f>" in sheet for sheet in sheets)
    said = seat.run("audit", "list", "--format", "csv").out
    assert ",'=cmd|" in said
    assert "xuất nhật ký" in said
    assert "2026-13" in seat.fails(2, "audit", "list", "--from", "2026-13-01")


def acts(seat: Seat, *words: str) -> list[tuple[str, str, str]]:
    lines = seat.run("--json", "audit", "list", "--side", "access", *words).json
    return [(x["act"], x["subject"], x["detail"]) for x in lines if x["act"] != "audit_read"]


def test_what_a_verb_shows_is_a_line_also_beside_an_open_window(seat: Seat) -> None:
    number = spoken(seat.log()["number"])
    assert seat.run("request", "list").code == 0  # the table names no person
    assert seat.run("--as", "supervisor", "request", "show", number).code == 0
    assert seat.run("--json", "request", "list").code == 0
    shown = ("list_exported", "request list", f"cli json 1: {number}")
    assert acts(seat) == [shown, ("request_read", number, "cli")]
    window = LocalStore(seat.profile, load_catalogue())  # what a window holds open
    try:
        stays(seat.profile)
        assert seat.run("request", "show", number, "--events").code == 0
        assert len(window.ask_now(lambda q: q.audit_lines(AuditFilter(act="request_read")))) == 1
        assert window.chain_reader_lines() == 1
        assert window.chain_reader_lines() == 0
        readers = window.ask_now(lambda q: q.audit_lines(AuditFilter(act="request_read")))
    finally:
        window.close()
    assert [line.actor for line in readers] == ["operator", "supervisor"]
    assert [act for act, _, _ in acts(seat, "--request", number)] == [
        "request_read", "list_exported", "request_read",
    ]  # fmt: skip
    assert seat.run("--json", "audit", "verify").json["ok"]


def test_what_comes_in_is_a_line_in_the_words_of_the_window(seat: Seat, tmp_path: Path) -> None:
    history = written(tmp_path, ROW, changed(service_request_id="PAKN-2", service_code="gì"))
    streets, assets = tmp_path / "đường.csv", tmp_path / "đèn.csv"
    streets.write_text("name,lat,long\nĐường Đinh Thị Thi,10.77,106.70\n", "utf-8")
    assets.write_text("kind,code,lat,long\nlamp,A1,10.8,106.7\n", "utf-8")
    assert seat.run("import", "requests", history).code == 0
    assert seat.run("import", "requests", history).code == 0  # is in
    assert seat.run("map", "import-streets", streets, "--dry-run").code == 0
    with closing(LocalStore(seat.profile, load_catalogue())) as window:  # what a window holds open
        stays(seat.profile)
        assert seat.run("map", "import-streets", streets).code == 0
        assert window.chain_reader_lines() == 1
    assert seat.run("map", "import-assets", assets).code == 0
    assert seat.run("store", "rebuild").code == 0
    with closing(LocalStore(seat.profile, load_catalogue())) as store:
        assert store.first_broken_audit_line() is None
        lines = store.run_on_reader(
            lambda c: c.exec_driver_sql("select * from audit order by n").mappings().all()
        )
    assert {(line["actor"], line["role"]) for line in lines} == {("administrator",) * 2}
    assert [(line["act"], line["subject"], line["detail"]) for line in lines] == [
        ("data_imported", "requests", "lịch sử.csv: 1"),
        ("data_imported", "streets", "đường.csv: 1"),
        ("data_imported", "assets", "đèn.csv: 1"),
        ("store_rebuilt", "", "1"),
    ]


def test_what_cannot_be_written_down_is_not_shown(seat: Seat) -> None:
    number = seat.log()["number"]
    (seat.profile / "audit-beside").write_text("not a folder")
    assert "nhật ký" in seat.fails(3, "request", "show", number)
    assert "nhật ký" in seat.fails(3, "--json", "request", "list")


def test_a_profile_that_takes_no_line_is_backed_up_beside_a_window_too(
    seat: Seat, tmp_path: Path
) -> None:
    seat.log()
    (seat.profile / "audit-beside").write_text("not a folder")
    with closing(LocalStore(seat.profile, load_catalogue())):  # what a window holds open
        stays(seat.profile)
        assert seat.run("backup", tmp_path / "sao.zip").code == 0


def test_a_backup_and_open_data_that_leave_are_lines(seat: Seat, tmp_path: Path) -> None:
    seat.log()
    assert seat.run("--as", "administrator", "backup", tmp_path / "bản sao.zip").code == 0
    with closing(LocalStore(seat.profile, load_catalogue())) as window:  # what a window holds open
        stays(seat.profile)
        assert seat.run("backup", tmp_path / "bên cửa sổ.zip").code == 0
        assert window.chain_reader_lines() == 1
    (tmp_path / "mở").mkdir()
    assert seat.run("--as", "supervisor", "publish", "open-data", tmp_path / "mở").code == 0
    lines = seat.run("--json", "audit", "list", "--side", "access").json
    said = {line["act"]: (line["actor"], line["detail"]) for line in lines}
    assert said["backup_made"][0] == "administrator"
    assert said["open_data_exported"] == ("supervisor", "0")
    words = seat.run("audit", "list").out
    assert words.count("sao lưu hồ sơ") == 2
    assert "xuất dữ liệu mở" in words
