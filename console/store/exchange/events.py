"""The seat's side of the synchronisation of events: `SyncStore` over the local store.

Each method writes in one transaction on the writer's thread, behind people's saves (priority 1), or
reads on a reader's thread. Repeating anything is harmless: the answer to a push may get lost, and
an event may come back by pull before that answer.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from console.domain.requests.events import StoredEvent
from console.services.ports.central.sync import (
    Accepted,
    Cursor,
    Hello,
    Numbered,
    SequenceGapError,
    StoredPosition,
)
from console.store.files.spool import Spool
from console.store.projection.refold import Refold
from console.store.seat.identity import AGENCY, install_id
from console.store.seat.local_store import LocalStore
from console.store.seat.pruning import prune
from console.store.tables.definitions import (
    attachment,
    cursor,
    dead_letter,
    event,
    from_ms,
    outbox,
    pruned,
)
from console.store.tables.event_rows import event_of, event_row
from console.store.tables.meta import CODE_TAKEN, set_value
from console.store.tables.recordings import recording_sent

PRIORITY = 1
"""After people's saves, before housekeeping."""
COUNTED = 100_000
"""Counting stops here: after an import millions wait, and nobody needs the exact number."""
PRUNED = 25
"""Requests pruned in one transaction, so that saves wait for no longer one."""
START = Cursor(0, None, "")

_KNOWN = select(event.c.id, event.c.seq, event.c.hlc, event.c.request_id).where(
    event.c.id.in_(bindparam("ids", expanding=True))
)
_TAKEN = select(event.c.seq, event.c.id).where(
    event.c.stream == bindparam("of"), event.c.seq.in_(bindparam("seqs", expanding=True))
)
_NUMBER = (
    update(event)
    .where(event.c.id == bindparam("which"))
    .values(seq=bindparam("new_seq"), hlc=bindparam("new_hlc"))
)
_SENT = delete(outbox).where(outbox.c.event_id.in_(bindparam("ids", expanding=True)))
_REVIVED = delete(dead_letter).where(dead_letter.c.event_id.in_(bindparam("ids", expanding=True)))
_PENDING = (
    select(event)
    .join(outbox, outbox.c.event_id == event.c.id)
    .order_by(outbox.c.n)
    .limit(bindparam("most"))
)
_CURSOR = select(cursor.c.seq, cursor.c.event_id, cursor.c.incarnation).where(
    cursor.c.stream == bindparam("of")
)
_ADD_CURSOR = upsert(cursor)
_SET_CURSOR = _ADD_CURSOR.on_conflict_do_update(
    index_elements=["stream"],
    set_={name: _ADD_CURSOR.excluded[name] for name in ("seq", "event_id", "incarnation")},
)
_SEEN_CLOCK = text(
    "insert into meta values ('hlc', :hlc) on conflict (key) do update set value = excluded.value "
    "where cast(excluded.value as integer) > cast(value as integer)"
)
"""Makes our next event come after everything seen here."""


class LocalSyncStore:
    """One seat's events, outbox and cursor; blocking, for the sync thread."""

    def __init__(self, store: LocalStore, stream: str = "hcmc") -> None:
        """Work on this store's part of the stream."""
        self._store = store
        self._stream = stream
        self._files = Spool(store.path.parent)

    @property
    def stream(self) -> str:
        """Its part of the stream."""
        return self._stream

    def install_id(self) -> UUID:
        """The id of this profile."""
        return self._write(install_id)

    # --- reading

    def cursor(self) -> Cursor:
        """How far it has pulled."""
        return self._read(self._cursor)

    def pending(self, limit: int = 500) -> tuple[StoredEvent, ...]:
        """Unsent events in the order in which to send them."""
        return self._read(
            lambda c: tuple(event_of(row) for row in c.execute(_PENDING, {"most": limit}))
        )

    def pending_count(self) -> int:
        """How many events the centre does not have yet; at most 100,000 are counted."""
        some = select(outbox.c.n).limit(COUNTED).subquery()
        counting = select(func.count()).select_from(some)
        return int(self._read(lambda c: c.execute(counting).scalar_one()))

    def held(self, at_most: int | None = None) -> StoredPosition | None:
        """The event with the highest number here, or with the highest up to this one."""
        c = event.c
        highest = select(c.seq, c.id).where(c.stream == self._stream, c.seq.is_not(None))
        if at_most is not None:
            highest = highest.where(c.seq <= at_most)
        row = self._read(lambda x: x.execute(highest.order_by(c.seq.desc()).limit(1)).first())
        return None if row is None else StoredPosition(row.seq, row.id)

    def incomplete(self, items: Sequence[Numbered]) -> frozenset[UUID]:
        """Requests of these events that were pruned here; their history must be fetched first."""
        ids = {item.event.request_id for item in items}
        return self._read(lambda c: _pruned(c, ids))

    # --- pushing

    def accept(self, accepted: Sequence[Accepted]) -> frozenset[UUID]:
        """Store number and clock of these events, delete their outbox rows, fold again.

        Raises:
            SequenceGapError: `other_history` when another event has one of the numbers here.

        Returns:
            Ids of the requests concerned.
        """
        return self._write(lambda c: self._accept(c, accepted))

    def _accept(self, connection: Connection, accepted: Sequence[Accepted]) -> frozenset[UUID]:
        ids = [each.event_id for each in accepted]
        if not ids:
            return frozenset()
        self._refuse_other_history(connection, {each.seq: each.event_id for each in accepted})
        known = {row.id: row for row in connection.execute(_KNOWN, {"ids": ids})}
        news = [
            each
            for each in accepted
            if (row := known.get(each.event_id)) and (row.seq, row.hlc) != (each.seq, each.hlc)
        ]
        changed = [{"which": e.event_id, "new_seq": e.seq, "new_hlc": e.hlc} for e in news]
        requests = {known[each.event_id].request_id for each in news}
        same_clock = all(known[e.event_id].hlc == e.hlc for e in accepted if e.event_id in known)
        refold = Refold(connection, self._store.catalogue, requests)
        before, after = (
            (refold.before_numbering, refold.after_numbering)
            if same_clock
            else (refold.before, refold.after)
        )
        before()
        if changed:
            connection.execute(_NUMBER, changed)
        self._forget_unsent(connection, ids)
        after()
        return frozenset(requests)

    def put_back(self, event_ids: Sequence[UUID]) -> None:
        """Move events that the centre did not take to the end of the outbox."""
        self._write(lambda c: self._put_back(c, event_ids))

    def _put_back(self, connection: Connection, event_ids: Sequence[UUID]) -> None:
        named = outbox.c.event_id.in_(tuple(event_ids))
        rows = connection.execute(select(outbox).where(named).order_by(outbox.c.n)).all()
        connection.execute(delete(outbox).where(named))
        now = from_ms(_now_ms())
        again = [
            {
                "event_id": row.event_id,
                "stream": row.stream,
                "request_id": row.request_id,
                "put_back_at": row.put_back_at or now,
            }
            for row in rows
        ]
        if again:
            connection.execute(insert(outbox), again)

    def bury(self, event_id: UUID, why: str) -> None:
        """Move an event that the centre can never store from the outbox to the dead letters."""
        self._write(lambda c: self._bury(c, event_id, why))

    def _bury(self, connection: Connection, event_id: UUID, why: str) -> None:
        row = connection.execute(select(outbox).where(outbox.c.event_id == event_id)).first()
        if row is None:
            return
        letter = {
            "event_id": event_id,
            "stream": row.stream,
            "request_id": row.request_id,
            "at": from_ms(_now_ms()),
            "why": why,
        }
        connection.execute(upsert(dead_letter).on_conflict_do_nothing(), letter)
        connection.execute(delete(outbox).where(outbox.c.event_id == event_id))

    # --- pulling

    def pull_in(
        self, items: Sequence[Numbered], incarnation: str, older: Sequence[StoredEvent] = ()
    ) -> frozenset[UUID]:
        """Store pulled events, fold, move the cursor.

        Raises:
            SequenceGapError: `hole` when a number is missing after the cursor or in between,
                `history_missing` when `older` lacks events of a pruned request, `other_history`
                when another event has the same number here.

        Returns:
            Ids of the requests concerned.
        """
        return self._write(lambda c: self._pull_in(c, items, incarnation, older))

    def _pull_in(
        self,
        connection: Connection,
        items: Sequence[Numbered],
        incarnation: str,
        older: Sequence[StoredEvent],
    ) -> frozenset[UUID]:
        here = self._cursor(connection).position
        for expected, item in enumerate(items, start=here + 1):
            if item.position != expected:
                raise SequenceGapError("hole", expected=expected, got=item.position)
        missing = _pruned(connection, {item.event.request_id for item in items})
        if not missing <= {each.request_id for each in older}:
            raise SequenceGapError("history_missing", requests=len(missing))
        if missing:
            connection.execute(delete(pruned).where(pruned.c.request_id.in_(missing)))
        came = {each.id: each for each in (*older, *(item.event for item in items))}
        concerned = self._take_in(connection, came)
        if items:
            last = items[-1]
            self._set_cursor(connection, Cursor(last.position, last.event.id, incarnation))
        return frozenset(concerned)

    def _take_in(self, connection: Connection, came: dict[UUID, StoredEvent]) -> set[UUID]:
        """Upsert these; returns the requests that this changed."""
        if not came:
            return set()
        self._refuse_other_history(
            connection, {each.seq: each.id for each in came.values() if each.seq is not None}
        )
        known = {row.id: row for row in connection.execute(_KNOWN, {"ids": list(came)})}
        new = [each for each in came.values() if each.id not in known]
        moved = [
            each
            for each in came.values()
            if (row := known.get(each.id)) and (row.seq, row.hlc) != (each.seq, each.hlc)
        ]
        changed = [{"which": e.id, "new_seq": e.seq, "new_hlc": e.hlc} for e in moved]
        requests = {each.request_id for each in (*new, *moved)}
        refold = Refold(connection, self._store.catalogue, requests)
        refold.before()
        if new:
            connection.execute(insert(event), [event_row(each) for each in new])
        if changed:
            connection.execute(_NUMBER, changed)
        if known:  # a new event is in no outbox
            self._forget_unsent(connection, list(known))
        self.saw_clock(connection, max(each.hlc for each in came.values()))
        refold.after(new)
        return requests

    # --- a new seat's start, in the caller's transaction

    def take_whole(self, connection: Connection, events: Sequence[StoredEvent]) -> None:
        """Store all events of these requests, which are kept here from now on."""
        if not events:
            return
        requests = {each.request_id for each in events}
        connection.execute(delete(pruned).where(pruned.c.request_id.in_(requests)))
        self._take_in(connection, {each.id: each for each in events})

    def saw_clock(self, connection: Connection, hlc: int) -> None:
        """Make our next event come after this one."""
        connection.execute(_SEEN_CLOCK, {"hlc": str(hlc)})

    def stand_at(self, connection: Connection, place: Cursor) -> None:
        """Set the cursor: pulls go on from here."""
        self._set_cursor(connection, place)

    # --- a centre that went back

    def rewind(self, common: Cursor, agency: str | None = None) -> int:
        """The centre went back: everything above `common` becomes unsent, ahead of pending rows.

        Args:
            agency: of the login; its seat forgets all numbers and sends only its own again.

        Returns:
            How many events that were.
        """
        return self._write(lambda c: self._rewind(c, common, agency))

    def _rewind(self, connection: Connection, common: Cursor, agency: str | None) -> int:
        c = event.c
        floor = 0 if agency is not None else common.position
        above = (c.stream == self._stream) & (c.seq > floor)
        lost = connection.execute(
            select(c.id, c.stream, c.request_id, c.agency).where(above).order_by(c.seq)
        ).all()
        refold = Refold(connection, self._store.catalogue, {row.request_id for row in lost})
        refold.before()
        connection.execute(update(event).where(above).values(seq=None))
        again = [row for row in lost if agency in (None, row.agency)]
        smallest = connection.execute(select(func.min(outbox.c.n))).scalar()
        first = 1 if smallest is None else smallest
        if again:
            connection.execute(
                upsert(outbox).on_conflict_do_nothing(index_elements=["event_id"]),
                [
                    {
                        "n": n,
                        "event_id": row.id,
                        "stream": row.stream,
                        "request_id": row.request_id,
                    }
                    for n, row in enumerate(again, start=first - len(again))
                ],
            )
        # Files are stored after their events, so the centre may have lost any of them.
        connection.execute(
            update(attachment).where(attachment.c.state == "sent").values(state="waiting")
        )
        connection.execute(delete(recording_sent).where(recording_sent.c.state == "sent"))
        here = self._cursor(connection)
        back = here if here.position <= common.position else common
        self._set_cursor(connection, Cursor(back.position, back.event_id, common.incarnation))
        refold.after()
        return len(again)

    # --- what the seat need not keep

    def prune(self, now: datetime) -> bool:
        """Prune some requests that were closed long ago and that the centre has completely."""
        gone = self._store.run_on_writer(lambda c: prune(c, now, PRUNED), priority=2)
        for sha256 in gone.files:
            self._files.let_go(sha256)
        return gone.requests == PRUNED

    # --- what the centre said

    def remember(self, hello: Hello, clock_offset_ms: int) -> None:
        """Store what the centre last said: whether our code is taken, how far our clock is off."""
        values = {
            CODE_TAKEN: f"{self._store.console_code:03d}" if hello.code_taken else "",
            AGENCY: hello.agency or "",
            "central_clock_offset_ms": str(clock_offset_ms),
            "central_seen_at": str(_now_ms()),
        }

        def keep(connection: Connection) -> None:
            for key, value in values.items():
                set_value(connection, key, value)

        self._write(keep)

    # --- inside

    def _read[T](self, question: Callable[[Connection], T]) -> T:
        return self._store.run_on_reader(question)

    def _write[T](self, work: Callable[[Connection], T]) -> T:
        return self._store.run_on_writer(work, priority=PRIORITY)

    def _cursor(self, connection: Connection) -> Cursor:
        row = connection.execute(_CURSOR, {"of": self._stream}).first()
        return START if row is None else Cursor(row.seq, row.event_id, row.incarnation)

    def _set_cursor(self, connection: Connection, here: Cursor) -> None:
        connection.execute(
            _SET_CURSOR,
            {
                "stream": self._stream,
                "seq": here.position,
                "event_id": here.event_id,
                "incarnation": here.incarnation,
            },
        )

    def _refuse_other_history(self, connection: Connection, numbers: dict[int, UUID]) -> None:
        """Two events with one number mean that the centre went back unnoticed."""
        asked = {"of": self._stream, "seqs": list(numbers)}
        for row in connection.execute(_TAKEN, asked):
            if row.id != numbers[row.seq]:
                raise SequenceGapError("other_history", seq=row.seq)

    def _forget_unsent(self, connection: Connection, ids: list[UUID]) -> None:
        connection.execute(_SENT, {"ids": ids})
        connection.execute(_REVIVED, {"ids": ids})


def _pruned(connection: Connection, ids: Iterable[UUID]) -> frozenset[UUID]:
    found = connection.execute(
        select(pruned.c.request_id).where(pruned.c.request_id.in_(tuple(ids)))
    )
    return frozenset(found.scalars())


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
