"""Orders and shifts travel like requests: to every workstation of the switchboard, to no agency."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from console.domain.requests.events import ClockMoved, PauseOrdered, ShiftEntered, ShiftHandedOver
from tests.fakes.postgres import Centre
from tests.integration.store.build import forwarded, stored
from tests.integration.sync.consoles import Console, console, until


def test_an_order_and_a_shift_are_known_at_every_desk_and_at_no_agency(
    centre: Centre, tmp_path: Path
) -> None:
    order, shift, now = uuid4(), uuid4(), datetime.now(UTC)
    said = PauseOrdered(reason="Bão", since=now, until=now + timedelta(hours=4))
    left = ShiftHandedOver(shift="sang", day="2026-11-25", note="bão", promises=("gọi lại",))
    with (
        console(tmp_path, centre.central("op1"), "ban-01") as here,
        console(tmp_path, centre.central("op2"), "ban-02", code=2) as there,
        console(tmp_path, centre.central("cb", "officer", "q12"), "don-vi", code=3) as agency,
    ):
        request_id = here.log()
        here.save(forwarded(request_id))
        here.save(stored(order, said), stored(shift, ShiftEntered(shift="sang", day="2026-11-25")))
        here.save(stored(shift, left))
        moved = ClockMoved(agency="q12", order=order, since=now, until=said.until,
                           due_at=now + timedelta(days=2))  # fmt: skip
        here.save(stored(request_id, moved))
        until(lambda: there.store.ask_now(lambda q: q.shift(shift)).handover)
        until(lambda: there.store.ask_now(lambda q: q.pause_orders()))
        (known,) = there.store.ask_now(lambda q: q.pause_orders())
        assert (known.id, known.said.reason, known.until) == (order, "Bão", said.until)
        assert there.store.ask_now(lambda q: q.shift(shift)).workers

        def due(seat: Console) -> object:
            found = seat.store.ask_now(lambda q: q.detail(request_id))
            return found and found.request.assignments and found.request.assignments[0].judged_at

        until(lambda: due(agency) == moved.due_at)
        assert agency.store.ask_now(lambda q: q.pause_orders()) == ()
        assert agency.store.ask_now(lambda q: q.shift(shift)).handover is None
        until(lambda: here.in_sync() and there.in_sync() and agency.in_sync())
        with centre.connect() as connection:
            # The centre folds them too, and finds no request in them.
            asking = "select count(*) from hotline.dirty"
            until(lambda: connection.execute(asking).fetchall() == [(0,)])
            found = connection.execute("select count(*) from hotline.service_request").fetchall()
            assert found == [(1,)]
        for seat in (here, there):
            assert seat.store.rebuild().changed == {}
