"""Publishing from the window, and the page as a real Chromium shows it."""

import asyncio
from typing import override

from PySide6.QtCore import QEvent, QUrl
from PySide6.QtWebEngineCore import (  # noqa: TID253 - what this file tests
    QWebEnginePage,
    QWebEngineProfile,
)
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from console.channels.site.server import PublicSite
from console.channels.web.rate_limit import RateLimiter
from console.channels.web.server import WebServer
from console.domain.live_events import LinkChanged
from console.domain.requests.commands import PublishRequest
from console.services.contacts.inbox import StoreInbox
from console.services.desk import Desk
from console.ui.request.dialogs.publish import PublishDialog
from console.ui.request.window import RequestWindow
from console.ui.runtime import tasks
from tests.conftest import StoppedClock
from tests.ui import city
from tests.ui.waiting import until
from tests.ui.window import dialog_of, open_room


async def test_a_supervisor_sees_the_proposal_and_decides(desk: Desk, clock: StoppedClock) -> None:
    done = await city.log(
        desk, agency="so-xay-dung", service_code="roads.pothole",
        description="Ổ gà sâu, gọi tôi 0903 123 456, xe 51B-123.45 bị hỏng",
    )  # fmt: skip
    assert done.request_id is not None
    request_id = done.request_id
    room = await open_room(desk, "supervisor")
    room.window.open_request(request_id)
    window = await dialog_of(room, RequestWindow)
    await until(lambda: window.pane.detail is not None, "the request")
    window.publish_button.click()
    dialog = next(d for d in window.findChildren(PublishDialog))
    assert dialog.text.toPlainText() == "Ổ gà sâu, gọi tôi ***, xe *** bị hỏng"
    dialog.text.setPlainText("Ổ gà sâu giữa đường")
    dialog.publish()
    rows = await desk.ask(lambda q: q.published())
    await until(lambda: desk.store.ask_now(lambda q: q.published()), "the published request")
    rows = await desk.ask(lambda q: q.published())
    assert [row.text for row in rows] == ["Ổ gà sâu giữa đường"]


async def test_only_photos_are_offered_not_clips_and_papers(
    desk: Desk, clock: StoppedClock
) -> None:
    paper = desk.files.put_bytes(b"%PDF-1.7 giay to", "a.pdf").sha256
    photo = desk.files.put_bytes(b"\xff\xd8\xff\xe0" + bytes(40), "b.jpg").sha256
    away = "a" * 64
    done = await city.log(
        desk, agency="so-xay-dung", service_code="roads.pothole", media=(paper, photo, away)
    )
    assert done.request_id is not None
    request_id = done.request_id
    detail = await desk.ask(lambda q: q.detail(request_id))
    assert detail is not None
    dialog = PublishDialog(desk, detail.request)
    shown = {sha: box.text() for sha, box in dialog.photos.items()}
    assert shown == {photo: "Ảnh 1", away: "Ảnh 2"}, "a file of another seat may be a photo"
    dialog.close()


async def test_its_window_closed_before_the_answer_comes_is_no_bug(desk: Desk) -> None:
    desk.actor = city.person(desk, "supervisor")
    done = await city.log(desk)
    request_id = done.request_id
    assert request_id is not None
    detail = await desk.ask(lambda q: q.detail(request_id))
    assert detail is not None
    before = tasks.failures()
    dialog = PublishDialog(desk, detail.request)
    dialog.show()
    dialog.publish()
    dialog.reject()
    QApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)
    assert not isValid(dialog)
    await tasks.settle()
    assert tasks.failures() == before


async def test_an_operator_does_not_publish(desk: Desk, clock: StoppedClock) -> None:
    done = await city.log(desk, agency="so-xay-dung", service_code="roads.pothole")
    assert done.request_id is not None
    room = await open_room(desk, "operator")
    room.window.open_request(done.request_id)
    window = await dialog_of(room, RequestWindow)
    assert not window.publish_button.isVisible()


class Reader(QWebEnginePage):
    """A page that notes what the browser complains about."""

    def __init__(self, profile: QWebEngineProfile) -> None:
        super().__init__(profile)
        self.complaints: list[str] = []
        self.loaded = False
        self.loadFinished.connect(self._on_loaded)

    def _on_loaded(self, good: bool) -> None:
        self.loaded = good

    @override
    def javaScriptConsoleMessage(
        self,
        level: QWebEnginePage.JavaScriptConsoleMessageLevel,
        message: str,
        lineNumber: int,
        sourceID: str,
    ) -> None:
        self.complaints.append(message)

    async def ask(self, script: str) -> object:
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self.runJavaScript(script, 1, answer.set_result)
        return await asyncio.wait_for(answer, 30)


async def test_the_public_page_in_chromium(desk: Desk, clock: StoppedClock) -> None:
    boss = city.person(desk, "supervisor")
    hostile = "<script>document.title='x'</script><img src=x onerror=\"document.title='x'\">"
    for n, text in enumerate(("Ổ gà sâu giữa đường", hostile)):
        done = await city.log(
            desk, agency="so-xay-dung", service_code="roads.pothole", phone=f"090300000{n}",
            lat=10.776, long=106.70,
        )  # fmt: skip
        assert done.request_id is not None
        await desk.do(PublishRequest(request_id=done.request_id, text=text), actor=boss)
    server = WebServer(
        "127.0.0.1:0", (PublicSite(desk, rates=RateLimiter(5000, 5000, lambda: 0.0)),)
    )
    up = asyncio.Event()

    def publish(event: object) -> None:
        if isinstance(event, LinkChanged):
            up.set()

    inbox = StoreInbox(desk.store, desk.bus, desk.clock)
    task = asyncio.create_task(server.run(inbox, publish))
    await asyncio.wait_for(up.wait(), 30)
    profile = QWebEngineProfile()
    page = Reader(profile)
    try:
        root = f"http://127.0.0.1:{server.port}/cong-bo"
        for path, word in (("/", "Ổ gà sâu giữa đường"), ("/ban-do", "2 phản ánh có vị trí"),
                           ("/xep-hang", "Cách tính")):  # fmt: skip
            page.loaded = False
            page.load(QUrl(root + path))
            await until(lambda: page.loaded, f"the page {path}")
            text = str(await page.ask("document.body.innerText"))
            assert word in text
            assert await page.ask("document.title") != "x"
            assert await page.ask("document.scripts.length") == 0
            styled = await page.ask("getComputedStyle(document.querySelector('main')).maxWidth")
            assert styled == "960px"
        assert await page.ask("document.querySelectorAll('svg circle').length") in (0, 2, 2.0)
        blocked = await page.ask(
            "(() => { const s = document.createElement('script'); s.textContent = "
            "'document.title = \"ran\"'; document.body.append(s); return document.title; })()"
        )
        assert blocked != "ran"
        assert any("Content Security Policy" in said for said in page.complaints)
    finally:
        page.deleteLater()
        profile.deleteLater()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
