"""Turns failures of the centre into our error codes; the server's own message is never shown."""

import psycopg

from console.domain.errors import ConsoleError, RefusedError, UnavailableError
from console.services.ports.central.sync import EventRefusedError

_DENIED = (
    "authentication failed",
    "no pg_hba.conf entry",
    "is not permitted to log in",
    "permission denied for database",
    "no password supplied",
)
_ABSENT = ("does not exist",)
_UNTRUSTED = (
    "certificate",
    "SSL",
    "does not match host name",
    "authentication method requirement",
    "require_auth",
)

_CUT = ("SSL SYSCALL", "SSL connection has been closed", "unexpected eof while reading")
"""Messages of a TLS line that broke; no sign of a wrong certificate."""

_BY_CLASS = {"08": "central_away", "53": "central_away", "57": "central_away", "40": "central_away"}
_BY_STATE = {
    "25006": "central_away",  # a standby; the primary is elsewhere
    "55P03": "central_away",  # somebody held a lock for longer than lock_timeout
    "42501": "central_denied",
    "28000": "central_denied",
    "28P01": "central_denied",
    "3D000": "central_no_database",
    "3F000": "central_older",
    "42P01": "central_older",
    "42883": "central_older",
    "42703": "central_older",
    "P0002": "central_no_stream",
}
_CAUSES = {
    "53300": "connections",
    "53100": "disk",
    "55P03": "lock",
    "57014": "slow",
    "25006": "standby",
}
"""The server answers but cannot serve: IT must look at the server, not at the network."""
_SAID = {
    "too many clients": "connections",
    "connection slots are reserved": "connections",
    "too many connections for": "connections",
    "session is read-only": "standby",
    "server is in hot standby mode": "standby",
}
"""The same for failed connections; with several hosts one match is enough."""
_REFUSED = {"HL001": "too_many_unmasked", "HL002": "blob_refused", "HL003": "blob_refused"}
"""SQLSTATEs of our own: the centre's rules refuse it."""


def failure(error: BaseException, where: str) -> ConsoleError | None:
    """The error to raise instead; None when it is our bug.

    Args:
        error: what psycopg raised.
        where: the centre's address as it may be shown.
    """
    if isinstance(error, UnicodeEncodeError):  # half a character has no UTF-8 form
        return EventRefusedError("event_refused", cause="utf-8")
    if not isinstance(error, psycopg.Error):
        return None
    state = error.sqlstate
    if state is None:
        return _without_state(error, where)
    if state in _REFUSED:
        return RefusedError(_REFUSED[state])
    if state == "22023" and "hotline_owner" in str(error):  # unknown role: `init` was never run
        return UnavailableError("central_older", where=where)
    if state[:2] in ("22", "23"):
        return EventRefusedError("event_refused", cause=state)
    code = _BY_STATE.get(state) or _BY_CLASS.get(state[:2])
    cause = {"cause": _CAUSES[state]} if state in _CAUSES else {}
    return UnavailableError(code, where=where, **cause) if code else None


def _without_state(error: psycopg.Error, where: str) -> ConsoleError | None:
    """For psycopg's own errors and failed connections, which have only a message."""
    if isinstance(error, psycopg.DataError):  # psycopg itself: a NUL in a text
        return EventRefusedError("event_refused", cause="nul")
    if not isinstance(error, psycopg.OperationalError):
        return None
    said = str(error)
    code = _code_of(said)
    found = [cause for sign, cause in _SAID.items() if sign in said]
    if found and code == "central_away":
        return UnavailableError(code, where=where, cause=found[0])
    return UnavailableError(code, where=where)


def _code_of(message: str) -> str:
    """The code for a failed connection, which has no SQLSTATE; of several hosts the last counts."""
    last = message.strip().rpartition("\n")[2]
    if any(sign in last for sign in _CUT):
        return "central_away"
    for code, signs in (
        ("central_denied", _DENIED),
        ("central_untrusted", _UNTRUSTED),
        ("central_no_database", _ABSENT),
    ):
        if any(sign in last for sign in signs):
            return code
    return "central_away"
