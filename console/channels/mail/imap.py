"""Reads the mailbox: one thread owns one IMAP connection, because imap-tools blocks.

IDLE announces new mail, and a poll finds what IDLE missed. A mail is moved to `processed` only
after it is on disk, so the mailbox is its own queue. RFC 3501, 2177, 6851.
"""

import contextlib
import imaplib
import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError
from imap_tools.utils import encode_folder

from console.channels.mail.settings import LOOPBACK, MailSettings
from console.domain.errors import UnavailableError

log = logging.getLogger(__name__)

LARGEST = 25 * 1024 * 1024
"""Largest mail that is fetched whole, in bytes; of a larger one only the header."""
_WRONG = (imaplib.IMAP4.error, ImapToolsError)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTimes:
    """All waits of the mail channel, in seconds."""

    connect_s: float = 20.0
    poll_s: float = 300.0
    slice_s: float = 1.0
    retry_s: float = 60.0
    smtp_s: float = 30.0
    send_gap_s: float = 0.0


class MailSink(Protocol):
    """Receives mails; called on the mailbox's thread."""

    def commit(self, raw: bytes, size: int) -> bool:
        """Store a mail; True once it is on disk. `size` is larger than `raw` if only the header was
        fetched.
        """

    def health(self, state: str, detail: str) -> None:
        """Report the mailbox's health: `LinkChanged` state and a code."""


class MailboxReader:
    """Reads one mailbox until stopped."""

    def __init__(
        self, settings: MailSettings, password: Callable[[], str], sink: MailSink, times: MailTimes
    ) -> None:
        """Nothing is opened before `run`.

        Args:
            password: reads the secret for each connection, so that a change works at once.
        """
        self._settings = settings
        self._password = password
        self._sink = sink
        self._times = times
        self._stop = threading.Event()
        self._validity = ""
        self._moves = False
        self._done: set[str] = set()
        self.committed = 0

    def stop(self) -> None:
        """Make `run` return soon; from any thread."""
        self._stop.set()

    def run(self) -> None:
        """Serve until the connection is lost or `stop` is called.

        Raises:
            UnavailableError: `mail_down`, `mail_login_refused`, `mail_needs_tls`, `mail_folder`.
        """
        try:
            with self._connected() as box:
                self._serve(box)
        except MailboxLoginError as error:
            raise UnavailableError("mail_login_refused", host=self._settings.imap_host) from error
        except (*_WRONG, OSError, ssl.SSLError) as error:
            if not self._stop.is_set():
                raise UnavailableError(
                    "mail_down", host=self._settings.imap_host, cause=_cause(error)
                ) from error

    @contextlib.contextmanager
    def _connected(self) -> Iterator[BaseMailBox]:
        """A logged-in mailbox; its socket is always closed."""
        s, timeout = self._settings, self._times.connect_s
        if s.imap_tls:
            context = ssl.create_default_context()
            box: BaseMailBox = MailBox(s.imap_host, s.imap_port, timeout, ssl_context=context)
        elif s.imap_host in LOOPBACK:
            box = MailBoxUnencrypted(s.imap_host, s.imap_port, timeout)
        else:
            raise UnavailableError("mail_needs_tls", host=s.imap_host)
        try:
            password = self._password()
            if (s.username + password).isascii():
                box.login(s.username, password, initial_folder=None)
            else:
                box.login_utf8(s.username, password, initial_folder=None)
            yield box
            with contextlib.suppress(*_WRONG, OSError):
                box.logout()
        finally:
            with contextlib.suppress(OSError):
                box.client.shutdown()

    def _serve(self, box: BaseMailBox) -> None:
        self._select(box)
        known = self._abilities(box)
        idles, self._moves = "IDLE" in known, "MOVE" in known
        while not self._stop.is_set():
            left = self._sweep_all(box)
            self._sink.health("up", "mail_up")
            wait_s = self._times.retry_s if left else self._times.poll_s
            if idles:
                self._idle(box, wait_s)
            else:
                self._stop.wait(min(wait_s, 10.0))
                box.client.noop()
            self._check_validity(box)

    @staticmethod
    def _abilities(box: BaseMailBox) -> frozenset[str]:
        """Capabilities after login; before it the server lists fewer."""
        status, found = box.client.capability()
        words = found[0].decode("ascii", "replace").upper().split() if status == "OK" else ()
        return frozenset(words) | frozenset(box.client.capabilities)

    def _select(self, box: BaseMailBox) -> None:
        s = self._settings
        if not box.folder.exists(s.processed):
            box.folder.create(s.processed)
        box.folder.set(s.mailbox)
        self._renew(self._validity_of(box))

    def _validity_of(self, box: BaseMailBox) -> str:
        found = box.folder.status(self._settings.mailbox, ["UIDVALIDITY"])
        return str(found.get("UIDVALIDITY", ""))

    def _check_validity(self, box: BaseMailBox) -> None:
        """Detect that the mailbox was recreated: its UIDs mean other mails now."""
        if (now := self._validity_of(box)) != self._validity:
            box.folder.set(self._settings.mailbox)
            self._renew(now)

    def _renew(self, validity: str) -> None:
        if validity != self._validity:
            self._validity = validity
            self._done.clear()

    def _idle(self, box: BaseMailBox, wait_s: float) -> None:
        """Wait for news in slices, so that `stop` works; RFC 2177 asks for less than 29 minutes."""
        until = time.monotonic() + wait_s
        box.idle.start()  # type: ignore[no-untyped-call]
        try:
            while not self._stop.is_set() and time.monotonic() < until:
                began = time.monotonic()
                lines = box.idle.poll(timeout=self._times.slice_s)
                if any(b"EXISTS" in line or b"RECENT" in line for line in lines):
                    return
                if not lines and time.monotonic() - began < self._times.slice_s / 4:
                    return  # readable without data: the connection is gone
                if any(line.startswith(b"* BYE") for line in lines):
                    return
        finally:
            box.idle.stop()  # type: ignore[no-untyped-call]

    def _sweep_all(self, box: BaseMailBox) -> bool:
        """Sweep until no response announces newer mail: IDLE does not repeat what a command
        said.
        """
        told = box.client.untagged_responses
        while True:
            told.pop("EXISTS", None)
            left = self._sweep(box)
            if "EXISTS" not in told or self._stop.is_set():
                return left

    def _sweep(self, box: BaseMailBox) -> bool:
        """Fetch, store and move every mail; True if some are left."""
        left = False
        for uid in box.uids("ALL"):
            if self._stop.is_set():
                return True
            if uid not in self._done:
                if not self._take(box, uid):
                    left = True
                    continue
                self._done.add(uid)
            left = not self._move(box, uid) or left
        return left

    def _take(self, box: BaseMailBox, uid: str) -> bool:
        """Store one mail; False leaves it for the next round."""
        size = self._size_of(box, uid)
        part = "BODY.PEEK[]" if size <= LARGEST else "BODY.PEEK[HEADER]"
        raw = self._fetch(box, uid, part)
        if raw is None:
            return size == 0  # another client removed it meanwhile
        stored = self._sink.commit(raw, size)
        self.committed += stored
        return stored

    @staticmethod
    def _size_of(box: BaseMailBox, uid: str) -> int:
        status, found = box.client.uid("FETCH", uid, "(RFC822.SIZE)")
        line = next((f for f in found if isinstance(f, bytes)), b"") if status == "OK" else b""
        digits = line.rpartition(b"RFC822.SIZE")[2].split(b")")[0].split()
        return int(digits[0]) if digits and digits[0].isdigit() else 0

    @staticmethod
    def _fetch(box: BaseMailBox, uid: str, part: str) -> bytes | None:
        status, found = box.client.uid("FETCH", uid, f"({part})")
        if status != "OK":
            return None
        return next((bytes(f[1]) for f in found if isinstance(f, tuple)), None)

    def _move(self, box: BaseMailBox, uid: str) -> bool:
        """Move a mail to `processed`. If that fails, its key identifies it when it is read
        again.
        """
        try:
            if self._moves:
                name = encode_folder(self._settings.processed).decode("ascii")
                status, answer = box.client.uid("MOVE", uid, name)
                if status != "OK":
                    raise imaplib.IMAP4.error(answer)
            else:
                box.move([uid], self._settings.processed)
        except _WRONG as error:
            if isinstance(error, imaplib.IMAP4.abort):
                raise
            log.warning("a mail cannot be moved: %s", _cause(error))
            self._sink.health("warn", "mail_cannot_move")
            return False
        self._done.discard(uid)
        return True


def _cause(error: BaseException) -> str:
    """The error's name only: its text may contain the password."""
    return f"{type(error).__name__}"
