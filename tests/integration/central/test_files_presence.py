"""Files in pieces that go on where they stopped; who has a request open; the audit's chain."""

import hashlib
from datetime import timedelta

import pytest

from console.domain.errors import RefusedError, UnavailableError
from console.domain.ids import uuid7
from console.domain.requests import events as e
from console.services.ports.central.sync import CHUNK_BYTES, Blob
from console.store.central.administration.status import verify_audit
from console.store.central.seat_link import PostgresCentral
from tests.fakes.postgres import Centre
from tests.integration.central.build import AT, event, forwarded, greet, received

DATA = bytes(range(256)) * 9000  # 2.2 MiB: two whole pieces and a rest


def blob_of(data: bytes) -> Blob:
    """As a seat announces it."""
    return Blob(hashlib.sha256(data).hexdigest(), len(data), "image/jpeg", 0)


def piece(data: bytes, n: int) -> bytes:
    """Piece n."""
    return data[n * CHUNK_BYTES : (n + 1) * CHUNK_BYTES]


@pytest.fixture
def desk(centre: Centre) -> PostgresCentral:
    """An operator's connection."""
    made = centre.central("op1")
    greet(made)
    return made


def upload(central: PostgresCentral, data: bytes) -> Blob:
    """All pieces."""
    blob = central.blob(blob_of(data).sha256) or blob_of(data)
    while blob.stored < blob.size:
        n = blob.stored // CHUNK_BYTES
        blob = central.put_chunk(blob, n, piece(data, n))
    return blob


def test_an_interrupted_upload_goes_on_where_it_stopped(
    centre: Centre, desk: PostgresCentral
) -> None:
    sent = blob_of(DATA)
    assert desk.blob(sent.sha256) is None
    assert desk.put_chunk(sent, 0, piece(DATA, 0)).stored == CHUNK_BYTES
    desk.close()
    other = centre.central("op2")
    greet(other, 2)
    there = other.blob(sent.sha256)
    assert there is not None
    assert (there.size, there.mime, there.stored) == (len(DATA), "image/jpeg", CHUNK_BYTES)
    assert other.chunk(sent.sha256, 0) is None  # nobody reads half a file
    assert other.put_chunk(there, 0, piece(DATA, 0)).stored == CHUNK_BYTES
    assert upload(other, DATA).stored == len(DATA)
    assert b"".join(other.chunk(sent.sha256, n) or b"" for n in range(3)) == DATA
    assert other.chunk(sent.sha256, 3) is None
    assert other.put_chunk(there, 2, piece(DATA, 2)).stored == len(DATA)


@pytest.mark.parametrize("n", [1, 2])
def test_a_piece_out_of_turn_or_of_another_size_is_refused(desk: PostgresCentral, n: int) -> None:
    with pytest.raises(RefusedError, match="blob_refused"):
        desk.put_chunk(blob_of(DATA), n, piece(DATA, n))
    with pytest.raises(RefusedError, match="blob_refused"):
        desk.put_chunk(blob_of(DATA), 0, piece(DATA, 0)[:-1])
    desk.put_chunk(blob_of(DATA), 0, piece(DATA, 0))
    other_size = Blob(blob_of(DATA).sha256, len(DATA) + 1, "image/jpeg", 0)
    with pytest.raises(RefusedError, match="blob_refused"):
        desk.put_chunk(other_size, 1, piece(DATA, 1))


def test_a_file_that_is_not_what_its_name_says_does_not_stay(desk: PostgresCentral) -> None:
    sent = blob_of(DATA)
    for n in range(2):
        desk.put_chunk(sent, n, piece(DATA, n))
    with pytest.raises(RefusedError, match="blob_refused"):
        desk.put_chunk(sent, 2, piece(DATA, 2)[:-1] + b"!")
    assert desk.blob(sent.sha256) is None
    assert upload(desk, DATA).stored == len(DATA)


def test_a_file_has_a_largest_size(desk: PostgresCentral) -> None:
    with pytest.raises(RefusedError, match="blob_refused"):
        desk.put_chunk(Blob("a" * 64, 101 << 20, "video/mp4", 0), 0, b"x" * CHUNK_BYTES)


def test_an_agency_reads_the_files_of_its_requests_and_its_own(
    centre: Centre, desk: PostgresCentral
) -> None:
    ours, theirs = uuid7(), uuid7()
    mine, foreign, own = b"anh cua minh", b"anh cua ho", b"anh ket qua"
    for data in (mine, foreign):
        upload(desk, data)
    officer = centre.central("can-bo", "officer", "cap-nuoc")
    greet(officer, 2)
    media = e.MediaAttached(media=(blob_of(mine).sha256,))
    desk.push([received(ours), event(ours, media), received(theirs)])
    desk.push([event(theirs, e.MediaAttached(media=(blob_of(foreign).sha256, "khong-phai-ma")))])
    assert officer.blob(blob_of(mine).sha256) is None
    desk.push([forwarded(ours, "cap-nuoc"), forwarded(theirs, "chieu-sang")])
    assert officer.chunk(blob_of(mine).sha256, 0) == mine
    assert officer.chunk(blob_of(foreign).sha256, 0) is None
    assert officer.blob(blob_of(foreign).sha256) is None
    upload(officer, own)
    assert officer.chunk(blob_of(own).sha256, 0) == own
    result = e.ResultReported(
        agency="cap-nuoc", resolution_code="fixed", text="Đã sửa", photos=(blob_of(own).sha256,)
    )
    officer.push([event(ours, result, agency="cap-nuoc")])
    assert desk.chunk(blob_of(own).sha256, 0) == own
    progress = b"anh dang lam"
    upload(officer, progress)
    wish = e.ExtensionAsked(
        agency="cap-nuoc",
        reason="chờ vật tư",
        committed_at=AT + timedelta(days=9),
        photos=(blob_of(progress).sha256,),
    )
    officer.push([event(ours, wish, agency="cap-nuoc")])
    assert desk.chunk(blob_of(progress).sha256, 0) == progress
    neighbour = centre.central("can-bo-2", "officer", "chieu-sang")
    greet(neighbour, 3)
    assert neighbour.chunk(blob_of(own).sha256, 0) is None
    auditor = centre.central("gs", "auditor")
    greet(auditor, 4)
    with pytest.raises(UnavailableError, match="central_denied"):
        upload(auditor, b"x")


def test_who_has_a_request_open_elsewhere(centre: Centre, desk: PostgresCentral) -> None:
    other = centre.central("op2")
    officer = centre.central("can-bo", "officer", "cap-nuoc")
    greet(other, 2)
    greet(officer, 3)
    ours, theirs = uuid7(), uuid7()
    desk.push([received(ours), forwarded(ours, "cap-nuoc"), received(theirs)])
    for each in (ours, theirs):
        desk.announce(each, "Chị Hoa", "may-01")
    officer.announce(ours, "Anh Tư", "ubnd-02")
    officer.announce(theirs, "Anh Tư", "ubnd-02")  # not theirs to look at
    assert [each.name for each in desk.viewers(ours)] == ["Anh Tư"]
    assert [(each.name, each.workstation) for each in other.viewers(theirs)] == [
        ("Chị Hoa", "may-01")
    ]
    assert [each.name for each in officer.viewers(ours)] == ["Chị Hoa"]
    assert officer.viewers(theirs) == ()
    desk.announce(ours, "Chị Hoa", "may-01", here=False)
    assert officer.viewers(ours) == ()
    with centre.connect() as link:
        link.execute("update hotline.presence set seen_at = seen_at - 61000")
    assert other.viewers(theirs) == ()


def test_the_audit_names_its_first_altered_row(centre: Centre) -> None:
    with centre.connect() as link:
        for n in range(200):
            link.execute("select hotline.log_act('thu', null, %s)", (f'{{"n": {n}}}',))
    whole = verify_audit(centre.dsn())
    assert (whole.rows, whole.first_bad) == (200, None)
    changes = {
        17: "update hotline.audit set detail = '{}' where n = 17",
        16: "update hotline.audit set login = 'ai khac' where n = 16",
        15: "update hotline.audit set at = at + 1 where n = 15",
        14: "update hotline.audit set hash = sha256('x') where n = 14",
        13: "update hotline.audit set request_id = gen_random_uuid() where n = 13",
        # with its own hash made anew, the next one gives it away
        11: "update hotline.audit set act = 'khac', hash = hotline.audit_hash(before, n, at, "
            "login, 'khac', request_id, detail) where n = 10",
        6: "delete from hotline.audit where n = 5",
    }  # fmt: skip
    with centre.connect() as link:
        # Only a superuser can, who takes the trigger off; the chain tells.
        link.execute("alter table hotline.audit disable trigger all")
        for first, change in changes.items():
            link.execute(change.encode())
            assert verify_audit(centre.dsn()).first_bad == first, change


def test_acts_of_a_seat_are_written_down_in_the_logins_name(centre: Centre) -> None:
    centre.user("op1")
    with centre.connect("op1") as link:
        link.execute("select hotline.record_act('recording_played', %s, '{\"call\": \"x\"}')",
                     (uuid7(),))  # fmt: skip
        with pytest.raises(Exception, match="not an act"):
            link.execute("select hotline.record_act('unmask', null, '{}')")
    with centre.connect() as link:
        assert link.execute("select login, act from hotline.audit").fetchall() == [
            ("op1", "recording_played")
        ]
