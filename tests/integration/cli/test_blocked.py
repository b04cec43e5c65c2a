"""`blocked list`, `add`, `end`: what a script does with blocked senders."""

from datetime import UTC, datetime, timedelta

from tests.integration.cli.seat import Seat

AD = ("sms", "0903 123 456", "--reason", "quảng cáo")


def test_its_whole_life(seat: Seat) -> None:
    assert seat.run("--json", "blocked", "list").json == []
    made = seat.run("--json", "blocked", "add", *AD, "--days", "7").json
    assert (made["sender"], made["by"], made["reason"], made["held"]) == (
        "+84903123456", "supervisor", "quảng cáo", 0,
    )  # fmt: skip
    left = datetime.fromisoformat(made["until"]) - datetime.now(UTC)
    assert timedelta(days=6) < left <= timedelta(days=7)
    seat.run("--as", "administrator", "blocked", "add", *AD, "--days", "2")
    (row,) = seat.run("--json", "blocked", "list").json
    assert (row["by"], row["since"]) == ("supervisor", made["since"])
    assert row["until"] < made["until"]
    table = seat.run("blocked", "list").out
    assert "+84903123456" in table
    assert "quảng cáo" in table
    seat.run("blocked", "end", "sms", "0903123456")
    assert seat.run("--json", "blocked", "list").json == []
    acts = [line["act"] for line in seat.run("--json", "audit", "list").json]
    assert acts.count("list_exported") == 2, "a list that names citizens is a line"
    assert acts.count("sender_blocked") == 2
    assert acts.count("sender_let_go") == 1


def test_what_it_refuses(seat: Seat) -> None:
    for words in (("blocked", "list"), ("blocked", "add", *AD), ("blocked", "end", *AD[:2])):
        assert "không được" in seat.fails(2, "--as", "operator", *words)
    assert "không bị chặn" in seat.fails(2, "blocked", "end", *AD[:2])
    assert "thư" in seat.fails(2, "blocked", "add", "email", "0903", "--reason", "x")
    assert "1" in seat.fails(2, "blocked", "add", *AD, "--days", "366")
    assert "lý do" in seat.fails(2, "blocked", "add", "sms", "0903123456", "--reason", " ")
    assert "voice" in seat.fails(2, "blocked", "add", "voice", "0903123456", "--reason", "x")
