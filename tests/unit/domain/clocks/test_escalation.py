"""Who is warned about a clock that runs out."""

from uuid import UUID

import pytest

from console.domain.catalogue.city_rules import ContactPoint
from console.domain.clocks.escalation import (
    LEVELS,
    Warned,
    person_is_warned,
    point_is_warned,
    recipients,
)
from console.domain.states import Role
from tests.unit.domain.build import NOW

DESK = frozenset({Role.OPERATOR, Role.SUPERVISOR})


def warned(clock: str, level: int, agency: str = "evn") -> Warned:
    return Warned(UUID(int=1), "26001001233", agency, clock, level, NOW)


def point(agency: str, role: Role) -> ContactPoint:
    return ContactPoint(code="p", agency=agency, name="Trực", role=role, email="truc@example.vn")


@pytest.mark.parametrize("level", range(1, len(LEVELS) + 1))
def test_of_the_switchboards_clocks_the_switchboard_hears(level: int) -> None:
    for clock in ("forward", "callback"):
        assert recipients(clock, level) == DESK
        found = warned(clock, level, "")
        heard = [role for role in Role if person_is_warned(found, role, None)]
        assert heard == [Role.OPERATOR, Role.SUPERVISOR, Role.ADMINISTRATOR]


@pytest.mark.parametrize(("level", "leads"), [(1, False), (2, False), (3, True), (4, True)])
def test_of_an_agencys_clocks_the_lead_hears_from_their_end_on(level: int, leads: bool) -> None:
    for clock in ("acknowledge", "resolve"):
        found = warned(clock, level)
        assert person_is_warned(found, Role.OFFICER, "evn")
        assert not person_is_warned(found, Role.OFFICER, "so-xd")
        assert person_is_warned(found, Role.SUPERVISOR, None) is leads
        assert not person_is_warned(found, Role.OPERATOR, None)
        assert not person_is_warned(found, Role.AUDITOR, None)
        assert person_is_warned(found, Role.ADMINISTRATOR, None) is leads
        head = point("evn", Role.SUPERVISOR)
        assert point_is_warned(head, found) is leads
        desk = point("evn", Role.OFFICER)
        assert point_is_warned(desk, found)
        lead = point("", Role.SUPERVISOR)
        assert point_is_warned(lead, found) is leads
