"""Blocked senders: for some days their messages go to the spam folder. None is dropped."""

from dataclasses import replace
from datetime import timedelta

from console.domain.actors import Actor, leads
from console.domain.errors import InputError, RefusedError
from console.domain.live_events import BlocksChanged
from console.domain.requests.commands import BlockSender, LetSenderGo
from console.domain.states import Channel
from console.domain.text.cleaning import clean_line
from console.domain.text.phone import normalise
from console.domain.time_zone import CITY
from console.services.handling import Context, Done
from console.services.outreach.messages import checked_email
from console.services.people.actors import entry_of
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import BlockedSender

LONGEST_BLOCK_DAYS = 365
REASON_LIMIT = 200


def require_blocker(actor: Actor, action: str) -> None:
    """Refuse everybody but a supervisor.

    Args:
        action: the command that was tried.

    Raises:
        RefusedError: `role_may_not`.
    """
    if not leads(actor):
        raise RefusedError("role_may_not", role=actor.role.value, action=action)


def key_of(channel: Channel, typed: str) -> str:
    """The sender key on this channel for a sender as somebody typed it.

    Raises:
        InputError: `sender_needed`, `bad_email`.
    """
    sender = clean_line(typed, 254)
    if not sender:
        raise InputError("sender_needed")
    if channel is Channel.EMAIL:
        return (checked_email(sender) or sender).lower()
    if channel in (Channel.FACEBOOK, Channel.ZALO):
        return sender
    return normalise(sender) or sender


def block_sender(cmd: BlockSender, uow: UnitOfWork, context: Context) -> Done:
    """Block a sender, or change the term of a block.

    Raises:
        RefusedError: `role_may_not`.
        InputError: `sender_needed`, `bad_email`, `bad_block_days`, `reason_needed`.
    """
    require_blocker(context.actor, "BlockSender")
    if not clean_line(cmd.reason, REASON_LIMIT):
        raise InputError("reason_needed")
    key = key_of(cmd.channel, cmd.sender)
    keep_block(cmd.channel, key, cmd.days, cmd.reason, uow, context)
    return Done(live=(BlocksChanged(),))


def let_sender_go(cmd: LetSenderGo, uow: UnitOfWork, context: Context) -> Done:
    """Unblock a sender.

    Raises:
        RefusedError: `role_may_not`, `not_blocked`.
        InputError: `sender_needed`, `bad_email`.
    """
    require_blocker(context.actor, "LetSenderGo")
    key = key_of(cmd.channel, cmd.sender)
    if not uow.is_blocked(cmd.channel, key, context.now):
        raise RefusedError("not_blocked")
    end_block(cmd.channel, key, uow, context)
    return Done(live=(BlocksChanged(),))


def keep_block(
    channel: Channel, key: str, days: int, reason: str, uow: UnitOfWork, context: Context
) -> None:
    """Block from now on for this many days.

    A block in force keeps its author, its start, from which held messages are counted, and its
    reason when no new one is given.

    Raises:
        InputError: `bad_block_days`.
    """
    if not 0 < days <= LONGEST_BLOCK_DAYS:
        raise InputError("bad_block_days", limit=LONGEST_BLOCK_DAYS)
    now, why = context.now, clean_line(reason, REASON_LIMIT)
    until = now + timedelta(days=days)
    block = BlockedSender(channel, key, until, context.actor.user, now, why)
    before = uow.block_of(channel, key)
    if before is not None and before.until > now:
        block = replace(before, until=until, reason=why or before.reason)
    uow.block(block)
    last = until.astimezone(CITY).date().isoformat()
    uow.audit(entry_of(context.actor, now, "sender_blocked", channel.value, last))


def end_block(channel: Channel, key: str, uow: UnitOfWork, context: Context) -> None:
    """End the block now; the row stays, so that every seat learns of it."""
    now, who = context.now, context.actor.user
    before = uow.block_of(channel, key)
    uow.block(BlockedSender(channel, key, now, who, now, before.reason if before else ""))
    uow.audit(entry_of(context.actor, now, "sender_let_go", channel.value))
