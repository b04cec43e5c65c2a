"""The AMI wire: bytes to messages and back. Knows no socket and does not interpret messages.

Facts measured against Asterisk 22: the banner ends with one CRLF and no blank line, so it precedes
the first message; messages end with a blank line; a value may be UTF-8; `readline` would stop at 64
KiB, a `Command` reply may be larger.
"""

from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import override

from console.domain.errors import InputError

BANNER = "Asterisk Call Manager/"
MESSAGE_LIMIT = 1 << 20
"""Longest message in bytes; a longer one is discarded and counted."""
_END = b"\r\n\r\n"
_COLON, _ONCE = repeat(": "), repeat(1)

NOISE = frozenset(
    b"""VarSet Newexten RTCPSent RTCPReceived DeviceStateChange ExtensionStatus PresenceStateChange
    NewConnectedLine Cdr CEL HangupHandlerPush HangupHandlerRun HangupHandlerPop BridgeCreate
    BridgeDestroy BridgeInfoChannel MusicOnHoldStart MusicOnHoldStop DTMFBegin ChallengeSent
    SuccessfulAuth RequestNotAllowed LocalBridge LocalOptimizationBegin LocalOptimizationEnd
    NewAccountCode JabberEvent Registry TestEvent""".split()
)
"""Names of events that say nothing about calls: 2,317 of the 3,280 recorded ones. They are dropped
before parsing.
"""

ACTIONS = frozenset(
    (
        "Atxfer",
        "CancelAtxfer",
        "Challenge",
        "CoreSettings",
        "CoreShowChannels",
        "CoreStatus",
        "Events",
        "Filter",
        "Hangup",
        "ListCommands",
        "Login",
        "Logoff",
        "MixMonitor",
        "MixMonitorMute",
        "Originate",
        "PJSIPNotify",
        "Ping",
        "PlayDTMF",
        "QueueAdd",
        "QueuePause",
        "QueueRemove",
        "QueueStatus",
        "QueueSummary",
        "Redirect",
        "StopMixMonitor",
        "UserEvent",
    )
)
"""The only actions that we ever send; `Command` is not among them."""


class Message:
    """One AMI message: its header lines in order, repeated keys kept (T4).

    Attributes:
        pairs: (key, value) as they came, decoded; bad UTF-8 became U+FFFD.
        banner: version text when the server's banner preceded this message.
    """

    __slots__ = ("_first", "_lines", "_pairs", "banner")

    def __init__(self, pairs: list[tuple[str, str]], banner: str | None = None) -> None:
        """Keep the pairs; `get` answers the first value of a key."""
        self.banner = banner
        self._pairs: list[tuple[str, str]] | None = pairs
        self._lines: list[str] = []
        # Built backwards, so that the first of several equal keys wins.
        self._first = dict(reversed(pairs))

    @classmethod
    def of_lines(cls, lines: list[str], first: dict[str, str]) -> "Message":
        """A message from lines that are all `Key: value`, and the first value of each key."""
        made = cls.__new__(cls)
        made.banner, made._pairs = None, None
        made._lines, made._first = lines, first
        return made

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """All of them, in order; built on demand, because few ask."""
        if self._pairs is None:
            self._pairs = _pairs_of(self._lines)
        return self._pairs

    def get(self, key: str, default: str = "") -> str:
        """The first value of this key; keys are spelled as Asterisk spells them."""
        return self._first.get(key, default).strip(" ")

    def __bool__(self) -> bool:
        """Whether it contains anything."""
        return bool(self._first or self.banner)

    def all(self, key: str) -> list[str]:
        """Every value of this key, in order."""
        return [value for name, value in self.pairs if name == key]

    def number(self, key: str) -> float | None:
        """The value as a number, None when it is none."""
        try:
            value = float(self._first.get(key, ""))
        except ValueError:
            return None
        return value if abs(value) < 1e15 else None  # Not for inf and nan.

    @property
    def event(self) -> str:
        """Name of the event; "" for a response. The header `Events: Off` is not one (T5)."""
        return self._first.get("Event", "").strip(" ")

    @property
    def response(self) -> str:
        """Success, Error, Goodbye, ...; "" for an event, even one that has a `Response` header."""
        return "" if "Event" in self._first else self.get("Response")

    @property
    def ok(self) -> bool:
        """Whether a response means success; an Error with a friendly text is an error (T6)."""
        return self.response in ("Success", "Goodbye", "Follows")

    @override
    def __repr__(self) -> str:
        """Name and first headers, for logs; never a secret, since the server sends none."""
        return f"<{self.event or self.response or 'message'} {self.pairs[1:4]}>"


def parse(block: bytes) -> Message:
    """A message from its bytes without the blank line; never raises."""
    lines = block.decode("utf-8", "replace").split("\r\n")
    try:
        # As Asterisk writes: all lines are `Key: value`. Backwards, so that the first of equal keys
        # stays; a Python loop would cost a third more.
        first: dict[str, str] = dict(map(str.split, lines[::-1], _COLON, _ONCE))
    except ValueError:
        return _odd(lines)
    # A colon or a blank in a key: `Key:value`, `Key : value`.
    return Message.of_lines(lines, first) if "".join(first).isalnum() else _odd(lines)


def _odd(lines: list[str]) -> Message:
    """A message after the banner, with text without a colon, or with unusual blanks."""
    banners = [line.strip() for line in lines if line.startswith(BANNER) and ":" not in line]
    return Message(_pairs_of(lines), banners[-1] if banners else None)


def _pairs_of(lines: list[str]) -> list[tuple[str, str]]:
    return [
        (key.strip(), value.strip(" "))
        for key, colon, value in (line.partition(":") for line in lines)
        if colon
    ]


class Framer:
    """Cuts a byte stream into messages, however the stream was split.

    Attributes:
        dropped: how many messages were over the limit and discarded.
        quiet: how many events of `NOISE` were skipped without parsing.
    """

    def __init__(self, *, limit: int = MESSAGE_LIMIT, noise: frozenset[bytes] = NOISE) -> None:
        """Start at the beginning of a connection."""
        self._buffer = bytearray()
        self._searched = 0
        self._skipping = False
        self._limit = limit
        self._noise = noise
        self.dropped = 0
        self.quiet = 0

    def feed(self, data: bytes) -> Iterator[Message]:
        """Messages completed by these bytes, in order."""
        buffer = self._buffer
        buffer += data
        start = 0
        while True:
            end = buffer.find(_END, max(start, self._searched))
            if end < 0:
                break
            block = bytes(buffer[start:end])
            start = end + len(_END)
            self._searched = start
            if self._skipping or len(block) > self._limit:
                self._drop()
                continue
            if (message := self._message(block)) is not None:
                yield message
        del buffer[:start]
        # The end mark may be split: search again from its first three bytes next time.
        self._searched = max(0, len(buffer) - len(_END) + 1)
        if len(buffer) > self._limit:
            self._skipping = True
            del buffer[: self._searched]
            self._searched = 0

    def _drop(self) -> None:
        self._skipping = False
        self.dropped += 1

    def _message(self, block: bytes) -> Message | None:
        if block.startswith(b"Event: "):
            stop = block.find(b"\r\n")
            if (block[7:stop] if stop > 0 else block[7:]) in self._noise:
                self.quiet += 1
                return None
        message = parse(block)
        return message or None


def encode(action: str, fields: Mapping[str, str | list[str]]) -> bytes:
    """An action as bytes. A list repeats the header.

    Raises:
        InputError: `ami_action_refused`: not one of `ACTIONS`, or a line break or NUL in a key or
            value, which could inject a header or an action.
    """
    if action not in ACTIONS:
        raise InputError("ami_action_refused", action=action)
    lines = [f"Action: {action}"]
    for key, value in fields.items():
        if not key.isascii() or not key.isalnum():
            raise InputError("ami_action_refused", action=action)
        for one in [value] if isinstance(value, str) else value:
            if any(bad in one for bad in "\r\n\0"):
                raise InputError("ami_action_refused", action=action)
            lines.append(f"{key}: {one}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace")
