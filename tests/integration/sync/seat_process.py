"""A console without its window as a process of its own: everything that `run` starts below Qt.

`python -m tests.integration.sync.seat_process PROFILE`; settings by environment. `log [AGENCY]` on
standard input saves a report as the form does; standard output has one JSON object a line about
what happens.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

from console.assembly.core import build_core
from console.assembly.seat import Seat
from console.config.layers import load
from console.domain.live_events import LinkChanged, RequestsChanged
from console.domain.requests.commands import LogRequest


def _say(**what: object) -> None:
    print(json.dumps({"at": time.time(), **what}), flush=True)  # noqa: T201


async def live(profile: Path) -> None:
    """Run until standard input ends."""
    with build_core(profile, load(profile)) as core:
        bus = core.desk.bus
        bus.subscribe(
            LinkChanged,
            lambda e: (
                _say(state=e.state, code=e.detail, pending=e.params.get("pending"))
                if e.link == "central"
                else None
            ),
        )
        bus.subscribe(RequestsChanged, lambda e: _say(changed=[str(each) for each in e.ids]))
        seat = Seat(core, None, ())
        seat.start()
        loop = asyncio.get_running_loop()
        words: asyncio.Queue[str] = asyncio.Queue()
        loop.add_reader(0, lambda: words.put_nowait(sys.stdin.readline()))
        _say(ready=True)
        while word := (await words.get()).strip():
            verb, _, agency = word.partition(" ")
            if verb == "log":
                began = time.perf_counter()
                done = await core.desk.do(
                    LogRequest(
                        service_code="drainage.cover",
                        description="Nắp cống sụp",
                        address_string="66/1 Đồng Tâm",
                        phone="0903 123 456",
                        agency=agency or None,
                    )
                )
                took_ms = (time.perf_counter() - began) * 1000
                _say(saved=str(done.request_id), number=done.number, took_ms=took_ms)
        loop.remove_reader(0)
        await seat.stop()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1])))
