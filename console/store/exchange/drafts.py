"""The seat's side of copies of half-typed forms: `DraftStore` over the local store."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from console.services.ports.central.draft_copies import AbandonedDraft
from console.services.views.contacts import DraftRow
from console.store.seat.local_store import LocalStore
from console.store.tables.definitions import draft, to_ms
from console.store.tables.record_rows import draft_of

PRIORITY = 1
_NEWS = (
    draft.select()
    .where(
        text(
            "not exists (select 1 from draft_sent s where s.id = draft.id "
            "and s.updated_at = draft.updated_at)"
        )
    )
    .order_by(draft.c.updated_at)
)
_GONE = text(
    "select s.id from draft_sent s where not exists (select 1 from draft d where d.id = s.id)"
)
_SENT = text(
    "insert into draft_sent values (:id, :at) on conflict (id) do update set "
    "updated_at = excluded.updated_at"
)
_FORGET = text("delete from draft_sent where id = :id")
_LEFT = text("select id, updated_at from left_draft order by id")


class LocalDraftCopies:
    """Copies of this seat's open forms, and forms that other seats left; for the sync thread."""

    def __init__(self, store: LocalStore) -> None:
        """Over this store."""
        self._store = store

    def begin(self) -> None:
        """See `DraftStore`."""
        again = text("update draft_sent set updated_at = -1 where updated_at <> -1")
        self._store.run_on_writer(lambda c: c.execute(again), priority=PRIORITY)

    def to_keep(self, limit: int) -> tuple[tuple[DraftRow, ...], tuple[UUID, ...]]:
        """See `DraftStore`."""

        def question(connection: Connection) -> tuple[tuple[DraftRow, ...], tuple[UUID, ...]]:
            news = tuple(draft_of(row) for row in connection.execute(_NEWS.limit(limit)))
            return news, tuple(UUID(bytes=row.id) for row in connection.execute(_GONE))

        return self._store.run_on_reader(question)

    def kept(self, rows: Sequence[DraftRow], gone: Sequence[UUID]) -> None:
        """See `DraftStore`."""

        def work(connection: Connection) -> None:
            for each in rows:
                connection.execute(_SENT, {"id": each.id.bytes, "at": to_ms(each.updated_at)})
            for lost in gone:
                connection.execute(_FORGET, {"id": lost.bytes})

        self._store.run_on_writer(work, priority=PRIORITY)

    def left(self, found: Sequence[AbandonedDraft]) -> bool:
        """See `DraftStore`."""
        rows = [
            {
                "id": each.id.bytes,
                "operator": each.operator,
                "workstation": each.workstation,
                "at": to_ms(each.updated_at),
            }
            for each in found
        ]
        known = self._store.run_on_reader(lambda c: [tuple(row) for row in c.execute(_LEFT)])
        if known == sorted((each["id"], each["at"]) for each in rows):
            return False

        def work(connection: Connection) -> None:
            connection.execute(text("delete from left_draft"))
            if rows:
                connection.execute(
                    text("insert into left_draft values (:id, :operator, :workstation, :at)"), rows
                )

        self._store.run_on_writer(work, priority=PRIORITY)
        return True
