"""A line between a seat and PostgreSQL that can be slow, cut, frozen, or break during an answer."""

import asyncio
import contextlib
import threading
from pathlib import Path


class WireProxy:
    """Listens on 127.0.0.1 and forwards to the server's Unix socket; runs on a thread of its own.

    Attributes:
        delay_s: each piece waits so long, in each direction.
        frozen: nothing goes through and nothing ends: an unplugged cable.
        refusing: connections end at once.
        cut_answers_after: bytes of answers that still go through; then the line is cut.
    """

    def __init__(self, server_folder: Path) -> None:
        """Start; the server's socket lies in this folder."""
        self._socket = str(server_folder / ".s.PGSQL.5432")
        self.delay_s = 0.0
        self.frozen = False
        self.refusing = False
        self.cut_answers_after: int | None = None
        self.connections = 0
        self.port = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._carriers: set[asyncio.Future[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wire-proxy", daemon=True)
        self._thread.start()
        assert self._ready.wait(60)

    def url(self, database: str, user: str) -> str:
        """The address of the settings, through this line."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def cut(self) -> None:
        """End all connections now and refuse new ones."""
        self.refusing = True
        self._loop.call_soon_threadsafe(self._drop)

    def mend(self) -> None:
        """Mend the line; what was frozen is gone."""
        self.frozen = self.refusing = False
        self.cut_answers_after = None
        self._loop.call_soon_threadsafe(self._drop)

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._drop)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._connected, "127.0.0.1", 0)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))

    def _drop(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()
        for carrier in self._carriers:
            carrier.cancel()

    async def _connected(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        if self.refusing:
            back.transport.abort()
            return
        try:
            far, out = await asyncio.open_unix_connection(self._socket)
        except OSError:
            back.transport.abort()
            return
        self.connections += 1
        self._writers |= {back, out}
        carriers = [
            asyncio.ensure_future(self._carry(near, out, answers=False)),
            asyncio.ensure_future(self._carry(far, back, answers=True)),
        ]
        self._carriers |= set(carriers)
        await asyncio.gather(*carriers, return_exceptions=True)
        self._carriers -= set(carriers)
        self._writers -= {back, out}

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(1 << 16):
                if self.frozen:
                    await asyncio.Event().wait()  # until the line is mended or closed
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                if answers and self.cut_answers_after is not None:
                    allowed = self.cut_answers_after
                    self.cut_answers_after = max(0, allowed - len(data))
                    if len(data) > allowed:
                        sink.write(data[:allowed])
                        self._drop()
                        return
                sink.write(data)
                await sink.drain()
        sink.close()
