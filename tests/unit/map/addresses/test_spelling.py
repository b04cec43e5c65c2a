"""Spelling: name keys and marks."""

import pytest

from console.map.addresses.language.spelling import marks_agree, place_key


@pytest.mark.parametrize(
    ("one", "other"),
    [("Đa Kao", "Đakao"), ("Tân Quý", "tan qui"), ("Hòa", "Hoà"), ("Mỹ", "Mĩ"), ("Sỹ", "Sĩ")],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert place_key(one) == place_key(other)


def test_other_names_do_not() -> None:
    assert place_key("Thúy") != place_key("Thúi")
    assert place_key("Tân Quy Đông") != place_key("Tân Quy")


@pytest.mark.parametrize(
    ("said", "name", "fits"),
    [
        ("Thạnh An", "Thạnh An", True),
        ("thanh an", "Thạnh An", True),
        ("Thành An", "Thạnh An", False),
        ("Hoà Bình", "Hòa Bình", True),
        ("Đakao", "Đa Kao", True),
        ("Tân Quí", "Tân Quý", True),
    ],
)
def test_marks_agree(said: str, name: str, fits: bool) -> None:
    assert marks_agree(said, name) is fits
