"""Data of the list of blocked senders, and what a supervisor does with it."""

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from console.domain.actors import Actor
from console.domain.errors import ConsoleError
from console.domain.live_events import BlocksChanged, ContactArrived
from console.domain.requests.commands import BlockSender, LetSenderGo
from console.domain.states import Channel
from console.domain.text import phone
from console.services.views.contacts import BlockedRow
from console.ui.runtime.coalescing import Coalesced
from console.ui.runtime.commands import OnDone, OnRefused, run_step
from console.ui.text.error_sentences import sentence
from console.ui.text.numbers import number_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.services.desk import Desk

_REFRESH_MS = 1000
NAMELESS = (Channel.FACEBOOK, Channel.ZALO)
"""On these channels a sender's id has twenty digits, so it is not shown next to a name."""


def blocked_sender(row: BlockedRow, actor: Actor) -> str:
    """The blocked sender as people read it; with the number if this person may see it."""
    number = phone.normalise(row.sender_key) if row.channel not in NAMELESS else None
    key = number_for(actor, number) if number else row.sender_key
    if row.name and row.channel in NAMELESS:
        return row.name
    return f"{row.name} · {key}" if row.name else key


class BlockedSendersPresenter(QObject):
    """Reloads the list when it may have changed.

    Signals:
        rows_changed: `rows` is new.
        refused: a sentence.
    """

    rows_changed = Signal()
    refused = Signal(str)

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Load at once."""
        super().__init__(parent)
        self._desk = desk
        self.rows: tuple[BlockedRow, ...] = ()
        self._ask = Coalesced(self._load, every_ms=_REFRESH_MS, failed=self._failed, parent=self)
        self._ends: list[Callable[[], None]] = [
            desk.bus.subscribe(BlocksChanged, lambda _event: self._ask.now()),
            desk.bus.subscribe(ContactArrived, lambda _event: self._ask.wish()),
        ]
        self._ask.now()

    def close(self) -> None:
        """Unsubscribe."""
        self._ask.stop()
        for end in self._ends:
            end()
        self._ends.clear()

    def block(self, command: BlockSender, done: OnDone, refused: OnRefused) -> None:
        """Block somebody, or change the term."""
        run_step(self._desk, command, done=done, refused=refused)

    def let_go(self, row: BlockedRow, done: OnDone, refused: OnRefused) -> None:
        """Unblock the sender."""
        command = LetSenderGo(channel=row.channel, sender=row.sender_key)
        run_step(self._desk, command, done=done, refused=refused)

    def again(self, row: BlockedRow) -> BlockSender:
        """The command that undoes `let_go`: blocked for the days that were left."""
        left = row.until - self._desk.clock()
        return BlockSender(
            channel=row.channel,
            sender=row.sender_key,
            days=max(1, math.ceil(left / timedelta(days=1))),
            reason=row.reason or "—",
        )

    async def _load(self) -> None:
        now = self._desk.clock()
        rows = await self._desk.ask(lambda q: q.blocked_senders(now))
        if isValid(self):  # otherwise the list was closed before the answer came
            self.rows = rows
            self.rows_changed.emit()

    def _failed(self, error: ConsoleError) -> None:
        if isValid(self):
            self.refused.emit(sentence(error))
