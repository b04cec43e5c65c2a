"""A seat without its lines: store, catalogue, places, files and the person who works there.

This is what verbs of the command line need, without Qt. `seat.py` adds the lines and channels that
run on the loop.
"""

import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from console.config.settings import Loaded, Settings
from console.domain.errors import UnavailableError
from console.domain.reports.forecast import ServiceLevel, Staffing
from console.services.ports.clock import utc_now

if TYPE_CHECKING:
    from console.domain.actors import Actor
    from console.domain.catalogue.catalogue import Catalogue
    from console.services.desk import Desk
    from console.store.central.connection.address import Dsn
    from console.store.central.seat_link import PostgresCentral
    from console.store.files.spool import Spool
    from console.store.seat.local_store import LocalStore
    from console.sync.clock import CorrectedClock


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person whom the centre knows, and that person's connection to it."""

    actor: "Actor"
    dsn: "Dsn"


@dataclass(slots=True)
class Core:
    """A seat without its lines: store, catalogue, places, files, the person; closes with `with`."""

    desk: "Desk"
    store: "LocalStore"
    loaded: Loaded
    profile: Path
    clock: "CorrectedClock"
    logins: tuple["PostgresCentral", ...] = ()
    config_file: Path | None = None
    login: "Dsn | None" = None

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.loaded.settings

    @property
    def patience(self) -> timedelta:
        """How long housekeeping waits before work that any seat may do; each seat waits
        differently.
        """
        shared = bool(self.settings.central.url)
        return timedelta(minutes=self.store.console_code % 30 if shared else 0)

    def close(self) -> None:
        """Finish queued work and release the profile."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def build_core(
    profile: Path,
    loaded: Loaded,
    *,
    user: str | None = None,
    read_only: bool = False,
    slow: Callable[[], None] = lambda: None,
) -> Core:
    """Open the seat of this profile.

    Args:
        user: the account that acts when the seat has no centre. None is an officer when this seat's
            login at the centre belongs to an agency, else the operator.
        read_only: only ask questions, while a window may have the profile open. A store that is
            missing is created.
        slow: called before opening a store that takes seconds to open.

    Raises:
        UnavailableError: the store cannot be opened.
        InputError: `unknown_user`, `seed_error`.
    """
    from console.map.gazetteer.local_places import LocalPlaces
    from console.services.city_data.catalogue_loader import load_catalogue
    from console.services.desk import Desk
    from console.services.dispatch import dispatch
    from console.services.people.actors import actor_for
    from console.services.ports.central.older_history import UnreachableHistory
    from console.services.runtime.bus import Bus
    from console.store.seat.identity import agency_of_login
    from console.store.seat.local_store import FILE_NAME
    from console.store.seat.opening import takes_long
    from console.sync.clock import CorrectedClock

    settings = loaded.settings
    seat = settings.seat
    catalogue = load_catalogue(extra=Path(seat.data) if seat.data else None)
    workstation = seat.workstation or socket.gethostname()
    actor = actor_for(user or "operator", catalogue, workstation)
    if not read_only and takes_long(profile / FILE_NAME):
        slow()
    store = _open_store(profile, settings, catalogue, read_only=read_only)
    agency = store.run_on_reader(agency_of_login) if user is None and settings.central.url else None
    if agency is not None and f"officer-{agency}" in catalogue.accounts:
        actor = actor_for(f"officer-{agency}", catalogue, workstation)
    clock = CorrectedClock(utc_now)
    desk = Desk(
        store=store,
        bus=Bus(),
        clock=clock,
        catalogue=catalogue,
        places=LocalPlaces(_outlines(profile, settings), folder=profile / "map"),
        files=files_of(profile, settings),
        actor=actor,
        dispatch=dispatch,
        older=UnreachableHistory() if settings.central.url else None,
        staffing=staffing_of(settings),
    )
    return Core(desk, store, loaded, profile, clock)


def _open_store(
    profile: Path, settings: Settings, catalogue: "Catalogue", *, read_only: bool
) -> "LocalStore":
    from console.store.seat.local_store import FILE_NAME, LocalStore

    store = LocalStore(
        profile,
        catalogue,
        console_code=int(settings.seat.console_code),
        read_only=read_only and _has_data(profile / FILE_NAME),
        encrypted=settings.seat.encrypted_store,
    )
    if not read_only:
        if store.central != bool(settings.central.url):
            store.set_central(bool(settings.central.url))
        _take_in_beside(store)
    return store


def _take_in_beside(store: "LocalStore") -> None:
    """Take in the audit lines of read-only verbs; a full disk must not prevent the start."""
    try:
        store.chain_reader_lines()
    except UnavailableError as error:
        log.warning("audit lines of reading verbs wait: %s", error)


def staffing_of(settings: Settings) -> Staffing:
    """The service level that staffing is calculated for."""
    wanted = settings.forecast
    return Staffing(ServiceLevel(wanted.level_percent, wanted.within_s), wanted.handle_s)


def _has_data(store: Path) -> bool:
    """Whether the store has anything to read; an empty file is a store that was never created."""
    return store.exists() and (not store.is_file() or store.stat().st_size > 0)


def _outlines(profile: Path, settings: Settings) -> Path:
    """The file of ward outlines: the one of the settings, else what `map import-wards` stored."""
    return Path(settings.map.wards) if settings.map.wards else profile / "map" / "wards.geojson"


def files_of(profile: Path, settings: Settings) -> "Spool":
    """The files of this seat, with a virus scanner in front when the settings name one."""
    from console.store.files.spool import Spool

    if not settings.media.clamd:
        return Spool(profile)
    from console.channels.files.virus_scan import ClamdScanner
    from console.store.files.scanned_spool import ScannedSpool

    return ScannedSpool(profile, ClamdScanner(settings.media.clamd))
