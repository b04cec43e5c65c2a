"""`address parse` and `map …`: addresses understood offline, and what the map has."""

import argparse
from pathlib import Path

from console.cli.common import Call, CliParser, add_common, print_json
from console.cli.telephony import lines_of, readable
from console.domain.errors import InputError

type Verbs = "argparse._SubParsersAction[CliParser]"


def add_address(verbs: Verbs) -> None:
    """The grammar of `address`."""
    top = verbs.add_parser("address", help="công cụ địa chỉ")
    sub = top.add_subparsers(dest="what", required=True, parser_class=CliParser)
    parse = sub.add_parser("parse", help="hiểu một địa chỉ như người dân nói")
    parse.add_argument("text", nargs="*")
    parse.add_argument("--file", type=Path)
    parse.set_defaults(act=_parse)
    add_common(parse, top=False)


def add_map(verbs: Verbs) -> None:
    """The grammar of `map`."""
    top = verbs.add_parser("map", help="dữ liệu bản đồ")
    sub = top.add_subparsers(dest="what", required=True, parser_class=CliParser)
    wards = sub.add_parser("import-wards", help="nạp ranh giới phường, xã (GeoJSON)")
    wards.add_argument("file", type=Path)
    wards.add_argument("--dry-run", action="store_true")
    wards.set_defaults(act=_import_wards)
    check = sub.add_parser("check", help="bản đồ có gì, thiếu gì")
    check.set_defaults(act=_check)
    for parser in (wards, check):
        add_common(parser, top=False)


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

    report = import_wards(
        readable(call.given.file), call.profile / "map", dry_run=call.given.dry_run
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
