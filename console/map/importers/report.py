"""What all imports of map data share: the report, replacing a file, recording its origin.

An import replaces a file as a whole or changes nothing, and keeps the previous version. The report
and a file next to the data name each refused item with its reason; all others are imported.
"""

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from console.domain.errors import UnavailableError
from console.domain.text.cleaning import clean_line

type Progress = Callable[[int, int], None]
"""Called now and then with bytes read so far and bytes in total."""

NAMED = 20
"""How many refused items with the same reason are named in the lines for people."""


REASONS = {
    "unknown_code": ("mã phường không có trong bảng", "ward code is not in the table"),
    "twice": ("mã lặp lại", "code comes twice"),
    "no_polygon": ("không phải vùng (Polygon, MultiPolygon)", "no Polygon or MultiPolygon"),
    "invalid": ("hình vẽ sai", "geometry is not valid"),
    "outside": ("nằm ngoài thành phố", "lies outside the city"),
    "no_name": ("không có tên", "has no name"),
    "no_place": ("không có tọa độ đọc được", "has no coordinates that can be read"),
    "no_street": ("chỉ là số hẻm, không phải tên đường", "an alley's number, no street name"),
    "unknown_kind": ("loại tài sản không biết", "unknown kind of asset"),
    "bad_code": ("mã trống hoặc quá dài", "code is empty or too long"),
    "no_feature": ("dòng không đọc được", "line cannot be read"),
}
WARNINGS = {
    "area": ("diện tích lệch quá 10 %", "area differs by more than 10 %"),
    "name": ("tên khác trong bảng", "name differs from the table"),
    "missing": ("không có ranh giới trong tệp", "no outline in the file"),
    "swapped": ("vĩ độ và kinh độ bị đảo, đã đổi lại", "lat and long were swapped, put right"),
    "layers": ("lớp mà bản đồ không vẽ", "layers that the map does not draw"),
    "owner": ("đơn vị quản lý không có trong danh mục", "owner is not in the list of agencies"),
    "city": ("không phủ hết thành phố", "does not cover the whole city"),
}
_NOUNS = {
    "wards": ("ranh giới", "outlines"),
    "streets": ("tên đường và địa danh", "streets and landmarks"),
    "assets": ("tài sản", "assets"),
    "basemap": ("bản đồ nền", "base map"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A refusal or warning: the item's code or name, `why`, and details."""

    code: str
    why: str
    detail: str = ""


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do in a dry run.

    Attributes:
        source: name of the file; `sha256` of its bytes.
        what: `wards`, `streets`, `assets` or `basemap`.
        taken: how many items are good.
    """

    source: str
    dry_run: bool
    what: str
    taken: int = 0
    sha256: str = ""
    licence: str = ""
    refused: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    @classmethod
    def of(cls, source: Path, what: str, licence: str, *, dry_run: bool) -> "ImportReport":
        """The report of an import that begins now."""
        return cls(clean_line(source.name), dry_run, what, licence=clean_line(licence, 200))

    @property
    def ok(self) -> bool:
        """Whether any item is usable."""
        return self.taken > 0

    def refuse(self, code: str, why: str, detail: str = "") -> None:
        """Record an item that is not imported."""
        self.refused.append(Finding(clean_line(code, 60) or "?", why, clean_line(detail, 120)))

    def to_json(self) -> dict[str, object]:
        """The report for machines."""
        return {
            "source": self.source,
            "what": self.what,
            "dry_run": self.dry_run,
            "taken": self.taken,
            "sha256": self.sha256,
            "licence": self.licence,
            "refused": [{"code": f.code, "why": f.why, "detail": f.detail} for f in self.refused],
            "warnings": [{"code": f.code, "why": f.why, "detail": f.detail} for f in self.warnings],
        }

    def lines(self, lang: str = "vi") -> list[str]:
        """The report for people; of many similar findings only the first are named."""
        one = 1 if lang == "en" else 0
        head = ("Sẽ nạp", "Would take") if self.dry_run else ("Đã nạp", "Took")
        lines = [f"{head[one]} {self.taken} {_NOUNS[self.what][one]}"]
        for word, texts, findings in (
            (("Bỏ", "Refused"), REASONS, self.refused),
            (("Lưu ý", "Note"), WARNINGS, self.warnings),
        ):
            told: Counter[str] = Counter()
            for found in findings:
                told[found.why] += 1
                if told[found.why] <= NAMED:
                    detail = f" ({found.detail})" if found.detail else ""
                    lines.append(f"{word[one]} {found.code}: {texts[found.why][one]}{detail}")
            for why, n in told.items():
                if n > NAMED:
                    more = ("nữa", "more")[one]
                    lines.append(f"{word[one]} {n - NAMED} {more}: {texts[why][one]}")
        return lines


def replace_file(
    folder: Path, name: str, write: Callable[[Path], None], report: ImportReport
) -> None:
    """Replace `name` in the profile's map folder atomically.

    The previous file stays as `….previous`, the origin goes to `….origin.json`, refused items go to
    `….refused.tsv`.

    Args:
        write: writes the new file to the given path.

    Raises:
        UnavailableError: `disk_failed`; the existing file is untouched.
    """
    target, part = folder / name, folder / f"{name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        write(part)
        _sync(part)
        if target.exists():
            before = folder / f"{name}.previous"
            before.unlink(missing_ok=True)
            os.link(target, before)  # at no moment is the file missing
        os.replace(part, target)
        _put(folder / f"{name}.origin.json", json.dumps(_origin(report)))
        rows = [f"{f.code}\t{f.why}\t{f.detail}" for f in report.refused]
        _put(folder / f"{name}.refused.tsv", "\n".join(["code\twhy\tdetail", *rows, ""]))
    except OSError as error:
        raise UnavailableError("disk_failed", file=str(folder), why=str(error)) from error


def _origin(report: ImportReport) -> dict[str, object]:
    return {
        "source": report.source,
        "sha256": report.sha256,
        "licence": report.licence,
        "imported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "taken": report.taken,
        "refused": len(report.refused),
    }


def origin_of(folder: Path, name: str) -> dict[str, object]:
    """Where an imported file came from; empty if unknown."""
    try:
        found = json.loads((folder / f"{name}.origin.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _put(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    _sync(part)
    os.replace(part, path)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
