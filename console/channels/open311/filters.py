"""Reads and checks the filters of GeoReport v2 lists."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from console.channels.open311.faults import Fault, FaultsError
from console.services.views.public_api import PublicFilter

LONGEST = timedelta(days=90)
MOST = 1000


def _time(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name, "").strip().replace(" ", "+")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not 1990 < at.year < 2200:
        raise FaultsError(Fault(400, "open311_bad_date", (("name", name),)))
    return at


def span_of(query: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """(start, end) as given; 90 days from the one given; or the last 90 days.

    Raises:
        FaultsError: not a time, longer than 90 days, or end before start.
    """
    start, end = _time(query, "start_date"), _time(query, "end_date")
    if start is None:
        start = (end or now) - LONGEST
    if end is None:
        end = start + LONGEST
    if not timedelta(0) <= end - start <= LONGEST:
        raise FaultsError(Fault(400, "open311_span"))
    return start, end


def page_of(query: Mapping[str, str]) -> tuple[int, int]:
    """(offset, limit) from `page` (1 and up) and `page_size` (at most 1,000)."""
    values = []
    for name, default, most in (("page", 1, 10_000), ("page_size", MOST, MOST)):
        text = query.get(name, "").strip()
        if not text:
            values.append(default)
        elif text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most:
            values.append(int(text))
        else:
            params = (("name", name), ("most", most))
            raise FaultsError(Fault(400, "open311_no_page", params))
    page, size = values
    return (page - 1) * size, size


def requests_wanted(query: Mapping[str, str], now: datetime) -> PublicFilter:
    """The filter of a list of requests.

    Raises:
        FaultsError: see `span_of` and `page_of`; a status that is neither open nor closed.
    """
    start, end = span_of(query, now)
    offset, limit = page_of(query)
    states = {s.strip() for s in query.get("status", "").split(",") if s.strip()}
    if not states <= {"open", "closed"}:
        raise FaultsError(Fault(400, "open311_bad_status"))
    services = tuple(s.strip() for s in query.get("service_code", "").split(",") if s.strip())
    return PublicFilter(
        start_at=start,
        end_at=end,
        services=services[:100],
        is_open=None if len(states) != 1 else "open" in states,
        limit=limit,
        offset=offset,
    )
