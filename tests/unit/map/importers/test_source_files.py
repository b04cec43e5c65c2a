"""Tables as spreadsheets save them: delimiters and encodings."""

import unicodedata
from pathlib import Path

import pytest

from console.domain.errors import InputError
from console.map.geography.assets import ASSETS_FILE, AssetFile
from console.map.importers.assets import import_assets
from console.map.importers.streets import import_streets

_ROWS = (
    "kind,code,lat,long,label\nTrụ đèn,Đ-1,10.7769,106.7009,Cộng Hòa\nhố ga,H-2,10.78,106.7,Ổ gà\n"
)


def _windows(text: str) -> bytes:
    """As in windows-1258: a letter with its mark, then its tone."""
    found = b""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(c for c in parts[1:] if c in "\u0300\u0301\u0303\u0309\u0323")
        base = "".join(c for c in parts if c not in tones)
        found += (unicodedata.normalize("NFC", base) + tones).encode("windows-1258")
    return found


@pytest.mark.parametrize(
    "body",
    [
        _ROWS.encode(),
        _ROWS.encode("utf-8-sig"),
        _ROWS.encode("utf-16"),
        _ROWS.replace("\n", "\r\n").encode("utf-16"),
        _windows(_ROWS),
        _ROWS.replace(",", "\t").encode(),
        ("\n" + _ROWS.replace(",", ";").replace("10.", "10,").replace("106.", "106,")).encode(),
    ],
    ids=["plain", "mark", "utf-16", "utf-16 crlf", "windows-1258", "tab", "semicolon"],
)
def test_assets_come_in_however_the_table_was_saved(tmp_path: Path, body: bytes) -> None:
    source = tmp_path / "tài sản.csv"
    source.write_bytes(body)
    report = import_assets(source, tmp_path / "map")
    assert (report.taken, report.refused) == (2, [])
    found = AssetFile(tmp_path / "map" / ASSETS_FILE).find("Đ1")
    assert [(each.kind, each.label) for each in found] == [("lamp", "Cộng Hòa")]


def test_a_table_names_all_missing_columns(tmp_path: Path) -> None:
    source = tmp_path / "passwd"
    source.write_text("loại;Code;Lat;kinh độ\nlamp;L1;10.7;106.7\n", "utf-8")
    with pytest.raises(InputError, match="table_lacks_columns") as raised:
        import_assets(source, tmp_path / "map")
    assert raised.value.params["columns"] == "kind, long"
    for text in ("", "root:x:0:0:root:/root:/bin/bash\n" * 30):
        source.write_text(text, "utf-8")
        with pytest.raises(InputError, match="not_a_table"):
            import_assets(source, tmp_path / "map")


@pytest.mark.parametrize("head", ["name;lat;long\n", ""])
def test_streets_take_semicolons_and_a_decimal_comma(tmp_path: Path, head: str) -> None:
    source = tmp_path / "đường.csv"
    source.write_bytes(_windows(f"{head}Võ Công Tồn;10,79;106,62\nVườn Lài;;\n"))
    report = import_streets(source, tmp_path / "map")
    assert (report.taken, report.refused) == (2, [])
    assert "Võ Công Tồn\t10.790000\t106.620000" in (tmp_path / "map/places.tsv").read_text("utf-8")
