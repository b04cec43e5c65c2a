"""The gateway is killed while messages arrive on every channel: none is lost, none is there twice.

`python -m tests.soak.kill_gateway [MESSAGES] [KILLS] [CHANNEL]…`; without one all share them.
"""

import asyncio
import json
import random
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path

from tests.fakes import social_peer as fake
from tests.fakes.dovecot import Dovecot, free_port
from tests.fakes.gateway_process import GatewayProcess
from tests.fakes.mails import mail
from tests.fakes.pty_modem import PtyModem
from tests.fakes.social_peer import SocialPeer


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
    """Call a webhook; whether it was acknowledged."""
    raw, head = event
    call = urllib.request.Request(f"http://127.0.0.1:{port}/hooks/{path}", raw, head)
    try:
        with urllib.request.urlopen(call, timeout=5) as answer:  # noqa: S310
            return int(answer.status) == 200
    except OSError:
        return False


CHANNELS = ("sms", "email", "app", "facebook", "zalo")


def kill_gateway(
    folder: Path,
    dovecot: Dovecot,
    *,
    messages: int,
    kills: int,
    channels: tuple[str, ...] = CHANNELS,
) -> dict[str, int]:
    """The messages on these channels in turn, a kill at random moments between them."""
    from tests.integration.channels.test_gateway_process import config, post, rows_of

    chance, port, peers = random.Random(1022), free_port(), Peers()
    with PtyModem(link=folder / "modem", capacity=messages) as modem:
        text = config(folder, port, dovecot=dovecot, modem=modem.device)
        gateway = GatewayProcess(
            folder / "seat", text + social_config(folder, peers.page.url, peers.account.url)
        )
        gateway.start()
        kill_at = sorted(chance.sample(range(messages), kills))
        expected: set[str] = set()
        waiting: list[Callable[[], bool]] = []
        for n in range(messages):
            words = f"Sự cố số {n}."
            channel = channels[n % len(channels)]
            expected.add(f"Ổ gà {n}" if channel == "app" else words)
            match channel:
                case "sms":
                    modem.receive(f"+8490{n:07}", words)
                case "email":
                    dovecot.deliver(mail(words, subject="Re: x", message_id=f"<{n}@x>"))
                case "app":
                    waiting.append(lambda ref=str(n): post(port, ref) is not None)  # type: ignore[misc]
                case "facebook":
                    event = peers.page.facebook_event(peers.page.write(f"u{n}", words))
                    waiting.append(lambda e=event: hook(port, "facebook", e))  # type: ignore[misc]
                case _:
                    event = peers.account.zalo_event(peers.account.write(f"z{n}", words))
                    waiting.append(lambda e=event: hook(port, "zalo", e))  # type: ignore[misc]
            waiting = [call for call in waiting if not call()]
            if n in kill_at:
                gateway.kill()
                gateway.start()
        _until(lambda: not [call for call in waiting if not call()])
        modem.wait_for(lambda m: not m.storage, 60)
        _until(lambda: dovecot.count() == 0)
        gateway.stop()
        texts = Counter(row.text for row in rows_of(folder / "seat"))
        for _ in range(3):
            if expected <= set(texts):
                break
            # Parts of the last SMS are on disk and become a contact at the next start.
            gateway.start()
            gateway.stop()
            texts = Counter(row.text for row in rows_of(folder / "seat"))
    peers.close()
    return {
        "sent": messages,
        "kept": len(expected & set(texts)),
        "doubles": sum(n - 1 for n in texts.values()),
        "lost": len(expected - set(texts)),
    }


def _until(done: Callable[[], bool], seconds: float = 60) -> None:
    """Ask again and again; every question goes to another process."""
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        pass


def main() -> int:
    """Print the counts; 1 when one is wrong."""
    given = sys.argv[1:]
    messages = int(given[0]) if given else 500
    kills = int(given[1]) if len(given) > 1 else 50
    channels = tuple(given[2:]) or CHANNELS
    with tempfile.TemporaryDirectory(prefix="1022-") as name:
        folder = Path(name)
        with Dovecot(folder / "d") as dovecot:
            began = time.monotonic()
            told = kill_gateway(folder, dovecot, messages=messages, kills=kills, channels=channels)
    print(", ".join(channels), told, f"{kills} kills, {time.monotonic() - began:.0f} s")
    return int(told["kept"] != messages or told["doubles"] > 0)


if __name__ == "__main__":
    sys.exit(main())
