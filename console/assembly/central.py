"""The links of a seat to the centre: events, files, and the questions that the window asks."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.assembly.core import Core
from console.config.secret_files import read_secret

if TYPE_CHECKING:
    from console.services.ports.central.sync import ConsoleIdentity
    from console.store.central.connection.address import Dsn
    from console.store.central.seat_link import PostgresCentral
    from console.store.central.seat_questions import SeatQuestions
    from console.store.exchange.files import SeatFiles
    from console.sync.files import FileLink
    from console.sync.link import CentralLink


def build_central(
    core: Core, dsn: "Dsn | None" = None, *, listens: bool = True
) -> "PostgresCentral":
    """The connection to the centre of the settings; nothing is opened yet.

    Args:
        dsn: of the person who signed in; None takes the login of the verb's caller, else of the
            settings.
        listens: hear what others push.

    Raises:
        UnavailableError: a secret file is missing.
        InputError: `central_not_set`; the address cannot be used, or is not safe.
    """
    from console.domain.errors import InputError
    from console.store.central.connection.address import checked
    from console.store.central.seat_link import PostgresCentral

    if (dsn := dsn or core.login) is not None:
        return PostgresCentral(dsn, listens=listens)
    settings = core.settings.central
    if not settings.url:
        raise InputError("central_not_set")
    password = read_secret(settings.password_file) if settings.password_file else None
    return PostgresCentral(checked(settings.url, password=password), listens=listens)


def identity(core: Core) -> "ConsoleIdentity":
    """How this seat introduces itself to the centre."""
    from console.domain.requests.codec import SCHEMA_V
    from console.services.ports.central.sync import ConsoleIdentity
    from console.store.seat.identity import install_id, known_install_id

    known = core.store.run_on_reader(known_install_id)
    installed = known or core.store.run_on_writer(install_id)
    return ConsoleIdentity(
        core.store.console_code, installed, core.desk.actor.workstation, SCHEMA_V
    )


def _shelf(core: Core) -> "SeatFiles":
    """The seat's files, and its own recordings as well when it keeps copies of them."""
    from console.store.exchange.files import SeatFiles
    from console.store.exchange.recordings import SeatFilesAndRecordings

    of = core.desk.recordings
    if of is None or of.vault is None:
        return SeatFiles(core.store, core.profile)
    return SeatFilesAndRecordings(core.store, core.profile, of.vault)


def build_links(
    core: Core, publish: Callable[[object], None], dsn: "Dsn | None" = None
) -> tuple["CentralLink", "FileLink", "SeatQuestions"]:
    """Build what follows the centre (events and files; each save wakes both) and what the window
    asks it: who else is looking, numbers, older history.

    Args:
        publish: called on the link's threads.
        dsn: as `build_central`.

    Raises:
        UnavailableError, InputError: as `build_central`.
    """
    from console.store.central.seat_questions import SeatQuestions
    from console.store.exchange.drafts import LocalDraftCopies
    from console.store.exchange.events import LocalSyncStore
    from console.store.exchange.initial_sync import LocalInitialSync
    from console.store.exchange.shared_rows import LocalSharedStore
    from console.sync.drafts import DraftCopies
    from console.sync.files import FileLink
    from console.sync.initial_load import InitialLoad
    from console.sync.link import CentralLink
    from console.sync.shared_rows import SharedRows

    central = build_central(core, dsn)
    for_files, for_window = (build_central(core, dsn, listens=False) for _ in range(2))
    sync = LocalSyncStore(core.store)
    link = CentralLink(
        central,
        sync,
        identity(core),
        publish,
        core.clock,
        catalogue=core.desk.catalogue,
        shared=SharedRows(central, LocalSharedStore(core.store), publish),
    )
    link.initial_load = InitialLoad(central, LocalInitialSync(core.store, sync))
    link.drafts = DraftCopies(central, LocalDraftCopies(core.store), publish)
    files = FileLink(for_files, _shelf(core), link.identity)

    def wake() -> None:
        link.wake()
        files.wake()

    core.store.unsent_added = wake
    core.desk.remote_files = files
    asked = SeatQuestions(for_window, link.identity, core.desk.numbers)
    core.desk.presence = core.desk.numbers = asked
    core.desk.older = core.desk.shared_preferences = core.desk.central_recordings = asked
    core.desk.draft_takeover = asked

    core.logins = (central, for_files, for_window)
    return link, files, asked
