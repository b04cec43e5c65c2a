"""One transaction of the writer: events, everything folded from them, and the rows beside them."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert

from console.domain.catalogue.catalogue import Catalogue
from console.domain.desk.notices import NOTICE_FACTS
from console.domain.errors import UnavailableError
from console.domain.requests import numbering
from console.domain.requests.events import StoredEvent
from console.domain.requests.fold.request import apply, fold
from console.domain.requests.request import Request
from console.domain.states import Channel, DeliveryState
from console.domain.time_zone import CITY
from console.services.records import BlockedSender, CallRecord, Contact, SmsPart
from console.services.views.contacts import DraftRow, OutreachRow
from console.store.projection.projector import Projector
from console.store.queries.clock_warnings import WarningWork
from console.store.queries.index_conditions import IS_LIVE_CALL, IS_MISSED
from console.store.queries.notices import NoticeWork, bring_notices
from console.store.queries.privacy_wishes import WishWork
from console.store.queries.reports.people import ReportWork
from console.store.queries.reports.quality import QualityWork
from console.store.queries.shifts import DeskEventWork
from console.store.tables import record_rows
from console.store.tables.definitions import (
    attachment,
    blocked,
    call,
    channel_note,
    command_seen,
    contact,
    draft,
    event,
    meta,
    outbox,
    outreach,
    outreach_ref,
    service_request,
    sms_part,
    to_ms,
)
from console.store.tables.event_rows import event_of, event_row
from console.store.writing.accounts import PeopleWork
from console.store.writing.senders import SenderWork, sent_since

_EVENTS = (
    select(event)
    .where(event.c.request_id == bindparam("request_id"))
    .order_by(event.c.seq.is_(None), event.c.seq, event.c.n)
)
"""The order of folding: what the centre numbered first, our unsent events on top."""


# Built once: building a statement costs SQLAlchemy as much as SQLite needs to run it.
_ADD_EVENT, _ADD_UNSENT = insert(event), insert(outbox)
_ADD_SEEN = upsert(command_seen).on_conflict_do_nothing()
_ADD_FILE = upsert(attachment).on_conflict_do_nothing()
_CONTACT = select(contact).where(contact.c.id == bindparam("which"))
_BLOCKED = select(blocked.c.until).where(
    blocked.c.channel == bindparam("by"),
    blocked.c.sender_key == bindparam("who"),
    blocked.c.until > bindparam("now"),
)
_META = select(meta.c.value).where(meta.c.key == bindparam("key"))
_ADD_META = upsert(meta)
SET_META = _ADD_META.on_conflict_do_update(
    index_elements=["key"], set_={"value": _ADD_META.excluded.value}
)
"""Upsert of a value of `meta` by its key."""


CODE_TAKEN = "central_code_taken"
"""Key of `meta`: the console code that the centre says another seat has."""


def _files_of(stored: StoredEvent) -> list[dict[str, object]]:
    """What the event names of the spool: it goes to the centre after the event."""
    named = (*getattr(stored.fact, "media", ()), *getattr(stored.fact, "photos", ()))
    return [
        {"sha256": each, "stream": stored.stream, "request_id": stored.request_id,
         "at": stored.at, "state": "waiting"}
        for each in named
    ]  # fmt: skip


def events_of(connection: Connection, request_id: UUID) -> list[StoredEvent]:
    """All stored events of a request in the order of folding."""
    return [event_of(row) for row in connection.execute(_EVENTS, {"request_id": request_id})]


class SqlUnitOfWork(
    PeopleWork,
    ReportWork,
    WarningWork,
    NoticeWork,
    DeskEventWork,
    SenderWork,
    QualityWork,
    WishWork,
):
    """`ports.UnitOfWork` over the writer's connection; lives for one transaction."""

    def __init__(self, connection: Connection, catalogue: Catalogue, console_code: int) -> None:
        """Work in the connection's open transaction; numbers carry this console's code."""
        self._connection = connection
        self._projector = Projector(connection, catalogue)
        self._console_code = console_code
        self._folded: dict[UUID, Request | None] = {}
        self._hlc: int | None = None
        self._hlc_moved = False
        self.has_unsent = False
        """Whether it stored something that the centre does not have."""

    # --- requests

    def request(self, request_id: UUID) -> Request | None:
        """The folded request, or None."""
        if request_id not in self._folded:
            self._folded[request_id] = fold(events_of(self._connection, request_id))
        return self._folded[request_id]

    def events(self, request_id: UUID) -> Sequence[StoredEvent]:
        """All its events in the order of folding."""
        return events_of(self._connection, request_id)

    def request_id(self, number: str) -> UUID | None:
        """The id behind a number of eleven digits; the first one, should there be two."""
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
            # A numbered event may belong below our unsent ones: fold the whole again.
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
        if self._meta(CODE_TAKEN) == f"{self._console_code:03d}":
            raise UnavailableError("console_code_taken", console=f"{self._console_code:03d}")
        key = f"counter:{at.astimezone(CITY).year % 100:02d}:{self._console_code:03d}"
        counter = int(self._meta(key) or 0) + 1
        if counter > numbering.LAST_COUNTER:
            raise UnavailableError("numbers_exhausted", console=self._console_code)
        self._set_meta(key, str(counter))
        return numbering.make(at, self._console_code, counter)

    def next_hlc(self, at: datetime) -> int:
        """The next hybrid logical clock value: the wall clock, never behind what was seen."""
        if self._hlc is None:
            self._hlc = int(self._meta("hlc") or 0)
        self._hlc = max(to_ms(at) << 16, self._hlc + 1)
        self._hlc_moved = True
        return self._hlc

    def seen(self, command_id: UUID) -> bool:
        """Whether this command committed before; marks it seen."""
        now_ms = time.time_ns() // 1_000_000
        row = {"id": command_id, "at": now_ms}
        return not self._connection.execute(_ADD_SEEN, row).rowcount

    def finish(self) -> None:
        """Write what was only counted so far; the last thing before the commit."""
        if self._hlc_moved:
            self._set_meta("hlc", str(self._hlc))

    def expired_info(self, now: datetime) -> tuple[UUID, ...]:
        """Requests in `need_info` whose time to answer has run out, longest first."""
        c = service_request.c
        found = self._connection.execute(
            select(c.id).where(c.info_expires_at <= to_ms(now)).order_by(c.info_expires_at)
        )
        return tuple(found.scalars())

    # --- contacts and calls

    def contact(self, contact_id: UUID) -> Contact | None:
        """The contact, or None."""
        row = self._connection.execute(_CONTACT, {"which": contact_id}).first()
        return None if row is None else record_rows.contact_of(row)

    def save_contact(self, contact: Contact) -> bool:
        """Insert, or update the row of the same id; True when it was new."""
        self.has_unsent = True
        return self._upsert("contact", record_rows.contact_row(contact))

    def thread_request(self, thread_key: str) -> UUID | None:
        """The request that the newest linked contact of this thread belongs to."""
        c = contact.c
        found: UUID | None = self._connection.execute(
            select(c.request_id)
            .where(c.thread_key == thread_key, c.request_id.is_not(None))
            .order_by(c.received_at.desc())
            .limit(1)
        ).scalar()
        return found

    def sent_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many messages of ours went out to this recipient since then."""
        return sent_since(self._connection, channel, recipient, at)

    def note(self, channel: Channel, key: str) -> str | None:
        """What a channel wrote down, or None."""
        c = channel_note.c
        found: str | None = self._connection.execute(
            select(c.value).where(c.channel == channel.value, c.key == key)
        ).scalar()
        return found

    def set_note(self, channel: Channel, key: str, value: str) -> None:
        """Upsert by (channel, key)."""
        row: dict[str, object] = {"channel": channel.value, "key": key, "value": value}
        self._upsert("channel_note", row)

    def block(self, sender: BlockedSender) -> None:
        """Upsert by (channel, sender_key)."""
        self.has_unsent = True
        self._upsert("blocked", {**asdict(sender), "channel": sender.channel.value})

    def block_of(self, channel: Channel, sender_key: str) -> BlockedSender | None:
        """The last block of this sender, also one that is over."""
        b = blocked.c
        asked = select(blocked).where(b.channel == channel.value, b.sender_key == sender_key)
        row = self._connection.execute(asked).first()
        if row is None:
            return None
        return BlockedSender(channel, sender_key, row.until, row.actor, row.at, row.reason)

    def is_blocked(self, channel: Channel, sender_key: str, at: datetime) -> bool:
        """Whether this sender's messages go to the spam folder at that time."""
        named = {"by": channel.value, "who": sender_key, "now": at}
        return self._connection.execute(_BLOCKED, named).first() is not None

    def call(self, pbx: str, call_id: str) -> CallRecord | None:
        """The call's row."""
        row = self._connection.execute(
            select(call).where(call.c.pbx == pbx, call.c.call_id == call_id)
        ).first()
        return None if row is None else record_rows.call_of(row)

    def save_call(self, call: CallRecord) -> None:
        """Upsert by (pbx, call_id)."""
        self._upsert("call", record_rows.call_row(call))

    def missed_calls(self, phone: str) -> tuple[CallRecord, ...]:
        """Unsettled missed calls of this number (E.164), oldest first."""
        found = self._connection.execute(
            select(call).where(call.c.phone == phone, IS_MISSED).order_by(call.c.offered_at)
        )
        return tuple(record_rows.call_of(row) for row in found)

    def recorded_calls(self, before: datetime) -> tuple[CallRecord, ...]:
        """Calls offered before this time whose recording is still known, oldest first."""
        found = self._connection.execute(
            select(call)
            .where(call.c.recorded != "", call.c.offered_at < before)
            .order_by(call.c.offered_at)
        )
        return tuple(record_rows.call_of(row) for row in found)

    def live_calls(self, pbx: str) -> tuple[CallRecord, ...]:
        """Calls of this exchange that are not over, as far as we know."""
        found = self._connection.execute(select(call).where(call.c.pbx == pbx, IS_LIVE_CALL))
        return tuple(record_rows.call_of(row) for row in found)

    # --- SMS parts

    def add_part(self, part: SmsPart) -> bool:
        """Keep an SMS part; False when its external id is already there."""
        statement = upsert(sms_part).on_conflict_do_nothing()
        return bool(self._connection.execute(statement, record_rows.part_row(part)).rowcount)

    def parts(
        self, *, unjoined_only: bool = True, since: datetime | None = None
    ) -> tuple[SmsPart, ...]:
        """Stored parts, oldest first."""
        statement = select(sms_part).order_by(sms_part.c.received_at, sms_part.c.external_id)
        if unjoined_only:
            statement = statement.where(sms_part.c.contact_id.is_(None))
        if since is not None:
            statement = statement.where(sms_part.c.received_at >= to_ms(since))
        return tuple(record_rows.part_of(row) for row in self._connection.execute(statement))

    def bind_parts(self, external_ids: Sequence[str], contact_id: UUID) -> None:
        """Say which contact these parts make."""
        self._connection.execute(
            update(sms_part)
            .where(sms_part.c.external_id.in_(tuple(external_ids)))
            .values(contact_id=contact_id)
        )

    # --- drafts and messages

    def save_draft(self, draft: DraftRow) -> None:
        """Upsert by id."""
        self._upsert("draft", record_rows.draft_row(draft))

    def delete_draft(self, draft_id: UUID) -> None:
        """Remove; nothing happens when it is not there."""
        self._connection.execute(delete(draft).where(draft.c.id == draft_id))

    def outreach(self, outreach_id: UUID) -> OutreachRow | None:
        """A message of ours."""
        row = self._connection.execute(select(outreach).where(outreach.c.id == outreach_id)).first()
        return None if row is None else record_rows.outreach_of(row)

    def save_outreach(self, row: OutreachRow) -> None:
        """Upsert by id; new references can be asked for afterwards."""
        before = self.outreach(row.id)
        self.has_unsent = True
        self._upsert("outreach", record_rows.outreach_row(row))
        if new := [ref for ref in row.refs if before is None or ref not in before.refs]:
            self._connection.execute(
                insert(outreach_ref),
                [
                    {"channel": row.channel.value, "ref": ref, "outreach_id": row.id}
                    for ref in dict.fromkeys(new)
                ],
            )

    def outreach_with_ref(self, channel: Channel, ref: str) -> OutreachRow | None:
        """The message of this channel that got this reference last and still has it."""
        known = outreach_ref.c
        found = self._connection.execute(
            select(outreach)
            .join(outreach_ref, known.outreach_id == outreach.c.id)
            .where(known.channel == channel.value, known.ref == ref)
            .order_by(known.n.desc())
        )
        messages = (record_rows.outreach_of(row) for row in found)
        held = (
            each for each in messages if ref in each.refs and each.state is not DeliveryState.QUEUED
        )
        return next(held, None)

    def due_outreach(self, channel: Channel, limit: int) -> tuple[OutreachRow, ...]:
        """Queued messages of this channel, oldest first."""
        return self._outreach_in(channel, DeliveryState.QUEUED, limit)

    def outreach_in(self, channel: Channel, state: DeliveryState) -> tuple[OutreachRow, ...]:
        """Messages of this channel in this state, oldest first."""
        return self._outreach_in(channel, state, -1)

    def _outreach_in(
        self, channel: Channel, state: DeliveryState, limit: int
    ) -> tuple[OutreachRow, ...]:
        c = outreach.c
        found = self._connection.execute(
            select(outreach)
            .where(c.channel == channel.value, c.state == state.value)
            .order_by(c.created_at, c.id)
            .limit(limit)
        )
        return tuple(record_rows.outreach_of(row) for row in found)

    # --- inside

    def _upsert(self, name: str, values: dict[str, object]) -> bool:
        """Insert or update by primary key; True when the row was new."""
        asking, writing = _upserting(name, tuple(values))
        keys = {f"of_{c.name}": values[c.name] for c in _UPSERTABLE[name].primary_key}
        known = self._connection.execute(asking, keys)
        is_new = known.first() is None
        self._connection.execute(writing, values)
        return is_new

    def _meta(self, key: str) -> str | None:
        return self._connection.execute(_META, {"key": key}).scalar()

    def _set_meta(self, key: str, value: str) -> None:
        self._connection.execute(SET_META, {"key": key, "value": value})


_UPSERTABLE = {
    "contact": contact,
    "call": call,
    "draft": draft,
    "outreach": outreach,
    "blocked": blocked,
    "channel_note": channel_note,
}


@cache
def _upserting(name: str, columns: tuple[str, ...]) -> tuple[Select[Any], Insert]:
    """How to ask for a row by its primary key and how to write it; built once."""
    table = _UPSERTABLE[name]
    keys = [column.name for column in table.primary_key]
    asking = select(*table.primary_key).where(*(table.c[k] == bindparam(f"of_{k}") for k in keys))
    writing = upsert(table)
    changes = {each: writing.excluded[each] for each in columns if each not in keys}
    return asking, writing.on_conflict_do_update(index_elements=keys, set_=changes)
