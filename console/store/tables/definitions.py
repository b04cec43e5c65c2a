"""The local store's tables as SQLAlchemy Core sees them; the steps in `schema/` create them, and a
test compares both. `reports.py` and `recordings.py` have further tables.

The truth is `event`, which is append-only. Everything from `service_request` to `request_fts` is
folded from it and can be made again (`LocalStore.rebuild`). Times are integers, milliseconds since
1970 UTC; ids are the 16 bytes of a UUID. `rid` is the local integer id of a request, also its rowid
in the search index. It counts eighths of a second of `requested_at`, so a larger one is newer in
every index, in whatever order requests arrive or are imported.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, override
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Row,
    String,
    Table,
)
from sqlalchemy.types import UserDefinedType

from console.domain.requests.codec import FIRST_AT, LAST_AT

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)

NEVER = 1 << 62
"""The deadline of an assignment without one: sorts after every real deadline."""


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 UTC, rounded down, without going through a float."""
    return (at - _EPOCH) // _MS


_FIRST_MS, _LAST_MS = to_ms(FIRST_AT), to_ms(LAST_AT)


def from_ms(value: int) -> datetime:
    """The aware UTC time of a stored number. One out of range becomes the nearest that is in range,
    so that a bad row from elsewhere stops no reader.
    """
    if not _FIRST_MS <= value <= _LAST_MS:
        value = min(max(value, _FIRST_MS), _LAST_MS)
    return _EPOCH + value * _MS


class Id(UserDefinedType[UUID]):
    """A UUID as its 16 bytes: half the size of SQLAlchemy's own hex form in every index."""

    cache_ok = True  # type: ignore[mutable-override]

    @override
    def get_col_spec(self, **_more: object) -> str:
        """The column's type in SQL."""
        return "blob"

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[UUID | None], bytes | None]:
        return lambda value: None if value is None else value.bytes

    @override
    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[bytes | None], UUID | None]:
        return lambda value: None if value is None else UUID(bytes=value)


class Ms(UserDefinedType[datetime]):
    """An aware UTC time as integer milliseconds; conditions may name the integer itself."""

    cache_ok = True  # type: ignore[mutable-override]

    @override
    def get_col_spec(self, **_more: object) -> str:
        """The column's type in SQL."""
        return "integer"

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | int | None], int | None]:
        return lambda value: to_ms(value) if isinstance(value, datetime) else value

    @override
    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[int | None], datetime | None]:
        return lambda value: None if value is None else from_ms(value)


type AnyRow = Row[*tuple[Any, ...]]
"""A row of any select; the type checker does not know its columns."""

metadata = MetaData()


def _stream() -> Column[str]:
    return Column("stream", String, nullable=False, default="hcmc")


event = Table(
    "event",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("id", Id, nullable=False),
    _stream(),
    Column("seq", BigInteger),
    Column("request_id", Id, nullable=False),
    Column("kind", String, nullable=False),
    Column("at", Ms, nullable=False),
    Column("actor", String, nullable=False),
    Column("role", String, nullable=False),
    Column("workstation", String, nullable=False),
    Column("agency", String),
    Column("hlc", BigInteger, nullable=False),
    Column("schema_v", Integer, nullable=False),
    Column("body", String, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("event_id", Id, nullable=False),
    _stream(),
    Column("request_id", Id, nullable=False),
    Column("put_back_at", Ms),
)

service_request = Table(
    "service_request",
    metadata,
    Column("rid", Integer, primary_key=True),
    Column("id", Id, nullable=False),
    _stream(),
    Column("number", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("state", String, nullable=False),
    Column("is_open", Integer, nullable=False),
    Column("needs_forward", Integer, nullable=False),
    Column("service_code", String, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("description", String, nullable=False),
    Column("address_string", String),
    Column("address", String),
    Column("lat", Float),
    Column("long", Float),
    Column("cell_y", Integer),
    Column("cell_x", Integer),
    Column("ward_code", String),
    Column("legacy_ward", String),
    Column("road_class", String),
    Column("attributes", String, nullable=False),
    Column("agency", String),
    Column("requested_at", Ms, nullable=False),
    Column("updated_at", Ms, nullable=False),
    Column("forward_due_at", Ms),
    Column("callback_due_at", Ms),
    Column("due_at", Ms),
    Column("closed_at", Ms),
    Column("info_expires_at", Ms),
    Column("status_notes", String),
    Column("photo", String),
    Column("reporters", Integer, nullable=False),
    Column("parent_id", Id),
    Column("verdict", String),
    Column("bounces", Integer, nullable=False),
    Column("reopened", Integer, nullable=False),
    Column("publish_state", String, nullable=False),
    Column("conflicts", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("as_of_seq", BigInteger),
)

assignment = Table(
    "assignment",
    metadata,
    Column("rid", Integer, nullable=False),
    Column("agency", String, nullable=False),
    _stream(),
    Column("state", String, nullable=False),
    Column("forwarded_at", Ms, nullable=False),
    Column("due_at", Ms),
    Column("acknowledge_due_at", Ms),
    Column("accepted_at", Ms),
    Column("resolved_at", Ms),
    Column("committed_at", Ms),
    Column("asked_at", Ms),
    Column("bounces", Integer, nullable=False),
    Column("replaced", Integer, nullable=False),
    Column("reason", String),
    Column("resolution_code", String),
    Column("result_text", String),
    PrimaryKeyConstraint("rid", "agency"),
)

queue_item = Table(
    "queue_item",
    metadata,
    Column("rid", Integer, nullable=False),
    Column("agency", String, nullable=False),
    _stream(),
    Column("deadline", BigInteger, nullable=False),
    Column("forwarded_at", Ms, nullable=False),
    Column("search_text", String, nullable=False),
    PrimaryKeyConstraint("rid", "agency"),
)

reporter = Table(
    "reporter",
    metadata,
    Column("rid", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    _stream(),
    Column("contact_id", Id),
    Column("name", String),
    Column("phone", String),
    Column("email", String),
    Column("channel", String, nullable=False),
    Column("consent", Integer, nullable=False),
    PrimaryKeyConstraint("rid", "n"),
)

callback_item = Table(
    "callback_item",
    metadata,
    Column("rid", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    _stream(),
    Column("due_at", BigInteger, nullable=False),
    Column("agency", String),
    Column("resolved_at", Ms),
    Column("result_text", String),
    Column("attempts", Integer, nullable=False),
    Column("last_outcome", String),
    Column("last_at", Ms),
    PrimaryKeyConstraint("rid", "n"),
)

word = Table("word", metadata, Column("word", String, primary_key=True))

contact = Table(
    "contact",
    metadata,
    Column("id", Id, primary_key=True),
    _stream(),
    Column("channel", String, nullable=False),
    Column("external_id", String, nullable=False),
    Column("received_at", Ms, nullable=False),
    Column("sender", String),
    Column("sender_key", String),
    Column("sender_name", String),
    Column("sent_at", Ms),
    Column("text", String, nullable=False),
    Column("flags", String, nullable=False),
    Column("state", String, nullable=False),
    Column("request_id", Id),
    Column("reject_reason", String),
    Column("handled_by", String),
    Column("thread_key", String),
    Column("lat", Float),
    Column("long", Float),
    Column("raw", LargeBinary, nullable=False),
    Column("media", String, nullable=False),
    Column("proposal", String, nullable=False),
    Column("about_id", Id),
    Column("number", String),
    Column("opened_at", Ms),
)

blocked = Table(
    "blocked",
    metadata,
    Column("channel", String, nullable=False),
    Column("sender_key", String, nullable=False),
    Column("until", Ms, nullable=False),
    Column("actor", String, nullable=False),
    Column("at", Ms, nullable=False),
    Column("reason", String, nullable=False),
    PrimaryKeyConstraint("channel", "sender_key"),
)

channel_note = Table(
    "channel_note",
    metadata,
    Column("channel", String, nullable=False),
    Column("key", String, nullable=False),
    Column("value", String, nullable=False),
    PrimaryKeyConstraint("channel", "key"),
)

outreach = Table(
    "outreach",
    metadata,
    Column("id", Id, primary_key=True),
    _stream(),
    Column("channel", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("text", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("state", String, nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("updated_at", Ms, nullable=False),
    Column("request_id", Id),
    Column("contact_id", Id),
    Column("tries", Integer, nullable=False),
    Column("refs", String, nullable=False),
    Column("error", String),
    Column("taken_by", String),
)

outreach_ref = Table(
    "outreach_ref",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("channel", String, nullable=False),
    Column("ref", String, nullable=False),
    Column("outreach_id", Id, nullable=False),
)

call = Table(
    "call",
    metadata,
    Column("pbx", String, nullable=False),
    Column("call_id", String, nullable=False),
    _stream(),
    Column("state", String, nullable=False),
    Column("offered_at", Ms, nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("phone", String),
    Column("name", String),
    Column("queue", String),
    Column("direction", String, nullable=False),
    Column("operator", String),
    Column("answered_at", Ms),
    Column("ended_at", Ms),
    Column("end_reason", String),
    Column("taken_by", String),
    Column("taken_at", Ms),
    Column("lost_as", String),
    Column("outcome", String),
    Column("ref", String),
    Column("recorded", String, nullable=False),
    Column("recording", String, nullable=False),
    Column("recording_sha256", String, nullable=False),
    Column("wrapped_at", Ms),
    PrimaryKeyConstraint("pbx", "call_id"),
)

sms_part = Table(
    "sms_part",
    metadata,
    Column("external_id", String, primary_key=True),
    Column("imsi", String, nullable=False),
    Column("sender", String),
    Column("received_at", Ms, nullable=False),
    Column("scts", Ms),
    Column("coding", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("pdu", LargeBinary, nullable=False),
    Column("reference", Integer),
    Column("reference_bits", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("flags", String, nullable=False),
    Column("contact_id", Id),
)

draft = Table(
    "draft",
    metadata,
    Column("id", Id, primary_key=True),
    Column("operator", String, nullable=False),
    Column("workstation", String, nullable=False),
    Column("updated_at", Ms, nullable=False),
    Column("fields", String, nullable=False),
    Column("contact_id", Id),
)

command_seen = Table(
    "command_seen",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Ms, nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)

cursor = Table(
    "cursor",
    metadata,
    Column("stream", String, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("event_id", Id),
    Column("incarnation", String, nullable=False),
)

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("event_id", Id, primary_key=True),
    _stream(),
    Column("request_id", Id, nullable=False),
    Column("at", Ms, nullable=False),
    Column("why", String, nullable=False),
)

credential = Table(
    "credential",
    metadata,
    Column("user", String, primary_key=True),
    Column("hash", String, nullable=False),
    Column("set_at", Ms, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("failed_at", Ms),
)

audit = Table(
    "audit",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("at", Ms, nullable=False),
    Column("actor", String, nullable=False),
    Column("role", String, nullable=False),
    Column("workstation", String, nullable=False),
    Column("act", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("hash", String, nullable=False),
)

pruned = Table(
    "pruned",
    metadata,
    Column("request_id", Id, primary_key=True),
    _stream(),
    Column("number", String, nullable=False),
    Column("at", Ms, nullable=False),
    Column("wanted", Integer),
)

double_number = Table("double_number", metadata, Column("number", String, primary_key=True))

attachment = Table(
    "attachment",
    metadata,
    Column("sha256", String, primary_key=True),
    _stream(),
    Column("request_id", Id, nullable=False),
    Column("at", Ms, nullable=False),
    Column("state", String, nullable=False),
    Column("why", String),
)

warning = Table(
    "warning",
    metadata,
    Column("request_id", Id, nullable=False),
    Column("agency", String, nullable=False),
    Column("clock", String, nullable=False),
    Column("level", Integer, nullable=False),
    Column("due_at", Ms, nullable=False),
    Column("at", Ms, nullable=False),
    PrimaryKeyConstraint("request_id", "agency", "clock", "level", "due_at"),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Id, primary_key=True),
    _stream(),
    Column("until", Ms, nullable=False),
)
