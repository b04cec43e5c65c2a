"""Builds out of the settings what a seat speaks with and who sits at it: the telephone's line,
recordings, the centre's accounts; the settings of demo and training. The written channels are built
in `gateway_wiring.py`.

Used by `bootstrap.py`, `desktop.py` and the verbs; one of the few files that know adapters.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from console.config.settings import (
    CentralSettings,
    Loaded,
    Settings,
    TelephonySettings,
    read_secret,
)
from console.domain.errors import InputError

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.services.ports.channels import MessageChannel
    from console.services.ports.recordings import Recordings
    from console.services.ports.telephony import Telephony
    from console.store.central.connection.address import Dsn


LEAST_TOKEN = 16
"""Characters of a webhook's secret; shorter ones are guessed."""


def voice_line(
    desk: "Desk", settings: Settings, channels: Sequence["MessageChannel"] = ()
) -> "Telephony | None":
    """The line that the settings name; None for a seat without one.

    Args:
        channels: an SMS modem among them that has the voice modem's device shares its port.

    Raises:
        UnavailableError, InputError: the secret file is missing or open to others.
    """
    if settings.telephony.adapter == "ami":
        from console.telephony.asterisk.line import AmiLine

        pbx = settings.telephony
        return AmiLine(
            pbx.host,
            pbx.port,
            pbx.username,
            read_secret(pbx.secret_file) if pbx.secret_file else "",
            extension=settings.seat.extension,
            queues=pbx.queues,
            trunks=pbx.trunks,
            tls=pbx.tls,
            context=pbx.context,
            conference=pbx.conference,
            wrap_up_s=pbx.wrap_up_s,
            member_name=desk.actor.name,
            workstation=desk.actor.workstation,
        )
    if settings.telephony.adapter == "modem":
        return _modem_line(settings, channels)
    if settings.telephony.adapter == "webhook":
        return _webhook_line(settings)
    if settings.telephony.adapter == "simulator":
        return simulated_line(settings)
    return None


def _modem_line(settings: Settings, channels: Sequence["MessageChannel"]) -> "Telephony":
    from console.telephony.modem.ports import SerialPort, SharedPort, VoicePort
    from console.telephony.modem.voice import ModemLine
    from console.telephony.sms.channel import SmsChannel

    given = settings.telephony
    shared = next((m.name for m in settings.sms if m.device == given.device), None)
    modem = next((c for c in channels if isinstance(c, SmsChannel) and c.name == shared), None)
    port: VoicePort = SerialPort(given.device, baud=given.baud)
    if modem is not None:
        port = SharedPort(modem)
    return ModemLine(port, extension=settings.seat.extension)


def _webhook_line(settings: Settings) -> "Telephony":
    from console.telephony.webhook import WebhookLine

    given = settings.telephony
    token = read_secret(given.secret_file)
    if len(token) < LEAST_TOKEN:
        raise InputError("webhook_token_short", least=LEAST_TOKEN)
    return WebhookLine(token, host=given.host, port=given.port, extension=settings.seat.extension)


def recorders(
    desk: "Desk",
) -> tuple[tuple[str, Callable[[], Coroutine[object, object, None]]], ...]:
    """What looks for recordings after calls, where the settings say they lie."""
    if desk.recordings is None:
        return ()
    from console.services.calls.recordings import RecordingKeeper, expire_daily

    keeper = RecordingKeeper(desk.store, desk.bus, desk.recordings)
    return (("recordings", keeper.run), ("recordings-expire", lambda: expire_daily(desk)))


def recordings_of(settings: Settings, profile: Path) -> "Recordings | None":
    """Where recorded calls are read, and this seat's encrypted copies of its own.

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


def training_settings(loaded: Loaded, profile: Path) -> Loaded:
    """The settings of training: no address is left to which anything could go; ward outlines and
    base map of this profile are there, too.
    """
    from console.map.display.setup import setup_for

    seen = setup_for(loaded.settings.map, profile)
    wards = seen.outlines if seen.outlines and seen.outlines.is_file() else ""
    own_map = replace(
        loaded.settings.map, tiles_url="", wards=str(wards), basemap=str(seen.basemap or "")
    )
    telephony = replace(TelephonySettings(), adapter="simulator")
    seat = replace(loaded.settings.seat, extension="101", workstation="luyen-tap")
    settings = replace(
        Settings(),
        telephony=telephony,
        seat=seat,
        audio=loaded.settings.audio,
        ui=loaded.settings.ui,
        map=own_map,
        policy=loaded.settings.policy,
    )
    return replace(loaded, settings=settings)


def training_line(settings: Settings) -> "Telephony":
    """Scripted callers, one soon after the other."""
    from console.services.supervision.training import scenarios
    from console.telephony.simulator.line import Pace, SimulatedLine

    callers = [(each.phone, each.name) for each in scenarios()]
    pace = Pace(first_s=6, least_s=12, most_s=20, patience_s=90, wrap_up_s=8)
    return SimulatedLine(callers, pace=pace, extension=settings.seat.extension)


def simulated_line(settings: Settings) -> "Telephony":
    """The demo's line: its script's callers."""
    from console.services.demo.city import load_script
    from console.telephony.simulator.line import SimulatedLine

    callers = [(c.phone, c.name) for c in load_script().callers]
    return SimulatedLine(callers, extension=settings.seat.extension)


def demo_settings(loaded: Loaded) -> Loaded:
    """The settings of the demo: a simulated line, no device, whatever the files say."""
    telephony = replace(loaded.settings.telephony, adapter="simulator")
    seat = replace(
        loaded.settings.seat,
        extension=loaded.settings.seat.extension or "101",
        workstation=loaded.settings.seat.workstation or "may-07",
        encrypted_store=False,  # thrown away; nobody's keyring shall remember it
    )
    settings = replace(
        loaded.settings, telephony=telephony, seat=seat, sms=(), central=CentralSettings()
    )
    return replace(loaded, settings=settings)


def people_sign_in(central: CentralSettings) -> bool:
    """Whether the centre's address leaves the login to people."""
    if not central.url or central.password_file:
        return False  # and psycopg, a fifth of the start, stays out
    from console.store.central.administration.sign_in import LoginDoor

    return not LoginDoor.names_login(central.url)


_CAME = ("signed_in", "unlocked", "handed_over")


def choose_accounts(
    desk: "Desk", central: CentralSettings, follow: "Callable[[Dsn], None]"
) -> None:
    """The accounts of the seed stay, unless the centre's address leaves the login to people: then
    nobody sits here until somebody has signed in, and who did last is proposed. An address that
    cannot be used is a word on the status line.

    Args:
        follow: lets everything that follows the centre go on as this login.
    """
    if not people_sign_in(central):
        return
    from console.domain.states import Role
    from console.services.people.central_accounts import CentralAccounts
    from console.store.central.administration.sign_in import LoginDoor

    try:
        door = LoginDoor(central.url)
    except InputError:
        return

    def entered(login: str, password: str) -> None:
        follow(door.dsn(login, password))

    desk.accounts = CentralAccounts(desk.store, desk.clock, door, entered)
    trail = desk.store.ask_now(lambda q: q.audit_trail(50))
    last = next((line.actor for line in trail if line.act in _CAME), "")
    desk.actor = replace(desk.actor, user=last, role=Role.OPERATOR, name=last, agency=None)


def copier(
    profile: Path, clock: Callable[[], datetime]
) -> Callable[[Path, Callable[[int, int], None]], str]:
    """What `Desk.back_up` does."""
    from console.store.seat.backup import back_up

    def copy(target: Path, tell: Callable[[int, int], None]) -> str:
        damaged = back_up(profile, target, clock(), tell).damaged
        return ", ".join(name[:12] for name in damaged[:5])

    return copy
