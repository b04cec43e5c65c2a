"""How fast SMS are read: `python -m tests.bench.telephony.sms [--sms N] [--mutations N]`.

Measures PDUs a second; SMS a second from +CMTI over a pseudo-terminal, through a commit in the real
store, to AT+CMGD; and a loop of mutated PDUs, of which only `PduError` may come.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import override

from console.services.city_data.catalogue_loader import load_catalogue
from console.services.contacts.inbox import StoreInbox
from console.services.records import SmsPart
from console.services.runtime.bus import Bus
from console.store.seat.local_store import LocalStore
from console.telephony.pdu.decoding import decode
from console.telephony.pdu.messages import PduError
from console.telephony.sms.channel import SmsChannel
from tests.fakes.sms.pdus import deliver_text
from tests.fakes.sms.pty_modem import PtyModem

TEXT = "Nắp cống bị sụp tại 66/1 Đồng Tâm, xã Trung Chánh."


def seeds() -> list[str]:
    """A single, a long and a 7-bit PDU."""
    gsm7 = "07912143658709F1040B918100551512F20000111010214365000AE8329BFD4697D9EC37"
    return [*deliver_text("+84903123456", TEXT), *deliver_text("+84903123456", TEXT * 3), gsm7]


def decoding(seconds: float = 2.0) -> tuple[float, float]:
    """PDUs a second: by the clock, and by processor time, which other programs do not lengthen."""
    pdus, done, end = seeds(), 0, time.perf_counter() + seconds
    start, used = time.perf_counter(), time.process_time()
    while time.perf_counter() < end:
        for pdu in pdus * 20:
            decode(pdu)
        done += len(pdus) * 20
    return done / (time.perf_counter() - start), done / (time.process_time() - used)


def mutating(count: int) -> int:
    """How many of `count` mutations are refused; any other error is raised."""
    dice, refused = random.Random(1022), 0
    originals = [bytes.fromhex(pdu) for pdu in seeds()]
    for _ in range(count):
        data = bytearray(dice.choice(originals))
        for _ in range(dice.randint(1, 8)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.3:
            del data[dice.randrange(len(data)) :]
        try:
            decode(data.hex())
        except PduError:
            refused += 1
    return refused


class TimedInbox(StoreInbox):
    """Records when each part is on disk."""

    def __init__(self, store: LocalStore, bus: Bus) -> None:
        """An inbox over the real store."""
        super().__init__(store, bus, lambda: datetime.now(UTC))
        self.kept_at: list[float] = []

    @override
    async def keep_part(self, part: SmsPart) -> bool:
        """Keep the part, and record the time."""
        new = await super().keep_part(part)
        self.kept_at.append(time.perf_counter())
        return new


async def receiving(count: int) -> None:
    """A burst and single messages, through a pseudo-terminal into a store on disk."""
    with tempfile.TemporaryDirectory() as folder, PtyModem(capacity=255) as modem:
        store, bus = LocalStore(Path(folder), load_catalogue(), readers=1), Bus()
        inbox = TimedInbox(store, bus)
        task = asyncio.create_task(SmsChannel("gsm1", modem.device).run(inbox, bus.publish))
        await asyncio.to_thread(modem.wait_for, lambda m: "AT+CMGL=4" in m.commands)
        start = time.perf_counter()
        for n in range(count):
            sender = f"+8490{n:07d}"
            modem.receive(sender, f"{n} {TEXT}")
        await asyncio.to_thread(
            modem.wait_for,
            lambda m: len(inbox.kept_at) >= count and not m.storage and not m.overflow,
            60,
        )
        spent = time.perf_counter() - start
        rows = await store.write(lambda uow: uow.parts(unjoined_only=False))
        print(f"burst: {count} SMS in {spent:.2f} s = {count / spent:.0f}/s, kept {len(rows)}")
        waits = []
        for n in range(100):
            before = len(inbox.kept_at)
            sent = time.perf_counter()
            modem.receive(f"+8491{n:07d}", f"{n} {TEXT}")
            await asyncio.to_thread(modem.wait_for, lambda m: not m.storage, 10)
            waits.append(inbox.kept_at[before] - sent)
        p99 = statistics.quantiles(waits, n=100)[98]
        print(f"one by one: +CMTI to commit p50 {statistics.median(waits) * 1000:.1f} ms", end=", ")
        print(f"p99 {p99 * 1000:.1f} ms")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(store.close)


def main() -> None:
    """Run all three."""
    arguments = argparse.ArgumentParser(prog="python -m tests.bench.telephony.sms")
    arguments.add_argument("--sms", type=int, default=1000)
    arguments.add_argument("--mutations", type=int, default=100_000)
    asked = arguments.parse_args()
    clock, processor = decoding()
    print(f"decode: {clock:.0f} PDU/s, {processor:.0f} a second of processor time")
    refused = mutating(asked.mutations)
    print(f"mutations: {asked.mutations}, refused {refused}, no other exception")
    asyncio.run(receiving(asked.sms))


if __name__ == "__main__":
    main()
