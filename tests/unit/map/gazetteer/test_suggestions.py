"""Search as you type over a city's names: prefixes first, typing errors, recent mentions."""

import pytest

from console.map.gazetteer.local_places import LocalPlaces

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


def test_prefix_matches_come_before_word_matches() -> None:
    found = [s.text for s in PLACES.suggest("tan phu")]
    assert found[0] == "Phường Tân Phú"
    assert all(text.split(" ", 1)[1].startswith("Tân Phú") for text in found[:3])


@pytest.mark.parametrize("typed", ["", "x", "zzzzzz", "!!", "a" * 500, "<b>", "%", "\x00"])
def test_nothing_is_offered_for_nothing(typed: str) -> None:
    assert PLACES.suggest(typed) == ()


@pytest.mark.parametrize("typed", ["quan 1", "quận 1", "q1", "q.10", "Q. Tân Phú", "tp thu duc"])
def test_a_district_that_ends_an_address_is_not_changed_for_a_ward(typed: str) -> None:
    assert PLACES.suggest(f"15 Le Loi, phuong Ben Nghe, {typed}") == ()
    assert PLACES.suggest(f"15 Le Loi, {typed}") == ()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("66/1 dong tam, trung chanh, hoc mon", "66/1 Đồng Tâm, Xã Trung Chánh, Huyện Hóc Môn"),
        ("trung chanh, hoc mo", "Xã Trung Chánh, Huyện Hóc Môn"),
        ("12 cong hoa, phuong 13, tan binh", "12 Cộng Hòa, Phường 13, Quận Tân Bình"),
        ("gần chợ, phuong 12, go vap", "gần chợ, Phường 12, Quận Gò Vấp"),
    ],
)
def test_the_understood_ward_stands_before_others_of_its_district(typed: str, first: str) -> None:
    found = PLACES.suggest(typed)
    assert (found[0].text, found[0].kind) == (first, "old_ward")
    assert len({s.text for s in found}) == len(found) <= 8


def test_a_district_alone_offers_its_wards_as_before() -> None:
    assert PLACES.suggest("hoc mon")[0].text == "Xã Hóc Môn"


@pytest.mark.parametrize("typed", ["quang trung", "hung vuong", "quoc huong"])
def test_a_street_that_only_begins_like_one_is_offered(typed: str) -> None:
    assert PLACES.suggest(f"chợ, {typed}")


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
