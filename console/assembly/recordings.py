"""Where a seat reads recorded calls and keeps copies of its own."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING

from console.config.secret_files import read_secret
from console.config.settings import Settings

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.services.ports.recordings import Recordings


def recorders(
    desk: "Desk",
) -> tuple[tuple[str, Callable[[], Coroutine[object, object, None]]], ...]:
    """The tasks that find recordings after calls, when the settings say where recordings are."""
    if desk.recordings is None:
        return ()
    from console.services.calls.recordings import RecordingKeeper, expire_daily

    keeper = RecordingKeeper(desk.store, desk.bus, desk.recordings)
    return (("recordings", keeper.run), ("recordings-expire", lambda: expire_daily(desk)))


def recordings_of(settings: Settings, profile: Path) -> "Recordings | None":
    """Where recorded calls are read from, and this seat's encrypted copies of its own.

    Raises:
        InputError: `recordings_address`, `recording_key_broken`, `secret_world_readable`.
        UnavailableError: `secret_missing`.
    """
    from console.services.calls.recordings import Folder
    from console.services.ports.recordings import Recordings, RecordingSource

    given = settings.telephony
    if not given.recordings:
        return None
    source: RecordingSource = Folder(given.recordings)
    far = "://" in given.recordings
    if far:
        from console.telephony.asterisk.recordings import StoredRecordings

        named = given.recordings_secret_file
        secret = read_secret(named) if named else ""
        source = StoredRecordings(given.recordings, given.recordings_user, secret)
    vault = None
    if far or given.recordings_copy:
        from console.store.files.recording_vault import RecordingVault

        key = Path(given.recordings_key_file or profile / "recordings.key")
        vault = RecordingVault(profile / "recordings", key)
    return Recordings(source, vault, settings.seat.extension, given.recordings_days)
