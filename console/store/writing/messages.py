"""The part of the unit of work about what goes out and what is half typed: messages, drafts."""

from uuid import UUID

from sqlalchemy import delete, insert, select

from console.domain.states import Channel, DeliveryState
from console.services.views.contacts import DraftRow, OutreachRow
from console.store.tables import record_rows
from console.store.tables.definitions import draft, outreach, outreach_ref
from console.store.writing.base import Work


class MessageWork(Work):
    """Part of `ports.UnitOfWork`."""

    def draft(self, draft_id: UUID) -> DraftRow | None:
        """A half-typed form, or None."""
        row = self._connection.execute(select(draft).where(draft.c.id == draft_id)).first()
        return None if row is None else record_rows.draft_of(row)

    def save_draft(self, kept: DraftRow) -> None:
        """Upsert by id."""
        self._upsert(draft, record_rows.draft_row(kept))

    def delete_draft(self, draft_id: UUID) -> None:
        """Delete it; harmless if it is not there."""
        self._connection.execute(delete(draft).where(draft.c.id == draft_id))

    def outreach(self, outreach_id: UUID) -> OutreachRow | None:
        """A message of ours."""
        row = self._connection.execute(select(outreach).where(outreach.c.id == outreach_id)).first()
        return None if row is None else record_rows.outreach_of(row)

    def save_outreach(self, row: OutreachRow) -> None:
        """Upsert by id; its new references can be looked up afterwards."""
        before = self.outreach(row.id)
        self.has_unsent = True
        self._upsert(outreach, record_rows.outreach_row(row))
        if new := [ref for ref in row.refs if before is None or ref not in before.refs]:
            self._connection.execute(
                insert(outreach_ref),
                [
                    {"channel": row.channel.value, "ref": ref, "outreach_id": row.id}
                    for ref in dict.fromkeys(new)
                ],
            )

    def outreach_with_ref(self, channel: Channel, ref: str) -> OutreachRow | None:
        """The message of this channel that got this reference most recently and still has it."""
        known = outreach_ref.c
        found = self._connection.execute(
            select(outreach)
            .join(outreach_ref, known.outreach_id == outreach.c.id)
            .where(known.channel == channel.value, known.ref == ref)
            .order_by(known.n.desc())
        )
        messages = (record_rows.outreach_of(row) for row in found)
        held = (
            each for each in messages if ref in each.refs and each.state is not DeliveryState.QUEUED
        )
        return next(held, None)

    def due_outreach(self, channel: Channel, limit: int) -> tuple[OutreachRow, ...]:
        """Queued messages of this channel, oldest first."""
        return self._outreach_in(channel, DeliveryState.QUEUED, limit)

    def outreach_in(self, channel: Channel, state: DeliveryState) -> tuple[OutreachRow, ...]:
        """Messages of this channel in this state, oldest first."""
        return self._outreach_in(channel, state, -1)

    def _outreach_in(
        self, channel: Channel, state: DeliveryState, limit: int
    ) -> tuple[OutreachRow, ...]:
        c = outreach.c
        found = self._connection.execute(
            select(outreach)
            .where(c.channel == channel.value, c.state == state.value)
            .order_by(c.created_at, c.id)
            .limit(limit)
        )
        return tuple(record_rows.outreach_of(row) for row in found)
