"""A notice: a known outage or announcement with an area and a period, read to everybody who asks
from there.

Like a request, it lives by events under its own id. This module folds them, checks new ones and
compares a notice with a place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from console.domain.catalogue.catalogue import Agency
from console.domain.catalogue.city_rules import in_force
from console.domain.errors import InputError, RefusedError
from console.domain.requests.events import Fact, NoticeEnded, NoticeIssued, NoticeTold, StoredEvent
from console.domain.text.cleaning import clean, clean_line

type Ring = tuple[tuple[float, float], ...]
"""Corners of a drawn area as (lat, long); the last one is joined to the first."""

KINDS = ("outage", "announcement")
TITLE_LIMIT, TEXT_LIMIT, SCRIPT_LIMIT = 120, 600, 1000
"""Limits in characters; the text may go out as one SMS."""
LONGEST = timedelta(days=366)
CORNERS = 200
AHEAD = timedelta(hours=24)
"""A notice that begins within this time is already shown: people ask about tomorrow."""
NOTICE_FACTS = (NoticeIssued, NoticeEnded)


class Fit(StrEnum):
    """How sure it is that a place lies in a notice's area."""

    INSIDE = "inside"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True)
class Where:
    """A place, as far as it is known.

    Attributes:
        pin: (lat, long).
        wards: codes of the new wards that it may be in; several until somebody chooses.
    """

    pin: tuple[float, float] | None = None
    wards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice as its events describe it.

    Attributes:
        said: its latest wording.
        ended_at: when somebody ended it early.
        by: who issued it; `changed_by` is who changed it last.
        version: how often it was changed or ended; a change names the version its author saw.
        told: how many calls and messages were answered from it.
    """

    id: UUID
    said: NoticeIssued
    issued_at: datetime
    by: str
    changed_by: str
    version: int = 1
    ended_at: datetime | None = None
    end_reason: str | None = None
    told: int = 0

    @property
    def over_at(self) -> datetime:
        """When it ends, or ended."""
        return self.said.ends_at if self.ended_at is None else min(self.ended_at, self.said.ends_at)

    def is_over(self, now: datetime) -> bool:
        """Whether callers are no longer told of it."""
        return now >= self.over_at

    def is_soon(self, now: datetime) -> bool:
        """Whether it has not begun yet."""
        return now < self.said.starts_at

    def is_told(self, now: datetime) -> bool:
        """Whether callers are told of it: it is in force, or begins within a day."""
        return not self.is_over(now) and self.said.starts_at - now <= AHEAD


def fold_notice(events: Iterable[StoredEvent]) -> Notice | None:
    """The notice that these events of one id make, in their order; None without a first event.

    A repeated event counts once; of two concurrent changes the later in the order counts.
    """
    notice: Notice | None = None
    told: set[UUID] = set()
    for event in {each.id: each for each in events}.values():
        fact = event.fact
        if isinstance(fact, NoticeIssued):
            if notice is None:
                notice = Notice(
                    id=event.request_id,
                    said=fact,
                    issued_at=event.at,
                    by=event.actor,
                    changed_by=event.actor,
                )
            else:
                notice = _next(notice, event, said=fact)
        elif isinstance(fact, NoticeEnded) and notice is not None and notice.ended_at is None:
            notice = _next(notice, event, ended_at=event.at, end_reason=fact.reason)
        elif isinstance(fact, NoticeTold):
            told.add(fact.contact_id or event.id)
    return replace(notice, told=len(told)) if notice and told else notice


def _next(notice: Notice, event: StoredEvent, **more: object) -> Notice:
    return replace(notice, changed_by=event.actor, version=notice.version + 1, **more)  # type: ignore[arg-type]


# --- is a place inside?


def fit(said: NoticeIssued, where: Where) -> Fit | None:
    """How well a place fits the area; None when it lies outside, or nothing is known of it.

    With a drawn area but no pin the answer is "maybe", by the wards that the area touches.
    """
    if said.everywhere:
        return Fit.INSIDE
    if where.pin is not None and any(inside(ring, *where.pin) for ring in said.areas):
        return Fit.INSIDE
    hits = [code for code in where.wards if code in said.wards]
    if hits:
        return Fit.INSIDE if len(hits) == len(where.wards) else Fit.MAYBE
    if where.pin is None and any(code in said.touched for code in where.wards):
        return Fit.MAYBE
    return None


def inside(ring: Ring, lat: float, long: float) -> bool:
    """Whether a point lies in a ring, by counting the edges to its east."""
    if len(ring) < 3:
        return False
    odd = False
    before = ring[-1]
    for corner in ring:
        (y1, x1), (y2, x2) = before, corner
        if (y1 > lat) != (y2 > lat) and long < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            odd = not odd
        before = corner
    return odd


# --- agencies


def concerned(said: NoticeIssued, agencies: Iterable[Agency], day: date) -> tuple[str, ...]:
    """Codes of the agencies in force that day that should know: those whose wards it touches. A
    notice for the whole city concerns the agencies of its service group, or all if it names none.
    """
    reached = {*said.wards, *said.touched}
    return tuple(
        sorted(
            each.code
            for each in agencies
            if in_force(each.valid_from, each.valid_to, day)
            and (
                (said.everywhere or not reached.isdisjoint(each.wards))
                if each.wards
                else said.group in (None, *each.groups)
            )
        )
    )


def own_words(said: NoticeIssued, mine: str) -> NoticeIssued:
    """The notice as an agency reads it: without the script for callers and without the list of
    other readers. The centre does the same in SQL.
    """
    return replace(
        said, script=None, agencies=tuple(each for each in said.agencies if each == mine)
    )


def for_agency(notice: Notice, mine: str) -> Notice | None:
    """The notice as this agency reads it; None when it does not concern the agency."""
    if mine not in notice.said.agencies:
        return None
    return replace(notice, said=own_words(notice.said, mine), told=0)


# --- checks


def checked(said: NoticeIssued, now: datetime, wards: frozenset[str]) -> NoticeIssued:
    """The notice with its text cleaned and everything else checked.

    Args:
        wards: codes of the wards that exist.

    Raises:
        InputError: `notice_title_needed`, `notice_text_needed`, `notice_area_needed`,
            `notice_period_wrong`, `notice_over`, `notice_too_long`, `unknown_ward`,
            `notice_area_wrong`, `notice_kind_unknown`.
    """
    title, text = clean_line(said.title, TITLE_LIMIT), clean(said.text, TEXT_LIMIT)
    if said.kind not in KINDS:
        raise InputError("notice_kind_unknown", kind=said.kind)
    if not title:
        raise InputError("notice_title_needed")
    if not text:
        raise InputError("notice_text_needed")
    _period(said, now)
    if not (said.everywhere or said.wards or said.areas):
        raise InputError("notice_area_needed")
    if unknown := [code for code in said.wards if code not in wards]:
        raise InputError("unknown_ward", ward=unknown[0])
    return replace(
        said,
        title=title,
        text=text,
        script=clean(said.script or "", SCRIPT_LIMIT) or None,
        wards=() if said.everywhere else tuple(dict.fromkeys(said.wards)),
        areas=() if said.everywhere else tuple(_ring(each) for each in said.areas),
    )


def _period(said: NoticeIssued, now: datetime) -> None:
    if said.ends_at <= said.starts_at:
        raise InputError("notice_period_wrong")
    if said.ends_at <= now:
        raise InputError("notice_over")
    if said.ends_at - said.starts_at > LONGEST:
        raise InputError("notice_too_long", days=LONGEST.days)


def _ring(corners: Sequence[tuple[float, float]]) -> Ring:
    """A ring without its closing corner, with every corner on the earth and a non-zero area."""
    ring = tuple(corners[:-1] if len(corners) > 1 and corners[0] == corners[-1] else corners)
    if not 3 <= len(set(ring)) <= CORNERS:
        raise InputError("notice_area_wrong", why=f"3-{CORNERS}")
    if not all(abs(lat) <= 90 and abs(long) <= 180 for lat, long in ring):  # also refuses NaN
        raise InputError("notice_area_wrong", why="lat, long")
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    if abs(sum(y1 * x2 - y2 * x1 for (y1, x1), (y2, x2) in pairs)) < 1e-10:
        raise InputError("notice_area_wrong", why="0 m²")
    return ring


def ended(notice: Notice | None, reason: str, now: datetime) -> Fact:
    """The fact that ends it now.

    Raises:
        RefusedError: `no_such_notice`, `notice_ended`, `reason_needed`.
    """
    running(notice, now)
    if not (said := clean_line(reason, 300)):
        raise RefusedError("reason_needed")
    return NoticeEnded(reason=said)


def running(notice: Notice | None, now: datetime) -> Notice:
    """The notice, if it can still be changed.

    Raises:
        RefusedError: `no_such_notice`, `notice_ended`.
    """
    if notice is None:
        raise RefusedError("no_such_notice")
    if notice.is_over(now):
        raise RefusedError("notice_ended", at=notice.over_at)
    return notice
