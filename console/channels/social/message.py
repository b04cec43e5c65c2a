"""A message from Facebook or Zalo, as its webhook or its API delivers it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialMessage:
    """A message or comment by someone other than the page or account.

    Attributes:
        external_id: the provider's id; webhook and API name the same one.
        urls: of pictures and clips; they expire.
        thread_key: the person, or the post that a comment is on; "" = the sender.
        changes: it may overwrite what is stored under this id: an edit, a deletion, the feed as it
            is now. Anything else may arrive late or twice.
    """

    external_id: str
    sender: str
    text: str
    thread_key: str = ""
    sent_at: datetime | None = None
    name: str | None = None
    urls: tuple[str, ...] = ()
    lat: float | None = None
    long: float | None = None
    flags: tuple[str, ...] = ()
    changes: bool = False
