"""A call's recording goes from the workstation that talked to the centre, encrypted, in pieces and
after the photos. Another workstation without a copy plays it; agencies get nothing.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import override

import pytest

from console.domain.errors import UnavailableError
from console.domain.ids import contact_uuid
from console.services.ports.central.sync import CHUNK_BYTES, Blob
from console.services.records import CallRecord
from console.store.central.administration import setup
from console.store.central.seat_link import PostgresCentral
from console.store.central.seat_questions import SeatQuestions
from console.store.exchange.recordings import SeatFilesAndRecordings
from console.store.files.recording_vault import RecordingVault
from console.sync.files import FileLink
from tests.fakes.postgres import Centre
from tests.integration.central.build import console as identity
from tests.integration.central.build import greet
from tests.integration.store.build import NOW
from tests.integration.sync.consoles import console, until

SAID = b"RIFF....WAVE" + hashlib.sha256(b"tieng noi").digest() * (3 * CHUNK_BYTES // 64)


class Talked:
    """A seat with one recorded call in its vault."""

    def __init__(self, folder: Path, centre: Centre, seat: object) -> None:
        self.store = seat.store  # type: ignore[attr-defined]
        self.vault = RecordingVault(folder / "recordings", folder / "recordings.key")
        place = self.vault.put("pbx/17.4", SAID)
        record = CallRecord(
            pbx="pbx",
            call_id="17.4",
            state="done",
            offered_at=NOW,
            contact_id=contact_uuid("voice", "pbx/17.4"),
            recorded="17.5",
            recording=place,
            recording_sha256=hashlib.sha256(SAID).hexdigest(),
        )
        self.store.write_now(lambda uow: uow.save_call(record))
        self.shelf = SeatFilesAndRecordings(self.store, folder, self.vault)

    def link(self, central: PostgresCentral) -> FileLink:
        return FileLink(central, self.shelf, identity(1), first_s=0.1)


@pytest.fixture
def talked(tmp_path: Path, centre: Centre) -> Iterator[Talked]:
    with console(tmp_path, centre.central("op1"), "a", start=False) as seat:
        yield Talked(tmp_path, centre, seat)


async def test_it_is_sent_and_heard_elsewhere(centre: Centre, talked: Talked) -> None:
    sha = hashlib.sha256(SAID).hexdigest()
    assert talked.shelf.waiting() == (sha,)
    files = talked.link(centre.central("op1"))
    files.start()
    until(lambda: files.moved.sent == 1)
    assert await asyncio.to_thread(files.stop)
    assert talked.shelf.waiting() == ()
    centre.user("op2")
    there = SeatQuestions(centre.client("op2"), identity(2), numbers=None)  # type: ignore[arg-type]
    there.start()
    assert await there.recording("pbx", "17.4") == SAID
    assert await there.recording("pbx", "no such call") is None
    assert await asyncio.to_thread(there.stop)
    with centre.connect() as link:
        acts = link.execute(
            "select login, detail ->> 'call_id' from hotline.audit where act = 'recording_fetched'"
        ).fetchall()
    assert acts == [("op2", "17.4")]
    officer = centre.central("can-bo", "officer", "cap-nuoc")
    greet(officer, 3)
    assert officer.chunk(sha, 0) is None
    with pytest.raises(UnavailableError, match="central_denied"):
        officer.recording("pbx", "17.4")


def test_an_interrupted_one_goes_on_where_it_was(centre: Centre, talked: Talked) -> None:
    class Cut(PostgresCentral):
        pieces = 0

        @override
        def put_chunk(self, blob: Blob, n: int, data: bytes) -> Blob:
            if self.pieces == 1:
                raise UnavailableError("central_away", where="")
            self.pieces += 1
            return super().put_chunk(blob, n, data)

    centre.user("op1")
    cut = Cut(centre.dsn("op1"))
    first = talked.link(cut)
    with pytest.raises(UnavailableError):
        first.move_all()
    cut.close()
    rest = talked.link(centre.client("op1"))
    rest.move_all()
    assert (first.moved.sent_pieces, rest.moved.sent_pieces, rest.moved.sent) == (1, 1, 1)


def test_one_that_cannot_be_opened_is_told_and_holds_up_nothing(
    centre: Centre, talked: Talked, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (file,) = (tmp_path / "recordings").glob("*.rec")
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    talked.link(centre.central("op1")).move_all()
    assert talked.shelf.waiting() == ()
    assert "does not go to the centre" in caplog.text
    assert "was altered" in caplog.text


def test_when_their_time_is_over_they_go_from_the_centre_too(
    centre: Centre, talked: Talked
) -> None:
    talked.link(centre.central("op1")).move_all()
    assert setup.expire_recordings(centre.dsn(), 30) == 0
    with centre.connect() as link:
        link.execute(
            "update hotline.recording set at = at - %s",
            (timedelta(days=31) // timedelta(milliseconds=1),),
        )
    assert setup.expire_recordings(centre.dsn(), 30) == 1
    with centre.connect() as link:
        assert link.execute("select count(*) from hotline.blob_chunk").fetchone() == (0,)
