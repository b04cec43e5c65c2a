"""`privacy list|add|answer|extend|done|refuse|show`: the register of data subjects' requests."""

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

from console.assembly.core import Core
from console.cli.framework.call import Call
from console.cli.framework.json_fields import json_fields
from console.cli.framework.output import print_json, print_table, shown
from console.cli.framework.times import read_time
from console.cli.privacy.export import require_no_password
from console.domain.errors import RefusedError
from console.domain.privacy.person import person_of
from console.domain.privacy.wishes import Wish, WishForm, require_keeper
from console.domain.states import Channel
from console.services.wording.sentences import event_name, moment, wish_name, wish_state

if TYPE_CHECKING:
    from collections.abc import Sequence


def list_open(call: Call) -> int:
    """Print the open requests, the next due date first.

    Raises:
        RefusedError: `role_may_not`, `password_needed`.
    """
    with call.core(user="supervisor", read_only=True) as core:
        require_keeper(core.desk.actor)
        require_no_password(call, core)
        known = core.store.ask_now(lambda q: q.wishes())
        now = core.desk.clock()
    found = sorted(
        (wish for wish in known if call.given.all or wish.is_open),
        key=lambda wish: (not wish.is_open, wish.next_due_at),
    )
    if call.as_json:
        print_json([_json(wish) | {"late": wish.is_late(now)} for wish in found])
        return 0
    call.table(
        "ID|Yêu cầu|Nhận lúc|Người|Tình trạng|Hạn",
        "ID|Request|Received|Person|State|Due",
        [_row(call, wish) for wish in found],
    )
    return 0


def add(call: Call) -> int:
    """Record a data subject's request.

    Raises:
        RefusedError, InputError: as `register_wish` says.
    """
    from console.services.privacy.wishes import register_wish

    given = call.given
    person = person_of(given.of)
    came = read_time(given.at, "--at") if given.at else None
    with call.core(user="supervisor") as core:
        form = WishForm(
            given.wish, person, Channel(given.channel), came, name=given.name, text=given.text
        )
        wish_id = asyncio.run(register_wish(core.desk, form))
        _print(call, _find(core, str(wish_id)))
    return 0


def step(call: Call) -> int:
    """Record the next step of a request.

    Raises:
        RefusedError, InputError: as `wishes.step` says.
    """
    from console.services.privacy import wishes

    given = call.given
    with call.core(user="supervisor") as core:
        require_keeper(core.desk.actor)
        wish = _find(core, given.id)
        asyncio.run(wishes.step(core.desk, wish.id, given.what, given.said))
        _print(call, _find(core, given.id))
    return 0


def show(call: Call) -> int:
    """Print the whole request, after the audit log has recorded that the number was shown.

    Raises:
        RefusedError: `role_may_not`, `no_such_wish`.
    """
    from console.services.privacy.wishes import show_person

    with call.core(user="supervisor") as core:
        require_keeper(core.desk.actor)
        wish = _find(core, call.given.id)
        who = asyncio.run(show_person(core.desk, wish))
    if call.as_json:
        said = wish.said
        whole = {"name": said.name, "phones": list(said.phones), "emails": list(said.emails)}
        print_json(_json(wish) | whole)
        return 0
    print_table((who,), [])
    _print(call, wish)
    for each in wish.steps:
        line = f"{moment(each.at)}  {each.actor:14} {event_name(each.kind, call.lang)}  {each.said}"
        print(shown(line))
    return 0


def _find(core: Core, text: str) -> Wish:
    """Find the request with this id.

    Raises:
        RefusedError: `no_such_wish`.
    """
    try:
        wanted = UUID(text)
    except ValueError:
        raise RefusedError("no_such_wish") from None
    known: Sequence[Wish] = core.store.ask_now(lambda q: q.wishes())
    found = next((wish for wish in known if wish.id == wanted), None)
    if found is None:
        raise RefusedError("no_such_wish")
    return found


def _row(call: Call, wish: Wish) -> tuple[str, ...]:
    from console.services.privacy.wishes import hidden_person

    return (
        str(wish.id),
        wish_name(wish.said.wish, call.lang),
        moment(wish.said.came_at),
        hidden_person(wish),
        wish_state(wish, call.lang),
        moment(wish.next_due_at) if wish.is_open else "-",
    )


def _print(call: Call, wish: Wish) -> None:
    if call.as_json:
        print_json(_json(wish))
    else:
        print(shown("  ".join(_row(call, wish))))


def _json(wish: Wish) -> dict[str, object]:
    """A data subject's request as scripts read it, without the person."""
    said = wish.said
    return {
        "id": str(wish.id),
        "wish": said.wish,
        "state": wish.state,
        "channel": said.channel.value,
        **json_fields(said, "came=came_at answer_due=answer_due_at"),
        **json_fields(wish, "answered=answered_at due=due_at extended"),
        **json_fields(said, "rule text"),
        "steps": [json_fields(each, "at actor step=kind said") for each in wish.steps],
    }
