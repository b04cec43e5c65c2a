"""The gateway is killed while SMS, mail and reports arrive: none is lost, none is there twice.

`python -m tests.soak.kill_gateway [MESSAGES] [KILLS]`
"""

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.fakes.dovecot import Dovecot, free_port
from tests.fakes.gateway_process import GatewayProcess
from tests.fakes.mails import mail
from tests.fakes.pty_modem import PtyModem


def kill_gateway(folder: Path, dovecot: Dovecot, *, messages: int, kills: int) -> dict[str, int]:
    """A third of the messages on each channel, a kill at random moments between them."""
    from tests.integration.channels.test_gateway_process import config, post, rows_of

    chance, port = random.Random(1022), free_port()
    with PtyModem(link=folder / "modem", capacity=messages) as modem:
        text = config(folder, port, dovecot=dovecot, modem=modem.device)
        gateway = GatewayProcess(folder / "seat", text)
        gateway.start()
        kill_at = sorted(chance.sample(range(messages), kills))
        expected, waiting = set(), set()
        for n in range(messages):
            words = f"Sự cố số {n}."
            match n % 3:
                case 0:
                    modem.receive(f"+8490{n:07}", words)
                    expected.add(words)
                case 1:
                    dovecot.deliver(mail(words, subject="Re: x", message_id=f"<{n}@x>"))
                    expected.add(words)
                case _:
                    waiting.add(str(n))
                    expected.add(f"Ổ gà {n}")
            waiting = {ref for ref in waiting if post(port, ref) is None}
            if n in kill_at:
                gateway.kill()
                gateway.start()
        deadline = time.monotonic() + 60
        while waiting and time.monotonic() < deadline:
            waiting = {ref for ref in waiting if post(port, ref) is None}
        modem.wait_for(lambda m: not m.storage, 60)
        while dovecot.count() and time.monotonic() < deadline:
            pass
        gateway.stop()
    texts = Counter(row.text for row in rows_of(folder / "seat"))
    return {
        "sent": messages,
        "kept": len(expected & set(texts)),
        "doubles": sum(n - 1 for n in texts.values()),
        "lost": len(expected - set(texts)),
    }


def main() -> int:
    """Print the counts; 1 when one is wrong."""
    messages, kills = (int(a) for a in (*sys.argv[1:], "500", "50")[:2])
    with tempfile.TemporaryDirectory(prefix="1022-") as name:
        folder = Path(name)
        with Dovecot(folder / "d") as dovecot:
            began = time.monotonic()
            told = kill_gateway(folder, dovecot, messages=messages, kills=kills)
    print(told, f"{kills} kills, {time.monotonic() - began:.0f} s")
    return int(told["kept"] != messages or told["doubles"] > 0)


if __name__ == "__main__":
    sys.exit(main())
