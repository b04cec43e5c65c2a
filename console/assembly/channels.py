"""The written channels that the settings name."""

from pathlib import Path
from typing import TYPE_CHECKING

from console.config.secret_files import read_secret
from console.config.settings import Settings

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.services.ports.channels import MessageChannel


def written_channels(desk: "Desk", settings: Settings) -> tuple["MessageChannel", ...]:
    """Build the channels of the settings.

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
        # The centre may have the tokens of another gateway
        read_values(given.tokens_file, "access_token")
    return (ZaloChannel(account, lambda: read_values(given.secret_file, "secret_key"), desk.files),)
