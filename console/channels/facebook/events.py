"""Translates Facebook's webhook and Graph API into messages. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.channels.social.api import from_ms
from console.channels.social.message import SocialMessage
from console.channels.social.untrusted_json import TEXT_LIMIT, dicts, get_path, id_of, text_of
from console.domain.text.cleaning import clean, clean_line


def of_webhook(body: Any, page_id: str) -> Iterator[SocialMessage]:  # noqa: ANN401  (JSON of others)
    """All messages in one POST, in any order; unknown content is skipped."""
    for entry in dicts(get_path(body, "entry")):
        # `standby`: another app, such as the page's inbox, has the thread now.
        for event in (*dicts(entry.get("messaging")), *dicts(entry.get("standby"))):
            if (said := _message(event, page_id)) is not None:
                yield said
        for change in dicts(entry.get("changes")):
            if (said := _change(get_path(change, "value"), page_id)) is not None:
                yield said


def _message(event: dict[str, Any], page_id: str) -> SocialMessage | None:
    if isinstance(event.get("postback"), dict):
        return _pressed(event, page_id)
    sender, edit = id_of(get_path(event, "sender", "id")), get_path(event, "message_edit")
    message = edit if isinstance(edit, dict) else get_path(event, "message")
    if not isinstance(message, dict) or message.get("is_echo") or sender in ("", page_id):
        return None
    mid = id_of(message.get("mid"))
    if not mid or (message is edit and not text_of(message.get("text")).strip()):
        return None
    removed = message.get("is_deleted") is True
    attachments = dicts(message.get("attachments"))
    urls = (text_of(get_path(a, "payload", "url")) for a in attachments if _is_kept(a))
    said = [text_of(message.get("text"), TEXT_LIMIT), *map(_in_words, attachments)]
    if message.get("is_unsupported") is True and not any(said):
        said = ["[nội dung chỉ xem được trên Facebook]"]
    lat, long = _coordinates(attachments)
    return SocialMessage(
        external_id=mid,
        sender=sender,
        text=clean("\n".join(each for each in said if each), TEXT_LIMIT),
        thread_key=sender,
        sent_at=from_ms(event.get("timestamp")),
        urls=tuple(url for url in urls if url),
        lat=lat,
        long=long,
        flags=("removed",) if removed else ("edited",) if message is edit else (),
        changes=removed or message is edit,
    )


def _pressed(event: dict[str, Any], page_id: str) -> SocialMessage | None:
    """A pressed button of the page's menu or of a message: its title, or else its payload, which
    the person never saw.
    """
    button, sender = event["postback"], id_of(get_path(event, "sender", "id"))
    said = clean_line(text_of(button.get("title"))) or clean_line(text_of(button.get("payload")))
    sent_at = from_ms(event.get("timestamp"))
    mid = id_of(button.get("mid"))
    if not mid and sent_at:
        # Older API versions give no id; a repeat has the same person, time and button.
        mid = f"postback/{sender}/{text_of(event.get('timestamp'))}/{said}"
    if not (mid and said) or sender in ("", page_id):
        return None
    return SocialMessage(
        external_id=mid,
        sender=sender,
        text=f"[bấm nút] {said}",
        thread_key=sender,
        sent_at=sent_at,
    )


_FILES = frozenset({"image", "video", "file", "reel", "ig_reel"})


def _is_kept(attachment: dict[str, Any]) -> bool:
    return attachment.get("type") in _FILES and not get_path(attachment, "payload", "sticker_id")


def _in_words(attachment: dict[str, Any]) -> str:
    """Text for an attachment that is not stored as a file: a sticker, link or voice message."""
    kind = attachment.get("type")
    if get_path(attachment, "payload", "sticker_id"):
        return "[nhãn dán]"
    if kind in _FILES or kind == "location":
        return ""
    title = text_of(get_path(attachment, "payload", "title")) or text_of(attachment.get("title"))
    url = text_of(get_path(attachment, "payload", "url")) or text_of(attachment.get("URL"))
    return " ".join(each for each in ("[tin thoại]" if kind == "audio" else "", title, url) if each)


def _coordinates(attachments: list[dict[str, Any]]) -> tuple[float | None, float | None]:
    for each in attachments:
        found = get_path(each, "payload", "coordinates")
        lat, long = get_path(found, "lat"), get_path(found, "long")
        if isinstance(lat, int | float) and isinstance(long, int | float):
            return float(lat), float(long)
    return None, None


def _change(value: Any, page_id: str) -> SocialMessage | None:  # noqa: ANN401
    """A comment or post on the page by someone else."""
    if not isinstance(value, dict) or value.get("item") not in (
        "comment", "post", "status", "photo", "video",
    ):  # fmt: skip
        return None
    sender = id_of(get_path(value, "from", "id"))
    external_id = id_of(value.get("comment_id")) or id_of(value.get("post_id"))
    # Without permission to see the author, a comment is still readable; a post may be the page's.
    if not external_id or sender == page_id or (not sender and value["item"] != "comment"):
        return None
    flags = ["comment"]
    if (verb := value.get("verb")) in ("remove", "hide"):
        flags.append("removed")
    seconds = value.get("created_time")
    urls = [text_of(value.get("photo") or value.get("link"))]
    return SocialMessage(
        external_id=external_id,
        sender=sender,
        text=clean(text_of(value.get("message"), TEXT_LIMIT), TEXT_LIMIT),
        thread_key=id_of(value.get("post_id")) or external_id,
        sent_at=from_ms(seconds * 1000) if isinstance(seconds, int) else None,
        name=clean_line(text_of(get_path(value, "from", "name")), 120) or None,
        urls=tuple(url for url in urls if url and value.get("item") in ("photo", "comment")),
        flags=tuple(flags),
        changes=verb != "add",
    )


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation from the list, with its newest messages.

    Attributes:
        changed: time of its newest message.
        oldest: time of the oldest message included here.
        after: cursor to older messages; None if there are none.
    """

    id: str
    changed: datetime | None
    said: tuple[SocialMessage, ...]
    oldest: datetime | None = None
    after: str | None = None


def of_conversations(body: Any, page_id: str) -> Iterator[Conversation]:  # noqa: ANN401
    """The conversations on a page of `/{page}/conversations`."""
    for each in dicts(get_path(body, "data")):
        messages = each.get("messages")
        told = [_iso(one.get("created_time")) for one in dicts(get_path(messages, "data"))]
        yield Conversation(
            id_of(each.get("id")),
            _iso(each.get("updated_time")),
            tuple(of_conversation(messages, page_id)),
            min((at for at in told if at), default=None),
            after_of(messages),
        )


def of_conversation(messages: Any, page_id: str) -> Iterator[SocialMessage]:  # noqa: ANN401
    """The messages on a page of `/{conversation}/messages`, without the page's own."""
    for each in dicts(get_path(messages, "data")):
        sender, mid = id_of(get_path(each, "from", "id")), id_of(each.get("id"))
        if not mid or sender in ("", page_id):
            continue
        attachments = dicts(get_path(each, "attachments", "data"))
        urls = (
            text_of(get_path(a, "image_data", "url") or get_path(a, "video_data", "url"))
            for a in attachments
        )
        shared = dicts(get_path(each, "shares", "data"))
        links = (f"{text_of(a.get('name'))} {text_of(a.get('link'))}".strip() for a in shared)
        sticker = "[nhãn dán]" if each.get("sticker") else ""
        said = (text_of(each.get("message"), TEXT_LIMIT), *links, sticker)
        yield SocialMessage(
            external_id=mid,
            sender=sender,
            text=clean("\n".join(one for one in said if one), TEXT_LIMIT),
            thread_key=sender,
            sent_at=_iso(each.get("created_time")),
            name=clean_line(text_of(get_path(each, "from", "name")), 120) or None,
            urls=tuple(url for url in urls if url),
        )


def after_of(page: Any) -> str | None:  # noqa: ANN401
    """Cursor to the next page; None on the last one."""
    return text_of(get_path(page, "paging", "cursors", "after")) or None


def of_feed(body: Any, page_id: str) -> Iterator[SocialMessage]:  # noqa: ANN401
    """Posts and comments of others on a page of `/{page}/feed`."""
    for post in dicts(get_path(body, "data")):
        post_id = id_of(post.get("id"))
        for each in (post, *dicts(get_path(post, "comments", "data"))):
            sender, own = id_of(get_path(each, "from", "id")), id_of(each.get("id"))
            if not own or sender in ("", page_id):
                continue
            yield SocialMessage(
                external_id=own,
                sender=sender,
                text=clean(text_of(each.get("message"), TEXT_LIMIT), TEXT_LIMIT),
                thread_key=post_id or own,
                sent_at=_iso(each.get("created_time")),
                name=clean_line(text_of(get_path(each, "from", "name")), 120) or None,
                flags=("comment",),
                changes=True,
            )


def _iso(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(text_of(value))
    except ValueError:
        return None
    return at if at.tzinfo else None
