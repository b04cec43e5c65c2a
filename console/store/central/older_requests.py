"""Requests at the centre that this seat no longer stores: by words, by number, by caller."""

import re
from typing import Any

from console.domain.errors import UnavailableError
from console.domain.states import Channel, State
from console.domain.text.cleaning import clean_line
from console.domain.text.folding import fold
from console.services.views.requests import RequestRow
from console.store.central.connection.line import Statements
from console.store.queries.base import PRIORITIES
from console.store.tables.definitions import from_ms

_COLUMNS = """id, number, service_code, channel, state, priority, description, address_string,
    ward_code, agency, requested_at, updated_at, due_at, lat, long, conflicts, skipped"""
_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 12


class OlderRequestStatements(Statements):
    """The requests that this login may read at the centre, newest first."""

    def require_account(self) -> None:
        """Refuse a login without an account; row security would silently show it nothing.

        Raises:
            UnavailableError: `central_denied`.
        """
        if self._row("select hotline.my_role()") in (None, (None,)):
            raise UnavailableError("central_denied", where=self._dsn.shown)

    def search(self, text: str, limit: int = 50) -> tuple[RequestRow, ...]:
        """Requests with all these words, accents optional, the last one may be unfinished."""
        if (query := tsquery(text)) is None:
            return ()
        rows = self._rows(
            f"select {_COLUMNS} from hotline.search_requests(%s, %s, %s)",  # noqa: S608 - constant
            self._stream, query, limit,
        )  # fmt: skip
        return tuple(map(_request_row, rows))

    def find_number(self, number: str) -> RequestRow | None:
        """The request with this number of eleven digits."""
        row = self._row(
            f"select {_COLUMNS} from hotline.request_numbered(%s, %s)",  # noqa: S608 - constant
            self._stream, number,
        )  # fmt: skip
        return None if row is None else _request_row(row)

    def find_caller(self, phone: str) -> tuple[RequestRow, ...]:
        """Requests reported from this number (E.164), newest first, at most 200; a logged act.

        Raises:
            UnavailableError: `central_denied` for other roles than operator and supervisor.
        """
        ids = [row[0] for row in self._rows(
            "select hotline.find_caller(%s, %s)", self._stream, phone)]  # fmt: skip
        rows = self._rows(
            f"select {_COLUMNS} from hotline.service_request where id = any (%s) "  # noqa: S608 - constant
            "order by id desc",
            ids,
        )
        return tuple(map(_request_row, rows))


def tsquery(text: str) -> str | None:
    """What somebody typed as an expression for `to_tsquery`; None if it has no word."""
    words = _WORD.findall(fold(clean_line(text, 300)))[:_MOST_WORDS]
    if not words:
        return None
    return " & ".join(f"'{word}'" for word in words) + ("" if text[-1:].isspace() else ":*")


def _request_row(row: tuple[Any, ...]) -> RequestRow:
    (
        request_id, number, service, channel, state, priority, description, address, ward, agency,
        requested, updated, due, lat, long, conflicts, skipped,
    ) = row  # fmt: skip
    return RequestRow(
        id=request_id,
        number=number,
        service_code=service,
        channel=Channel(channel),
        state=State(state),
        priority=PRIORITIES[priority],
        description=description,
        address_string=address,
        ward_code=ward,
        agency=agency,
        requested_at=from_ms(requested),
        updated_at=from_ms(updated),
        due_at=None if due is None else from_ms(due),
        lat=lat,
        long=long,
        conflicts=conflicts,
        skipped=skipped,
    )
