"""Pruning: a workstation deletes requests closed long ago that the centre has completely.

Open requests, the last 90 days and everything unsent stay. A pruned request is remembered by id and
number; if something new arrives for it, its history is fetched first. Its photos go with it, since
the centre still has them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, exists, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from console.store.projection.bulk_rows import PART_TABLES
from console.store.tables.definitions import Id, attachment, event, pruned, service_request, to_ms

KEPT = timedelta(days=90)
_FTS_DELETE = text("delete from request_fts where rowid = :rid")
r = service_request.c
_NAMED = text(
    "select distinct f.value from event e, json_each(e.body, '$.media') f "
    "where e.request_id in :ids and f.type = 'text' union "
    "select distinct f.value from event e, json_each(e.body, '$.photos') f "
    "where e.request_id in :ids and f.type = 'text'"
).bindparams(bindparam("ids", type_=Id, expanding=True))


@dataclass(frozen=True, slots=True)
class Gone:
    """What was pruned: the number of requests, and the files (sha256) that only they named.

    Fewer requests than the limit mean that nothing is left for today.
    """

    requests: int
    files: tuple[str, ...]


def prune(connection: Connection, now: datetime, limit: int = 50) -> Gone:
    """Prune at most so many requests, oldest first, in the caller's transaction."""
    before = to_ms(now - KEPT)
    unsent = exists().where(event.c.request_id == r.id, event.c.seq.is_(None))
    files = exists().where(attachment.c.request_id == r.id, attachment.c.state == "waiting")
    found = connection.execute(
        select(r.rid, r.id, r.number, r.stream)
        .where(r.closed_at < before, r.updated_at < before, r.is_open == 0, ~unsent, ~files)
        .order_by(r.closed_at)
        .limit(limit)
    ).all()
    photos = _files(connection, [row.id for row in found])
    for row in found:
        connection.execute(
            upsert(pruned).on_conflict_do_nothing(),
            {"request_id": row.id, "stream": row.stream, "number": row.number, "at": now},
        )
        for table in PART_TABLES:
            connection.execute(delete(table).where(table.c.rid == row.rid))
        connection.execute(_FTS_DELETE, {"rid": row.rid})
        connection.execute(delete(service_request).where(r.rid == row.rid))
        connection.execute(delete(event).where(event.c.request_id == row.id))
    return Gone(len(found), photos)


def _files(connection: Connection, requests: list[UUID]) -> tuple[str, ...]:
    """The files that these requests' events name and that the centre has. A file that the centre
    refused is the only copy and stays.
    """
    if not requests:
        return ()
    named = set(connection.execute(_NAMED, {"ids": requests}).scalars())
    kept = select(attachment.c.sha256).where(
        attachment.c.sha256.in_(named), attachment.c.state != "sent"
    )
    return tuple(sorted(named - set(connection.execute(kept).scalars())))


def was_pruned(connection: Connection, number: str) -> bool:
    """Whether a request with this number of eleven digits was pruned."""
    asked = select(pruned.c.request_id).where(pruned.c.number == number).limit(1)
    return connection.execute(asked).first() is not None
