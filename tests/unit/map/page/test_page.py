"""The bare page, its data, and the map's state."""

import hashlib
import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.domain.states import Priority, State
from console.map.display.geojson import requests_json, short_label, wards_json
from console.map.display.state import point_kind
from console.map.geography.projection import grid_step, metres_per_pixel, place, world
from console.map.geography.wards import WardTable
from console.map.page.build import build_page
from console.map.page.origin import ORIGIN
from console.map.page.process import PageBuildError, make_page, marked_page
from console.map.resources import PAGE_ASSETS
from console.services.views.requests import MapPoint

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PAGE = build_page("t1", (10.776, 106.701), 12)


def point(
    state: State = State.FORWARDED,
    priority: Priority = Priority.NORMAL,
    due_h: float | None = 10,
    number: str = "26014000017",
) -> MapPoint:
    due = None if due_h is None else NOW + timedelta(hours=due_h)
    return MapPoint(uuid.UUID(int=1), number, 10.8, 106.7, "road.pothole", state, priority, due)


def test_the_page_has_no_inline_code_and_no_address_but_ours() -> None:
    mime, html = PAGE.files[PAGE.path]
    assert mime == "text/html"
    assert re.findall(r"<script(?! src=)|<style|\son\w+=|style=|javascript:", html) == []
    addresses = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert addresses
    assert all(address.startswith(f"{ORIGIN}/") for address in addresses)
    everything = "".join(text for _, text in PAGE.files.values())
    assert "http" not in everything.replace("http-equiv", "")


def test_every_asset_of_the_page_is_there() -> None:
    html = PAGE.files[PAGE.path][1]
    for path in re.findall(rf'"{ORIGIN}/([^"]*)"', html):
        if path.startswith("assets/"):
            assert (PAGE_ASSETS / path.removeprefix("assets/")).is_file(), path
        else:
            assert path in PAGE.files or path == "qwebchannel.js"


def test_two_pages_share_no_file_and_one_page_is_always_the_same() -> None:
    other = build_page("t2", (10.776, 106.701), 12)
    assert not set(PAGE.files) & set(other.files)
    assert build_page("t1", (10.776, 106.701), 12) == PAGE
    assert "ConsoleMap.attach(map_t1);" in PAGE.files["map-t1.js"][1]


def test_the_page_of_the_child_is_the_page_made_here_at_any_place() -> None:
    assert make_page("t1", (10.776, 106.701), 12) == PAGE
    assert make_page("t9", (8.7, 106.6), 19) == build_page("t9", (8.7, 106.6), 19)


def test_a_child_that_fails_raises_with_its_output(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    marked_page.cache_clear()
    monkeypatch.setattr("sys.executable", "/no/such/python")
    with pytest.raises(PageBuildError, match="No such file"):
        make_page("t1", (10.776, 106.701), 12)
    talker = tmp_path / "python"
    talker.write_text("#!/bin/sh\necho a site of its own says something\n", "utf-8")
    talker.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(talker))
    with pytest.raises(PageBuildError, match="a site of its own"):
        make_page("t1", (10.776, 106.701), 12)
    monkeypatch.undo()
    monkeypatch.setenv("PYTHONHOME", "/no/such/home")
    with pytest.raises(PageBuildError):
        make_page("t1", (10.776, 106.701), 12)


def test_vendored_files_are_whole() -> None:
    lines = (PAGE_ASSETS / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    there = {
        file.relative_to(PAGE_ASSETS).as_posix()
        for file in (PAGE_ASSETS / "vendor").rglob("*")
        if file.is_file()
    }
    assert set(listed) == there
    for name, digest in listed.items():
        assert hashlib.sha256((PAGE_ASSETS / name).read_bytes()).hexdigest() == digest, name
    assert sum((PAGE_ASSETS / name).stat().st_size for name in there) < 500_000


def test_our_script_writes_outside_text_by_text_content_only() -> None:
    script = (PAGE_ASSETS / "console-map.js").read_text()
    for word in ("insertAdjacentHTML", "outerHTML", "document.write", "eval(", "new Function"):
        assert word not in script
    # innerHTML is only read, to escape the attribution
    assert re.findall(r"\.innerHTML\s*=[^=]", script) == []


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        (point(), "ok"),
        (point(due_h=None), "ok"),
        (point(due_h=1), "warn"),
        (point(priority=Priority.HIGH), "warn"),
        (point(due_h=-1), "urgent"),
        (point(priority=Priority.URGENT), "urgent"),
        (point(state=State.RESOLVED, due_h=-1), "ok"),
        (point(state=State.CLOSED, priority=Priority.URGENT, due_h=-1), "closed"),
        (point(state=State.MERGED), "closed"),
    ],
)
def test_shape_of_a_request(shown: MapPoint, kind: str) -> None:
    assert point_kind(shown, NOW) == kind


def test_requests_are_geojson_with_nothing_of_a_person() -> None:
    document = json.loads(requests_json([point()], NOW))
    feature = document["features"][0]
    assert feature["geometry"] == {"type": "Point", "coordinates": [106.7, 10.8]}
    assert feature["id"] == str(uuid.UUID(int=1))
    assert feature["properties"] == {"kind": "ok", "label": "26014000017"}
    told = json.loads(requests_json([point()], NOW, lambda p: f"Ổ gà {p.number}" + "x" * 999))
    assert told["features"][0]["properties"]["label"].startswith("Ổ gà 26014000017x")
    assert len(told["features"][0]["properties"]["label"]) == 300


def test_ward_labels_are_short() -> None:
    labels = {ward["label"] for ward in json.loads(wards_json(WardTable()))["wards"]}
    assert len(labels) == 168
    assert {"P. Sài Gòn", "X. Củ Chi", "ĐK. Côn Đảo"} <= labels
    assert short_label("Elsewhere") == "Elsewhere"


def test_projection_there_and_back() -> None:
    lat, long = place(*world(10.776, 106.701))
    assert (lat, long) == pytest.approx((10.776, 106.701), abs=1e-9)
    assert metres_per_pixel(0, 0) == pytest.approx(156543.034)
    assert grid_step(1000) == (0.2, 1)
    assert grid_step(1e7) == (0.0002, 4)
    assert grid_step(1) == (1.0, 0)
