"""`backup` and `restore` as IT runs them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

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
