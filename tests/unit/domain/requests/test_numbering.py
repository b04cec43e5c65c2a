from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.errors import InputError
from console.domain.requests.numbering import check_digit, likely_typos, make, parse, spoken

NUMBERS = st.builds(
    make,
    st.integers(2013, 2098).map(lambda year: datetime(year, 6, 1, tzinfo=UTC)),
    st.integers(0, 999),
    st.integers(1, 99_999),
)


def test_damm_as_published() -> None:
    assert check_digit("572") == 4
    assert check_digit("5724") == 0


def test_the_year_is_the_citys() -> None:
    assert make(datetime(2025, 12, 31, 17, 0, tzinfo=UTC), 14, 123).startswith("2601400123")
    assert make(datetime(2025, 12, 31, 16, 59, tzinfo=UTC), "014", 123).startswith("2501400123")


def test_spoken() -> None:
    assert spoken("26001001237") == "26 001 00123 7"
    assert spoken("") == ""


@given(NUMBERS, st.sampled_from(["{}", " {} ", "#{}"]))
def test_comes_back_however_it_is_written(number: str, frame: str) -> None:
    assert parse(number) == number
    assert parse(frame.format(spoken(number))) == number
    assert parse(spoken(number).replace(" ", ".")) == number
    assert parse(spoken(number).replace(" ", "–")) == number


@given(NUMBERS, st.integers(0, 10), st.integers(1, 9))
def test_every_wrong_digit_is_noticed(number: str, place: int, shift: int) -> None:
    wrong = str((int(number[place]) + shift) % 10)
    with pytest.raises(InputError) as refused:
        parse(number[:place] + wrong + number[place + 1 :])
    assert refused.value.code == "wrong_check_digit"


@given(NUMBERS, st.integers(0, 9))
def test_every_swap_is_noticed(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(InputError) as refused:
            parse(swapped)
        assert refused.value.code == "wrong_check_digit"


@pytest.mark.parametrize("text", ["", "123", "26001001237x", "260010012371", "٢٦٠٠١٠٠١٢٣٧", "Q.12"])
def test_not_a_number(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(text)
    assert refused.value.code == "not_a_number"


@pytest.mark.parametrize(("console", "counter"), [(1000, 1), (-1, 1), (1, 0), (1, 100_000)])
def test_out_of_range(console: int, counter: int) -> None:
    with pytest.raises(InputError) as refused:
        make(datetime(2026, 1, 1, tzinfo=UTC), console, counter)
    assert refused.value.code == "number_out_of_range"


def test_one_slip_away_stands_the_number_that_was_meant() -> None:
    number = make(datetime(2026, 11, 24, 2, 0, tzinfo=UTC), 14, 123)
    for at in range(11):
        for digit in "0123456789":
            heard = f"{number[:at]}{digit}{number[at + 1 :]}"
            assert heard == number or number in likely_typos(spoken(heard))
        swapped = number[:at] + number[at : at + 2][::-1] + number[at + 2 :]
        assert swapped == number or number in likely_typos(swapped)
    assert all(parse(near) for near in likely_typos("26014001239"))
    assert len(likely_typos("26014001239")) <= 21
    assert likely_typos("26014") == likely_typos("đèn đường") == ()
    assert number not in likely_typos(number)
