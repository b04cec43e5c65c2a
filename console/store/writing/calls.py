"""The part of the unit of work about calls."""

from datetime import datetime

from sqlalchemy import select

from console.services.records import CallRecord
from console.store.queries.index_conditions import IS_LIVE_CALL, IS_MISSED
from console.store.tables import record_rows
from console.store.tables.definitions import call
from console.store.writing.base import Work


class CallWork(Work):
    """Part of `ports.UnitOfWork`."""

    def call(self, pbx: str, call_id: str) -> CallRecord | None:
        """The call's row."""
        row = self._connection.execute(
            select(call).where(call.c.pbx == pbx, call.c.call_id == call_id)
        ).first()
        return None if row is None else record_rows.call_of(row)

    def save_call(self, kept: CallRecord) -> None:
        """Upsert by (pbx, call_id)."""
        self._upsert(call, record_rows.call_row(kept))

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
        """Calls of this PBX that are not over, as far as we know."""
        found = self._connection.execute(select(call).where(call.c.pbx == pbx, IS_LIVE_CALL))
        return tuple(record_rows.call_of(row) for row in found)
