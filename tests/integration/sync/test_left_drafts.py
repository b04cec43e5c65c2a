"""Forms left at a workstation that died: a supervisor sees whose they are, and whoever takes one
over reads it. Nobody else sees either, and the copy ends with the form or by age.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from console.domain.ids import uuid7
from console.domain.live_events import DraftsChanged, DraftTaken
from console.services.views.contacts import DraftRow
from console.store.central.seat_link import PostgresCentral
from console.store.exchange.drafts import LocalDraftCopies
from console.sync.drafts import DraftCopies
from tests.fakes.postgres import Centre
from tests.integration.central.build import greet
from tests.integration.store.build import NOW
from tests.integration.sync.consoles import Console, console, until

CITIZEN = "+84903123456"
type LineOf = Callable[[str], PostgresCentral]


@contextmanager
def seat(folder: Path, line: PostgresCentral, name: str, code: int = 1) -> Iterator[Console]:
    """A console that copies its forms and looks for others' as fast as it can."""
    with console(folder, line, name, code=code, start=False) as made:
        copies = DraftCopies(
            line, LocalDraftCopies(made.store), made.heard.append, every_s=0, left_every_s=0
        )
        made.link.drafts = copies
        made.link.start()
        yield made
        assert made.link.stop()


@pytest.fixture
def line_of(centre: Centre) -> Iterator[LineOf]:
    """Connections of logins that have said hello."""
    made: list[PostgresCentral] = []

    def connect(login: str) -> PostgresCentral:
        central = PostgresCentral(centre.dsn(login))
        made.append(central)
        greet(central, 50 + len(made))
        return central

    yield connect
    for each in made:
        each.close()


def _type(made: Console, draft_id: UUID, text: str) -> None:
    row = DraftRow(draft_id, "lan", made.name, made.link._clock(), {"description": text,
                   "phone": CITIZEN}, None)  # fmt: skip
    made.store.write_now(lambda uow: uow.save_draft(row))
    made.link.wake()


def _copies(centre: Centre) -> list[tuple[Any, ...]]:
    with centre.connect() as link:
        return link.execute(
            "select operator, workstation, fields ->> 'description' from hotline.draft_copy"
        ).fetchall()


def _silent(centre: Centre, minutes: int) -> None:
    """The workstation has been silent for this long."""
    with centre.connect() as link:
        link.execute(
            "update hotline.console set seen_at = seen_at - %s where login = 'op1'",
            (minutes * 60_000,),
        )


def test_a_supervisor_takes_over_what_a_dead_seat_left(
    centre: Centre, tmp_path: Path, line_of: LineOf
) -> None:
    centre.user("ca-truong", "supervisor")
    mine, kept = uuid7(), uuid7()
    with seat(tmp_path, centre.central("op1"), "may-02") as died:
        _type(died, mine, "Nắp cống")
        _type(died, kept, "Dây điện")
        until(lambda: len(_copies(centre)) == 2)
        _type(died, mine, "Nắp cống sụp")
        until(lambda: ("lan", "may-02", "Nắp cống sụp") in _copies(centre))
        died.store.write_now(lambda uow: uow.delete_draft(kept))
        died.link.wake()
        until(lambda: len(_copies(centre)) == 1)
    line = centre.central("ca-truong", "supervisor")
    with seat(tmp_path, line, "may-09", code=9) as here:
        until(here.in_sync)
        assert line_of("ca-truong").left_drafts() == ()
        _silent(centre, 11)
        until(lambda: any(isinstance(each, DraftsChanged) for each in here.heard))
        later = NOW.replace(year=NOW.year + 1)
        (row,) = here.store.ask_now(lambda q: q.watch_rows("orphans", later))
        assert (row.subject_id, row.what, row.far) == (mine, "lan · may-02", True)
        other = line_of("ca-truong")
        fields = other.take_draft(mine)
        assert fields == {"description": "Nắp cống sụp", "phone": CITIZEN}
        assert other.take_draft(mine) == fields, "the answer was lost"
        until(lambda: not here.store.ask_now(lambda q: q.watch_rows("orphans", later)))
        centre.user("ca-truong-2", "supervisor")
        assert line_of("ca-truong-2").take_draft(mine) is None
        with centre.connect() as link:
            audited = link.execute(
                "select login, detail ->> 'operator' from hotline.audit where act = 'draft_taken'"
            ).fetchall()
        assert audited == [("ca-truong", "lan")]
    with seat(tmp_path, centre.central("op1"), "may-02") as again:
        until(lambda: any(isinstance(each, DraftTaken) for each in again.heard))
        taken = next(each for each in again.heard if isinstance(each, DraftTaken))
        assert (taken.draft_id, taken.by) == (mine, "ca-truong")
        (still,) = again.store.ask_now(lambda q: q.drafts())
        assert still.fields["description"] == "Nắp cống sụp", "nothing typed is taken away"


def test_what_cannot_be_stored_holds_up_no_other(centre: Centre, tmp_path: Path) -> None:
    with seat(tmp_path, centre.central("op1"), "may-02") as made:
        _type(made, uuid7(), "a\x00b")
        _type(made, uuid7(), "Ổ gà")
        until(lambda: _copies(centre) == [("lan", "may-02", "Ổ gà")])
        until(made.in_sync)
        assert made.link.counted.failures == 0


def test_nobody_else_reads_a_copy_and_it_expires(centre: Centre, line_of: LineOf) -> None:
    roles = {
        "op-9": ("operator", None), "can-bo": ("officer", "cap-nuoc"),
        "giam-sat": ("auditor", None), "quan-tri": ("administrator", None),
        "ca-truong": ("supervisor", None),
    }  # fmt: skip
    for login, (role, agency) in roles.items():
        centre.user(login, role, agency)
    desk, draft_id = line_of(centre.user("op1")), uuid7()
    install = desk._install
    desk.keep_drafts(
        [DraftRow(draft_id, "lan", "x", datetime.now(UTC), {"phone": CITIZEN}, None)], ()
    )
    _silent(centre, 11)
    for login in roles:
        own = uuid7()
        with centre.connect(login) as link:
            link.execute("select hotline.hello('hcmc', 77, %s, 'psql', 1, 0)", (own,))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute("select * from hotline.draft_copy")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute("select hotline.left_draft_ids('hcmc', %s)", (own,))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute("select * from hotline.left_drafts('hcmc', %s)", (install,))
            if login == "ca-truong":
                continue
            for question in (
                "select * from hotline.left_drafts('hcmc', %s)",
                f"select hotline.take_draft('hcmc', %s, '{draft_id}')",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    link.execute(question.encode(), (own,))
    # Another workstation can change nothing in it.
    thief = line_of("op-9")
    thief.keep_drafts([DraftRow(draft_id, "op-9", "x", datetime.now(UTC), {"phone": ""}, None)], ())
    thief.keep_drafts((), [draft_id])
    leads = line_of("ca-truong")
    (found,) = leads.left_drafts()
    assert (found.id, found.operator, found.workstation) == (draft_id, "lan", "may-51")
    with centre.connect() as link:
        link.execute("update hotline.draft_copy set updated_at = updated_at - 43200001")
    assert leads.left_drafts() == ()
    assert leads.take_draft(draft_id) is None
    thief.keep_drafts((), ())
    assert _copies(centre) == []
