"""What Zalo's webhook and API say, as messages of the inbox (CHANNELS.md 7). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.channels.social import from_ms
from console.domain.text import clean, clean_line

TEXT_LIMIT = 10_000
FROM_USER = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message by a follower; `msg_id` is its key on both ways in."""

    external_id: str
    sender: str
    text: str
    sent_at: datetime | None = None
    name: str | None = None
    urls: tuple[str, ...] = ()
    lat: float | None = None
    long: float | None = None


def of_webhook(body: Any, oa_id: str) -> Heard | None:  # noqa: ANN401  (JSON of others)
    """The message of one POST; None for events that are no message of a user."""
    if not isinstance(body, dict) or not _text(body.get("event_name")).startswith("user_send_"):
        return None
    sender, message = _text(_get(body, "sender", "id")), body.get("message")
    external_id = _text(_get(message, "msg_id"))
    if not external_id or sender in ("", oa_id):
        return None
    found = _get(message, "attachments")
    payloads = [_get(each, "payload") for each in found] if isinstance(found, list) else []
    urls = (_text(_get(p, "url")) for p in payloads)
    where = next((w for p in payloads if (w := _place(_get(p, "coordinates")))), None)
    return Heard(
        external_id=external_id,
        sender=sender,
        text=clean(_text(_get(message, "text"), TEXT_LIMIT), TEXT_LIMIT),
        sent_at=from_ms(body.get("timestamp")),
        urls=tuple(url for url in urls if url),
        lat=where[0] if where else None,
        long=where[1] if where else None,
    )


def of_list(body: Any, oa_id: str) -> Iterator[Heard]:  # noqa: ANN401
    """Messages of users in an answer of `listrecentchat` or `conversation`."""
    rows = _get(body, "data")
    for row in rows if isinstance(rows, list) else []:
        if _get(row, "src") != FROM_USER:
            continue
        sender, external_id = _text(_get(row, "from_id")), _text(_get(row, "message_id"))
        if not external_id or sender in ("", oa_id):
            continue
        where = _place(_get(row, "location"))
        url = _text(_get(row, "url"))
        yield Heard(
            external_id=external_id,
            sender=sender,
            text=clean(_text(_get(row, "message"), TEXT_LIMIT), TEXT_LIMIT),
            sent_at=from_ms(_get(row, "time")),
            name=clean_line(_text(_get(row, "from_display_name")), 120) or None,
            urls=(url,) if url else (),
            lat=where[0] if where else None,
            long=where[1] if where else None,
        )


def _place(found: Any) -> tuple[float, float] | None:  # noqa: ANN401
    """(lat, long): numbers, or texts that are numbers, as Zalo sends them."""
    try:
        lat = float(_get(found, "latitude"))
        long = float(_get(found, "longitude"))
    except (TypeError, ValueError):
        return None
    return (lat, long) if -90 <= lat <= 90 and -180 <= long <= 180 else None


def _get(value: Any, *names: str) -> Any:  # noqa: ANN401
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: object, limit: int = 2000) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)[:limit]
