"""`map …`: bring in map data, and say what the map has."""

from functools import partial
from pathlib import Path

from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_group, add_verb, path_argument
from console.cli.framework.input_files import readable
from console.cli.framework.output import print_json
from console.cli.framework.progress import Bytes
from console.cli.framework.read_only_audit import record_entry
from console.services.city_data.import_rights import imported
from console.services.ports.seat_data import DataKind


def add(verbs: Verbs) -> None:
    """The grammar of `map`."""
    sub = add_group(verbs, "map", "dữ liệu bản đồ")
    for name, about, kind in (
        ("import-wards", "nạp ranh giới phường, xã (GeoJSON)", DataKind.WARDS),
        ("import-streets", "nạp tên đường, địa danh (GeoJSON, GeoJSONSeq, CSV)", DataKind.STREETS),
        ("import-assets", "nạp trụ đèn, hố ga, cây, trạm (CSV, GeoJSON)", DataKind.ASSETS),
        ("set-basemap", "đặt bản đồ nền (.pmtiles, .mbtiles)", DataKind.BASEMAP),
    ):
        verb = add_verb(sub, name, about, partial(_import, kind=kind))
        verb.add_argument("file", type=path_argument)
        verb.add_argument("--dry-run", action="store_true")
        verb.add_argument("--licence", default="", metavar="TEXT")
    add_verb(sub, "check", "bản đồ có gì, thiếu gì", _check)


def _import(call: Call, kind: DataKind) -> int:
    from console.assembly.data_import import map_importer

    source: Path = call.given.file  # may also be a folder of outlines
    if not source.is_dir():
        readable(source)
    progress = Bytes(call)
    # Read-only: a window that has the profile open keeps running, and sees the new data.
    with call.import_core(kind, read_only=True, nameless=True) as core:
        actor = core.desk.actor
        try:
            report = map_importer(kind, core.desk.catalogue)(
                source,
                call.profile / "map",
                dry_run=call.given.dry_run,
                licence=call.given.licence,
                progress=progress,
            )
        finally:
            progress.end()
    if report.ok and not report.dry_run:
        record_entry(core, imported(actor, core.desk.clock(), kind, source, report.taken))
    if call.as_json:
        print_json(report.to_json())
    else:
        for line in report.lines(call.lang):
            print(line)
    return 0 if report.ok else 2


def _check(call: Call) -> int:
    from console.map.check import check_map

    lines = check_map(call.profile / "map", call.loaded.settings.map, call.lang)
    if call.as_json:
        print_json([{"name": n, "state": s, "text": t} for n, s, t in lines])
    else:
        for name, state, text in lines:
            print(f"{name:12}{state:6}{text}")
    return 1 if any(state != "ok" for _, state, _ in lines) else 0
