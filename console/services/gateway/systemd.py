"""Status messages to systemd from a gateway that it started: sd_notify(3), `NAME=value`.

Without `NOTIFY_SOCKET` in the environment nothing is sent.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Mapping


class ServiceManager:
    """The service manager that started this process."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Read where it listens and how often it wants a sign of life.

        Args:
            environment: `NOTIFY_SOCKET` (a path, or `@name` outside the file system),
                `WATCHDOG_USEC` (microseconds) and `WATCHDOG_PID`.
        """
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        waits = environment.get("WATCHDOG_USEC", "")
        mine = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self.alive_every_s = int(waits) / 1e6 / 3 if waits.isdecimal() and mine else 0.0
        """Seconds between two signs of life; 0: none wanted."""

    def tell(self, **words: str | int) -> None:
        """Send a status, such as `tell(ready=1, status="…")`; a failure is ignored."""
        if not self._address:
            return
        text = "".join(f"{name.upper()}={value}\n" for name, value in words.items())
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.sendto(text.encode(), self._address)

    def keep_telling(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give signs of life while this loop runs; systemd restarts a process whose loop hangs."""
        if self._address and self.alive_every_s:
            self.tell(watchdog=1)
            loop.call_later(self.alive_every_s, self.keep_telling, loop)
