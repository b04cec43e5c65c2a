"""The two formats of GeoReport v2: XML without a namespace, JSON by the Spark convention.

One tree serves both: a mapping is an element with children; a list is a container of elements whose
name follows from its own. http://wiki.open311.org/GeoReport_v2
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from xml.sax.saxutils import escape

from console.domain.time_zone import CITY

type Value = str | bool | int | float | Mapping[str, "Value"] | Sequence["Value"] | None

FORMATS = {"xml": "text/xml", "json": "application/json"}
_ITEM = {
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
    "media_urls": "media_url",
    "messages": "message",
}
"""Container -> name of its elements."""


def xml(root: str, value: Value) -> bytes:
    """The whole document."""
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return (head + _element(root, value)).encode()


def _element(name: str, value: Value) -> str:
    if isinstance(value, Mapping):
        inner = "".join(_element(key, each) for key, each in value.items())
        return f"<{name}>{inner}</{name}>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        item = _ITEM.get(name, "item")
        inner = "".join(_element(item, each) for each in value)
        return f"<{name}>{inner}</{name}>"
    if value is None:
        return f"<{name}/>"
    if isinstance(value, bool):
        return f"<{name}>{'true' if value else 'false'}</{name}>"
    return f"<{name}>{escape(str(value))}</{name}>"


def json_text(value: Value) -> bytes:
    """The whole document; a list is always an array, and the root has no name."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def document(form: str, root: str, value: Value) -> bytes:
    """The document in the requested format."""
    return json_text(value) if form == "json" else xml(root, value)


def when(at: datetime | None) -> str | None:
    """ISO 8601 with seconds and offset, in the city's time."""
    return at.astimezone(CITY).isoformat(timespec="seconds") if at else None
