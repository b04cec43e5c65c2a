"""Orders and shifts in the store: few, read from their own events each time (DATA.md 1)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Connection, bindparam, select, text

from console.domain.desk.pause_orders import PauseOrder, fold_orders
from console.domain.desk.shifts import Shift, fold_shift
from console.store.queries.base import QueryBase
from console.store.tables.definitions import event, to_ms
from console.store.tables.event_rows import FOLD_ORDER, event_of, events_of

_PENDING = """
    select r.id as id, q.agency as agency
    from queue_item q join service_request r on r.rid = q.rid
    where q.forwarded_at < :ends and q.deadline > :since {only} and not exists (
        select 1 from event e
        where e.request_id = r.id and e.kind = 'clock_moved' and e.at >= q.forwarded_at
            and json_extract(e.body, '$.agency') = q.agency
            and json_extract(e.body, '$.order') = :order
            and json_extract(e.body, '$.until') = :until)
    limit :limit"""
_IS_ORDER = text("event.kind in ('pause_ordered', 'pause_ended')")
"""Inside what the partial index `event_desk` holds, so that SQLite takes it."""


def shift_of(connection: Connection, shift_id: UUID) -> Shift:
    """The shift; an empty one where nobody did anything in it."""
    return fold_shift(events_of(connection, shift_id))


class ShiftQueries(QueryBase):
    """Part of `ports.Queries`."""

    def pause_orders(self) -> tuple[PauseOrder, ...]:
        """Every order that clocks stand still, in the order given."""
        given = select(event).where(_IS_ORDER).order_by(*FOLD_ORDER)
        return fold_orders(event_of(row) for row in self._connection.execute(given))

    def shift(self, shift_id: UUID) -> Shift:
        """Who works in a shift and what it handed over."""
        return shift_of(self._connection, shift_id)

    def unpaused(
        self, order: PauseOrder, services: Sequence[str], limit: int = 200
    ) -> tuple[tuple[UUID, str], ...]:
        """(request, agency) of open assignments that the order means and whose clocks do not know
        yet what it says now.

        Args:
            services: that it means, groups resolved; empty = all.
        """
        values: dict[str, object] = {
            "order": str(order.id),
            "until": order.until.isoformat(),
            "ends": to_ms(order.until),
            "since": to_ms(order.said.since),
            "limit": limit,
        }
        only = ""
        binds: list[BindParameter[Any]] = []
        for column, name, wanted in (
            ("r.service_code", "services", services),
            ("r.ward_code", "wards", order.said.wards),
            ("q.agency", "agencies", order.said.agencies),
        ):
            if wanted:
                only += f" and {column} in :{name}"
                binds.append(bindparam(name, expanding=True))
                values[name] = tuple(wanted)
        asking = text(_PENDING.format(only=only)).bindparams(*binds)
        found = self._connection.execute(asking, values)
        return tuple((UUID(bytes=row.id), row.agency) for row in found)

    def events_known(self, ids: tuple[UUID, ...]) -> frozenset[UUID]:
        """Which of these events are stored."""
        found = self._connection.execute(select(event.c.id).where(event.c.id.in_(ids)))
        return frozenset(found.scalars())
