"""Times, spans and deadlines as people of the city read them."""

from datetime import UTC, datetime, timedelta

import pytest

from console.ui.text import formats

NOW = datetime(2026, 11, 24, 7, 5, 9, tzinfo=UTC)  # 14:05:09 in the city


def test_instants() -> None:
    assert formats.clock_seconds(NOW) == "14:05:09"
    assert formats.when(NOW + timedelta(hours=3, minutes=15), NOW) == "17:20"
    assert formats.when(NOW + timedelta(days=2), NOW) == "14:05 26/11"
    assert formats.when(NOW - timedelta(days=400), NOW) == "20/10/2025"
    assert formats.when(None, NOW) == "—"
    # 23:30 UTC is already tomorrow in the city.
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert formats.when(late, NOW) == "06:30 25/11"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (134, "02:14"), (3734, "1:02:14"), (-5, "00:00")]
)
def test_a_call_s_timer(seconds: int, text: str) -> None:
    assert formats.timer(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("left_h", "whole_h", "text", "tone", "shape"),
    [
        (-0.1, 4, "trễ 0:06", "urgent", "square"),
        (0.85, 4, "còn 0:51", "warn", "triangle"),
        (3.77, 4, "còn 3:46", "ok", "circle"),
        (26, 240, "còn 1 ngày", "warn", "triangle"),
        (-50, 4, "trễ 2 ngày", "urgent", "square"),
        (1.0, 4, "còn 1:00", "ok", "circle"),
    ],
)
def test_countdown(left_h: float, whole_h: float, text: str, tone: str, shape: str) -> None:
    deadline = NOW + timedelta(hours=left_h)
    sign = formats.countdown(deadline, deadline - timedelta(hours=whole_h), NOW)
    assert (sign.text, sign.tone, sign.shape) == (text, tone, shape)


def test_countdown_without_a_deadline() -> None:
    assert formats.countdown(None, NOW, NOW).tone == "muted"


def test_numbers() -> None:
    assert formats.number(590_000) == "590.000"
    assert formats.percent(0.942) == "94,2 %"
    assert formats.percent(None) == "—"
    assert formats.request_number("26014001237") == "26 014 00123 7"
    assert formats.phone_number("+84903123456") == "0903 123 456"
    assert formats.phone_number(None) == "Số ẩn"


def test_ago() -> None:
    assert formats.ago(NOW - timedelta(minutes=52), NOW) == "52 phút trước"
    assert formats.ago(NOW - timedelta(hours=5), NOW) == "5 giờ trước"
    assert formats.ago(NOW - timedelta(days=2), NOW) == "2 ngày trước"
    assert formats.ago(NOW + timedelta(minutes=3), NOW) == "vừa xong"


def test_the_ward_is_said_once() -> None:
    said = "Lê Văn Khương, P.Thới An, Q.12"
    assert formats.place(said, "Phường Thới An") == said
    assert formats.place("66/1 Đồng Tâm", "Xã Bà Điểm") == "66/1 Đồng Tâm, Xã Bà Điểm"
    assert formats.place(None, "Xã Bà Điểm") == "Xã Bà Điểm"
    assert formats.place(None, None) == ""


def test_a_text_is_broken_at_the_space_nearest_to_its_middle() -> None:
    assert formats.halves("Tổng đài viên") == ("Tổng đài", "viên")
    assert formats.halves("Dân gọi lại trong 7 ngày") == ("Dân gọi lại", "trong 7 ngày")
    assert formats.halves("Hạng") == ("Hạng", "")
    assert formats.halves("") == ("", "")
