"""Turns the address in the settings into connection parameters that are safe from eavesdropping.

libpq's defaults allow clear text and any certificate. So every parameter that matters is set here,
and the address cannot weaken it. An unencrypted line is allowed only to this machine itself.
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import conninfo, pq

from console.domain.errors import InputError

CONNECT_TIMEOUT_S = 3
STATEMENT_TIMEOUT_S = 15
LOCK_TIMEOUT_S = 3

_ALWAYS = {
    "connect_timeout": str(CONNECT_TIMEOUT_S),
    "tcp_user_timeout": "3000",
    "keepalives": "1",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    # GSS encryption would bypass sslmode.
    "gssencmode": "disable",
    "client_encoding": "UTF8",
}
_FAR = {"sslmode": "verify-full", "require_auth": "scram-sha-256"}


@dataclass(frozen=True, slots=True)
class Dsn:
    """A checked address; `shown` contains no password and may be logged."""

    parameters: dict[str, Any]
    shown: str
    database: str


def checked(
    url: str, *, user: str | None = None, password: str | None = None, own_words: bool = False
) -> Dsn:
    """The parameters to connect with.

    Args:
        url: `postgresql://...` or libpq's `key=value` form, from the settings.
        user: replaces the address's user: the person at the seat.
        password: from a secret file or typed; without one libpq reads its passfile.
        own_words: somebody typed the address on the command line, so it may hold a password.

    Raises:
        InputError: `central_url`, `central_password_in_url`, `central_sslmode`, `central_service`.
    """
    try:
        given: dict[str, Any] = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise InputError("central_url", what=_without_values(str(error))) from error
    if "password" in given and not own_words:
        raise InputError("central_password_in_url")
    if "service" in given:
        raise InputError("central_service")
    host = str(given.get("host") or _default("host"))
    near = all(map(is_near, _hosts(host, str(given.get("hostaddr") or _default("hostaddr")))))
    if not near and str(given.get("sslmode", "verify-full")) != "verify-full":
        raise InputError("central_sslmode", sslmode=given["sslmode"])
    parameters = {"target_session_attrs": "read-write"} | given | _ALWAYS
    if not near:
        parameters |= _FAR
    if host:
        parameters["host"] = host
    if user is not None:
        parameters["user"] = user
    if password is not None:
        parameters["password"] = password
    parameters["options"] = " ".join(
        (
            str(given.get("options", "")),
            f"-c statement_timeout={STATEMENT_TIMEOUT_S}s -c lock_timeout={LOCK_TIMEOUT_S}s",
            # The centre's functions read again after a lock; a server's default may be stricter.
            r"-c default_transaction_isolation=read\ committed",
        )
    ).strip()
    parameters.setdefault("application_name", "console1022")
    database = str(given.get("dbname") or parameters.get("user") or "")
    return Dsn(parameters, f"{host or 'localhost'}/{database}", database)


def is_near(host: str) -> bool:
    """Whether this is a socket of this machine or its loopback; "" is libpq's default socket."""
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _hosts(host: str, hostaddr: str) -> list[str]:
    """Every host that libpq would try; `hostaddr` takes precedence over the name."""
    names, addresses = host.split(","), hostaddr.split(",") if hostaddr else []
    return [*addresses, *names] if len(addresses) < len(names) else addresses


def _default(keyword: str) -> str:
    """What libpq uses for a missing parameter: the environment's value, else its default."""
    for option in pq.Conninfo.get_defaults():
        if option.keyword.decode() == keyword:
            return (option.val or b"").decode()
    return ""


def _without_values(message: str) -> str:
    """The message without what libpq quotes, which may hold a password."""
    return re.sub(r'"[^"]*"', '"…"', message).strip()[:100]
