"""Places pasted as text: coordinates in every notation, links, plus codes, swapped, outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.catalogue.city_area import in_city
from console.map.gazetteer.local_places import LocalPlaces
from console.map.geography.coordinates import find_place, plus_code, read_place, read_plus_code


@pytest.mark.parametrize(
    "text",
    ["10.8612, 106.7058", "(10,8612; 106,7058)", "10.8612° N, 106.7058° E", "10.8612 106.7058",
     "10°51'40.3\"N 106°42'20.9\"E", "10°51′40.3″B, 106°42′20.9″Đ", "geo:10.8612,106.7058",
     "https://www.google.com/maps/@10.8612,106.7058,17z", "https://maps.google.com/?q=10.8612,106.7058",
     "https://www.google.com/maps/place/Some+Place/@10.8612,106.7058,17z/data=!3m1",
     "https://www.openstreetmap.org/?mlat=10.8612&mlon=106.7058#map=17",
     "https://www.google.com/maps?q=loc:10.8612,106.7058",
     "https://www.google.com/maps/search/10.8612,+106.7058?entry=tts",
     "https://www.google.com/maps/search/?api=1&query=10.8612%2C106.7058",
     "https://www.google.com/maps/dir//10.8612,106.7058/@10.8,106.6,12z",
     "https://www.google.com/maps/place/X/@10.1234,106.1234,17z/data=!3m1!4b1!3d10.8612!4d106.7058!16s",
     "https://maps.apple.com/?ll=10.8612,106.7058&q=Pin",
     "https://map.example.vn/share?lat=10.8612&lng=106.7058&z=17"],
)  # fmt: skip
def test_coordinates_in_the_city_are_read(text: str) -> None:
    place = read_place(text)
    assert place is not None
    assert (place.lat, place.long) == pytest.approx((10.8612, 106.7058), abs=2e-5)
    assert place.note == ""


@pytest.mark.parametrize(
    "text",
    ["Em ở đây nè https://maps.google.com/?q=10.8612,106.7058 ngập quá",
     "vị trí 10.8612, 106.7058 nha",
     "toạ độ: 106.7058,10.8612", "https://www.google.com/maps/search/10.8612,+106.7058 gần chợ"],
)  # fmt: skip
def test_a_message_tells_its_place_among_words(text: str) -> None:
    place = find_place(text)
    assert place is not None
    assert (place.lat, place.long) == (10.8612, 106.7058)


@pytest.mark.parametrize(
    "text",
    ["nhà 12.5000, đất 3.4000", "giá 10.8, 106.7", "1.2345.6789, 3.4567", "ở 21.0285, 105.8542", "",
     "https://maps.app.goo.gl/AbC123", "https://x.vn/" + "a" * 5000],
)  # fmt: skip
def test_texts_without_a_place_in_the_city(text: str) -> None:
    assert find_place(text) is None


def test_swapped_ones_are_offered_the_right_way_round_and_say_so() -> None:
    place = read_place("106.7058 10.8612")
    assert place is not None
    assert (place.lat, place.long, place.note) == (10.8612, 106.7058, "swapped")
    assert LocalPlaces().suggest("106.7058, 10.8612")[0].note == "swapped"


def test_outside_the_city_is_asked_not_refused() -> None:
    for text in ("21.0285, 105.8542", "9.5000, 107.0000"):  # Hà Nội; the sea before Côn Đảo
        place = read_place(text)
        assert place is not None
        assert place.note == "outside"
    found = LocalPlaces().suggest("21.0285, 105.8542")[0]
    assert (found.kind, found.note, found.lat) == ("point", "outside", 21.0285)


@pytest.mark.parametrize(
    "text", ["12 Lê Lợi", "", "91.5, 190.2", "10.8", "3/2, Q.10", "66/1 Đồng Tâm"]
)
def test_other_texts_are_no_place(text: str) -> None:
    assert read_place(text) is None


# From the open standard's test data (github.com/google/open-location-code, Apache-2.0):
# code, south, west, north, east.
@pytest.mark.parametrize(
    ("lat", "long", "code"),
    [(20.3700625, 2.7821875, "7FG49QCJ+2V"), (47.0000625, 8.0000625, "8FVC2222+22"),
     (-41.2730625, 174.7859375, "4VCPPQGP+Q9")],
)  # fmt: skip
def test_plus_codes_of_the_standard(lat: float, long: float, code: str) -> None:
    assert plus_code(lat, long) == code


@given(st.floats(10.4, 11.1), st.floats(106.4, 107.0))
def test_a_plus_code_comes_back_within_its_field(lat: float, long: float) -> None:
    code = plus_code(lat, long)
    for said in (code, code[4:], code.lower()):
        place = read_plus_code(said)
        assert place is not None
        assert abs(place.lat - lat) <= 0.000126
        assert abs(place.long - long) <= 0.000126
        assert place.note == ""


def test_a_short_code_with_the_citys_name() -> None:
    place = read_place(f"{plus_code(10.8612, 106.7058)[4:]} Thành phố Hồ Chí Minh")
    assert place is not None
    assert in_city(place.lat, place.long)


@given(st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    read_place(text)
