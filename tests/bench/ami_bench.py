"""How fast AMI is read: messages a second, and socket -> callback at 1,000 events a second.

Run: `python -m tests.bench.ami_bench`. Prints; the budgets are TELEPHONY.md 10 (p50 < 0.5 ms,
p99 < 5 ms on two cores).
"""

import asyncio
import statistics
import time
from pathlib import Path

from console.telephony.ami import AmiClient
from console.telephony.ami_wire import NOISE, Framer, Message
from console.telephony.calls import CallTracker

DATA = Path(__file__).parents[1] / "data" / "ami"
RATE = 1000
SECONDS = 5


def recorded() -> bytes:
    """The server's bytes of all recordings."""
    return b"".join(
        line
        for path in sorted(DATA.glob("*.txt"))
        for line in path.read_bytes().splitlines(keepends=True)
        if not line.startswith((b">>>", b"#", b"Asterisk Call"))
    )


def read_all(data: bytes, noise: frozenset[bytes]) -> tuple[Framer, list[Message]]:
    """All messages, in pieces as TCP brings them."""
    framer = Framer(noise=noise)
    cuts = range(0, len(data), 1460)
    return framer, [m for at in cuts for m in framer.feed(data[at : at + 1460])]


def parsing() -> None:
    """Framing, parsing and folding, noise passed over and not."""
    data = recorded()
    for label, noise in (("everything", frozenset[bytes]()), ("noise passed over", NOISE)):
        best = 1e9
        for _ in range(5):
            start = time.process_time()
            framer, messages = read_all(data, noise)
            span = time.process_time() - start
            best = min(best, span / (len(messages) + framer.quiet))
        print(f"parse, {label}: {1 / best:,.0f} msgs/s ({best * 1e6:.1f} us each)")
    _, messages = read_all(data, NOISE)
    start = time.process_time()
    tracker = CallTracker()
    told = sum(len(tracker.feed(message)) for message in messages)
    span = time.process_time() - start
    print(f"fold: {len(messages) / span:,.0f} msgs/s, {told} events")


async def latency() -> None:
    """Time from the server's write to the client's callback, with the fold in between."""
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
