"""Which centre a verb is about, and as whom."""

import sys

from console.cli.framework.call import Call
from console.config.secret_files import read_secret
from console.domain.errors import InputError
from console.store.central.connection.address import Dsn, checked


def address(call: Call, url: str | None = None) -> Dsn:
    """The address given with the verb, else the one in the settings.

    Raises:
        InputError: `central_not_set`, and what `checked` raises.
    """
    central = call.loaded.settings.central
    address = url or central.url
    if not address:
        raise InputError("central_not_set")
    password = read_secret(central.password_file) if central.password_file and not url else None
    if url is None and call.signs_in and call.user:
        return call.person.dsn
    made = checked(address, password=password, own_words=url is not None)
    if url and "password" in made.parameters:
        vietnamese = (
            "Mật khẩu trong địa chỉ hiện ra với mọi người trên máy này; hãy dùng ~/.pgpass."
        )
        english = "A password in the address shows to everybody on this machine; use ~/.pgpass."
        sys.stderr.write(call.text(vietnamese, english) + "\n")
    return made
