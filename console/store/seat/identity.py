"""The identity of this profile: an id made once, and renewed when the profile becomes another seat.

The centre assigns a console code to one install id. A restored profile would be a clone, so
`restore` renews the id and the centre assigns a new code.
"""

from uuid import UUID

from sqlalchemy import Connection

from console.domain.ids import uuid7
from console.store.tables.meta import set_value, value_of

KEY = "install_id"
AGENCY = "central_agency"


def install_id(connection: Connection) -> UUID:
    """The id of this profile, created when first needed in the caller's writing transaction."""
    return known_install_id(connection) or renew_install_id(connection)


def known_install_id(connection: Connection) -> UUID | None:
    """The id of this profile; None if none was created yet."""
    found = value_of(connection, KEY)
    return None if found is None else UUID(found)


def agency_of_login(connection: Connection) -> str | None:
    """The code of the agency that this seat's login belongs to, as the centre last said. None for
    the switchboard, and as long as the centre has not said.
    """
    return value_of(connection, AGENCY) or None


def renew_install_id(connection: Connection) -> UUID:
    """Create a new id, because the data in this profile was another seat's."""
    made = uuid7()
    set_value(connection, KEY, str(made))
    return made
