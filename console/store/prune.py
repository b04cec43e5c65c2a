"""What a workstation lets go of: requests closed long ago that the centre has whole.

Open requests, the last 90 days and everything unsent stay (DATA.md 3). A pruned request is
remembered by id and number: should something new come for it, its history is fetched first.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from console.store.tables import (
    assignment,
    attachment,
    callback_item,
    event,
    pruned,
    queue_item,
    reporter,
    service_request,
    to_ms,
)

KEPT = timedelta(days=90)
_ROWS = (assignment, queue_item, reporter, callback_item)
_FTS_DELETE = text("delete from request_fts where rowid = :rid")
r = service_request.c


def prune(connection: Connection, now: datetime, limit: int = 50) -> int:
    """Let go of at most so many requests, oldest first, in the caller's transaction.

    Returns:
        How many went; fewer than `limit` = nothing is left for today.
    """
    before = to_ms(now - KEPT)
    unsent = exists().where(event.c.request_id == r.id, event.c.seq.is_(None))
    files = exists().where(attachment.c.request_id == r.id, attachment.c.state == "waiting")
    found = connection.execute(
        select(r.rid, r.id, r.number, r.stream)
        .where(r.closed_at < before, r.updated_at < before, r.is_open == 0, ~unsent, ~files)
        .order_by(r.closed_at)
        .limit(limit)
    ).all()
    for row in found:
        connection.execute(
            upsert(pruned).on_conflict_do_nothing(),
            {"request_id": row.id, "stream": row.stream, "number": row.number, "at": now},
        )
        for table in _ROWS:
            connection.execute(delete(table).where(table.c.rid == row.rid))
        connection.execute(_FTS_DELETE, {"rid": row.rid})
        connection.execute(delete(service_request).where(r.rid == row.rid))
        connection.execute(delete(event).where(event.c.request_id == row.id))
    return len(found)


def was_pruned(connection: Connection, number: str) -> bool:
    """Whether a request with this number of eleven digits was let go of."""
    asked = select(pruned.c.request_id).where(pruned.c.number == number).limit(1)
    return connection.execute(asked).first() is not None
