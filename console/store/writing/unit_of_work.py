"""One transaction of the writer: events, everything folded from them, and the other rows."""

import time
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from console.domain.catalogue.catalogue import Catalogue
from console.domain.desk.notices import NOTICE_FACTS
from console.domain.errors import UnavailableError
from console.domain.requests import numbering
from console.domain.requests.events import StoredEvent
from console.domain.requests.fold.request import apply, fold
from console.domain.requests.request import Request
from console.domain.time_zone import CITY
from console.store.projection.notices import bring_notices
from console.store.projection.projector import Projector
from console.store.tables.definitions import (
    attachment,
    command_seen,
    event,
    outbox,
    service_request,
    to_ms,
)
from console.store.tables.event_rows import event_row, events_of
from console.store.tables.meta import CODE_TAKEN, set_value, value_of
from console.store.writing.accounts import AccountWork
from console.store.writing.calls import CallWork
from console.store.writing.contacts import ContactWork
from console.store.writing.desk import DeskWork
from console.store.writing.messages import MessageWork
from console.store.writing.reports import ReportWork

# Built once: building a statement costs SQLAlchemy as much as SQLite needs to run it.
_ADD_EVENT, _ADD_UNSENT = insert(event), insert(outbox)
_ADD_SEEN = upsert(command_seen).on_conflict_do_nothing()
_ADD_FILE = upsert(attachment).on_conflict_do_nothing()


def _files_of(stored: StoredEvent) -> list[dict[str, object]]:
    """The files that the event names; they go to the centre after the event."""
    named = (*getattr(stored.fact, "media", ()), *getattr(stored.fact, "photos", ()))
    return [
        {"sha256": each, "stream": stored.stream, "request_id": stored.request_id,
         "at": stored.at, "state": "waiting"}
        for each in named
    ]  # fmt: skip


class SqlUnitOfWork(AccountWork, CallWork, ContactWork, DeskWork, MessageWork, ReportWork):
    """`ports.UnitOfWork` over the writer's connection; lives for one transaction."""

    def __init__(self, connection: Connection, catalogue: Catalogue, console_code: int) -> None:
        """Work in the connection's open transaction; numbers carry this console's code."""
        super().__init__(connection)
        self._projector = Projector(connection, catalogue)
        self._console_code = console_code
        self._folded: dict[UUID, Request | None] = {}
        self._hlc: int | None = None
        self._hlc_moved = False

    def request(self, request_id: UUID) -> Request | None:
        """The folded request, or None."""
        if request_id not in self._folded:
            self._folded[request_id] = fold(events_of(self._connection, request_id))
        return self._folded[request_id]

    def events(self, request_id: UUID) -> Sequence[StoredEvent]:
        """All its events in the order of folding."""
        return events_of(self._connection, request_id)

    def request_id(self, number: str) -> UUID | None:
        """The id of the request with this number of eleven digits; the first if there are two."""
        c = service_request.c
        found: UUID | None = self._connection.execute(
            select(c.id).where(c.number == number).order_by(c.rid).limit(1)
        ).scalar()
        return found

    def append(self, events: Sequence[StoredEvent]) -> None:
        """Store events, their outbox rows and everything folded from them.

        An event that the centre numbered already (`seq`) needs no outbox row.
        """
        if not events:
            return
        before = {each.request_id: self.request(each.request_id) for each in events}
        self._connection.execute(_ADD_EVENT, [event_row(each) for each in events])
        unsent = [
            {"event_id": each.id, "stream": each.stream, "request_id": each.request_id}
            for each in events
            if each.seq is None
        ]
        if unsent:
            self._connection.execute(_ADD_UNSENT, unsent)
            self.has_unsent = True
            if files := [row for each in events if each.seq is None for row in _files_of(each)]:
                self._connection.execute(_ADD_FILE, files)
        for request_id, old in before.items():
            self._fold_on(old, [each for each in events if each.request_id == request_id])
        told = {each.request_id for each in events if isinstance(each.fact, NOTICE_FACTS)}
        bring_notices(self._connection, told)

    def _fold_on(self, old: Request | None, added: Sequence[StoredEvent]) -> None:
        request_id = added[0].request_id
        new = old
        if old is None or any(each.seq is not None for each in added):
            # A numbered event may belong before our unsent ones: fold everything again.
            new = fold(events_of(self._connection, request_id))
        else:
            for each in added:
                new = apply(new, each)
        self._folded[request_id] = new
        if new is not None:
            as_of_seq = max((each.seq for each in added if each.seq is not None), default=None)
            self._projector.write(old, new, stream=added[0].stream, as_of_seq=as_of_seq)

    def next_number(self, at: datetime) -> str:
        """The next request number of this console, eleven digits.

        Raises:
            UnavailableError: `numbers_exhausted` when this code's year is used up,
                `console_code_taken` when the centre gave the code to another seat.
        """
        if value_of(self._connection, CODE_TAKEN) == f"{self._console_code:03d}":
            raise UnavailableError("console_code_taken", console=f"{self._console_code:03d}")
        key = f"counter:{at.astimezone(CITY).year % 100:02d}:{self._console_code:03d}"
        counter = int(value_of(self._connection, key) or 0) + 1
        if counter > numbering.LAST_COUNTER:
            raise UnavailableError("numbers_exhausted", console=self._console_code)
        set_value(self._connection, key, str(counter))
        return numbering.make(at, self._console_code, counter)

    def next_hlc(self, at: datetime) -> int:
        """The next value of the hybrid logical clock: the wall clock, but never behind a value
        already seen.
        """
        if self._hlc is None:
            self._hlc = int(value_of(self._connection, "hlc") or 0)
        self._hlc = max(to_ms(at) << 16, self._hlc + 1)
        self._hlc_moved = True
        return self._hlc

    def seen(self, command_id: UUID) -> bool:
        """Whether this command was committed before; marks it as seen."""
        now_ms = time.time_ns() // 1_000_000
        row = {"id": command_id, "at": now_ms}
        return not self._connection.execute(_ADD_SEEN, row).rowcount

    def finish(self) -> None:
        """Write the clock; the last step before the commit."""
        if self._hlc_moved:
            set_value(self._connection, "hlc", str(self._hlc))

    def expired_info(self, now: datetime) -> tuple[UUID, ...]:
        """Requests in `need_info` whose time to answer has run out, oldest first."""
        c = service_request.c
        found = self._connection.execute(
            select(c.id).where(c.info_expires_at <= to_ms(now)).order_by(c.info_expires_at)
        )
        return tuple(found.scalars())
