"""`audit verify` and `audit list`, one process each."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

from console.services.ports import AuditEntry
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
    lines = seat.run("--as", "auditor", "--json", "audit", "list", "--limit", "1").json
    assert [(line["act"], line["workstation"]) for line in lines] == [("number_shown", "may-07")]
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
