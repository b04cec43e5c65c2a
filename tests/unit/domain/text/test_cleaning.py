import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.text.cleaning import clean, clean_line
from console.domain.text.folding import collation, fold, fold_same_length, fold_words, words
from console.domain.text.masking import mask_numbers, mask_phone

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
        ("a\u200b\u0301", "á"),  # letter and mark were kept apart and join
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


@given(st.text(st.sampled_from("Đường ΑΣ Σ\u0307\t \u2028xẤa\u030101"), max_size=60) | ANYTHING)
def test_folding_word_by_word_is_folding(text: str) -> None:
    assert fold_words(text) == fold_words(text) == fold(text)


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


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("0903123456 0912345678", "***456 ***678"),
        ("LH: 0903123456/0912345678", "LH: ***456/***678"),
        ("0903.123.456-0912.345.678", "***456-***678"),
        ("SĐT0903123456, ĐT: 0903 123 456", "SĐT***456, ĐT: ***456"),
        ("số nhà 12 0903 123 456", "số nhà 12 ***456"),
        ("gặp 0903123456anh Tư", "gặp ***456anh Tư"),
        ("(028) 38291022", "(***022"),
        ("+84 (0) 903 123 456", "***456"),
        ("0903_123_456 0903–123–456 0903  123  456", "***456 ***456 ***456"),
        ("\uff10\uff19\uff10\uff13123456", "***456"),
        ("+1 202 555 0143", "***143"),
    ],
)
def test_numbers_as_people_write_them_are_masked(said: str, shown: str) -> None:
    assert mask_numbers(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "mã 26 012 00123 3", "1.000.000.000 đồng", "05-11-2026 08:30", "nhà 84/12/34/56/78",
        "019abc12-0123-7456-8901-234567890123", "10.7761234, 106.7012345", "1900 1022",
        "2026-11-24 09:00:00,123", "1795545323.2",
    ],
)  # fmt: skip
def test_what_is_no_telephone_number_stays(said: str) -> None:
    assert mask_numbers(said) == said


def test_masking_takes_no_longer_for_what_means_harm() -> None:
    """Every gap of every digit is tried at most once more: a megabyte must finish within the
    test.
    """
    for piece in ("0 ", "0((", "+84 ", "84", "0-1-", "0.0"):
        assert mask_numbers(piece * 100_000)


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
