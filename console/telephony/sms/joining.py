"""Joins the parts of long SMS. Pure: parts and a time in, messages out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

from console.domain.states import Channel
from console.domain.text.cleaning import clean, clean_line
from console.domain.text.phone import normalise
from console.services.ports.channels import InboundMessage
from console.services.records import SmsPart
from console.telephony.pdu.decoding import decode, text_of_octets, text_of_ucs2
from console.telephony.pdu.gsm7 import to_text
from console.telephony.pdu.messages import PduError

PATIENCE = timedelta(seconds=600)
"""After this an incomplete message is shown."""
MEMORY = timedelta(hours=24)
"""A part later than this no longer belongs to the others."""
MAX_TEXT = 10_000
"""Characters of one contact's text; only the raw form has the rest."""
REPORT, UNREADABLE = "status_report", "unreadable"
"""Flags of parts that are no text: they are never joined with others."""
WAITING = "waiting"
"""Flag of a network's voice mail notification, which is sent in the caller's name."""

type _Key = tuple[str, str | None, int, int | None, int]


@dataclass(slots=True)
class Group:
    """Parts that make, or will make, one message.

    Attributes:
        first: the part stored first; its external id is the contact's.
        parts: by sequence.
        others: external ids of duplicates.
        shown: a contact was made of it.
        changed: it holds something that its contact does not show yet.
    """

    first: SmsPart
    parts: dict[int, SmsPart] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    shown: bool = False
    changed: bool = False

    @property
    def complete(self) -> bool:
        """Every part is there; nothing more can join."""
        return len(self.parts) >= self.first.total

    @property
    def part_ids(self) -> tuple[str, ...]:
        """External ids of all parts, duplicates too."""
        return (*(part.external_id for part in self.parts.values()), *self.others)


class PartJoiner:
    """Groups parts as they come, in any order."""

    def __init__(self) -> None:
        """No part yet."""
        self._open: dict[_Key, list[Group]] = {}

    def add(self, part: SmsPart) -> Group | None:
        """Add a part; returns its group, or None when it brought nothing new."""
        key: _Key
        if part.total <= 1:
            key = (part.external_id, None, 0, None, 1)
            group = self._open.setdefault(key, [Group(part)])[0]
        else:
            key = (part.imsi, part.sender, part.reference_bits, part.reference, part.total)
            near = sorted(
                (g for g in self._open.get(key, ()) if _distance(g, part) <= MEMORY),
                key=lambda g: _distance(g, part),
            )
            if any(_repeats(g, part) for g in near):
                return None
            lacking = [g for g in near if part.sequence not in g.parts]
            if lacking:
                group = lacking[0]
            else:
                group = Group(part)
                self._open.setdefault(key, []).append(group)
        if part.sequence in group.parts and part.total <= 1:
            return None
        group.parts[part.sequence] = part
        if part.contact_id is not None:
            group.shown = True
        else:
            group.changed = True
        return group

    def due(self, now: datetime) -> list[Group]:
        """Groups to show or correct now: complete, already shown, or overdue."""
        return [g for g in self._groups() if g.changed and _is_due(g, now)]

    def told(self, group: Group) -> None:
        """The group's contact is on disk."""
        group.shown = True
        group.changed = False

    def forget(self, now: datetime) -> None:
        """Forget what can no longer change."""
        for key, groups in list(self._open.items()):
            kept = [g for g in groups if g.changed or now - g.first.received_at <= MEMORY]
            kept = [g for g in kept if g.changed or g.first.total > 1]
            if kept:
                self._open[key] = kept
            else:
                del self._open[key]

    def _groups(self) -> Iterator[Group]:
        for groups in self._open.values():
            yield from groups


def _is_due(group: Group, now: datetime) -> bool:
    return group.complete or group.shown or now - group.first.received_at >= PATIENCE


def _time(part: SmsPart) -> datetime:
    return part.scts or part.received_at


def _distance(group: Group, part: SmsPart) -> timedelta:
    return min(abs(_time(p) - _time(part)) for p in group.parts.values())


def _repeats(group: Group, part: SmsPart) -> bool:
    """Same position and body: sent twice. In a complete group only with the same time stamp: the
    same words an hour later are a new message.
    """
    there = group.parts.get(part.sequence)
    if there is None or there.body != part.body:
        return False
    if group.complete and there.scts != part.scts:
        return False
    if part.external_id != there.external_id:
        group.others.append(part.external_id)
    return True


# --- the text

LONGEST_SHORT = 6
"""Digits of a carrier's short number; every subscriber's number has more."""


def message_of(group: Group) -> InboundMessage:
    """The contact that a group makes; its external id stays the same whatever comes later."""
    first = group.first
    parts = [group.parts[n] for n in sorted(group.parts)]
    flags = [flag for part in parts for flag in part.flags]
    if not group.complete:
        flags.append("incomplete")
    whole = text_of(group)
    text = clean(whole, MAX_TEXT)
    if len(whole) > MAX_TEXT:
        flags.append("truncated")
    if "\ufffd" in text:
        flags.append("damaged")
    sender = clean_line(first.sender or "", 40) or None
    advert = is_advert(sender)
    if advert:
        flags.append("advert")
    is_notice = WAITING in flags
    stamps = [part.scts for part in parts if part.scts is not None]
    key = (normalise(sender) or sender) if sender else None
    return InboundMessage(
        channel=Channel.SMS,
        external_id=first.external_id,
        sender=sender,
        sender_key=key,
        received_at=first.received_at,
        sent_at=min(stamps).astimezone(UTC) if stamps else None,
        text=text,
        thread_key=key,
        flags=tuple(dict.fromkeys(flags)),
        raw=b"\n".join(part.pdu for part in parts),
        spam=advert or is_notice,
    )


def is_advert(sender: str | None) -> bool:
    """Whether no person is behind this sender: a name in letters, a carrier's short number."""
    digits = (sender or "").lstrip("+")
    return bool(sender) and (not digits.isdigit() or len(digits) <= LONGEST_SHORT)


def text_of(group: Group) -> str:
    """Text of the parts that are there, with a note in every gap.

    Neighbours of one coding are joined as bytes first, because a character may be split between
    them.
    """
    total = group.first.total
    pieces: list[str] = []
    expected = 1
    numbered = ((group.parts[n], n) for n in sorted(group.parts))
    runs: list[list[tuple[SmsPart, int]]] = []
    for part, number in numbered:
        if runs and runs[-1][-1][1] == number - 1 and runs[-1][-1][0].coding == part.coding:
            runs[-1].append((part, number))
        else:
            runs.append([(part, number)])
    for run in runs:
        if run[0][1] > expected:
            pieces.append(_gap(expected, run[0][1] - 1, total))
        pieces.append(_text_of_run([part for part, _ in run]))
        expected = run[-1][1] + 1
    if expected <= total and total > 1:
        pieces.append(_gap(expected, total, total))
    return "".join(pieces)


def _gap(first: int, last: int, total: int) -> str:
    """A text for the screen; the only words of this program inside a citizen's message."""
    which = f"{first}" if first == last else f"{first}-{last}"
    return f"[thiếu phần {which}/{total}]"


def _text_of_run(parts: list[SmsPart]) -> str:
    if any(UNREADABLE in part.flags for part in parts):
        return ""
    coding = parts[0].coding
    if coding == "ucs2":
        return text_of_ucs2(b"".join(part.body for part in parts))
    if coding == "8bit":
        return text_of_octets(b"".join(part.body for part in parts), [])
    return "".join(
        to_text(b"".join(part.body for part in same), *tables)
        for tables, same in groupby(parts, _tables)
    )


def _tables(part: SmsPart) -> tuple[int, int]:
    """National tables are in the part's own header."""
    try:
        return decode(part.pdu.decode("latin-1")).tables
    except PduError:
        return (0, 0)


def joiner_from(parts: Iterable[SmsPart]) -> PartJoiner:
    """A joiner that knows these stored parts, oldest first."""
    joiner = PartJoiner()
    for part in parts:
        if REPORT not in part.flags:
            joiner.add(part)
    return joiner
