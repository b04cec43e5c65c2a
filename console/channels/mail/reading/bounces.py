"""Reports about our mails (not delivered, delayed, read: RFC 3464, 3798), and automatic replies to
them.
"""

import re
from dataclasses import dataclass

_LATE = re.compile(r"(?i)\b(delay(ed)?|warning|still being retried|chậm|chưa gửi được)\b")
MESSAGE_IDS = re.compile(r"<[^<>\s]{1,400}>")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report about one of our mails.

    Attributes:
        message_ids: the mails concerned, as named by the report.
        status: such as `5.1.1`, or "".
        final: it was not delivered and will not be retried.
    """

    message_ids: tuple[str, ...]
    status: str
    final: bool


def of_report(report: str, returned: str, answered: tuple[str, ...]) -> Bounce:
    """Read a `multipart/report`.

    Args:
        report: fields of its delivery status or disposition notification, one per line.
        returned: the headers of our mail that were returned.
        answered: Message-IDs in the report's own In-Reply-To and References.
    """
    ids = ids_in(returned) or ids_in(report, "original-message-id") or answered
    status = re.search(r"(?im)^status:\s*(\d\.\d{1,3}\.\d{1,3})", report)
    code = status[1] if status else ""
    action = re.search(r"(?im)^action:\s*(\w+)", report)
    if action:
        return Bounce(ids, code, action[1].lower() == "failed")
    was_read = re.search(r"(?im)^disposition:", report) is not None
    return Bounce(ids, code, not was_read and not code.startswith(("2", "4")))


def of_daemon(subject: str, text: str, returned: str, answered: tuple[str, ...]) -> Bounce:
    """Read a plain-text notice of a mail server; one that keeps trying says so in the subject.

    Args:
        returned: the headers of our mail that were returned.
        answered: Message-IDs in the notice's own In-Reply-To and References.
    """
    ids = ids_in(returned) or tuple(MESSAGE_IDS.findall(text)[:20]) or answered
    return Bounce(ids, "", _LATE.search(subject) is None)


def ids_in(headers: str, field: str = "message-id") -> tuple[str, ...]:
    """The Message-ID in this field."""
    unfolded = re.sub(r"\r?\n[ \t]+", " ", headers)
    found = re.search(rf"(?im)^{field}:\s*(<[^<>\s]{{1,400}}>)", unfolded)
    return (found[1],) if found else ()
