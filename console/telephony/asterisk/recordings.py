"""Recordings read over HTTP where no folder is shared: Asterisk's ARI (`GET
/ari/recordings/stored/NAME/file`, no Range), or any web server with the same files.
"""

import base64
import ipaddress
import socket
import ssl
import urllib.error
import urllib.request
from email.message import Message
from http.client import HTTPException, HTTPResponse
from typing import IO, override
from urllib.parse import urlsplit

from console.domain.errors import InputError
from console.services.calls.recordings import place_of

LARGEST = 512 << 20
"""Largest recording in bytes, nine hours; a larger one is not read."""
_TIMEOUT_S = 15.0


class _Stay(urllib.request.HTTPRedirectHandler):
    """No redirect: only the address in the settings is allowed."""

    @override
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message,
        newurl: str,
    ) -> None:  # fmt: skip
        return None


class StoredRecordings:
    """The `Source` of recordings over HTTP."""

    def __init__(self, pattern: str, user: str = "", secret: str = "") -> None:
        """Nothing is asked yet.

        Args:
            pattern: address with `{leg}`; `http` only inside the local network, else `https`.

        Raises:
            InputError: `recordings_address`: neither.
        """
        parts = urlsplit(pattern)
        self._clear = (parts.hostname or "") if parts.scheme == "http" else None
        clear = self._clear is not None and _is_inside(self._clear) is not False
        if parts.scheme != "https" and not clear:
            raise InputError("recordings_address", address=pattern)
        self._pattern = pattern
        self._headers = {}
        if user:
            token = base64.b64encode(f"{user}:{secret}".encode()).decode()
            self._headers["Authorization"] = f"Basic {token}"
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context()),
            _Stay(),
        )

    def place(self, leg: str) -> str:
        """The address."""
        return place_of(self._pattern, leg)

    def size(self, leg: str) -> int:
        """Bytes according to the server; -1 when there is nothing, or it cannot be reached."""
        try:
            with self._open(leg) as answer:
                length = answer.headers.get("Content-Length", "")
        except OSError:
            return -1
        return int(length) if length.isdecimal() else -1

    def status(self) -> int | None:
        """The server's status for a name that does not exist: 404 is fine; None = it cannot be
        reached.
        """
        try:
            with self._open("console1022-doctor") as answer:
                return answer.status
        except OSError as error:
            cause = error.__cause__
            return cause.code if isinstance(cause, urllib.error.HTTPError) else None

    def read(self, leg: str) -> bytes:
        """The recording.

        Raises:
            OSError: it cannot be read, is larger than `LARGEST`, or was cut off.
        """
        with self._open(leg) as answer:
            try:
                data = answer.read(LARGEST + 1)
            except HTTPException as error:
                raise OSError(f"recording {leg} was cut off") from error
            length = answer.headers.get("Content-Length")
        if len(data) > LARGEST or (length is not None and length != str(len(data))):
            raise OSError(f"recording {leg} was cut off or is too large")
        return data

    def _open(self, leg: str) -> HTTPResponse:
        if self._clear is not None and not _is_inside(self._clear):
            raise OSError(f"{self._clear} is not in a private network")
        if not self.place(leg):
            raise OSError(f"{leg!r} is no name of a recording")
        asked = urllib.request.Request(self.place(leg), headers=self._headers)  # noqa: S310 - above
        try:
            answer: HTTPResponse = self._opener.open(asked, timeout=_TIMEOUT_S)
        except urllib.error.HTTPError as error:
            error.close()
            raise OSError(f"recording {leg}: {error.code}") from error
        except (HTTPException, ValueError) as error:
            raise OSError(f"recording {leg}: {error}") from error
        return answer


def _is_inside(host: str) -> bool | None:
    """Whether every address of this name belongs to this machine or a private network; None when
    the name cannot be resolved.
    """
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except OSError:
        return None
    near = [ipaddress.ip_address(str(one).split("%")[0]) for one in found]
    return all(one.is_private or one.is_loopback for one in near)
