"""An SMTP server (aiosmtpd, a Debian package) that keeps what it received and fails on request.

`with SmtpPeer(folder) as server:`. The server runs under the system's Python, because aiosmtpd is a
tool of the tests and not in the program's lock. The recipient's address says what to do: `r450@…`
and `r550@…` are refused, `d451@…` and `d554@…` refuse the text, `drop@…` takes the text and cuts
the line, `hang@…` takes it and never answers.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Self

from tests.fakes.mail.dovecot import free_port, until_open

PYTHON = "/usr/bin/python3"
_SERVER = """
import asyncio, json, re, sys
from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, AuthResult

class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        found = re.match(r"r(\\d{3})", address)
        if found:
            return f"{found[1]} no"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        with open(sys.argv[2], "a", encoding="utf-8") as file:
            file.write(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos,
                                   "login": getattr(session, "login", None),
                                   "mail": envelope.content.decode("latin-1")}) + "\\n")
        found = re.match(r"d(\\d{3})", to)
        if found:
            return f"{found[1]} no"
        if to.startswith("drop"):
            server.transport.abort()
            return "250 OK"
        if to.startswith("hang"):
            await asyncio.sleep(3600)  # stuck: it is the client who gives up
        return "250 OK"

def check(server, session, envelope, mechanism, data):
    session.login = data.login.decode()
    return AuthResult(success=data.password.decode() == sys.argv[3], handled=False)

class Peer(UnthreadedController):
    def factory(self):
        return SMTP(self.handler, authenticator=check, auth_require_tls=False, auth_required=True)

loop = asyncio.new_event_loop()
Peer(Handler(), hostname="127.0.0.1", port=int(sys.argv[1]), loop=loop).begin()
loop.run_forever()
"""


class SmtpPeer:
    """The server as a process."""

    def __init__(self, folder: Path, password: str) -> None:
        """Keep mails in `folder`."""
        self.port = free_port()
        self._file = folder / "mails.jsonl"
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start; returns when it listens."""
        self._process = subprocess.Popen(
            [PYTHON, "-W", "ignore", "-c", _SERVER, str(self.port), self._file, self._password],
            env={**os.environ, "PYTHONUTF8": "1"},
            stderr=subprocess.DEVNULL,
        )
        until_open(self.port)

    def stop(self) -> None:
        """Kill it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def mails(self) -> list[dict[str, object]]:
        """What arrived, oldest first: from, to, login, mail (latin-1 text)."""
        if not self._file.exists():
            return []
        return [json.loads(line) for line in self._file.read_text("utf-8").splitlines()]
