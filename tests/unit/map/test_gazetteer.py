"""Search as you type over a city's worth of names: prefix first, typing errors, what was told."""

import random
import statistics
import time
from pathlib import Path

import pytest

from console.map.gazetteer import Gazetteer
from console.map.places import LocalPlaces
from console.map.street_list import shipped_streets
from console.map.wards import WardTable

PLACES = LocalPlaces()


@pytest.mark.parametrize(
    ("typed", "first"),
    [("vo cong ton", "Võ Công Tồn"), ("vo cong tn", "Võ Công Tồn"), ("vo cogn ton", "Võ Công Tồn"),
     ("võ công tồn", "Võ Công Tồn"), ("vocongton", "Võ Công Tồn"),
     ("nguyen thi mihn khai", "Nguyễn Thị Minh Khai"),
     ("binh trj dong", "Phường Bình Trị Đông"), ("an phu don", "Phường An Phú Đông"),
     ("đường quach diêu", "Quách Điêu"), ("xa lo ha", "Xa lộ Hà Nội")],
)  # fmt: skip
def test_the_name_meant_comes_first(typed: str, first: str) -> None:
    assert PLACES.suggest(typed)[0].text == first


def test_what_starts_so_stands_before_what_holds_it() -> None:
    found = [s.text for s in PLACES.suggest("tan phu")]
    assert found[0] == "Phường Tân Phú"
    assert all(text.split(" ", 1)[1].startswith("Tân Phú") for text in found[:3])


@pytest.mark.parametrize("typed", ["", "x", "zzzzzz", "!!", "a" * 500, "<b>", "%", "\x00"])
def test_nothing_is_offered_for_nothing(typed: str) -> None:
    assert PLACES.suggest(typed) == ()


def test_what_callers_mention_lately_goes_up() -> None:
    places = LocalPlaces()
    before = [s.text for s in places.suggest("nguyen van ")]
    lower = before[-1]
    places.remember(f"12 {lower}", None, None, None)
    assert places.suggest("nguyen van ")[0].text == lower
    assert places.suggest("nguyen v")[0].text == lower


def test_a_place_told_before_brings_its_pin() -> None:
    places = LocalPlaces()
    places.remember("66/1 Đồng Tâm, Trung Chánh", 10.86, 106.60, "27592")
    found = places.suggest("66/1 dong")[0]
    assert (found.kind, found.text, found.lat) == ("recent", "66/1 Đồng Tâm, Trung Chánh", 10.86)


def test_a_city_of_twenty_thousand_names_within_the_time_of_a_key(tmp_path: Path) -> None:
    file = tmp_path / "places.tsv"
    file.write_text(
        "kind\tname\tlat\tlong\talias\n"
        + "".join(f"street\t{n}\t10.77\t106.7\t\n" for n in _names(20_000))
    )
    gazetteer = Gazetteer(WardTable(), places=file)
    gazetteer.prepare()
    assert len(gazetteer) > 20_000
    spans = []
    for text in ("nguyen thi minh khai", "vo cogn ton", "p. binh trj dong", "hẻm 5 cao thnag"):
        for n in range(1, len(text) + 1):
            begun = time.perf_counter()
            gazetteer.suggest(text[:n], 8)
            spans.append((time.perf_counter() - begun) * 1000)
    assert statistics.median(spans) < 20, max(spans)


def _names(n: int) -> list[str]:
    """Names made of the words of real ones."""
    words = sorted({word for name in shipped_streets().names for word in name.split()})
    dice = random.Random(n)
    made = {" ".join(dice.choices(words, k=dice.choice((2, 3, 3, 4)))) for _ in range(n * 2)}
    return sorted(made)[:n]
