"""Copies of half-typed forms at the centre."""

import json
from collections.abc import Sequence
from uuid import UUID

from console.services.ports.central.draft_copies import AbandonedDraft, TakenOverDraft
from console.services.views.contacts import DraftRow
from console.store.central.connection.line import Statements
from console.store.tables.definitions import from_ms, to_ms


class DraftStatements(Statements):
    """Statements over the owner's line, after `hello`."""

    def keep_drafts(
        self, rows: Sequence[DraftRow], gone: Sequence[UUID]
    ) -> tuple[TakenOverDraft, ...]:
        """See `CentralDrafts`."""
        said = [
            {
                "id": str(each.id),
                "operator": each.operator,
                "updated_at": to_ms(each.updated_at),
                "fields": each.fields,
            }
            for each in rows
        ]
        found = self._rows(
            "select * from hotline.keep_drafts(%s, %s, %s::jsonb, %s)",
            self._stream, self._install, json.dumps(said, ensure_ascii=False), list(gone),
        )  # fmt: skip
        return tuple(TakenOverDraft(each, by, from_ms(at)) for each, by, at in found)

    def left_drafts(self) -> tuple[AbandonedDraft, ...]:
        """See `CentralDrafts`."""
        found = self._rows("select * from hotline.left_drafts(%s, %s)", self._stream, self._install)
        return tuple(
            AbandonedDraft(each, who, where, from_ms(at)) for each, who, where, at in found
        )

    def take_draft(self, draft_id: UUID) -> dict[str, object] | None:
        """See `DraftTakeover`."""
        row = self._row(
            "select hotline.take_draft(%s, %s, %s)", self._stream, self._install, draft_id
        )
        fields: dict[str, object] | None = None if row is None else row[0]
        return fields
