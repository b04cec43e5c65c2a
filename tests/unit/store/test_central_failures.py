"""What the centre's failures are called, and a query as PostgreSQL reads it."""

import psycopg
import pytest
from psycopg import errors

from console.domain.errors import RefusedError, UnavailableError
from console.services.ports.central.sync import EventRefusedError
from console.services.wording.sentences import SENTENCES
from console.store.central.connection.failures import failure
from console.store.central.older_requests import tsquery


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.AdminShutdown(), "central_away"),
        (errors.CannotConnectNow(), "central_away"),
        (errors.QueryCanceled(), "central_away"),
        (errors.LockNotAvailable(), "central_away"),
        (errors.TooManyConnections(), "central_away"),
        (errors.DiskFull(), "central_away"),
        (errors.ReadOnlySqlTransaction(), "central_away"),
        (errors.DeadlockDetected(), "central_away"),
        (errors.SerializationFailure(), "central_away"),
        (errors.InsufficientPrivilege(), "central_denied"),
        (errors.UndefinedFunction(), "central_older"),
        (errors.InvalidSchemaName(), "central_older"),
        (errors.NoDataFound(), "central_no_stream"),
        (psycopg.OperationalError("consuming input failed: server closed"), "central_away"),
        (psycopg.OperationalError("connection timeout expired"), "central_away"),
        (psycopg.OperationalError("SSL SYSCALL error: EOF detected"), "central_away"),
        (psycopg.OperationalError("SSL error: unexpected eof while reading"), "central_away"),
        (psycopg.OperationalError("SSL connection has been closed unexpectedly"), "central_away"),
        (psycopg.OperationalError('x: FATAL:  role "a" is not permitted to log in'),
         "central_denied"),
        (psycopg.OperationalError('FATAL:  database "x" does not exist'), "central_no_database"),
        (psycopg.OperationalError("a: certificate verify failed\nb: Connection refused"),
         "central_away"),
        (psycopg.OperationalError("a: Connection refused\nb: SSL error: certificate verify failed"),
         "central_untrusted"),
    ],
)  # fmt: skip
def test_a_link_that_fails_has_a_code(error: psycopg.Error, code: str) -> None:
    found = failure(error, "trung-tam/centre")
    assert isinstance(found, UnavailableError)
    assert (found.code, found.params["where"]) == (code, "trung-tam/centre")
    assert code in SENTENCES


@pytest.mark.parametrize("error", [errors.UntranslatableCharacter(), errors.UniqueViolation(),
                                   psycopg.DataError("NUL (0x00)")])  # fmt: skip
def test_data_that_cannot_be_stored_is_refused(error: psycopg.Error) -> None:
    assert isinstance(failure(error, ""), EventRefusedError)


def test_what_is_no_failure_of_the_link_is_a_bug() -> None:
    assert failure(errors.SyntaxError(), "") is None
    assert failure(psycopg.ProgrammingError("x"), "") is None
    assert failure(KeyError(), "") is None


def test_our_own_states_are_refusals() -> None:
    error = psycopg.DatabaseError()
    error.sqlstate = "HL001"
    found = failure(error, "")
    assert isinstance(found, RefusedError)
    assert found.code == "too_many_unmasked"


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("Đường Cách Mạng", "'duong' & 'cach' & 'mang':*"),
        ("66/1 ", "'66' & '1'"),
        ("a' | !b:* & (c", "'a' & 'b' & 'c':*"),
        ("\\", None),
        ("  ", None),
    ],
)
def test_what_people_type_is_never_query_syntax(typed: str, query: str | None) -> None:
    assert tsquery(typed) == query
