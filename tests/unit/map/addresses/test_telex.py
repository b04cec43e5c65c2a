"""Raw Telex, and words that only look like it."""

import pytest

from console.map.addresses.language.known_streets import shipped_streets
from console.map.addresses.language.spelling import has_marks, tone_key
from console.map.addresses.normalizing.telex import typed, undo_telex
from tests.unit.map.addresses.variants import telex


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("dduwowngf Nguyeenx Trais", "đường Nguyễn Trái"),
        ("PHUWOWNGF 5, Quaanj 5", "PHƯỜNG 5, Quận 5"),
        ("Lee Lowij hoaf thuyr", "Lê Lợi hòa thủy"),
        ("trwowfng truowngf truwowngf", "trường trường trường"),
        ("nguyeexn quaajn", "nguyễn quận"),
        ("Mac Thij Buwowir", "Mac Thị Bưởi"),
        ("Hanf Thuyeen", "Hàn Thuyên"),
        ("xax Trung Chanhs", "xã Trung Chánh"),
        ("Quyfnh, Quoocs", "Quỳnh, Quốc"),
    ],
)
def test_raw_telex_is_read(raw: str, read: str) -> None:
    assert undo_telex(raw) == read


@pytest.mark.parametrize(
    "text",
    ["12 bis Lê Lợi", "5 bis le loi", "Calmette", "Pasteur", "tram xe bus", "Alexandre de Rhodes",
     "Yersin", "Sky Garden 3", "Vinhomes Central Park", "landmark 81", "nguyen van cu", "xe bus",
     "Sunrise City", "Masteri", "khu pho 3"],
)  # fmt: skip
def test_other_words_stay(text: str) -> None:
    assert undo_telex(text, keep=["bis"]) == text


@pytest.mark.parametrize("late", [True, False])
def test_every_word_of_a_street_comes_back(late: bool) -> None:
    words = {word for name in shipped_streets().names for word in name.lower().split()}
    read = {w: typed(telex(w, late=late)) for w in words if has_marks(w)}
    # The tone of `suý` may be on either vowel; the keys are the same.
    assert {w: got for w, got in read.items() if tone_key(got) != tone_key(w)} == {}
