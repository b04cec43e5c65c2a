import math
from datetime import datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.catalogue.catalogue import Service
from console.domain.requests import duplicates as d
from console.domain.states import State
from tests.unit.domain.build import BUS, NOW, POTHOLE, later

HERE = {"lat": 10.7769, "long": 106.7009}
METRE = 1 / 111_195  # degrees of latitude


def candidate(
    state: State = State.FORWARDED,
    requested_at: datetime = NOW,
    closed_at: datetime | None = None,
    **report: object,
) -> d.Candidate:
    return d.Candidate(
        id=uuid4(),
        state=state,
        requested_at=requested_at,
        closed_at=closed_at,
        report=d.Report(**report),  # type: ignore[arg-type]
    )


def north(metres: float) -> dict[str, float]:
    return {"lat": HERE["lat"] + metres * METRE, "long": HERE["long"]}


def ranked(
    report: d.Report, *others: d.Candidate, service: Service = POTHOLE, **more: float
) -> list[tuple[int, str]]:
    """(place in `others`, reason), best first."""
    ids = [o.id for o in others]
    return [(ids.index(m.id), m.reason) for m in d.rank(report, others, service, NOW, **more)]


def test_distance_as_known() -> None:
    # Nhà thờ Đức Bà to Chợ Bến Thành, about 0.9 km
    assert d.distance_m(10.7798, 106.6990, 10.7725, 106.6980) == pytest.approx(819, abs=5)
    assert d.distance_m(0, 0, 0, 180) == pytest.approx(math.pi * d.EARTH_RADIUS_M)


@given(st.floats(8, 23), st.floats(102, 110), st.floats(1, 5000), st.floats(0, 2 * math.pi))
def test_the_box_holds_the_circle(lat: float, long: float, radius: float, angle: float) -> None:
    high = math.degrees(radius / d.EARTH_RADIUS_M) * 0.999
    lat2 = lat + high * math.sin(angle)
    long2 = long + high * math.cos(angle) / math.cos(math.radians(lat))
    south, west, n, east = d.box(lat, long, radius)
    if d.distance_m(lat, long, lat2, long2) <= radius:
        assert south <= lat2 <= n
        assert west <= long2 <= east


def test_near_ones_by_distance_and_not_beyond_the_radius() -> None:
    report = d.Report(**HERE)  # type: ignore[arg-type]
    far, near, mid = (candidate(**north(m)) for m in (51, 5, 40))  # type: ignore[arg-type]
    assert ranked(report, far, near, mid) == [(1, d.NEAR), (2, d.NEAR)]
    assert ranked(report, far, near, mid, within_m=60)[-1] == (0, d.NEAR)
    assert ranked(report, candidate(**HERE), within_m=0) == [(0, d.NEAR)]  # type: ignore[arg-type]


def test_same_words_and_younger_first_at_equal_distance() -> None:
    report = d.Report(**HERE, description="ổ gà to giữa đường")  # type: ignore[arg-type]
    old = candidate(requested_at=later(days=-20), **HERE)  # type: ignore[arg-type]
    young = candidate(**HERE)  # type: ignore[arg-type]
    alike = candidate(description="O GA TO giua duong", **HERE)  # type: ignore[arg-type]
    assert [place for place, _ in ranked(report, old, young, alike)] == [2, 1, 0]


def test_an_equal_asset_ranks_first_at_any_distance_and_other_assets_last() -> None:
    report = d.Report(attributes=(("asset", "TR-12"),), **HERE)  # type: ignore[arg-type]
    same = candidate(attributes=(("asset", "tr 12"),), **north(5000))  # type: ignore[arg-type]
    other = candidate(attributes=(("asset", "TR-13"),), **HERE)  # type: ignore[arg-type]
    near = candidate(**north(30))  # type: ignore[arg-type]
    assert ranked(report, other, near, same) == [
        (2, d.SAME_ASSET),
        (1, d.NEAR),
        (0, d.OTHER_ASSET),
    ]


def test_the_window() -> None:
    report = d.Report(**HERE)  # type: ignore[arg-type]
    long_open = candidate(requested_at=later(days=-90), **HERE)  # type: ignore[arg-type]
    lately = candidate(State.CLOSED, closed_at=later(hours=-48), **HERE)  # type: ignore[arg-type]
    long_ago = candidate(State.CLOSED, closed_at=later(hours=-49), **HERE)  # type: ignore[arg-type]
    unknown = candidate(State.CLOSED, **HERE)  # type: ignore[arg-type]
    never = [
        candidate(s, closed_at=NOW, **HERE)  # type: ignore[arg-type]
        for s in (State.MERGED, State.REJECTED, State.CANCELLED, State.DRAFT)
    ]
    others = (long_open, lately, long_ago, unknown, *never)
    assert {place for place, _ in ranked(report, *others)} == {0, 1}
    assert {place for place, _ in ranked(report, *others, hours=72)} == {0, 1, 2}


def test_buses_by_plate_or_by_trip_within_the_hour() -> None:
    report = d.Report(attributes=(("plate", "51B-123.45"), ("route", "8"), ("stop", "A")))
    plate = candidate(attributes=(("plate", "51b 12345"), ("route", "9")))
    trip = candidate(attributes=(("route", "8"), ("stop", "a"), ("plate", "51B-999.99")))
    half = candidate(attributes=(("route", "8"),))
    earlier = candidate(attributes=(("plate", "51B-123.45"),), requested_at=later(minutes=-61))
    just = candidate(attributes=(("plate", "51B-123.45"),), requested_at=later(minutes=-60))
    assert [place for place, _ in ranked(report, earlier, just, service=BUS)] == [1]
    assert ranked(report, earlier, half, trip, plate, service=BUS) == [
        (3, d.SAME_VEHICLE),
        (2, d.SAME_TRIP),
    ]
    assert ranked(d.Report(), half, service=BUS) == []


def test_a_plate_alone_makes_no_trip() -> None:
    from dataclasses import replace

    by_plate = replace(BUS, match_on=("plate",))
    assert ranked(d.Report(), candidate(), service=by_plate) == []


def test_without_a_pin_the_same_street_in_the_same_ward_ranks_below() -> None:
    said = d.Report(address_string="66/1 Đồng Tâm", ward_code="w1", **HERE)  # type: ignore[arg-type]
    street = candidate(address_string="số 70 đường ĐỒNG TÂM, xã Trung Chánh", ward_code="w1")
    pinned = candidate(**north(49))  # type: ignore[arg-type]
    elsewhere = candidate(address_string="Đồng Tâm", ward_code="w2")
    nowhere = candidate(address_string="Đồng Tâm")
    assert ranked(said, street, pinned, elsewhere, nowhere) == [
        (1, d.NEAR),
        (0, d.SAME_STREET),
    ]
    assert ranked(d.Report(address_string="Đồng Tâm"), nowhere) == []
    assert ranked(d.Report(ward_code="w1"), candidate(ward_code="w1")) == []


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("66/1 Đồng Tâm, xã Trung Chánh (H.Hóc Môn)", "dong tam"),
        ("đường Võ Công Tồn, P.Tân Quý", "vo cong ton"),
        ("số nhà 12B/3/4 đường 3 Tháng 2", "3 thang 2"),
        ("Hẻm 45 Lê Lợi", "le loi"),
        ("", None),
        (None, None),
    ],
)
def test_street_key(said: str | None, key: str | None) -> None:
    assert d.street_key(said) == key


def test_similarity() -> None:
    assert d.similarity("Đèn tắt", "den TAT") == 1
    assert d.similarity("đèn", "") == 0
    assert 0 < d.similarity("đèn tắt tối quá", "đèn chập chờn") < 1


def test_the_lamp_posts_of_the_seed_count_as_assets() -> None:
    report = d.Report(attributes=(("pole", "TD-2/15"),), **HERE)  # type: ignore[arg-type]
    same = candidate(attributes=(("pole", "td 2/15"),), **north(5000))  # type: ignore[arg-type]
    assert ranked(report, same) == [(0, d.SAME_ASSET)]
