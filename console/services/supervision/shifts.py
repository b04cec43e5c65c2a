"""Shifts: signing in and out, handing over, accepting a hand-over.

The hand-over lists what this seat's store holds: calls, drafts and messages of the seat, requests
and notices of the whole switchboard. It names no citizen, because it is an event that every seat
reads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from console.domain.catalogue.catalogue import Catalogue
from console.domain.desk.shifts import (
    Shift,
    ShiftTime,
    accepted,
    before,
    entered,
    handed_over,
    left,
    shift_at,
)
from console.domain.errors import InputError, RefusedError
from console.domain.requests.events import Fact, ShiftHandedOver
from console.domain.requests.numbering import spoken
from console.services.handling import ActorAndTime, stamp
from console.services.outreach.messages import when
from console.services.people.actors import entry_of
from console.services.ports.store.queries import Queries
from console.services.ports.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from console.services.desk import Desk

EARLY = timedelta(minutes=15)
"""From this long before a shift, signing in enters that shift, not the one that ends."""
LOOKED_BACK = 3
"""Shifts searched for a hand-over that nobody accepted."""
LISTED = 30

type Item = tuple[str, str, str]
"""(kind, key, text)"""


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """The open matters now."""

    items: tuple[Item, ...]
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ShiftView:
    """What the window shows.

    Attributes:
        time, shift: this person's shift, else the one to sign in to.
        waiting: the latest hand-over that nobody accepted.
        contents: what a hand-over would list now.
    """

    time: ShiftTime
    shift: Shift
    waiting: tuple[ShiftTime, Shift] | None
    contents: OpenMatters

    def is_in(self, user: str) -> bool:
        """Whether this user is signed in to the shift."""
        return self.shift.working(user) is not None


class ShiftBook:
    """Shifts for the person at a desk."""

    def __init__(self, desk: "Desk") -> None:
        """Work through this desk."""
        self._desk = desk

    async def view(self) -> ShiftView:
        """The shift now.

        Raises:
            InputError: `no_shift_now`.
        """
        return await self._desk.ask(self.viewing)

    def viewing(self, queries: Queries) -> ShiftView:
        """Like `view`, on a reader thread."""
        now, user = self._desk.clock(), self._desk.actor.user
        around = self._around(now)
        states = [(time, queries.shift(time.id)) for time in around]
        mine = next((pair for pair in states if pair[1].working(user)), states[0])
        handed = (p for p in states if p[1].handover and p[1].accepted is None)
        contents = open_matters(queries, self._desk.catalogue, now)
        return ShiftView(mine[0], mine[1], next(handed, None), contents)

    async def enter(self) -> ShiftTime:
        """Sign in to the current shift, or to the one about to begin.

        Raises:
            InputError: `no_shift_now`.
            RefusedError: `already_in_shift`, `role_may_not`.
        """
        view = await self.view()
        if view.is_in(self._desk.actor.user):
            raise RefusedError("already_in_shift", shift=view.time.name)
        actor = self._desk.actor
        await self._record(view.time, lambda s: entered(view.time, s, actor), "shift_entered")
        return view.time

    async def leave(self) -> ShiftTime:
        """Sign out of this person's shift.

        Raises:
            InputError: `no_shift_now`.
            RefusedError: `not_in_shift`, `role_may_not`.
        """
        view, actor = await self.view(), self._desk.actor
        await self._record(view.time, lambda s: left(view.time, s, actor), "shift_left")
        return view.time

    async def hand_over(self, note: str, promises: str) -> ShiftHandedOver:
        """Hand over the open matters, a note and promises to the next shift.

        Args:
            promises: one per line.

        Raises:
            InputError: `no_shift_now`.
            RefusedError: `handover_accepted`, `role_may_not`.
        """
        view, actor = await self.view(), self._desk.actor
        said: list[ShiftHandedOver] = []

        def make(shift: Shift) -> Fact:
            fact = handed_over(
                view.time,
                shift,
                actor,
                note=note,
                promises=promises,
                items=view.contents.items,
                counts=view.contents.counts,
            )
            said.append(fact)
            return fact

        await self._record(view.time, make, "shift_handed_over")
        return said[-1]

    async def accept(self, note: str = "") -> ShiftTime:
        """Accept the hand-over of the shift before.

        Raises:
            InputError: `no_shift_now`.
            RefusedError: `nothing_handed_over`, `handover_accepted`, `handover_own`,
                `role_may_not`.
        """
        view, actor = await self.view(), self._desk.actor
        if view.waiting is not None:
            time = view.waiting[0]
        else:  # the refusal then names the shift that should have handed over
            time = before(self._desk.catalogue.shifts, view.time) or view.time
        await self._record(time, lambda s: accepted(time, s, actor, note), "shift_accepted")
        return time

    def _around(self, now: datetime) -> list[ShiftTime]:
        """The shift to sign in to, then those before it."""
        plans = self._desk.catalogue.shifts
        at: ShiftTime | None = shift_at(plans, now + EARLY)
        found: list[ShiftTime] = []
        while at is not None and len(found) < LOOKED_BACK:
            found.append(at)
            at = before(plans, at)
        if not found:
            raise InputError("no_shift_now")
        return found

    async def _record(self, time: ShiftTime, judge: Callable[[Shift], Fact], act: str) -> None:
        """Judge by the shift in this transaction; write event and audit line together."""
        now, actor = self._desk.clock(), self._desk.actor

        def work(uow: UnitOfWork) -> None:
            fact = judge(uow.shift(time.id))
            uow.append(stamp((fact,), time.id, uow, ActorAndTime(actor, now)))
            uow.audit(entry_of(actor, now, act, f"{time.day.isoformat()} {time.code}"))

        await self._desk.store.write(work)


# --- open matters


def open_matters(queries: Queries, catalogue: Catalogue, now: datetime) -> OpenMatters:
    """What the next shift must know, with a count for each kind; on a reader thread."""
    calls = queries.missed_calls(limit=1000)
    told = queries.callbacks(now, limit=1000)
    notices = queries.notices(now)
    drafts = queries.drafts()
    watched = queries.watch_counts(now)
    items: list[Item] = [
        *(("calls", f"{c.pbx}/{c.call_id}", f"{_last(c.phone)} · {when(c.at)}")
          for c in calls[:LISTED]),
        *(("promises", t.number, _request(t.number, t.service_code, t.due_at, catalogue))
          for t in told[:LISTED]),
        *(("notices", str(n.id), f"{n.said.title} · {when(n.over_at)}") for n in notices[:LISTED]),
        *(("drafts", str(d.id), f"{d.operator} · {d.workstation} · {when(d.updated_at)}")
          for d in drafts[:LISTED]),
    ]  # fmt: skip
    for kind in ("unforwarded", "late", "extension"):
        rows = queries.watch_rows(kind, now, LISTED)
        items += [
            (kind, r.number, _request(r.number, r.service_code, r.due_at, catalogue)) for r in rows
        ]
    counts = (
        ("calls", len(calls)),
        ("promises", len(told)),
        ("notices", len(notices)),
        ("drafts", len(drafts)),
        *((kind, watched[kind]) for kind in ("unforwarded", "late", "extension")),
    )
    return OpenMatters(tuple(items), counts)


def _request(number: str, service: str, due: datetime | None, catalogue: Catalogue) -> str:
    known = catalogue.services.get(service)
    parts = (spoken(number), known.name if known else service, when(due) if due else "")
    return " · ".join(part for part in parts if part)


def _last(phone: str | None) -> str:
    """The last three digits tell two callers apart and identify nobody."""
    return f"••• {phone[-3:]}" if phone else "—"
