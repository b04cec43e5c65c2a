"""A second console, a profile that may not be written, a disk that fills up: one sentence each."""

import sqlite3
from contextlib import closing
from pathlib import Path

from console.store.projection.deferred_indexes import drop_indexes
from console.store.seat.local_store import FILE_NAME
from console.store.seat.opening import LARGE_BYTES, takes_long
from tests.e2e.conftest import Starter
from tests.e2e.driver.seat import run_verb, seat, verb
from tests.fakes.system.mounts import fill, mounted

TYPED = "dai phan cach bi day ra giua duong"


def test_a_second_console_on_the_same_profile(console: Starter, tmp_path: Path) -> None:
    profile = seat(tmp_path)
    first = console("--profile", str(profile), "run")
    second = run_verb(profile, "run")
    assert (second.returncode, second.stdout) == (3, "")
    assert second.stderr == (
        f"Hồ sơ {profile} đang mở ở cửa sổ hoặc lệnh khác. "
        "Dùng cửa sổ đó, hoặc chờ lệnh kia xong.\n"
    )
    first.tab_to("Mô tả")
    first.type("van go duoc")
    first.until(lambda: first.text_of("Mô tả") == "van go duoc", "the first one still works")
    assert first.quit() == 0


def test_a_profile_that_may_not_be_written(tmp_path: Path) -> None:
    profile = seat(tmp_path)
    with mounted(profile, "-t", "tmpfs", "-o", "ro,size=1m", "none"):
        done = run_verb(profile, "run")
    assert (done.returncode, done.stdout) == (3, "")
    assert "chỉ đọc được" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_large_store_that_opens_slowly_still_becomes_a_window(
    console: Starter, tmp_path: Path
) -> None:
    """The application is there before the store then, to say why there is no window yet."""
    profile = seat(tmp_path)
    verb(profile, "request", "list")
    with closing(sqlite3.connect(profile / FILE_NAME, isolation_level=None)) as raw:
        raw.execute("insert into meta values ('filler', zeroblob(?))", (LARGE_BYTES,))
        raw.execute("begin immediate")
        drop_indexes(raw)
        raw.execute("commit")
    assert takes_long(profile / FILE_NAME)
    program = console("--profile", str(profile), "run")
    assert not takes_long(profile / FILE_NAME)
    program.tab_to("Mô tả")
    program.type("van go duoc")
    program.until(lambda: program.text_of("Mô tả") == "van go duoc", "it works")
    assert program.quit() == 0


def test_the_disk_is_full_while_saving(console: Starter, tmp_path: Path) -> None:
    profile = seat(tmp_path)
    settings = (profile / "config.toml").read_bytes()
    with mounted(profile, "-t", "tmpfs", "-o", "size=8m", "none"):
        (profile / "config.toml").write_bytes(settings)
        window = console("--profile", str(profile), "run")
        window.tab_to("Loại sự cố")
        window.type("dai phan cach")
        window.keys("Return")
        window.tab_to("Địa chỉ")
        window.paste("ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12)")
        window.see_text("đã lưu nháp")
        filler = fill(profile)

        window.tab_to("Mô tả")
        window.type(TYPED)
        window.keys("ctrl+s")
        window.see_text("Đĩa đầy, chưa lưu được gì.")
        assert window.text_of("Mô tả") == TYPED
        window.picture("full")
        assert verb(profile, "request", "list") == []

        filler.unlink()
        window.keys("ctrl+s")
        window.see_text("Đã lưu 26 001")
        assert [r["description"] for r in verb(profile, "request", "list")] == [TYPED]
        assert window.quit() == 0
