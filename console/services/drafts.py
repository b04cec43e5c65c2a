"""Half-typed forms: kept on disk as they are typed, gone with the request they become."""

import json

from console.domain.commands import DiscardDraft, SaveDraft
from console.domain.errors import InputError
from console.domain.live import DraftsChanged
from console.services.ports import Done, UnitOfWork
from console.services.setting import Setting
from console.services.views import DraftRow

LONGEST = 64_000
"""Characters of a draft's JSON; a form holds far less."""


def save_draft(cmd: SaveDraft, uow: UnitOfWork, setting: Setting) -> Done:
    """Keep the form as it is now; the latest save wins.

    Raises:
        InputError: `draft_unreadable` when a field is no JSON value, `draft_too_long`.
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
            operator=setting.actor.user,
            workstation=setting.actor.workstation,
            updated_at=setting.now,
            fields=dict(cmd.fields),
            contact_id=cmd.contact_id,
        )
    )
    return Done(live=(DraftsChanged(),))


def discard_draft(cmd: DiscardDraft, uow: UnitOfWork, _setting: Setting) -> Done:
    """Forget a form that was emptied on purpose."""
    uow.delete_draft(cmd.draft_id)
    return Done(live=(DraftsChanged(),))
