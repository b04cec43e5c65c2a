"""README's pictures of the public site: `xvfb-run -a python -m tests.e2e.pictures.public_site
[--out DIR]`.

A gateway's site over the demo's three weeks, shown by a real Chromium: the list, one request, the
map, the list as a phone shows it.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import (  # noqa: TID253 - a browser is what it needs
    QWebEnginePage,
    QWebEngineProfile,
)
from PySide6.QtWebEngineWidgets import QWebEngineView  # noqa: TID253
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from console.assembly.core import build_core
from console.channels.site.server import PublicSite
from console.channels.web.server import WebServer
from console.config.layers import load
from console.domain.live_events import LinkChanged
from console.domain.requests.commands import PublishRequest
from console.domain.requests.publication import redacted
from console.map.gazetteer.local_places import LocalPlaces
from console.services.contacts.inbox import StoreInbox
from console.services.demo.city import DemoCity
from console.services.desk import Desk
from console.services.ports.clock import utc_now
from console.services.views.requests import RequestFilter
from tests.e2e.driver.seat import WARDS

OUT = Path(__file__).parents[3] / "docs/pictures"
PUBLISHED = 60
PICTURES = (
    ("site-list", "/", (1100, 768)),
    ("site-map", "/ban-do", (1100, 900)),
    ("site-league", "/xep-hang", (1100, 768)),
    ("site-phone", "/", (390, 780)),
)


def main() -> None:
    """Make them."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.pictures.public_site")
    parser.add_argument("--out", type=Path, default=OUT)
    out = parser.parse_args().out
    if os.geteuid() == 0:
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    app = QApplication(["site"])
    folder = Path(tempfile.mkdtemp())
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        runner.run(_pictures(folder, out))


def _end(folder: Path, out: Path) -> None:
    """Make the files small and stop at once: Chromium's threads outlive a loop that is closed, and
    the process would end in a crash after the work is done.
    """
    small = ["+dither", "-colors", "128", "-strip", "-define", "png:compression-level=9"]
    for name, _, _ in PICTURES:
        made = out / f"{name}.png"
        subprocess.run(["convert", str(made), *small, f"png8:{made}"], check=True)
    shutil.rmtree(folder)
    os._exit(0)


async def _pictures(folder: Path, out: Path) -> None:
    given = {"CONSOLE1022_MAP__WARDS": str(WARDS)} if WARDS.exists() else {}
    loaded = load(folder, None, given, folder / "none")
    with build_core(folder, loaded, user="supervisor") as core:
        await _publish(core.desk)
        async with _serving(core.desk) as root:
            profile = QWebEngineProfile(QApplication.instance())
            for name, path, size in PICTURES:
                await _keep(profile, f"{root}{path}", size, out / f"{name}.png")
    _end(folder, out)


async def _publish(desk: Desk) -> None:
    for batch in DemoCity(desk.catalogue, desk.places, utc_now()).batches():
        await desk.store.write(batch)
    rows = await desk.ask(lambda q: q.requests(RequestFilter(limit=PUBLISHED), desk.clock()))
    for row in rows:
        found = await desk.ask(lambda q, i=row.id: q.detail(i))  # type: ignore[misc]
        said = found.request.status_notes if found and found.request.is_closed else None
        await desk.do(
            PublishRequest(
                request_id=row.id,
                text=redacted(row.description),
                result=redacted(said) if said else None,
            )
        )


def _site(desk: Desk) -> PublicSite:
    places = desk.places
    assert isinstance(places, LocalPlaces)
    return PublicSite(desk, rings=lambda: places.outlines.rings)


@asynccontextmanager
async def _serving(desk: Desk) -> AsyncIterator[str]:
    server, up = WebServer("127.0.0.1:0", (_site(desk),)), asyncio.Event()

    def publish(event: object) -> None:
        if isinstance(event, LinkChanged):
            up.set()

    inbox = StoreInbox(desk.store, desk.bus, desk.clock)
    task = asyncio.create_task(server.run(inbox, publish))
    await up.wait()
    yield f"http://127.0.0.1:{server.port}/cong-bo"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _keep(profile: QWebEngineProfile, url: str, size: tuple[int, int], out: Path) -> None:
    view, loaded = QWebEngineView(), asyncio.Event()
    page = QWebEnginePage(profile, view)
    view.setPage(page)
    view.resize(*size)
    page.loadFinished.connect(lambda _good: loaded.set())
    view.show()
    view.load(QUrl(url))
    await loaded.wait()
    await asyncio.sleep(0.7)  # until Chromium has given the page to the screen
    out.parent.mkdir(parents=True, exist_ok=True)
    view.grab().save(str(out))
    view.hide()


if __name__ == "__main__":
    main()
