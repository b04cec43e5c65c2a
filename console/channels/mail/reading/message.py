"""Reads a raw mail: text, files, thread, and whether a program wrote it.

Pure and bounded: any bytes give a result or `InputError`. Header fields are read raw, because the
standard library's parser truncates a folded Message-ID. RFC 5322, 2045-2047, 2231, 3464, 3676,
3834.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from itertools import islice

from console.channels.mail.reading.body_text import from_html, unflowed, without_quotes
from console.channels.mail.reading.bounces import MESSAGE_IDS, Bounce, of_daemon, of_report
from console.channels.mail.reading.charsets import decode
from console.channels.mail.reading.headers import (
    ShortFields,
    address_of,
    decoded,
    file_name,
    plain,
    raw_fields,
)
from console.channels.mail.reading.legacy_charsets import decode_legacy
from console.channels.mail.reading.tnef import unpack
from console.channels.mail.reading.transfer_encoding import content_of, from_base64
from console.domain.errors import InputError
from console.domain.requests import numbering
from console.domain.text.cleaning import clean, clean_line

MOST_PARTS = 200
DEEPEST = 6
MOST_FILES = 10
MOST_TEXT = 2_000_000
"""How many bytes of text are read from one part."""
MOST_REFERENCES = 30
_NUMBER = re.compile(r"(?<!\d)\d{2}[ .\-]?\d{3}[ .\-]?\d{5}[ .\-]?\d(?!\d)")
_NO_REPLY = re.compile(
    r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|donotreply|bounces?)([-+._].*)?@.*",
    re.IGNORECASE,
)
_HANDED_ON = re.compile(r"(fwd?|ct|chuyển tiếp|tr)\s*:", re.IGNORECASE)
_AWAY = re.compile(
    r"(automatic reply|auto(matic)?[- ]?reply|out of office|trả lời tự động)\b", re.IGNORECASE
)
_SIGNATURES = frozenset({
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "application/pgp-keys",
})  # fmt: skip
"""Signatures next to readable text."""
_SEALED = frozenset({
    "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted",
})  # fmt: skip
_NO_WORDS = frozenset({"text/rtf", "text/richtext", "text/x-vcard", "text/vcard", "text/directory"})
"""Text types that are not readable as such."""
_FAILURES = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    AssertionError,
    MessageError,
)
"""What the standard library's parser raises on broken mails."""


@dataclass(frozen=True, slots=True)
class MailFile:
    """An attachment or inline image; the name is only a label."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """The content of a mail.

    Attributes:
        message_id: raw, unfolded, with angle brackets; "" if there is none.
        references: Message-IDs that it answers, the nearest first.
        number: request number in the subject, eleven digits.
        reply_to: where replies go, if not to the sender (RFC 5322, 3.6.2).
        by_program: it must not be answered automatically (RFC 3834).
        is_answer: an automatic reply, such as "out of office".
        raw_hash: SHA-256 of the whole mail, hex.
    """

    message_id: str
    sender: str | None
    sender_name: str | None
    reply_to: str | None
    subject: str
    text: str
    sent_at: datetime | None
    references: tuple[str, ...]
    number: str | None
    by_program: bool
    is_answer: bool
    bounce: Bounce | None
    files: tuple[MailFile, ...]
    flags: tuple[str, ...]
    raw_hash: str

    @property
    def thread_key(self) -> str:
        """The first mail of the thread."""
        return self.references[-1] if self.references else self.message_id or self.raw_hash


@dataclass(slots=True)
class _Found:
    """Collected during the walk over the parts."""

    texts: list[str]
    files: list[MailFile]
    flags: dict[str, None]
    parts: int = 0
    report: str = ""
    returned: str = ""


def read_mail(raw: bytes, *, own_addresses: frozenset[str] = frozenset()) -> ReadMail:
    """Read a mail.

    Args:
        raw: as fetched.
        own_addresses: our addresses in lower case; mail from there gets no automatic reply.

    Raises:
        InputError: `mail_unreadable`.
    """
    try:
        return _read(raw, own_addresses)
    except _FAILURES as error:
        raise InputError("mail_unreadable", what=type(error).__name__) from error


def _read(raw: bytes, own_addresses: frozenset[str]) -> ReadMail:
    message = _parsed(raw)
    fields = raw_fields(message)
    found = _Found([], [], {})
    _walk(message, found, 0)
    named = _charset_of_text(message)
    said = decoded(_first(fields, "subject"), named)
    subject = clean_line((decode_legacy(said) or ("", said))[1], 300)
    sender, name = address_of(_first(fields, "from"), named)
    if sender is None:
        sender, other = address_of(_first(fields, "sender"), named)
        name = name or other
    references = _references(fields)
    bounce = _bounce(message, found, sender, subject, references)
    reply_to = _reply_to(fields, sender, own_addresses)
    by_program = _by_program(message, fields, reply_to or sender, own_addresses) or (
        (sender or "").lower() in own_addresses
    )
    text = clean("\n\n".join(t for t in found.texts if t.strip()), 20_000)
    if references and not _HANDED_ON.match(subject):
        text = without_quotes(text)
    if by_program:
        found.flags["auto_reply"] = None
    return ReadMail(
        message_id=_message_id(fields),
        sender=sender,
        sender_name=name,
        reply_to=reply_to,
        subject=subject,
        text=text,
        sent_at=_sent_at(_first(fields, "date")),
        references=references,
        number=number_in(subject),
        by_program=by_program or bounce is not None,
        is_answer=_is_answer(fields, subject),
        bounce=bounce,
        files=tuple(found.files),
        flags=tuple(found.flags),
        raw_hash=hashlib.sha256(raw).hexdigest(),
    )


def _first(fields: dict[str, list[bytes]], name: str) -> bytes:
    return fields.get(name, [b""])[0]


def _message_id(fields: dict[str, list[bytes]]) -> str:
    value = plain(_first(fields, "message-id"))
    found = MESSAGE_IDS.search(value)
    if found:
        return found[0]
    bare = value.strip()[:400]
    return f"<{bare}>" if bare and " " not in bare and "<" not in bare else ""


def _references(fields: dict[str, list[bytes]]) -> tuple[str, ...]:
    answered = MESSAGE_IDS.findall(plain(_first(fields, "in-reply-to")))
    before = MESSAGE_IDS.findall(plain(_first(fields, "references")))
    return tuple(dict.fromkeys((*answered, *reversed(before))))[:MOST_REFERENCES]


def number_in(subject: str) -> str | None:
    """A request number (eleven digits with a valid check digit) in a text, or None."""
    for found in _NUMBER.finditer(subject):
        try:
            return numbering.parse(found[0])
        except InputError:
            continue
    return None


def _sent_at(value: bytes) -> datetime | None:
    """The Date field; None if impossible, as from a wrong clock."""
    try:
        at = parsedate_to_datetime(plain(value))
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return at if datetime(2000, 1, 1, tzinfo=UTC) < at else None


def plausible(sent_at: datetime | None, now: datetime) -> datetime | None:
    """The sending time, unless it is more than a day in the future."""
    return sent_at if sent_at is None or sent_at <= now + timedelta(days=1) else None


# --- who wrote it


def _by_program(
    message: Message, fields: dict[str, list[bytes]], sender: str | None, own: frozenset[str]
) -> bool:
    """Whether an automatic reply could start a loop (RFC 3834, 2)."""
    auto = plain(_first(fields, "auto-submitted")).split(";")[0].strip().lower()
    precedence = plain(_first(fields, "precedence")).strip().lower()
    returned = fields.get("return-path")
    return (
        auto not in ("", "no")
        or precedence in ("bulk", "list", "junk", "auto_reply")
        or any(name.startswith("list-") for name in fields)
        or bool({"x-autoreply", "x-autorespond", "x-auto-response-suppress"} & fields.keys())
        or (returned is not None and plain(returned[0]).strip() == "<>")
        or sender is None
        or _NO_REPLY.fullmatch(sender) is not None
        or sender.lower() in own
        or message.get_content_type() == "multipart/report"
    )


def _is_answer(fields: dict[str, list[bytes]], subject: str) -> bool:
    auto = plain(_first(fields, "auto-submitted")).strip().lower()
    named = {"x-autoreply", "x-autorespond"} & fields.keys()
    return auto.startswith("auto-replied") or bool(named) or _AWAY.match(subject) is not None


def _reply_to(
    fields: dict[str, list[bytes]], sender: str | None, own: frozenset[str]
) -> str | None:
    """A reply address other than the sender's, as from a form on a web site."""
    address, _ = address_of(_first(fields, "reply-to"))
    if address is None or address.lower() in own or address.lower() == (sender or "").lower():
        return None
    return address


def _bounce(
    message: Message, found: _Found, sender: str | None, subject: str, answered: tuple[str, ...]
) -> Bounce | None:
    if message.get_content_type() == "multipart/report" and found.report:
        return of_report(found.report, found.returned, answered)
    if re.match(r"(mailer-daemon|postmaster)@", sender or "", re.IGNORECASE) is None:
        return None
    return of_daemon(subject, "\n".join(found.texts), found.returned, answered)


# --- the parts


def _walk(part: Message, found: _Found, depth: int) -> None:
    found.parts += 1
    if found.parts > MOST_PARTS or depth > DEEPEST:
        found.flags["media_left_out"] = None
        return
    kind = part.get_content_type()
    if kind in ("message/delivery-status", "message/disposition-notification"):
        found.report += _flat(part)
    elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
        found.returned += _text_of(part, found)
    elif kind.startswith("message/"):
        _nested(part, found, depth)
    elif kind == "multipart/alternative":
        _alternative(part, found, depth)
    elif part.is_multipart():
        for each in _children(part):
            _walk(each, found, depth + 1)
    else:
        _leaf(part, kind, found, depth)


def _leaf(part: Message, kind: str, found: _Found, depth: int) -> None:
    """Take the text or the file of a part without parts."""
    if kind.startswith(("text/", "multipart/")) and not _is_file(part, kind):
        found.texts.append(_readable(part, kind, found))
    elif kind == "text/plain":
        found.texts.append(f"--- {_label(part, kind)} ---\n{_readable(part, kind, found)}")
    elif kind in _SEALED:
        found.flags["sealed"] = None
    elif kind not in _SIGNATURES:
        _keep_file(part, kind, found, depth)


def _children(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (each for each in payload if isinstance(each, Message))


def _flat(part: Message) -> str:
    """The lines of a delivery status; the library parses each block as a message."""
    rows = [f"{name}: {plain(v)}" for each in _children(part)
            for name, values in raw_fields(each).items() for v in values]  # fmt: skip
    return "\n".join(rows) or str(part.get_payload())


def _nested(part: Message, found: _Found, depth: int) -> None:
    for inner in _children(part):
        packed = str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64"
        if packed and not inner.items() and isinstance(letters := inner.get_payload(), str):
            # Forbidden by RFC 2046, 5.2.1, but some mailers do it; others only claim to.
            _forwarded(_parsed(from_base64(letters)), found, depth)
        else:
            _forwarded(inner, found, depth)


def _parsed(raw: bytes) -> Message:
    return BytesParser(policy=ShortFields()).parsebytes(raw)


def _forwarded(inner: Message, found: _Found, depth: int) -> None:
    fields = raw_fields(inner)
    found.returned += f"Message-ID: {plain(_first(fields, 'message-id'))}\n"
    subject = clean_line(decoded(_first(fields, "subject")), 300)
    sender, name = address_of(_first(fields, "from"))
    who = " ".join(w for w in (name, sender) if w)
    head = " · ".join(w for w in (who, subject) if w)
    found.texts.append(f"--- {head} ---" if head else "---")
    _walk(inner, found, depth + 1)


def _alternative(part: Message, found: _Found, depth: int) -> None:
    """Take the plain text unless it is empty, else the last alternative; keep all files."""
    forms = list(_children(part))
    read: list[_Found] = []
    for form in forms:
        one = _Found([], [], {}, found.parts, found.report, found.returned)
        _walk(form, one, depth + 1)
        found.parts = one.parts
        read.append(one)
    said = [
        (form.get_content_type() == "text/plain", one)
        for form, one in zip(forms, read, strict=True)
        if any(t.strip() for t in one.texts)
    ]
    chosen = next((one for is_plain, one in said if is_plain), said[-1][1] if said else None)
    for one in read:
        for file in one.files:
            _add_file(file, found)
        found.flags |= one.flags if one is chosen else {}
    if chosen is not None:
        found.texts += chosen.texts


def _text_of(part: Message, found: _Found) -> str:
    content = content_of(part)[:MOST_TEXT]
    text, broken = decode(content, _charset(part, content))
    if (legacy := decode_legacy(text)) is not None:
        found.flags["converted"] = None
        return legacy[1]
    if broken:
        found.flags["bad_bytes"] = None
    return text


def _charset_of_text(message: Message) -> str | None:
    """The charset declared by the first text part."""
    texts = (part for part in islice(message.walk(), 20) if part.get_content_maintype() == "text")
    first = next(texts, None)
    return _charset(first, b"") if first is not None else None


def _charset(part: Message, content: bytes) -> str | None:
    declared = part.get_param("charset")
    if isinstance(declared, tuple):  # RFC 2231: charset, language, value
        declared = declared[2]
    if isinstance(declared, str) and declared.strip():
        return declared
    if part.get_content_type() == "text/html":
        named = re.search(rb"charset\s*=\s*[\"']?([\w.:-]{2,40})", content[:4096], re.IGNORECASE)
        return named[1].decode("ascii", "replace") if named else None
    return None


def _readable(part: Message, kind: str, found: _Found) -> str:
    text = _text_of(part, found)
    if kind == "text/html":
        words = from_html(text)
        if (legacy := decode_legacy(words)) is None:  # its letters may be entities
            return words
        found.flags["converted"] = None
        return legacy[1]
    if kind == "text/calendar":
        return ""
    flowed = str(part.get_param("format") or "").lower() == "flowed"
    return (
        unflowed(text, del_sp=str(part.get_param("delsp") or "").lower() == "yes")
        if flowed
        else text
    )


def _is_file(part: Message, kind: str) -> bool:
    """Whether a part is a file. A text part that merely has a name is text: phone gateways name
    everything they send, and some mailers name the body.
    """
    named = part.get_filename() is not None and kind not in ("text/html", "text/plain")
    return part.get_content_disposition() == "attachment" or named or kind in _NO_WORDS


def _label(part: Message, kind: str) -> str:
    return file_name(part) or clean_line(kind, 120)


def _keep_file(part: Message, kind: str, found: _Found, depth: int) -> None:
    content, label = content_of(part), _label(part, kind)
    if label.lower().endswith(".eml") and (inner := _parsed(content)).items():
        _forwarded(inner, found, depth)
        return
    if kind != "application/ms-tnef" and label.lower() != "winmail.dat":
        if content:
            _add_file(MailFile(label, content), found)
        return
    text, packed = unpack(content)
    if text and not any(t.strip() for t in found.texts):
        found.texts.append(decode(text, "cp1258")[0])
    if not packed and not any(t.strip() for t in found.texts):
        found.flags["media_left_out"] = None
    for each in packed:
        _add_file(MailFile(clean_line(each.name, 120) or "winmail", each.content), found)


def _add_file(file: MailFile, found: _Found) -> None:
    if len(found.files) >= MOST_FILES:
        found.flags["media_left_out"] = None
    elif all(file.content != each.content for each in found.files):
        found.files.append(file)
