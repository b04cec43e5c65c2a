"""`console1022` with one fault planted: what the soaks of gateways must find.

`python -m tests.fakes.gateway.broken FAULT WORDS…` runs the command line with these words.
"""

import sys
import threading
from collections.abc import Callable
from typing import Any
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import Connection

from console.cli.main import run
from console.domain.ids import uuid7
from console.services.gateway.leases import SharedLeases
from console.services.views.contacts import OutreachRow
from console.store.sqlite.group_commit import Save

LATE_S = 0.3
"""How long `early` delays writing what it has acknowledged."""


def early() -> None:
    """Acknowledge before the commit: a kill loses what was accepted."""
    told = Save.committed

    def too_soon(work: Callable[[Any, Connection], None]) -> Callable[[Any, Connection], None]:
        def wrapped(self: Any, connection: Connection) -> None:
            work(self, connection)
            if self._refused is None:
                self.future.set_result(self._made)
                threading.Event().wait(LATE_S)

        return wrapped

    def committed(self: Any, explained: Callable[[BaseException], BaseException]) -> None:
        if not self.future.done():
            told(self, explained)

    patch.object(Save, "run", too_soon(Save.run)).start()
    patch.object(Save, "run_in_savepoint", too_soon(Save.run_in_savepoint)).start()
    patch.object(Save, "committed", committed).start()


def keyless() -> None:
    """Every repeated delivery makes another contact."""

    def anew(_channel: str, _external_id: str) -> UUID:
        return uuid7()

    patch("console.services.contacts.inbox.contact_uuid", anew).start()


def unclaimed() -> None:
    """Send whatever waits without asking the centre who holds it."""

    async def ours(_self: SharedLeases, _row: OutreachRow, _lease: str) -> bool:
        return True

    patch("console.services.gateway.leases.SharedLeases.claim", ours).start()


FAULTS: dict[str, Callable[[], None]] = {
    "early": early,
    "keyless": keyless,
    "unclaimed": unclaimed,
}


if __name__ == "__main__":
    FAULTS[sys.argv[1]]()
    raise SystemExit(run(sys.argv[2:]))
