"""Who sits at a seat: the accounts of the seed, or people who sign in at the centre."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from console.config.settings import CentralSettings
from console.domain.errors import InputError

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.store.central.connection.address import Dsn


def people_sign_in(central: CentralSettings) -> bool:
    """Whether people sign in at the centre: its address in the settings names no login."""
    if not central.url or central.password_file:
        return False  # psycopg, a fifth of the start, is not imported then
    from console.store.central.administration.sign_in import CentralSignIn

    return not CentralSignIn.names_login(central.url)


_CAME = ("signed_in", "unlocked", "handed_over")


def choose_accounts(
    desk: "Desk", central: CentralSettings, follow: "Callable[[Dsn], None]"
) -> None:
    """Let people sign in at the centre when its address names no login; else keep the seed's
    accounts.

    Until somebody signs in, nobody works here; whoever did last is proposed. An address that cannot
    be used only shows on the status line.

    Args:
        follow: makes everything that follows the centre use this login from now on.
    """
    if not people_sign_in(central):
        return
    from console.domain.states import Role
    from console.services.people.central_accounts import CentralAccounts
    from console.store.central.administration.sign_in import CentralSignIn

    try:
        door = CentralSignIn(central.url)
    except InputError:
        return

    def entered(login: str, password: str) -> None:
        follow(door.dsn(login, password))

    desk.accounts = CentralAccounts(desk.store, desk.clock, door, entered)
    trail = desk.store.ask_now(lambda q: q.audit_trail(50))
    last = next((line.actor for line in trail if line.act in _CAME), "")
    desk.actor = replace(desk.actor, user=last, role=Role.OPERATOR, name=last, agency=None)
