"""`report` as a supervisor, a script and a journalist's question use it."""

import csv
import io
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.cli.seat import Seat
from tests.integration.reports.october import write_history

NAMES = (
    "slow-agencies",
    "active-reporters",
    "volumes",
    "call-centre",
    "shift",
    "quality",
    "forecast",
)


def test_every_report_in_every_format(seat: Seat, tmp_path: Path) -> None:
    seat.log()
    for name in NAMES:
        shown = seat.run("report", name)
        assert shown.code == 0, shown
        for word in ("Cách tính:", "Kỳ báo cáo:", "Bộ quy tắc:", "Cỡ mẫu:", "Nguồn số liệu:"):
            assert word in shown.out, shown
        made = seat.run("report", name, "--format", "json").json
        assert made["name"] == name
        codes = {word["code"] for word in made["words"]}
        assert codes >= {"formula", "period", "rule_version", "sample", "coverage"}
        assert [*csv.reader(io.StringIO(seat.run("report", name, "--format", "csv").out))]
        book = tmp_path / f"{name}.xlsx"
        assert seat.run("report", name, "--format", "xlsx", "--out", book).code == 0
        assert zipfile.is_zipfile(book)
    assert "Agency" in seat.run("--lang", "en", "report", "slow-agencies").out
    assert seat.run("report", "slow-agencies", "--json").json["rows"][0]["key"] == "so-xay-dung"


def test_a_pdf_without_a_display_has_the_words_in_it(seat: Seat, tmp_path: Path) -> None:
    seat.log(description="Ổ gà <b>sâu</b>")
    out = tmp_path / "báo cáo.pdf"
    assert seat.run("report", "slow-agencies", "--format", "pdf", "--out", out).code == 0
    assert out.read_bytes().startswith(b"%PDF")
    assert [p.name for p in tmp_path.glob("*.part")] == []
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", "-layout", out, "-"], capture_output=True, text=True, check=True
        ).stdout
        assert "Đơn vị chậm xử lý" in text
        assert "Cách tính" in text


def test_a_printed_figure_is_proved_and_a_forged_one_is_not(seat: Seat) -> None:
    seat.log()
    sealed = seat.run("report", "volumes", "--seal", "--json").json
    digest = sealed["words"][-1]["text"].split(" · ")[1]
    assert digest in {s["digest"] for s in seat.run("report", "seals", "--json").json}
    assert seat.run("report", "verify", "--digest", digest[:16]).code == 0
    assert "không" in seat.fails(2, "report", "verify", "--digest", "0" * 64).lower()
    with closing(sqlite3.connect(seat.profile / "store.sqlite3", isolation_level=None)) as plain:
        plain.execute("drop trigger sealed_unchanged")
        plain.execute("update sealed_report set body = replace(body, '\"open\":1', '\"open\":0')")
    broken = seat.run("report", "verify")
    assert broken.code == 1
    assert "số 1" in broken.out


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        (("report", "slow-agencies", "--from", "hôm qua"), "hôm qua"),
        (("report", "slow-agencies", "--from", "2026-11-02", "--to", "2026-11-01"), "không sau"),
        (("report", "slow-agencies", "--from", "1800-01-01", "--to", "2026-11-01"), "quá dài"),
        (("report", "slow-agencies", "--month", "2025-13"), "2025-13"),
        (("report", "slow-agencies", "--agency", "abc"), "abc"),
        (("report", "slow-agencies", "--group", "abc"), "abc"),
        (("report", "quick"), "quick"),
        (("report", "volumes", "--format", "xlsx"), "--out"),
        (("report", "volumes", "--out", "/không/có/x.csv"), "thư mục"),
        (("--as", "operator", "report", "volumes", "--seal"), "không được"),
        (("--as", "officer-sawaco", "report", "active-reporters"), "không được"),
    ],
)
def test_one_line_says_what_is_wrong(seat: Seat, words: tuple[str, ...], sign: str) -> None:
    seat.log()
    assert sign in seat.fails(2, *words)


@pytest.mark.slow
def test_october_2025_as_the_city_published_it(seat: Seat, tmp_path: Path) -> None:
    """14,707 received = 14,311 handled + 396 open, 125 late, as the city published it."""
    history = write_history(tmp_path / "tháng 10.csv")
    done = seat.run("import", "requests", history)
    assert done.code == 0, done
    made = seat.run("report", "volumes", "--month", "2025-10", "--json").json
    assert made["from"] == "2025-09-25T12:00:00+07:00"
    assert made["to"] == "2025-10-25T12:00:00+07:00"
    row = made["rows"][0]
    assert (row["received"], row["handled"], row["open"], row["late"]) == (14_707, 14_311, 396, 125)
    slow = seat.run("report", "slow-agencies", "--month", "2025-10", "--json").json
    late = sum(r["late"] + r["open_overdue"] for r in slow["rows"])
    assert late == 125
    ranked = [r for r in slow["rows"] if r["rank"]]
    assert all(r["on_time"] + r["late"] + r["open_overdue"] >= 20 for r in ranked)
    # A month later the open ones are done; October stays as it was.
    again = seat.run("report", "volumes", "--from", "2025-09-25T12:00", "--to", "2025-10-25T12:00",
                     "--json").json  # fmt: skip
    assert again["rows"] == made["rows"]
