"""A mail as raw bytes into what the inbox needs: text, files, thread, whether a program wrote it.

Pure and bounded; whatever the bytes are, it answers or raises `InputError`. Header fields are read
raw, because the library's own parser cuts a folded Message-ID (CHANNELS.md 5). RFC 5322, 2045-2047,
2231, 3464, 3676, 3834.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parsedate_to_datetime

from console.channels.charsets import decode
from console.channels.legacy_charsets import recognised
from console.channels.mail_headers import address_of, decoded, plain, raw_fields
from console.channels.mail_text import from_html, unflowed, without_quotes
from console.domain import numbering
from console.domain.errors import InputError
from console.domain.text import clean, clean_line

MOST_PARTS = 200
DEEPEST = 6
MOST_FILES = 10
MOST_TEXT = 2_000_000
"""Octets of text of one part that are looked at."""
MOST_REFERENCES = 30
_IDS = re.compile(r"<[^<>\s]{1,400}>")
_NUMBER = re.compile(r"(?<!\d)\d{2}[ .\-]?\d{3}[ .\-]?\d{5}[ .\-]?\d(?!\d)")
_NO_REPLY = re.compile(
    r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|donotreply|bounces?)([-+._].*)?@.*",
    re.IGNORECASE,
)
_FAILURES = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    AssertionError,
    MessageError,
)
"""What the library's parser raises on broken mails, beside doing its best."""


@dataclass(frozen=True, slots=True)
class MailFile:
    """An attachment or an inline picture; the name is a label only."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that a mail of ours did not arrive (RFC 3464).

    Attributes:
        message_ids: of the mails concerned, as the report names them.
        status: such as `5.1.1`; "" when none is named.
        final: it will not be tried again.
    """

    message_ids: tuple[str, ...]
    status: str
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """What a mail says.

    Attributes:
        message_id: raw, unfolded, with its angle brackets; "" when it has none.
        references: Message-IDs that it answers, nearest first.
        number: request number in the subject, eleven digits.
        by_program: nobody may answer it automatically (RFC 3834).
        raw_hash: sha256 over the whole mail, hex.
    """

    message_id: str
    sender: str | None
    sender_name: str | None
    subject: str
    text: str
    sent_at: datetime | None
    references: tuple[str, ...]
    number: str | None
    by_program: bool
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
    """What the walk over the parts gathers."""

    texts: list[str]
    files: list[MailFile]
    flags: dict[str, None]
    parts: int = 0
    report: str = ""
    returned: str = ""


def read_mail(raw: bytes, *, own_addresses: frozenset[str] = frozenset()) -> ReadMail:
    """Understand a mail.

    Args:
        raw: as fetched.
        own_addresses: lower case; mail from there is our own and gets no automatic answer.

    Raises:
        InputError: `mail_unreadable`; the raw bytes are kept by whoever has them.
    """
    try:
        return _read(raw, own_addresses)
    except _FAILURES as error:
        raise InputError("mail_unreadable", what=type(error).__name__) from error


def _read(raw: bytes, own_addresses: frozenset[str]) -> ReadMail:
    message = BytesParser(policy=compat32).parsebytes(raw)
    fields = raw_fields(message)
    found = _Found([], [], {})
    _walk(message, found, 0)
    said = decoded(fields.get("subject", [""])[0])
    subject = clean_line((recognised(said) or ("", said))[1], 300)
    sender, name = address_of(_first(fields, "from") or _first(fields, "sender"))
    bounce = _bounce(message, found, fields)
    by_program = _by_program(message, fields, sender, own_addresses)
    references = _references(fields)
    text = clean("\n\n".join(t for t in found.texts if t.strip()), 20_000)
    if references:
        text = without_quotes(text)
    if by_program:
        found.flags["auto_reply"] = None
    return ReadMail(
        message_id=_message_id(fields),
        sender=sender,
        sender_name=name,
        subject=subject,
        text=text,
        sent_at=_sent_at(_first(fields, "date")),
        references=references,
        number=number_in(subject),
        by_program=by_program or bounce is not None,
        bounce=bounce,
        files=tuple(found.files),
        flags=tuple(found.flags),
        raw_hash=hashlib.sha256(raw).hexdigest(),
    )


def _first(fields: dict[str, list[bytes]], name: str) -> bytes:
    return fields.get(name, [b""])[0]


def _message_id(fields: dict[str, list[bytes]]) -> str:
    value = plain(_first(fields, "message-id"))
    found = _IDS.search(value)
    if found:
        return found[0]
    bare = value.strip()[:400]
    return f"<{bare}>" if bare and " " not in bare and "<" not in bare else ""


def _references(fields: dict[str, list[bytes]]) -> tuple[str, ...]:
    answered = _IDS.findall(plain(_first(fields, "in-reply-to")))
    before = _IDS.findall(plain(_first(fields, "references")))
    return tuple(dict.fromkeys((*answered, *reversed(before))))[:MOST_REFERENCES]


def number_in(subject: str) -> str | None:
    """A request number (eleven digits whose check digit fits) in a text, or None."""
    for found in _NUMBER.finditer(subject):
        try:
            return numbering.parse(found[0])
        except InputError:
            continue
    return None


def _sent_at(value: bytes) -> datetime | None:
    """The Date field; None for one that cannot be, so a clock far off says nothing."""
    try:
        at = parsedate_to_datetime(plain(value))
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return at if datetime(2000, 1, 1, tzinfo=UTC) < at else None


def plausible(sent_at: datetime | None, now: datetime) -> datetime | None:
    """The sending time unless it lies more than a day ahead."""
    return sent_at if sent_at is None or sent_at <= now + timedelta(days=1) else None


# --- who wrote it


def _by_program(
    message: Message, fields: dict[str, list[bytes]], sender: str | None, own: frozenset[str]
) -> bool:
    """Whether an automatic answer could start a loop (RFC 3834, 2)."""
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


def _bounce(message: Message, found: _Found, fields: dict[str, list[bytes]]) -> Bounce | None:
    sender, _ = address_of(_first(fields, "from"))
    report = message.get_content_type() == "multipart/report" and bool(found.report)
    daemon = re.match(r"(mailer-daemon|postmaster)@", sender or "", re.IGNORECASE) is not None
    if not report and not daemon:
        return None
    ids = _message_ids_in(found.returned) or (
        () if report else tuple(_IDS.findall("\n".join(found.texts))[:5])
    )
    ids = ids or _references(fields)
    status = re.search(r"(?im)^status:\s*(\d\.\d{1,3}\.\d{1,3})", found.report)
    action = re.search(r"(?im)^action:\s*(\w+)", found.report)
    code = status[1] if status else ""
    final = action[1].lower() == "failed" if action else not code.startswith("4")
    return Bounce(ids, code, final)


def _message_ids_in(headers: str) -> tuple[str, ...]:
    unfolded = re.sub(r"\r?\n[ \t]+", " ", headers)
    found = re.search(r"(?im)^message-id:\s*(<[^<>\s]{1,400}>)", unfolded)
    return (found[1],) if found else ()


# --- the parts


def _walk(part: Message, found: _Found, depth: int) -> None:
    found.parts += 1
    if found.parts > MOST_PARTS or depth > DEEPEST:
        found.flags["media_left_out"] = None
        return
    kind = part.get_content_type()
    if kind == "message/delivery-status":
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
    elif kind.startswith(("text/", "multipart/")) and not _is_file(part):
        found.texts.append(_readable(part, kind, found))
    else:
        _keep_file(part, found)


def _children(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (each for each in payload if isinstance(each, Message))


def _flat(part: Message) -> str:
    """The lines of a delivery status: the library makes a message of each block."""
    rows = [f"{name}: {plain(v)}" for each in _children(part)
            for name, values in raw_fields(each).items() for v in values]  # fmt: skip
    return "\n".join(rows) or str(part.get_payload())


def _nested(part: Message, found: _Found, depth: int) -> None:
    for inner in _children(part):
        fields = raw_fields(inner)
        found.returned += f"Message-ID: {plain(_first(fields, 'message-id'))}\n"
        subject = clean_line(decoded(_first(fields, "subject")), 300)
        sender, name = address_of(_first(fields, "from"))
        who = " ".join(w for w in (name, sender) if w)
        head = " · ".join(w for w in (who, subject) if w)
        found.texts.append(f"--- {head} ---" if head else "---")
        _walk(inner, found, depth + 1)


def _alternative(part: Message, found: _Found, depth: int) -> None:
    """The plain form unless it is empty, else the last one; pictures of the others are kept."""
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


def _content(part: Message) -> bytes:
    """The body with its transfer encoding taken off; what cannot be decoded comes as it is."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text_of(part: Message, found: _Found) -> str:
    content = _content(part)[:MOST_TEXT]
    text, broken = decode(content, _charset(part, content))
    if (legacy := recognised(text)) is not None:
        found.flags["converted"] = None
        return legacy[1]
    if broken:
        found.flags["bad_bytes"] = None
    return text


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
        if (legacy := recognised(words)) is None:  # its letters may be written as entities
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


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or (
        part.get_filename() is not None and part.get_content_type() != "text/html"
    )


def _keep_file(part: Message, found: _Found) -> None:
    content = _content(part)
    if not content:
        return
    name = part.get_filename() or part.get("Content-ID") or ""
    label = clean_line(decoded(str(name).encode("utf-8", "surrogateescape")), 120)
    _add_file(MailFile(label or part.get_content_type(), content), found)


def _add_file(file: MailFile, found: _Found) -> None:
    if len(found.files) >= MOST_FILES:
        found.flags["media_left_out"] = None
    elif all(file.content != each.content for each in found.files):
        found.files.append(file)
