"""`backup` and `restore` as IT runs them."""

import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from console.store.seat.store_copy import NightlyCopies
from tests.integration.cli.seat import Seat


def test_a_profile_goes_out_and_comes_back(seat: Seat, tmp_path: Path, photo: Path) -> None:
    number = seat.log(media=[str(photo)])["service_request_id"]
    copy = tmp_path / "bản sao.zip"
    done = seat.run("backup", copy, "--json")
    assert done.code == 0
    assert (done.json["requests"], done.json["files"], done.json["damaged"]) == (1, 1, [])
    other = Seat(tmp_path / "máy khác", dict(seat.env))
    assert "Đã khôi phục và kiểm tra 1 phản ánh" in other.run("restore", copy).out
    for place in (seat, other):
        shown = place.run("request", "show", number, "--events", "--json").json
        assert shown["description"] == "Ổ gà sâu giữa đường"
        assert len(shown["media"]) == 1
    assert _id(seat) != _id(other)


def _id(seat: Seat) -> str:
    with closing(sqlite3.connect(seat.profile / "store.sqlite3")) as plain:
        found = plain.execute("select value from meta where key = 'install_id'").fetchone()
    return str(found and found[0])


def test_one_sentence_for_each_refusal(seat: Seat, tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    assert "chưa có" in seat.fails(3, "backup", copy).lower() or not copy.exists()
    seat.log()
    assert seat.run("backup", copy).code == 0
    assert "không bị ghi đè" in seat.fails(2, "backup", copy)
    assert "Không có thư mục" in seat.fails(2, "backup", tmp_path / "không" / "x.zip")
    assert "chưa gửi về trung tâm" in seat.fails(2, "restore", copy)
    assert "không được" in seat.fails(2, "--as", "operator", "restore", copy)
    assert "không được" in seat.fails(2, "--as", "auditor", "backup", tmp_path / "b.zip")
    (tmp_path / "x.zip").write_text("no zip")
    assert "bị hỏng" in seat.fails(3, "restore", tmp_path / "x.zip", "--force")
    assert seat.fails(3, "restore", tmp_path / "none.zip")
    done = seat.run("restore", copy, "--force", "--json")
    assert Path(json.loads(done.out)["replaced"]).is_dir()


def test_the_doctor_looks_at_the_nightly_copies(seat: Seat) -> None:
    def told() -> tuple[str, str]:
        lines = {line["name"]: line for line in seat.run("doctor", "--json").json}
        return lines["copies"]["state"], lines["copies"]["text"]

    seat.log()
    assert told() == ("ok", "chưa có bản sao đêm nào")
    made = NightlyCopies(seat.profile).make(datetime(2026, 11, 24, 20, tzinfo=UTC))
    assert told() == ("ok", "bản sao mới nhất 2026-11-25")
    old = made.stat().st_mtime - 4 * 86_400
    os.utime(made, (old, old))
    assert told() == ("warn", "bản sao mới nhất 2026-11-25")
