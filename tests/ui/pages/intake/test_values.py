"""Values of a form, search and pins, without a window."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.errors import InputError
from console.domain.ids import uuid7
from console.domain.states import Channel, Priority
from console.ui.pages.intake.form.values import FormValues
from console.ui.text.choice_search import Choice, ChoiceIndex
from console.ui.text.pins import parse_pin


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        ("10.8612, 106.7058", (10.8612, 106.7058)),
        (" 10.8612,106.7058 ", (10.8612, 106.7058)),
        ("10.8612 106.7058", (10.8612, 106.7058)),
        ("(10.8612; 106.7058)", (10.8612, 106.7058)),
        ("10,8612; 106,7058", (10.8612, 106.7058)),
        ("10,8612 106,7058", (10.8612, 106.7058)),
        ("10.8612° 106.7058°", (10.8612, 106.7058)),
    ],
)
def test_a_pin_is_read_as_people_paste_it(text: str, pin: tuple[float, float]) -> None:
    assert parse_pin(text) == pin


def test_no_pin_is_no_error() -> None:
    assert parse_pin("  ") is None


@pytest.mark.parametrize("text", ["10.8612", "106.7058, 10.8612", "a, b", "10.8, 190", "0x10, 5"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_pin(text)
    assert refused.value.code == "impossible_coordinates"


@given(st.text(max_size=60))
def test_no_text_does_anything_else_than_parse_or_refuse(text: str) -> None:
    with contextlib.suppress(InputError):
        parse_pin(text)


@given(
    values=st.builds(
        FormValues,
        channel=st.sampled_from(Channel),
        phone=st.text(),
        description=st.text(),
        danger=st.lists(st.text(min_size=1)).map(tuple),
        attributes=st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1))).map(tuple),
        priority=st.none() | st.sampled_from(Priority),
        agency=st.none() | st.text(min_size=1),
        contact_id=st.none() | st.builds(uuid7),
    )
)
def test_a_draft_brings_the_form_back(values: FormValues) -> None:
    assert FormValues.from_draft(json.loads(json.dumps(values.to_draft()))) == values


def test_a_draft_of_another_version_is_read_as_far_as_it_goes() -> None:
    kept = {
        "phone": "09",
        "danger": "x",
        "priority": "fatal",
        "contact_id": "?",
        "new": [1],
        "name": 3,
    }
    assert FormValues.from_draft(kept) == FormValues(phone="09")


INDEX = ChoiceIndex(
    [
        Choice("hole", "Ổ gà, hư hỏng mặt đường", "Giao thông · 24 giờ", ("ổ voi", "lún đường")),
        Choice("light", "Đèn đường không sáng", "Chiếu sáng · 24 giờ", ("cúp đèn", "đèn tắt")),
        Choice("lid", "Nắp hầm ga mất, hư", "Thoát nước · 4 giờ", ("nắp cống",)),
    ]
)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("o ga", "hole"),
        ("Ổ GÀ", "hole"),
        ("den duong", "light"),
        ("đèn tắt", "light"),
        ("tat den", "light"),
        ("nap cong", "lid"),
        ("nắp cống bị mất", "lid"),
        ("duong hu", "hole"),
        ("chieu sang", "light"),
    ],
)
def test_services_are_found(query: str, first: str) -> None:
    assert INDEX.find(query)[0].code == first


def test_nothing_typed_shows_all_in_their_order() -> None:
    assert [c.code for c in INDEX.find("  ")] == ["hole", "light", "lid"]


def test_what_fits_nothing_finds_nothing() -> None:
    assert INDEX.find("xyz") == ()


def test_only_the_very_text_is_exact() -> None:
    found = INDEX.exact("den duong khong sang")
    assert found is not None
    assert found.code == "light"
    assert INDEX.exact("den duong") is None
