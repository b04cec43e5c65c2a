"""A copy with changed fields is what `dataclasses.replace` would make."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from console.domain.ids import uuid7
from console.domain.requests import request as values
from console.domain.requests.fold.fast_replace import copy_with
from console.domain.requests.request import Pause, Request
from console.domain.states import Channel, State

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def _request() -> Request:
    return Request(
        id=uuid7(),
        number="26001000019",
        channel=Channel.VOICE,
        state=State.RECEIVED,
        service_code="roads.pothole",
        description="Ổ gà",
        requested_at=AT,
        updated_at=AT,
        pauses=(Pause(AT, None),),
    )


def test_it_is_the_copy_that_replace_makes_and_the_old_one_stays() -> None:
    before = _request()
    kept = replace(before)
    after = copy_with(before, state=State.CLOSED, closed_at=AT, version=7)
    assert after == replace(before, state=State.CLOSED, closed_at=AT, version=7)
    assert before == kept
    assert copy_with(before) == before


def test_an_unknown_field_is_an_error() -> None:
    with pytest.raises(TypeError, match="Request has no field 'colour'"):
        copy_with(_request(), colour="red")


def test_no_value_of_a_request_works_anything_out_when_it_is_made() -> None:
    """`copy_with` does not call `__post_init__`."""
    kinds = [each for each in vars(values).values() if isinstance(each, type)]
    made = [each for each in kinds if hasattr(each, "__dataclass_fields__")]
    assert Request in made
    for kind in made:
        assert not hasattr(kind, "__post_init__"), kind
        assert all(each.init for each in fields(kind)), kind
        assert all(each.name in vars(kind)["__slots__"] for each in fields(kind)), kind
