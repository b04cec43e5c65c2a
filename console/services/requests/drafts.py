"""Drafts: half-typed forms, on disk as they are typed, deleted once they become a request."""

import json
from dataclasses import replace

from console.domain.actors import leads
from console.domain.errors import InputError, RefusedError
from console.domain.live_events import DraftsChanged
from console.domain.requests.commands import DiscardDraft, HandOverDrafts, SaveDraft
from console.domain.text.cleaning import clean_line
from console.services.handling import Context, Done
from console.services.people.actors import entry_of
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.views.contacts import DraftRow

LONGEST = 64_000
"""Characters of a draft's JSON; a form needs far less."""


def save_draft(cmd: SaveDraft, uow: UnitOfWork, context: Context) -> Done:
    """Save the form as it is now; the latest save wins.

    Raises:
        InputError: `draft_unreadable` when a field is not a JSON value, `draft_too_long`.
    """
    try:
        size = len(json.dumps(cmd.fields))
    except (TypeError, ValueError) as error:
        raise InputError("draft_unreadable") from error
    if size > LONGEST:
        raise InputError("draft_too_long", limit=LONGEST)
    uow.save_draft(
        DraftRow(
            id=cmd.draft_id,
            operator=context.actor.user,
            workstation=context.actor.workstation,
            updated_at=context.now,
            fields=dict(cmd.fields),
            contact_id=cmd.contact_id,
        )
    )
    return Done(live=(DraftsChanged(),))


def discard_draft(cmd: DiscardDraft, uow: UnitOfWork, _context: Context) -> Done:
    """Delete a form that was emptied on purpose."""
    uow.delete_draft(cmd.draft_id)
    return Done(live=(DraftsChanged(),))


def hand_over_drafts(cmd: HandOverDrafts, uow: UnitOfWork, context: Context) -> Done:
    """Give forms to another person: their owner may, or a supervisor when a seat has failed.

    Raises:
        InputError: `unknown_user`, `no_such_draft`.
        RefusedError: `not_your_draft`.
    """
    actor = context.actor
    to = clean_line(cmd.to_user, 60)
    if not to:
        raise InputError("unknown_user", user=to)
    for draft_id in cmd.draft_ids:
        found = uow.draft(draft_id)
        if found is None:
            raise InputError("no_such_draft")
        if found.operator != actor.user and not leads(actor):
            raise RefusedError("not_your_draft", owner=found.operator)
        taken = replace(found, operator=to, workstation=actor.workstation, updated_at=context.now)
        uow.save_draft(taken)
    if cmd.draft_ids:
        said = str(len(cmd.draft_ids))
        uow.audit(entry_of(actor, context.now, "drafts_handed_over", to, said))
    return Done(live=(DraftsChanged(),))
