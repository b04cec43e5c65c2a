"""What a handler receives with its command, what it returns, and the steps all handlers share."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from console.domain.actors import Actor
from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import RefusedError
from console.domain.ids import uuid7
from console.domain.requests.commands import Command, RequestCommand
from console.domain.requests.decide.request import decide
from console.domain.requests.decide.rules import Rules
from console.domain.requests.events import Fact, StoredEvent
from console.domain.requests.request import Request
from console.domain.states import State
from console.services.ports.places import Places
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import Contact


@dataclass(frozen=True, slots=True)
class Context:
    """Who acts, when, and with which data.

    Attributes:
        now: aware UTC; the same instant for the whole command.
    """

    actor: Actor
    now: datetime
    catalogue: Catalogue
    places: Places


@dataclass(frozen=True, slots=True)
class Done:
    """What a handler did.

    Attributes:
        events: that it appended.
        number, state: of the request, as it is now.
        live: published on the bus after the commit.
    """

    events: tuple[StoredEvent, ...] = ()
    request_id: UUID | None = None
    number: str | None = None
    state: State | None = None
    live: tuple[object, ...] = field(default=())


type Dispatch = Callable[[Command, UnitOfWork, Context], Done]
"""Runs a command through its handler in one transaction."""


@dataclass(frozen=True, slots=True)
class ActorAndTime:
    """The part of a `Context` that a step without rules needs."""

    actor: Actor
    now: datetime


def stamp(
    facts: Iterable[Fact], request_id: UUID, uow: UnitOfWork, context: Context | ActorAndTime
) -> tuple[StoredEvent, ...]:
    """Wrap facts into events, in the order they happened: id by time, hybrid clock, actor, seat."""
    actor = context.actor
    at_ms = int(context.now.timestamp() * 1000)
    return tuple(
        StoredEvent(
            id=uuid7(at_ms),
            request_id=request_id,
            at=context.now,
            actor=actor.user,
            role=actor.role,
            workstation=actor.workstation,
            agency=actor.agency,
            hlc=uow.next_hlc(context.now),
            fact=fact,
        )
        for fact in facts
    )


def existing_request(request_id: UUID, uow: UnitOfWork) -> Request:
    """The request.

    Raises:
        RefusedError: `no_such_request`.
    """
    if (request := uow.request(request_id)) is None:
        raise RefusedError("no_such_request")
    return request


def existing_contact(contact_id: UUID, uow: UnitOfWork) -> Contact:
    """The contact.

    Raises:
        RefusedError: `no_such_contact`.
    """
    if (contact := uow.contact(contact_id)) is None:
        raise RefusedError("no_such_contact")
    return contact


def rules_for(
    context: Context,
    request: Request | None = None,
    *,
    number: str = "",
    parent: Request | None = None,
) -> Rules:
    """The rules by which `decide` judges a step now."""
    return Rules.of(context.catalogue, context.now, request=request, number=number, parent=parent)


def decided_facts(
    cmd: RequestCommand, uow: UnitOfWork, context: Context, *, parent: Request | None = None
) -> tuple[Fact, ...]:
    """The facts of a step on an existing request.

    Raises:
        RefusedError: the rules forbid it, `no_such_request`.
        InputError, ConflictError: as `decide` says.
    """
    request = existing_request(cmd.request_id, uow)
    return decide(cmd, request, context.actor, rules_for(context, request, parent=parent))


def append_facts(
    facts: Sequence[Fact],
    request_id: UUID,
    uow: UnitOfWork,
    context: Context | ActorAndTime,
    *,
    live: tuple[object, ...] = (),
) -> Done:
    """Append facts to a request; returns how the request is now."""
    events = stamp(facts, request_id, uow, context)
    if events:
        uow.append(events)
    return done_with(request_id, uow, events=events, live=live)


def done_with(
    request_id: UUID,
    uow: UnitOfWork,
    *,
    events: tuple[StoredEvent, ...] = (),
    live: tuple[object, ...] = (),
) -> Done:
    """The request as it is now, with the events just appended."""
    request = uow.request(request_id)
    return Done(
        events=events,
        request_id=request_id,
        number=request.number if request else None,
        state=request.state if request else None,
        live=live,
    )


def combined(first: Done, *others: Done) -> Done:
    """Merge several results into one; the first names the request."""
    return replace(
        first,
        events=first.events + tuple(e for other in others for e in other.events),
        live=first.live + tuple(e for other in others for e in other.live),
    )
