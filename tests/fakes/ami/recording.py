"""Reads a recorded dialogue with Asterisk's manager: actions, answers, steps of people, the end."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """The recorded client sent an action."""

    fields: dict[str, str]


@dataclass(frozen=True)
class Got:
    """The recorded server sent a message: its bytes without the closing blank line."""

    block: bytes

    def header(self, key: str) -> str:
        for line in self.block.decode("utf-8", "replace").split("\r\n"):
            name, _, value = line.partition(":")
            if name == key:
                return value.strip()
        return ""


@dataclass(frozen=True)
class Step:
    """Somebody did something, such as the operator picking up."""

    text: str


@dataclass(frozen=True)
class Closed:
    """The recorded server closed the connection."""


type Item = Sent | Got | Step | Closed


def read_recording(data: bytes) -> list[Item]:
    """The items of a recording in order; its banner is left out, since it goes out on connect."""
    items: list[Item] = []
    lines: list[bytes] = []
    sent: dict[str, str] = {}

    def flush() -> None:
        if sent:
            items.append(Sent(dict(sent)))
            sent.clear()
        if lines:
            items.append(Got(b"\r\n".join(lines)))
            lines.clear()

    for raw in data.split(b"\n"):
        line = raw.rstrip(b"\r")
        client = line.startswith(b">>> ")
        key, _, value = (
            line[4:].decode("utf-8", "replace").partition(":") if client else ("", "", "")
        )
        further = bool(line) and not client and not line.startswith(b"#") and not sent
        if not further and not (client and key != "Action" and not lines):
            flush()
        if client:
            sent[key.strip()] = value.strip()
        elif line.startswith(b"#"):
            items += _comment(line)
        elif line and not line.startswith(b"Asterisk Call Manager/"):
            lines.append(line)
    flush()
    return items


def _comment(line: bytes) -> list[Item]:
    if line.startswith(b"# ---"):
        return [Step(line[5:].decode().strip())]
    return [Closed()] if line.startswith(b"# connection closed") else []
