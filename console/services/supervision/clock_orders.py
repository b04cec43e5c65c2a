"""Orders that stop clocks, for example during a storm.

A supervisor gives and ends them. Any seat of the switchboard then applies them to the clocks they
cover. Each step is an event and a line of the audit.
"""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from console.domain.desk.pause_orders import PauseOrder, ended, moved, ordered
from console.domain.errors import RefusedError
from console.domain.ids import uuid7
from console.domain.live_events import RequestsChanged
from console.domain.requests.decide.rules import Rules
from console.domain.requests.events import Fact, PauseOrdered, StoredEvent
from console.domain.requests.request import Assignment, Request
from console.domain.states import Role
from console.services.handling import ActorAndTime, stamp
from console.services.people.actors import entry_of, system_actor
from console.services.ports.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from console.services.desk import Desk

PIECE = 40
"""Clocks moved in one transaction; larger ones would delay a person's save."""
FOLLOWED = timedelta(days=2)
"""How long after its end an order is still applied: a seat may have been off."""


async def order_pause(desk: "Desk", said: PauseOrdered) -> UUID:
    """Give an order and apply it at once; returns its id.

    Raises:
        RefusedError, InputError: as in `ordered`.
    """
    good = ordered(said, desk.actor, desk.catalogue, desk.clock())
    order_id = uuid7()
    await _record(desk, order_id, good, "pause_ordered", good.reason)
    await apply_orders(desk)
    return order_id


async def end_pause(desk: "Desk", order_id: UUID, reason: str) -> None:
    """End an order early; the clocks run again from now on.

    Raises:
        RefusedError: `no_such_order`, `order_over`, `role_may_not`.
        InputError: `reason_needed`.
    """
    orders = await desk.ask(lambda q: q.pause_orders())
    order = next((o for o in orders if o.id == order_id), None)
    if order is None:
        raise RefusedError("no_such_order")
    fact = ended(order, reason, desk.actor, desk.clock())
    await _record(desk, order_id, fact, "pause_ended", reason)
    await apply_orders(desk)


async def _record(desk: "Desk", order_id: UUID, fact: Fact, act: str, detail: str) -> None:
    now, actor = desk.clock(), desk.actor

    def work(uow: UnitOfWork) -> None:
        uow.append(stamp((fact,), order_id, uow, ActorAndTime(actor, now)))
        uow.audit(entry_of(actor, now, act, str(order_id), detail))

    await desk.store.write(work)
    desk.bus.publish(RequestsChanged(frozenset((order_id,))))


async def apply_orders(desk: "Desk") -> int:
    """Apply the orders to the clocks that do not have them yet; returns how many moved."""
    if desk.actor.role is Role.OFFICER:
        return 0
    number = 0
    for order in await desk.ask(lambda q: q.pause_orders()):
        if desk.clock() < order.until + FOLLOWED:
            number += await _apply(desk, order)
    return number


async def _apply(desk: "Desk", order: PauseOrder) -> int:
    said = order.said
    of_groups = (s.code for s in desk.catalogue.services.values() if s.group in said.groups)
    services = tuple(dict.fromkeys((*said.services, *of_groups)))
    if said.groups and not services:
        return 0  # its groups have no service here; an empty tuple would mean all services
    number = 0
    while waiting := await desk.ask(lambda q: q.unpaused(order, services, PIECE)):
        changed = await desk.store.write(partial(_move, desk, order, waiting), priority=2)
        number += len(changed)
        desk.bus.publish(RequestsChanged(frozenset(changed)))
        if not changed:
            break  # the rest does not match; never loop for ever
    return number


def _move(
    desk: "Desk", order: PauseOrder, waiting: tuple[tuple[UUID, str], ...], uow: UnitOfWork
) -> list[UUID]:
    changed = []
    for request_id, agency in waiting:
        request = uow.request(request_id)
        assignment = request.assignment(agency) if request else None
        if request is None or assignment is None or not assignment.is_open:
            continue
        service = desk.catalogue.services.get(request.service_code)
        group = service.group if service else ""
        if not order.covers(request.service_code, group, request.ward_code, agency):
            continue  # it changed after the query
        uow.append((_event(desk, order, request, assignment, uow),))
        changed.append(request_id)
    return changed


def _event(
    desk: "Desk", order: PauseOrder, request: Request, assignment: Assignment, uow: UnitOfWork
) -> StoredEvent:
    """The event with the same id and time, whichever seat makes it."""
    now = desk.clock()
    rules = Rules.of(desk.catalogue, now, request=request)
    actor = system_actor("")
    fact = moved(order, request, assignment, rules)
    (event,) = stamp((fact,), request.id, uow, ActorAndTime(actor, now))
    said = f"1022:clock:{order.id}:{order.until.isoformat()}:{request.id}:{assignment.agency}:"
    return replace(
        event,
        id=uuid5(NAMESPACE_URL, said + assignment.forwarded_at.isoformat()),
        at=max(order.changed_at, assignment.forwarded_at),
    )
