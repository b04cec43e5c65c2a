"""A notice: its events, its checks, and the places it concerns."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.desk.notices import (
    Fit,
    Notice,
    Where,
    checked,
    ended,
    fit,
    fold_notice,
    inside,
    running,
)
from console.domain.errors import InputError, RefusedError
from console.domain.requests import events as e
from console.domain.states import Channel
from tests.unit.domain.build import NOW, event, later
from tests.unit.domain.requests.test_codec import facts_of

ID = UUID(int=70)
WARDS = frozenset({"26740", "26743"})
SQUARE = ((10.80, 106.60), (10.80, 106.70), (10.90, 106.70), (10.90, 106.60))


def said(**changes: Any) -> e.NoticeIssued:
    fields: dict[str, Any] = {
        "kind": "outage",
        "title": "Mất nước khu Đồng Tâm",
        "text": "Sửa ống cấp nước, có nước lại lúc 17:00.",
        "starts_at": NOW,
        "ends_at": later(hours=8),
        "wards": ("26740",),
    }
    return e.NoticeIssued(**(fields | changes))


def lived(*facts: e.Fact) -> Notice:
    notice = fold_notice([event(f, ID, later(hours=n)) for n, f in enumerate(facts)])
    assert notice is not None
    return notice


def changed(**changes: Any) -> e.NoticeChanged:
    whole = said(**changes)
    return e.NoticeChanged(**{n: getattr(whole, n) for n in e.NoticeIssued.__dataclass_fields__})


# --- its events


def test_it_runs_in_its_period_and_is_told_a_day_ahead() -> None:
    notice = lived(said(starts_at=later(hours=30), ends_at=later(hours=40)))
    assert [notice.is_told(later(hours=h)) for h in (0, 6, 30, 39, 40)] == [
        False, True, True, True, False,
    ]  # fmt: skip
    assert notice.is_soon(later(hours=29))
    assert not notice.is_soon(later(hours=30))


def test_a_change_replaces_what_it_says_and_an_end_is_an_end() -> None:
    notice = lived(said(), changed(title="Mất nước đến tối"), e.NoticeEnded(reason="Đã có nước"))
    assert (notice.said.title, notice.version) == ("Mất nước đến tối", 3)
    assert notice.is_over(later(hours=2))
    assert not notice.is_over(later(hours=1))
    assert (notice.over_at, notice.end_reason) == (later(hours=2), "Đã có nước")


def test_a_second_end_changes_nothing_and_the_same_event_counts_once() -> None:
    first = event(said(), ID)
    end = event(e.NoticeEnded(reason="xong"), ID, later(hours=1))
    again = event(e.NoticeEnded(reason="khác"), ID, later(hours=2))
    notice = fold_notice([first, first, end, again])
    assert notice is not None
    assert (notice.version, notice.end_reason) == (2, "xong")


def test_who_was_told_counts_once_for_each_call_and_changes_nothing_else() -> None:
    call, sms = UUID(int=1), UUID(int=2)
    told = [
        e.NoticeTold(channel=Channel.VOICE, contact_id=call),
        e.NoticeTold(channel=Channel.SMS, contact_id=sms),
        e.NoticeTold(channel=Channel.VOICE, contact_id=call),
        e.NoticeTold(channel=Channel.VOICE),
    ]
    notice = lived(said(), *told)
    assert (notice.told, notice.version, notice.changed_by) == (3, 1, notice.by)
    assert fold_notice([event(told[0], ID)]) is None


_FACTS = (e.NoticeIssued, e.NoticeChanged, e.NoticeEnded, e.NoticeTold)


@given(st.lists(st.one_of(*(facts_of(k) for k in _FACTS))))
def test_any_events_fold_and_can_be_asked(facts: list[e.Fact]) -> None:
    notice = fold_notice([event(f, ID, later(minutes=n)) for n, f in enumerate(facts)])
    if notice is not None:
        assert notice.version <= len(facts)
        notice.is_told(NOW)
        assert fit(notice.said, Where((10.85, 106.65), ("26740",))) in (None, *Fit)


# --- places it concerns


@pytest.mark.parametrize(
    ("changes", "where", "how"),
    [
        ({}, Where(wards=("26740",)), Fit.INSIDE),
        ({}, Where(wards=("26740", "26743")), Fit.MAYBE),
        ({}, Where(wards=("26743",)), None),
        ({}, Where(), None),
        ({"everywhere": True, "wards": ()}, Where(), Fit.INSIDE),
        ({"wards": (), "areas": (SQUARE,)}, Where((10.85, 106.65)), Fit.INSIDE),
        ({"wards": (), "areas": (SQUARE,)}, Where((10.95, 106.65)), None),
        ({"wards": (), "areas": (SQUARE,), "touched": ("1",)}, Where(wards=("1",)), Fit.MAYBE),
        # A pin outside the drawn area is outside, whatever its ward.
        ({"wards": (), "areas": (SQUARE,), "touched": ("1",)}, Where((9.0, 106.0), ("1",)), None),
    ],
)
def test_whether_a_place_is_inside(changes: Any, where: Where, how: Fit | None) -> None:
    assert fit(said(**changes), where) is how


def test_a_dent_of_the_area_is_outside() -> None:
    bent = ((0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0), (5.0, 5.0))
    assert inside(bent, 2.0, 5.0)
    assert not inside(bent, 5.0, 1.0)
    assert not inside((), 5.0, 1.0)


# --- checks


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " \u200b "}, "notice_title_needed"),
        ({"text": ""}, "notice_text_needed"),
        ({"kind": "party"}, "notice_kind_unknown"),
        ({"wards": ()}, "notice_area_needed"),
        ({"wards": ("99999",)}, "unknown_ward"),
        ({"ends_at": NOW}, "notice_period_wrong"),
        ({"starts_at": later(hours=-3), "ends_at": later(hours=-1)}, "notice_over"),
        ({"starts_at": later(hours=-3), "ends_at": NOW}, "notice_over"),
        ({"ends_at": NOW + timedelta(days=367)}, "notice_too_long"),
        ({"areas": (SQUARE[:2],)}, "notice_area_wrong"),
        ({"areas": ((SQUARE[0], SQUARE[1], SQUARE[0], SQUARE[1]),)}, "notice_area_wrong"),
        ({"areas": (((0.0, 0.0), (1.0, 1.0), (2.0, 2.0)),)}, "notice_area_wrong"),
        ({"areas": ((*SQUARE, (float("nan"), 106.0)),)}, "notice_area_wrong"),
        ({"areas": ((*SQUARE, (10.0, 500.0)),)}, "notice_area_wrong"),
    ],
)
def test_what_cannot_be_said(changes: Any, code: str) -> None:
    with pytest.raises(InputError) as refused:
        checked(said(**changes), NOW, WARDS)
    assert refused.value.code == code


def test_what_is_said_is_cleaned() -> None:
    closed = (*SQUARE, SQUARE[0])
    good = checked(
        said(title="Mất\u202e  nước", areas=(closed,), wards=("26740", "26740")), NOW, WARDS
    )
    assert (good.title, good.areas, good.wards) == ("Mất nước", (SQUARE,), ("26740",))
    whole = checked(replace(good, everywhere=True), NOW, WARDS)
    assert (whole.wards, whole.areas) == ((), ())


def test_only_a_running_one_can_be_changed_or_ended() -> None:
    with pytest.raises(RefusedError, match="no_such_notice"):
        running(None, NOW)
    over = lived(said(), e.NoticeEnded(reason="xong"))
    with pytest.raises(RefusedError, match="notice_ended"):
        running(over, later(hours=3))
    with pytest.raises(RefusedError, match="reason_needed"):
        ended(lived(said()), "  ", NOW)
