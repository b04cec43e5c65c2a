"""The part of the unit of work about the desk itself: notices, shifts, warnings, privacy wishes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.sqlite import insert as upsert

from console.domain.clocks.escalation import Warned
from console.domain.desk.notices import Notice
from console.domain.desk.shifts import Shift
from console.domain.privacy.wishes import Wish
from console.store.projection.notices import notice_of
from console.store.queries.privacy_wishes import wish_of
from console.store.queries.shifts import shift_of
from console.store.tables.definitions import warning
from console.store.writing.base import Work


class DeskWork(Work):
    """Part of `ports.UnitOfWork`."""

    def notice(self, notice_id: UUID) -> Notice | None:
        """The notice, or None."""
        return notice_of(self._connection, notice_id)

    def shift(self, shift_id: UUID) -> Shift:
        """Who works in a shift and what it handed over."""
        return shift_of(self._connection, shift_id)

    def wish(self, wish_id: UUID) -> Wish | None:
        """A wish as it stands, or None."""
        return wish_of(self._connection, wish_id)

    def note_warning(self, warned: Warned, at: datetime) -> bool:
        """Note that this warning was given; False if it was given before."""
        row: dict[str, object] = {
            "request_id": warned.request_id,
            "agency": warned.agency,
            "clock": warned.clock,
            "level": warned.level,
            "due_at": warned.due_at,
            "at": at,
        }
        done = self._connection.execute(upsert(warning).values(**row).on_conflict_do_nothing())
        return done.rowcount == 1
