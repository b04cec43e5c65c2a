"""The bridge to the map page: checked messages in, at most ten bundles a second out.

Of several messages about one thing only the last is sent: the page needs the state, not its
history.
"""

import logging
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from console.domain.errors import InputError
from console.map.page.messages import FromPage, Load, Pin, ToPage, Unpin, decode, encode

logger = logging.getLogger(__name__)

BETWEEN_MS = 100


class Bridge(QObject):
    """What QWebChannel shows to the page under the name `bridge`.

    Attributes:
        toJs: one JSON message for the page.
        received: a checked message from the page (console/map/page/messages.py).
        dropped: how many messages from the page were refused.
    """

    toJs = Signal(str)  # noqa: N815 (the page's name for it)
    received = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Closed until `open`."""
        super().__init__(parent)
        self.dropped = 0
        self._open = False
        self._seq = 0
        self._waiting: dict[str, ToPage] = {}
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(BETWEEN_MS)
        self._rest.timeout.connect(self._flush)

    def tell(self, messages: Iterable[ToPage]) -> None:
        """Send soon: at once after a quiet tenth of a second, else with the next messages."""
        for message in messages:
            key = _topic(message)
            self._waiting.pop(key, None)
            self._waiting[key] = message
        if self._open and not self._rest.isActive():
            self._flush()

    @property
    def is_open(self) -> bool:
        """Whether the page listens."""
        return self._open

    @property
    def last_seq(self) -> int | None:
        """The number of the last message sent when none is waiting; else None."""
        return None if self._waiting else self._seq

    def open(self) -> None:
        """The page listens."""
        self._open = True
        self._flush()

    def shut(self) -> None:
        """The page is gone; drop the messages meant for it."""
        self._open = False
        self._rest.stop()
        self._waiting.clear()

    @Slot(str)
    def fromJs(self, text: str) -> None:
        """Take one message from the page; a wrong one is counted and dropped."""
        try:
            message: FromPage = decode(text)
        except InputError as error:
            self.dropped += 1
            if self.dropped <= 20:
                logger.warning("map message dropped: %s", error)
            return
        self.received.emit(message)

    @Slot()
    def _flush(self) -> None:
        if not self._open or not self._waiting:
            return
        bundle, self._waiting = self._waiting, {}
        for message in bundle.values():
            self._seq += 1
            self.toJs.emit(encode(message, self._seq))
        self._rest.start()


_TOPICS: dict[type, str] = {Pin: "pin", Unpin: "pin"}


def _topic(message: ToPage) -> str:
    """Messages of one topic replace each other."""
    if isinstance(message, Load):
        return f"load {message.layer}"
    return _TOPICS.get(type(message), type(message).__name__)
