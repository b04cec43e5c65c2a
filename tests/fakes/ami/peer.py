"""A stand-in for Asterisk's manager that replays recorded dialogues.

It answers what every client asks (Challenge, Login, Events, Filter, Ping, lists, ...), holds the
events behind a recorded action until the client sends that action (`auto`: no wait), holds the
steps of the operator (`# ---`) until they are released, rewrites recorded ActionIDs to the
client's, paces by `Timestamp`, and breaks in many ways on purpose.

As a process: `python -m tests.fakes.ami.peer FILE --port-file P [--port N] [--auto] [--steps]
[--speed X]`; it prints `ready` once the port file is there, then every action that it receives as
a line `action {JSON}`; each line on stdin releases one step (`all` releases the rest), `away` cuts
every link and takes no new one until `back`, end of stdin stops it.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.ami.recording import Closed, Got, Item, Sent, Step, read_recording

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
_LISTS = {
    "CoreShowChannels": "CoreShowChannelsComplete",
    "QueueStatus": "QueueStatusComplete",
    "QueueSummary": "QueueSummaryComplete",
    "BridgeList": "BridgeListComplete",
    "ConfbridgeList": "ConfbridgeListComplete",
}
_OWN_ANSWERS = frozenset(("Challenge", "Login", "Events", "Filter", "Ping"))
_QUESTIONS = _OWN_ANSWERS | {"Logoff", "CoreStatus", "CoreSettings", "ListCommands", "Getvar"}
"""Actions that change nothing: no event waits for them."""


@dataclass
class Faults:
    """What goes wrong.

    Attributes:
        chunk: send at most this many bytes at once; 0 = whole messages.
        cut_after: break after this many replayed messages ...
        cut_inside: ... or in the middle of the last of them.
        reset: break with RST instead of FIN.
        stall_after: say nothing more after this many replayed messages, keep the connection.
        refuse: actions answered with `Response: Error` and this text.
    """

    chunk: int = 0
    cut_after: int | None = None
    cut_inside: bool = False
    reset: bool = False
    stall_after: int | None = None
    refuse: dict[str, str] = field(default_factory=dict)


_COMMANDS = Path(__file__).parents[2] / "data" / "ami" / "19_responses.txt"
_MORE_COMMANDS = (
    "Command:  (Priv: command,all)",
    "UpdateConfig:  (Priv: config,all)",
    "AGI:  (Priv: agi,all)",
)
"""Of classes that the recorded account had not."""


def commands_of(rights: frozenset[str]) -> dict[str, str]:
    """What `ListCommands` returns to an account with these rights: the recorded table, filtered as
    Asterisk filters it.
    """
    lines = [*_COMMANDS.read_text("utf-8").splitlines(), *_MORE_COMMANDS]
    found = {}
    for line in lines:
        name, colon, priv = line.partition(":  (Priv: ")
        if colon and (priv == "<none>)" or rights & set(priv.rstrip(")").split(","))):
            found[name] = f" (Priv: {priv}"
    return found


class AmiPeer:
    """The server. `async with AmiPeer(...) as peer: peer.port`.

    Attributes:
        actions: every action that a client sent, in order.
        logins: how many clients tried to log in.
        played: set when a script was played to its end.
    """

    def __init__(
        self,
        *scripts: bytes,
        auto: bool = False,
        steps: bool = False,
        speed: float = 0.0,
        secret: str | None = None,
        faults: Faults | None = None,
        boot: bool = True,
        rights: str = "system,call,agent,user,originate,reporting",
    ) -> None:
        """Prepare.

        Args:
            scripts: recordings; the nth connection plays the nth, further ones the last.
            auto: do not wait for the recorded actions.
            steps: wait for `release` before every operator step and before the first event.
            speed: 0 = at once, 1 = as recorded, 10 = ten times faster.
            secret: refuse other secrets; None takes any.
            boot: send `FullyBooted` after a login.
            rights: classes that an account may write; `ListCommands` answers by them.
        """
        self._scripts = [read_recording(script) for script in scripts] or [[]]
        self._auto, self._steps, self._speed = auto, steps, speed
        self._secret, self._boot = secret, boot
        self.rights = frozenset(rights.split(","))
        self.faults = faults or Faults()
        self.actions: list[dict[str, str]] = []
        self.logins = 0
        self.connections = 0
        self.played = asyncio.Event()
        self.on_action: Callable[[dict[str, str]], None] = lambda _: None
        self._released = 0
        self._moved = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._sessions: set[asyncio.Task[None]] = set()
        self.sessions: list[_Session] = []
        self.port = 0

    async def __aenter__(self) -> "AmiPeer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Close everything; the port stays known, so that `__aenter__` starts it again there."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._sessions):
            task.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None

    async def release(self, steps: int = 1) -> None:
        """Let the script continue over this many operator steps."""
        async with self._moved:
            self._released += steps
            self._moved.notify_all()

    async def wait_for_action(self, name: str, count: int = 1) -> dict[str, str]:
        """Wait for the `count`th action of this name."""

        def found() -> list[dict[str, str]]:
            return [action for action in self.actions if action.get("Action") == name]

        async with self._moved:
            await self._moved.wait_for(lambda: len(found()) >= count)
        return found()[count - 1]

    def drop_clients(self) -> None:
        """Reset every connection, as a pulled cable would in the end."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def send(self, text: str) -> None:
        """Send an event of the test's own to every client: its lines, without the blank one."""
        for writer in tuple(self._writers):
            writer.write(text.strip().replace("\r\n", "\n").replace("\n", "\r\n").encode())
            writer.write(b"\r\n\r\n")
            await writer.drain()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = self._scripts[min(self.connections, len(self._scripts) - 1)]
        self.connections += 1
        self._writers.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._sessions.add(task)
        session = _Session(self, script, reader, writer)
        self.sessions.append(session)
        try:
            await session.run()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            self._sessions.discard(task)
            writer.close()


class _Session:
    """One client: its actions are read at any time, while its script is played."""

    def __init__(
        self,
        peer: AmiPeer,
        script: list[Item],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.peer, self.script, self.reader, self.writer = peer, script, reader, writer
        self.challenge = "158084983"
        self.unplayed: list[dict[str, str]] = []
        self.ids: dict[str, str] = {}
        self.sent = 0
        self.steps = 0
        self.writing = asyncio.Lock()
        self.muted = False
        self.logged_in = asyncio.Event()
        self.lists = _recorded_lists(script)
        self.held = [i.fields["Action"] for i in script if isinstance(i, Sent)]

    def mute(self) -> None:
        """Send nothing any more, but keep the connection."""
        self.muted = True

    async def run(self) -> None:
        await self._write(BANNER)
        player = asyncio.create_task(self._play())
        try:
            while True:
                block = await self.reader.readuntil(b"\r\n\r\n")
                fields: dict[str, str] = {}
                for line in block.decode("utf-8", "replace").split("\r\n"):
                    key, colon, value = line.partition(":")
                    if colon:
                        fields[key.strip()] = value.strip()
                await self._action(fields)
        finally:
            player.cancel()
            await asyncio.gather(player, return_exceptions=True)

    async def _action(self, fields: dict[str, str]) -> None:
        name, peer = fields.get("Action", ""), self.peer
        reply = self._own_reply(name, fields)
        if name in peer.faults.refuse:
            reply = ("Error", {"Message": peer.faults.refuse[name]})
        if reply is not None:
            await self._respond(fields, *reply)
        elif name in self.lists and not self._waits_for(name):
            await self._recorded_list(name, fields)
        elif name in _LISTS:
            await self._respond(fields, "Success", {"EventList": "start"})
            tail = f"Event: {_LISTS[name]}\r\nActionID: {fields.get('ActionID')}"
            await self._write(f"{tail}\r\nEventList: Complete\r\nListItems: 0\r\n\r\n".encode())
        elif self._waits_for(name):
            self.held.remove(name)
            self.unplayed.append(fields)
        else:
            await self._respond(fields, "Success", {"Message": "Done"})
        peer.on_action(fields)
        async with peer._moved:
            peer.actions.append(fields)
            peer._moved.notify_all()
        if name == "Login" and reply and reply[0] == "Success":
            if peer._boot:
                await self._write(b"Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n")
            self.logged_in.set()
        if reply and (reply[0] == "Goodbye" or (name == "Login" and reply[0] == "Error")):
            await self.writer.drain()
            self.writer.close()
            raise ConnectionResetError

    def _waits_for(self, name: str) -> bool:
        return not self.peer._auto and name in self.held and name not in self.lists

    def _own_reply(self, name: str, fields: dict[str, str]) -> tuple[str, dict[str, str]] | None:
        if name == "Challenge":
            return "Success", {"Challenge": self.challenge}
        if name == "Login":
            self.peer.logins += 1
            secret = self.peer._secret
            if secret is not None:
                words = (self.challenge + secret).encode()
                if hashlib.md5(words, usedforsecurity=False).hexdigest() != fields.get("Key"):
                    return "Error", {"Message": "Authentication failed"}
            return "Success", {"Message": "Authentication accepted"}
        if name == "Ping":
            return "Success", {"Ping": "Pong"}
        if name == "Logoff":
            return "Goodbye", {"Message": "Thanks for all the fish."}
        if name == "CoreStatus":
            return "Success", {"CoreStartupDate": "2026-11-24", "CoreStartupTime": "18:31:19"}
        if name == "ListCommands":
            return "Success", commands_of(self.peer.rights)
        return ("Success", {}) if name in _OWN_ANSWERS else None

    async def _respond(self, fields: dict[str, str], word: str, more: dict[str, str]) -> None:
        lines = [f"Response: {word}"]
        if "ActionID" in fields:
            lines.append(f"ActionID: {fields['ActionID']}")
        lines += [f"{key}: {value}" for key, value in more.items()]
        await self._write(("\r\n".join(lines) + "\r\n\r\n").encode())

    async def _recorded_list(self, name: str, fields: dict[str, str]) -> None:
        for block in self.lists[name]:
            recorded = Got(block).header("ActionID")
            mine = fields.get("ActionID", "")
            out = block.replace(f"ActionID: {recorded}".encode(), f"ActionID: {mine}".encode())
            await self._write(out + b"\r\n\r\n")

    async def _play(self) -> None:
        await self.logged_in.wait()
        if self.peer._steps:
            await self._step()
        before: float | None = None
        for item in self.script:
            if isinstance(item, Sent):
                await self._hold(item)
            elif isinstance(item, Step):
                if self.peer._steps:
                    await self._step()
            elif isinstance(item, Closed):
                await self.writer.drain()
                self.writer.close()
            else:
                stamp = item.header("Timestamp")
                if self.peer._speed and stamp and before is not None:
                    await asyncio.sleep(max(0.0, float(stamp) - before) / self.peer._speed)
                before = float(stamp) if stamp else before
                await self._replay(item)
        self.peer.played.set()

    async def _step(self) -> None:
        self.steps += 1
        async with self.peer._moved:
            await self.peer._moved.wait_for(lambda: self.peer._released >= self.steps)

    async def _hold(self, item: Sent) -> None:
        name = item.fields["Action"]
        if self.peer._auto or name in _QUESTIONS or name in self.lists:
            return
        async with self.peer._moved:
            await self.peer._moved.wait_for(
                lambda: any(fields["Action"] == name for fields in self.unplayed)
            )
        given = next(fields for fields in self.unplayed if fields["Action"] == name)
        self.unplayed.remove(given)
        self.ids[item.fields.get("ActionID", "")] = given.get("ActionID", "")

    async def _replay(self, item: Got) -> None:
        recorded = item.header("ActionID")
        block = item.block
        if not block.startswith(b"Event: "):
            if recorded not in self.ids:
                return  # the answer to an action that was already answered here
        elif item.header("Event") == "FullyBooted" or self._in_a_list(item):
            return
        if recorded:
            old = f"ActionID: {recorded}".encode()
            if recorded in self.ids:
                block = block.replace(old, f"ActionID: {self.ids[recorded]}".encode())
            else:
                block = block.replace(b"\r\n" + old, b"")
        await self._faulty(block + b"\r\n\r\n")

    def _in_a_list(self, item: Got) -> bool:
        return any(item.block in blocks for blocks in self.lists.values())

    async def _faulty(self, data: bytes) -> None:
        faults = self.peer.faults
        self.sent += 1
        if faults.stall_after is not None and self.sent > faults.stall_after:
            await asyncio.Event().wait()
        if faults.cut_after is not None and self.sent > faults.cut_after:
            if faults.cut_inside:
                self.writer.write(data[: len(data) // 2])
                await self.writer.drain()
            if faults.reset:
                self.writer.transport.abort()
            self.writer.close()
            await asyncio.Event().wait()
        await self._write(data)

    async def _write(self, data: bytes) -> None:
        if self.muted:
            return
        size = self.peer.faults.chunk or len(data)
        async with self.writing:  # Answers and the script must not mix within a message.
            for start in range(0, len(data), size):
                self.writer.write(data[start : start + size])
                await self.writer.drain()


def _recorded_lists(script: list[Item]) -> dict[str, list[bytes]]:
    """Responses and items of the lists that the recorded client asked for, by action."""
    names = {i.fields["ActionID"]: i.fields["Action"] for i in script if isinstance(i, Sent)}
    lists: dict[str, list[bytes]] = {}
    for item in script:
        if isinstance(item, Got) and (name := names.get(item.header("ActionID"))) in _LISTS:
            lists.setdefault(name, []).append(item.block)
    return lists


def _tell_action(fields: dict[str, str]) -> None:
    sys.stdout.write(f"action {json.dumps(fields, ensure_ascii=False)}\n")
    sys.stdout.flush()


async def _main() -> None:
    parser = argparse.ArgumentParser(prog="ami_peer")
    parser.add_argument("file", type=Path, nargs="+")
    parser.add_argument("--port-file", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--auto", action="store_true")
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--speed", type=float, default=0.0)
    parser.add_argument("--secret")
    given = parser.parse_args()
    scripts = [path.read_bytes() for path in given.file]
    peer = AmiPeer(
        *scripts, auto=given.auto, steps=given.steps, speed=given.speed, secret=given.secret
    )
    peer.port = given.port
    peer.on_action = _tell_action
    async with peer:
        ready = given.port_file.with_suffix(".tmp")
        ready.write_text(str(peer.port))
        ready.replace(given.port_file)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            if line.strip() == "away":
                await peer.stop()
            elif line.strip() == "back":
                await peer.__aenter__()
            else:
                await peer.release(1 << 20 if line.strip() == "all" else 1)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main())
