"""Who has a request open elsewhere; a reporter's number, by a logged act."""

from uuid import UUID

from console.services.people.presence import Viewer
from console.services.ports.central.older_history import Unmasked
from console.store.central.connection.line import Statements
from console.store.tables.definitions import from_ms


class PresenceStatements(Statements):
    """Statements over the owner's line, after `hello`."""

    def announce(self, request_id: UUID, name: str, workstation: str, *, here: bool = True) -> None:
        """Announce that this console has the request open, or no longer; valid for a minute."""
        self._row(
            "select hotline.announce(%s, %s, %s, %s, %s)",
            self._install, name, workstation, request_id, here,
        )  # fmt: skip

    def viewers(self, request_id: UUID) -> tuple[Viewer, ...]:
        """Who else announced it within the last minute, in order of names."""
        rows = self._rows("select * from hotline.viewers(%s, %s)", self._install, request_id)
        return tuple(Viewer(name, where, from_ms(at)) for name, where, at in rows)

    def unmask(self, request_id: UUID, reason: str) -> tuple[Unmasked, ...]:
        """Who reported the request; the centre writes its audit before it answers.

        Raises:
            RefusedError: `too_many_unmasked`, 200 an hour (an officer 60).
            UnavailableError: `central_denied` for a role or a request without this right.
        """
        rows = self._rows(
            "select n, name, phone, email from hotline.unmask(%s, %s)", request_id, reason
        )
        return tuple(Unmasked(*row) for row in rows)
