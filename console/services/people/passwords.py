"""Passwords of this seat: argon2id in the local store, with waits after wrong ones."""

import asyncio
import unicodedata
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from console.domain.actors import Actor
from console.domain.errors import InputError, RefusedError
from console.services.people.actors import entry_of
from console.services.ports.clock import Clock
from console.services.ports.store.store import Store
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import AuditEntry, Credential

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128
FREE_FAILURES = 5
"""Wrong passwords in a row before the account has to wait."""
_FIRST_WAIT_S = 5
_LONGEST_WAIT_S = 300


def wait_s(failures: int) -> int:
    """Seconds to wait after this many wrong passwords in a row: from the fifth on, doubling."""
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

        Every wrong one is counted and audited; the count survives restarts.

        Raises:
            RefusedError: `wrong_password`, `password_wait`.
        """
        found = await self._store.write(lambda uow: uow.credential(user))
        if found is None or not found.hash:
            return False
        self._require_patience(found)
        # Counted before it is checked, so that pulling the plug gains no extra try.
        await self._store.write(lambda uow: self._count(uow, user, by))
        right, fresh = await asyncio.to_thread(_judge, found.hash, _same_signs(password))
        if not right:
            raise RefusedError("wrong_password", user=user)
        settled = replace(found, hash=fresh or found.hash, failures=0, failed_at=None)
        await self._store.write(lambda uow: uow.save_credential(settled))
        return True

    async def failed(self, user: str, by: Actor) -> None:
        """Count and audit a password that the centre found wrong."""
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
        """Store a password; "" removes it. Checks no rule."""
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
        # A clock that was set back must not lock anybody out longer than the longest wait.
        if 0 < left <= _LONGEST_WAIT_S:
            raise RefusedError("password_wait", seconds=int(left) + 1)

    def _count(self, uow: UnitOfWork, user: str, by: Actor) -> None:
        now = self._clock()
        found = uow.credential(user) or Credential(user, "", now)
        uow.save_credential(replace(found, failures=found.failures + 1, failed_at=now))
        uow.audit(entry_of(by, now, "password_tried", user))


def require_good(password: str, *, may_be_empty: bool = False) -> None:
    """Refuse a password by its length alone, as NIST SP 800-63B recommends.

    Raises:
        InputError: `password_too_short`, `password_too_long`.
    """
    if not password and may_be_empty:
        return
    if len(password) < SHORTEST_PASSWORD:
        raise InputError("password_too_short", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise InputError("password_too_long", limit=LONGEST_PASSWORD)


def _same_signs(password: str) -> str:
    """Composed and decomposed accents are the same password (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", password)


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # noqa: PLC0415 - 15 ms, only where passwords are in use

    return PasswordHasher()


def _hash(password: str) -> str:
    return _hasher().hash(password)


def _judge(kept: str, password: str) -> tuple[bool, str]:
    """Whether it is right, and a new hash when the parameters have grown since."""
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - as above

    try:
        _hasher().verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False, ""
    return True, _hash(password) if _hasher().check_needs_rehash(kept) else ""
