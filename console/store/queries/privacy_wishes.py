"""Questions about the register of privacy wishes: few, folded from their events each time."""

from uuid import UUID

from sqlalchemy import Connection, Select, select, text

from console.domain.privacy.wishes import Wish, fold_wishes
from console.store.queries.base import QueryBase
from console.store.tables.definitions import event
from console.store.tables.event_rows import FOLD_ORDER, event_of

_IS_WISH = text(
    "event.kind in ('wish_received', 'wish_answered', 'wish_extended', 'wish_done', 'wish_refused')"
)
"""Written as in the partial index `event_wish`, so that SQLite uses it."""
_ALL: Select[tuple[object, ...]] = select(event).where(_IS_WISH).order_by(*FOLD_ORDER)


def _folded(connection: Connection, which: Select[tuple[object, ...]]) -> tuple[Wish, ...]:
    return fold_wishes(event_of(row) for row in connection.execute(which))


def wish_of(connection: Connection, wish_id: UUID) -> Wish | None:
    """A wish as it stands, or None."""
    found = _folded(connection, _ALL.where(event.c.request_id == wish_id))
    return found[0] if found else None


class WishQueries(QueryBase):
    """Part of `ports.Queries`."""

    def wishes(self) -> tuple[Wish, ...]:
        """The whole register, in order of arrival."""
        return _folded(self._connection, _ALL)
