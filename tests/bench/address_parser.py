"""Figures of the address parser, printed with their goals; exits with 1 when one is missed.

    python -m tests.bench.address_parser [ADDRESSES.tsv] [VARIANTS]

ADDRESSES.tsv holds rows with the expected fields. VARIANTS is how many addresses are made with the
recipes of `tests/unit/map/addresses/variants.py`; their streets are on the street list in the first
half, and on no list in the second.
"""

import csv
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from console.domain.text.folding import fold
from console.map.addresses.language.known_streets import KnownStreets, shipped_streets
from console.map.addresses.parser import AddressParser
from console.map.geography.wards import WardTable
from tests.unit.map.addresses.test_parser import _in_city
from tests.unit.map.addresses.variants import CROSSED, variants, verdict

TABLE = WardTable()
CITY = [ward for ward in TABLE.old.values() if _in_city(ward)]
NAMES = shipped_streets().names


def goal(name: str, value: float, unit: str, limit: float, *, least: bool = False) -> bool:
    """Print one figure and whether it meets its goal."""
    met = value >= limit if least else value <= limit
    sign = ">=" if least else "<="
    print(f"{name:52}{value:9.2f} {unit:4}(goal {sign} {limit:g}{'' if met else ' MISSED'})")
    return met


def shared(path: Path, parser: AddressParser) -> bool:
    """Share of the rows whose fields are all right."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    right = sum(_is_right(row, parser) for row in rows)
    return goal(f"rows of {path.name}, right of {len(rows)}", 100 * right / len(rows), "%", 100,
                least=True)  # fmt: skip


def _is_right(row: dict[str, str], parser: AddressParser) -> bool:
    found = parser.parse(row["text"])
    news = {fold(part.rstrip("*")) for part in row["new_ward"].split("|") if part}
    return (
        fold(row["number"]) == fold(found.number or "")
        and fold(row["street"]) in fold(found.street or "")
        and fold(row["cross"]) == fold(found.cross_street or "")
        and (not row["old_ward"] or fold(row["old_ward"]) == fold(found.ward or ""))
        and fold(row["old_district"]) == fold(found.district or "")
        and news == {fold(ref.name) for ref in found.new_wards}
    )


def made(label: str, parser: AddressParser, names: tuple[str, ...], n: int) -> tuple[float, float]:
    """Variants over these streets: (right, wrong) in percent."""
    told = Counter(
        verdict(said, parser.parse(said.text)) for said in variants(TABLE, names, CITY, n, seed=n)
    )
    print(f"{label}: {dict(told)}")
    return 100 * told["right"] / n, 100 * told["wrong"] / n


def spans(parser: AddressParser, n: int) -> list[float]:
    """Milliseconds of each parse, the better of two runs, because the machine has other work."""
    took = []
    for said in variants(TABLE, NAMES, CITY, n, seed=1):
        tries = []
        for _ in range(2):
            begun = time.perf_counter()
            parser.parse(said.text)
            tries.append((time.perf_counter() - begun) * 1000)
        took.append(min(tries))
    return took


def main() -> int:
    """Run all."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 15_000
    parser = AddressParser(TABLE)
    parser.parse("12 Lê Lợi, P.Bến Thành, Q.1")
    met = [shared(file, parser)] if file else []
    right, wrong = made("streets on the list", parser, NAMES, n)
    met += [
        goal("streets on the list: right", right, "%", 99, least=True),
        goal("streets on the list: wrong", wrong, "%", 0),
    ]
    half = AddressParser(TABLE, KnownStreets([*NAMES[1::2], *CROSSED, "Phan Văn Trị"]))
    unlisted = tuple(name for name in NAMES[::2] if not name[0].isdigit())
    right, wrong = made("streets on no list", half, unlisted, n)
    met += [
        goal("streets on no list: right", right, "%", 95, least=True),
        goal("streets on no list: wrong", wrong, "%", 0.02),
    ]
    took = spans(parser, 2000)
    met += [
        goal("parse, median", statistics.median(took), "ms", 1),
        goal("parse, 99 of 100", statistics.quantiles(took, n=100)[98], "ms", 5),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
