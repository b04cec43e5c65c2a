"""Judges what the PBX lets our AMI account do: what is missing, what is too much.

`ListCommands` lists only actions that this account may send, each with the classes that allow it
(recorded in 19). AMI rights are per class, never per extension (trap 10), so a class that the
console does not need is a needless danger.
"""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace

from console.domain.errors import UnavailableError
from console.telephony.asterisk.client import AmiClient
from console.telephony.asterisk.wire import Message

NEEDED: dict[str, tuple[str, ...]] = {
    "agent": ("QueueAdd", "QueueRemove", "QueuePause"),
    "call": ("Redirect", "Atxfer", "CancelAtxfer", "Hangup", "PlayDTMF"),
    "originate": ("Originate",),
    "reporting": ("CoreShowChannels", "CoreStatus"),
    "system": ("Filter", "MixMonitor", "PJSIPNotify"),
    "user": ("UserEvent",),
}
"""Write class -> the actions that need it; the first is one that every PBX knows."""
DANGEROUS: dict[str, tuple[str, ...]] = {
    "command": ("Command",),
    "config": ("UpdateConfig", "CreateConfig", "ListCategories"),
    "agi": ("AGI",),
    "aoc": ("AOCMessage",),
    "message": ("MessageSend",),
}
"""Class -> actions that only it (or `all`) allows; the console never sends them."""
_WAIT_S = 5.0


@dataclass(frozen=True, slots=True)
class Rights:
    """The result of the check.

    Attributes:
        granted: known classes that the account may write.
        missing: class -> the actions that the console lacks without it.
        absent: actions of granted classes that this PBX lacks: their module is not loaded.
        wide: classes that the account has and should not have.
        queues: queues of the PBX.
        stamped: whether events carry a time (`timestampevents = yes`); None when none was seen.
    """

    granted: tuple[str, ...]
    missing: Mapping[str, tuple[str, ...]]
    wide: tuple[str, ...]
    absent: tuple[str, ...] = ()
    queues: frozenset[str] = frozenset()
    stamped: bool | None = None


def judge(listed: frozenset[str]) -> Rights:
    """The rights of an account that may send these actions."""
    missing = {name: actions for name, actions in NEEDED.items() if actions[0] not in listed}
    absent = tuple(
        action
        for name, actions in NEEDED.items()
        for action in actions
        if name not in missing and action not in listed
    )
    wide = tuple(name for name, actions in DANGEROUS.items() if listed.intersection(actions))
    granted = tuple(name for name in NEEDED if name not in missing) + wide
    return Rights(granted, missing, wide, absent)


def actions_of(reply: Message) -> frozenset[str]:
    """Names in the answer to `ListCommands`: header lines that state a privilege."""
    return frozenset(key for key, value in reply.pairs if "(Priv: " in value)


async def ask(host: str, port: int, username: str, secret: str, *, tls: bool = False) -> Rights:
    """Log in, look, and leave.

    Raises:
        UnavailableError: `pbx_unreachable`, `pbx_bad_secret`, `pbx_refused`, `pbx_no_answer`,
            `pbx_lost`.
    """
    numbers = itertools.count(1)
    stamps: list[bool] = []

    def heard(message: Message) -> None:
        stamps.append(bool(message.get("Timestamp")))

    client = AmiClient(
        host,
        port,
        action_ids=lambda: f"doctor-{next(numbers)}",
        on_event=heard,
        tls=tls,
        action_timeout_s=_WAIT_S,
    )
    try:
        await client.open()
        await client.login(username, secret)
        listed = await client.action("ListCommands")
        if not listed.ok:
            raise UnavailableError("pbx_refused", text=listed.get("Message"))
        _, items = await client.listing("QueueStatus")
        await client.action("Logoff")
    finally:
        await client.close()
    found = judge(actions_of(listed))
    queues = frozenset(one.get("Queue") for one in items if one.event == "QueueParams")
    stamped = any(stamps) if stamps else None
    return replace(found, queues=queues, stamped=stamped)


def ask_now(host: str, port: int, username: str, secret: str, *, tls: bool = False) -> Rights:
    """`ask` for a program without an event loop.

    Raises:
        UnavailableError: as `ask`.
    """
    return asyncio.run(ask(host, port, username, secret, tls=tls))
