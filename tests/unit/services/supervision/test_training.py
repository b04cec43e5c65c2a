"""Training: the score of a form, and that its settings have no outside address."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from console.assembly.training import training_settings
from console.config.layers import load
from console.config.settings import Settings
from console.domain.requests.request import Reporter, Request
from console.domain.states import Channel, State
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.supervision.training import Score, ScoreBook, judge, scenarios

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)


def right() -> Request:
    """Bà Lan's report, taken correctly."""
    (lan,) = [each for each in scenarios() if each.id == "cover"]
    return Request(
        id=UUID(int=1),
        number="26001000019",
        channel=Channel.VOICE,
        state=State.RECEIVED,
        service_code="drainage.cover",
        description="Nap cong SỤP trước nhà, hố sâu",
        requested_at=NOW,
        updated_at=NOW,
        address_string="66/1 Dong Tam, xã Trung Chánh",
        ward_code="27592",
        danger=("open_hole", "no_warning"),
        reporters=(Reporter(None, "Bà Lan", lan.number, None, Channel.VOICE),),
    )


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, ()),
        ({"service_code": "roads.pothole"}, ("service",)),
        ({"address_string": "Đồng Tâm"}, ("place",)),
        ({"address_string": None, "ward_code": None}, ("place", "ward")),
        ({"description": "Nắp cống"}, ("description",)),
        ({"danger": ()}, ("danger",)),
        ({"reporters": ()}, ("reporter",)),
    ],
)
def test_each_part_counts(change: dict[str, object], missing: tuple[str, ...]) -> None:
    scenario = next(each for each in scenarios() if each.id == "cover")
    score = judge(scenario, replace(right(), **change), 40, "hoa")  # type: ignore[arg-type]
    assert score.missing == missing
    assert score.complete == round(100 * (6 - len(missing)) / 6)


@pytest.mark.parametrize(
    ("seconds", "points"), [(10, 100), (75, 100), (150, 50), (225, 0), (9e9, 0)]
)
def test_speed_is_worth_all_up_to_the_target_and_nothing_at_three_times(
    seconds: float, points: int
) -> None:
    scenario = next(each for each in scenarios() if each.id == "cover")
    assert judge(scenario, right(), seconds, "hoa").speed == points


def test_the_scripts_fit_the_catalogue() -> None:
    catalogue = load_catalogue()
    known = scenarios()
    assert (
        len({each.number for each in known}) == len({each.id for each in known}) == len(known) >= 5
    )
    for each in known:
        for code in each.services:
            asked = {question.code for question in catalogue.service(code).questions}
            if code == each.services[0]:
                assert set(each.danger) <= asked, each.id
        assert set(each.wards) <= set(catalogue.wards)


def test_scores_stay_and_a_broken_line_is_no_score(tmp_path: Path) -> None:
    book = ScoreBook(tmp_path)
    assert book.all() == ()
    score = Score("cover", "hoa", NOW.isoformat(), 40.0, 100, 83, ("danger",))
    book.keep(score)
    with (tmp_path / "scores.jsonl").open("a", encoding="utf-8") as out:
        out.write("{\n[]\n")
    book.keep(score)
    assert book.all() == (score, score)


EVERYTHING = """
[central]
url = "postgresql://may07@trung-tam/hotline"
password_file = "/etc/secret"
[telephony]
adapter = "ami"
host = "pbx"
secret_file = "/etc/secret"
recordings = "/srv/{leg}.wav"
device = "/dev/ttyUSB0"
[[sms]]
name = "gsm1"
[mail]
imap_host = "mail"
smtp_host = "mail"
[media]
clamd = "/run/clamd"
[open311]
listen = "0.0.0.0:8311"
api_keys_file = "/etc/keys"
[facebook]
page_id = "1"
[zalo]
oa_id = "1"
[map]
tiles_url = "https://tiles/{z}/{x}/{y}"
zoom = 14
[ui]
theme = "night"
"""


def test_no_address_is_left_to_which_anything_could_go(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(EVERYTHING, "utf-8")
    loaded = load(tmp_path, environ={}, site_file=tmp_path / "no")
    found = training_settings(loaded, tmp_path).settings
    plain = Settings()
    different = {
        f"{section.name}.{each.name}"
        for section in fields(Settings)
        if is_dataclass(part := getattr(found, section.name))
        for each in fields(part)
        if getattr(part, each.name) != getattr(getattr(plain, section.name), each.name)
    }
    assert different == {
        "seat.extension",
        "seat.workstation",
        "telephony.adapter",
        "map.zoom",
        "ui.theme",
    }
    assert found.telephony.adapter == "simulator"
    assert found.sms == ()


def test_what_was_imported_for_the_map_is_there_in_training_too(tmp_path: Path) -> None:
    folder = tmp_path / "map"
    folder.mkdir()
    for name in ("wards.geojson", "basemap.mbtiles"):
        (folder / name).write_bytes(b"")
    loaded = load(tmp_path, environ={}, site_file=tmp_path / "no")
    found = training_settings(loaded, tmp_path).settings.map
    assert (found.wards, found.basemap) == (
        str(folder / "wards.geojson"),
        str(folder / "basemap.mbtiles"),
    )
