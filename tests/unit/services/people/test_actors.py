"""Actors of accounts and of the system."""

import pytest

from console.domain.errors import InputError
from console.domain.states import Role
from console.services.people.actors import actor_for, system_actor
from tests.unit.services.conftest import Seat


def test_an_officer_belongs_to_his_agency(seat: Seat) -> None:
    actor = actor_for("officer-cay-xanh", seat.desk.catalogue, "may-07")
    assert (actor.role, actor.agency, actor.workstation) == (Role.OFFICER, "cay-xanh", "may-07")
    assert not actor.may_see_reporter
    assert actor_for("operator", seat.desk.catalogue).may_see_reporter


@pytest.mark.parametrize("user", ["", "nobody", "system", "officer-nobody", "OPERATOR"])
def test_nobody_else_comes_in(seat: Seat, user: str) -> None:
    with pytest.raises(InputError, match="unknown_user"):
        actor_for(user, seat.desk.catalogue)


def test_the_system_acts_under_its_own_name() -> None:
    actor = system_actor("may-07")
    assert (actor.user, actor.role, actor.workstation) == ("system", Role.SYSTEM, "may-07")
