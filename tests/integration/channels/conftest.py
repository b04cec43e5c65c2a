"""A real Dovecot, a real SMTP server, a mail channel on them, and a seat that receives."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.channels.mail.channel import MailChannel
from console.channels.mail.imap import MailTimes
from console.channels.mail.settings import MailSettings
from console.domain.live_events import ContactArrived, LinkChanged, OutreachChanged
from console.map.gazetteer.local_places import LocalPlaces
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.contacts.inbox import StoreInbox
from console.services.desk import Desk
from console.services.dispatch import dispatch
from console.services.people.actors import actor_for
from console.services.ports.channels import MessageChannel
from console.services.runtime.bus import Bus
from console.services.runtime.keep_alive import supervise
from console.services.views.contacts import ContactRow
from console.store.files.spool import Spool
from console.store.seat.local_store import LocalStore
from tests.fakes.mail.dovecot import PASSWORD, USER, Dovecot
from tests.fakes.mail.smtp_peer import SmtpPeer
from tests.fakes.profiles import fresh_profile

FAST = MailTimes(slice_s=0.2, poll_s=60.0, retry_s=0.5, smtp_s=1.5)


@dataclass
class Written:
    """A desk on a real store, with what arrives over its channels."""

    desk: Desk
    inbox: StoreInbox
    links: list[LinkChanged] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def listen(self) -> None:
        """Subscribe to the bus."""
        bus = self.desk.bus
        bus.subscribe(LinkChanged, self.links.append)
        for kind in (ContactArrived, OutreachChanged, LinkChanged):
            bus.subscribe(kind, lambda _e: self._news.set())

    async def until[T](
        self, look: Callable[[], Awaitable[T]], fits: Callable[[T], bool], seconds: float = 60
    ) -> T:
        """What `look` returns once it fits; tried at each event, and now and then."""
        async with asyncio.timeout(seconds):
            while True:
                self._news.clear()
                if fits(found := await look()):
                    return found
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), 0.2)

    async def rows(self) -> tuple[ContactRow, ...]:
        """All written contacts, newest first."""
        return await self.desk.ask(lambda q: q.inbox(state=None, limit=2000))

    async def until_rows(self, count: int, seconds: float = 60) -> tuple[ContactRow, ...]:
        """The inbox once it has this many contacts."""
        return await self.until(self.rows, lambda rows: len(rows) >= count, seconds)

    async def until_link(self, name: str, state: str) -> LinkChanged:
        """The link's last event, once it has this state."""

        async def last() -> LinkChanged | None:
            return next((e for e in reversed(self.links) if e.link == name), None)

        found = await self.until(last, lambda e: e is not None and e.state == state)
        assert found is not None
        return found


@pytest.fixture
async def written(tmp_path: Path) -> AsyncIterator[Written]:
    catalogue = load_catalogue()
    store = LocalStore(fresh_profile(tmp_path / "profile"), catalogue, readers=1)
    desk = Desk(
        store=store,
        bus=Bus(),
        clock=lambda: datetime.now(UTC),
        catalogue=catalogue,
        places=LocalPlaces(tmp_path),
        files=Spool(tmp_path / "profile"),
        actor=actor_for("operator", catalogue, "may-07"),
        dispatch=dispatch,
    )
    made = Written(desk, StoreInbox(store, desk.bus, desk.clock))
    made.listen()
    yield made
    await asyncio.to_thread(store.close)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short name: socket paths of Dovecot are limited to 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="1022-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def dovecot(short_folder: Path) -> Iterator[Dovecot]:
    with Dovecot(short_folder) as server:
        yield server


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[SmtpPeer]:
    with SmtpPeer(tmp_path, PASSWORD) as server:
        yield server


def mailbox(dovecot: Dovecot | None, smtp: SmtpPeer | None = None) -> MailSettings:
    """Settings for these two servers."""
    return MailSettings(
        imap_host="127.0.0.1",
        imap_port=dovecot.port if dovecot else 1,
        imap_tls=False,
        smtp_host="127.0.0.1",
        smtp_port=smtp.port if smtp else 1,
        smtp_tls=False,
        username=USER,
    )


def mail_channel(
    written: Written, dovecot: Dovecot | None, smtp: SmtpPeer | None = None
) -> MailChannel:
    """A mail channel on these two servers."""
    return MailChannel(mailbox(dovecot, smtp), lambda: PASSWORD, written.desk.files, times=FAST)


@contextlib.asynccontextmanager
async def running(written: Written, channel: MessageChannel) -> AsyncIterator[None]:
    """Run the channel; restart it quickly when it fails."""

    async def soon(_seconds: float) -> None:
        await asyncio.sleep(0.2)

    publish = written.desk.bus.publish
    task = asyncio.create_task(
        supervise(channel.name, lambda: channel.run(written.inbox, publish), publish, sleep=soon)
    )
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await channel.close()
