"""The map's data as JSON bytes, for the page to fetch: GeoJSON has long before lat."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from console.map.state import point_kind
from console.map.wards import WardTable
from console.services.views import MapPoint

_SHORT = {"Phường ": "P. ", "Xã ": "X. ", "Đặc khu ": "ĐK. "}


def short_label(ward_name: str) -> str:
    """A ward's name as a map writes it: `P. An Phú Đông`."""
    for word, short in _SHORT.items():
        if ward_name.startswith(word):
            return short + ward_name.removeprefix(word)
    return ward_name


def wards_json(table: WardTable) -> bytes:
    """Names and centres of the new wards."""
    wards = [
        {"code": w.code, "label": short_label(w.name), "lat": w.lat, "long": w.long, "km2": w.km2}
        for w in table.new.values()
    ]
    return json.dumps({"wards": wards}).encode()


def outlines_json(path: Path) -> bytes:
    """The outlines file as it is; the importer checked it."""
    return path.read_bytes()


def requests_json(
    points: Sequence[MapPoint], now: datetime, describe: Callable[[MapPoint], str] | None = None
) -> bytes:
    """Requests as a FeatureCollection; the page gets id, kind and a label, nothing of a person."""
    features = [
        {
            "type": "Feature",
            "id": str(p.id),
            "geometry": {"type": "Point", "coordinates": (p.long, p.lat)},
            "properties": {
                "kind": point_kind(p, now),
                "label": (describe(p) if describe else p.number)[:300],
            },
        }
        for p in points
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()
