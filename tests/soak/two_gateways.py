"""Two gateways on one centre, one mailbox: whoever holds it is killed, the other takes over. Every
mail becomes one contact, every answer written at a third seat goes out at most once.

`python -m tests.soak.two_gateways [MAILS] [KILLS]`; a take-over lasts as long as a lease lives.
"""

import asyncio
import contextlib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import UUID

from console.bootstrap import Seat, build_core
from console.config import load
from console.domain.commands import SendMessage
from console.domain.states import Channel, DeliveryState
from console.services.desk import Desk
from tests.fakes.dovecot import PASSWORD, Dovecot, free_port
from tests.fakes.gateway_process import GatewayProcess
from tests.fakes.mails import mail
from tests.fakes.postgres import Centre, fresh_centre, shared_cluster
from tests.fakes.smtp_peer import SmtpPeer
from tests.integration.channels.test_gateway_process import config

PATIENCE_S = 90.0


def settings(folder: Path, centre: Centre, name: str, code: int) -> str:
    """Seat and centre of one profile."""
    centre.user(name)
    return (
        f'[central]\nurl = "{centre.url(name)}"\n[seat]\nconsole_code = "{code:03}"\n'
        f'workstation = "{name}"\n'
    )


async def until(look: Callable[[], Awaitable[object]], what: str) -> None:
    """Wait for the thing; the processes tell nobody."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not await look():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
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


async def soak(folder: Path, mails: int, kills: int) -> int:
    """Print what became of them; 1 when something is wrong."""
    centre = fresh_centre()
    with Dovecot(folder / "d") as dovecot, SmtpPeer(folder, PASSWORD) as smtp:
        gateways = []
        for n in (1, 2):
            text = config(folder, free_port(), dovecot=dovecot)
            text = text.replace("smtp_tls = false", f"smtp_port = {smtp.port}\nsmtp_tls = false")
            name = f"gw{n}"
            gateways.append(GatewayProcess(folder / name, text + settings(folder, centre, name, n)))
            gateways[-1].start()
        async with operator(folder, centre) as desk:
            answers = await run(desk, dovecot, gateways, mails, kills)
            bad = await judge(desk, smtp, answers, mails, kills)
        for each in gateways:
            each.stop()
    return bad


async def run(
    desk: Desk, dovecot: Dovecot, gateways: list[GatewayProcess], mails: int, kills: int
) -> list[UUID]:
    """Deliver, answer, kill; the ids of the answers."""
    answered: dict[UUID, UUID] = {}
    holder, kill_at = 0, {(k + 1) * mails // (kills + 1) for k in range(kills)}
    for n in range(mails):
        await asyncio.to_thread(dovecot.deliver, mail(f"Sự cố {n}", message_id=f"<{n}@x>"))
        if n in kill_at:
            gateways[holder].kill()
            began, left, holder = time.monotonic(), holder, 1 - holder
            await answer(desk, answered, n + 1)
            print(f"taken over after {time.monotonic() - began:.0f} s", flush=True)
            gateways[left].start()
    await answer(desk, answered, mails)

    async def settled() -> bool:
        rows = [await message(desk, each) for each in answered.values()]
        return all(state in ENDED for state in rows)

    await until(settled, "every answer has an end")
    return list(answered.values())


ENDED = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.UNKNOWN})


async def message(desk: Desk, outreach_id: UUID) -> DeliveryState | None:
    """How one of ours stands, as this seat knows it."""
    row = await desk.store.write(lambda uow: uow.outreach(outreach_id))
    return row.state if row else None


async def answer(desk: Desk, answered: dict[UUID, UUID], count: int) -> None:
    """Answer whoever is in the inbox, until that were so many."""

    async def all_in() -> bool:
        for row in await desk.ask(lambda q: q.inbox(state=None, limit=2000)):
            if row.id not in answered:
                command = SendMessage(
                    channel=Channel.EMAIL,
                    recipient=f"dan{len(answered)}@example.vn",
                    text=f"Đã nhận {row.text}",
                    contact_id=row.id,
                )
                await desk.do(command)
                answered[row.id] = command.id
        return len(answered) >= count

    await until(all_in, f"{count} mails in the inbox of the third seat")


async def judge(desk: Desk, smtp: SmtpPeer, answers: list[UUID], mails: int, kills: int) -> int:
    """Count contacts, and what the mail server got."""
    texts = Counter(row.text for row in await desk.ask(lambda q: q.inbox(state=None, limit=2000)))
    got = Counter(str(each["to"]) for each in smtp.mails)
    states = Counter([str(await message(desk, each)) for each in answers])
    lost = mails - len(texts)
    doubles = sum(n - 1 for n in texts.values())
    twice = sum(n - 1 for n in got.values())
    print(f"{mails} mails, {kills} kills: {lost} lost, {doubles} twice; answers {dict(states)}, "
          f"{len(got)} arrived, {twice} of them twice")  # fmt: skip
    return int(lost > 0 or doubles > 0 or twice > 0)


def main() -> int:
    """Run it."""
    given = [int(each) for each in sys.argv[1:]]
    mails, kills = (*given, *(60, 3)[len(given) :])
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="1022-") as name:
        bad = asyncio.run(soak(Path(name), mails, kills))
    print(f"{time.monotonic() - began:.0f} s")
    shared_cluster().close()
    return bad


if __name__ == "__main__":
    sys.exit(main())
