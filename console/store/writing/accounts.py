"""Passwords and audit of this seat: what the writer keeps of people, and what readers ask of it.

The audit is a chain: each line carries a hash over itself and the line before, so that a line
altered or taken out by hand shows (`first_broken`). The table refuses changes by itself.
"""

import hashlib
import json
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from console.services.ports.preferences import Preferences, from_text
from console.services.records import AuditEntry, Credential, KnownPerson
from console.services.views.contacts import DraftRow
from console.store.queries.base import Reading
from console.store.tables import record_rows
from console.store.tables.definitions import AnyRow, audit, credential, draft, meta, to_ms

_START = "0" * 64
_PERSON, _PERSON_END = "person:", "person;"
_LIKES = "likes:"
_LAST_HASH: Select[Any] = select(audit.c.hash).order_by(audit.c.n.desc()).limit(1)


def _chained(before: str, entry: AuditEntry) -> str:
    said = [
        to_ms(entry.at),
        entry.actor,
        entry.role,
        entry.workstation,
        entry.act,
        entry.subject,
        entry.detail,
    ]
    line = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{line}".encode()).hexdigest()


def entry_of_row(row: AnyRow) -> AuditEntry:
    """A line as it was written."""
    return AuditEntry(
        row.at, row.actor, row.role, row.workstation, row.act, row.subject, row.detail
    )


def head(connection: Connection) -> tuple[int, str]:
    """How many lines there are, and the hash of the last one: what belongs on paper."""
    row = connection.execute(
        select(audit.c.n, audit.c.hash).order_by(audit.c.n.desc()).limit(1)
    ).first()
    return (0, _START) if row is None else (row.n, row.hash)


def add_line(connection: Connection, entry: AuditEntry) -> None:
    """Add a line, chained to the one before."""
    before = connection.execute(_LAST_HASH).scalar() or _START
    connection.execute(
        insert(audit).values(
            at=entry.at,
            actor=entry.actor,
            role=entry.role,
            workstation=entry.workstation,
            act=entry.act,
            subject=entry.subject,
            detail=entry.detail,
            hash=_chained(before, entry),
        )
    )


def first_broken(connection: Connection) -> int | None:
    """The number of the first audit line that is not as it was written; None when all are.

    Whoever can write the file can write a whole new chain: the head's hash belongs on paper
    (SECURITY.md 15).
    """
    before, expected = _START, 1
    for row in connection.execute(select(audit).order_by(audit.c.n)):
        before = _chained(before, entry_of_row(row))
        if row.n != expected or row.hash != before:
            return int(row.n)
        expected += 1
    return None


def _known(user: str, value: str) -> KnownPerson:
    said = json.loads(value)
    return KnownPerson(user, said["name"], said["role"], said["agency"])


class PeopleWork:
    """The part of `ports.UnitOfWork` about people at this seat."""

    _connection: Connection

    def draft(self, draft_id: UUID) -> DraftRow | None:
        """A half-typed form, or None."""
        row = self._connection.execute(select(draft).where(draft.c.id == draft_id)).first()
        return None if row is None else record_rows.draft_of(row)

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
        """Who signed in here before, or None."""
        row = self._connection.execute(
            select(meta.c.value).where(meta.c.key == f"{_PERSON}{user}")
        ).first()
        return None if row is None else _known(user, row.value)

    def save_person(self, person: KnownPerson) -> None:
        """Remember who signed in here; upsert by user."""
        said = {"name": person.name, "role": person.role, "agency": person.agency}
        value = json.dumps(said, ensure_ascii=False)
        self._keep(f"{_PERSON}{person.user}", value)

    def _keep(self, key: str, value: str) -> None:
        statement = upsert(meta).on_conflict_do_update(
            index_elements=["key"], set_={"value": value}
        )
        self._connection.execute(statement, {"key": key, "value": value})

    def save_preferences(self, user: str, liked: Preferences) -> None:
        """Keep what the account likes at the screen; upsert by user."""
        self._keep(f"{_LIKES}{user}", liked.to_text())

    def audit(self, entry: AuditEntry) -> None:
        """Add a line to the audit; chained to the one before, never changed again."""
        add_line(self._connection, entry)


class PeopleReading(Reading):
    """The part of `ports.Queries` about people at this seat."""

    def with_password(self) -> frozenset[str]:
        """The accounts that have a password at this seat."""
        found = self._connection.execute(select(credential.c.user).where(credential.c.hash != ""))
        return frozenset(found.scalars())

    def known_people(self) -> tuple[KnownPerson, ...]:
        """Who signed in here before, by user."""
        found = self._connection.execute(
            select(meta).where(meta.c.key >= _PERSON, meta.c.key < _PERSON_END).order_by(meta.c.key)
        )
        return tuple(_known(row.key.removeprefix(_PERSON), row.value) for row in found)

    def preferences(self, user: str) -> Preferences:
        """What the account likes at the screen; empty when nothing is known."""
        kept = self._connection.execute(
            select(meta.c.value).where(meta.c.key == f"{_LIKES}{user}")
        ).scalar()
        return from_text(kept or "{}")

    def audit_trail(self, limit: int = 200) -> tuple[AuditEntry, ...]:
        """The audit of this seat, newest first."""
        newest = select(audit).order_by(audit.c.n.desc()).limit(limit)
        return tuple(entry_of_row(row) for row in self._connection.execute(newest))
