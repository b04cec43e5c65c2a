from dataclasses import replace
from datetime import date

from console.domain.catalogue.catalogue import RoutingRule
from console.domain.catalogue.routing import Route, by_owner, owner_gap, route
from tests.unit.domain.build import AGENCIES, BUS, LAMP, POTHOLE, ROUTES

DAY = date(2026, 11, 24)


def to(
    ward: str | None = None, road: str | None = None, *, rules: tuple[RoutingRule, ...] = ROUTES
) -> Route | None:
    """Where a pothole goes."""
    return route(POTHOLE, ward, road, rules, AGENCIES, DAY)


def test_the_first_rule_that_fits_wins() -> None:
    assert to("w1", "national") == Route("so-xd", "đường lớn", "big", sure=True)
    assert to("w1", "alley") == Route("ward-1", "đường nhỏ", "w1", sure=True)
    assert to("w2", "alley") == Route("ward-2", "đường nhỏ", "w2", sure=True)


def test_rules_count_by_order_not_by_place() -> None:
    assert to("w1", "national", rules=ROUTES[::-1]) == to("w1", "national")


def test_an_unknown_road_may_still_be_a_big_one() -> None:
    assert to("w1") == Route("ward-1", "đường nhỏ", "w1", sure=False)


def test_an_unknown_ward_leaves_the_choice_to_a_person() -> None:
    assert to(None, "alley") is None
    assert to() is None


def test_one_possible_agency_is_proposed_but_not_sure() -> None:
    assert to(None, None, rules=ROUTES[:1]) == Route("so-xd", "đường lớn", "big", sure=False)


def test_an_earlier_rule_of_the_same_agency_takes_nothing_from_certainty() -> None:
    again = replace(ROUTES[0], code="rest", order=40, road_class=None)
    assert to("w9", None, rules=(ROUTES[0], again)) == Route(
        "so-xd", "đường lớn", "rest", sure=True
    )


def test_service_and_group() -> None:
    found = route(LAMP, None, None, ROUTES, AGENCIES, DAY)
    assert found == Route("evn", "chiếu sáng", "light", sure=True)
    assert route(BUS, "w1", "national", ROUTES, AGENCIES, DAY) is None


def test_dates_of_rules_and_agencies_count() -> None:
    old = (replace(ROUTES[0], valid_to=date(2026, 11, 23)), *ROUTES[1:])
    assert to("w1", "national", rules=old) == Route("ward-1", "đường nhỏ", "w1", sure=True)
    last_day = (replace(ROUTES[0], valid_to=DAY),)
    assert to("w1", "national", rules=last_day) is not None
    gone = AGENCIES | {"so-xd": replace(AGENCIES["so-xd"], valid_from=date(2027, 1, 1))}
    assert route(POTHOLE, None, "national", ROUTES[:1], gone, DAY) is None
    assert route(POTHOLE, None, "national", ROUTES[:1], {}, DAY) is None


def test_an_agency_gets_nothing_outside_of_its_wards() -> None:
    everywhere = (replace(ROUTES[1], wards=()),)
    assert to("w2", "alley", rules=everywhere) is None
    assert to("w1", "alley", rules=everywhere) is not None


OWNERS = RoutingRule("owner", 1, "", "chủ tài sản", by_owner=True)


def test_the_owner_of_an_asset_answers_where_a_rule_says_so() -> None:
    found = by_owner(LAMP, "so-xd", (*ROUTES, OWNERS), AGENCIES, DAY)
    assert found == Route("so-xd", "chủ tài sản", "owner", sure=True)
    assert by_owner(LAMP, "so-xd", ROUTES, AGENCIES, DAY) is None
    for owner in (None, "", "nobody"):
        assert by_owner(LAMP, owner, (OWNERS,), AGENCIES, DAY) is None


def test_a_rule_of_owners_names_no_agency_by_itself_and_has_its_dates() -> None:
    assert to("w1", "national", rules=(OWNERS, *ROUTES)) == to("w1", "national")
    past = replace(OWNERS, valid_to=date(2026, 11, 23))
    assert by_owner(LAMP, "so-xd", (past,), AGENCIES, DAY) is None
    other = replace(OWNERS, group="roads")
    assert by_owner(LAMP, "so-xd", (other,), AGENCIES, DAY) is None
    gone = AGENCIES | {"so-xd": replace(AGENCIES["so-xd"], valid_to=date(2026, 1, 1))}
    assert by_owner(LAMP, "so-xd", (OWNERS,), gone, DAY) is None


def test_an_owner_that_should_answer_and_cannot_is_told() -> None:
    gone = AGENCIES | {"so-xd": replace(AGENCIES["so-xd"], valid_to=date(2026, 1, 1))}
    assert owner_gap(LAMP, "nobody", (OWNERS,), AGENCIES, DAY) == "owner_unknown"
    assert owner_gap(LAMP, "so-xd", (OWNERS,), gone, DAY) == "owner_gone"
    assert owner_gap(LAMP, "so-xd", (OWNERS,), AGENCIES, DAY) is None
    assert owner_gap(LAMP, "nobody", ROUTES, AGENCIES, DAY) is None
    assert owner_gap(LAMP, "", (OWNERS,), AGENCIES, DAY) is None
