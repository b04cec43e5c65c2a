"""What the mail channel needs to know of its server; filled from `[mail]` (CONTRACT.md)."""

from dataclasses import dataclass

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Hosts that may be spoken to without TLS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """A mailbox and the server that sends for it.

    Attributes:
        imap_tls, smtp_tls: SMTP on port 465 speaks TLS from the start, on others after STARTTLS.
        processed: folder for what was taken over.
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
        """Whom people write to."""
        return self.username if "@" in self.username else f"{self.username}@{self.imap_host}"

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.address.rpartition("@")[2]
