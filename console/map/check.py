"""`map check`: what map data this seat has, what is missing, and how to get it."""

from pathlib import Path

from console.config.settings import MapSettings
from console.domain.errors import InputError, UnavailableError
from console.map.geography.assets import ASSETS_FILE, AssetFile
from console.map.geography.imported_places import PLACES_FILE, read_places
from console.map.geography.wards import WARDS_FILE, WardTable
from console.map.importers.report import origin_of
from console.map.importers.source_files import read_features
from console.map.page.integrity import altered_files
from console.map.tiles.basemap import basemap_path, open_base

type CheckLine = tuple[str, str, str]
"""(name, state, line): state is ok, warn or fail; the line for people says what to do."""

_KIND_NAMES = {
    "lamp": ("trụ đèn", "lamps"),
    "manhole": ("hố ga", "manholes"),
    "tree": ("cây", "trees"),
    "bus_stop": ("trạm xe buýt", "bus stops"),
}


def check_map(folder: Path, settings: MapSettings, lang: str = "vi") -> list[CheckLine]:
    """Check page, tables, outlines, streets, assets and base map.

    Args:
        folder: the profile's `map` folder.
    """
    one = 1 if lang == "en" else 0
    return [
        _page(one),
        _tables(one),
        _wards(folder, settings, one),
        _streets(folder, one),
        _assets(folder, one),
        _base(folder, settings, one),
    ]


def _page(one: int) -> CheckLine:
    if wrong := altered_files():
        said = (
            f"tệp bị sửa hoặc thiếu: {', '.join(wrong)}; cài lại chương trình",
            f"files changed or missing: {', '.join(wrong)}; install again",
        )
        return "page", "fail", said[one]
    return "page", "ok", "Leaflet 1.9.4, protomaps-leaflet 5.1.0"


def _tables(one: int) -> CheckLine:
    table = WardTable()
    new, old = len(table.new), len(table.old)
    said = (f"{new} phường, xã; {old} phường, xã cũ", f"{new} wards; {old} former wards")
    return "tables", "ok", said[one]


def _origin(folder: Path, name: str) -> str:
    """Source, licence and date of an import: ` (…, …, 2026-11-25)`."""
    origin = origin_of(folder, name)
    bits = [origin.get("source"), origin.get("licence"), str(origin.get("imported_at", ""))[:10]]
    told = [str(bit) for bit in bits if bit]
    return f" ({', '.join(told)})" if told else ""


def _wards(folder: Path, settings: MapSettings, one: int) -> CheckLine:
    file = Path(settings.wards) if settings.wards else folder / WARDS_FILE
    if not file.is_file():
        said = (
            "chưa có ranh giới phường, xã, ghim không biết thuộc phường nào; nạp bằng: "
            "console1022 map import-wards TỆP.geojson",
            "no outlines: a pin does not know its ward; console1022 map import-wards FILE.geojson",
        )
        return "wards", "warn", said[one]
    try:
        count = len(read_features(file)[0])
    except (InputError, UnavailableError):
        said = (
            f"không đọc được {file}; nạp lại bằng map import-wards",
            f"{file} cannot be read; run map import-wards again",
        )
        return "wards", "fail", said[one]
    return "wards", "ok", f"{count} {('ranh giới', 'outlines')[one]}{_origin(folder, WARDS_FILE)}"


def _streets(folder: Path, one: int) -> CheckLine:
    places = read_places(folder / PLACES_FILE)
    if not places:
        said = (
            "chỉ có tên đường kèm theo chương trình; nạp thêm bằng: console1022 map import-streets "
            "TỆP",
            "only the shipped street names; add more: console1022 map import-streets FILE",
        )
        return "streets", "warn", said[one]
    streets = sum(place.kind == "street" for place in places)
    rest = len(places) - streets
    said = (f"{streets} đường, {rest} địa danh", f"{streets} streets, {rest} landmarks")
    return "streets", "ok", f"{said[one]}{_origin(folder, PLACES_FILE)}"


def _assets(folder: Path, one: int) -> CheckLine:
    counts = AssetFile(folder / ASSETS_FILE).counts()
    if not counts:
        said = (
            "chưa có trụ đèn, hố ga, cây, trạm xe buýt; nạp bằng: console1022 map import-assets "
            "TỆP.csv",
            "no lamps, manholes, trees, stops; console1022 map import-assets FILE.csv",
        )
        return "assets", "warn", said[one]
    told = ", ".join(f"{n} {_KIND_NAMES[kind][one]}" for kind, n in sorted(counts.items()))
    return "assets", "ok", f"{told}{_origin(folder, ASSETS_FILE)}"


def _base(folder: Path, settings: MapSettings, one: int) -> CheckLine:
    none = (
        "Chưa có bản đồ nền: chỉ có tên phường và lưới tọa độ",
        "No base map: ward names and a grid only",
    )[one]
    path = basemap_path(settings, folder)
    if path is None:
        if settings.tiles_url:
            said = ("bản đồ trực tuyến", "online tiles")[one]
            return "basemap", "ok", f"{said}: {settings.tiles_url}"
        cure = (
            "đặt bằng: console1022 map set-basemap TỆP.pmtiles",
            "console1022 map set-basemap FILE.pmtiles",
        )[one]
        return "basemap", "warn", f"{none}; {cure}"
    if not path.is_file():
        return "basemap", "warn", f"{none}; {('không có tệp', 'there is no file')[one]} {path}"
    try:
        base = open_base(path)
    except InputError as error:
        return "basemap", "fail", f"{none}; {path}: {error.params.get('why', '')}"
    base.tiles.close()
    kind = (("ảnh", "pictures"), ("vector", "vector"))[base.vector][one]
    zoom = ("mức phóng", "zoom")[one]
    return (
        "basemap",
        "ok",
        f"{base.name} ({kind}), {zoom} {base.min_zoom}-{base.max_zoom}{_origin(folder, path.name)}",
    )
