"""Files and a real clamd with one signature of our own: clean, infected, scanner unavailable."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.channels.files.virus_scan import ClamdScanner
from console.domain.errors import InputError, UnavailableError
from console.store.files.scanned_spool import ScannedSpool
from tests.fakes.mail.dovecot import free_port, until_open
from tests.fakes.mail.messages import JPEG

EVIL = b"CONSOLE1022-TEST-SIGNATURE"


class Clamd:
    """The daemon with a database of one signature."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "db").mkdir(parents=True)
        (folder / "db" / "ours.ndb").write_text(f"Console.Test:0:*:{EVIL.hex()}\n")
        (folder / "clamd.conf").write_text(
            f"DatabaseDirectory {folder}/db\nTCPSocket {self.port}\nTCPAddr 127.0.0.1\n"
            f"Foreground yes\nLogFile {folder}/log\nOfficialDatabaseOnly no\n"
            "ConcurrentDatabaseReload no\n" + ("User root\n" if os.getuid() == 0 else "")
        )

    def start(self) -> None:
        """Start it; returns once it listens."""
        self._process = subprocess.Popen(
            ["/usr/sbin/clamd", "-c", str(self._folder / "clamd.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until_open(self.port)

    def stop(self) -> None:
        """Stop it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[Clamd]:
    made = Clamd(tmp_path / "clam")
    made.start()
    yield made
    made.stop()


def spool(tmp_path: Path, clamd: Clamd) -> ScannedSpool:
    return ScannedSpool(tmp_path / "seat", ClamdScanner(f"127.0.0.1:{clamd.port}", wait_s=60))


def test_clean_infected_and_away(tmp_path: Path, clamd: Clamd) -> None:
    files = spool(tmp_path, clamd)
    clean = files.put_bytes(JPEG, "x.jpg")
    assert files.path(clean.sha256) is not None
    with pytest.raises(InputError, match="file_infected"):
        files.put_bytes(JPEG + EVIL, "evil.jpg")
    source = tmp_path / "evil.jpg"
    source.write_bytes(JPEG + EVIL)
    with pytest.raises(InputError, match="file_infected"):
        files.put(source)
    clamd.stop()
    later, evil = files.put_bytes(JPEG + b"1", "y.jpg"), files.put_bytes(JPEG + EVIL, "z.jpg")
    for each in (later, evil):
        assert files.is_locked(each.sha256)
        assert files.path(each.sha256) is None
        assert files.describe(each.sha256) is None
    assert files.path(clean.sha256) is not None, "what was scanned before stays open"
    with pytest.raises(UnavailableError, match="scanner_away"):
        files.scan_again()
    clamd.start()
    assert files.scan_again() == (1, 1)
    assert files.path(later.sha256) is not None
    assert files.path(evil.sha256) is None
    assert not files.is_locked(evil.sha256)
    assert files.scan_again() == (0, 0)


def test_a_silent_scanner_counts_as_away(tmp_path: Path) -> None:
    import socket

    with socket.socket() as quiet:
        quiet.bind(("127.0.0.1", 0))
        quiet.listen()
        scanner = ClamdScanner(f"127.0.0.1:{quiet.getsockname()[1]}", wait_s=0.3)
        with pytest.raises(UnavailableError, match="scanner_away"):
            scanner.scan(JPEG)
    with pytest.raises(UnavailableError, match="scanner_away"):
        ClamdScanner(str(tmp_path / "no.sock")).scan(JPEG)
