"""The gateway is killed in the middle of its work, while messages arrive on every channel: none is
lost, none is stored twice, and an app that asks again gets the number it was told.

    python -m tests.soak.kill_gateway [MESSAGES] [KILLS] [CHANNEL]… [--control FAULT]

Without a channel, all of them share the messages. Of three posts of Facebook and Zalo, one is
visible to webhook and polling, one to the webhook alone, one to polling alone. Every fourth SMS has
several parts. `--control early` acknowledges before the commit, `--control keyless` forgets what it
knows: the run exits with 1 when nothing was found.
"""

import argparse
import asyncio
import contextlib
import json
import random
import sqlite3
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fakes import social_peer as fake
from tests.fakes.gateway.process import GatewayProcess
from tests.fakes.mail.dovecot import Dovecot, free_port
from tests.fakes.mail.messages import mail
from tests.fakes.sms.pty_modem import PtyModem
from tests.fakes.social_peer import SocialPeer
from tests.soak.time_budget import Slice, add_minutes

CHANNELS = ("sms", "email", "app", "facebook", "zalo")
WAYS = ("both", "hook", "poll")
AT_ONCE = 6
"""People who post at the same moment."""
MID_WORK_S = 0.03
"""A kill comes within this time after the first message since the last one was accepted."""
LONG = " Nước ngập đến đầu gối, xe máy không qua được." * 4


class Peers:
    """Graph and Zalo in a thread of their own, polled by the gateway and calling its webhooks."""

    def __init__(self) -> None:
        """Started at once."""
        self.page, self.account = SocialPeer(), SocialPeer()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        for each in (self.page, self.account):
            self.run(each.__aenter__())

    def run[T](self, coro: Coroutine[object, object, T]) -> T:
        """Run there, wait here."""
        return asyncio.run_coroutine_threadsafe(coro, self._loop).result(30)

    def close(self) -> None:
        """Stop it."""
        for each in (self.page, self.account):
            self.run(each.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def social_config(folder: Path, page: str, account: str) -> str:
    """Settings of both networks against these servers."""
    secrets = {
        "page": {"token": fake.TOKEN, "app_secret": fake.APP_SECRET, "verify_token": fake.VERIFY},
        "zalo": {"secret_key": fake.SECRET_KEY, "oa_secret": fake.OA_SECRET},
        "tokens": {"access_token": "access-0", "refresh_token": "refresh-0"},
    }
    for name, values in secrets.items():
        (folder / name).write_text(json.dumps(values))
        (folder / name).chmod(0o600)
    return (
        f'[facebook]\npage_id = "{fake.PAGE}"\ntoken_file = "{folder}/page"\n'
        f'graph_url = "{page}"\n'
        f'[zalo]\noa_id = "{fake.OA}"\napp_id = "{fake.APP}"\nsecret_file = "{folder}/zalo"\n'
        f'tokens_file = "{folder}/tokens"\napi_url = "{account}"\noauth_url = "{account}"\n'
    )


def hook(port: int, path: str, event: tuple[bytes, dict[str, str]]) -> bool:
    """Call a webhook; return whether it was acknowledged."""
    raw, head = event
    call = urllib.request.Request(f"http://127.0.0.1:{port}/hooks/{path}", raw, head)
    try:
        with urllib.request.urlopen(call, timeout=5) as answer:  # noqa: S310
            return int(answer.status) == 200
    except OSError:
        return False


@dataclass(frozen=True)
class Told:
    """What became of the messages.

    Attributes:
        sent: messages that arrived at the gateway.
        strange: contacts that nobody sent, such as half an SMS.
        numbers: reports whose app received two numbers, or another one than is on disk.
        kills: how often it was killed.
        busy: kills when something had been accepted and something had not.
    """

    sent: int
    kept: int
    lost: int
    doubles: int
    strange: int
    numbers: int
    kills: int
    busy: int

    @property
    def is_whole(self) -> bool:
        """Nothing was lost or doubled, and nothing came that nobody sent."""
        faults = self.lost + self.doubles + self.strange + self.numbers
        return faults == 0 and self.kept == self.sent

    @property
    def is_well(self) -> bool:
        """Whole, and half of the kills hit the gateway at work; on a busy machine fewer may."""
        return self.is_whole and 2 * self.busy >= self.kills


class Street:
    """Citizens on every channel; each tries until the message is accepted."""

    def __init__(self, port: int, peers: Peers, modem: PtyModem, dovecot: Dovecot) -> None:
        """Nobody writes yet."""
        self.expected: set[str] = set()
        self.numbers: dict[str, set[str]] = defaultdict(set)
        self._port, self._peers, self._modem, self._dovecot = port, peers, modem, dovecot
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._calls: list[Future[None]] = []
        self._mailed = False
        self._closing = threading.Event()

    def write(self, n: int, channel: str, way: str) -> None:
        """The n-th message; page and account announce it by `both`, the `hook` or the `poll`."""
        words = f"Sự cố số {n}."
        match channel:
            case "sms":
                words += LONG if n % 4 == 3 else ""
                self._modem.receive(f"+8490{n:07}", words, reference=n & 255)
            case "email":
                self._mailed = True
                self._dovecot.deliver(mail(words, subject="Re: x", message_id=f"<{n}@x>"))
            case "app":
                words = f"Ổ gà {n}"
                self._until(lambda: self._post(str(n)))
            case "facebook":
                said = self._peers.page.write(f"u{n % 20}", words, listed=way != "hook")
                self._hook("facebook", self._peers.page.facebook_event(said), way)
            case _:
                said = self._peers.account.write(f"z{n % 20}", words, listed=way != "hook")
                self._hook("zalo", self._peers.account.zalo_event(said), way)
        self.expected.add(words)

    def _hook(self, path: str, event: tuple[bytes, dict[str, str]], way: str) -> None:
        if way != "poll":
            self._until(lambda: hook(self._port, path, event))

    def _post(self, ref: str) -> bool:
        from tests.integration.channels.gateway.test_process import post

        if (number := post(self._port, ref)) is not None:
            self.numbers[ref].add(number)
        return number is not None

    def _until(self, taken: Callable[[], bool]) -> None:
        def go_on() -> None:
            while not taken() and not self._closing.wait(0.02):
                pass

        self._calls.append(self._pool.submit(go_on))

    def waiting(self) -> int:
        """Messages that were not acknowledged yet."""
        self._calls = [each for each in self._calls if not each.done()]
        mails = self._dovecot.count() if self._mailed else 0
        return len(self._calls) + len(self._modem.storage) + mails

    def ask_again(self) -> None:
        """Every app repeats its report, as after a time-out."""
        for ref in list(self.numbers):
            self._post(ref)

    def close(self) -> None:
        """Nobody writes any more."""
        self._closing.set()
        self._pool.shutdown()


def kill_gateway(
    folder: Path,
    dovecot: Dovecot,
    *,
    messages: int,
    kills: int,
    channels: tuple[str, ...] = CHANNELS,
    fault: str = "",
    seed: int = 1022,
    piece: Slice | None = None,
) -> Told:
    """Send the messages on these channels in turn, with kills at random moments between them."""
    from tests.integration.channels.gateway.test_process import config

    dice, port, peers, piece = random.Random(seed), free_port(), Peers(), piece or Slice(None)
    with PtyModem(link=folder / "modem", capacity=messages * 8) as modem:
        text = config(folder, port, dovecot=dovecot, modem=modem.device)
        text += social_config(folder, peers.page.url, peers.account.url)
        gateway = GatewayProcess(folder / "seat", text, fault=fault, patience_s=120)
        gateway.start()
        street, killed, busy, sent = Street(port, peers, modem, dovecot), 0, 0, 0
        for n in range(kills + 1):
            if piece.over:
                break
            first, sent = sent, (n + 1) * messages // (kills + 1)
            for k in range(first, sent):
                street.write(k, channels[k % len(channels)], dice.choice(WAYS))
            if n < kills:
                busy += _kill(gateway, street, dice)
                killed += 1
        _until(lambda: not street.waiting())
        street.ask_again()
        street.close()
        rows = _settled(folder / "seat", gateway, street.expected)
    peers.close()
    found = Counter(text for text, _ in rows)
    on_disk = {text: number for text, number in rows if number}
    other = sum({on_disk.get(f"Ổ gà {ref}")} != told for ref, told in street.numbers.items())
    kept = street.expected & set(found)
    doubles = sum(found[each] - 1 for each in kept)
    strange = sum(count for text, count in found.items() if text not in street.expected)
    lost = len(street.expected) - len(kept)
    return Told(sent, len(kept), lost, doubles, strange, other, killed, busy)


def _kill(gateway: GatewayProcess, street: Street, dice: random.Random) -> bool:
    """Kill it in the middle; return whether it had accepted something and had more to do."""
    before = street.waiting()
    moved, deadline = before == 0, time.monotonic() + 30
    while not moved and time.monotonic() < deadline:
        moved = street.waiting() < before
    until = time.monotonic() + dice.uniform(0, MID_WORK_S)
    while time.monotonic() < until:
        pass
    gateway.kill()
    busy = moved and street.waiting() > 0
    gateway.start()
    return busy


def _settled(
    profile: Path, gateway: GatewayProcess, expected: set[str]
) -> list[tuple[str, str | None]]:
    """(text, number) of every contact, once all are there or it was started two more times."""
    from tests.integration.channels.gateway.test_process import rows_of

    for _ in range(2):
        if expected <= _texts(profile):
            break
        # Parts of an SMS wait on disk for the next start; what no webhook announced, for the next
        # poll.
        gateway.stop()
        gateway.start()
        _until(lambda: expected <= _texts(profile), 40)
    gateway.stop()
    return [(row.text, row.number) for row in rows_of(profile)]


def _texts(profile: Path) -> set[str]:
    with contextlib.closing(sqlite3.connect(profile / "store.sqlite3", timeout=5)) as store:
        return {str(row[0]) for row in store.execute("select text from contact")}


def _until(done: Callable[[], bool], seconds: float = 60) -> None:
    """Ask repeatedly; every question goes to another process."""
    deadline, tick = time.monotonic() + seconds, threading.Event()
    while not done() and time.monotonic() < deadline:
        tick.wait(0.02)


def main() -> int:
    """Print the counts; 1 when one is wrong, or when the control was not caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", nargs="?", type=int, default=500)
    parser.add_argument("kills", nargs="?", type=int, default=50)
    parser.add_argument("channels", nargs="*", metavar="CHANNEL", help=", ".join(CHANNELS))
    parser.add_argument("--control", default="", choices=("early", "keyless"))
    parser.add_argument("--seed", type=int, default=1022)
    add_minutes(parser)
    chosen = parser.parse_args()
    channels = tuple(chosen.channels) or CHANNELS
    piece = Slice(chosen.minutes)
    with tempfile.TemporaryDirectory(prefix="1022-") as name:
        folder = Path(name)
        with Dovecot(folder / "d") as dovecot:
            told = kill_gateway(
                folder, dovecot, messages=chosen.messages, kills=chosen.kills, channels=channels,
                fault=chosen.control, seed=chosen.seed, piece=piece,
            )  # fmt: skip
    print(", ".join(channels), told, piece.words(told.kills, chosen.kills, "kills"))
    return int(told.is_well if chosen.control else not told.is_well)


if __name__ == "__main__":
    sys.exit(main())
