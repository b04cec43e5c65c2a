"""Notices in the store: a row says which there are and until when, their events say the rest."""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, delete, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from console.domain.desk.notices import Notice, fold_notice, for_agency
from console.store.queries.base import Reading
from console.store.tables.definitions import event, notice, to_ms
from console.store.tables.event_rows import event_of

_IS_NOTICE = text("kind in ('notice_issued', 'notice_changed', 'notice_ended')")
"""As the partial index `event_notice` writes it."""
_ADD = upsert(notice)
_SET = _ADD.on_conflict_do_update(index_elements=["id"], set_={"until": _ADD.excluded.until})


def notice_of(connection: Connection, notice_id: UUID) -> Notice | None:
    """The notice as its events tell it, in the order of folding."""
    c = event.c
    found = connection.execute(
        select(event).where(c.request_id == notice_id).order_by(c.seq.is_(None), c.seq, c.n)
    )
    return fold_notice(event_of(row) for row in found)


def bring_notices(connection: Connection, ids: Collection[UUID] | None = None) -> None:
    """Bring the rows up to the events, in the caller's transaction.

    Args:
        ids: what changed, requests among them; None throws all rows away and makes them anew.
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


class NoticeQueries(Reading):
    """Part of `ports.Queries`."""

    def notices(self, now: datetime, agency: str | None = None) -> tuple[Notice, ...]:
        """Those that are not over, the next to end first."""
        found = self._folded(select(notice.c.id).where(notice.c.until > to_ms(now)), agency)
        return tuple(
            sorted((n for n in found if not n.is_over(now)), key=lambda n: (n.over_at, n.id))
        )

    def past_notices(
        self, now: datetime, limit: int = 200, agency: str | None = None
    ) -> tuple[Notice, ...]:
        """Those that are over, the last one first."""
        c = notice.c
        over = select(c.id).where(c.until <= to_ms(now)).order_by(c.until.desc())
        return tuple(islice(self._folded(over, agency), limit))

    def _folded(self, which: Select[Any], agency: str | None) -> Iterator[Notice]:
        for each in self._connection.execute(which).scalars().all():
            found = notice_of(self._connection, each)
            if found is not None and agency is not None:
                found = for_agency(found, agency)
            if found is not None:
                yield found


class NoticeWork:
    """The part of `ports.UnitOfWork` about notices."""

    _connection: Connection

    def notice(self, notice_id: UUID) -> Notice | None:
        """The notice, or None."""
        return notice_of(self._connection, notice_id)
