"""`address parse` and `map …`: addresses understood offline, and what the map has."""

from pathlib import Path

from console.cli.common import Call, lines_of, print_json, readable
from console.cli.grammar import Verbs, add_group, add_verb
from console.domain.errors import InputError


def add_address(verbs: Verbs) -> None:
    """The grammar of `address`."""
    sub = add_group(verbs, "address", "công cụ địa chỉ")
    parse = add_verb(sub, "parse", "hiểu một địa chỉ như người dân nói", _parse)
    parse.add_argument("text", nargs="*")
    parse.add_argument("--file", type=Path)


def add_map(verbs: Verbs) -> None:
    """The grammar of `map`."""
    sub = add_group(verbs, "map", "dữ liệu bản đồ")
    wards = add_verb(sub, "import-wards", "nạp ranh giới phường, xã (GeoJSON)", _import_wards)
    wards.add_argument("file", type=Path)
    wards.add_argument("--dry-run", action="store_true")
    add_verb(sub, "check", "bản đồ có gì, thiếu gì", _check)


def _parse(call: Call) -> int:
    from console.map.address import to_json
    from console.map.places import LocalPlaces

    given = call.given
    if bool(given.text) == (given.file is not None):
        raise InputError("missing_option", option="TEXT | --file FILE")
    places = LocalPlaces()
    texts = [" ".join(given.text)] if given.text else lines_of(given.file)
    for text in texts:
        print_json(to_json(places.parse(text)))
    return 0


def _import_wards(call: Call) -> int:
    from console.map.importers import import_wards

    source: Path = call.given.file  # one file, or a folder of them
    report = import_wards(
        source if source.is_dir() else readable(source),
        call.profile / "map",
        dry_run=call.given.dry_run,
    )
    if call.as_json:
        print_json(report.to_json())
    else:
        for line in report.lines(call.lang):
            print(line)
    return 0 if report.ok else 2


def _check(call: Call) -> int:
    from console.map.importers import check_map

    lines = check_map(call.profile / "map", call.loaded.settings.map)
    if call.as_json:
        print_json([{"name": n, "state": s, "text": t} for n, s, t in lines])
    else:
        for name, state, text in lines:
            print(f"{name:12}{state:6}{text}")
    return 1 if any(state != "ok" for _, state, _ in lines) else 0
