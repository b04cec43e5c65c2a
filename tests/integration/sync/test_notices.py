"""A notice issued at one seat is told at another, and both believe the same of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from console.domain.events import NoticeChanged, NoticeEnded, NoticeIssued
from console.domain.ids import uuid7
from console.domain.notices import Notice
from tests.fakes.postgres import Centre
from tests.integration.store.made import stored
from tests.integration.sync.consoles import Console, console, until


def there(seat: Console, notice_id: UUID) -> Notice | None:
    now = datetime.now(UTC)
    found = seat.store.ask_now(lambda q: (*q.notices(now), *q.past_notices(now)))
    return next((notice for notice in found if notice.id == notice_id), None)


def test_a_notice_travels_with_its_changes_and_its_end(centre: Centre, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    first = NoticeIssued(
        kind="outage", title="Mất nước", text="Đến 17:00", starts_at=now,
        ends_at=now + timedelta(hours=8), wards=("26740",),
    )  # fmt: skip
    with (
        console(tmp_path, centre.central("op1"), "ban-01") as here,
        console(tmp_path, centre.central("op2"), "ban-02", code=2) as away,
    ):
        until(lambda: here.in_sync() and away.in_sync())
        notice_id = uuid7()
        here.save(stored(notice_id, first, now))
        until(lambda: notice_id in away.heard_at and there(away, notice_id))
        later = {n: getattr(first, n) for n in NoticeIssued.__dataclass_fields__}
        away.save(stored(notice_id, NoticeChanged(**(later | {"text": "Đến 19:00"})), now))
        until(lambda: (seen := there(here, notice_id)) and seen.said.text == "Đến 19:00")
        here.save(stored(notice_id, NoticeEnded(reason="Đã có nước"), now))
        until(lambda: (seen := there(away, notice_id)) and seen.ended_at)
        until(lambda: here.sync.pending_count() == away.sync.pending_count() == 0)
        assert there(here, notice_id) == there(away, notice_id)
        now = datetime.now(UTC)
        assert away.store.ask_now(lambda q: q.notices(now)) == ()
        until(lambda: here.in_sync() and away.in_sync())  # the projection takes it in its stride
