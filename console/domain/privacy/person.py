"""One person in the hotline's records: which words are about them, and which are about others.

A person is whoever has these telephone numbers and mailboxes. What is handed to them must name
nobody else: other reporters of the same request are left out, and their names, numbers and
mailboxes are removed from what was written down (Law 91/2025).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.domain.errors import InputError
from console.domain.requests import events as e
from console.domain.requests.codec import kind_of
from console.domain.requests.fold.request import fold
from console.domain.requests.publication import HIDDEN, without_name
from console.domain.requests.request import Reporter, Request
from console.domain.text.cleaning import clean_line
from console.domain.text.masking import mask_numbers
from console.domain.text.phone import display, normalise

MOST_KEYS = 10
_MAILBOX = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]+\.[^\s@<>]+")


@dataclass(frozen=True, slots=True)
class Person:
    """A person, known by numbers and mailboxes.

    Attributes:
        phones: E.164; emails: lower case.
    """

    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Numbers, then mailboxes."""
        return self.phones + self.emails

    def has(self, key: str | None) -> bool:
        """Whether this number or mailbox, as the store spells it, belongs to the person."""
        return key is not None and (key in self.phones or key.lower() in self.emails)


def person_of(said: Iterable[str]) -> Person:
    """The person with these numbers and mailboxes, in any spelling.

    Raises:
        InputError: `not_reachable`: neither a number nor a mailbox, or too many.
    """
    phones: list[str] = []
    emails: list[str] = []
    for each in said:
        text = clean_line(each, 254)
        if _MAILBOX.fullmatch(text):
            emails.append(text.lower())
        elif (number := normalise(text)) is not None:
            phones.append(number)
        else:
            raise InputError("not_reachable", said=text[:60])
    person = Person(tuple(dict.fromkeys(phones)), tuple(dict.fromkeys(emails)))
    if not 0 < len(person.keys) <= MOST_KEYS:
        raise InputError("not_reachable", said="")
    return person


def identifies_person(key: str | None) -> bool:
    """Whether a sender's key identifies a person: a number or a mailbox, not an app account."""
    return key is not None and ("@" in key or normalise(key) is not None)


def shown_key(key: str) -> str:
    """A number or mailbox as people read it."""
    return key if "@" in key else display(key)


def without_others(text: str, person: Person, names: Iterable[str] = ()) -> str:
    """The text without these names, and without numbers and mailboxes of other people."""
    said = _MAILBOX.sub(lambda m: m[0] if person.has(m[0].strip(".,;:")) else HIDDEN, text)
    said = mask_numbers(said, lambda number: person.has(normalise(number)))
    for name in names:
        said = without_name(said, name)
    return said


# --- the person's part of a request


@dataclass(frozen=True, slots=True)
class PartStep:
    """Something that was done with a request, in words meant for this person."""

    at: datetime
    actor: str
    role: str
    workstation: str
    kind: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """What the person said about passing name and number on to the agency, and who wrote it
    down.
    """

    at: datetime
    actor: str
    given: bool


@dataclass(frozen=True, slots=True)
class OwnPart:
    """A request as one of its reporters may read it.

    Attributes:
        reporters: the lines that name the person, as they stand now.
        first: the person was the first to report it: description, place and first files are theirs.
        others: how many more reported it; a human must read the notes before handing them out.
        files: (sha256) that came with the person's report.
    """

    request: Request
    reporters: tuple[Reporter, ...]
    consents: tuple[Consent, ...]
    steps: tuple[PartStep, ...]
    files: tuple[str, ...]
    first: bool
    others: int


def own_part(
    events: Sequence[e.StoredEvent],
    person: Person,
    contacts: frozenset[UUID] = frozenset(),
    messages: frozenset[UUID] = frozenset(),
) -> OwnPart | None:
    """The person's part of the request that these events make; None if they did not report it.

    Args:
        contacts: calls and messages from the person.
        messages: our messages to the person.
    """
    request = fold(events)
    if request is None:
        return None
    named = [(x, x.fact) for x in events if isinstance(x.fact, e.ReporterRecorded)]
    own = [(x, f) for x, f in named if _is_his(f, person, contacts)]
    if not own and not any(_is_his(r, person, contacts) for r in request.reporters):
        return None
    mine = tuple(r for r in request.reporters if _is_his(r, person, contacts))
    known = frozenset(
        c for c in (*contacts, *(r.contact_id for r in mine), *(f.contact_id for _, f in own)) if c
    )
    strangers = [f for _, f in named if not _is_his(f, person, contacts)]
    others = len({(f.phone, f.email, f.contact_id) for f in strangers})
    first = not named or _is_his(named[0][1], person, contacts)
    names = [f.name for f in strangers if f.name]
    steps: list[PartStep] = []
    files: list[str] = []
    for event in events:
        if not _concerns(event.fact, person, known, messages, others):
            continue
        said = without_others(_said(event.fact, first=first), person, names)
        kind = kind_of(event.fact)
        steps.append(
            PartStep(event.at, event.actor, event.role.value, event.workstation, kind, said)
        )
        if (isinstance(event.fact, e.RequestReceived) and first) or (
            isinstance(event.fact, e.MediaAttached) and not others
        ):
            files += event.fact.media
    consents = tuple(Consent(x.at, x.actor, f.consent) for x, f in own)
    return OwnPart(
        request, mine, consents, tuple(steps), tuple(dict.fromkeys(files)), first, others
    )


def _is_his(said: e.ReporterRecorded | Reporter, person: Person, contacts: frozenset[UUID]) -> bool:
    if person.has(said.phone) or person.has(said.email):
        return True
    return said.phone is None and said.email is None and said.contact_id in contacts


def _concerns(
    fact: e.Fact,
    person: Person,
    contacts: frozenset[UUID],
    messages: frozenset[UUID],
    others: int,
) -> bool:
    """Whether a step is about the case or this person, not about another reporter."""
    match fact:
        case e.ReporterRecorded():
            return _is_his(fact, person, contacts)
        case e.OutreachRecorded(contact_id=contact):
            return not others or contact in contacts
        case e.MessageQueued(outreach_id=ours) | e.MessageDelivered(outreach_id=ours):
            return not others or ours in messages
        case e.InfoGiven():
            return not others
        case e.AgencyWarned() | e.ClockMoved():
            return False
    return True


def _said(fact: e.Fact, *, first: bool) -> str:
    """What somebody wrote in this step; the report's own words only for the person who
    reported it.
    """
    if isinstance(fact, e.RequestReceived):
        return ""
    if isinstance(fact, e.FieldsChanged):
        changes = (f"{name}: {value}" if first else name for name, value in fact.set.items())
        return " · ".join((*map(str, changes), *([fact.reason] if fact.reason else [])))
    parts = (getattr(fact, name, None) for name in ("agency", "reason", "text", "result"))
    return " · ".join(part for part in parts if isinstance(part, str) and part)
