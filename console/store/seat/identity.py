"""Who this profile is: an id made once, renewed when the profile becomes another one.

The centre gives a console code to one install id. A profile that came out of a copy is a clone
until it says otherwise, so `restore` renews the id and the centre gives it a new code (DATA.md 7).
"""

from uuid import UUID

from sqlalchemy import Connection

from console.domain.ids import uuid7
from console.store.tables.meta import set_value, value_of

KEY = "install_id"
AGENCY = "central_agency"


def install_id(connection: Connection) -> UUID:
    """The id of this profile, made on first need in the caller's writing transaction."""
    return known_install_id(connection) or renew_install_id(connection)


def known_install_id(connection: Connection) -> UUID | None:
    """The id of this profile when it was needed before."""
    found = value_of(connection, KEY)
    return None if found is None else UUID(found)


def agency_of_login(connection: Connection) -> str | None:
    """Whose seat it is, as the centre said last of the login that follows it: an agency's code;
    None for the switchboard, and while nobody said.
    """
    return value_of(connection, AGENCY) or None


def renew_install_id(connection: Connection) -> UUID:
    """A new id: what is in this profile so far was another seat's."""
    made = uuid7()
    set_value(connection, KEY, str(made))
    return made
