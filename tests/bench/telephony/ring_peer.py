"""A PBX as a process of its own that plays the recorded call of 05 again and again.

    python -m tests.bench.telephony.ring_peer --calls N --gap-ms G --hold-ms H --port-file P --log L

It waits until a console has joined the queue and a line comes on stdin. Then it plays each call:
the caller joins, `AgentCalled` follows 3 ms later (as recorded), and the caller hangs up after the
hold. Before each write of `AgentCalled` it logs the call's number and the monotonic clock, which
all processes share.
"""

import argparse
import asyncio
import re
import sys
import time
from pathlib import Path

from tests.fakes.ami.peer import AmiPeer
from tests.fakes.ami.recording import Got, Step, read_recording

RECORDING = Path(__file__).parents[2] / "data" / "ami" / "05_abandon_ringing.txt"
_SKIPPED = (b"Event: FullyBooted", b"Event: QueueMemberAdded", b"Response:")
_CALLED = b"Event: AgentCalled"


def number_of(call: int) -> str:
    """The caller's number of the nth call, national form."""
    return f"09{30_000_000 + call}"


def phases() -> tuple[list[bytes], list[bytes], list[bytes]]:
    """The recorded call in three parts: before the phone rings, that event and what follows, the
    end.
    """
    items = read_recording(RECORDING.read_bytes())
    step = next(at for at, item in enumerate(items) if isinstance(item, Step))
    before = [item.block for item in items[:step] if isinstance(item, Got)]
    before = [block for block in before if not block.startswith(_SKIPPED)]
    after = [item.block for item in items[step:] if isinstance(item, Got)]
    # What follows the last hang-up is the recorded phone being switched off.
    last = max(at for at, block in enumerate(after) if block.startswith(b"Event: Hangup\r"))
    called = next(at for at, block in enumerate(before) if block.startswith(_CALLED))
    return before[:called], before[called:], after[: last + 1]


def of_call(blocks: list[bytes], call: int) -> bytes:
    """The same events for another call, with its own number, linked id and channel names."""
    data = b"".join(block + b"\r\n\r\n" for block in blocks)
    data = data.replace(b"0903123456", number_of(call).encode())
    data = re.sub(rb"(\d{10})\.(29|30)\b", rb"%d.\2" % (1_795_600_000 + call), data)
    return re.sub(rb"PJSIP/(anonymous|101)-[0-9a-f]{8}", rb"PJSIP/\1-%08x" % (call + 0x1000), data)


async def play(peer: AmiPeer, calls: int, gap_s: float, hold_s: float, log: Path) -> None:
    """Play the calls one after the other."""
    join, called, gone = phases()
    (writer,) = peer._writers
    lines = []
    for call in range(calls):
        writer.write(of_call(join, call))
        await writer.drain()
        await asyncio.sleep(0.003)  # joining the queue is not measured
        data = of_call(called, call)
        lines.append(f"{number_of(call)} {time.perf_counter()}")
        writer.write(data)
        await writer.drain()
        await asyncio.sleep(hold_s)
        writer.write(of_call(gone, call))
        await writer.drain()
        await asyncio.sleep(max(0.0, gap_s - hold_s))
    await asyncio.to_thread(log.write_text, "\n".join(lines))


async def main() -> None:
    """Serve until stdin ends."""
    parser = argparse.ArgumentParser(prog="ring_peer")
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--gap-ms", type=float, default=250)
    parser.add_argument("--hold-ms", type=float, default=150)
    parser.add_argument("--port-file", type=Path, required=True)
    parser.add_argument("--log", type=Path, required=True)
    given = parser.parse_args()
    loop = asyncio.get_running_loop()
    async with AmiPeer(b"", auto=True) as peer:
        ready = given.port_file.with_suffix(".tmp")
        ready.write_text(str(peer.port))
        ready.replace(given.port_file)
        await peer.wait_for_action("QueueAdd")
        print("entered", flush=True)
        await loop.run_in_executor(None, sys.stdin.readline)
        await play(peer, given.calls, given.gap_ms / 1000, given.hold_ms / 1000, given.log)
        print("played", flush=True)
        await loop.run_in_executor(None, sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(main())
