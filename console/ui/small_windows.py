"""The window's small windows: made when they are wanted, closed by who opened them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from console.config import Settings
from console.ui.personal import Personal
from console.ui.presenters.calls import CallPresenter
from console.ui.ringing import Ringing

if TYPE_CHECKING:
    from console.services.desk import Desk


class SmallWindows:
    """Opens them over the window; their modules are imported on first use."""

    def __init__(
        self,
        desk: "Desk",
        settings: Settings,
        calls: CallPresenter,
        ringing: Ringing,
        personal: Personal,
        window: QWidget,
    ) -> None:
        """Keep what they need."""
        self._desk, self._settings, self._calls = desk, settings, calls
        self._ringing, self._personal, self._window = ringing, personal, window

    def keys(self, page: str) -> None:
        """All keys on one sheet, those of this page first."""
        from console.ui.dialogs.keys_sheet import KeysSheet  # noqa: PLC0415 - not before use

        sheet = KeysSheet(page, self._window)
        sheet.key_wanted.connect(self._personal.set_key)
        sheet.show()

    def sound(self) -> None:
        """Loudspeaker of the ring, a tone to try it, the microphone's level."""
        from console.ui.dialogs.sound import SoundDialog  # noqa: PLC0415 - not before use

        ringing = self._ringing
        locked = bool({"audio", "audio.ring_device"} & set(self._settings.policy.locked))
        dialog = SoundDialog(ringing.audio, ringing.settings, self._window, locked=locked)
        dialog.chosen.connect(ringing.remember)
        dialog.show()

    def room(self) -> None:
        """Who waits, who works, and for supervisors the ways into a call."""
        from console.ui.dialogs.room import RoomDialog  # noqa: PLC0415 - not before use

        RoomDialog(self._desk, self._calls, self._window).show()

    def note(self, take: Callable[[str], None]) -> None:
        """Record a spoken note; `take` gets its SHA-256 in the spool."""
        from console.ui.dialogs.voice_note import VoiceNoteDialog  # noqa: PLC0415 - not before use

        dialog = VoiceNoteDialog(self._ringing.audio, self._desk.files, self._window)
        dialog.made.connect(take)
        dialog.show()
