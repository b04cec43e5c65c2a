"""Who may sit here: from a user's name to the `Actor` that handlers see, with the password check.

Two ways in, one port (`Accounts`). Embedded: the accounts of the seed, with a password only where
somebody set one (`LocalAccounts`). With a centre the personal PostgreSQL login is the check
(`accounts_central.py`). Every way in, lock and wrong password is a line of the audit.
"""

import asyncio
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Protocol

from console.domain.actors import Actor
from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import InputError, RefusedError
from console.domain.live_events import AccountSeen
from console.domain.states import Role
from console.domain.text.cleaning import clean_line
from console.services.ports.clock import Clock
from console.services.ports.store.store import Store
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import AuditEntry, Credential

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SYSTEM_USER = "system"
IMPORTER = "import"
"""The actor of imported events, with the role of the system; who ran it stands in the run."""

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128
FREE_FAILURES = 5
"""Wrong passwords in a row before the account has to wait (SECURITY.md, "Connections")."""
_FIRST_WAIT_S = 5
_LONGEST_WAIT_S = 300


def actor_for(user: str, catalogue: Catalogue, workstation: str = "") -> Actor:
    """The actor behind an account of the embedded mode.

    Args:
        user: `operator`, `supervisor`, `auditor`, `administrator` or `officer-<agency code>`.
        catalogue: holds the accounts.
        workstation: name of the seat, stamped on every event.

    Raises:
        InputError: `unknown_user`; nobody signs in as the system.
    """
    account = catalogue.accounts.get(user)
    if account is None or account.role is Role.SYSTEM:
        raise InputError("unknown_user", user=clean_line(user, 60))
    return Actor(account.user, account.role, account.name, account.agency, workstation)


def system_actor(workstation: str = "") -> Actor:
    """The actor of rules, channels and housekeeping."""
    return Actor(SYSTEM_USER, Role.SYSTEM, workstation=workstation)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sit here.

    Attributes:
        needs_password: signing in asks for one.
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
        """Whether somebody who is not in `people` may type a login."""

    async def people(self) -> tuple[Person, ...]:
        """Who may sit here: the switchboard first, then the agencies, by name."""

    async def person(self, user: str) -> Person:
        """One of them.

        Raises:
            InputError: `unknown_user`.
        """

    async def sign_in(
        self, user: str, password: str, *, workstation: str, act: str = "signed_in", by: str = ""
    ) -> Actor:
        """Check and write the audit.

        Args:
            password: "" where none is needed.
            act: `signed_in`, `unlocked` or `handed_over`.
            by: the user who had the seat before.

        Raises:
            RefusedError: `wrong_password`, `password_wait` with the seconds to wait.
            InputError: `unknown_user`.
            UnavailableError: the store cannot be written, or the centre is away and this person
                never signed in here.
        """

    async def set_password(self, actor: Actor, old: str, new: str) -> None:
        """Set, change or (with "") take away this person's own password.

        Raises:
            RefusedError: `wrong_password`, `password_wait`, `password_elsewhere`.
            InputError: `password_too_short`, `password_too_long`.
        """

    async def locked(self, actor: Actor) -> None:
        """The seat was locked while this person had it."""

    async def seen(self, event: AccountSeen, actor: Actor) -> str:
        """The centre said something of a login while this person has the seat.

        Returns:
            "" when nothing changed for him, else the code of what did: `account_refused`,
            `role_changed`, `other_side`; then he, or who may, has to sign in again.
        """


def wait_s(failures: int) -> int:
    """Seconds to wait after so many wrong passwords in a row: 0 up to the fifth, then doubling."""
    over = failures - FREE_FAILURES
    return 0 if over < 0 else min(_LONGEST_WAIT_S, _FIRST_WAIT_S << min(over, 10))


class PasswordBook:
    """The passwords of a seat: argon2id in the local store, counted failures, off the loop."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Over this seat's store."""
        self._store, self._clock = store, clock

    async def kept(self) -> frozenset[str]:
        """The accounts that have a password here."""
        return await self._store.ask(lambda q: q.with_password())

    async def check(self, user: str, password: str, by: Actor) -> bool:
        """Whether the password is right; False also when the account has none here.

        Every wrong one is counted and audited, over restarts too.

        Raises:
            RefusedError: `wrong_password`, `password_wait`.
        """
        found = await self._store.write(lambda uow: uow.credential(user))
        if found is None or not found.hash:
            return False
        self._require_patience(found)
        # Counted before it is judged: whoever pulls the plug while it is judged gains no try.
        await self._store.write(lambda uow: self._count(uow, user, by))
        right, fresh = await asyncio.to_thread(_judge, found.hash, _same_signs(password))
        if not right:
            raise RefusedError("wrong_password", user=user)
        settled = replace(found, hash=fresh or found.hash, failures=0, failed_at=None)
        await self._store.write(lambda uow: uow.save_credential(settled))
        return True

    async def failed(self, user: str, by: Actor) -> None:
        """Somebody else judged a password to be wrong: counted and audited as one of ours."""
        await self._store.write(lambda uow: self._count(uow, user, by))

    async def require_patience(self, user: str) -> None:
        """Refuse while the account has to wait.

        Raises:
            RefusedError: `password_wait`.
        """
        found = await self._store.write(lambda uow: uow.credential(user))
        if found is not None:
            self._require_patience(found)

    async def keep(self, user: str, password: str, *, audit: AuditEntry | None = None) -> None:
        """Set it; "" takes it away. No rule is checked here."""
        made = await asyncio.to_thread(_hash, _same_signs(password)) if password else ""

        def work(uow: UnitOfWork) -> None:
            uow.save_credential(Credential(user, made, self._clock()))
            if audit is not None:
                uow.audit(audit)

        await self._store.write(work)

    def _require_patience(self, found: Credential) -> None:
        if found.failed_at is None:
            return
        until = found.failed_at + timedelta(seconds=wait_s(found.failures))
        left = (until - self._clock()).total_seconds()
        # A clock that was put back must not lock anybody out for longer than the longest wait.
        if 0 < left <= _LONGEST_WAIT_S:
            raise RefusedError("password_wait", seconds=int(left) + 1)

    def _count(self, uow: UnitOfWork, user: str, by: Actor) -> None:
        now = self._clock()
        found = uow.credential(user) or Credential(user, "", now)
        uow.save_credential(replace(found, failures=found.failures + 1, failed_at=now))
        uow.audit(entry_of(by, now, "password_tried", user))


def entry_of(
    actor: Actor, at: datetime, act: str, subject: str = "", detail: str = ""
) -> AuditEntry:
    """An audit line for what this person did."""
    return AuditEntry(at, actor.user, actor.role.value, actor.workstation, act, subject, detail)


class LocalAccounts:
    """`Accounts` of the embedded mode."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock) -> None:
        """Accounts of the seed, passwords of this seat."""
        self._store, self._catalogue, self._clock = store, catalogue, clock
        self._book = PasswordBook(store, clock)
        self._agency: str | None = None

    @property
    def asks_login(self) -> bool:
        """The seed names everybody."""
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
        """Check the password where there is one, and the side of the seat."""
        actor = actor_for(user, self._catalogue, workstation)
        if self._agency not in (None, actor.agency):
            raise RefusedError("other_side", side=self._agency)
        await self._book.check(user, password, actor)
        await self._write(entry_of(actor, self._clock(), act, by))
        return actor

    async def set_password(self, actor: Actor, old: str, new: str) -> None:
        """The person's own, known by the old one."""
        require_good(new, may_be_empty=True)
        await self._book.check(actor.user, old, actor)
        entry = entry_of(actor, self._clock(), "password_set" if new else "password_removed")
        await self._book.keep(actor.user, new, audit=entry)

    async def locked(self, actor: Actor) -> None:
        """Into the audit."""
        await self._write(entry_of(actor, self._clock(), "locked"))

    async def seen(self, event: AccountSeen, actor: Actor) -> str:
        """The seat's own login at a centre is nobody's who sits here; but where it is an agency's,
        only that agency's officers have work here: the centre takes no step of anybody else.
        """
        self._agency = event.agency
        return "other_side" if self._agency not in (None, actor.agency) else ""

    async def _write(self, entry: AuditEntry) -> None:
        await self._store.write(lambda uow: uow.audit(entry))


def require_good(password: str, *, may_be_empty: bool = False) -> None:
    """Refuse what is too short to be a password; length alone counts, as NIST SP 800-63B has it.

    Raises:
        InputError: `password_too_short`, `password_too_long`.
    """
    if not password and may_be_empty:
        return
    if len(password) < SHORTEST_PASSWORD:
        raise InputError("password_too_short", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise InputError("password_too_long", limit=LONGEST_PASSWORD)


_ORDER = (Role.OPERATOR, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.OFFICER)


def in_order(people: Iterable[Person]) -> tuple[Person, ...]:
    """The switchboard first, then the agencies; by name within."""
    return tuple(sorted(people, key=lambda p: (_ORDER.index(p.role), p.name, p.user)))


def _same_signs(password: str) -> str:
    """An accent typed as one sign or as two is the same password (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", password)


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # noqa: PLC0415 - 15 ms, only where passwords are in use

    return PasswordHasher()


def _hash(password: str) -> str:
    return _hasher().hash(password)


def _judge(kept: str, password: str) -> tuple[bool, str]:
    """Whether it is right, and a new hash where the parameters have grown since."""
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - as above

    try:
        _hasher().verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False, ""
    return True, _hash(password) if _hasher().check_needs_rehash(kept) else ""
