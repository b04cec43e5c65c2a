"""The part of the unit of work about the people of this seat: passwords, preferences, audit."""

import json

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert as upsert

from console.services.ports.preferences import Preferences
from console.services.records import AuditEntry, Credential, KnownPerson
from console.store.tables.audit_chain import add_line
from console.store.tables.definitions import credential
from console.store.tables.meta import set_value, value_of
from console.store.tables.record_rows import LIKES, PERSON, person_of
from console.store.writing.base import Work


class AccountWork(Work):
    """Part of `ports.UnitOfWork`."""

    def credential(self, user: str) -> Credential | None:
        """The account's password at this seat, or None."""
        row = self._connection.execute(select(credential).where(credential.c.user == user)).first()
        if row is None:
            return None
        return Credential(row.user, row.hash, row.set_at, row.failures, row.failed_at)

    def save_credential(self, kept: Credential) -> None:
        """Upsert by user."""
        values = {
            "hash": kept.hash,
            "set_at": kept.set_at,
            "failures": kept.failures,
            "failed_at": kept.failed_at,
        }
        statement = upsert(credential).on_conflict_do_update(index_elements=["user"], set_=values)
        self._connection.execute(statement, {"user": kept.user, **values})

    def known_person(self, user: str) -> KnownPerson | None:
        """Somebody who signed in here before, or None."""
        found = value_of(self._connection, f"{PERSON}{user}")
        return None if found is None else person_of(user, found)

    def save_person(self, person: KnownPerson) -> None:
        """Remember somebody who signed in here; upsert by user."""
        said = {"name": person.name, "role": person.role, "agency": person.agency}
        value = json.dumps(said, ensure_ascii=False)
        set_value(self._connection, f"{PERSON}{person.user}", value)

    def save_preferences(self, user: str, liked: Preferences) -> None:
        """Store the account's preferences; upsert by user."""
        set_value(self._connection, f"{LIKES}{user}", liked.to_text())

    def audit(self, entry: AuditEntry) -> None:
        """Add a line to the audit, chained to the one before; it is never changed."""
        add_line(self._connection, entry)
