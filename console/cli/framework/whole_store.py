"""Verbs that handle the whole store, such as backups and keys: who may, and how it is audited."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.framework.call import Call

if TYPE_CHECKING:
    from console.assembly.core import Core


def record_store_entry(call: Call, act: str, detail: str, *, login: bool = True) -> None:
    """Record an audit entry about the whole store.

    A window that has the profile open adds the entry; when it cannot be added, the verb goes on
    without it.

    Args:
        login: where people sign in at the centre, the entry names the caller; else whoever has the
            machine may call it.
    """
    from console.cli.framework.read_only_audit import record_reading
    from console.domain.errors import UnavailableError
    from console.services.people.actors import entry_of

    def opened(*, read_only: bool = False) -> "Core":
        if not login and call.signs_in and not call.user:
            return call.store_core(read_only=read_only)
        return call.core(user="administrator", read_only=read_only)

    try:
        with opened() as core:
            desk = core.desk
            said = entry_of(desk.actor, desk.clock(), act, "", detail)
            core.store.write_now(lambda uow: uow.audit(said))
    except UnavailableError as error:
        if error.code != "profile_in_use":
            return
        with suppress(UnavailableError), opened(read_only=True) as core:
            record_reading(core, act, "", detail)


def require_administrator(call: Call, *, login: bool = True) -> None:
    """Refuse everybody but administrators: copies and keys hold everything.

    Args:
        login: where people sign in at the centre, require a login. Without it, whoever names no
            login may call the verb, also while the centre is away.

    Raises:
        RefusedError: `role_may_not`. Also what `Call.person` raises.
    """
    from console.domain.errors import RefusedError
    from console.domain.states import Role
    from console.services.city_data.catalogue_loader import load_catalogue
    from console.services.people.actors import actor_for

    if call.signs_in and (call.user or login):
        role = call.person.actor.role
    else:
        own = call.loaded.settings.seat.data
        catalogue = load_catalogue(extra=Path(own) if own else None)
        role = actor_for(call.user or "administrator", catalogue).role
    if role is not Role.ADMINISTRATOR:
        raise RefusedError("role_may_not", role=role.value, action=call.given.verb)
