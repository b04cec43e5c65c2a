"""An app that posts the same report to two gateways of a centre is told one number."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from console.assembly.core import Core, build_core
from console.assembly.seat import Seat
from console.config.layers import load
from console.domain.live_events import LinkChanged
from tests.fakes.postgres import Centre
from tests.integration.central.gateways.test_gateways import until
from tests.integration.channels.open311.api import REPORT, key_file


@dataclass
class Server:
    """A gateway that serves Open311."""

    core: Core
    seat: Seat
    url: str
    client: aiohttp.ClientSession

    async def post(self, **more: str) -> str:
        """Report; the number."""
        form = REPORT | more
        async with self.client.post(f"{self.url}/open311/v2/requests.json", data=form) as answer:
            body = json.loads(await answer.read())
        assert answer.status == 200, body
        return str(body[0]["service_request_id"])

    async def numbers(self) -> list[str | None]:
        """Of what lies in the inbox."""
        return [row.number for row in await self.core.desk.ask(lambda q: q.inbox(state=None))]

    async def deaf(self) -> None:
        """It hears no more of others' messages; the line of its questions goes on."""
        assert self.seat._links
        link = self.seat._links[0]
        await asyncio.to_thread(link.stop)


@contextlib.asynccontextmanager
async def a_server(centre: Centre, folder: Path, n: int) -> AsyncIterator[Server]:
    centre.user(f"gw{n}")
    profile = folder / f"gw{n}"
    profile.mkdir()
    (profile / "config.toml").write_text(
        f'[central]\nurl = "{centre.url(f"gw{n}")}"\n'
        f'[seat]\nconsole_code = "{n:03}"\nworkstation = "gw{n}"\n'
        f'[open311]\nlisten = "127.0.0.1:0"\napi_keys_file = "{key_file(profile)}"\n'
    )
    up: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    linked = asyncio.Event()

    def heard(event: LinkChanged) -> None:
        if (event.link, event.state) == ("http", "up") and not up.done():
            up.set_result(str(event.params["address"]))
        if (event.link, event.state) == ("central", "up"):
            linked.set()

    with build_core(profile, load(profile, environ={}, site_file=folder / "none.toml")) as core:
        core.desk.bus.subscribe(LinkChanged, heard)
        seat = Seat(core, None, (), serve=True)
        seat.start()
        try:
            async with asyncio.timeout(120), aiohttp.ClientSession() as client:
                await linked.wait()
                yield Server(core, seat, f"http://{await up}", client)
        finally:
            await seat.stop()


async def test_the_same_report_to_two_gateways_at_once_is_one_request(
    centre: Centre, tmp_path: Path
) -> None:
    async with a_server(centre, tmp_path, 1) as first, a_server(centre, tmp_path, 2) as second:
        reports = [{"description": f"Ổ gà {n}", "attribute[client_ref]": f"r{n}"} for n in range(6)]
        reports += [{"description": f"Đèn tắt {n}"} for n in range(6)]
        told = await asyncio.gather(
            *(each.post(**report) for report in reports for each in (first, second))
        )
        assert told[::2] == told[1::2]
        assert len(set(told)) == 12

        async def agree() -> bool:
            here, there = await first.numbers(), await second.numbers()
            return sorted(map(str, here)) == sorted(map(str, there)) == sorted(set(told))

        await until(agree)


async def test_before_the_row_has_travelled_the_centre_knows_the_number(
    centre: Centre, tmp_path: Path
) -> None:
    async with a_server(centre, tmp_path, 1) as first, a_server(centre, tmp_path, 2) as second:
        await second.deaf()
        named = {"attribute[client_ref]": "abc"}
        assert await first.post(**named) == await second.post(**named)
        # The same words, the second time in the ten minutes after those of the first.
        at = datetime(2026, 11, 25, 8, 9, 59, tzinfo=UTC)
        first.core.desk.clock = lambda: at
        second.core.desk.clock = lambda: at + timedelta(seconds=3)
        assert await first.post() == await second.post()
        second.core.desk.clock = lambda: at + timedelta(minutes=11)
        known = await first.numbers()
        assert await second.post() not in known, "a new report"


async def test_without_the_centre_a_number_is_told_all_the_same(
    centre: Centre, tmp_path: Path
) -> None:
    async with a_server(centre, tmp_path, 1) as first:
        with centre.connect() as link:
            link.execute("alter role gw1 nologin")
            link.execute("select pg_terminate_backend(pid) from pg_stat_activity "
                         "where usename = 'gw1'")  # fmt: skip
        number = await first.post()
        assert await first.post() == number
        with centre.connect() as link:
            link.execute("alter role gw1 login")
