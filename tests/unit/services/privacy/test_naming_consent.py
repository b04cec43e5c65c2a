"""Consent to be named: who may record it, and what is stored."""

import pytest

from console.domain.actors import Actor
from console.domain.errors import InputError, RefusedError
from console.domain.states import Role
from console.services.privacy.naming_consent import record_naming_consent
from tests.unit.services.conftest import PHONE, Seat

NUMBER = "26001001233"


def as_role(seat: Seat, role: Role) -> None:
    seat.desk.actor = Actor(role.value, role, "", None, "may-07")


def is_named(seat: Seat) -> bool:
    return seat.desk.store.ask_now(lambda q: q.is_named(PHONE))


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR])
async def test_only_who_talks_to_citizens_asks_them(seat: Seat, role: Role) -> None:
    as_role(seat, role)
    with pytest.raises(RefusedError, match="role_may_not"):
        await record_naming_consent(seat.desk, NUMBER, PHONE, "Lan", agreed=True)
    assert not is_named(seat)


async def test_a_yes_needs_a_name_and_a_number(seat: Seat) -> None:
    for phone, name in ((PHONE, " "), ("số ẩn", "Lan")):
        with pytest.raises(InputError, match="nobody_to_name"):
            await record_naming_consent(seat.desk, NUMBER, phone, name, agreed=True)


async def test_a_yes_and_its_end_are_lines_that_name_nobody(seat: Seat) -> None:
    await record_naming_consent(seat.desk, NUMBER, "0903 123 456", "Lan", agreed=True)
    assert is_named(seat)
    await record_naming_consent(seat.desk, NUMBER, PHONE, "", agreed=False)
    assert not is_named(seat)
    lines = seat.desk.store.ask_now(lambda q: q.audit_trail(2))
    assert [line.act for line in lines] == ["citizen_unnamed", "citizen_named"]
    assert not [line for line in lines if "Lan" in str(line) or "903" in str(line)]
