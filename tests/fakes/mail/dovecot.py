"""A real Dovecot of its own: config, mail store and port in one folder, removed afterwards."""

import contextlib
import grp
import imaplib
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

USER, PASSWORD = "1022@tphcm.vn", "mật-khẩu"
BINARY = "/usr/sbin/dovecot"


_LOTS = random.SystemRandom()
"""Not the random state that every test resets, which would be alike in parallel parts."""


def free_port() -> int:
    """A free port for a server that starts later, below those that Linux gives to whoever connects
    or binds port 0 meanwhile.
    """
    while True:
        port = _LOTS.randrange(10_000, 32_768)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def until_open(port: int, seconds: float = 60) -> None:
    """Return when something listens there."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if time.monotonic() > deadline:
            raise TimeoutError(port)


class Dovecot:
    """An IMAP server with one mailbox; `with Dovecot(folder) as server:`."""

    def __init__(self, folder: Path, *, idle: bool = True) -> None:
        """Lay out its folder.

        Args:
            folder: short, because of its sockets; made readable for Dovecot's own users.
            idle: without it the server does not offer IDLE.
        """
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("run", "mail"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        # Dovecot's login processes run as a user of their own and must reach the sockets.
        for each in (folder, *folder.parents):
            if each == Path("/") or each.stat().st_uid != os.getuid():
                break
            each.chmod(each.stat().st_mode | 0o055)
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", "utf-8")
        (folder / "users").chmod(0o644)
        for name in ("run", "mail"):
            (folder / name).chmod(0o755)
        capability = "" if idle else "imap_capability = IMAP4rev1 UIDPLUS MOVE\n"
        root = os.getuid() == 0
        owner = "nobody" if root else str(os.getuid())
        # Only root may hand its sockets to Dovecot's own users.
        me, ours = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
        users = (
            ""
            if root
            else f"default_internal_user = {me}\ndefault_login_user = {me}\n"
            f"default_internal_group = {ours}\n"
        )
        (folder / "dovecot.conf").write_text(
            "dovecot_config_version = 2.4.0\n"
            "dovecot_storage_version = 2.4.0\n"
            f"base_dir = {folder}/run\n"
            f"log_path = {folder}/log\n"
            "protocols = imap\n"
            "ssl = no\n"
            "auth_allow_cleartext = yes\n"
            "first_valid_uid = 1\n"
            "mail_driver = maildir\n"
            f"mail_path = {folder}/mail/%{{user | username}}\n"
            f"mail_uid = {owner}\nmail_gid = {'nogroup' if root else os.getgid()}\n"
            f"{capability}{users}"
            f"passdb passwd-file {{\n  passwd_file_path = {folder}/users\n}}\n"
            "userdb static {\n}\n"
            "service anvil {\n  chroot =\n}\n"
            f"service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = {self.port}\n"
            "    listen = 127.0.0.1\n  }\n  inet_listener imaps {\n    port = 0\n  }\n}\n",
            "utf-8",
        )
        if root:
            shutil.chown(folder / "mail", owner)

    def start(self) -> None:
        """Start it; returns when it listens."""
        self._process = subprocess.Popen(
            [BINARY, "-F", "-c", str(self._folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until_open(self.port)

    def stop(self) -> None:
        """Stop it; every connection is cut."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @contextlib.contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        """A second client, logged in."""
        connection = imaplib.IMAP4("127.0.0.1", self.port, timeout=30)
        connection._encoding = "utf-8"  # type: ignore[attr-defined]
        try:
            connection.login(USER, PASSWORD)
            yield connection
        finally:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                connection.logout()

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into a folder."""
        with self.client() as client:
            for mail in mails:
                status, answer = client.append(folder, "", "", mail)
                assert status == "OK", answer

    def count(self, folder: str = "INBOX") -> int:
        """Mails in a folder; 0 when there is none."""
        with self.client() as client:
            status, found = client.select(folder, readonly=True)
            return int(found[0] or 0) if status == "OK" else 0

    def forget_uids(self, folder: str = "INBOX") -> None:
        """Change the meaning of its UIDs: the list is deleted, and the next opening makes a new
        one.
        """
        base = self._folder / "mail" / USER.partition("@")[0]
        box = base if folder == "INBOX" else base / f".{folder}"
        for name in ("-uidlist", ".index", ".index.log", ".index.cache"):
            (box / f"dovecot{name}").unlink(missing_ok=True)
        (base / "dovecot-uidvalidity").unlink(missing_ok=True)

    @property
    def log(self) -> str:
        """What it wrote, for a failing test."""
        return (self._folder / "log").read_text("utf-8", "replace")
