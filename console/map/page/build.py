"""Builds the bare map page with folium: nothing inline, nothing from elsewhere.

folium never gets text from outside: it writes tooltips and popups as JavaScript templates and would
run `${…}` in them. All content comes later as JSON (`messages.py`). This module runs as its own
process (`process.py`); nothing imports it.
"""

import json
import re
import sys
from typing import Any

import folium  # noqa: TID253 (this module is only imported when a map is built)
from branca.element import MacroElement
from jinja2 import Template

from console.map.page.origin import ORIGIN, Page
from console.map.page.process import MARKED_CENTRE, MARKED_ID, MARKED_ZOOM

_SCRIPTS = (
    ("leaflet", f"{ORIGIN}/assets/vendor/leaflet/leaflet.js"),
    ("protomaps", f"{ORIGIN}/assets/vendor/protomaps-leaflet/protomaps-leaflet.js"),
    ("qwebchannel", f"{ORIGIN}/qwebchannel.js"),
    ("console_base", f"{ORIGIN}/assets/console-base.js"),
    ("console_tools", f"{ORIGIN}/assets/console-tools.js"),
    ("console_map", f"{ORIGIN}/assets/console-map.js"),
)
_STYLES = (
    ("leaflet_css", f"{ORIGIN}/assets/vendor/leaflet/leaflet.css"),
    ("console_map_css", f"{ORIGIN}/assets/console-map.css"),
)


class _BareMap(folium.Map):
    """folium's map with our own copies of everything it loads."""

    default_js = list(_SCRIPTS)  # noqa: RUF012 (folium reads it from the class)
    default_css = list(_STYLES)  # noqa: RUF012


class _Attach(MacroElement):
    """Hands the Leaflet map to our script once it exists."""

    _name = "Attach"
    _template = Template(
        "{% macro script(this, kwargs) %}"
        "ConsoleMap.attach({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )


def build_page(map_id: str, centre: tuple[float, float], zoom: int) -> Page:
    """Build the page.

    Args:
        map_id: letters and digits, unique in this process.
        centre: (lat, long).
        zoom: 8 to 19.
    """
    made = _BareMap(
        location=list(centre),
        zoom_start=zoom,
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        minZoom=8,
        maxZoom=19,
        doubleClickZoom=False,  # the first click of two would move the pin
        fadeAnimation=False,  # software GL: an animation is a slide show
        zoomAnimation=False,
        markerZoomAnimation=False,
        inertia=False,
    )
    made._id = map_id  # folium's own ids are random: the page would differ from run to run
    made.add_child(_Attach())  # type: ignore[no-untyped-call]
    figure: Any = made.get_root()
    figure.render()
    header, html = figure.header.render(), figure.html.render()
    inline_js, inline_css = _inline("script", header), _inline("style", header)
    script, style = f"map-{map_id}.js", f"map-{map_id}.css"
    document = "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="vi"><head><meta charset="utf-8"/>',
            f"<title>{map_id}</title>",
            f'<link rel="stylesheet" href="{ORIGIN}/{style}"/>',
            *(f'<link rel="stylesheet" href="{address}"/>' for _, address in _STYLES),
            "</head><body>",
            html.strip(),
            *(f'<script src="{address}"></script>' for _, address in _SCRIPTS),
            f'<script src="{ORIGIN}/{script}"></script>',
            "</body></html>",
        ]
    )
    return Page(
        f"map-{map_id}.html",
        {
            f"map-{map_id}.html": ("text/html", document),
            script: ("text/javascript", f"{inline_js}\n{figure.script.render()}"),
            style: ("text/css", inline_css),
        },
    )


def _inline(tag: str, header: str) -> str:
    """The inline blocks of this tag, without those that only refer to a file."""
    blocks = re.findall(rf"<{tag}>(.*?)</{tag}>", header, flags=re.DOTALL)
    return "\n".join(block.strip() for block in blocks)


if __name__ == "__main__":
    _MADE = build_page(MARKED_ID, MARKED_CENTRE, MARKED_ZOOM)
    json.dump((_MADE.path, _MADE.files), sys.stdout)
