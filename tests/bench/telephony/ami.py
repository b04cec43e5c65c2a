"""How fast AMI is read: messages a second, and socket -> callback at 1,000 events a second.

Run: `python -m tests.bench.telephony.ami`. It prints its figures. Budgets: a message in 4.6 us, 1.5
us when noise is skipped; p50 < 0.5 ms, p99 < 5 ms on two cores. The goal of 200,000 messages a
second is printed for the parser alone, as it was set, and for the wire as a console reads it.
"""

import asyncio
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from console.telephony.asterisk.calls.tracker import CallTracker
from console.telephony.asterisk.client import AmiClient
from console.telephony.asterisk.wire import NOISE, Framer, Message, parse

DATA = Path(__file__).parents[2] / "data" / "ami"
RATE = 1000
SECONDS = 5


def recorded() -> bytes:
    """The server's bytes in all recordings."""
    return b"".join(
        line
        for path in sorted(DATA.glob("*.txt"))
        for line in path.read_bytes().splitlines(keepends=True)
        if not line.startswith((b">>>", b"#", b"Asterisk Call"))
    )


def read_all(data: bytes, noise: frozenset[bytes]) -> tuple[Framer, list[Message]]:
    """Read all messages in pieces, as TCP delivers them."""
    framer = Framer(noise=noise)
    cuts = range(0, len(data), 1460)
    return framer, [m for at in cuts for m in framer.feed(data[at : at + 1460])]


def _timed(work: Callable[[], int]) -> float:
    start = time.process_time()
    count = work()
    return (time.process_time() - start) / count


def parsing() -> None:
    """Framing, parsing and folding, with noise skipped and not skipped."""
    data = recorded()
    blocks = [block for block in data.split(b"\r\n\r\n") if block]

    def alone() -> int:
        for block in blocks:
            parse(block)
        return len(blocks)

    def read(noise: frozenset[bytes]) -> int:
        framer, count = Framer(noise=noise), 0
        for at in range(0, len(data), 1460):
            for _message in framer.feed(data[at : at + 1460]):
                count += 1
        return count + framer.quiet

    works = {
        "parse, everything (goal 200,000)": alone,
        "frame and parse, everything": lambda: read(frozenset()),
        "as the console reads: noise passed over by name (goal 200,000)": lambda: read(NOISE),
    }
    for label, work in works.items():
        best = min(_timed(work) for _ in range(9))
        print(f"{label}: {1 / best:,.0f} msgs/s ({best * 1e6:.1f} us each)")
    _, messages = read_all(data, NOISE)
    start = time.process_time()
    tracker = CallTracker()
    told = sum(len(tracker.feed(message)) for message in messages)
    span = time.process_time() - start
    print(f"fold: {len(messages) / span:,.0f} msgs/s, {told} events")


async def latency() -> None:
    """Time from the server's write to the client's callback, including the fold."""
    late: list[float] = []
    done = asyncio.Event()
    tracker = CallTracker()

    def heard(message: Message) -> None:
        tracker.feed(message)
        if message.event == "UserEvent":
            late.append(time.perf_counter() - float(message.get("Sent")))
            if len(late) == RATE * SECONDS:
                done.set()

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        start = time.perf_counter()
        for n in range(RATE * SECONDS):
            if (ahead := start + n / RATE - time.perf_counter()) > 0:
                await asyncio.sleep(ahead)
            stamp = time.perf_counter()
            text = f"Event: UserEvent\r\nUserEvent: Bench\r\nSent: {stamp}\r\n" + "Pad: x\r\n" * 15
            writer.write(text.encode() + b"\r\n")

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = AmiClient("127.0.0.1", port, action_ids=lambda: "b-1", on_event=heard)
    await client.open()
    await done.wait()
    await client.close()
    server.close()
    cuts = statistics.quantiles(late, n=100)
    print(
        f"socket -> callback at {RATE}/s: p50 {cuts[49] * 1e3:.2f} ms, p99 {cuts[98] * 1e3:.2f} ms"
    )


if __name__ == "__main__":
    parsing()
    asyncio.run(latency())
