"""Who is warned about a clock that runs out."""

from uuid import UUID

import pytest

from console.domain.catalogue.city_rules import ContactPoint
from console.domain.clocks.escalation import LEVELS, Warned, concerns, recipients, told_at_point
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
        heard = [role for role in Role if concerns(found, role, None)]
        assert heard == [Role.OPERATOR, Role.SUPERVISOR, Role.ADMINISTRATOR]


@pytest.mark.parametrize(("level", "leads"), [(1, False), (2, False), (3, True), (4, True)])
def test_of_an_agencys_clocks_the_lead_hears_from_their_end_on(level: int, leads: bool) -> None:
    for clock in ("acknowledge", "resolve"):
        found = warned(clock, level)
        assert concerns(found, Role.OFFICER, "evn")
        assert not concerns(found, Role.OFFICER, "so-xd")
        assert concerns(found, Role.SUPERVISOR, None) is leads
        assert not concerns(found, Role.OPERATOR, None)
        assert not concerns(found, Role.AUDITOR, None)
        assert concerns(found, Role.ADMINISTRATOR, None) is leads
        head = point("evn", Role.SUPERVISOR)
        assert told_at_point(head, found) is leads
        desk = point("evn", Role.OFFICER)
        assert told_at_point(desk, found)
        lead = point("", Role.SUPERVISOR)
        assert told_at_point(lead, found) is leads
