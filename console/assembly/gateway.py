"""Builds the gateway out of the settings: modems, mailbox, pages, the web server, their leases, and
the files that come with what people write.

Used by `bootstrap.py`, `headless.py` and `desktop.py`; telephone lines are built in `wiring.py`.
"""

from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from console.config.settings import Settings, read_secret

if TYPE_CHECKING:
    from console.channels.file_leases import FileLeases
    from console.channels.web.server import WebServer
    from console.domain.states import Channel
    from console.services.desk import Desk
    from console.services.gateway.channel_runner import Gateway
    from console.services.gateway.leases import SharedLeases
    from console.services.ports.channels import MessageChannel
    from console.services.supervision.warning_messages import WarningMessenger
    from console.store.central.seat_questions import CentralSeat
    from console.store.files.spool import Spool
    from console.store.seat.local_store import LocalStore


def files_of(profile: Path, settings: Settings) -> "Spool":
    """The files of this seat, behind a virus scanner where one is named."""
    from console.store.files.spool import Spool

    if not settings.media.clamd:
        return Spool(profile)
    from console.channels.files.virus_scan import ClamdScanner
    from console.store.files.scanned_spool import ScannedSpool

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
    from console.telephony.sms.channel import SmsChannel

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
    from console.channels.mail.channel import MailChannel
    from console.channels.mail.settings import MailSettings

    box = MailSettings(
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
    from console.channels.open311.app_replies import AppReplies
    from console.domain.states import Channel

    return AppReplies(Channel.APP), AppReplies(Channel.PORTAL)


def _facebook(desk: "Desk", settings: Settings) -> tuple["MessageChannel", ...]:
    given = settings.facebook
    if not given.page_id:
        return ()
    from console.channels.facebook.channel import FacebookChannel
    from console.channels.social.secret_files import read_values

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
    from console.channels.social.secret_files import read_values
    from console.channels.zalo.channel import ZaloAccount, ZaloChannel

    account = ZaloAccount(
        oa_id=given.oa_id,
        app_id=given.app_id,
        tokens_file=Path(given.tokens_file),
        api_url=given.api_url,
        oauth_url=given.oauth_url,
    )
    read_values(given.secret_file, "secret_key")
    if not settings.central.url or Path(given.tokens_file).exists():
        read_values(given.tokens_file, "access_token")  # else another gateway's are at the centre
    return (ZaloChannel(account, lambda: read_values(given.secret_file, "secret_key"), desk.files),)


def demo_channels() -> tuple["MessageChannel", ...]:
    """The demo's SMS, mail, app, page and account."""
    from console.channels.simulated import SimulatedChannel
    from console.domain.states import Channel
    from console.services.demo.city import load_script

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


def _web_server(
    desk: "Desk",
    settings: Settings,
    channels: Sequence["MessageChannel"],
    leases: "SharedLeases | None",
) -> "WebServer":
    from console.channels.facebook.channel import FacebookChannel
    from console.channels.open311.api_keys import ApiKeys
    from console.channels.open311.server import Open311Server
    from console.channels.site.server import PublicSite
    from console.channels.web.server import WebServer
    from console.channels.zalo.channel import ZaloChannel
    from console.map.gazetteer.local_places import LocalPlaces

    given = settings.open311
    keys = ApiKeys(Path(given.api_keys_file) if given.api_keys_file else None)
    keys.load()
    hooks = [c for c in channels if isinstance(c, FacebookChannel | ZaloChannel)]
    places = desk.places
    site = (
        PublicSite(desk, given.public_url, rings=lambda: places.outlines.rings)
        if isinstance(places, LocalPlaces)
        else PublicSite(desk, given.public_url)
    )
    reports = Open311Server(desk, keys, given.public_url, numbers=leases)
    return WebServer(given.listen, (reports, site, *hooks))


def file_leases(profile: Path) -> "FileLeases":
    """Leases between the gateways of this machine."""
    from console.channels.file_leases import FileLeases

    return FileLeases(profile / "leases")


def shared_leases(profile: Path) -> "SharedLeases":
    """Leases between all gateways of a centre, once `shared_gateway` connected them."""
    from console.services.gateway.leases import SharedLeases

    return SharedLeases(file_leases(profile))


def shared_gateway(
    desk: "Desk", store: "LocalStore", leases: "SharedLeases", asked: "CentralSeat"
) -> Callable[[], Coroutine[object, object, None]]:
    """Let the gateway ask the centre; returns what watches for ever that each channel is held."""
    from console.services.gateway.leases import watch_gateways
    from console.store.central.gateway_questions import CentralGateway
    from console.store.exchange.shared_rows import LocalSharedStore

    centre = CentralGateway(asked, LocalSharedStore(store), desk.actor.workstation)
    leases.centre = centre
    return lambda: watch_gateways(centre, desk.bus.publish)


def _messenger(
    desk: "Desk",
    settings: Settings,
    channels: Sequence["MessageChannel"],
    quiet: tuple[int, int],
    ours: "Callable[[Channel], bool]",
) -> "WarningMessenger":
    """Writes warnings to contact points; gateways look some seconds after each other."""
    from console.services.supervision.warning_messages import WarningMessenger

    patience = int(settings.seat.console_code) % 30 if settings.central.url else 0
    return WarningMessenger(
        desk,
        (channel.channel for channel in channels),
        quiet=quiet,
        patience=timedelta(seconds=patience),
        ours=ours,
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
    from console.services.gateway.channel_runner import Gateway
    from console.services.ports.central.shared_rows import UsesSharedSecret
    from console.store.files.scanned_spool import ScannedSpool

    held = leases or file_leases(profile)
    if leases is not None:
        for channel in channels:
            if isinstance(channel, UsesSharedSecret):
                channel.keep_at(leases)
    quiet = (settings.messages.quiet_from, settings.messages.quiet_to)
    servers = [_web_server(desk, settings, channels, leases)] if serve else []
    gateway = Gateway(desk, channels, held, servers=servers, quiet=quiet, claims=leases)
    gateway.add_chore("warnings", _messenger(desk, settings, channels, quiet, gateway.holds).run)
    if isinstance(desk.files, ScannedSpool):
        gateway.add_chore("scanner", desk.files.run)
    for server in servers:
        server.health = gateway.health
    return gateway


def wants_server(settings: Settings) -> bool:
    """Whether a single seat opens the web server: somebody has a key, or a page has a webhook."""
    given = (settings.open311.api_keys_file, settings.facebook.page_id, settings.zalo.oa_id)
    return any(given)
