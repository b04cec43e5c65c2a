"""An X server of a test's own, which the test may kill."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Screen:
    """A display, and the process behind it."""

    display: str
    server: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """`kill -9`, as a graphics driver does it."""
        self.server.kill()
        self.server.wait(10)


@contextmanager
def own_screen() -> Iterator[Screen]:
    """Xvfb on the next free display, with a window manager."""
    reader, writer = os.pipe()
    words = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    with subprocess.Popen(words, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as told:
            display = f":{told.readline().strip()}"
        environment = {**os.environ, "DISPLAY": display}
        with subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL) as manager:
            try:
                yield Screen(display, server)
            finally:
                for process in (manager, server):
                    with suppress(ProcessLookupError):
                        process.terminate()
