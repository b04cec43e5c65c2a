import subprocess
import sys
from datetime import date

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.text.phone import dialled, display, is_withheld, normalise

MOBILE = "+84903123456"


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        *[
            (raw, MOBILE)
            for raw in (
                "0903123456",
                "0903 123 456",
                "0903.123.456",
                "+84 903 123 456",
                "84903123456",
                "0084 903 123 456",
                "+84 (0)903-123-456",
                "903123456",
                "sip:0903123456@10.0.0.1",
                "tel:+84903123456;ext=1",
            )
        ],
        ("1022", "1022"),
        ("113", "113"),
        ("101", "101"),
        ("01201234567", "+84701234567"),
        ("0121 123 4567", "+84791234567"),
        ("0123 123 4567", "+84831234567"),
        ("0168 123 4567", "+84381234567"),
        ("+84 169 123 4567", "+84391234567"),
        ("01861234567", "+84561234567"),
        ("01991234567", "+84591234567"),
        ("08 3829 1022", "+842838291022"),
        ("(08) 38291022", "+842838291022"),
        ("08-3829-1022", "+842838291022"),
        ("+84 8 3829 1022", "+842838291022"),
        ("028 3829 1022", "+842838291022"),
        ("3829 1022", "+842838291022"),
        ("0838291022", "+84838291022"),  # ungrouped: a mobile of today
        ("0650 3822 123", "+842743822123"),
        ("064 3852 123", "+842543852123"),
        ("0274 3822 123", "+842743822123"),
        ("1900 1234", "+8419001234"),
        ("18001022", "+8418001022"),
        ("+1 650-253-0000", "+16502530000"),
        ("0065 6225 5632", "+6562255632"),
    ],
)
def test_spellings(raw: str, e164: str) -> None:
    assert normalise(raw) == e164
    if e164.startswith("+"):
        assert normalise(e164) == e164
        assert normalise(display(e164)) == e164


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        " ",
        "<unknown>",
        "unknown",
        "Anonymous",
        "(null)",
        "P",
        "O",
        "VIETTEL",
        "0903abc",
        "1",
        "0900000000000000000",
        "012345",
        "+1650253",
        "+999123",
        "0123456",
        "+1",
        "٠٩٠٣١٢٣٤٥٦",
    ],
)
def test_no_number(raw: str | None) -> None:
    assert normalise(raw) is None


def test_withheld_is_not_the_same_as_wrong() -> None:
    assert is_withheld(None)
    assert is_withheld(" <Unknown> ")
    assert not is_withheld("VIETTEL")


def test_before_2017_an_ungrouped_08_was_a_landline() -> None:
    assert normalise("0838291022", at=date(2016, 5, 1)) == "+842838291022"
    assert normalise("0838291022", at=date(2018, 5, 1)) == "+84838291022"
    assert normalise("0838291022", at=date(2017, 6, 16)) == "+842838291022"
    assert normalise("0838291022", at=date(2017, 6, 17)) == "+84838291022"
    assert normalise("0903123456", at=date(2016, 5, 1)) == MOBILE


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        (MOBILE, "0903 123 456"),
        ("+842838291022", "028 3829 1022"),
        ("+842743822123", "0274 3822 123"),
        ("+8419001234", "1900 1234"),
        ("+16502530000", "+1 650-253-0000"),
        ("+849", "+849"),
        ("+", "+"),
        ("1022", "1022"),
        (None, ""),
    ],
)
def test_shown(e164: str | None, shown: str) -> None:
    assert display(e164) == shown


@given(st.text(max_size=40))
def test_any_text_gives_a_number_or_none(raw: str) -> None:
    number = normalise(raw)
    assert number is None or number.removeprefix("+").isdigit()
    display(number)


@given(st.from_regex(r"0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-9])[0-9]{7}", fullmatch=True))
def test_every_mobile_is_possible_to_phonenumbers(raw: str) -> None:
    number = normalise(raw)
    assert number == normalise(f" {raw}") == f"+84{raw[1:]}"
    assert normalise(raw, at=date(2016, 5, 1)) == normalise(f" {raw}", at=date(2016, 5, 1))
    assert phonenumbers.is_possible_number(phonenumbers.parse(number, None))


@given(st.sampled_from(["2", "3", "5", "6", "7"]), st.integers(0, 9_999_999))
def test_grouped_old_landlines_never_become_mobiles(first: str, rest: int) -> None:
    digits = f"{first}{rest:07d}"
    assert normalise(f"08 {digits[:4]} {digits[4:]}") == f"+8428{digits}"


def test_vietnamese_numbers_do_not_need_the_big_library() -> None:
    code = (
        "import sys; from console.domain.text.phone import display, normalise; "
        "assert display(normalise('0903 123 456')); assert 'phonenumbers' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("number", "keys"),
    [
        ("+84903123456", "0903123456"),
        ("+842838291022", "02838291022"),
        ("+8419001022", "19001022"),
        ("+16502530000", "+16502530000"),
        ("102", "102"),
    ],
)
def test_dialled_as_people_here_dial(number: str, keys: str) -> None:
    assert dialled(number) == keys
    assert normalise(keys) in (number, None)
