"""Signing in with a centre: the person's own PostgreSQL login is the check (SCRAM).

The seat remembers the answer, with the password as argon2id. So a person who signed in here before
can unlock the seat while the centre is away. A seat holds the data of one side, the switchboard's
or one agency's, and refuses people of another side.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from console.domain.actors import Actor
from console.domain.errors import RefusedError, UnavailableError
from console.domain.live_events import AccountSeen
from console.domain.states import Role
from console.domain.text.cleaning import clean_line
from console.services.people.accounts import Person, in_order
from console.services.people.actors import entry_of
from console.services.people.passwords import PasswordBook
from console.services.ports.clock import Clock
from console.services.ports.store.store import Store
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import AuditEntry, KnownPerson

_DENIED = "central_denied"


@dataclass(frozen=True, slots=True)
class CentralPerson:
    """The person behind a login, as the centre knows it; `name` is "" when none is recorded."""

    login: str
    name: str
    role: Role
    agency: str | None


class CentralDoor(Protocol):
    """The centre's own check; blocking, so it is called on a separate thread."""

    def enter(self, login: str, password: str) -> CentralPerson:
        """Sign in once and close the connection.

        Raises:
            UnavailableError: `central_denied` for a wrong password or a blocked or unknown login;
                `central_away` and similar codes.
        """


class CentralAccounts:
    """`Accounts` of a seat that follows a centre."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        door: CentralDoor,
        entered: Callable[[str, str], None] = lambda _login, _password: None,
    ) -> None:
        """Use the centre's door and this seat's memory of it.

        Args:
            entered: called on the loop with the login and password of the person who signed in,
                so that this seat connects to the centre in that name.
        """
        self._store, self._clock, self._door, self._entered = store, clock, door, entered
        self._book = PasswordBook(store, clock)

    @property
    def asks_login(self) -> bool:
        """Yes: the centre knows more people than this seat has seen."""
        return True

    async def people(self) -> tuple[Person, ...]:
        """Who signed in here before; anybody else types a login."""
        known = await self._store.ask(lambda q: q.known_people())
        return in_order(_person(each) for each in known)

    async def person(self, user: str) -> Person:
        """One of them, or an unknown login that the centre will judge."""
        login = clean_line(user, 63)
        known = await self._store.ask(lambda q: q.known_people())
        found = next((each for each in known if each.user == login), None)
        if found is None:
            return Person(login, login, Role.OPERATOR, needs_password=True)
        return _person(found)

    async def sign_in(
        self, user: str, password: str, *, workstation: str, act: str = "signed_in", by: str = ""
    ) -> Actor:
        """Ask the centre; while it is away, use the password that was last right here.

        Raises:
            RefusedError: `wrong_password`, `password_wait`, `never_here`, `other_side`.
            UnavailableError: the centre answers, but not as it should (`central_untrusted`, ...).
        """
        login = clean_line(user, 63)
        stranger = Actor(login, Role.OPERATOR, workstation=workstation)
        await self._book.require_patience(login)
        try:
            found = await asyncio.to_thread(self._door.enter, login, password)
        except UnavailableError as error:
            if error.code == _DENIED:
                await self._book.failed(login, stranger)
                raise RefusedError("wrong_password", user=login) from error
            if error.code != "central_away":
                raise
            known = await self._remembered(login, password, stranger)
        else:
            known = KnownPerson(login, found.name or login, found.role.value, found.agency)
            await self._require_side(known)
            await self._book.keep(login, password)
        actor = Actor(login, Role(known.role), known.name, known.agency, workstation)
        await self._write(known, entry_of(actor, self._clock(), act, by))
        self._entered(login, password)
        return actor

    async def set_password(self, actor: Actor, old: str, new: str) -> None:
        """Passwords are changed at the centre.

        Raises:
            RefusedError: `password_elsewhere`.
        """
        raise RefusedError("password_elsewhere", user=actor.user, typed=bool(old or new))

    async def locked(self, actor: Actor) -> None:
        """Write it to the seat's audit."""
        entry = entry_of(actor, self._clock(), "locked")
        await self._store.write(lambda uow: uow.audit(entry))

    async def seen(self, event: AccountSeen, actor: Actor) -> str:
        """Remember the news, so that it also counts while the centre is away."""
        same = (event.role, event.agency) == (actor.role.value, actor.agency)
        if event.login != actor.user or same:
            return ""
        if event.role is None:
            await self._book.keep(
                actor.user, "", audit=entry_of(actor, self._clock(), "login_refused")
            )
            return "account_refused"
        known = KnownPerson(actor.user, actor.name, event.role, event.agency)
        await self._write(known, entry_of(actor, self._clock(), "role_changed", event.role))
        return "role_changed"

    async def _remembered(self, login: str, password: str, stranger: Actor) -> KnownPerson:
        right = await self._book.check(login, password, stranger)
        known = await self._store.write(lambda uow: uow.known_person(login))
        if not right or known is None:
            raise RefusedError("never_here", user=login)
        return known

    async def _require_side(self, person: KnownPerson) -> None:
        known = await self._store.ask(lambda q: q.known_people())
        sides = {each.agency for each in known if each.user != person.user}
        if sides and person.agency not in sides:
            side = next(iter(sides))
            raise RefusedError("other_side", side=side or "1022")

    async def _write(self, person: KnownPerson, entry: AuditEntry) -> None:
        def work(uow: UnitOfWork) -> None:
            uow.save_person(person)
            uow.audit(entry)

        await self._store.write(work)


def _person(known: KnownPerson) -> Person:
    return Person(known.user, known.name, Role(known.role), known.agency, needs_password=True)
