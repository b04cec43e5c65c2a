"""Questions about the people of this seat: passwords, preferences, the audit."""

from sqlalchemy import select

from console.services.ports.preferences import Preferences, from_text
from console.services.records import AuditEntry, KnownPerson
from console.store.queries.base import QueryBase
from console.store.tables.audit_chain import entry_of_row
from console.store.tables.definitions import audit, credential, meta
from console.store.tables.meta import value_of
from console.store.tables.record_rows import LIKES, PERSON, person_of


class AccountQueries(QueryBase):
    """The part of `ports.Queries` about people at this seat."""

    def with_password(self) -> frozenset[str]:
        """The accounts that have a password at this seat."""
        found = self._connection.execute(select(credential.c.user).where(credential.c.hash != ""))
        return frozenset(found.scalars())

    def known_people(self) -> tuple[KnownPerson, ...]:
        """People who signed in here before, by user."""
        found = self._connection.execute(
            select(meta).where(meta.c.key.startswith(PERSON)).order_by(meta.c.key)
        )
        return tuple(person_of(row.key.removeprefix(PERSON), row.value) for row in found)

    def preferences(self, user: str) -> Preferences:
        """The account's preferences; empty when it has none."""
        return from_text(value_of(self._connection, f"{LIKES}{user}") or "{}")

    def audit_trail(self, limit: int = 200) -> tuple[AuditEntry, ...]:
        """The audit of this seat, newest first."""
        newest = select(audit).order_by(audit.c.n.desc()).limit(limit)
        return tuple(entry_of_row(row) for row in self._connection.execute(newest))
