"""An X server for one test, which the test may kill."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

_BARE = """<openbox_config xmlns="http://openbox.org/3.4/rc"><applications>
<application class="*"><decor>no</decor></application></applications></openbox_config>"""
"""Windows without a title bar, so that a maximised one has the whole screen."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A display, and the process behind it."""

    display: str
    server: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """`kill -9`, as a graphics driver does it."""
        self.server.kill()
        self.server.wait(60)


@contextmanager
def own_screen(size: str = "1366x768", *, anybody: bool = False) -> Iterator[Screen]:
    """Xvfb on the next free display, with a window manager that draws no title bars.

    Args:
        size: width and height in pixels.
        anybody: every user of the machine may open windows on it.
    """
    reader, writer = os.pipe()
    words = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    words += ["-ac"] * anybody
    with subprocess.Popen(words, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as told:
            display = f":{told.readline().strip()}"
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as bare:
            bare.write(_BARE)
            bare.flush()
            manager = subprocess.Popen(
                ["openbox", "--config-file", bare.name],
                env={**os.environ, "DISPLAY": display},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                yield Screen(display, server)
            finally:
                for process in (manager, server):
                    with suppress(ProcessLookupError):
                        process.terminate()
                manager.wait(60)
