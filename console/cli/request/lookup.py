"""Finds the request behind a number, if this account may see it.

For an officer another agency's request does not exist: the answer is the same as for a number that
nobody has.
"""

from console.assembly.core import Core
from console.domain.actors import Actor
from console.domain.errors import InputError
from console.domain.requests.decide import permissions
from console.services.views.requests import RequestDetail


def may_see(actor: Actor, detail: RequestDetail) -> bool:
    """Whether this account may know of the request at all."""
    return permissions.sees(actor, detail.request)


def find(core: Core, number: str) -> RequestDetail:
    """Find a request by its number, in any spelling.

    Raises:
        InputError: `unknown_number`, `wrong_check_digit`, `request_at_centre`.
    """
    request_id = core.store.ask_now(lambda q: q.find_number(number))
    if request_id is not None:
        mine = core.desk.actor.agency
        detail = core.store.ask_now(lambda q: q.detail(request_id, mine))
        if detail is not None and may_see(core.desk.actor, detail):
            return detail
    elif core.store.is_only_at_centre(number):
        raise InputError("request_at_centre", number=number)
    raise InputError("unknown_number", number=number)
