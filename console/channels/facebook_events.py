"""What Facebook's webhook and its Graph API say, as messages of the inbox (CHANNELS.md 7). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.channels.social import from_ms
from console.domain.text import clean, clean_line

TEXT_LIMIT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message or comment by somebody else than the page.

    Attributes:
        external_id: `mid`, comment id or post id; webhook and poll name the same.
        urls: of pictures and clips; they expire.
        thread_key: whom we talk with, or the post under which he wrote.
    """

    external_id: str
    sender: str
    text: str
    thread_key: str
    sent_at: datetime | None = None
    name: str | None = None
    urls: tuple[str, ...] = ()
    lat: float | None = None
    long: float | None = None
    flags: tuple[str, ...] = ()


def of_webhook(body: Any, page_id: str) -> Iterator[Said]:  # noqa: ANN401  (JSON of others)
    """Everything new in one POST, in any order; what is not understood is passed over."""
    for entry in _dicts(_get(body, "entry")):
        for event in _dicts(entry.get("messaging")):
            if (said := _message(event, page_id)) is not None:
                yield said
        for change in _dicts(entry.get("changes")):
            if (said := _change(_get(change, "value"), page_id)) is not None:
                yield said


def _message(event: dict[str, Any], page_id: str) -> Said | None:
    sender, message = _text(_get(event, "sender", "id")), _get(event, "message")
    if not isinstance(message, dict) or message.get("is_echo") or sender in ("", page_id):
        return None
    mid = _text(message.get("mid"))
    if not mid:
        return None
    attachments = _dicts(message.get("attachments"))
    urls = (_text(_get(a, "payload", "url")) for a in attachments if a.get("type") != "fallback")
    lat, long = _coordinates(attachments)
    return Said(
        external_id=mid,
        sender=sender,
        text=clean(_text(message.get("text"), TEXT_LIMIT), TEXT_LIMIT),
        thread_key=sender,
        sent_at=from_ms(event.get("timestamp")),
        urls=tuple(url for url in urls if url),
        lat=lat,
        long=long,
    )


def _coordinates(attachments: list[dict[str, Any]]) -> tuple[float | None, float | None]:
    for each in attachments:
        found = _get(each, "payload", "coordinates")
        lat, long = _get(found, "lat"), _get(found, "long")
        if isinstance(lat, int | float) and isinstance(long, int | float):
            return float(lat), float(long)
    return None, None


def _change(value: Any, page_id: str) -> Said | None:  # noqa: ANN401
    """A comment or post below the page; what the page itself writes is none."""
    if not isinstance(value, dict) or value.get("item") not in (
        "comment", "post", "status", "photo", "video",
    ):  # fmt: skip
        return None
    sender = _text(_get(value, "from", "id"))
    external_id = _text(value.get("comment_id")) or _text(value.get("post_id"))
    if not external_id or sender in ("", page_id):
        return None
    flags = ["comment"]
    if value.get("verb") in ("remove", "hide"):
        flags.append("removed")
    seconds = value.get("created_time")
    urls = [_text(value.get("photo") or value.get("link"))]
    return Said(
        external_id=external_id,
        sender=sender,
        text=clean(_text(value.get("message"), TEXT_LIMIT), TEXT_LIMIT),
        thread_key=_text(value.get("post_id")) or external_id,
        sent_at=from_ms(seconds * 1000) if isinstance(seconds, int) else None,
        name=clean_line(_text(_get(value, "from", "name")), 120) or None,
        urls=tuple(url for url in urls if url and value.get("item") in ("photo", "comment")),
        flags=tuple(flags),
    )


def of_conversations(body: Any, page_id: str) -> Iterator[tuple[str, Said]]:  # noqa: ANN401
    """(time the conversation changed, message) of a page of `/{page}/conversations`."""
    for conversation in _dicts(_get(body, "data")):
        changed = _text(conversation.get("updated_time"))
        for each in _dicts(_get(conversation, "messages", "data")):
            sender, mid = _text(_get(each, "from", "id")), _text(each.get("id"))
            if not mid or sender in ("", page_id):
                continue
            attachments = _dicts(_get(each, "attachments", "data"))
            urls = (
                _text(_get(a, "image_data", "url") or _get(a, "video_data", "url"))
                for a in attachments
            )
            yield (
                changed,
                Said(
                    external_id=mid,
                    sender=sender,
                    text=clean(_text(each.get("message"), TEXT_LIMIT), TEXT_LIMIT),
                    thread_key=sender,
                    sent_at=_iso(each.get("created_time")),
                    name=clean_line(_text(_get(each, "from", "name")), 120) or None,
                    urls=tuple(url for url in urls if url),
                ),
            )


def of_feed(body: Any, page_id: str) -> Iterator[Said]:  # noqa: ANN401
    """Posts of others and every comment of a page of `/{page}/feed`."""
    for post in _dicts(_get(body, "data")):
        post_id = _text(post.get("id"))
        for each in (post, *_dicts(_get(post, "comments", "data"))):
            sender, own = _text(_get(each, "from", "id")), _text(each.get("id"))
            if not own or sender in ("", page_id):
                continue
            yield Said(
                external_id=own,
                sender=sender,
                text=clean(_text(each.get("message"), TEXT_LIMIT), TEXT_LIMIT),
                thread_key=post_id or own,
                sent_at=_iso(each.get("created_time")),
                name=clean_line(_text(_get(each, "from", "name")), 120) or None,
                flags=("comment",),
            )


def _iso(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _get(value: Any, *names: str) -> Any:  # noqa: ANN401
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _dicts(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: object, limit: int = 2000) -> str:
    """A text or number as text; anything else is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)[:limit]
