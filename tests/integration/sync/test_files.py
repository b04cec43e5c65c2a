"""A photo follows its event to the centre and reaches whoever looks; an interruption costs one
piece.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.domain.errors import UnavailableError
from console.domain.requests.events import ExtensionAsked, Fact, MediaAttached
from console.services.ports.central.sync import CHUNK_BYTES, Central
from console.store.central.connection import address
from console.store.central.seat_link import PostgresCentral
from console.store.exchange.files import SeatFiles
from console.store.files.spool import Spool
from console.sync.files import FileLink
from tests.fakes.postgres import Centre
from tests.fakes.wire_proxy import WireProxy
from tests.integration.store.build import stored
from tests.integration.sync.consoles import Console, console, until

JPEG = b"\xff\xd8\xff\xe0"


@dataclass
class WithFiles:
    seat: Console
    shelf: SeatFiles
    spool: Spool
    files: FileLink

    def attach(self, source: Path) -> str:
        """Put a photo into the spool and name it in an event."""
        return self.name(source, lambda sha256: MediaAttached(media=(sha256,)))

    def name(self, source: Path, fact: Callable[[str], Fact]) -> str:
        """Put a photo into the spool and name it in this event."""
        request_id = self.seat.log()
        sha256 = self.spool.put(source).sha256
        self.seat.save(stored(request_id, fact(sha256)))
        self.files.wake()
        return sha256


@contextmanager
def with_files(folder: Path, centre: Centre, name: str, code: int, central: Central
               ) -> Iterator[WithFiles]:  # fmt: skip
    with console(folder, centre.central(f"op{code}"), name, code=code) as seat:
        profile = folder / name
        shelf = SeatFiles(seat.store, profile)
        files = FileLink(central, shelf, seat.link.identity, first_s=0.1)
        files.start()
        try:
            yield WithFiles(seat, shelf, Spool(profile), files)
        finally:
            assert files.stop()
            central.close()


def _photo(folder: Path, pieces: float, seed: int = 0) -> Path:
    body = JPEG + hashlib.sha256(str(seed).encode()).digest() * int(pieces * CHUNK_BYTES / 32)
    path = folder / f"photo-{seed}.jpg"
    path.write_bytes(body)
    return path


def test_a_photo_is_there_for_whoever_looks(centre: Centre, tmp_path: Path) -> None:
    with (
        with_files(tmp_path, centre, "a", 1, centre.central("op1")) as here,
        with_files(tmp_path, centre, "b", 2, centre.central("op2")) as there,
    ):
        source = _photo(tmp_path, 2.5)
        sha256 = here.attach(source)
        until(lambda: here.files.moved.sent == 1)
        assert here.shelf.waiting() == ()
        assert there.shelf.path(sha256) is None
        assert there.files.fetch("0" * 64).result(60) is None
        found = there.files.fetch(sha256).result(60)
        assert found is not None
        assert found.read_bytes() == source.read_bytes()
        assert there.files.moved.fetched_pieces == 3
        assert there.files.fetch(sha256).result(60) == found
        assert there.files.moved.fetched == 1
        # The same content from another seat costs nothing.
        assert there.attach(source) == sha256
        until(lambda: there.shelf.waiting() == ())
        assert there.files.moved.sent_pieces == 0


def test_a_photo_of_a_wish_for_a_later_date_goes_the_same_way(
    centre: Centre, tmp_path: Path
) -> None:
    later = datetime(2027, 1, 4, tzinfo=UTC)
    with (
        with_files(tmp_path, centre, "a", 1, centre.central("op1")) as here,
        with_files(tmp_path, centre, "b", 2, centre.central("op2")) as there,
    ):
        source = _photo(tmp_path, 0.5)
        sha256 = here.name(
            source,
            lambda one: ExtensionAsked(
                agency="q12", reason="mưa", committed_at=later, photos=(one,)
            ),
        )
        until(lambda: here.files.moved.sent == 1)
        found = there.files.fetch(sha256).result(60)
        assert found is not None
        assert found.read_bytes() == source.read_bytes()


def test_a_cut_upload_and_a_cut_download_go_on_where_they_were(
    centre: Centre, tmp_path: Path
) -> None:
    line = WireProxy(centre.cluster.folder)
    centre.user("op1")
    over = PostgresCentral(address.checked(line.url(centre.database, "op1")))
    try:
        with with_files(tmp_path, centre, "a", 1, over) as here:
            line.delay_s = 0.02
            sha256 = here.attach(_photo(tmp_path, 8))
            until(lambda: here.files.moved.sent_pieces >= 3)
            line.cut()
            until(lambda: here.files.moved.failures >= 1)
            line.delay_s = 0.0
            line.mend()
            until(lambda: here.files.moved.sent == 1)
            assert 9 <= here.files.moved.sent_pieces <= 10  # nothing but a piece twice
            (tmp_path / "a" / "spool" / sha256[:2] / sha256).unlink()
            line.delay_s = 0.02
            coming = here.files.fetch(sha256)
            until(lambda: here.files.moved.fetched_pieces >= 3)
            line.cut()
            with pytest.raises(UnavailableError):
                coming.result(60)
            line.delay_s = 0.0
            line.mend()
            before = here.files.moved.fetched_pieces
            until(lambda: _fetched(here, sha256))
            assert here.files.moved.fetched_pieces - before <= 6
    finally:
        line.close()


def _fetched(here: WithFiles, sha256: str) -> bool:
    try:
        return here.files.fetch(sha256).result(60) is not None
    except UnavailableError:
        return False


def test_what_is_not_what_its_name_says_is_not_kept(centre: Centre, tmp_path: Path) -> None:
    with with_files(tmp_path, centre, "a", 1, centre.central("op1")) as here:
        sha256 = here.attach(_photo(tmp_path, 1.5))
        until(lambda: here.files.moved.sent == 1)
        (tmp_path / "a" / "spool" / sha256[:2] / sha256).unlink()
        with centre.connect() as link:
            link.execute("update hotline.blob_chunk set data = set_byte(data, 9, 7) where n = 0")
        assert here.files.fetch(sha256).result(60) is None
        assert here.shelf.path(sha256) is None
        assert not list((tmp_path / "a" / "spool").glob("part-*"))


def test_a_file_that_changed_on_disk_is_refused_and_stays_out(
    centre: Centre, tmp_path: Path
) -> None:
    with with_files(tmp_path, centre, "a", 1, centre.central("op1")) as here:
        bad = here.spool.put(_photo(tmp_path, 1.2)).sha256
        path = here.spool.path(bad)
        assert path is not None
        body = bytearray(path.read_bytes())
        body[100] ^= 1
        path.write_bytes(body)
        request_id = here.seat.log()
        here.seat.save(stored(request_id, MediaAttached(media=(bad, "f" * 64))))
        good = here.attach(_photo(tmp_path, 0.5, seed=2))
        until(lambda: here.files.moved.sent == 1)
        assert here.shelf.waiting() == ()
        with centre.connect() as link:
            rows = link.execute("select sha256 from hotline.attachment").fetchall()
        assert rows == [(good,)]


def test_without_the_centre_looking_ends_at_once(tmp_path: Path, centre: Centre) -> None:
    nowhere = PostgresCentral(address.checked("postgresql://op1@127.0.0.1:1/centre"))
    with with_files(tmp_path, centre, "a", 1, nowhere) as here:
        with pytest.raises(UnavailableError):
            here.files.fetch("0" * 64).result(60)
        here.attach(_photo(tmp_path, 0.1))
        until(lambda: here.seat.sync.pending_count() == 0)  # events need no file
