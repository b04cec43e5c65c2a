"""The gateway: written channels, the web server, warnings to contact points, the virus scanner."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from console.assembly.leases import file_leases
from console.config.settings import Settings

if TYPE_CHECKING:
    from console.channels.web.server import WebServer
    from console.domain.states import Channel
    from console.services.desk import Desk
    from console.services.gateway.channel_runner import Gateway
    from console.services.gateway.leases import SharedLeases
    from console.services.ports.channels import MessageChannel
    from console.services.supervision.warning_messages import WarningMessenger


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


def _messenger(
    desk: "Desk",
    settings: Settings,
    channels: Sequence["MessageChannel"],
    quiet: tuple[int, int],
    ours: "Callable[[Channel], bool]",
) -> "WarningMessenger":
    """Writes warnings to contact points. Gateways start a few seconds apart, so that one goes
    first.
    """
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
    """Build the gateway over these channels.

    Args:
        serve: open the web server too.
        leases: given when the seat follows a centre.

    Raises:
        UnavailableError, InputError: the API keys of Open311 cannot be read.
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
    """Whether a single seat needs the web server: API keys are in use, or a page has a webhook."""
    given = (settings.open311.api_keys_file, settings.facebook.page_id, settings.zalo.oa_id)
    return any(given)
