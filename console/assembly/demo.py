"""The demo: its settings, its simulated line and its simulated channels."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from console.config.settings import CentralSettings, Loaded, Settings

if TYPE_CHECKING:
    from console.services.ports.channels import MessageChannel
    from console.services.ports.telephony import Telephony


def simulated_line(settings: Settings) -> "Telephony":
    """The demo's line: its script's callers."""
    from console.services.demo.city import load_script
    from console.telephony.simulator.line import SimulatedLine

    callers = [(c.phone, c.name) for c in load_script().callers]
    return SimulatedLine(callers, extension=settings.seat.extension)


def demo_settings(loaded: Loaded) -> Loaded:
    """Settings of the demo: a simulated line and no device, whatever the files say."""
    telephony = replace(loaded.settings.telephony, adapter="simulator")
    seat = replace(
        loaded.settings.seat,
        extension=loaded.settings.seat.extension or "101",
        workstation=loaded.settings.seat.workstation or "may-07",
        encrypted_store=False,  # the demo is thrown away; no keyring needs to remember its key
    )
    settings = replace(
        loaded.settings, telephony=telephony, seat=seat, sms=(), central=CentralSettings()
    )
    return replace(loaded, settings=settings)


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
