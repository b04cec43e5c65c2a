"""Report files: nothing in them runs, nothing is lost, an export can be stopped."""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from console.domain.errors import InputError
from console.domain.reports.figures import Period
from console.services.reports.files import (
    FORMULA_STARTS,
    Sheet,
    as_json,
    canonical,
    write_csv,
    write_tables,
    write_xlsx,
)
from console.services.views.reports import Column, Report
from tests.unit.services.hostile import hostile

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SHEET_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def a_report(rows: list[tuple[str, int, float]], title: str = "Báo cáo", **more: object) -> Report:
    columns = (
        Column("name", "Tên", "Name", "text"),
        Column("n", "Số", "Number"),
        Column("share", "Tỷ lệ", "Share", "share"),
    )
    values: dict[str, object] = {
        "name": "volumes",
        "title": title,
        "period": Period(NOW - timedelta(days=30), NOW, NOW),
        "made_at": NOW,
        "columns": columns,
        "rows": tuple(rows),
        "keys": tuple(str(n) for n in range(len(rows))),
        "words": (("Cách tính", "=1+1 là chữ"),),
    }
    return Report(**(values | more))  # type: ignore[arg-type]


HOSTILE = a_report([(text, n, n / 500) for n, text in enumerate(hostile())], title="[Xấu]:*?/\\'")


def test_a_workbook_holds_no_formula_no_link_and_all_rows(tmp_path: Path) -> None:
    write_xlsx(HOSTILE, tmp_path / "x.xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["x.xlsx"]
    with zipfile.ZipFile(tmp_path / "x.xlsx") as book:
        assert book.testzip() is None
        for name in book.namelist():
            data = book.read(name)
            if name.endswith((".xml", ".rels")):
                tree = ET.fromstring(data)  # noqa: S314  (our own file)
                assert tree.find(f".//{SHEET_NS}f") is None, name
                assert tree.find(f".//{SHEET_NS}hyperlink") is None, name
                assert b"TargetMode" not in data
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    cells = sheet.findall(f".//{SHEET_NS}row")
    assert len(cells) == 501
    texts = ["".join(each.itertext()) for row in cells[1:] for each in row[:1]]
    assert all(re.search(rf" {n}$", text) for n, text in enumerate(texts))


def test_csv_texts_that_would_run_get_an_apostrophe() -> None:
    target = io.StringIO()
    write_csv(HOSTILE, target)
    assert target.getvalue().startswith("\ufeff")
    rows = [*csv.reader(io.StringIO(target.getvalue().removeprefix("\ufeff")))]
    assert rows[0] == ["Tên", "Số", "Tỷ lệ"]
    for row in rows:
        for cell in row:
            assert not cell.lstrip(" \u00a0\ufeff").startswith(FORMULA_STARTS), row
    assert len(rows) == 1 + 500 + 1 + 1
    assert [row[1] for row in rows[1:501]] == [str(n) for n in range(500)]


def test_json_is_json_and_keeps_the_texts() -> None:
    said = json.loads(json.dumps(as_json(HOSTILE), ensure_ascii=False, allow_nan=False))
    assert [row["name"] for row in said["rows"]] == hostile()
    assert said["words"][0]["text"] == "=1+1 là chữ"


def test_who_made_it_and_when_is_no_part_of_what_is_sealed() -> None:
    later = a_report([("a", 1, 0.5)], made_at=NOW + timedelta(days=3))
    assert canonical(later) == canonical(a_report([("a", 1, 0.5)]))
    assert canonical(later) != canonical(a_report([("a", 2, 0.5)]))


def test_a_citizens_number_leaves_in_no_format() -> None:
    report = a_report([("••• 456", 3, 0.1)], name="active-reporters", keys=("+84903123456",))
    target = io.StringIO()
    write_csv(report, target)
    for text in (target.getvalue(), json.dumps(as_json(report)), canonical(report)):
        assert "903123456" not in text


def test_an_export_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    rows = [(f"dòng {n}", n, 0.5) for n in range(5000)]
    told: list[tuple[int, int]] = []

    def stop(done: int, every: int) -> bool:
        told.append((done, every))
        return done < 2000

    with pytest.raises(InputError, match="export_cancelled"):
        write_tables([Sheet("x", ("a", "b", "c"), rows)], tmp_path / "x.xlsx", stop)
    assert [*tmp_path.iterdir()] == []
    assert told[-1] == (2000, 5000)


def test_an_export_that_is_stopped_keeps_the_file_of_before(tmp_path: Path) -> None:
    kept = tmp_path / "x.xlsx"
    kept.write_bytes(b"before")
    with pytest.raises(InputError):
        write_tables([Sheet("x", ("a",), [("b",)] * 1000)], kept, lambda *_: False)
    assert kept.read_bytes() == b"before"


def test_sheets_of_the_same_long_name_are_told_apart(tmp_path: Path) -> None:
    same = Sheet("Đơn vị có tên rất dài, dài hơn ba mươi mốt chữ", ("a",), [("b",)])
    write_tables([same, same, Sheet("", ("a",), [])], tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "x.xlsx") as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert len(set(names)) == 3
    assert all(0 < len(name) <= 31 for name in names)
