"""Actions on a row of **Giám sát**, and the steps behind them."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from console.domain.actors import Actor, leads
from console.domain.errors import InputError, RefusedError
from console.domain.ids import uuid7
from console.domain.requests.commands import (
    Command,
    ForwardRequest,
    GrantExtension,
    HandOverDrafts,
    RecordDelivery,
    SaveDraft,
)
from console.domain.states import DeliveryState
from console.services.requests.reminders import reminder
from console.services.views.supervision import WatchRow
from console.ui.runtime.commands import OnDone, OnRefused, run_step
from console.ui.runtime.tasks import spawn
from console.ui.text.error_sentences import sentence

if TYPE_CHECKING:
    from console.services.desk import Desk

VERBS: dict[str, tuple[str, ...]] = {
    "unforwarded": ("forward",),
    "late": ("remind",),
    "near": ("remind",),
    "bounced": ("forward",),
    "extension": ("grant",),
    "failed": ("resend",),
    "orphans": ("take",),
    "warned": ("remind",),
    "silent": ("remind",),
}
"""Kind -> actions besides **Mở phản ánh**."""
_LEADS_ONLY = frozenset({"remind", "grant", "take"})


def verbs_of(kind: str, actor: Actor) -> tuple[str, ...]:
    """Actions that this person has on rows of this kind."""
    return tuple(v for v in VERBS.get(kind, ()) if v not in _LEADS_ONLY or leads(actor))


def agency_of(row: WatchRow) -> str:
    """The agency of the clock; "" for the switchboard."""
    return row.what.split(" ", 1)[0] if row.kind == "warned" else row.what


class WatchSteps:
    """Carries out the actions at a desk."""

    def __init__(self, desk: "Desk", refused: Callable[[str], None]) -> None:
        """Refusals go to `refused`."""
        self._desk = desk
        self._refused = refused
        self._taken: set[UUID] = set()

    def do(self, verb: str, row: WatchRow, *, done: OnDone | None = None) -> None:
        """Do an action that asks nothing; no effect if it does not fit the row.

        Args:
            done: called when it is on disk.
        """
        if verb == "take" and row.far and row.subject_id is not None:
            spawn(self._take_far(row.subject_id, done), lambda e: self._refused(sentence(e)))
            return
        command = self._command(verb, row)
        if command is not None:
            run_step(self._desk, command, done=done, refused=self._refused)

    def _command(self, verb: str, row: WatchRow) -> Command | None:
        if verb == "resend" and row.subject_id is not None:
            return RecordDelivery(outreach_id=row.subject_id, state=DeliveryState.QUEUED)
        if verb == "take" and row.subject_id is not None:
            return HandOverDrafts(draft_ids=(row.subject_id,), to_user=self._desk.actor.user)
        if row.request_id is None:
            return None
        if verb == "grant" and row.due_at is not None:
            return GrantExtension(
                request_id=row.request_id, agency=row.what, committed_at=row.due_at
            )
        return None

    async def _take_far(self, draft_id: UUID, done: OnDone | None) -> None:
        """Take over a draft from another seat. It is stored once, even if the centre sends it again
        because its answer was lost.
        """
        if (far := self._desk.draft_takeover) is None:
            return
        if draft_id in self._taken:
            raise InputError("no_such_draft")
        self._taken.add(draft_id)
        try:
            if (fields := await far.take_draft(draft_id)) is None:
                raise InputError("no_such_draft")
            await self._desk.do(SaveDraft(draft_id=uuid7(), fields=fields))
        except BaseException:
            self._taken.discard(draft_id)
            raise
        if done is not None:
            done()

    def remind(
        self, request_id: UUID, said: object, done: Callable[[], None], refused: OnRefused
    ) -> None:
        """Remind the agency with this text."""
        try:
            command = reminder(request_id, str(said))
        except RefusedError as error:
            refused(sentence(error))
            return
        run_step(self._desk, command, done=done, refused=refused)

    def forward(
        self, row: WatchRow, said: object, done: Callable[[], None], refused: Callable[[str], None]
    ) -> None:
        """Forward it to the chosen agency: (code, remark)."""
        if row.request_id is None or not isinstance(said, tuple):
            return
        agency, remark = said
        command = ForwardRequest(request_id=row.request_id, agency=agency, reason=remark or None)
        run_step(self._desk, command, done=done, refused=refused)
