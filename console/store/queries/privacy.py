"""Questions about all that is stored of one person. They are rare, so they may scan tables."""

import json
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, text

from console.domain.privacy.person import OwnPart, Person, identifies_person, own_part
from console.domain.requests.numbering import spoken
from console.domain.states import Channel
from console.domain.text.phone import normalise
from console.services.records import BlockedSender, CallRecord, Contact
from console.services.views.audit import AuditLine
from console.services.views.contacts import DraftRow, OutreachRow
from console.services.views.privacy import NamingConsent, OptOut, PersonalData
from console.store.queries.audit import SEVERAL
from console.store.queries.base import r
from console.store.queries.privacy_wishes import WishQueries
from console.store.tables import record_rows
from console.store.tables.definitions import (
    AnyRow,
    audit,
    blocked,
    call,
    contact,
    draft,
    event,
    from_ms,
    outreach,
    pruned,
    reporter,
    service_request,
    sms_part,
)
from console.store.tables.event_rows import event_of
from console.store.tables.reports import named_citizen

_SOME = 400
"""Ids in one query."""
_ORDER = (event.c.request_id, event.c.seq.is_(None), event.c.seq, event.c.n)


class PrivacyQueries(WishQueries):
    """Part of `ports.Queries`."""

    def kept_of(self, person: Person) -> PersonalData:
        """All that this seat stores of this person."""
        contacts = self._contacts_of(person)
        own = frozenset(each.id for each in contacts)
        messages = self._messages_to(person, own)
        parts = self._own_parts(person, own, frozenset(each.id for each in messages))
        linked = {c for part in parts for x in part.reporters if (c := x.contact_id)} - own
        contacts += self._accounts(linked)
        answers = self._messages_about({each.id for each in contacts} - own, messages)
        calls = self._calls_with(person)
        return PersonalData(
            person=person,
            parts=parts,
            contacts=tuple(sorted(contacts, key=lambda c: (c.received_at, c.id))),
            messages=tuple(sorted((*messages, *answers), key=lambda m: (m.created_at, m.id))),
            calls=calls,
            opted_out=self._opted_out(person),
            blocked=self._blocked(person),
            named=self._named(person),
            drafts=self._drafts_about(person, own),
            raw_sms=self._raw(person),
            readers=self._readers(parts, calls),
            wishes=tuple(w for w in self.wishes() if any(map(person.has, w.person.keys))),
            let_go=int(
                self._connection.execute(select(func.count()).select_from(pruned)).scalar_one()
            ),
        )

    # --- requests

    def _own_parts(
        self, person: Person, contacts: frozenset[UUID], messages: frozenset[UUID]
    ) -> tuple[OwnPart, ...]:
        found: list[OwnPart] = []
        for ids in batched(sorted(self._reported(person, contacts)), _SOME):
            statement = select(event).where(event.c.request_id.in_(ids)).order_by(*_ORDER)
            for of_request in _by_request(self._connection.execute(statement)):
                events = [event_of(row) for row in of_request]
                if (part := own_part(events, person, contacts, messages)) is not None:
                    found.append(part)
        found.sort(key=lambda part: (part.request.requested_at, part.request.id))
        return tuple(found)

    def _reported(self, person: Person, contacts: frozenset[UUID]) -> set[UUID]:
        """Requests that name the person, now or in an entry that was corrected since."""
        p = reporter.c
        named = select(r.id).join_from(reporter, service_request, r.rid == p.rid)
        asked: list[Select[Any]] = []
        if person.phones:
            asked.append(named.where(p.phone.in_(person.phones)))
        if person.emails:
            asked.append(named.where(func.lower(p.email).in_(person.emails)))
        for some in batched(sorted(contacts), _SOME):
            asked.append(named.where(p.contact_id.in_(some)))
            linked = contact.c.request_id
            asked.append(select(linked).where(contact.c.id.in_(some), linked.is_not(None)))
        said = func.lower(event.c.body)
        told = or_(*(func.instr(said, json.dumps(key)) > 0 for key in person.keys))
        asked.append(
            select(event.c.request_id).where(event.c.kind == "reporter_recorded", told).distinct()
        )
        return {each for which in asked for each in self._connection.execute(which).scalars()}

    # --- what came, what went

    def _contacts_of(self, person: Person) -> list[Contact]:
        c = contact.c
        his: ColumnElement[bool] = c.sender_key.in_(person.keys)
        if person.emails:  # the key of a mail is its reply address
            his = or_(his, func.lower(c.sender).in_(person.emails))
        return [
            record_rows.contact_of(row)
            for row in self._connection.execute(select(contact).where(his))
        ]

    def _accounts(self, ids: Iterable[UUID]) -> list[Contact]:
        """Contacts from an app account one of whose messages was recorded with the person's number;
        not those that another number or mailbox sent.
        """
        found: list[Contact] = []
        for some in batched(sorted(ids), _SOME):
            statement = select(contact).where(contact.c.id.in_(some))
            found += map(record_rows.contact_of, self._connection.execute(statement))
        return [each for each in found if not identifies_person(each.sender_key)]

    def _messages_to(self, person: Person, contacts: frozenset[UUID]) -> list[OutreachRow]:
        to_him = func.lower(outreach.c.recipient).in_(person.keys)
        found = map(
            record_rows.outreach_of, self._connection.execute(select(outreach).where(to_him))
        )
        messages = list(found)
        return messages + self._messages_about(contacts, messages)

    def _messages_about(
        self, contacts: Iterable[UUID], known: Iterable[OutreachRow]
    ) -> list[OutreachRow]:
        """Answers to these contacts that were not found yet."""
        seen = {each.id for each in known}
        found: list[OutreachRow] = []
        for some in batched(sorted(contacts), _SOME):
            statement = select(outreach).where(outreach.c.contact_id.in_(some))
            found += map(record_rows.outreach_of, self._connection.execute(statement))
        return [each for each in found if each.id not in seen]

    def _calls_with(self, person: Person) -> tuple[CallRecord, ...]:
        c = call.c
        statement = select(call).where(c.phone.in_(person.phones)).order_by(c.offered_at, c.call_id)
        return tuple(map(record_rows.call_of, self._connection.execute(statement)))

    # --- what he agreed to, and the rest

    def _opted_out(self, person: Person) -> tuple[OptOut, ...]:
        found = self._connection.execute(
            text("select channel, sender_key, at, is_out from opt_out")
        )
        return tuple(
            OptOut(row.channel, row.sender_key, from_ms(row.at), bool(row.is_out))
            for row in found
            if person.has(row.sender_key)
        )

    def _blocked(self, person: Person) -> tuple[BlockedSender, ...]:
        found = self._connection.execute(select(blocked).order_by(blocked.c.at))
        return tuple(
            BlockedSender(
                Channel(row.channel), row.sender_key, row.until, row.actor, row.at, row.reason
            )
            for row in found
            if person.has(row.sender_key)
        )

    def _named(self, person: Person) -> tuple[NamingConsent, ...]:
        n = named_citizen.c
        found = self._connection.execute(select(named_citizen).where(n.phone.in_(person.phones)))
        return tuple(NamingConsent(row.phone, row.name, row.at, row.actor) for row in found)

    def _drafts_about(self, person: Person, contacts: frozenset[UUID]) -> tuple[DraftRow, ...]:
        found = map(record_rows.draft_of, self._connection.execute(select(draft)))
        return tuple(
            each
            for each in found
            if each.contact_id in contacts or any(map(person.has, _texts(each.fields)))
        )

    def _raw(self, person: Person) -> int:
        senders = select(sms_part.c.sender, func.count()).group_by(sms_part.c.sender)
        found = self._connection.execute(senders).all()
        return sum(number for sender, number in found if person.has(normalise(sender)))

    # --- who read it

    def _readers(
        self, parts: Iterable[OwnPart], calls: Iterable[CallRecord]
    ) -> tuple[AuditLine, ...]:
        numbers = {part.request.number for part in parts}
        subjects = {spoken(number) for number in numbers} | numbers
        subjects |= {f"{each.pbx}/{each.call_id}" for each in calls}
        found: list[AuditLine] = []
        for row in self._connection.execute(select(audit).order_by(audit.c.n)):
            if row.subject in subjects:
                found.append(_line(row, row.subject))
            elif row.act in SEVERAL:
                named = [n for n in row.detail.split(", ") if n.rpartition(": ")[2] in subjects]
                if named:
                    about = ", ".join(n.rpartition(": ")[2] for n in named)
                    found.append(_line(row, about))
        return tuple(found)


def _line(row: AnyRow, about: str) -> AuditLine:
    """An audit line without its detail, which may name others."""
    return AuditLine(
        "access", row.n, row.at, row.actor, row.role, row.workstation, row.act, about, ""
    )


def _by_request(found: Iterable[AnyRow]) -> Iterator[list[AnyRow]]:
    of_one: list[AnyRow] = []
    for row in found:
        if of_one and row.request_id != of_one[0].request_id:
            yield of_one
            of_one = []
        of_one.append(row)
    if of_one:
        yield of_one


def _texts(fields: dict[str, Any]) -> Iterator[str]:
    """Every text in a form, as typed and as a telephone number would be stored."""
    for value in fields.values():
        if isinstance(value, str):
            yield value
            if (number := normalise(value)) is not None:
                yield number
