"""Pictures from outside: decoded in a child process, bombs refused, a dead process replaced."""

import os
import signal
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from console.ui.photos import loading
from console.ui.photos.loading import PhotoProcess, load_photo


@pytest.fixture
def process() -> Iterator[PhotoProcess]:
    made = PhotoProcess(wait_s=60)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _end_of_ours() -> Iterator[None]:
    yield
    loading._PROCESS.close()


def png(path: Path, width: int, height: int, rows: bytes | None = None) -> Path:
    """A PNG with this size in its header; a bomb if the size is large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = rows if rows is not None else zlib.compress(bytes((width * 3 + 1) * min(height, 3000)))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )
    return path


def test_a_photo_comes_small(tmp_path: Path) -> None:
    large = QImage(1600, 1200, QImage.Format.Format_RGB32)
    large.fill(QColor("#336699"))
    path = tmp_path / "ảnh có dấu.png"
    assert large.save(str(path))
    shown = load_photo(path, 200)
    assert shown is not None
    assert (shown.width(), shown.height()) == (200, 150)
    assert shown.pixelColor(10, 10).name() == "#336699"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        b"GIF89a",
        b"\xff\xd8\xff\xe0 broken",
        b"RIFF\x00\x00\x00\x00WAVE",
        b"%PDF-1.7",
        b"II*\x00",
    ],
)
def test_what_is_no_picture_of_the_three_kinds(
    process: PhotoProcess, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(content)
    assert process.decode(path, 100) == b""


def test_a_pixel_bomb_is_refused_and_the_next_one_shown(
    process: PhotoProcess, tmp_path: Path
) -> None:
    assert process.decode(png(tmp_path / "bomb.png", 30_000, 30_000), 100) == b""
    good = png(tmp_path / "good.png", 40, 30)
    assert process.decode(good, 100)


def test_a_killed_process_is_replaced(process: PhotoProcess, tmp_path: Path) -> None:
    good = png(tmp_path / "good.png", 40, 30)
    assert process.decode(good, 100)
    assert process._process is not None
    os.kill(process._process.pid, signal.SIGKILL)
    process._process.wait()
    assert process.decode(good, 100)


def test_a_picture_that_never_ends_is_given_up(tmp_path: Path) -> None:
    slow = PhotoProcess(wait_s=0.3)
    try:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        assert slow.decode(pipe, 100) == b""  # Nobody ever writes into it.
    finally:
        slow.close()


def test_loading_qt_is_no_part_of_the_first_pictures_time(process: PhotoProcess) -> None:
    process._start()
    assert process._process is not None
    assert "libQt6Gui" in Path(f"/proc/{process._process.pid}/maps").read_text()


def test_it_may_write_nothing_and_take_little(process: PhotoProcess, tmp_path: Path) -> None:
    assert process.decode(png(tmp_path / "good.png", 40, 30), 100)
    assert process._process is not None
    limits = Path(f"/proc/{process._process.pid}/limits").read_text()
    assert "Max address space         1073741824" in limits
    assert "Max file size             0 " in limits


def test_missing_and_strange_names(process: PhotoProcess, tmp_path: Path) -> None:
    assert process.decode(tmp_path / "none.png", 100) == b""
    assert process.decode(tmp_path / "a\nb.png", 100) == b""
    assert load_photo(None, 100) is None
