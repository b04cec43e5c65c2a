"""The telephone line that the settings name: a PBX, a voice modem, a webhook or the simulator."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.assembly.demo import simulated_line
from console.config.secret_files import read_secret
from console.config.settings import Settings
from console.domain.errors import InputError

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.services.ports.channels import MessageChannel
    from console.services.ports.telephony import Telephony


LEAST_TOKEN = 16
"""Minimum length of a webhook's secret; a shorter one can be guessed."""


def voice_line(
    desk: "Desk", settings: Settings, channels: Sequence["MessageChannel"] = ()
) -> "Telephony | None":
    """Build the line of the settings; None for a seat without one.

    Args:
        channels: when one of them is an SMS modem on the voice modem's device, both share the port.

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
