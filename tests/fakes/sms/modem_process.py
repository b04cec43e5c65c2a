"""A modem as a process: `python -m tests.fakes.sms.modem_process --link PATH`.

It takes commands on stdin (`receive SENDER TEXT`, `unplug`, `plug`, `silent on|off`, `stored`,
`kill PID COMMAND`, `quit`) and prints one JSON object a line for each message sent. `kill` ends
that process with SIGKILL the moment it sends such a command, and does not carry the command out.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tests.fakes.sms.pty_modem import Faults, PtyModem


def main() -> None:
    """Serve one modem; see the module's text."""
    arguments = argparse.ArgumentParser(prog="python -m tests.fakes.sms.modem_process")
    arguments.add_argument("--link", type=Path, required=True)
    arguments.add_argument("--pin", default="")
    arguments.add_argument("--reports", choices=("off", "cds", "cdsi"), default="cds")
    asked = arguments.parse_args()

    def tell(**what: object) -> None:
        sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def sent(number: str, text: str) -> None:
        tell(sent={"number": number, "text": text})

    doomed: dict[str, int] = {}

    def strike(command: str) -> None:
        for start in [s for s in doomed if command.startswith(s)]:
            os.kill(doomed.pop(start), signal.SIGKILL)
            modem.unplug()
            tell(killed=command)

    with PtyModem(
        faults=Faults(reports=asked.reports),
        pin=asked.pin,
        link=asked.link,
        on_sent=sent,
        on_command=strike,
    ) as modem:
        tell(ready=modem.device)
        for line in sys.stdin:
            verb, _, rest = line.strip().partition(" ")
            if verb == "quit":
                break
            if verb == "kill":
                pid, _, start = rest.partition(" ")
                doomed[start] = int(pid)
            else:
                _obey(modem, verb, rest, tell)


def _obey(modem: PtyModem, verb: str, rest: str, tell: Callable[..., None]) -> None:
    if verb == "receive":
        sender, _, text = rest.partition(" ")
        modem.receive(sender, text.replace("\\n", "\n"))
        tell(received=sender)
    elif verb == "unplug":
        modem.unplug()
    elif verb == "plug":
        modem.plug()
    elif verb == "silent":
        modem.faults.silent = rest != "off"
    elif verb == "stored":
        tell(stored=len(modem.storage))


if __name__ == "__main__":
    main()
