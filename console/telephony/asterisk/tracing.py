"""Reads a recorded AMI dialogue and prints the call events it yields (`telephony trace FILE`).

Format: `>>> ` = lines of the client, `# ` = comments, all other lines are the server's bytes. The
recorded client's own state lists (10c) are used as a resync.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from console.domain.errors import InputError, UnavailableError
from console.domain.live_events import CallEvent
from console.telephony.asterisk.calls.resync import Snapshot
from console.telephony.asterisk.calls.tracker import CallTracker
from console.telephony.asterisk.wire import Framer, Message

_CLIENT = b">>>"
_CLOSED = b"# connection closed"
_STAMP = re.compile(rb"^Timestamp: (\d{9,10}(?:\.\d+)?)\s*$", re.MULTILINE)


def trace(
    path: Path, extension: str | None = None, trunks: Iterable[str] = ()
) -> Iterator[CallEvent]:
    """The call events of a recording, in order.

    Args:
        path: the recording.
        extension: report only what this workstation would see; None = everything.
        trunks: endpoints named like extensions that are lines to outside.

    Raises:
        UnavailableError: `file_missing`: it cannot be read.
        InputError: `not_an_ami_recording`: it contains no AMI message; raised at its end.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnavailableError("file_missing", file=str(path)) from error
    # Messages before the first time stamp get that one; without any, the time of recording.
    match = _STAMP.search(data)
    stamp = float(match[1]) if match else path.stat().st_mtime
    tracker = CallTracker(extension, trunks=trunks)
    reader = _Reader(tracker, datetime.fromtimestamp(stamp, UTC), str(path))
    return reader.read(data.removeprefix(codecs.BOM_UTF8))


class _Reader:
    """One pass over a recording."""

    def __init__(self, tracker: CallTracker, at: datetime, file: str) -> None:
        self._file = file
        self._understood = False
        self._tracker = tracker
        self._tracker.start_at(at)
        self._framer = Framer()
        self._up = False
        self._refused = ""
        self._snapshot = Snapshot()
        self._client: dict[str, str] = {}

    def read(self, data: bytes) -> Iterator[CallEvent]:
        for line in data.splitlines():
            if line.startswith(_CLIENT):
                self._client_line(line[len(_CLIENT) :].decode("utf-8", "replace"))
                continue
            if line.startswith(b"#"):
                if line.startswith(_CLOSED):
                    yield from self._closed()
                continue
            self._client_done()
            for message in self._framer.feed(line + b"\r\n"):
                yield from self._message(message)
        for message in self._framer.feed(
            b"\r\n\r\n"
        ):  # A last message cut off at the end of the file.
            yield from self._message(message)
        if data and not self._understood:
            raise InputError("not_an_ami_recording", file=self._file)

    def _client_line(self, line: str) -> None:
        key, _, value = line.partition(":")
        if key.strip() == "Action":
            self._client_done()
        self._client[key.strip()] = value.strip()

    def _client_done(self) -> None:
        """A whole action of the recorded client was read; only its outgoing calls matter."""
        given, self._client = self._client, {}
        if given.get("Action") == "Originate" and given.get("Exten"):
            _, _, ref = given.get("Variable", "").partition("=")
            operator = given.get("Channel", "").partition("/")[2]
            self._tracker.expect_dial(given.get("ActionID", ""), given["Exten"], ref, operator)

    def _message(self, message: Message) -> Iterator[CallEvent]:
        self._understood |= bool(message.event or message.response or message.banner)
        if message.banner and self._up:
            yield from self._closed()  # A second connection in the same file.
        if message.response:
            yield from self._response(message)
        elif self._snapshot.add(message):
            return
        elif message.event == "CoreShowChannelsComplete":
            yield from self._tracker.apply_channels(self._snapshot)
        elif message.event == "QueueStatusComplete":
            yield from self._tracker.apply_queues(self._snapshot)
            self._snapshot = Snapshot()
        else:
            yield from self._tracker.feed(message)

    def _response(self, message: Message) -> Iterator[CallEvent]:
        text = message.get("Message")
        if text == "Authentication accepted":
            self._up = True
            yield self._tracker.link("up")
        elif text == "Authentication failed":
            self._refused = "bad_secret"

    def _closed(self) -> Iterator[CallEvent]:
        if self._up or self._refused:
            more = {"detail": self._refused} if self._refused else {}
            yield self._tracker.link("down", **more)
        self._tracker.lost()
        self._up, self._refused = False, ""
        self._framer = Framer()
        self._snapshot = Snapshot()


def to_json(event: CallEvent) -> dict[str, object]:
    """A call event as JSON (docs/reference/json.md); what the kind adds stands next to the common
    keys.
    """
    return {
        "kind": event.kind,
        "call_id": event.call_id or None,
        "queue": event.queue,
        "direction": event.direction if event.call_id else None,
        "peer_number": event.peer_number,
        "peer_name": event.peer_name,
        "operator": event.operator,
        "reason": event.reason,
        "at": event.at.isoformat(),
        "certain": event.certain,
        **{key: value for key, value in event.more.items() if key not in _OWN},
    }


_OWN = frozenset(
    ("kind", "call_id", "queue", "direction", "peer_number", "peer_name", "operator", "reason")
) | {"at", "certain"}
