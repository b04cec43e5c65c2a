"""Checks a person's login at the centre: connect with it, ask for the account, disconnect."""

import psycopg
from psycopg import conninfo

from console.domain.errors import UnavailableError
from console.domain.states import Role
from console.services.people.central_accounts import CentralPerson
from console.store.central.connection.address import Dsn, checked
from console.store.central.connection.failures import failure


class CentralSignIn:
    """`CentralDoor` for the address in the settings; keeps no connection and no password."""

    def __init__(self, url: str) -> None:
        """Keep the address; nothing is opened yet.

        Raises:
            InputError: the address cannot be used, or is not safe.
        """
        self._url = url
        checked(url)

    @staticmethod
    def names_login(url: str) -> bool:
        """Whether the address names a login of the seat, so that nobody has to sign in."""
        try:
            return bool(conninfo.conninfo_to_dict(url).get("user"))
        except psycopg.ProgrammingError:
            return False

    def dsn(self, login: str, password: str) -> Dsn:
        """The address with this person's login."""
        return checked(self._url, user=login, password=password)

    def enter(self, login: str, password: str) -> CentralPerson:
        """Sign in once.

        Raises:
            UnavailableError: `central_denied`, `central_away`, `central_untrusted`, ...
        """
        if not login or not password:
            raise UnavailableError("central_denied", where="")
        dsn = self.dsn(login, password)
        try:
            with psycopg.connect(**dsn.parameters, autocommit=True) as link:
                row = link.execute(
                    "select name, role, agency from hotline.app_user "
                    "where login = session_user and active"
                ).fetchone()
        except (psycopg.Error, UnicodeEncodeError) as error:
            raise failure(error, dsn.shown) or error from error
        if row is None:
            raise UnavailableError("central_denied", where=dsn.shown)
        name, role, agency = row
        return CentralPerson(login, name, Role(role), agency)
