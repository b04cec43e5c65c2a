"""The register of citizens' wishes about their own data.

Each step is an event, which every seat of the switchboard gets, and a line of the audit, which
names no citizen.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from console.domain.errors import RefusedError
from console.domain.ids import uuid7
from console.domain.live_events import RequestsChanged
from console.domain.privacy import wishes
from console.domain.privacy.person import shown_key
from console.domain.privacy.wishes import Wish, WishForm
from console.domain.requests.codec import kind_of
from console.domain.requests.events import Fact
from console.services.handling import ActorAndTime, stamp
from console.services.people.actors import entry_of
from console.services.people.number_masking import masked
from console.services.ports.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from console.services.desk import Desk

STEPS = ("answer", "extend", "done", "refuse")
"""Steps on an open wish."""


async def register_wish(desk: "Desk", form: WishForm) -> UUID:
    """Register a wish; returns its id.

    Raises:
        RefusedError, InputError: as in `wishes.taken_down`.
    """
    now = desk.clock()
    fact = wishes.taken_down(form, desk.actor, desk.catalogue, now)
    wish_id = uuid7()
    await desk.store.write(lambda uow: _record(desk, uow, wish_id, fact, now, form.wish))
    desk.bus.publish(RequestsChanged(frozenset((wish_id,))))
    return wish_id


async def step(desk: "Desk", wish_id: UUID, what: str, said: str) -> None:
    """Take one of `STEPS`, judged by the wish in this transaction.

    Raises:
        RefusedError: `no_such_wish`, `role_may_not`, `wish_over`, `wish_answered`,
            `wish_extended`, `wish_late`.
        InputError: `reason_needed`, `no_wish_rule`.
    """
    actor, now = desk.actor, desk.clock()
    judge: dict[str, Callable[[Wish], Fact]] = {
        "answer": lambda wish: wishes.answered(wish, actor, said),
        "extend": lambda wish: wishes.extended(wish, actor, desk.catalogue, now, said),
        "done": lambda wish: wishes.done(wish, actor, said),
        "refuse": lambda wish: wishes.refused(wish, actor, said),
    }

    def work(uow: UnitOfWork) -> None:
        wishes.require_keeper(actor)
        wish = uow.wish(wish_id)
        if wish is None:
            raise RefusedError("no_such_wish")
        _record(desk, uow, wish_id, judge[what](wish), now, wish.said.wish)

    await desk.store.write(work)
    desk.bus.publish(RequestsChanged(frozenset((wish_id,))))


async def show_person(desk: "Desk", wish: Wish) -> str:
    """Name, numbers and mailboxes of the citizen; the audit line is on disk first.

    Raises:
        RefusedError: `role_may_not`.
        UnavailableError: the audit cannot be written, so nothing is shown.
    """
    wishes.require_keeper(desk.actor)
    entry = entry_of(desk.actor, desk.clock(), "number_shown", "", f"wish {wish.id}")
    await desk.store.write(lambda uow: uow.audit(entry))
    keys = map(shown_key, wish.person.keys)
    return " · ".join(part for part in (wish.said.name, *keys) if part)


def hidden_person(wish: Wish) -> str:
    """The citizen as a list shows it: no name, three digits."""
    return ", ".join("•••@•••" if "@" in key else masked(key) for key in wish.person.keys)


def _record(
    desk: "Desk", uow: UnitOfWork, wish_id: UUID, fact: Fact, now: datetime, kind: str
) -> None:
    uow.append(stamp((fact,), wish_id, uow, ActorAndTime(desk.actor, now)))
    uow.audit(entry_of(desk.actor, now, kind_of(fact), kind, str(wish_id)))
