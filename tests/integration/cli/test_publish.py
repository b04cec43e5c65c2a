"""`publish open-data` as a script uses it: what was published, in two files, and nothing else."""

import csv
import json
from pathlib import Path

from console.services.publication.open_data import COLUMNS
from tests.integration.cli.seat import Seat


def test_published_requests_as_open_data(seat: Seat, tmp_path: Path) -> None:
    shown, hidden = seat.log(), seat.log(description="Chỉ nội bộ")
    seat.do(shown["number"], "publish", "--text", "Ổ gà =1+1 giữa đường")
    folder = tmp_path / "dữ liệu"
    made = seat.run("publish", "open-data", folder, "--json")
    assert made.json == {"requests": 1, "folder": str(folder)}
    with (folder / "requests.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert list(row) == [*COLUMNS]
    assert row["service_request_id"] == shown["number"].replace(" ", "")
    assert (row["status"], row["service_code"]) == ("open", "roads.pothole")
    assert row["description"] == "Ổ gà =1+1 giữa đường"
    assert (row["lat"], row["long"]) == ("10.777", "106.695")
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    fields = package["resources"][0]["schema"]["fields"]
    assert [field["name"] for field in fields] == [*COLUMNS]
    assert sorted(p.name for p in folder.iterdir()) == ["datapackage.json", "requests.csv"]
    for secret in ("Lan", "0903", "Chỉ nội bộ", hidden["number"].replace(" ", "")):
        assert secret not in (folder / "requests.csv").read_text("utf-8")
    again = seat.run("publish", "open-data", folder)
    assert again.out.startswith("Đã ghi 1 phản ánh")


def test_a_folder_that_cannot_be_is_named(seat: Seat, tmp_path: Path) -> None:
    (file := tmp_path / "tệp").touch()
    for folder in (tmp_path / "không-có" / "x", file):
        assert str(folder) in seat.fails(2, "publish", "open-data", folder)
