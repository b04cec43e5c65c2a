"""Builds the line and the written channels out of the settings: modems, mailbox, pages, web server.

Used by `bootstrap.py`; beside it the only file that knows rooms of adapters.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from console.config import CentralSettings, Loaded, Settings, TelephonySettings, read_secret
from console.domain.errors import InputError

if TYPE_CHECKING:
    from console.channels.leases import FileLeases
    from console.channels.web import WebPart
    from console.services.channel_ports import MessageChannel
    from console.services.desk import Desk
    from console.services.escalation_messages import WarningMessenger
    from console.services.gateway import Chore, Gateway
    from console.services.line_ports import Telephony
    from console.services.recording_ports import Recordings
    from console.services.shared_leases import SharedLeases
    from console.store.central.dsn import Dsn
    from console.store.central.seat import CentralSeat
    from console.store.files import Spool
    from console.store.local import LocalStore


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
        from console.telephony.line import AmiLine

        pbx = settings.telephony
        return AmiLine(
            pbx.host,
            pbx.port,
            pbx.username,
            read_secret(pbx.secret_file) if pbx.secret_file else "",
            extension=settings.seat.extension,
            queues=pbx.queues,
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
    from console.telephony.serial_line import ModemLine, SerialPort, SharedPort, VoicePort
    from console.telephony.sms import SmsChannel

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
    from console.services.recordings import RecordingKeeper, expire_daily

    keeper = RecordingKeeper(desk.store, desk.bus, desk.recordings)
    return (("recordings", keeper.run), ("recordings-expire", lambda: expire_daily(desk)))


def recordings_of(settings: Settings, profile: Path) -> "Recordings | None":
    """Where recorded calls are read, and this seat's encrypted copies of its own.

    Raises:
        InputError: `recordings_address`, `recording_key_broken`, `secret_world_readable`.
        UnavailableError: `secret_missing`.
    """
    from console.services.recording_ports import Recordings, Source
    from console.services.recordings import Folder

    given = settings.telephony
    if not given.recordings:
        return None
    source: Source = Folder(given.recordings)
    far = "://" in given.recordings
    if far:
        from console.telephony.stored import StoredRecordings

        named = given.recordings_secret_file
        secret = read_secret(named) if named else ""
        source = StoredRecordings(given.recordings, given.recordings_user, secret)
    vault = None
    if far or given.recordings_copy:
        from console.store.vault import RecordingVault

        key = Path(given.recordings_key_file or profile / "recordings.key")
        vault = RecordingVault(profile / "recordings", key)
    return Recordings(source, vault, settings.seat.extension, given.recordings_days)


def training_settings(loaded: Loaded) -> Loaded:
    """The settings of training: no address is left to which anything could go."""
    telephony = replace(TelephonySettings(), adapter="simulator")
    seat = replace(loaded.settings.seat, extension="101", workstation="luyen-tap")
    settings = replace(
        Settings(),
        telephony=telephony,
        seat=seat,
        audio=loaded.settings.audio,
        ui=loaded.settings.ui,
        map=replace(loaded.settings.map, tiles_url=""),
        policy=loaded.settings.policy,
    )
    return replace(loaded, settings=settings)


def training_line(settings: Settings) -> "Telephony":
    """Scripted callers, one soon after the other."""
    from console.services.training import scenarios
    from console.telephony.simulator import Pace, SimulatedLine

    callers = [(each.phone, each.name) for each in scenarios()]
    pace = Pace(first_s=6, least_s=12, most_s=20, patience_s=90, wrap_up_s=8)
    return SimulatedLine(callers, pace=pace, extension=settings.seat.extension)


def simulated_line(settings: Settings) -> "Telephony":
    """The demo's line: its script's callers."""
    from console.services.demo import load_script
    from console.telephony.simulator import SimulatedLine

    callers = [(c.phone, c.name) for c in load_script().callers]
    return SimulatedLine(callers, extension=settings.seat.extension)


def demo_channels() -> tuple["MessageChannel", ...]:
    """The demo's SMS, mail, app, page and account."""
    from console.channels.simulated import SimulatedChannel
    from console.domain.states import Channel
    from console.services.demo import load_script

    notes = load_script().notes
    waiting = (
        (Channel.SMS, "gsm1", (55, 41, 28, 16, 7)),
        (Channel.EMAIL, "mail", (72, 34, 12)),
        (Channel.APP, "app", (22,)),
        (Channel.FACEBOOK, "facebook", (47,)),
        (Channel.ZALO, "zalo", (19,)),
    )
    return tuple(
        SimulatedChannel(
            channel,
            name,
            [(n.sender, n.name or "", n.text) for n in notes if n.channel is channel],
            ages=[timedelta(minutes=m) for m in minutes],
        )
        for channel, name, minutes in waiting
    )


def files_of(profile: Path, settings: Settings) -> "Spool":
    """The files of this seat, behind a virus scanner where one is named."""
    from console.store.files import Spool

    if not settings.media.clamd:
        return Spool(profile)
    from console.channels.clamd import ClamdScanner
    from console.store.scanned import ScannedSpool

    return ScannedSpool(profile, ClamdScanner(settings.media.clamd))


def written_channels(desk: "Desk", settings: Settings) -> tuple["MessageChannel", ...]:
    """The channels that the settings name.

    Raises:
        UnavailableError, InputError: a secret file is missing or open to others.
    """
    return (
        *_modems(settings),
        *_mail(desk, settings),
        *_app(settings),
        *_facebook(desk, settings),
        *_zalo(desk, settings),
    )


def _modems(settings: Settings) -> tuple["MessageChannel", ...]:
    from console.telephony.sms import SmsChannel

    return tuple(
        SmsChannel(
            modem.name,
            modem.device,
            baud=modem.baud,
            pin_file=Path(modem.pin_file) if modem.pin_file else None,
            balance_code=modem.balance_ussd,
        )
        for modem in settings.sms
    )


def _mail(desk: "Desk", settings: Settings) -> tuple["MessageChannel", ...]:
    given = settings.mail
    if not given.imap_host:
        return ()
    from console.channels.mail import MailChannel
    from console.channels.mail_settings import Mailbox

    box = Mailbox(
        imap_host=given.imap_host,
        imap_port=given.imap_port,
        imap_tls=given.imap_tls,
        smtp_host=given.smtp_host or given.imap_host,
        smtp_port=given.smtp_port,
        smtp_tls=given.smtp_tls,
        username=given.username,
        mailbox=given.mailbox,
        processed=given.processed,
    )
    read_secret(given.password_file)
    return (MailChannel(box, lambda: read_secret(given.password_file), desk.files),)


def _app(settings: Settings) -> tuple["MessageChannel", ...]:
    if not settings.open311.api_keys_file:
        return ()
    from console.channels.app_answers import AppAnswers
    from console.domain.states import Channel

    return AppAnswers(Channel.APP), AppAnswers(Channel.PORTAL)


def _facebook(desk: "Desk", settings: Settings) -> tuple["MessageChannel", ...]:
    given = settings.facebook
    if not given.page_id:
        return ()
    from console.channels.facebook import FacebookChannel
    from console.channels.social import read_values

    read_values(given.token_file, "token")
    return (
        FacebookChannel(
            given.page_id,
            lambda: read_values(given.token_file, "token"),
            given.graph_url,
            desk.files,
        ),
    )


def _zalo(desk: "Desk", settings: Settings) -> tuple["MessageChannel", ...]:
    given = settings.zalo
    if not given.oa_id:
        return ()
    from console.channels.social import read_values
    from console.channels.zalo import ZaloAccount, ZaloChannel

    account = ZaloAccount(
        oa_id=given.oa_id,
        app_id=given.app_id,
        tokens_file=Path(given.tokens_file),
        api_url=given.api_url,
        oauth_url=given.oauth_url,
    )
    for secret, name in ((given.secret_file, "secret_key"), (given.tokens_file, "access_token")):
        read_values(secret, name)
    return (ZaloChannel(account, lambda: read_values(given.secret_file, "secret_key"), desk.files),)


def _web_parts(
    desk: "Desk", settings: Settings, channels: Sequence["MessageChannel"]
) -> tuple["WebPart", ...]:
    from console.channels.api_keys import ApiKeys
    from console.channels.facebook import FacebookChannel
    from console.channels.open311 import Open311
    from console.channels.site import Site
    from console.channels.zalo import ZaloChannel
    from console.map.places import LocalPlaces

    given = settings.open311
    keys = ApiKeys(Path(given.api_keys_file) if given.api_keys_file else None)
    keys.load()
    hooks = [c for c in channels if isinstance(c, FacebookChannel | ZaloChannel)]
    places = desk.places
    site = (
        Site(desk, given.public_url, rings=lambda: places.outlines.rings)
        if isinstance(places, LocalPlaces)
        else Site(desk, given.public_url)
    )
    return (Open311(desk, keys, given.public_url), site, *hooks)


def file_leases(profile: Path) -> "FileLeases":
    """Leases between the gateways of this machine."""
    from console.channels.leases import FileLeases

    return FileLeases(profile / "leases")


def shared_leases(profile: Path) -> "SharedLeases":
    """Leases between all gateways of a centre, once `shared_gateway` connected them."""
    from console.services.shared_leases import SharedLeases

    return SharedLeases(file_leases(profile))


def shared_gateway(
    desk: "Desk", store: "LocalStore", leases: "SharedLeases", asked: "CentralSeat"
) -> Callable[[], Coroutine[object, object, None]]:
    """Let the gateway ask the centre; returns what watches for ever that each channel is held."""
    from console.services.shared_leases import watch_gateways
    from console.store.central.gateway import CentralGateway
    from console.store.shared import LocalSharedStore

    centre = CentralGateway(asked, LocalSharedStore(store), desk.actor.workstation)
    leases.centre = centre
    return lambda: watch_gateways(centre, desk.bus.publish)


def _messenger(
    desk: "Desk",
    settings: Settings,
    channels: Sequence["MessageChannel"],
    quiet: tuple[int, int],
) -> "WarningMessenger":
    """Writes warnings to contact points; gateways look some seconds after each other."""
    from console.services.escalation_messages import WarningMessenger

    patience = int(settings.seat.console_code) % 30 if settings.central.url else 0
    return WarningMessenger(
        desk,
        (channel.channel for channel in channels),
        quiet=quiet,
        patience=timedelta(seconds=patience),
    )


def build_gateway(
    desk: "Desk",
    settings: Settings,
    profile: Path,
    channels: Sequence["MessageChannel"],
    *,
    serve: bool,
    leases: "SharedLeases | None" = None,
) -> "Gateway":
    """The gateway over these channels.

    Args:
        serve: open the web server too.
        leases: where the seat follows a centre.

    Raises:
        UnavailableError, InputError: the keys of Open311 cannot be read.
    """
    from console.services.gateway import Gateway
    from console.store.scanned import ScannedSpool

    held = leases or file_leases(profile)
    quiet = (settings.messages.quiet_from, settings.messages.quiet_to)
    chores: list[tuple[str, Chore]] = [
        ("warnings", _messenger(desk, settings, channels, quiet).run)
    ]
    if isinstance(desk.files, ScannedSpool):
        chores.append(("scanner", desk.files.run))
    if not serve:
        return Gateway(desk, channels, held, quiet=quiet, chores=chores, claims=leases)
    from console.channels.web import WebServer

    server = WebServer(settings.open311.listen, _web_parts(desk, settings, channels))
    gateway = Gateway(
        desk, channels, held, servers=(server,), quiet=quiet, chores=chores, claims=leases
    )
    server.health = gateway.health
    return gateway


def wants_server(settings: Settings) -> bool:
    """Whether a single seat opens the web server: somebody has a key, or a page has a webhook."""
    given = (settings.open311.api_keys_file, settings.facebook.page_id, settings.zalo.oa_id)
    return any(given)


def demo_settings(loaded: Loaded) -> Loaded:
    """The settings of the demo: a simulated line, no device, whatever the files say."""
    telephony = replace(loaded.settings.telephony, adapter="simulator")
    seat = replace(
        loaded.settings.seat,
        extension=loaded.settings.seat.extension or "101",
        workstation=loaded.settings.seat.workstation or "may-07",
    )
    settings = replace(
        loaded.settings, telephony=telephony, seat=seat, sms=(), central=CentralSettings()
    )
    return replace(loaded, settings=settings)


def people_sign_in(central: CentralSettings) -> bool:
    """Whether the centre's address leaves the login to people."""
    if not central.url or central.password_file:
        return False  # and psycopg, a fifth of the start, stays out
    from console.store.central.door import LoginDoor

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
    from console.services.accounts_central import CentralAccounts
    from console.store.central.door import LoginDoor

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
    from console.store.copies import back_up

    def copy(target: Path, tell: Callable[[int, int], None]) -> str:
        damaged = back_up(profile, target, clock(), tell).damaged
        return ", ".join(name[:12] for name in damaged[:5])

    return copy
