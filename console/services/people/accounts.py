"""Who may work at this seat, and how they sign in.

Two adapters fill one port (`Accounts`). In the embedded mode the accounts come from the seed, with
a password only where somebody set one (`LocalAccounts`). With a centre the personal PostgreSQL
login is the check (`central_accounts.py`). The audit has a line for every sign-in, lock and wrong
password.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from console.domain.actors import Actor
from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import RefusedError
from console.domain.live_events import AccountSeen
from console.domain.states import Role
from console.services.people.actors import actor_for, entry_of
from console.services.people.passwords import PasswordBook, require_good
from console.services.ports.clock import Clock
from console.services.ports.store.store import Store
from console.services.records import AuditEntry


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may work here.

    Attributes:
        needs_password: whether signing in asks for one.
    """

    user: str
    name: str
    role: Role
    agency: str | None = None
    needs_password: bool = False


class Accounts(Protocol):
    """The port for signing in at this seat."""

    @property
    def asks_login(self) -> bool:
        """Whether a person outside `people` may type a login."""

    async def people(self) -> tuple[Person, ...]:
        """Who may work here: the switchboard first, then the agencies, by name."""

    async def person(self, user: str) -> Person:
        """One of them.

        Raises:
            InputError: `unknown_user`.
        """

    async def sign_in(
        self, user: str, password: str, *, workstation: str, act: str = "signed_in", by: str = ""
    ) -> Actor:
        """Check the password and write the audit.

        Args:
            password: "" where none is needed.
            act: `signed_in`, `unlocked` or `handed_over`.
            by: the previous user of the seat.

        Raises:
            RefusedError: `wrong_password`, `password_wait` with the seconds to wait.
            InputError: `unknown_user`.
            UnavailableError: the store cannot be written, or the centre is away and this person
                has never signed in here.
        """

    async def set_password(self, actor: Actor, old: str, new: str) -> None:
        """Set, change or (with "") remove this person's own password.

        Raises:
            RefusedError: `wrong_password`, `password_wait`, `password_elsewhere`.
            InputError: `password_too_short`, `password_too_long`.
        """

    async def locked(self, actor: Actor) -> None:
        """Record that this person's seat was locked."""

    async def seen(self, event: AccountSeen, actor: Actor) -> str:
        """Handle news from the centre about a login while this person has the seat.

        Returns:
            "" when nothing changed for this person, else a code: `account_refused`,
            `role_changed`, `other_side`; then somebody has to sign in again.
        """


class LocalAccounts:
    """`Accounts` of the embedded mode."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock) -> None:
        """Use the accounts of the seed and the passwords of this seat."""
        self._store, self._catalogue, self._clock = store, catalogue, clock
        self._book = PasswordBook(store, clock)
        self._agency: str | None = None

    @property
    def asks_login(self) -> bool:
        """No: the seed names everybody."""
        return False

    async def people(self) -> tuple[Person, ...]:
        """Who may sit here."""
        kept = await self._book.kept()
        known = (
            a
            for a in self._catalogue.accounts.values()
            if a.role is not Role.SYSTEM and self._agency in (None, a.agency)
        )
        return in_order(Person(a.user, a.name, a.role, a.agency, a.user in kept) for a in known)

    async def person(self, user: str) -> Person:
        """One of them."""
        actor = actor_for(user, self._catalogue)
        kept = user in await self._book.kept()
        return Person(actor.user, actor.name, actor.role, actor.agency, kept)

    async def sign_in(
        self, user: str, password: str, *, workstation: str, act: str = "signed_in", by: str = ""
    ) -> Actor:
        """Check the password, if there is one, and the side of the seat."""
        actor = actor_for(user, self._catalogue, workstation)
        if self._agency not in (None, actor.agency):
            raise RefusedError("other_side", side=self._agency)
        await self._book.check(user, password, actor)
        await self._write(entry_of(actor, self._clock(), act, by))
        return actor

    async def set_password(self, actor: Actor, old: str, new: str) -> None:
        """Change the person's own password, confirmed by the old one."""
        require_good(new, may_be_empty=True)
        await self._book.check(actor.user, old, actor)
        entry = entry_of(actor, self._clock(), "password_set" if new else "password_removed")
        await self._book.keep(actor.user, new, audit=entry)

    async def locked(self, actor: Actor) -> None:
        """Write it to the audit."""
        await self._write(entry_of(actor, self._clock(), "locked"))

    async def seen(self, event: AccountSeen, actor: Actor) -> str:
        """Follow the side of the seat's own login at the centre.

        That login belongs to no person here. But when it is an agency's, only that agency's
        officers can work here: the centre accepts no one else's steps.
        """
        self._agency = event.agency
        return "other_side" if self._agency not in (None, actor.agency) else ""

    async def _write(self, entry: AuditEntry) -> None:
        await self._store.write(lambda uow: uow.audit(entry))


_ORDER = (Role.OPERATOR, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.OFFICER)


def in_order(people: Iterable[Person]) -> tuple[Person, ...]:
    """The switchboard first, then the agencies; by name within."""
    return tuple(sorted(people, key=lambda p: (_ORDER.index(p.role), p.name, p.user)))
