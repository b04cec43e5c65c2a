"""The part of the shift report on who worked, and what was handed over to whom."""

from dataclasses import dataclass
from datetime import timedelta

from console.domain.catalogue.catalogue import Catalogue
from console.domain.desk.shifts import Shift, ShiftTime, shifts_of
from console.domain.reports.figures import Period
from console.domain.time_zone import CITY
from console.services.outreach.messages import when
from console.services.ports.store.queries import Queries
from console.services.views.reports import Cell, Column, Rows

type Pair = tuple[str, str]

PEOPLE_COLUMNS = (
    Column("shift", "Ca", "Shift", "text"),
    Column("person", "Người trực", "Person", "text"),
    Column("seat", "Máy", "Seat", "text"),
    Column("came", "Vào ca", "Signed in", "text"),
    Column("went", "Ra ca", "Signed out", "text"),
)
HANDOVER_COLUMNS = (
    Column("shift", "Ca", "Shift", "text"),
    Column("what", "Bàn giao", "Handed over", "text"),
    Column("count", "Số", "Number"),
    Column("said", "Nội dung", "What", "text"),
)
KINDS: dict[str, Pair] = {
    "calls": ("Cuộc gọi chờ gọi lại", "Calls to be called back"),
    "promises": ("Kết quả chờ báo dân", "Results to be told"),
    "notices": ("Thông báo còn hiệu lực", "Notices in force"),
    "drafts": ("Phiếu nháp", "Half-typed forms"),
    "unforwarded": ("Quá 5 phút chưa chuyển", "Not forwarded in time"),
    "late": ("Trễ hạn", "Late"),
    "extension": ("Xin gia hạn", "Extensions asked"),
}
"""Labels of `shifts.ITEM_KINDS`."""
MOST_SHIFTS = 100
"""A month of shifts; a report on a longer period lists none."""


@dataclass(frozen=True, slots=True)
class ShiftParts:
    """Rows of the two tables."""

    people: Rows
    handovers: Rows


def shift_parts(
    period: Period, queries: Queries, catalogue: Catalogue, *, english: bool
) -> ShiftParts:
    """Who worked in the shifts of the period, and what they handed over; on a reader thread."""
    people: list[tuple[Cell, ...]] = []
    handovers: list[tuple[Cell, ...]] = []
    for time in _shifts_in(period, catalogue):
        shift = queries.shift(time.id)
        label = f"{time.name} {time.day:%d/%m}"
        people += [
            (label, w.name, w.workstation, when(w.since), when(w.until) if w.until else "")
            for w in shift.workers
        ]
        handovers += _handed(label, shift, catalogue, english=english)
    return ShiftParts(tuple(people), tuple(handovers))


def _shifts_in(period: Period, catalogue: Catalogue) -> tuple[ShiftTime, ...]:
    day = period.since.astimezone(CITY).date() - timedelta(days=1)
    found: list[ShiftTime] = []
    while day <= period.until.astimezone(CITY).date():
        found += [
            shift
            for shift in shifts_of(catalogue.shifts, day)
            if shift.since < period.until and shift.until > period.since
        ]
        if len(found) > MOST_SHIFTS:
            return ()
        day += timedelta(days=1)
    return tuple(found)


def _handed(
    label: str, shift: Shift, catalogue: Catalogue, *, english: bool
) -> list[tuple[Cell, ...]]:
    if shift.handover is None:
        return []
    given, taken = shift.handover, shift.accepted
    words = ("handed over", "accepted", "not accepted yet", "Promised", "Note") if english else (
        "giao", "nhận", "chưa ai nhận", "Đã hứa", "Ghi chú")  # fmt: skip
    who = f"{_name(given.by, catalogue)} {words[0]} {when(given.at)}"
    who += (
        f", {_name(taken.by, catalogue)} {words[1]} {when(taken.at)}" if taken else f", {words[2]}"
    )
    rows: list[tuple[Cell, ...]] = [(label, "", None, who)]
    notes = (given.said.note, taken.note if taken else "")
    rows += [(label, words[4], None, note) for note in notes if note]
    rows += [(label, words[3], None, promise) for promise in given.said.promises]
    rows += [
        (label, KINDS[kind][english] if kind in KINDS else kind, number, _listed(given.said.items,
                                                                                 kind))
        for kind, number in given.said.counts
        if number
    ]  # fmt: skip
    return rows


def _name(user: str, catalogue: Catalogue) -> str:
    account = catalogue.accounts.get(user)
    return account.name if account else user


def _listed(items: tuple[tuple[str, str, str], ...], kind: str) -> str:
    return "; ".join(words for k, _, words in items if k == kind)
