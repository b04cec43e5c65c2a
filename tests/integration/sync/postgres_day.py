"""A random day of the city on PostgreSQL: real pushes, feeds and clocks. The centre goes back in
time by losing its newest rows, like a standby that was behind.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import override

from console.domain.errors import UnavailableError
from console.domain.requests.events import StoredEvent
from console.services.ports.central.sync import Accepted, Central
from console.store.central.seat_link import PostgresCentral
from tests.fakes.postgres import Centre

_GO_BACK = """
set local session_replication_role = replica;
delete from hotline.feed_item f using hotline.event e
    where e.id = f.event_id and e.seq > {keep};
delete from hotline.feed_item f where exists (select from hotline.assigned a
    where a.agency = f.agency and a.since_seq > {keep} and a.request_id =
        (select e.request_id from hotline.event e where e.id = f.event_id));
delete from hotline.assigned where since_seq > {keep};
delete from hotline.event where seq > {keep};
delete from hotline.dirty;
delete from hotline.incarnation where after_seq > {keep};
update hotline.feed_item f set seq = -r.n from (
    select agency, event_id, row_number() over (partition by agency order by seq) as n
    from hotline.feed_item) r
    where r.agency = f.agency and r.event_id = f.event_id;
update hotline.feed_item set seq = -seq;
update hotline.feed d set last = coalesce(
    (select max(f.seq) from hotline.feed_item f where f.agency = d.agency), 0);
update hotline.stream set last = {keep};
select hotline.renew_incarnation();
"""


class Lossy(PostgresCentral):
    """A connection that sometimes loses the answer to a push."""

    lose: Callable[[], bool] = staticmethod(lambda: False)

    @override
    def push(self, events: Sequence[StoredEvent]) -> tuple[Accepted, ...]:
        answer = super().push(events)
        if self.lose():
            self.close()
            raise UnavailableError("central_away", where="lost answer")
        return answer


class PostgresDay:
    """`CityCentre` over a real database."""

    longest_ms = 50

    def __init__(self, centre: Centre) -> None:
        self.start = datetime.now(UTC)
        self._centre = centre

    def link(self, n: int, agency: str | None, lose: Callable[[], bool]) -> Central:
        login = self._centre.user(f"day{n}", "officer" if agency else "operator", agency)
        made = Lossy(self._centre.dsn(login))
        made.lose = lose
        return made

    def now(self, ms: int) -> None:
        """PostgreSQL has its own clock."""

    def go_back(self, by: int, incarnation: str) -> None:
        del incarnation
        with self._centre.connect() as link:
            row = link.execute("select last from hotline.stream").fetchone()
            assert row is not None
            keep = max(0, int(str(row[0])) - by)
            # A push is cut in the middle here, which no real server does: feeds close their gaps.
            link.execute(f"begin; {_GO_BACK.format(keep=keep)} commit")
