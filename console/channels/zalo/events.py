"""Translates Zalo's webhook and API into messages. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from console.channels.social.api import from_ms
from console.channels.social.message import SocialMessage
from console.channels.social.untrusted_json import TEXT_LIMIT, dicts, get_path, id_of, text_of
from console.domain.text.cleaning import clean, clean_line

FROM_USER = 1


def of_webhook(body: Any, oa_id: str) -> SocialMessage | None:  # noqa: ANN401  (JSON of others)
    """The message in one POST; None for other events."""
    if not isinstance(body, dict):
        return None
    event, sender = text_of(body.get("event_name")), id_of(get_path(body, "sender", "id"))
    if sender in ("", oa_id):
        return None
    if event == "user_submit_info":
        return _details(body, sender)
    if not event.startswith(("user_send_", "anonymous_send_")):
        return None
    message = body.get("message")
    if not (external_id := id_of(get_path(message, "msg_id"))):
        return None
    attached = dicts(get_path(message, "attachments"))
    payloads = [(text_of(each.get("type")), each.get("payload")) for each in attached]
    where = next((w for _, p in payloads if (w := _place(get_path(p, "coordinates")))), None)
    said = [text_of(get_path(message, "text"), TEXT_LIMIT), *(_in_words(k, p) for k, p in payloads)]
    urls = (text_of(get_path(p, "url")) for kind, p in payloads if kind not in _NO_FILE)
    return SocialMessage(
        external_id=external_id,
        sender=sender,
        text=clean("\n".join(each for each in said if each), TEXT_LIMIT),
        sent_at=from_ms(body.get("timestamp")),
        urls=tuple(url for url in urls if url),
        lat=where[0] if where else None,
        long=where[1] if where else None,
    )


_NO_FILE = frozenset({"link", "links", "sticker", "audio", "voice", "business_card", "location"})


def _in_words(kind: str, payload: Any) -> str:  # noqa: ANN401
    """Text for an attachment that is not stored as a file: link, contact card, voice, sticker."""
    if kind == "sticker":
        return "[nhãn dán]"
    if kind not in _NO_FILE or kind == "location":
        return ""
    parts = (get_path(payload, "title"), get_path(payload, "description"), get_path(payload, "url"))
    label = "[tin thoại]" if kind in ("audio", "voice") else ""
    return " ".join(each for each in (label, *map(text_of, parts)) if each)


def _details(body: dict[str, Any], sender: str) -> SocialMessage:
    """A person's answer to a request for name, phone number and address."""
    info = body.get("info")
    fields = ("name", "phone", "address", "ward", "district", "city")
    said = ", ".join(text for field in fields if (text := text_of(get_path(info, field))))
    return SocialMessage(
        external_id=f"info/{sender}/{id_of(body.get('timestamp'))}",
        sender=sender,
        text=clean(said, TEXT_LIMIT),
        sent_at=from_ms(body.get("timestamp")),
        name=clean_line(text_of(get_path(info, "name")), 120) or None,
    )


def chats_of(body: Any, oa_id: str) -> Iterator[tuple[str, datetime | None]]:  # noqa: ANN401
    """(person, when) of an answer of `listrecentchat`, whoever wrote last: where that was the
    account itself, what the person wrote before stands behind it.
    """
    for row in dicts(get_path(body, "data")):
        ends = (id_of(get_path(row, "from_id")), id_of(get_path(row, "to_id")))
        person = next((each for each in ends if each not in ("", oa_id)), None)
        if person is not None:
            yield person, from_ms(get_path(row, "time"))


def of_list(body: Any, oa_id: str) -> Iterator[SocialMessage]:  # noqa: ANN401
    """Messages of users in an answer of `listrecentchat` or `conversation`."""
    for row in dicts(get_path(body, "data")):
        if get_path(row, "src") != FROM_USER:
            continue
        sender, external_id = id_of(get_path(row, "from_id")), id_of(get_path(row, "message_id"))
        if not external_id or sender in ("", oa_id):
            continue
        where = _place(get_path(row, "location"))
        kind, url = text_of(get_path(row, "type")), text_of(get_path(row, "url"))
        links = get_path(row, "links")
        pages = links if isinstance(links, list) else [row] if kind in _NO_FILE else []
        words = (_in_words("link" if links else kind, page) for page in pages)
        said = (text_of(get_path(row, "message"), TEXT_LIMIT), *words)
        yield SocialMessage(
            external_id=external_id,
            sender=sender,
            text=clean("\n".join(each for each in said if each), TEXT_LIMIT),
            sent_at=from_ms(get_path(row, "time")),
            name=clean_line(text_of(get_path(row, "from_display_name")), 120) or None,
            urls=(url,) if url and kind not in _NO_FILE else (),
            lat=where[0] if where else None,
            long=where[1] if where else None,
        )


def _place(found: Any) -> tuple[float, float] | None:  # noqa: ANN401
    """(lat, long): numbers, or texts that are numbers, as Zalo sends them."""
    try:
        lat = float(get_path(found, "latitude"))
        long = float(get_path(found, "longitude"))
    except (TypeError, ValueError):
        return None
    return (lat, long) if -90 <= lat <= 90 and -180 <= long <= 180 else None
