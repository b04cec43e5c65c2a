"""The register of data subjects' requests by the command line: recorded, stepped, read by its
keeper.
"""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from console.services.city_data.catalogue_loader import load_catalogue
from console.services.records import Credential
from console.store.seat.local_store import LocalStore
from tests.integration.cli.seat import Seat
from tests.integration.cli.test_audit import acts


def add(seat: Seat, *words: str) -> str:
    """Record Lan's request; return its id."""
    done = seat.run(
        "--json", "privacy", "add", "0903 123 456", "--wish", "view", "--name", "Lan", *words
    )
    wish_id: str = done.json["id"]
    return wish_id


def test_a_wish_goes_its_way_and_the_audit_names_nobody(seat: Seat, tmp_path: Path) -> None:
    first, second = add(seat), add(seat, "--channel", "walk_in", "--text", "xin xem")
    table = seat.run("privacy", "list").out
    assert table.count("xem dữ liệu") == 2
    assert "••• ••• 456" in table
    assert "Lan" not in table
    assert seat.run("privacy", "answer", first, "--text", "đã nhận").code == 0
    assert "đã gia hạn" in seat.run("privacy", "extend", first, "--reason", "phải hỏi").out
    assert "một lần" in seat.fails(2, "privacy", "extend", first, "--reason", "nữa")
    assert seat.run("--lang", "en", "privacy", "done", first).out.count("done") == 1
    assert "đã xong" in seat.fails(2, "privacy", "refuse", first, "--reason", "muộn")
    whole = seat.run("--json", "privacy", "show", second).json
    assert (whole["name"], whole["phones"]) == ("Lan", ["+84903123456"])
    assert [x["id"] for x in seat.run("--json", "privacy", "list").json] == [second]
    every = seat.run("--json", "privacy", "list", "--all").json
    assert [(x["id"], x["state"]) for x in every] == [(second, "open"), (first, "done")]
    lines = acts(seat)
    assert [line[0] for line in reversed(lines)] == [
        "wish_received", "wish_received", "wish_answered", "wish_extended", "wish_done",
        "number_shown",
    ]  # fmt: skip
    assert "xem dữ liệu" in seat.run("audit", "list", "--format", "csv").out
    assert "Lan" not in repr(lines)
    assert "903123" not in repr(lines)
    file = tmp_path / "lan.json"
    assert seat.run("privacy", "export", "0903123456", "--out", file).code == 0
    assert file.read_text("utf-8").count('"step": "wish_') == 5


def test_an_account_with_a_password_reads_nothing_here_also_unnamed(
    seat: Seat, tmp_path: Path
) -> None:
    add(seat)
    with closing(LocalStore(seat.profile, load_catalogue())) as store:
        known = Credential("supervisor", "x", datetime(2026, 11, 24, tzinfo=UTC))
        store.write_now(lambda uow: uow.save_credential(known))
    for words in (("list",), ("export", "0903123456", "--out", tmp_path / "lan.json")):
        assert "mật khẩu" in seat.fails(2, "privacy", *words)
    assert not (tmp_path / "lan.json").exists()


def test_who_does_not_keep_it_gets_nothing(seat: Seat) -> None:
    wish = add(seat)
    for user in ("operator", "auditor", "officer-cay-xanh"):
        for words in (("list",), ("show", wish), ("done", wish)):
            said = seat.fails(2, "--as", user, "privacy", *words)
            assert "sổ yêu cầu về dữ liệu" in said
    assert "Không có yêu cầu này" in seat.fails(2, "privacy", "show", "1")
    assert "Không có yêu cầu này" in seat.fails(2, "privacy", "done", wish.replace("0", "1"))
    assert "tương lai" in seat.fails(
        2, "privacy", "add", "0903123456", "--wish", "view", "--at", "2099-01-01T00:00+07:00"
    )
