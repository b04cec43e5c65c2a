"""Notices: a row says that a notice exists and until when; its events say the rest."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, delete, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from console.domain.desk.notices import Notice, fold_notice
from console.store.tables.definitions import event, notice, to_ms
from console.store.tables.event_rows import events_of

_IS_NOTICE = text("kind in ('notice_issued', 'notice_changed', 'notice_ended')")
"""Written as in the partial index `event_notice`, so that SQLite uses it."""
_ADD = upsert(notice)
_SET = _ADD.on_conflict_do_update(index_elements=["id"], set_={"until": _ADD.excluded.until})


def notice_of(connection: Connection, notice_id: UUID) -> Notice | None:
    """The notice, folded from its events."""
    return fold_notice(events_of(connection, notice_id))


def bring_notices(connection: Connection, ids: Collection[UUID] | None = None) -> None:
    """Update the rows to what the events say, in the caller's transaction.

    Args:
        ids: subjects that changed, which may be requests; None rebuilds all rows.
    """
    if ids is not None and not ids:
        return
    c = event.c
    which = select(c.request_id, c.stream).where(_IS_NOTICE).distinct()
    if ids is None:
        connection.execute(delete(notice))
    else:
        which = which.where(c.request_id.in_(tuple(ids)))
    for row in connection.execute(which).all():
        if (found := notice_of(connection, row.request_id)) is not None:
            values = {"id": found.id, "stream": row.stream, "until": to_ms(found.over_at)}
            connection.execute(_SET, values)
