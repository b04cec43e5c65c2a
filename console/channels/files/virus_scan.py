"""Scans files with a ClamAV daemon (clamd's INSTREAM command)."""

import socket
from contextlib import closing

from console.domain.errors import UnavailableError

CHUNK = 1 << 16
WAIT_S = 30.0


class ClamdScanner:
    """A `store.scanned.Scanner`; a connection for each file."""

    def __init__(self, address: str, *, wait_s: float = WAIT_S) -> None:
        """Nothing is opened yet.

        Args:
            address: `host:port`, or the path of a socket.
        """
        self._address = address
        self._wait_s = wait_s

    def scan(self, content: bytes) -> str | None:
        """The name of the virus found; None if the file is clean.

        Raises:
            UnavailableError: `scanner_away`: no answer, or the file could not be scanned.
        """
        try:
            answer = self._ask(content)
        except OSError as error:
            raise UnavailableError("scanner_away", address=self._address) from error
        words = answer.decode("utf-8", "replace").strip("\0\n ")
        if words.endswith(" OK"):
            return None
        if words.endswith(" FOUND"):
            return words.removesuffix(" FOUND").partition(": ")[2][:100] or "?"
        raise UnavailableError("scanner_away", address=self._address)

    def _ask(self, content: bytes) -> bytes:
        with closing(self._connected()) as link:
            link.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), CHUNK):
                piece = content[at : at + CHUNK]
                link.sendall(len(piece).to_bytes(4) + piece)
            link.sendall(bytes(4))
            answer = b""
            while not answer.endswith(b"\0") and len(answer) < 1000:
                got = link.recv(1000)
                if not got:
                    break
                answer += got
            return answer

    def _connected(self) -> socket.socket:
        host, mark, port = self._address.rpartition(":")
        if mark and port.isdigit():
            return socket.create_connection((host, int(port)), self._wait_s)
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(self._wait_s)
        try:
            link.connect(self._address)
        except OSError:
            link.close()
            raise
        return link
