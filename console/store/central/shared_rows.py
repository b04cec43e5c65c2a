"""Shared rows and leases at the centre."""

import json
from collections.abc import Sequence

from console.services.ports.central.shared_rows import HeldLease, SharedRow
from console.store.central.connection.line import Statements

LEASE_S = 30.0
"""How long a lease lasts without renewal."""


def row_json(row: SharedRow) -> dict[str, object]:
    """A row in the form that the centre's functions take."""
    return {
        "kind": row.kind,
        "key": row.key,
        "said_v": row.said_v,
        "step_v": row.step_v,
        "said": row.said,
        "step": row.step,
    }


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class SharedRowStatements(Statements):
    """Statements over the owner's line, after `hello`."""

    def share(self, rows: Sequence[SharedRow]) -> None:
        """See `SharedCentre`."""
        self._row(
            "select hotline.share_rows(%s, %s::jsonb)", self._stream, _text([*map(row_json, rows)])
        )

    def shared_after(self, seq: int, limit: int = 200) -> tuple[SharedRow, ...]:
        """See `SharedCentre`."""
        rows = self._rows(
            "select kind, key, said_v, step_v, said, step, seq "
            "from hotline.shared_after(%s, %s, %s, %s)",
            self._stream, self._install, seq, limit,
        )  # fmt: skip
        return tuple(SharedRow(*row) for row in rows)

    def shared_last(self) -> int:
        """See `SharedCentre`."""
        row = self._row("select hotline.shared_last(%s)", self._stream)
        return int(row[0]) if row else 0

    def share_scores(self, rows: Sequence[SharedRow]) -> None:
        """See `SharedCentre`."""
        said = [{"key": row.key, "said": row.said} for row in rows]
        self._row("select hotline.share_scores(%s, %s::jsonb)", self._stream, _text(said))

    def scores_after(self, seq: int, limit: int = 200) -> tuple[SharedRow, ...]:
        """See `SharedCentre`."""
        rows = self._rows(
            "select seq, key, said from hotline.scores_after(%s, %s, %s)",
            self._stream, seq, limit,
        )  # fmt: skip
        return tuple(
            SharedRow("call_score", key.hex, place, place, said, {}, place)
            for place, key, said in rows
        )

    def take_lease(self, name: str, workstation: str, life_s: float = LEASE_S) -> bool:
        """Take or renew a lease; False while another gateway has it."""
        row = self._row(
            "select hotline.take_lease(%s, %s, %s, %s, %s)",
            self._stream, self._install, name, workstation, round(life_s * 1000),
        )  # fmt: skip
        return bool(row and row[0])

    def release_lease(self, name: str) -> None:
        """Release a lease at once; harmless if it is not ours."""
        self._row("select hotline.release_lease(%s, %s, %s)", self._stream, self._install, name)

    def leases(self) -> tuple[HeldLease, ...]:
        """Every channel that a gateway ever held."""
        rows = self._rows(
            "select name, workstation, silent_ms from hotline.leases(%s)", self._stream
        )
        return tuple(HeldLease(name, where, ms / 1000) for name, where, ms in rows)

    def claim_message(self, row: SharedRow, lease: str) -> bool:
        """Claim a queued message; False if another gateway has it or it is no longer queued."""
        found = self._row(
            "select hotline.claim_message(%s, %s, %s, %s::jsonb)",
            self._stream, self._install, lease, _text(row_json(row)),
        )  # fmt: skip
        return bool(found and found[0])
