"""The spool: named by content, judged by first bytes, whole or not at all."""

import hashlib
from pathlib import Path

import pytest

from console.domain.errors import InputError, UnavailableError
from console.store.files.spool import PHOTO_BYTES, Spool, sniff

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (JPEG, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 24, "image/png"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "image/heic"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00", "video/mp4"),
        (b"\x00\x00\x00\x18ftyp3gp6\x00\x00\x02\x00", "video/mp4"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"MZ\x90\x00", None),
        (b"<svg xmlns=", None),
        (b"GIF89a", None),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"RIFF\x10\x00\x00\x00AVI LIST", None),
        (b"", None),
    ],
)
def test_the_first_bytes_say_what_it_is(head: bytes, mime: str | None) -> None:
    assert sniff(head) == mime


def test_a_photo_is_kept_under_its_content(tmp_path: Path) -> None:
    source = tmp_path / "hố ga.exe"
    source.write_bytes(JPEG)
    spool = Spool(tmp_path / "profile")
    stored = spool.put(source)
    sha256 = hashlib.sha256(JPEG).hexdigest()
    assert (stored.sha256, stored.size, stored.mime) == (sha256, len(JPEG), "image/jpeg")
    found = spool.path(sha256)
    assert found == tmp_path / "profile" / "spool" / sha256[:2] / sha256
    assert found.read_bytes() == JPEG
    assert spool.put(source) == stored
    assert spool.describe(sha256) is not None
    kept = [each.name for each in (tmp_path / "profile").rglob("*") if each.is_file()]
    assert kept == [sha256]


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", "A" * 64, "0" * 63 + "/", "0" * 64])
def test_a_name_that_is_no_content_is_nowhere(tmp_path: Path, sha256: str) -> None:
    assert Spool(tmp_path).path(sha256) is None
    assert Spool(tmp_path).describe(sha256) is None


def test_refusals_leave_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "profile")
    text = tmp_path / "photo.jpg"
    text.write_text("no photo")
    with pytest.raises(InputError, match="not_a_photo"):
        spool.put(text)
    large = tmp_path / "large.jpg"
    with large.open("wb") as stream:
        stream.write(JPEG)
        stream.truncate(PHOTO_BYTES + 1)
    with pytest.raises(InputError, match="file_too_large"):
        spool.put(large)
    with pytest.raises(UnavailableError, match="file_missing"):
        spool.put(tmp_path / "nowhere.jpg")
    with pytest.raises(UnavailableError, match="file_missing"):
        spool.put(tmp_path)
    assert [each for each in (tmp_path / "profile").rglob("*") if each.is_file()] == []
