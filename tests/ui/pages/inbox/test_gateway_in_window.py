"""The gateway inside a single seat's window: a mail and a report from the app arrive on real
sockets, on the window's loop, and soon appear as rows.
"""

import asyncio
import hashlib
import shutil
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.assembly.gateway import build_gateway
from console.channels.mail.channel import MailChannel
from console.channels.mail.settings import MailSettings
from console.config.settings import Open311Settings, Settings
from console.domain.live_events import LinkChanged
from console.domain.states import Channel
from console.services.desk import Desk
from console.services.gateway.channel_runner import Gateway
from console.ui.pages.inbox.page import InboxPage
from tests.fakes.mail.dovecot import PASSWORD, USER, Dovecot, free_port
from tests.fakes.mail.messages import mail
from tests.ui.waiting import until
from tests.ui.window import close_room, go_to, open_room


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    folder = Path(tempfile.mkdtemp(prefix="1022-"))
    with Dovecot(folder) as server:
        yield server
    shutil.rmtree(folder, ignore_errors=True)


def post(port: int) -> int:
    form = {
        "api_key": "k", "service_code": "roads.pothole", "lat": "10.8", "long": "106.7",
        "description": "Ổ gà từ ứng dụng",
    }  # fmt: skip
    url = f"http://127.0.0.1:{port}/open311/v2/requests.json"
    with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode(), 10) as answer:
        return int(answer.status)


def gateway_of(desk: Desk, folder: Path, dovecot: Dovecot, port: int) -> Gateway:
    keys = folder / "keys"
    keys.write_text(f"app\t{hashlib.sha256(b'k').hexdigest()}\tpost\n")
    keys.chmod(0o600)
    box = MailSettings(
        imap_host="127.0.0.1", imap_port=dovecot.port, imap_tls=False, smtp_host="127.0.0.1",
        smtp_tls=False, username=USER,
    )  # fmt: skip
    settings = Settings(
        open311=Open311Settings(listen=f"127.0.0.1:{port}", api_keys_file=str(keys))
    )
    channel = MailChannel(box, lambda: PASSWORD, desk.files)
    return build_gateway(desk, settings, folder, (channel,), serve=True)


async def test_mail_and_app_become_rows(desk: Desk, tmp_path: Path, dovecot: Dovecot) -> None:
    room = await open_room(desk)
    page = go_to(room, "inbox", InboxPage)
    up: set[str] = set()
    desk.bus.subscribe(LinkChanged, lambda e: up.add(e.link) if e.state == "up" else None)
    port = free_port()
    gateway = gateway_of(desk, tmp_path, dovecot, port)
    gateway.start()
    await until(lambda: {"mail", "http"} <= up, "both to be up")
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def deliver() -> None:
        dovecot.deliver(mail("Cây ngã chắn đường"))
        loop.call_soon_threadsafe(done.set)

    delivering = loop.run_in_executor(None, deliver)
    await done.wait()
    # By IDLE: the fallback poll would come after five minutes.
    await until(lambda: page.table.model().rowCount() == 1, "the mail")
    await delivering
    assert await loop.run_in_executor(None, post, port) == 200
    await until(lambda: page.table.model().rowCount() == 2, "the report")
    assert {row.channel for row in page.presenter.rows} == {Channel.EMAIL, Channel.APP}
    await gateway.stop()
    await close_room(room)
