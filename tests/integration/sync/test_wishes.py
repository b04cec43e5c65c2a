"""The register of wishes reaches every workstation of the switchboard and no agency."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from console.domain.requests.wish_events import WishDone, WishReceived
from console.domain.states import Channel
from tests.fakes.postgres import Centre
from tests.integration.store.build import forwarded, stored
from tests.integration.sync.consoles import console, until

PHONE = "+84903123456"


def test_a_wish_is_known_at_every_desk_and_at_no_agency(centre: Centre, tmp_path: Path) -> None:
    wish, now = uuid4(), datetime.now(UTC)
    said = WishReceived(wish="delete", channel=Channel.VOICE, came_at=now, answer_due_at=now,
                        due_at=now, phones=(PHONE,), name="Lan")  # fmt: skip
    with (
        console(tmp_path, centre.central("op1"), "ban-01") as here,
        console(tmp_path, centre.central("op2"), "ban-02", code=2) as there,
        console(tmp_path, centre.central("cb", "officer", "q12"), "don-vi", code=3) as agency,
    ):
        request_id = here.log()
        here.save(stored(wish, said))
        here.save(forwarded(request_id), stored(wish, WishDone(text="đã che tên")))
        until(lambda: agency.store.ask_now(lambda q: q.detail(request_id)))
        until(lambda: [w.state for w in there.store.ask_now(lambda q: q.wishes())] == ["done"])
        until(lambda: here.in_sync() and there.in_sync() and agency.in_sync())
        assert agency.store.ask_now(lambda q: q.wishes()) == ()
        with centre.connect() as connection:
            asking = "select count(*) from hotline.dirty"
            until(lambda: connection.execute(asking).fetchall() == [(0,)])
        for seat in (here, there):
            assert seat.store.rebuild().changed == {}
            (known,) = seat.store.ask_now(lambda q: q.wishes())
            assert known.said.phones == (PHONE,)
