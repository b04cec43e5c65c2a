"""The shared values: ids, errors, actors, the catalogue's look-ups."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.errors import (
    ConflictError,
    ConsoleError,
    InputError,
    RefusedError,
    UnavailableError,
)
from console.domain.ids import contact_uuid, uuid7
from console.domain.states import Priority
from tests.unit.domain.build import CATALOGUE, CLOCKS, NOW, OFFICER, OPERATOR


@given(st.integers(0, 2**48 - 2))
def test_ids_are_version_7_and_sort_by_time(ms: int) -> None:
    first, second = uuid7(ms), uuid7(ms + 1)
    assert first < second
    assert (first.version, first.variant) == (7, UUID(int=0x8 << 60).variant)
    assert first.int >> 80 == ms


def test_ids_of_contacts_converge() -> None:
    assert contact_uuid("sms", "a") == contact_uuid("sms", "a") != contact_uuid("email", "a")
    assert uuid7() != uuid7()


def test_errors_print_for_logs() -> None:
    assert str(RefusedError("wrong_state")) == "wrong_state"
    assert str(InputError("not_a_number", text="x")) == "not_a_number {'text': 'x'}"


def test_each_failure_ends_a_verb_with_its_code() -> None:
    """Scripts rely on it: 1 not all right, 2 bad usage or input, 3 something is away."""
    kinds = (ConsoleError, RefusedError, InputError, ConflictError, UnavailableError)
    assert [kind("x").exit_code for kind in kinds] == [1, 2, 2, 2, 3]


def test_officers_do_not_see_the_reporter() -> None:
    assert OPERATOR.may_see_reporter
    assert not OFFICER.may_see_reporter


def test_priorities_sort() -> None:
    assert sorted(Priority, key=lambda p: p.rank) == ["normal", "high", "urgent"]


def test_the_clock_rules_of_a_day() -> None:
    old = replace(CLOCKS, code="old", valid_from=date(2013, 4, 1), valid_to=date(2023, 12, 31))
    new = replace(CLOCKS, code="new", valid_from=date(2024, 1, 1))
    both = replace(CATALOGUE, clocks=(old, new))
    assert both.clocks_at(NOW).code == "new"
    assert both.clocks_at(NOW.replace(year=2020)).code == "old"
    with pytest.raises(InputError) as info:
        both.clocks_at(NOW.replace(year=2012))
    assert info.value.code == "no_clock_rules"
