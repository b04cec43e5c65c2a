"""Make the ward tables beside this file from the data of the PyPI wheel vietnamadminunits 1.0.4.

The wheel's code is never imported: some of it sends addresses to an online geocoder. Only two data
files are read from the archive. Run with the wheel's path, as got by
`pip download --no-deps vietnamadminunits==1.0.4`:

    python resources/geo/make_ward_table.py vietnamadminunits-1.0.4-py3-none-any.whl

Writes `wards_new.tsv`, `wards_old.tsv`, `wards_map.tsv`: UTF-8, LF, header, sorted, so that a
second run over the same wheel changes nothing. Codes of old and new wards overlap without meaning
the same place; never join the tables by code other than through `wards_map.tsv`.
"""

import hashlib
import json
import re
import sqlite3
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path

WHEEL_SHA256 = "737ee3662e877290386c1c45ed4d71f2e5fae34ab6fb9c64bfb4cb74b216ea35"
"""Of the wheel that the committed tables were made from."""

CITY = "79"
"""Province code of Ho Chi Minh City, before and after 1 July 2025."""

EX_PROVINCES = ("74", "77")
"""Ex-Bình Dương and ex-Bà Rịa - Vũng Tàu."""

VALID_FROM = "2025-07-01"
VALID_TO = "2025-06-30"
CON_DAO = "755"
"""Côn Đảo had no wards: the district's own code stands for it."""

HERE = Path(__file__).parent


def main() -> None:
    """Read the wheel named on the command line and write the three tables."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: make_ward_table.py WHEEL")
    wheel = Path(sys.argv[1])
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        print("warning: not the wheel that the committed tables were made from", file=sys.stderr)
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as folder:
        database = Path(archive.extract("vietnamadminunits/data/dataset.db", folder))
        converter = json.loads(archive.read("vietnamadminunits/data/converter_2025.json").decode())
        with sqlite3.connect(database) as connection:
            new_rows, new_codes = _new_wards(connection)
            old_rows, old_codes = _old_wards(connection)
        connection.close()
    _write("wards_new.tsv", "code name lat long km2 valid_from", new_rows)
    _write("wards_old.tsv", "code district name lat long aliases valid_to", old_rows)
    pairs = _pairs(converter, new_codes, old_codes)
    _write("wards_map.tsv", "old_code new_code is_default", pairs)


def _new_wards(connection: sqlite3.Connection) -> tuple[list[tuple[str, ...]], dict[str, str]]:
    """Rows of wards_new, and key of the converter -> code."""
    rows: list[tuple[str, ...]] = []
    codes: dict[str, str] = {}
    for code, name, lat, long, km2, key in connection.execute(
        "SELECT wardCode, ward, wardLat, wardLon, wardAreaKm2, wardKey FROM admin_units"
        " WHERE provinceCode = ? ORDER BY wardCode",
        (CITY,),
    ):
        rows.append((code, _nfc(name), f"{lat:.6f}", f"{long:.6f}", f"{km2:g}", VALID_FROM))
        codes[key] = code
    return rows, codes


def _old_wards(connection: sqlite3.Connection) -> tuple[list[tuple[str, ...]], dict[str, str]]:
    """Rows of wards_old, and key of the converter -> code."""
    rows: list[tuple[str, ...]] = []
    codes: dict[str, str] = {}
    for record in connection.execute(
        "SELECT provinceKey, districtKey, wardKey, wardCode, districtCode, district, ward,"
        " wardLat, wardLon, districtLat, districtLon, wardAlias FROM admin_units_legacy"
        " WHERE provinceCode IN (?, ?, ?) ORDER BY districtCode, wardCode",
        (CITY, *EX_PROVINCES),
    ):
        province, district_key, ward_key, ward_code, district_code, district, ward = record[:7]
        ward_lat, ward_long, district_lat, district_long, alias = record[7:]
        code = ward_code or district_code
        lat, long = (ward_lat, ward_long) if ward_code else (district_lat, district_long)
        rows.append(
            (
                code,
                _nfc(district),
                _nfc(ward or district),
                f"{lat:.6f}",
                f"{long:.6f}",
                "|".join(_aliases(alias)),
                VALID_TO,
            )
        )
        codes[f"{province}_{district_key}_{ward_key or ''}"] = code
    return rows, codes


def _aliases(raw: str | None) -> Iterable[str]:
    """Former names as `phuong6` or `phuongbinhan`: folded, no blanks, with the ward word only.

    The package lists each one several times (`p6`, `ward6`, `f06`); one form is enough.
    """
    found = {
        re.sub(r"^(phuong|xa|thitran)0(\d)$", r"\1\2", alias)
        for alias in json.loads(raw or "[]")
        if re.match(r"(phuong|xa|thitran).", alias)
    }
    return sorted(found)


def _pairs(
    converter: dict[str, dict[str, dict[str, list[object]]]],
    new_codes: dict[str, str],
    old_codes: dict[str, str],
) -> list[tuple[str, ...]]:
    """Rows of wards_map; every old ward has exactly one default."""
    city = "thanhphohochiminh"
    pairs = [
        (old_codes[str(old)], new_codes[new], "1")
        for new, olds in converter["DICT_PROVINCE_WARD_NO_DIVIDED"][city].items()
        for old in olds
    ]
    for old, parts in converter["DICT_PROVINCE_WARD_DIVIDED"][city].items():
        for part in parts:
            assert isinstance(part, dict)  # noqa: S101 (a tool, not the program)
            default = "1" if part["isDefaultNewWard"] else "0"
            pairs.append((old_codes[old], new_codes[part["newWardKey"]], default))
    return sorted(set(pairs), key=lambda pair: (pair[0], -int(pair[2]), pair[1]))


def _write(name: str, header: str, rows: Iterable[tuple[str, ...]]) -> None:
    lines = ["\t".join(header.split()), *("\t".join(row) for row in rows)]
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(name, len(lines) - 1)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())


if __name__ == "__main__":
    main()
