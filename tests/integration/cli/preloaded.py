"""Processes of the command line that need not load the program again.

`python -m tests.integration.cli.preloaded` loads what verbs use, without Qt, and forks a child for
each verb: a process with its own arguments, environment, streams and exit code, which ends like any
other. What only a cold start can show (that a verb loads what it needs, how the interpreter handles
a locale or closed streams) is not tested here: `Seat.run` starts the first of each kind from
nothing.
"""

import gc
import importlib
import io
import json
import multiprocessing
import os
import pkgutil
import selectors
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from multiprocessing.process import BaseProcess
from pathlib import Path

import console
from console.__main__ import main

ROOT = Path(__file__).parents[3]
_NOT_LOADED = (
    "console.__main__",
    "console.ui",
    "console.assembly.desktop",
    "console.store.central.migrations",
)


class Warm:
    """The process that has everything loaded, and the requests to its children."""

    def __init__(self, env: dict[str, str]) -> None:
        """Start it with the interpreter settings that its children shall have."""
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd=ROOT,
                env=env,
            )

    def run(
        self, words: list[str], env: dict[str, str], said: bytes, timeout_s: float
    ) -> "subprocess.CompletedProcess[bytes]":
        """Like `subprocess.run` of `python -m console WORDS`, with files as streams.

        Raises:
            subprocess.TimeoutExpired: it took too long and was killed.
        """
        with ExitStack() as held:
            files = [held.enter_context(_kept_in_memory()) for _ in range(4)]
            for file, text in zip(files, (json.dumps([words, env]).encode(), said), strict=False):
                file.write(text)
                file.seek(0)
            answer, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            held.enter_context(answer).settimeout(timeout_s)
            with theirs:
                given = [theirs.fileno(), *(file.fileno() for file in files)]
                socket.send_fds(self._orders, [b"order"], given)
            pid = int(answer.recv(32))
            try:
                code = int(answer.recv(32))
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(words, timeout_s) from None
            out, err = (os.pread(file.fileno(), 1 << 30, 0) for file in files[2:])
            return subprocess.CompletedProcess(words, code, out, err)

    def close(self) -> None:
        """Let it end."""
        self._orders.close()
        self._process.wait(60)


def _kept_in_memory() -> io.FileIO:
    return io.FileIO(os.memfd_create("stream"), "r+")


def _load() -> None:
    """Load everything that a verb may load, once; the garbage collector never looks at it again."""
    for module in pkgutil.walk_packages(console.__path__, "console."):
        if not module.name.startswith(_NOT_LOADED):
            importlib.import_module(module.name)
    gc.collect()
    gc.freeze()


def _serve(orders: socket.socket) -> None:
    """Fork a child for each order until nobody can send one any more."""
    forking = multiprocessing.get_context("fork")
    with selectors.DefaultSelector() as events:
        events.register(orders, selectors.EVENT_READ)
        while True:
            for key, _ in events.select():
                if key.data is not None:
                    events.unregister(key.fd)
                    _tell_end(*key.data)
                    continue
                order, files, _, _ = socket.recv_fds(orders, 32, 5)
                if not order:
                    return
                answer = socket.socket(fileno=files[0])
                child = forking.Process(target=_be_console, args=files[1:])
                child.start()
                for file in files[1:]:
                    os.close(file)
                answer.send(b"%d" % (child.pid or 0))
                events.register(child.sentinel, selectors.EVENT_READ, (child, answer))


def _tell_end(child: BaseProcess, answer: socket.socket) -> None:
    child.join()
    with answer:
        answer.send(b"%d" % (child.exitcode or 0))
    child.close()


def _be_console(order: int, *streams: int) -> None:
    """In a child: become the process that was asked for; files of other children are closed."""
    with open(order, encoding="utf-8") as file:
        words, env = json.load(file)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(3, max(map(int, os.listdir("/proc/self/fd"))) + 1)
    sys.stdin = sys.__stdin__
    sys.modules["__main__"] = sys.modules[main.__module__]
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    sys.argv = ["console", *words]
    main()


if __name__ == "__main__":
    _load()
    sys.stdin = None  # multiprocessing would close it in each child
    _serve(socket.socket(fileno=int(sys.argv[1])))
