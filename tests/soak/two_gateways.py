"""Two gateways on one centre and one mailbox: whoever holds it is killed or frozen while sending,
and the other takes over. Every mail becomes one contact, every answer written at a third seat is
sent at most once and reaches an end state, and all three agree in the end.

    python -m tests.soak.two_gateways [MAILS] [STRIKES] [--busy N] [--seed N] [--control]

Every second strike freezes the holder until the other has taken over, and then lets it continue.
`--busy` runs so many computing processes beside it. `--control` lets gateways send without asking
the centre who holds a message: the run exits with 1 when no answer went out twice.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from console.assembly.core import build_core
from console.assembly.seat import Seat
from console.config.layers import load
from console.domain.requests.commands import SendMessage
from console.domain.states import Channel, DeliveryState
from console.services.desk import Desk
from tests.fakes.gateway.process import GatewayProcess, get_json
from tests.fakes.mail.dovecot import PASSWORD, Dovecot, free_port
from tests.fakes.mail.messages import mail
from tests.fakes.mail.smtp_peer import SmtpPeer
from tests.fakes.postgres import Centre, fresh_centre, shared_cluster
from tests.integration.channels.gateway.test_process import config

PATIENCE_S = 120.0
MID_WORK_S = 0.03
"""A strike comes within this time after an answer was sent."""
FRESH = 10
"""Answers that a gateway on a busy machine may have sent without having told the others yet."""
ENDED = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.UNKNOWN})


def settings(folder: Path, centre: Centre, name: str, code: int) -> str:
    """Seat and centre of one profile."""
    centre.user(name)
    return (
        f'[central]\nurl = "{centre.url(name)}"\n[seat]\nconsole_code = "{code:03}"\n'
        f'workstation = "{name}"\n'
    )


async def until(look: Callable[[], Awaitable[object]], what: str, every_s: float = 0.05) -> None:
    """Wait until something holds; the processes do not notify anybody."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not await look():  # noqa: ASYNC110
                await asyncio.sleep(every_s)
    except TimeoutError:
        raise RuntimeError(f"did not happen: {what}") from None


@contextlib.asynccontextmanager
async def operator(folder: Path, centre: Centre) -> AsyncIterator[Desk]:
    """A seat without a channel."""
    profile = folder / "ban3"
    profile.mkdir()
    (profile / "config.toml").write_text(settings(folder, centre, "ban3", 3))
    with build_core(profile, load(profile, environ={}, site_file=folder / "none")) as core:
        seat = Seat(core, None, ())
        seat.start()
        try:
            yield core.desk
        finally:
            await seat.stop()


@dataclass
class Room:
    """Two gateways, the seat between them, the mailbox, and the server that receives answers.

    Attributes:
        answered, recipients: contact -> the answer to it -> whom it went to.
        struck_at: how many answers had arrived at each strike.
    """

    folder: Path
    desk: Desk
    dovecot: Dovecot
    smtp: SmtpPeer
    gateways: dict[str, GatewayProcess]
    ports: dict[str, int]
    answered: dict[UUID, UUID] = field(default_factory=dict)
    recipients: dict[UUID, str] = field(default_factory=dict)
    struck_at: list[int] = field(default_factory=list)
    delivered: int = 0
    at_once: int = 1

    async def deliver(self, count: int) -> None:
        """Deliver so many more mails."""
        for n in range(self.delivered, self.delivered + count):
            each = mail(f"Sự cố {n}", message_id=f"<{n}@x>")
            await asyncio.to_thread(self.dovecot.deliver, each)
        self.delivered += count

    async def answer(self) -> None:
        """The operator of the third seat keeps answering the inbox, several at a time, so that a
        gateway that is struck has a queue.
        """
        while True:
            rows = await self.desk.ask(lambda q: q.inbox(state=None, limit=2000))
            new = [row for row in rows if row.id not in self.answered]
            for row in new if len(new) >= self.at_once else ():
                command = SendMessage(
                    channel=Channel.EMAIL,
                    recipient=f"dan{len(self.answered)}@example.vn",
                    text=f"Đã nhận {row.text}",
                    contact_id=row.id,
                )
                await self.desk.do(command)
                self.answered[row.id] = command.id
                self.recipients[command.id] = command.recipient
            await asyncio.sleep(0.05)

    async def holds(self) -> str:
        """Who holds the mailbox, once somebody does and reports it."""
        found = ""

        async def known() -> bool:
            nonlocal found
            found = await self.holder()
            return bool(found)

        await until(known, "somebody holds the mailbox")
        return found

    async def holder(self) -> str:
        """Who holds the mailbox; "" while nobody does, or the holder is too busy to report it."""
        for name, port in self.ports.items():
            with contextlib.suppress(OSError, TimeoutError):
                _, health = await asyncio.to_thread(get_json, f"http://127.0.0.1:{port}/healthz")
                if health["channels"]["mail"]["lease"] == "ours":
                    return name
        return ""

    async def strike(self, name: str, dice: random.Random, *, sent: int, freeze: bool) -> None:
        """Strike the holder in the middle of its work; it comes back once it has been replaced.

        Args:
            name: who holds the mailbox.
            dice: when.
            sent: answers that had been sent before this round's mails arrived.
            freeze: stop it and let it continue later, instead of killing and restarting it.
        """
        holder = self.gateways[name]

        async def sending() -> bool:
            return len(self.smtp.mails) > sent

        await until(sending, f"{name} sends", 0.002)
        await asyncio.sleep(dice.uniform(0, MID_WORK_S))
        began = time.monotonic()
        self.struck_at.append(len(self.smtp.mails))
        if freeze:
            os.kill(holder.pid, signal.SIGSTOP)
        else:
            holder.kill()
        other = next(each for each in self.gateways if each != name)
        port = self.ports.pop(name)

        async def replaced() -> bool:
            return await self.holder() == other

        try:
            await until(replaced, f"{other} takes over from {name}")
        finally:
            self.ports[name] = port
            if freeze:
                os.kill(holder.pid, signal.SIGCONT)
        if not freeze:
            await asyncio.to_thread(holder.start)
        word = "frozen" if freeze else "killed"
        print(
            f"{name} {word}, {other} took over after {time.monotonic() - began:.0f} s", flush=True
        )

    async def state(self, outreach_id: UUID) -> DeliveryState | None:
        """The state of one of our messages, as the third seat knows it."""
        row = await self.desk.store.write(lambda uow: uow.outreach(outreach_id))
        return row.state if row else None

    async def all_answered(self) -> bool:
        """Whether nobody waits for an answer."""
        return len(self.answered) >= self.delivered

    async def settled(self) -> bool:
        """Everything was answered, every answer has an end state, and all three agree."""
        if not await self.all_answered():
            return False
        states = [await self.state(each) for each in self.answered.values()]
        return all(state in ENDED for state in states) and len(set(self.beliefs().values())) == 1

    def beliefs(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """What each seat's store says: contacts' texts, messages and their states."""
        found: dict[str, tuple[tuple[str, ...], ...]] = {}
        for name in (*self.gateways, "ban3"):
            path = self.folder / name / "store.sqlite3"
            with contextlib.closing(sqlite3.connect(path, timeout=10)) as store:
                texts = store.execute("select text from contact order by text").fetchall()
                sent = store.execute("select hex(id), state from outreach order by id").fetchall()
            found[name] = (tuple(row[0] for row in texts), tuple(f"{i} {s}" for i, s in sent))
        return found

    async def differences(self) -> list[str]:
        """Answers without an end state, and differences between the three stores."""
        states = {each.hex.upper(): await self.state(each) for each in self.answered.values()}
        open_still = [f"{key} {state}" for key, state in states.items() if state not in ENDED]
        told = self.beliefs()
        alike = set.intersection(*(set(texts + sent) for texts, sent in told.values()))
        apart = [
            f"{name} alone: {sorted(set(texts + sent) - alike)[:8]}"
            for name, (texts, sent) in told.items()
        ]
        return [f"without an end: {open_still}", *apart]

    async def judge(self, strikes: int) -> list[str]:
        """What is wrong; prints what became of everything."""
        texts = Counter(self.beliefs()["ban3"][0])
        got = Counter(str(each["to"]) for each in self.smtp.mails)
        states = [await self.state(each) for each in self.answered.values()]
        twice = sum(n - 1 for n in got.values())
        print(
            f"{self.delivered} mails, {strikes} strikes; answers "
            f"{ {str(k): n for k, n in Counter(states).items()} }, {len(got)} arrived, "
            f"{twice} of them twice"
        )
        unknown = sum(state is DeliveryState.UNKNOWN for state in states)
        never, early = await self._unknown()
        faults = {
            "mails lost": self.delivered - len(texts),
            "mails twice": sum(n - 1 for n in texts.values()),
            "answers twice": twice,
            "sent, and never arrived": len(states) - unknown - len(got),
            "unknown and never arrived, more than one a strike": never - strikes,
            f"unknown, and had arrived {FRESH} before a strike": early,
        }
        return [f"{count} {what}" for what, count in faults.items() if count > 0]

    async def _unknown(self) -> tuple[int, int]:
        """(never arrived, arrived too long before a strike to be unknown) among the unknown ones: a
        result that the struck gateway had not told anybody yet may well be unknown.
        """
        place = {str(each["to"]): at for at, each in enumerate(self.smtp.mails)}
        never = early = 0
        for answer in self.answered.values():
            if await self.state(answer) is not DeliveryState.UNKNOWN:
                continue
            at = next((n for to, n in place.items() if self.recipients[answer] in to), None)
            never += at is None
            early += at is not None and not any(n - FRESH <= at <= n + 1 for n in self.struck_at)
        return never, early


@contextlib.asynccontextmanager
async def room(folder: Path, *, fault: str = "") -> AsyncIterator[Room]:
    """Everything, started."""
    centre = fresh_centre()
    with Dovecot(folder / "d") as dovecot, SmtpPeer(folder, PASSWORD) as smtp:
        gateways, ports = {}, {}
        for n in (1, 2):
            name, port = f"gw{n}", free_port()
            text = config(folder, port, dovecot=dovecot)
            text = text.replace("smtp_tls = false", f"smtp_port = {smtp.port}\nsmtp_tls = false")
            text += settings(folder, centre, name, n)
            gateways[name] = GatewayProcess(folder / name, text, fault=fault, patience_s=PATIENCE_S)
            ports[name] = port
            gateways[name].start()
        try:
            async with operator(folder, centre) as desk:
                yield Room(folder, desk, dovecot, smtp, gateways, ports)
        finally:
            for each in gateways.values():
                each.stop()


async def soak(folder: Path, mails: int, strikes: int, *, seed: int, fault: str) -> list[str]:
    """What was wrong in the end."""
    dice = random.Random(seed)
    async with room(folder, fault=fault) as here:
        answering = asyncio.create_task(here.answer())
        try:
            for n in range(strikes):
                count = (n + 1) * mails // (strikes + 1) - here.delivered
                here.at_once = count // 2
                name, sent = await here.holds(), len(here.smtp.mails)
                struck = asyncio.create_task(here.strike(name, dice, sent=sent, freeze=n % 2 == 1))
                await here.deliver(count // 2)
                await until(here.all_answered, "the third seat has and answers the mails")
                here.at_once = 1
                await here.deliver(count - count // 2)
                await struck
                await until(here.all_answered, "the third seat has and answers the mails")
            await here.deliver(mails - here.delivered)
            wrong: list[str] = []
            try:
                await until(here.settled, "every answer has an end, all believe the same")
            except RuntimeError:
                wrong = await here.differences()
        finally:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)
        return wrong + await here.judge(strikes)


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    """Run so many computing processes meanwhile."""
    others = [multiprocessing.Process(target=_compute, daemon=True) for _ in range(count)]
    for each in others:
        each.start()
    try:
        yield
    finally:
        for each in others:
            each.kill()


def _compute() -> None:
    while True:
        pass


def main() -> int:
    """Run it; 0 when all is well (or the control was caught)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mails", nargs="?", type=int, default=60)
    parser.add_argument("strikes", nargs="?", type=int, default=4)
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1022)
    parser.add_argument("--control", action="store_true")
    chosen = parser.parse_args()
    began = time.monotonic()
    fault = "unclaimed" if chosen.control else ""
    with tempfile.TemporaryDirectory(prefix="1022-") as name, busy(chosen.busy):
        folder = Path(name)
        work = soak(folder, chosen.mails, chosen.strikes, seed=chosen.seed, fault=fault)
        faults = asyncio.run(work)
    print(f"{'; '.join(faults) or 'no fault'}; {time.monotonic() - began:.0f} s")
    shared_cluster().close()
    caught = any("answers twice" in each for each in faults)
    return int(not caught if chosen.control else bool(faults))


if __name__ == "__main__":
    sys.exit(main())
