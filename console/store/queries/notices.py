"""Questions about notices."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Select, select

from console.domain.desk.notices import Notice, for_agency
from console.store.projection.notices import notice_of
from console.store.queries.base import QueryBase
from console.store.tables.definitions import notice, to_ms


class NoticeQueries(QueryBase):
    """Part of `ports.Queries`."""

    def notices(self, now: datetime, agency: str | None = None) -> tuple[Notice, ...]:
        """Notices that are not over, the one that ends next first."""
        found = self._folded(select(notice.c.id).where(notice.c.until > to_ms(now)), agency)
        return tuple(
            sorted((n for n in found if not n.is_over(now)), key=lambda n: (n.over_at, n.id))
        )

    def past_notices(
        self, now: datetime, limit: int = 200, agency: str | None = None
    ) -> tuple[Notice, ...]:
        """Notices that are over, the latest first."""
        c = notice.c
        over = select(c.id).where(c.until <= to_ms(now)).order_by(c.until.desc())
        return tuple(islice(self._folded(over, agency), limit))

    def _folded(self, which: Select[Any], agency: str | None) -> Iterator[Notice]:
        for each in self._connection.execute(which).scalars().all():
            found = notice_of(self._connection, each)
            if found is not None and agency is not None:
                found = for_agency(found, agency)
            if found is not None:
                yield found
