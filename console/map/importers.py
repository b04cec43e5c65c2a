"""What IT brings to the map: outlines of the wards, checked before they are used; and `map check`.

An import either replaces the outlines whole or changes nothing; the version before is kept beside
them. Refused outlines are named with the reason, the others are taken.
"""

import hashlib
import json
import math
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from console.config import MapSettings
from console.domain.errors import InputError, UnavailableError
from console.domain.text import clean_line, fold
from console.map.gazetteer import CITY_BOX
from console.map.resources import PAGE_ASSETS
from console.map.tiles import MbTiles
from console.map.wards import WardTable

WARDS_FILE = "wards.geojson"
_META_FILE = "wards.json"
_BEFORE_FILE = "wards.previous.geojson"
_LARGEST = 200 * 1024 * 1024
_KM_PER_DEGREE = 111.32
_AREA_SHARE = 0.10

_REASONS = {
    "unknown_code": ("mã phường không có trong bảng", "ward code is not in the table"),
    "twice": ("mã phường lặp lại", "ward code comes twice"),
    "no_polygon": ("không phải vùng (Polygon, MultiPolygon)", "no Polygon or MultiPolygon"),
    "invalid": ("hình vẽ sai", "geometry is not valid"),
    "outside": ("nằm ngoài thành phố", "lies outside the city"),
}
_WARNINGS = {
    "area": ("diện tích lệch quá 10 %", "area differs by more than 10 %"),
    "name": ("tên khác trong bảng", "name differs from the table"),
    "missing": ("không có ranh giới trong tệp", "no outline in the file"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One outline with something to say: `code` of the ward, `why`, and details."""

    code: str
    why: str
    detail: str = ""


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do.

    Attributes:
        taken: number of outlines that are good.
        sha256: of the file that was read.
    """

    source: str
    dry_run: bool
    taken: int = 0
    sha256: str = ""
    refused: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether anything could be used."""
        return self.taken > 0

    def to_json(self) -> dict[str, object]:
        """The report for machines."""
        return {
            "source": self.source,
            "dry_run": self.dry_run,
            "taken": self.taken,
            "sha256": self.sha256,
            "refused": [{"code": f.code, "why": f.why, "detail": f.detail} for f in self.refused],
            "warnings": [{"code": f.code, "why": f.why, "detail": f.detail} for f in self.warnings],
        }

    def lines(self, lang: str = "vi") -> list[str]:
        """The report for people, one line each."""
        one = 1 if lang == "en" else 0
        head = (
            ("Sẽ nạp", "Would take") if self.dry_run else ("Đã nạp", "Took"),
            ("ranh giới", "outlines"),
        )
        lines = [f"{head[0][one]} {self.taken} {head[1][one]}"]
        for word, texts, findings in (
            (("Bỏ", "Refused"), _REASONS, self.refused),
            (("Lưu ý", "Note"), _WARNINGS, self.warnings),
        ):
            for found in findings:
                detail = f" ({found.detail})" if found.detail else ""
                lines.append(f"{word[one]} {found.code}: {texts[found.why][one]}{detail}")
        return lines


def import_wards(
    source: Path, folder: Path, *, dry_run: bool = False, table: WardTable | None = None
) -> ImportReport:
    """Check outlines and put them into the profile.

    Args:
        source: one GeoJSON FeatureCollection with `properties.code` (and `name`), or a folder of
            such files.
        folder: the profile's `map` folder.
        dry_run: only say what would happen.

    Raises:
        InputError: `not_geojson`: the file cannot be read as GeoJSON, or is too large.
        UnavailableError: `file_missing`, `disk_failed`.
    """
    table = table or WardTable()
    features, digest = _read(source)
    report = ImportReport(clean_line(source.name), dry_run, sha256=digest)
    good: dict[str, dict[str, Any]] = {}
    for feature in features:
        _check(feature, table, good, report)
    report.taken = len(good)
    report.warnings += [
        Finding(code, "missing", ward.name) for code, ward in table.new.items() if code not in good
    ]
    if good and not dry_run:
        _store(folder, good, report)
    return report


def _read(source: Path) -> tuple[list[Any], str]:
    files = sorted(source.glob("*.*json")) if source.is_dir() else [source]
    digest = hashlib.sha256()
    features: list[Any] = []
    for file in files:
        try:
            if file.stat().st_size > _LARGEST:
                raise InputError("not_geojson", file=str(file), why="too large")
            body = file.read_bytes()
        except OSError as error:
            raise UnavailableError("file_missing", file=str(file)) from error
        digest.update(body)
        try:
            document = json.loads(body)
            features += document["features"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InputError("not_geojson", file=str(file), why=type(error).__name__) from error
    return features, digest.hexdigest()


def _check(
    feature: object, table: WardTable, good: dict[str, dict[str, Any]], report: ImportReport
) -> None:
    """Put one feature among the good ones, or say why not."""
    fields = feature if isinstance(feature, dict) else {}
    properties = fields.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    code = clean_line(str(properties.get("code", "")), 20)
    name = clean_line(str(properties.get("name", "")), 100)
    ward = table.new.get(code)
    if ward is None:
        report.refused.append(Finding(code or "?", "unknown_code", name))
        return
    if code in good:
        report.refused.append(Finding(code, "twice", name))
        return
    why, detail, km2 = _geometry(fields.get("geometry"))
    if why:
        report.refused.append(Finding(code, why, detail))
        return
    if abs(km2 - ward.km2) > _AREA_SHARE * ward.km2:
        report.warnings.append(Finding(code, "area", f"{km2:.2f} / {ward.km2:.2f} km²"))
    if name and fold(name) != fold(ward.name):
        report.warnings.append(Finding(code, "name", f"{name} / {ward.name}"))
    good[code] = {
        "type": "Feature",
        "properties": {"code": code, "name": ward.name},
        "geometry": fields["geometry"],
    }


def _geometry(raw: object) -> tuple[str, str, float]:
    """(reason, detail, km²) of a geometry; the reason is "" when it is good."""
    from shapely import is_valid_reason  # noqa: PLC0415 (0.1 s, only here)
    from shapely.errors import ShapelyError  # noqa: PLC0415
    from shapely.geometry import shape  # noqa: PLC0415

    if not isinstance(raw, dict) or raw.get("type") not in ("Polygon", "MultiPolygon"):
        return "no_polygon", "", 0
    try:
        form = shape(raw)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return "no_polygon", "", 0
    if form.is_empty or not form.is_valid:
        return "invalid", str(is_valid_reason(form))[:100], 0
    west, south, east, north = form.bounds
    low_lat, low_long, high_lat, high_long = CITY_BOX
    if not (low_lat <= south and north <= high_lat and low_long <= west and east <= high_long):
        return "outside", f"{south:.3f}, {west:.3f}", 0
    shrink = math.cos(math.radians((south + north) / 2))
    return "", "", float(form.area) * _KM_PER_DEGREE**2 * shrink


def _store(folder: Path, good: dict[str, dict[str, Any]], report: ImportReport) -> None:
    """Replace the outlines in one step; the ones before stay beside them."""
    features = [good[code] for code in sorted(good)]
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    meta = {
        "source": report.source,
        "sha256": report.sha256,
        "imported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "outlines": len(features),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / WARDS_FILE
        if target.exists():
            os.replace(_copy(target, folder / f"{_BEFORE_FILE}.part"), folder / _BEFORE_FILE)
        os.replace(_write(folder / f"{WARDS_FILE}.part", body), target)
        os.replace(_write(folder / f"{_META_FILE}.part", json.dumps(meta)), folder / _META_FILE)
    except OSError as error:
        raise UnavailableError("disk_failed", file=str(folder), why=str(error)) from error


def _write(path: Path, text: str) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return path


def _copy(source: Path, target: Path) -> Path:
    return _write(target, source.read_text(encoding="utf-8"))


# --- map check

type CheckLine = tuple[str, str, str]
"""Name, state (ok | warn | fail), one line for people with the cure."""


def check_map(folder: Path, settings: MapSettings) -> list[CheckLine]:
    """What the map of this seat has and what is missing."""
    return [_check_page(), _check_tables(), _check_wards(folder, settings), _check_base(settings)]


def _check_page() -> CheckLine:
    lines = (PAGE_ASSETS / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    wrong = [
        name
        for digest, name in (line.split("  ", 1) for line in lines)
        if not _is_whole(PAGE_ASSETS / name, digest)
    ]
    if wrong:
        return "page", "fail", f"tệp bị sửa hoặc thiếu: {', '.join(wrong)}; cài lại chương trình"
    return "page", "ok", "Leaflet 1.9.4"


def _is_whole(file: Path, digest: str) -> bool:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == digest
    except OSError:
        return False


def _check_tables() -> CheckLine:
    table = WardTable()
    return "tables", "ok", f"{len(table.new)} phường, xã; {len(table.old)} phường, xã cũ"


def _check_wards(folder: Path, settings: MapSettings) -> CheckLine:
    file = Path(settings.wards) if settings.wards else folder / WARDS_FILE
    if not file.is_file():
        cure = "nạp bằng: console1022 map import-wards TỆP.geojson"
        return (
            "wards",
            "warn",
            f"chưa có ranh giới phường, xã, ghim không biết thuộc phường nào; {cure}",
        )
    try:
        count = len(_read(file)[0])
    except (InputError, UnavailableError):
        return "wards", "fail", f"không đọc được {file}; nạp lại bằng map import-wards"
    return "wards", "ok", f"{count} ranh giới"


def _check_base(settings: MapSettings) -> CheckLine:
    none = "Chưa có bản đồ nền: chỉ có tên phường và lưới tọa độ"
    if not settings.basemap:
        return "basemap", "warn", f"{none}; đặt [map] basemap là một tệp .mbtiles"
    file = Path(settings.basemap)
    if not file.is_file():
        return "basemap", "warn", f"{none}; không có tệp {file}"
    try:
        tiles = MbTiles(file)
    except InputError as error:
        return "basemap", "fail", f"{none}; {file}: {error.params.get('why', '')}"
    info = tiles.info
    tiles.close()
    return "basemap", "ok", f"{info.name}, mức phóng {info.min_zoom}-{info.max_zoom}"
