"""Settings of the mail channel, from the section `[mail]`."""

from dataclasses import dataclass

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Hosts that may be used without TLS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """A mailbox and its sending server.

    Attributes:
        imap_tls, smtp_tls: SMTP uses implicit TLS on port 465 and STARTTLS on others.
        processed: folder for stored mails.
    """

    imap_host: str
    username: str
    imap_port: int = 993
    imap_tls: bool = True
    smtp_host: str = ""
    smtp_port: int = 465
    smtp_tls: bool = True
    mailbox: str = "INBOX"
    processed: str = "Processed"

    @property
    def address(self) -> str:
        """The address that people write to."""
        return self.username if "@" in self.username else f"{self.username}@{self.imap_host}"

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.address.rpartition("@")[2]
