"""When this seat rings, and how urgently: from the calls that it sees.

A ring is never the only sign: the call bar and the card are there without any sound.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from console.config.settings import AudioSettings
from console.domain.states import Priority
from console.ui.calls.presenter import CallPresenter, CallView

if TYPE_CHECKING:
    from console.ui.audio.seat_audio import Audio

HIGH_AFTER = timedelta(seconds=15)
"""Nine callers of ten are to be answered within this time (NENA)."""
URGENT_AFTER = timedelta(seconds=60)


def urgency(view: CallView, now: datetime) -> Priority:
    """How a call rings: what the exchange says, else by how long the caller waits."""
    told = str(view.more.get("priority") or "")
    if told in Priority:
        return Priority(told)
    waited = now - view.offered_at
    if waited >= URGENT_AFTER:
        return Priority.URGENT
    return Priority.HIGH if waited >= HIGH_AFTER else Priority.NORMAL


class Ringing(QObject):
    """Rings while a call rings here; quiet when it is answered, gone, or this seat talks.

    The sound is made on first need, so that a seat that never rings loads nothing.
    """

    def __init__(
        self, calls: CallPresenter, settings: AudioSettings, parent: QObject | None = None
    ) -> None:
        """Follow the calls."""
        super().__init__(parent)
        self._calls, self._settings = calls, settings
        self._seat: AudioSettings = settings
        self._liked: dict[str, str | int] = {}
        self._audio: Audio | None = None
        self._now: datetime | None = None
        calls.changed.connect(self._follow)

    @property
    def audio(self) -> "Audio":
        """The seat's sounds, made now if they were not."""
        if self._audio is None:
            from console.ui.audio.seat_audio import Audio as Made  # noqa: PLC0415 - QtMultimedia, 0.1 s

            self._audio = Made(self._settings, parent=self)
        return self._audio

    @property
    def settings(self) -> AudioSettings:
        """Devices in force."""
        return self._settings

    def remember(self, settings: AudioSettings) -> None:
        """The seat's own settings are other ones; who chose for himself keeps his."""
        self._seat = settings
        self._take()

    def like(self, liked: dict[str, str | int]) -> None:
        """What the person who sits here chose in place of the seat's settings."""
        self._liked = liked
        self._take()

    def _take(self) -> None:
        settings = replace(self._seat, **self._liked)  # type: ignore[arg-type]
        if settings != self._settings:
            self._settings = settings
            if self._audio is not None:
                self._audio.use(settings)

    def tick(self, now: datetime) -> None:
        """A second passed: who waits longer rings more urgently."""
        self._now = now
        self._follow()

    def _follow(self) -> None:
        wished = self._wish()
        if wished is not None or self._audio is not None:
            self.audio.ring(wished)

    def _wish(self) -> Priority | None:
        mine = [c for c in self._calls.calls if c.mine]
        ringing = [c for c in mine if c.state == "ringing" and c.direction == "in"]
        if not ringing or any(c.state == "talking" for c in mine):
            return None  # Who talks sees the second call; a ring would drown the first.
        found = [urgency(c, self._now or c.offered_at) for c in ringing]
        return max(found, key=lambda each: each.rank)

    async def close(self) -> None:
        """Silence."""
        if self._audio is not None:
            await self._audio.close()


def headset_of(widget: QWidget | None) -> str:
    """The loudspeaker of the headset at the seat whose window this is in; "" = the default one."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    while widget is not None:
        found = widget.findChild(Ringing, options=direct)
        if isinstance(found, Ringing):
            return found.settings.headset_out
        widget = widget.parentWidget()
    return ""
