"""Questions about pause orders and shifts: few, folded from their events each time."""

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
"""A subset of the partial index `event_desk`, so that SQLite uses it."""


def shift_of(connection: Connection, shift_id: UUID) -> Shift:
    """The shift; empty if nobody has done anything in it."""
    return fold_shift(events_of(connection, shift_id))


class ShiftQueries(QueryBase):
    """Part of `ports.Queries`."""

    def pause_orders(self) -> tuple[PauseOrder, ...]:
        """Every order that pauses clocks, oldest first."""
        given = select(event).where(_IS_ORDER).order_by(*FOLD_ORDER)
        return fold_orders(event_of(row) for row in self._connection.execute(given))

    def shift(self, shift_id: UUID) -> Shift:
        """Who works in a shift and what it handed over."""
        return shift_of(self._connection, shift_id)

    def unpaused(
        self, order: PauseOrder, services: Sequence[str], limit: int = 200
    ) -> tuple[tuple[UUID, str], ...]:
        """(request, agency) of open assignments that the order covers and whose clocks do not
        follow its current text yet.

        Args:
            services: that it covers, groups resolved; empty = all.
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
