"""The map's data as JSON bytes for the page to fetch; GeoJSON puts long before lat."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from console.map.display.state import MapNotice, point_kind
from console.map.geography.assets import Asset
from console.map.geography.wards import WardTable
from console.services.views.requests import MapPoint

_SHORT = {"Phường ": "P. ", "Xã ": "X. ", "Đặc khu ": "ĐK. "}


def short_label(ward_name: str) -> str:
    """A ward's short name for the map: `P. An Phú Đông`."""
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
    """The outlines file unchanged; its import checked it."""
    return path.read_bytes()


def requests_json(
    points: Sequence[MapPoint], now: datetime, describe: Callable[[MapPoint], str] | None = None
) -> bytes:
    """Requests as a FeatureCollection: id, kind and label, no personal data."""
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


def assets_json(assets: Sequence[Asset], names: Mapping[str, str]) -> bytes:
    """Assets with their tooltip: `Trụ đèn TD-2/15`, then the label.

    Args:
        names: kind -> its name.
    """
    found = [
        {
            "lat": a.lat,
            "long": a.long,
            "kind": a.kind,
            "code": a.code,
            "label": f"{names.get(a.kind, a.kind)} {a.code}\n{a.label}".strip()[:300],
        }
        for a in assets
    ]
    return json.dumps({"assets": found}).encode()


def notices_json(notices: Sequence[MapNotice]) -> bytes:
    """Areas of notices with their titles."""
    found = [
        {
            "label": each.label[:120],
            "wards": each.wards,
            "rings": [[(long, lat) for lat, long in ring] for ring in each.rings],
            "soon": each.soon,
        }
        for each in notices
    ]
    return json.dumps({"notices": found}).encode()
