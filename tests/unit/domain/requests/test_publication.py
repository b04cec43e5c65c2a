"""Redaction proposals: numbers, mailboxes, plates, identity numbers, names; places rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.requests.publication import redacted, rounded


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("gọi 0903 123 456 nhé", "***"),
        ("viết cho lan.nguyen@example.vn", "***"),
        ("xe 51B-123.45 chạy ẩu", "***"),
        ("biển số 59X1-12345", "***"),
        ("biển 59X1 12345 đỗ", "***"),
        ("CCCD 079203001234", "***"),
        ("SĐT0903123456 gặp Lan", "SĐT***"),
        ("0903123456/0912345678", "***/***"),
        ("hai số 0903123456 0912345678", "*** ***"),
        ("903123456 hay 09031234560912345678", "*** hay ***"),
        ("anh Nguyễn Văn Bình nói", "anh ***"),
        ("Bà Tư ở đầu hẻm", "Bà ***"),
    ],
)
def test_what_names_somebody_goes(said: str, left: str) -> None:
    shown = redacted(said)
    assert left in shown
    for secret in (
        "0903",
        "456",
        "0912",
        "678",
        "example",
        "123.45",
        "12345",
        "001234",
        "Bình",
        "Tư",
    ):
        assert secret not in shown


def test_the_reporters_own_name_goes_in_any_spelling() -> None:
    said = "Tôi là NGUYỄN THỊ ÁNH, nhắc lại Nguyen Thi Anh, nhà 66/1 Đồng Tâm"
    shown = redacted(said, ["Nguyễn Thị Ánh"])
    assert "ÁNH" not in shown
    assert "Anh" not in shown
    assert shown.endswith("nhà 66/1 Đồng Tâm")


@pytest.mark.parametrize(
    "plain",
    [
        "Ổ gà sâu trước nhà 66/1 Đồng Tâm, P.Tân Quý (Q.Tân Phú)",
        "Phản ánh 26 001 00123 7 chưa xong",
        "Cây ngã trên quốc lộ 1A, km 1905+300",
        "Mất nước từ 7:30 ngày 24/11/2026",
    ],
)
def test_what_names_nobody_stays(plain: str) -> None:
    assert redacted(plain, ["Lan"]) == plain


def test_a_name_of_three_signs_would_hide_half_the_text() -> None:
    assert redacted("ngã ba y ba chỗ ngập", ["Y B"]) == "ngã ba y ba chỗ ngập"
    assert redacted("ngã ba, Y Ba ở đó", ["Y Ba"]) == "ngã ba, *** ở đó"


@given(st.text(max_size=300), st.lists(st.text(max_size=30), max_size=3))
def test_no_text_breaks_it(text: str, names: list[str]) -> None:
    assert isinstance(redacted(text, names), str)


def test_a_place_is_as_exact_as_it_may_be() -> None:
    assert rounded(10.86135, 106.70592) == (10.861, 106.706)
    assert rounded(10.86135, 106.70592, 2) == (10.86, 106.71)
    assert rounded(None, 106.7) is None
