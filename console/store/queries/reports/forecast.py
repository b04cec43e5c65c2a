"""Questions behind the forecast: how much came in each hour, and how long a call takes."""

from collections import Counter
from datetime import datetime

from sqlalchemy import text

from console.domain.time_zone import CITY
from console.store.projection.projector import first_rid
from console.store.queries.base import QueryBase
from console.store.queries.reports.conditions import OFFERED, SPILL
from console.store.tables.definitions import from_ms, to_ms

_HOUR_MS = 3_600_000


class ForecastQueries(QueryBase):
    """Part of `ports.Queries`."""

    def hourly_calls(self, since: datetime, until: datetime) -> dict[datetime, int]:
        """Calls to the hotline by the full hour in which they were offered; empty hours are left
        out.
        """
        rows = self._connection.execute(
            text(f"select c.offered_at / {_HOUR_MS} as hour, count(*) from call c "
                 f"where {OFFERED} and c.offered_at >= :since and c.offered_at < :until "
                 "group by hour"),
            {"since": to_ms(since), "until": to_ms(until)},
        )  # fmt: skip
        return {_hour(hour): int(n) for hour, n in rows}

    def hourly_requests(self, since: datetime, until: datetime) -> dict[str, dict[datetime, int]]:
        """Service -> requests by the full hour in which they were received."""
        found: dict[str, Counter[datetime]] = {}
        rows = self._connection.execute(
            text(f"select r.service_code, r.requested_at / {_HOUR_MS} as hour, count(*) "
                 "from service_request r where r.rid >= :first and r.rid < :last "
                 "and r.requested_at >= :since and r.requested_at < :until group by 1, 2"),
            {"since": to_ms(since), "until": to_ms(until), "first": first_rid(since),
             "last": first_rid(until + SPILL)},
        )  # fmt: skip
        for service, hour, n in rows:
            found.setdefault(service, Counter())[_hour(hour)] += int(n)
        return {service: dict(counts) for service, counts in found.items()}

    def first_contact(self) -> tuple[datetime | None, datetime | None]:
        """When the first call and the first request in this store came."""
        row = self._connection.execute(
            text("select (select min(offered_at) from call), (select requested_at "
                 "from service_request where rid = (select min(rid) from service_request))")
        ).one()  # fmt: skip
        first = [None if ms is None else from_ms(ms) for ms in row]
        return first[0], first[1]


def _hour(number: int) -> datetime:
    return datetime.fromtimestamp(number * 3600, CITY)
