"""How fast the written channels are: `python -m tests.bench.written_channels [--mutations N]`.

Measures Open311 POSTs at 50 a second, including the commit; from IMAP APPEND at a real Dovecot to
the committed contact; and mutated mails and forms, of which only the refusal may come.
"""

import argparse
import asyncio
import hashlib
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from console.assembly.seat import THREAD_TURN_S
from console.channels.mail.channel import MailChannel
from console.channels.mail.settings import MailSettings
from console.channels.open311.api_keys import ApiKeys
from console.channels.open311.faults import FaultsError
from console.channels.open311.report_form import read_report
from console.channels.open311.request_body import _form
from console.channels.open311.server import Open311Server
from console.channels.web.server import WebServer
from console.domain.live_events import ContactArrived, LinkChanged
from console.map.gazetteer.local_places import LocalPlaces
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.contacts.inbox import StoreInbox
from console.services.desk import Desk
from console.services.dispatch import dispatch
from console.services.people.actors import actor_for
from console.services.runtime.bus import Bus
from console.store.files.spool import Spool
from console.store.seat.local_store import LocalStore
from tests.bench.figures import Figure, timed_ms
from tests.fakes.mail.dovecot import PASSWORD, USER, Dovecot
from tests.fakes.mail.messages import bounce, mail, torture
from tests.unit.channels.mail.test_message import assert_survives, mutated

KEY = "bench"


def desk_in(folder: Path) -> Desk:
    """A desk on a store of its own."""
    catalogue = load_catalogue()
    return Desk(
        store=LocalStore(folder, catalogue, readers=1),
        bus=Bus(),
        clock=lambda: datetime.now(UTC),
        catalogue=catalogue,
        places=LocalPlaces(folder),
        files=Spool(folder),
        actor=actor_for("operator", catalogue, "bench"),
        dispatch=dispatch,
    )


async def posting(desk: Desk, folder: Path, count: int, per_second: float) -> Figure:
    """Latency of each POST; they are sent at fixed times, whatever the answers take."""
    keys = folder / "keys"
    keys.write_text(f"app\t{hashlib.sha256(KEY.encode()).hexdigest()}\tpost\n")
    keys.chmod(0o600)
    figure = Figure(f"Open311 POST at {per_second:.0f}/s", 50)
    server = WebServer("127.0.0.1:0", (Open311Server(desk, ApiKeys(keys)),))
    up = asyncio.Event()
    desk.bus.subscribe(LinkChanged, lambda _e: up.set())
    inbox = StoreInbox(desk.store, desk.bus, desk.clock)
    running = asyncio.create_task(server.run(inbox, desk.bus.publish))
    await up.wait()
    url = f"http://127.0.0.1:{server.port}/open311/v2/requests.json"
    async with aiohttp.ClientSession() as client:

        async def one(n: int) -> None:
            form = {
                "api_key": KEY, "service_code": "roads.pothole", "lat": "10.8", "long": "106.7",
                "description": f"Ổ gà số {n}", "device_id": f"d{n}",
            }  # fmt: skip
            start = time.perf_counter()
            async with client.post(url, data=form) as answer:
                assert answer.status == 200, await answer.text()
            figure.samples.append(timed_ms(start))

        began, tasks, used = time.perf_counter(), [], time.process_time()
        for n in range(count):
            await asyncio.sleep(max(0.0, began + n / per_second - time.perf_counter()))
            tasks.append(asyncio.create_task(one(n)))
        await asyncio.gather(*tasks)
        spent = (time.process_time() - used) / count * 1000
    print(f"processor time of one POST, its client in it: {spent:.1f} ms")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return figure


async def arriving(desk: Desk, server: Dovecot, count: int) -> Figure:
    """From the answer to APPEND to the committed contact, through IDLE."""
    figure = Figure("mail appended -> contact on disk", 1500)
    box = MailSettings(
        imap_host="127.0.0.1", imap_port=server.port, imap_tls=False, username=USER,
        smtp_host="127.0.0.1", smtp_tls=False,
    )  # fmt: skip
    channel = MailChannel(box, lambda: PASSWORD, desk.files)
    came, up = asyncio.Event(), asyncio.Event()
    desk.bus.subscribe(ContactArrived, lambda _e: came.set())
    desk.bus.subscribe(LinkChanged, lambda e: up.set() if e.state == "up" else None)
    inbox = StoreInbox(desk.store, desk.bus, desk.clock)
    running = asyncio.create_task(channel.run(inbox, desk.bus.publish))
    await up.wait()
    for n in range(count):
        came.clear()
        await asyncio.to_thread(server.deliver, mail(f"Sự cố {n}", message_id=f"<{n}@bench>"))
        start = time.perf_counter()
        await came.wait()
        figure.samples.append(timed_ms(start))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return figure


def mutating_mails(count: int) -> float:
    """Seconds for so many mutated mails; any error but the refusal is raised."""
    dice = random.Random(1022)
    seeds = [raw for raw, _ in torture().values() if 0 < len(raw) < 20_000]
    seeds.append(bounce("<1022.abc@x>", "5.1.1"))
    start = time.perf_counter()
    for _ in range(count):
        assert_survives(mutated(dice.choice(seeds), dice))
    return time.perf_counter() - start


def mutating_forms(count: int) -> float:
    """Seconds for so many mutated bodies of Open311."""
    dice, catalogue = random.Random(1022), load_catalogue()
    seed = (
        b"api_key=x&service_code=bus.dangerous_driving&lat=10.8&long=106.7&description=%E1%BB%94"
        b"&attribute%5Bplate%5D=51B-1&attribute%5Btime%5D=7&email=a%40b.vn&phone=0903123456"
    )
    start = time.perf_counter()
    for _ in range(count):
        try:
            read_report(_form(mutated(seed, dice)).pairs, catalogue, lambda _s: True)
        except (FaultsError, ValueError):
            continue
    return time.perf_counter() - start


def main() -> int:
    """Print every figure; 1 when a goal is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mutations", type=int, default=100_000)
    parser.add_argument("--posts", type=int, default=1000)
    given = parser.parse_args()
    figures = []
    sys.setswitchinterval(THREAD_TURN_S)  # as the program does
    with tempfile.TemporaryDirectory(prefix="1022-") as name:
        folder = Path(name)
        desk = desk_in(folder / "seat")
        figures.append(asyncio.run(posting(desk, folder, given.posts, 50)))
        with Dovecot(folder / "d") as server:
            figures.append(asyncio.run(arriving(desk, server, 30)))
        desk.store.close()
    for each in figures:
        print(
            f"{each.what}: p50 {each.part(0.5):.1f}, p99 {each.part(0.99):.1f} {each.unit}, "
            f"goal {each.goal}, {len(each.samples)} times"
        )
    for what, run in (("mails", mutating_mails), ("Open311 forms", mutating_forms)):
        print(f"{given.mutations} mutated {what}: {run(given.mutations):.0f} s, none surprised us")
    return int(any(each.met is False for each in figures))


if __name__ == "__main__":
    raise SystemExit(main())
