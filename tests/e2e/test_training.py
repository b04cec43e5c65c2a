"""`run --train`: its own profile, a scripted caller, and nothing that leaves the machine."""

import contextlib
import socket
from pathlib import Path

from tests.e2e.conftest import Starter


def test_a_trainee_takes_a_call_and_nobody_outside_hears_of_it(
    console: Starter, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=20) as outside:
        outside.setblocking(False)
        port = str(outside.getsockname()[1])
        env = {
            "CONSOLE1022_CENTRAL__URL": f"postgresql://may07@127.0.0.1:{port}/hotline",
            "CONSOLE1022_TELEPHONY__ADAPTER": "ami",
            "CONSOLE1022_TELEPHONY__PORT": port,
            "CONSOLE1022_TELEPHONY__USERNAME": "console",
            "CONSOLE1022_MAIL__IMAP_HOST": "127.0.0.1",
            "CONSOLE1022_MAIL__IMAP_PORT": port,
            "CONSOLE1022_MAIL__SMTP_HOST": "127.0.0.1",
            "CONSOLE1022_MAIL__SMTP_PORT": port,
            "CONSOLE1022_MAP__TILES_URL": f"http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}.png",
        }
        window = console("--profile", str(tmp_path / "seat"), "run", "--train", env=env)
        window.see_text("LUYỆN TẬP")
        window.see_text("Bà Lan đang gọi. Nghe máy (F9) để biết người gọi nói gì.")
        window.keys("F9")
        window.until(lambda: window.text_of("Số điện thoại") != "", "the caller's form")
        window.tab_to("Loại sự cố")
        window.type("nap cong")
        window.keys("Return")
        window.tab_to("Địa chỉ")
        window.paste("66/1 Đồng Tâm, xã Trung Chánh, H.Hóc Môn")
        window.tab_to("Mô tả")
        window.paste("Nắp cống sụp trước nhà, hố sâu")
        window.keys("ctrl+s")
        window.until(
            lambda: any("đầy đủ " in each.name for each in window.things()), "the score of the form"
        )
        window.picture("score")
        assert window.quit() == 0
        heard = None
        with contextlib.suppress(BlockingIOError):
            heard, _ = outside.accept()
        assert heard is None, "training connected to something real"
    assert (tmp_path / "seat" / "training" / "store.sqlite3").exists()
    assert not (tmp_path / "seat" / "store.sqlite3").exists()
    assert (tmp_path / "seat" / "training" / "scores.jsonl").read_text("utf-8").count("\n") == 1
