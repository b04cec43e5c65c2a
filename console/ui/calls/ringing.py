"""Decides when this seat rings, and how urgently.

The sound is never the only sign: the call bar and the call's card show the same.
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
"""Nine of ten callers should be answered within this time (NENA)."""
URGENT_AFTER = timedelta(seconds=60)


def urgency(view: CallView, now: datetime) -> Priority:
    """Urgency of a call: as the exchange says, else by how long the caller has waited."""
    told = str(view.more.get("priority") or "")
    if told in Priority:
        return Priority(told)
    waited = now - view.offered_at
    if waited >= URGENT_AFTER:
        return Priority.URGENT
    return Priority.HIGH if waited >= HIGH_AFTER else Priority.NORMAL


class Ringing(QObject):
    """Rings while a call rings here, unless this seat is talking.

    Audio is loaded on the first ring.
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
        """The seat's audio, created on first use."""
        if self._audio is None:
            from console.ui.audio.seat_audio import Audio as Made  # noqa: PLC0415 - QtMultimedia, 0.1 s

            self._audio = Made(self._settings, parent=self)
        return self._audio

    @property
    def settings(self) -> AudioSettings:
        """Devices in force."""
        return self._settings

    def remember(self, settings: AudioSettings) -> None:
        """The seat's settings changed; personal choices stay."""
        self._seat = settings
        self._take()

    def like(self, liked: dict[str, str | int]) -> None:
        """Apply the person's own choices over the seat's settings."""
        self._liked = liked
        self._take()

    def _take(self) -> None:
        settings = replace(self._seat, **self._liked)  # type: ignore[arg-type]
        if settings != self._settings:
            self._settings = settings
            if self._audio is not None:
                self._audio.use(settings)

    def tick(self, now: datetime) -> None:
        """Raise the urgency as callers wait longer; called once a second."""
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
            return (
                None  # During a call a second one is only shown; a ring would drown out the first.
            )
        found = [urgency(c, self._now or c.offered_at) for c in ringing]
        return max(found, key=lambda each: each.rank)

    async def close(self) -> None:
        """Stop ringing."""
        if self._audio is not None:
            await self._audio.close()


def headset_of(widget: QWidget | None) -> str:
    """The headset loudspeaker of the seat that this widget belongs to; "" = the default."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    while widget is not None:
        found = widget.findChild(Ringing, options=direct)
        if isinstance(found, Ringing):
            return found.settings.headset_out
        widget = widget.parentWidget()
    return ""
