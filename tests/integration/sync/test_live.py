"""A save at one console shows at another, in order, once, and nothing waits for it."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.domain.errors import UnavailableError
from console.domain.live_events import RequestsChanged
from console.domain.requests.events import FieldsChanged
from console.domain.requests.request import Dispute
from tests.fakes.postgres import Centre
from tests.integration.store.build import save, stored
from tests.integration.sync.consoles import QUICK, Console, console, until


def test_a_save_here_is_told_there_and_not_found_by_a_look(centre: Centre, tmp_path: Path) -> None:
    never = replace(QUICK, poll=3600.0)
    with (
        console(tmp_path, centre.central("op1"), "ban-01") as here,
        console(tmp_path, centre.central("op2"), "ban-02", code=2, times=never) as there,
    ):
        until(lambda: here.in_sync() and there.in_sync())
        for _ in range(20):
            request_id = here.log()
            until(lambda which=request_id: which in there.heard_at)  # type: ignore[misc]
            assert there.has(request_id)
        detail = here.store.ask_now(lambda q: q.detail(request_id))
        until(lambda: here.sync.pending_count() == 0)
        detail = here.store.ask_now(lambda q: q.detail(request_id))
        assert detail is not None
        assert detail.synced
        assert all(line.seq for line in detail.history)
        until(here.in_sync)


def test_hundreds_of_saves_arrive_once_and_in_order(centre: Centre, tmp_path: Path) -> None:
    with (
        console(tmp_path, centre.central("op1"), "ban-01") as here,
        console(tmp_path, centre.central("op2"), "ban-02", code=2) as there,
    ):
        request_id = here.log()
        until(lambda: there.has(request_id))

        def work(seat: Console, texts: list[str]) -> None:
            for text in texts:
                seat.note(request_id, text)

        writers = [
            threading.Thread(target=work, args=(seat, [f"{seat.name} {n}" for n in range(60)]))
            for seat in (here, there)
        ]
        for each in writers:
            each.start()
        for each in writers:
            each.join()
        until(lambda: here.sync.pending_count() + there.sync.pending_count() == 0)
        until(lambda: len(here.events()) == len(there.events()) == 122)
        assert here.events() == there.events()
        assert [seq for seq, _ in here.events()] == list(range(1, 123))
        with centre.connect() as link:
            rows = link.execute(
                "select workstation, body ->> 'text' from hotline.event "
                "where kind = 'note_added' order by seq"
            ).fetchall()
        for seat in (here, there):
            texts = [text for where, text in rows if where == seat.name]
            assert texts == [f"{seat.name} {n}" for n in range(60)]
            assert seat.store.verify(every=True) == ""


def test_two_people_on_one_field_see_both_values(centre: Centre, tmp_path: Path) -> None:
    with (
        console(tmp_path, centre.central("op1"), "ban-01") as here,
        console(tmp_path, centre.central("op2"), "ban-02", code=2) as there,
    ):
        request_id = here.log()
        until(lambda: there.has(request_id))
        old: dict[str, object] = {"description": "Nắp hố ga bị sụt, rất nguy hiểm"}
        for seat in (here, there):
            fact = FieldsChanged(set={"description": f"của {seat.name}"}, old=old)
            seat.save(stored(request_id, fact))
        until(lambda: len(here.events()) == len(there.events()) == 4)
        until(lambda: here.sync.pending_count() + there.sync.pending_count() == 0)

        def seen(seat: Console) -> tuple[str, tuple[Dispute, ...]]:
            detail = seat.store.ask_now(lambda q: q.detail(request_id))
            assert detail is not None
            return detail.request.description, detail.request.disputes

        until(lambda: seen(here) == seen(there))
        description, disputes = seen(here)
        assert {description, disputes[0].value} == {"của ban-01", "của ban-02"}
        now = datetime.now(UTC)
        assert here.store.ask_now(lambda q: q.tasks(now))[0].kind == "conflict"


def test_two_people_on_two_answers_merge_and_on_one_the_later_stays(
    centre: Centre, tmp_path: Path
) -> None:
    with (
        console(tmp_path, centre.central("op1"), "ban-01") as here,
        console(tmp_path, centre.central("op2"), "ban-02", code=2) as there,
    ):
        request_id = here.log()
        until(lambda: there.has(request_id))
        for seat, route in ((here, "33"), (there, "150")):
            said: dict[str, object] = {"attributes.route": route, f"attributes.{seat.name}": "x"}
            seat.save(stored(request_id, FieldsChanged(set=said, old=dict.fromkeys(said))))
        until(lambda: len(here.events()) == len(there.events()) == 4)
        until(lambda: here.sync.pending_count() + there.sync.pending_count() == 0)

        def seen(seat: Console) -> tuple[dict[str, str], tuple[Dispute, ...]]:
            detail = seat.store.ask_now(lambda q: q.detail(request_id))
            assert detail is not None
            return dict(detail.request.attributes), detail.request.disputes

        until(lambda: seen(here) == seen(there))
        answers, (lost,) = seen(here)
        assert (answers["ban-01"], answers["ban-02"]) == ("x", "x")
        assert lost.field == "attributes.route"
        assert {answers["route"], lost.value} == {"33", "150"}


def test_a_second_seat_with_the_same_code_is_told(centre: Centre, tmp_path: Path) -> None:
    with console(tmp_path, centre.central("op1"), "ban-01", code=14) as first:
        until(first.in_sync)
        with console(tmp_path, centre.central("op2"), "ban-02", code=14) as second:
            until(lambda: second.state == "warn")
            assert second.words is not None
            assert second.words.detail == "console_code_taken"
            with pytest.raises(UnavailableError, match="console_code_taken"):
                second.store.write_now(save)
            first.store.write_now(save)


def test_an_old_console_reads_but_does_not_push(centre: Centre, tmp_path: Path) -> None:
    with centre.connect() as link:
        link.execute("update hotline.stream set min_console_version = 2")
    with (
        console(tmp_path, centre.central("op1"), "ban-01", version=2) as new,
        console(tmp_path, centre.central("op2"), "ban-02", code=2, version=1) as old,
    ):
        until(lambda: old.state == "warn")
        assert old.words is not None
        assert old.words.detail == "console_too_old"
        mine = old.log()
        theirs = new.log()
        until(lambda: old.has(theirs))
        until(lambda: old.pending == 2)
        assert not new.has(mine)


def test_pages_are_told_what_changed(centre: Centre, tmp_path: Path) -> None:
    with console(tmp_path, centre.central("op1")) as here:
        request_id = here.log()
        until(lambda: RequestsChanged(frozenset({request_id})) in here.heard)


def test_the_centres_own_lists_are_folded_by_whoever_is_there(
    centre: Centre, tmp_path: Path
) -> None:
    def rows() -> list[tuple[object, ...]]:
        with centre.connect() as link:
            return link.execute("select id from hotline.service_request").fetchall()

    with (
        console(tmp_path, centre.central("aud", "auditor"), "ban-03", code=3) as reads,
        console(tmp_path, centre.central("op1"), "ban-01") as here,
    ):
        saved = {here.log() for _ in range(5)}
        until(lambda: {each for (each,) in rows()} == saved)
        until(lambda: all(reads.has(each) for each in saved))
        assert reads.state == "up"
        refused = reads.log()
        until(lambda: reads.words is not None and reads.words.detail == "central_denied")
        late = here.log()
        until(lambda: reads.has(late))  # it goes on reading
        assert not here.has(refused)
