"""Texts from outside that try to be more than text: shown as they are, nothing is opened."""

import os
from pathlib import Path

import pytest

from tests.e2e.conftest import Starter
from tests.e2e.driver.peers import AmiPeer, Modem
from tests.e2e.driver.photo import a_photo
from tests.e2e.driver.program import ROOT
from tests.e2e.driver.seat import seat, verb

RECORDING = ROOT / "tests/data/ami/01_incoming_answered.txt"
INBOX = "Hộp thư"


class Bait:
    """A picture that nobody may open: reading it moves its access time."""

    def __init__(self, folder: Path) -> None:
        """Lay it out, never read; skips where the file system does not note who reads."""
        self.path = a_photo(folder / "bait.png")
        os.utime(self.path, (0, 0))
        self.path.read_bytes()
        if not self.was_opened:
            pytest.skip("this file system keeps no access times")
        os.utime(self.path, (0, 0))

    @property
    def was_opened(self) -> bool:
        """Whether somebody read it."""
        return self.path.stat().st_atime > 0


def test_an_sms_of_ten_thousand_characters(console: Starter, tmp_path: Path) -> None:
    bait = Bait(tmp_path)
    start = f'<b>Khẩn</b> <img src="file://{bait.path}"> '
    hostile = f"{start}a\0b c\u202ed ${{x}} " + "Hố sâu giữa đường. " * 600
    hostile = hostile[:9_990] + " HẾT TIN."
    modem = Modem(tmp_path / "gsm")
    profile = seat(tmp_path, modem=modem.device)
    window = console("--profile", str(profile), "run")
    try:
        window.see_text("sóng")
        modem.receive("+84903123456", hostile)
        window.keys("ctrl+2")
        window.until(
            lambda: [row[2][-8:] for row in window.rows(INBOX)] == ["HẾT TIN."], "the whole SMS"
        )
        (row,) = window.rows(INBOX)
        assert row[2].startswith(start)
        assert "\0" not in row[2]
        assert "\u202e" not in row[2]
        assert "${x}" in row[2]
        window.see(row[2], "label")
        window.picture("inbox")
        assert modem.stored() == 0
        assert not bait.was_opened
        assert window.quit() == 0
    finally:
        modem.end()


def test_a_callers_name_with_markup(console: Starter, tmp_path: Path) -> None:
    bait = Bait(tmp_path)
    name = f"<img src='file://{bait.path}'><b>Lan</b>"
    recording = tmp_path / "call.txt"
    calm = RECORDING.read_bytes()
    recording.write_bytes(
        calm.replace(b"CallerIDName: 0903123456", f"CallerIDName: {name}".encode())
    )
    pbx = AmiPeer(tmp_path, recording)
    profile = seat(tmp_path, pbx_port=pbx.port)
    window = console("--profile", str(profile), "run")
    try:
        window.see_text("1022 · 101")
        pbx.go_on()
        window.see_text("0903 123 456")
        window.see_text(name)
        window.picture("card")
        window.until(lambda: window.text_of("Họ tên") == name, "the name in the form")
        assert not bait.was_opened
        assert window.quit() == 0
    finally:
        pbx.end()


def test_a_photo_that_is_none_is_refused_in_a_sentence(console: Starter, tmp_path: Path) -> None:
    fake = tmp_path / "anh.jpg"
    fake.write_text("<script>alert(1)</script>", "utf-8")
    profile = seat(tmp_path)
    window = console("--profile", str(profile), "run")
    window.tab_to("+ Thêm ảnh")
    window.keys("space")
    window.type_path(fake)
    window.see_text("Tệp anh.jpg không phải ảnh, video hay PDF. Chọn tệp khác.")
    window.picture("refused")
    # The same button takes the next one.
    window.tab_to("+ Thêm ảnh")
    window.keys("space")
    window.type_path(a_photo(tmp_path / "that.jpg"))
    window.see_text("1 ảnh")
    assert verb(profile, "request", "list") == []
