"""Ends a wait on sockets from another thread; on every platform that has sockets."""

import contextlib
import socket
import weakref


class Waker:
    """One thread sleeps on `ear` in a selector, any other may `ring`."""

    def __init__(self) -> None:
        """Two connected sockets, closed with this object."""
        self.ear, self._hammer = socket.socketpair()
        for end in (self.ear, self._hammer):
            end.setblocking(False)
            weakref.finalize(self, end.close)

    def ring(self) -> None:
        """From any thread: wake the sleeper, or let the next sleep end at once."""
        with contextlib.suppress(OSError):  # full: it rings already
            self._hammer.send(b".")

    def rang(self) -> bool:
        """Whether somebody rang since last asked."""
        try:
            return bool(self.ear.recv(4096))
        except BlockingIOError:
            return False
