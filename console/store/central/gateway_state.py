"""What gateways share at the centre: sealed secrets, numbers told to senders."""

import json
from collections.abc import Sequence

from console.services.ports.central.shared_rows import SharedRow, SharedSecret
from console.store.central.connection.line import Statements
from console.store.central.shared_rows import row_json


class GatewayStateStatements(Statements):
    """Statements over the owner's line, after `hello`."""

    def read_secret(self, name: str, known: int) -> SharedSecret | None:
        """See `SharedSecretStore`."""
        row = self._row(
            "select gen, body, kept_at, renewing_at, renewing_where "
            "from hotline.read_secret(%s, %s, %s, %s)",
            self._stream, self._install, name, known,
        )  # fmt: skip
        if row is None:
            return None
        gen, body, kept_at, renewing_at, where = row
        return SharedSecret(gen, body, kept_at, where if renewing_at is not None else None)

    def begin_renewal(self, name: str, gen: int) -> bool:
        """See `SharedSecretStore`."""
        row = self._row(
            "select hotline.begin_renewal(%s, %s, %s, %s)",
            self._stream, self._install, name, gen,
        )  # fmt: skip
        return bool(row and row[0])

    def keep_secret(self, name: str, before: int, gen: int, body: bytes) -> bool:
        """See `SharedSecretStore`."""
        row = self._row(
            "select hotline.keep_secret(%s, %s, %s, %s, %s, %s)",
            self._stream, self._install, name, before, gen, body,
        )  # fmt: skip
        return bool(row and row[0])

    def tell_number(self, row: SharedRow) -> str | None:
        """Share a contact now; returns the number that is valid for it."""
        told = json.dumps(row_json(row), ensure_ascii=False)
        found = self._row("select hotline.tell_number(%s, %s::jsonb)", self._stream, told)
        return None if found is None else found[0]

    def told_numbers(self, keys: Sequence[str]) -> dict[str, str]:
        """The numbers that the centre knows for these contacts."""
        rows = self._rows(
            "select key, number from hotline.told_numbers(%s, %s)", self._stream, [*keys]
        )
        return dict(rows)
