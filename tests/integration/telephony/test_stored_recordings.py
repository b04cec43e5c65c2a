"""Recordings read over HTTP as ARI serves them: a real server, its refusals and its cuts."""

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import override

import pytest

from console.domain.errors import InputError
from console.telephony.asterisk.recordings import StoredRecordings

SPOKEN = b"RIFF" + bytes(range(256)) * 40


class Ari(BaseHTTPRequestHandler):
    """`GET /ari/recordings/stored/NAME/file` with a password, and a few bad names."""

    def do_GET(self) -> None:
        told = self.headers.get("Authorization", "")
        if base64.b64decode(told.removeprefix("Basic ")) != b"console:geheim":
            self.send_error(401)
        elif self.path == "/ari/recordings/stored/17.5/file":
            self._answer(SPOKEN, len(SPOKEN))
        elif self.path == "/ari/recordings/stored/cut/file":
            self._answer(SPOKEN[:100], len(SPOKEN))
        elif self.path == "/ari/recordings/stored/away/file":
            self.send_response(302)
            self.send_header("Location", "/ari/recordings/stored/17.5/file")
            self.end_headers()
        else:
            self.send_error(404)

    def _answer(self, data: bytes, length: int) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = True

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ari)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/ari/recordings/stored/{{leg}}/file"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_stored_recording_is_read(address: str) -> None:
    stored = StoredRecordings(address, "console", "geheim")
    assert stored.size("17.5") == len(SPOKEN)
    assert stored.read("17.5") == SPOKEN
    assert stored.place("17.5").endswith("/stored/17.5/file")
    assert "geheim" not in stored.place("17.5")


@pytest.mark.parametrize("leg", ["nothing", "cut", "away", "../17.5", "17.5/file?x="])
def test_what_is_not_there_cut_off_or_elsewhere_is_not_read(address: str, leg: str) -> None:
    stored = StoredRecordings(address, "console", "geheim")
    with pytest.raises(OSError):  # noqa: PT011 - whatever went wrong, it is tried again
        stored.read(leg)


def test_a_wrong_password_and_a_server_that_is_away(address: str) -> None:
    assert StoredRecordings(address, "console", "geheim").status() == 404
    assert StoredRecordings(address, "console", "sai").status() == 401
    assert StoredRecordings("http://127.0.0.1:1/{leg}").status() is None
    assert StoredRecordings(address, "console", "sai").size("17.5") == -1
    assert StoredRecordings("http://127.0.0.1:1/{leg}").size("17.5") == -1
    with pytest.raises(OSError, match="401"):
        StoredRecordings(address).read("17.5")


@pytest.mark.parametrize(
    "address", ["http://8.8.8.8/{leg}", "ftp://127.0.0.1/{leg}", "file:///{leg}"]
)
def test_only_https_or_inside_the_house(address: str) -> None:
    with pytest.raises(InputError, match="recordings_address"):
        StoredRecordings(address)
    assert StoredRecordings("https://ghi-am.example.vn/{leg}").place("1.2").endswith("/1.2")
