"""Malicious text and addresses: nothing runs, nothing leaves, no file is read."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.map.display.state import MapSetup
from console.map.geography.assets import ASSETS_FILE
from console.map.geography.projection import world
from console.map.importers.assets import import_assets
from console.map.resources import PAGE_ASSETS
from console.ui.map.view import MapView
from console.ui.map.web.scheme import Answers
from tests.ui.map.conftest import (
    CENTRE,
    Catcher,
    built,
    finish,
    js,
    point,
    settled,
    target,
    until,
)
from tests.ui.map.test_web import wait_for_layer
from tests.unit.map.tiles.tile_files import vector_tile, write_pmtiles

_TEMPLATES = (
    "<script>{do}</script>", "</script><script>{do}</script>", "<img src=x onerror=\"{do}\">",
    "<img src='{url}'>", "<svg onload=\"{do}\">", "<iframe src='{url}'></iframe>", "${{{do}}}",
    "`${{{do}}}`", "`;{do};`", "';{do};//", "\";{do};//", "\\';{do};//", "{{{{{do}}}}}",
    "<a href=\"javascript:{do}\">x</a>", "<body onload={do}>", "<link rel=stylesheet href='{url}'>",
    "<style>@import '{url}';</style>", "<meta http-equiv=refresh content='0;url={url}'>",
    "<object data='{url}'></object>", "<embed src='{url}'>", "<base href='{url}/'>",
    "<form action='{url}'><input autofocus onfocus=\"{do}\"></form>",
    "<details open ontoggle=\"{do}\">", "<video src='{url}' autoplay>",
    "<audio src=x onerror=\"{do}\">", "<math><mtext></p><img src=x onerror=\"{do}\">",
    "<template><script>{do}</script></template>", "<marquee onstart=\"{do}\">",
    "<input type=image src='{url}'>", "\u2028{do}\u2029",
)  # fmt: skip
_DEEDS = (
    "window.pwned=1", "document.title='pwned'", "fetch('{url}')", "new Image().src='{url}'",
)  # fmt: skip


def payloads(url: str) -> list[str]:
    deeds = [deed.format(url=url) for deed in _DEEDS]
    return [template.format(do=deed, url=url) for template in _TEMPLATES for deed in deeds]


def test_no_payload_in_a_request_does_anything(view: MapView, catcher: Catcher) -> None:
    texts = payloads(f"http://127.0.0.1:{catcher.port}/x")
    assert len(texts) >= 100
    title = js(view, "document.title")
    step = 32 / (256 * 2**15) * 360
    shown = [
        point(CENTRE[0] + (i // 11 - 5) * step, CENTRE[1] + (i % 11 - 5) * step, number=text)
        for i, text in enumerate(texts)
    ]
    view.show_points(shown)
    assert wait_for_layer(view, "requests") == len(texts)
    settled(view)
    seen: set[object] = set()
    for i in range(0, len(texts), 7):
        x, y = (
            (i % 11 - 5) * 32 + view.web.width() // 2,
            (5 - i // 11) * 32 + view.web.height() // 2,
        )
        QTest.mouseMove(target(view), QPoint(x, y))
        until(lambda: js(view, "document.querySelector('.hint').hidden") is False, "no hint")
        seen.add(js(view, "document.querySelector('.hint').textContent"))
        assert js(view, "document.querySelector('.hint').children.length") == 0
    assert seen <= set(texts)
    assert len(seen) > 5
    assert js(view, "window.pwned === undefined") is True
    assert js(view, "document.title") == title
    assert catcher.hits == 0
    assert view.web.errors == []


def test_no_payload_in_assets_ring_or_ward_does_anything(
    qapp: QApplication, catcher: Catcher, tmp_path: Path
) -> None:
    texts = payloads(f"http://127.0.0.1:{catcher.port}/z")
    source = tmp_path / "a.geojson"
    source.write_text(
        json.dumps(
            {
                "features": [
                    {
                        "properties": {"kind": "lamp", "code": f"L{i}", "label": text},
                        "geometry": {
                            "coordinates": [CENTRE[1] + i % 10 * 1e-4, CENTRE[0] + i // 10 * 1e-4]
                        },
                    }
                    for i, text in enumerate(texts)
                ]
            }
        )
    )
    assert import_assets(source, tmp_path).taken == len(texts)
    view = built(MapSetup(assets=tmp_path / ASSETS_FILE, centre=CENTRE, zoom=18))
    seen: list[int] = []
    view.web.drawn.connect(lambda m: seen.append(m.n) if m.layer == "assets" else None)
    view.tools.show_kind("lamp")
    until(lambda: any(seen), "no assets were drawn")
    for text in texts[::9]:
        view.stress(*CENTRE, text)
        view.set_banner(text)
        settled(view)
    QTest.mouseMove(target(view), QPoint(view.web.width() // 2, view.web.height() // 2))
    until(lambda: js(view, "document.querySelector('.hint').hidden") is False, "no hint")
    assert js(view, "document.querySelector('.hint').children.length") == 0
    assert js(view, "window.pwned === undefined") is True
    assert catcher.hits == 0
    assert view.web.errors == []
    finish(view)


def test_no_payload_in_a_base_map_does_anything(
    qapp: QApplication, catcher: Catcher, tmp_path: Path
) -> None:
    texts = payloads(f"http://127.0.0.1:{catcher.port}/b")
    x, y = world(*CENTRE)
    where = (14, int(x * 2**14), int(y * 2**14))
    shapes = [
        ("place", 1, [(40 * (i % 100) + 20, 300 + i * 20)], {"class": "city", "name": text})
        for i, text in enumerate(texts)
    ]
    tile = vector_tile(("water", 3, [(0, 0), (4096, 0), (4096, 4096)], {"class": "x"}), *shapes)
    base = write_pmtiles(
        tmp_path / "b.pmtiles", {where: tile}, zooms=(14, 14), attribution=" ".join(texts[:20])
    )
    view = built(MapSetup(basemap=base, centre=CENTRE, zoom=14))
    settled(view)
    loaded = "document.querySelectorAll('canvas.leaflet-tile.leaflet-tile-loaded').length > 0"
    until(lambda: js(view, loaded) is True, "no tile was painted")
    assert js(view, "window.pwned === undefined") is True
    assert catcher.hits == 0
    finish(view)


@pytest.mark.parametrize(
    "attempt",
    [
        "fetch(URL)",
        "new Image().src = URL",
        "document.head.appendChild(Object.assign(document.createElement('script'), {src: URL}))",
        "document.head.appendChild(Object.assign(document.createElement('link'),"
        " {rel: 'stylesheet', href: URL}))",
        "document.body.appendChild(Object.assign(document.createElement('iframe'), {src: URL}))",
        "document.body.insertAdjacentHTML('beforeend',"
        " '<img src=x onerror=\"window.pwned = 1; fetch(URL)\">')",
        "document.head.appendChild(Object.assign(document.createElement('script'),"
        " {textContent: 'window.pwned = 1'}))",
        "setTimeout('window.pwned = 1', 0)",
        "new WebSocket(URL.replace('http', 'ws'))",
        "navigator.sendBeacon(URL)",
        "window.open(URL)",
        "location.href = URL",
        "new EventSource(URL)",
        "import(URL)",
        "document.body.appendChild(Object.assign(document.createElement('form'),"
        " {action: URL})).submit()",
        "new Worker(URL)",
        "document.body.style.backgroundImage = 'url(' + URL + ')'",
    ],
)
def test_even_code_in_the_page_reaches_nobody(
    view: MapView, catcher: Catcher, attempt: str
) -> None:
    where = view.web.page().url()
    js(
        view,
        f"(() => {{ const URL = 'http://127.0.0.1:{catcher.port}/y';"
        f" try {{ {attempt}; }} catch (e) {{}} return 1; }})()",
    )
    settled(view)
    # Two tries in a row: a slow request would have arrived by the second round trip.
    settled(view)
    assert js(view, "window.pwned === undefined") is True
    assert view.web.page().url() == where
    assert catcher.hits == 0


@pytest.mark.parametrize(
    "address",
    [
        "app://console/assets/../page.py",
        "app://console/assets/%2e%2e/%2e%2e/pyproject.toml",
        "app://console/assets/..%2f..%2fpyproject.toml",
        "app://console/../../../../etc/passwd",
        "app://console//etc/passwd",
        "app://elsewhere/assets/console-map.js",
        "app://console/assets/",
        "app://console/tiles/1/2/3.png",
        "file:///etc/passwd",
        "qrc:///qtwebchannel/qwebchannel.js",
    ],
)
def test_the_page_reads_nothing_but_its_assets(view: MapView, address: str) -> None:
    js(
        view,
        f"window.__got = null; fetch('{address}').then(r => r.ok ? r.text() : Promise.reject())"
        ".then(t => { window.__got = 'read ' + t.length; },"
        " () => { window.__got = 'refused'; }); 1",
    )
    until(lambda: js(view, "window.__got || ''"), "no answer")  # null arrives as ''
    assert js(view, "window.__got") == "refused"


def test_answers_come_from_a_table(tmp_path: Path) -> None:
    (tmp_path / "secret.js").write_text("secret")
    assets = tmp_path / "assets"
    assets.mkdir()
    (assets / "a.js").write_text("fine")
    (assets / "notes.txt").write_text("not served")
    (assets / "link.js").symlink_to(tmp_path / "secret.js")
    answers = Answers(assets)
    assert answers.find("assets/a.js") == ("text/javascript", b"fine")
    for path in ("assets/../secret.js", "assets/link.js", "assets/notes.txt", "secret.js", "", "/"):
        assert answers.find(path) is None
    (assets / "a.js").unlink()
    assert answers.find("assets/a.js") is None
    answers.tile = lambda z, x, y: ("image/png", f"{z}{x}{y}".encode())
    assert answers.find("tiles/1/2/3.png") == ("image/png", b"123")
    for path in ("tiles/1/2", "tiles/a/2/3.png", "tiles/1/2/-3.png", "tiles/1/2/٣.png"):
        assert answers.find(path) is None


def test_all_assets_of_the_program_are_served() -> None:
    answers = Answers()
    assert answers.find("assets/console-map.js") is not None
    assert answers.find("qwebchannel.js") is not None
    assert answers.find("assets/vendor/leaflet/images/layers.png") is not None
    assert answers.find("assets/SHA256SUMS") is None
    assert (PAGE_ASSETS / "SHA256SUMS").is_file()


def test_a_bad_message_from_the_page_is_counted_and_dropped(view: MapView) -> None:
    before = view.web.bridge.dropped
    view.web.bridge.fromJs('{"v":1,"kind":"click","lat":1e9}')
    assert view.web.bridge.dropped == before + 1
    view.web.bridge.dropped = 0


def test_a_base_map_that_is_none_leaves_names_and_grid(tmp_path: Path) -> None:
    file = tmp_path / "x.mbtiles"
    file.write_bytes(b"no")
    made = MapView(MapSetup(basemap=file), web=False)
    assert "Chưa có bản đồ nền" in made._base.text()
    made.deleteLater()
