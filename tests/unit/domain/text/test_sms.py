"""SMS are counted the way they are cut; plain letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.text.sms import part_count, without_accents
from console.telephony.pdu.encoding import encode_submit
from console.telephony.pdu.gsm7 import septets_of

_PIECES = st.sampled_from(
    ["a", "đ", "ế", "e\u0323\u0302", "€", "[", "😀", "\u200d", "\n", "👍\ufe0f"]
)


@given(st.lists(_PIECES, max_size=400).map("".join))
def test_counted_as_it_is_cut(text: str) -> None:
    assert part_count(text) == len(encode_submit("1022", text, reference=0))


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("ă" * 70, 1), ("ă" * 71, 2), ("", 1),
     ("a" * 306, 2), ("a" * 307, 3), ("ă" * 134, 2), ("ă" * 135, 3)],
)  # fmt: skip
def test_limits(text: str, parts: int) -> None:
    assert part_count(text) == parts


@given(st.text(alphabet="aăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹĐẤ xyz.,0"))
def test_plain_letters_fit_one_alphabet(text: str) -> None:
    plain = without_accents(text)
    assert len(plain) == len(text)
    assert all(septets_of(c) is not None for c in plain)
    assert part_count(plain) <= part_count(text)


def test_capitals_stay() -> None:
    assert without_accents("Đèn đường TẮT, cống SỤP") == "Den duong TAT, cong SUP"
