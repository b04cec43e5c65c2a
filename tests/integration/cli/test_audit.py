"""`audit verify` and `audit list`, one process each."""

import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from console.services.records import AuditEntry
from console.services.seed import load_catalogue
from console.store.local import LocalStore
from tests.integration.cli.seat import Seat

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
    # Who read the audit stands in it, before he sees it.
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
