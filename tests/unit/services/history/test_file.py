"""Formats of history files: encodings, delimiters, quotes, line ends; and broken files."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.errors import InputError
from console.services.history import file as history_file
from console.services.history.file import BrokenRow, RawRow, recognise
from tests.unit.services.history.made_files import (
    HEAD,
    ROW,
    changed,
    in_1258,
    rows_of,
    understood,
    written,
)

VIETNAMESE = "Nắp hố ga sụt, nguy hiểm; đường Võ Công Tồn"


@pytest.mark.parametrize(
    ("encoding", "known_as"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_unicode_is_known_with_or_without_a_mark(
    tmp_path: Path, encoding: str, known_as: str
) -> None:
    file = written(tmp_path, changed(description=VIETNAMESE), encoding=encoding)
    assert recognise(file).encoding == known_as
    taken, refused = understood(file)
    assert refused == []
    assert taken[0].request.description == VIETNAMESE


def test_the_old_code_page_is_known_and_comes_out_composed(tmp_path: Path) -> None:
    # windows-1258 has vowels and tone marks apart: ắ is ă and a combining acute.
    file = written(tmp_path, in_1258(ROW), encoding="windows-1258")
    assert recognise(file).encoding == "windows-1258"
    assert understood(file)[0][0].request.description == "Nắp hố ga sụt, nguy hiểm"


def test_a_few_spoilt_bytes_leave_a_file_utf8(tmp_path: Path) -> None:
    file = written(tmp_path, *[changed(service_request_id=f"P-{n}") for n in range(20)])
    file.write_bytes(file.read_bytes().replace("sụt".encode(), b"s\xff\xfet", 1))
    assert recognise(file).encoding == "utf-8"
    taken, _ = understood(file)
    assert "s\ufffd\ufffdt" in taken[0].request.description
    assert "sụt" in taken[1].request.description


def test_the_encoding_is_judged_by_all_of_the_file(tmp_path: Path) -> None:
    ascii_rows = [changed(
        service_request_id=f"P-{n}", description="Nap ho ga", status_notes="Da sua",
        address="66/1 Dong Tam", reporter_name="Anh",
    ) for n in range(2000)]  # fmt: skip
    file = written(tmp_path, *ascii_rows, in_1258(ROW), encoding="windows-1258")
    assert file.stat().st_size > 200_000
    assert recognise(file).encoding == "windows-1258"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_the_header(tmp_path: Path, delimiter: str) -> None:
    head = HEAD.replace(",", delimiter)
    cells = changed(description=VIETNAMESE)[1:-1].split('","')
    row = delimiter.join(f'"{cell}"' for cell in cells)
    file = written(tmp_path, row, head=head)
    assert recognise(file).delimiter == delimiter
    assert understood(file)[0][0].request.description == VIETNAMESE


def test_a_line_that_names_the_delimiter_is_no_header(tmp_path: Path) -> None:
    head = "sep=;\n" + HEAD.replace(",", ";")
    file = written(tmp_path, changed().replace('","', '";"'), head=head)
    taken, refused = understood(file)
    assert (len(taken), refused) == (1, [])
    assert taken[0].line == 3


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_row(tmp_path: Path, end: str) -> None:
    file = written(tmp_path, ROW, changed(service_request_id="PAKN-2"), end=end)
    assert [each.line for each in rows_of(file)] == [2, 3]


def test_a_quoted_value_may_have_lines(tmp_path: Path) -> None:
    file = written(tmp_path, changed(description='Sụt "to"\nrất sâu\r\nnguy hiểm'), ROW)
    rows = rows_of(file)
    assert [each.line for each in rows] == [2, 5]
    assert understood(file)[0][0].request.description == 'Sụt "to"\nrất sâu\nnguy hiểm'


def test_blank_lines_and_empty_rows_are_none(tmp_path: Path) -> None:
    file = written(tmp_path, "", ROW, "," * 15, "  ", "")
    assert [each.line for each in rows_of(file)] == [3]


def test_a_row_that_was_cut_off_is_refused_alone(tmp_path: Path) -> None:
    file = written(tmp_path, ROW, ROW)
    file.write_bytes(file.read_bytes()[:-60])
    taken, refused = understood(file)
    assert [each.line for each in taken] == [2]
    assert refused == [(3, "history_too_short")]


def test_cut_off_inside_a_quote_and_a_letter(tmp_path: Path) -> None:
    file = written(tmp_path, ROW, changed(status_notes=VIETNAMESE))
    data = file.read_bytes()
    place = data.rindex("Võ".encode()) + 2  # the first byte of õ stays
    file.write_bytes(data[:place])
    taken, refused = understood(file)
    assert [each.line for each in taken] == [2]
    assert refused == [(3, "history_open_quote")]


def test_a_quote_never_closed_costs_its_own_line_only(tmp_path: Path) -> None:
    broken = ROW.replace('hiểm"', "hiểm", 1)
    good = [changed(service_request_id=f"P-{n}") for n in range(500)]
    file = written(tmp_path, broken, *good)
    taken, refused = understood(file)
    assert refused == [(2, "history_bad_quotes")]
    assert [each.line for each in taken] == list(range(3, 503))


def test_a_quote_that_swallows_hundreds_of_lines_gives_them_back(tmp_path: Path) -> None:
    plain = ROW.replace('"', "").replace("sụt, nguy", "sụt nguy")
    broken = plain.replace("Nắp", '"Nắp')
    for after in (300, 5):  # longer than a value may be, up to the end of the file
        file = written(tmp_path, plain, broken, *[plain] * after)
        assert [(type(each), each.line) for each in rows_of(file)] == [
            (RawRow, 2), (BrokenRow, 3), *[(RawRow, 4 + n) for n in range(after)],
        ]  # fmt: skip


def test_a_stray_quote_is_said(tmp_path: Path) -> None:
    file = written(tmp_path, ROW.replace('hiểm",', 'hiểm" x,'), ROW)
    taken, refused = understood(file)
    assert refused == [(2, "history_bad_quotes")]
    assert [each.line for each in taken] == [3]


def test_a_line_without_an_end_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_file, "LONGEST_LINE", 1000)
    file = written(tmp_path, ROW, "x" * 50_000, ROW, '"' + "y" * 5000, ROW)
    rows = rows_of(file)
    assert [type(each) for each in rows] == [RawRow, BrokenRow, RawRow, BrokenRow, RawRow]
    assert [each.line for each in rows] == [2, 3, 4, 5, 6]
    assert isinstance(rows[1], BrokenRow)
    assert (rows[1].code, len(rows[1].text)) == ("history_line_too_long", 1000)


def test_too_many_columns_are_refused_unless_they_are_empty(tmp_path: Path) -> None:
    file = written(tmp_path, ROW + ",,", ROW + ",thừa")
    taken, refused = understood(file)
    assert (len(taken), refused) == (1, [(3, "history_too_long")])


def test_columns_go_by_other_names_and_in_any_order(tmp_path: Path) -> None:
    head = "Description, Requested Datetime ,SERVICE_NAME,latitude,lng,Màu,source"
    row = "Sụt,04/03/2016,Ổ gà|,10.86,106.61,đỏ,sms"
    file = written(tmp_path, row, head=head)
    shape = recognise(file)
    assert shape.ignored == ("Màu",)
    place = dict(zip(history_file.FIELDS, shape.places, strict=True))
    assert (place["lat"], place["long"], place["channel"], place["status"]) == (3, 4, 6, -1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "history_empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "history_empty"),
        (b"a,b,c\n1,2,3\n", "history_no_columns"),
        (b"requested_datetime,description\n", "history_no_columns"),
        (b"\x89PNG\r\n\x1a\n" + bytes(3000), "history_no_columns"),
        (b"\xff\xfe", "history_empty"),
        (bytes(100), "history_empty"),
    ],
)
def test_what_is_no_history_is_said_at_once(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with pytest.raises(InputError, match=code):
        recognise(file)


def test_the_same_file_has_the_same_digest_and_another_one_not(tmp_path: Path) -> None:
    first = recognise(written(tmp_path, ROW))
    assert recognise(written(tmp_path, ROW)) == first
    assert recognise(written(tmp_path, ROW, ROW)).digest != first.digest


HOSTILE = st.sampled_from(
    [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"sep=;\n", b'"', b"\r", b"\n", b"\0", b",", b";",
     b"\t", b"\xc3", b"\xe1\xba", HEAD.encode(), HEAD.encode("utf-16"), ROW.encode(), b"\n" * 30]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(HOSTILE, st.binary(max_size=40)), max_size=12))
def test_any_bytes_are_a_history_or_no_history(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    file = tmp_path_factory.mktemp("any") / "x.csv"
    file.write_bytes(b"".join(pieces))
    try:
        shape = recognise(file)
    except InputError as error:
        said = error.code
    else:
        said = ""
        lines = [each.line for each in rows_of(file)]
        assert lines == sorted(set(lines))  # every row once, in order
        assert shape.size == file.stat().st_size
    assert said in ("", "history_empty", "history_no_columns")
