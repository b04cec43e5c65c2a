import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.text import (
    clean,
    clean_line,
    collation,
    fold,
    fold_same_length,
    mask_numbers,
    mask_phone,
    words,
)

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)
FORBIDDEN = {chr(n) for n in range(0x20) if n != 0x0A} | {chr(n) for n in range(0x7F, 0xA0)}
FORBIDDEN |= set("\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060")
FORBIDDEN |= set("\u2066\u2067\u2068\u2069\ufeff\u061c\u00ad")


@given(ANYTHING)
def test_nothing_hidden_is_left(text: str) -> None:
    result = clean(text)
    assert not FORBIDDEN & set(result)
    assert not any(unicodedata.category(ch) == "Cs" for ch in result)
    assert unicodedata.is_normalized("NFC", result)
    result.encode()


@given(ANYTHING, st.integers(0, 60))
def test_cleaning_again_changes_nothing_and_the_limit_holds(text: str, limit: int) -> None:
    for result in (clean(text, limit), clean(text, limit, lines=False), clean_line(text, limit)):
        assert len(result) <= limit
        assert clean(result, limit) == result
    assert "\n" not in clean(text, limit, lines=False)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("  66/1 Đồng Tâm\r\nxã Trung Chánh\r", "66/1 Đồng Tâm\nxã Trung Chánh"),
        (unicodedata.normalize("NFD", "Đường Nguyễn Thị Rành"), "Đường Nguyễn Thị Rành"),
        ("a\u200b\u0301", "á"),  # what was kept apart comes together
        ("nắp\x00 cống\u202e!", "nắp cống!"),
        ("mặt cười \ud83d", "mặt cười \ufffd"),
        ("😀 tối\u00a0quá", "😀 tối quá"),
        ("a\tb\u2028c", "a b\nc"),
        ("\ufffe", "\ufffd"),
    ],
)
def test_cleaning(raw: str, wanted: str) -> None:
    assert clean(raw) == wanted


def test_a_line_has_single_blanks() -> None:
    assert clean_line(" Lê \n Văn\t\tTám ") == "Lê Văn Tám"


ALPHABET = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"


def test_every_vietnamese_letter_folds() -> None:
    for letter in ALPHABET:
        base = unicodedata.normalize("NFD", letter)[0]
        assert fold(letter) == fold(letter.upper()) == base
        assert fold(unicodedata.normalize("NFD", letter)) == base
    assert fold("Đường đá, Ðà ð") == "duong da, da d"


@given(ANYTHING)
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(max_codepoint=0x1EFF), max_size=100))
def test_spans_fit_the_original(text: str) -> None:
    assert len(fold_same_length(text)) == len(text)


def test_same_length_equals_fold_on_composed_text() -> None:
    text = "Ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12) İ"
    assert fold_same_length(text) == fold(text) == "nga tu vuon lai - ql1a, p.an phu dong (q.12) i"


def test_words_are_folded_and_different() -> None:
    assert words("Đèn đèn, tắt!") == {"den", "tat"}


def test_masks() -> None:
    assert mask_phone("+84903123456") == "***456"
    assert mask_phone("1022") == "1022"
    assert mask_phone(None) == ""
    said = "gọi 0903 123 456 hay +84903123456, mã 26 001 00123 3, nhà 66/1, 028 3829 1022"
    assert mask_numbers(said) == "gọi ***456 hay ***456, mã 26 001 00123 3, nhà 66/1, ***022"


def shuffled(texts: list[str]) -> list[str]:
    """In another order, the same each time."""
    return [*texts[1::2], *texts[::2]]


def test_vietnamese_is_sorted_as_in_its_dictionaries() -> None:
    ordered = ["an", "án", "ăn", "ân", "da", "đa", "em", "êm", "on", "ôn", "ơn", "un", "ưn"]
    assert sorted(shuffled(ordered), key=collation) == ordered
    tones = ["ma", "mà", "mả", "mã", "má", "mạ", "mát"]
    assert sorted(shuffled(tones), key=collation) == tones
    wards = ["Phường 2", "Phường 10", "Phường An Phú", "Phường Ân Phú", "Phường Bình Thạnh"]
    assert sorted(shuffled(wards), key=collation) == wards
    assert collation("") < collation("a")
