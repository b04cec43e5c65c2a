"""`notice add`, `change`, `end`, `list`: what a script does with notices."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.integration.cli.seat import Seat

SOON = (datetime.now(UTC) + timedelta(hours=6)).isoformat(timespec="seconds")
WORDS = ("--title", "Mất nước", "--text", "Có nước lại lúc 17:00", "--until", SOON)


def test_its_whole_life(seat: Seat, tmp_path: Path) -> None:
    made = seat.run("--json", "notice", "add", *WORDS, "--ward", "xã Trung Chánh, Hóc Môn").json
    assert (made["state"], made["kind"], made["by"]) == ("on", "outage", "operator")
    assert len(made["wards"]) == 1
    assert "Xã Bà Điểm" in seat.run("notice", "list").out
    drawn = tmp_path / "vung.geojson"
    ring = [[106.6, 10.8], [106.7, 10.8], [106.7, 10.9], [106.6, 10.8]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    drawn.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": shape}))
    changed = seat.run(
        "--as", "supervisor", "--json", "notice", "change", made["id"], "--area", drawn
    ).json
    assert (changed["wards"], changed["changed_by"], changed["version"]) == ([], "supervisor", 2)
    assert changed["areas"] == [[[10.8, 106.6], [10.8, 106.7], [10.9, 106.7]]]
    assert changed["public"] is False
    shown = seat.run("--json", "notice", "change", made["id"], "--public").json
    assert (shown["public"], shown["areas"]) == (True, changed["areas"])
    assert "Mất nước" in seat.run("notice", "list").out
    seat.run("notice", "end", made["id"], "--reason", "Đã có nước")
    assert seat.run("--json", "notice", "list").json == []
    (over,) = seat.run("--json", "notice", "list", "--all").json
    assert (over["state"], over["reason"]) == ("over", "Đã có nước")


def test_an_officer_lists_what_concerns_his_agency_without_the_script(seat: Seat) -> None:
    told = ("--script", "Dạ 17 giờ có lại", "--ward", "xã Trung Chánh, Hóc Môn", "--group", "water")
    seat.run("notice", "add", *WORDS, *told)
    (his,) = seat.run("--as", "officer-sawaco", "--json", "notice", "list").json
    assert (his["title"], his["script"]) == ("Mất nước", None)
    assert seat.run("--as", "officer-ql-htgt-duong-bo", "--json", "notice", "list").json == []
    (whole,) = seat.run("--json", "notice", "list").json
    assert whole["script"] == "Dạ 17 giờ có lại"


def test_what_it_refuses(seat: Seat, tmp_path: Path) -> None:
    assert "phạm vi" in seat.fails(2, "notice", "add", *WORDS)
    assert "phường" in seat.fails(2, "notice", "add", *WORDS, "--ward", "Nơi Không Có")
    bad = tmp_path / "bad.geojson"
    bad.write_text('{"type": "Polygon", "coordinates": "x"}')
    assert "GeoJSON" in seat.fails(2, "notice", "add", *WORDS, "--area", bad)
    nobody = "00000000-0000-0000-0000-000000000001"
    for wanted in (nobody, "nonsense"):
        assert "Không có thông báo" in seat.fails(2, "notice", "end", wanted, "--reason", "x")
    assert "không được" in seat.fails(2, "--as", "auditor", "notice", "add", *WORDS, "--everywhere")
