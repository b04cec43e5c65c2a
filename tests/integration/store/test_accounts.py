"""Passwords and the audit of a seat: kept, chained, and every altered line is named."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import AuditEntry, Credential
from console.store.seat.local_store import LocalStore
from tests.integration.store.build import NOW


def entry(act: str, at_s: int = 0) -> AuditEntry:
    at = NOW + timedelta(seconds=at_s)
    return AuditEntry(at, "operator", "operator", "máy-07", act, "26 001 00001 9", "vì")


def keep(store: LocalStore, line: AuditEntry) -> None:
    store.write_now(lambda uow: uow.audit(line))


def test_a_password_is_kept_and_replaced(store: LocalStore) -> None:
    def both(uow: UnitOfWork) -> None:
        assert uow.credential("operator") is None
        uow.save_credential(Credential("operator", "h1", NOW))
        uow.save_credential(Credential("auditor", "", NOW))
        uow.save_credential(Credential("operator", "h2", NOW, 3, NOW))
        assert uow.credential("operator") == Credential("operator", "h2", NOW, 3, NOW)

    store.write_now(both)
    # An empty hash is no password.
    assert store.ask_now(lambda q: q.with_password()) == frozenset({"operator"})


def test_the_audit_is_a_chain_that_names_the_altered_line(store: LocalStore) -> None:
    assert store.first_broken_audit_line() is None
    acts = ("signed_in", "locked", "unlocked", "handed_over")
    for at_s, act in enumerate(acts):
        keep(store, entry(act, at_s))
    assert [e.act for e in store.ask_now(lambda q: q.audit_trail())] == [*reversed(acts)]
    assert [e.act for e in store.ask_now(lambda q: q.audit_trail(1))] == ["handed_over"]
    assert store.first_broken_audit_line() is None


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("update audit set act = 'locked' where n = 1", 1),
        ("update audit set at = at + 1 where n = 2", 2),
        ("update audit set detail = '', subject = subject || detail where n = 3", 3),
        ("delete from audit where n = 2", 3),
        ("update audit set hash = replace(hash, substr(hash, 1, 1), 'x') where n = 4", 4),
    ],
)
def test_whoever_alters_the_file_by_hand_is_noticed(
    store: LocalStore, statement: str, line: int
) -> None:
    for n in range(4):
        keep(store, entry("number_shown", n))
    with closing(sqlite3.connect(store.path)) as hand, hand:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            hand.execute(statement)
        hand.execute("drop trigger audit_unchanged")
        hand.execute("drop trigger audit_undeleted")
        hand.execute(statement)
    assert store.first_broken_audit_line() == line


def test_a_failed_transaction_leaves_no_gap(store: LocalStore) -> None:
    def broken(uow: UnitOfWork) -> None:
        uow.audit(entry("locked"))
        uow.save_credential(Credential("operator", None, NOW))  # type: ignore[arg-type]

    with pytest.raises(IntegrityError):
        store.write_now(broken)
    keep(store, entry("unlocked"))
    assert store.first_broken_audit_line() is None
    assert [e.act for e in store.ask_now(lambda q: q.audit_trail())] == ["unlocked"]
