"""Drafts: half-typed forms, written within a second of the last change and read back at the
start.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.errors import ConsoleError
from console.domain.requests.commands import DiscardDraft, SaveDraft
from console.services.desk import Desk
from console.services.views.contacts import DraftRow
from console.ui.runtime.tasks import spawn

QUIET_MS = 400
"""The draft is written after a pause in typing of this length."""

LONGEST_MS = 900
"""While typing goes on without a pause, the draft is written at least this often."""


@dataclass(frozen=True, slots=True)
class DraftKept:
    """A draft was written; `at` is aware UTC."""

    draft_id: UUID
    at: datetime


@dataclass(slots=True)
class _Waiting:
    fields: dict[str, object] | None
    contact_id: UUID | None = None


class DraftKeeper(QObject):
    """Writes the drafts of all open forms of this seat.

    Attributes:
        kept: a draft was written (`DraftKept`).
        failed: writing failed (`ConsoleError`); tried again with the next change.
        left: drafts of other people at this workstation, as of the last `restore`.
    """

    kept = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        """Start with nothing to write."""
        super().__init__(parent)
        self._desk = desk
        self._waiting: dict[UUID, _Waiting] = {}
        self._first_at: float | None = None
        self._writing = asyncio.Lock()
        self._on_disk: set[UUID] = set()
        self.left = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_quiet)

    def keep(self, draft_id: UUID, fields: dict[str, object], contact_id: UUID | None) -> None:
        """Write this form soon."""
        self._later(draft_id, _Waiting(fields, contact_id))

    def forget(self, draft_id: UUID) -> None:
        """Delete the draft of a form that was emptied."""
        if draft_id in self._waiting or draft_id in self._on_disk:
            self._later(draft_id, _Waiting(None))

    async def restore(self) -> tuple[DraftRow, ...]:
        """This person's drafts at this workstation, the oldest change first.

        Another person's drafts stay that person's until they are handed over (`HandOverDrafts`).
        """
        actor = self._desk.actor
        found = await self._desk.ask(lambda q: q.drafts(actor.workstation))
        rows = tuple(row for row in found if row.operator == actor.user)
        self.left = len(found) - len(rows)
        self._on_disk.update(row.id for row in rows)
        return tuple(sorted(rows, key=lambda row: row.updated_at))

    async def stop(self, draft_id: UUID) -> None:
        """Stop writing this form; returns when no write of it is under way."""
        self._waiting.pop(draft_id, None)
        self._on_disk.discard(draft_id)
        async with self._writing:
            pass

    async def flush(self) -> None:
        """Write pending drafts now; when the window closes and before a hand-over."""
        if not self._waiting and not self._writing.locked():
            return
        self._timer.stop()
        self._first_at = None
        async with self._writing:
            while self._waiting:
                draft_id = next(iter(self._waiting))
                await self._write(draft_id, self._waiting.pop(draft_id))

    def _later(self, draft_id: UUID, waiting: _Waiting) -> None:
        self._waiting[draft_id] = waiting
        now = time.monotonic()
        if self._first_at is None:
            self._first_at = now
        left_ms = LONGEST_MS - (now - self._first_at) * 1000
        self._timer.start(max(0, min(QUIET_MS, int(left_ms))))

    def _on_quiet(self) -> None:
        spawn(self.flush())

    async def _write(self, draft_id: UUID, waiting: _Waiting) -> None:
        command: SaveDraft | DiscardDraft
        if waiting.fields is None:
            command = DiscardDraft(draft_id=draft_id)
        else:
            command = SaveDraft(
                draft_id=draft_id, fields=waiting.fields, contact_id=waiting.contact_id
            )
        try:
            await self._desk.do(command)
        except ConsoleError as error:
            self.failed.emit(error)
            return
        if waiting.fields is None:
            self._on_disk.discard(draft_id)
        else:
            self._on_disk.add(draft_id)
            self.kept.emit(DraftKept(draft_id, self._desk.clock()))
