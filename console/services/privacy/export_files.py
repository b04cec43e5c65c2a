"""All data about a person as one file for that person: JSON, or sheets without formulas."""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

from console.domain.catalogue.catalogue import Catalogue
from console.domain.privacy.person import OwnPart, shown_key
from console.domain.requests.numbering import spoken
from console.domain.text.cleaning import clean
from console.domain.time_zone import CITY
from console.services.records import CallRecord, Contact
from console.services.reports.files import Sheet, write_tables
from console.services.views.contacts import OutreachRow
from console.services.views.privacy import PersonalData
from console.services.views.reports import Cell
from console.services.wording.privacy import LIMITS, SHEETS
from console.services.wording.sentences import (
    act_name,
    channel_name,
    contact_state_name,
    delivery_name,
    event_name,
    field_name,
    moment,
    purpose_name,
    state_name,
    wish_name,
)

type Pairs = Sequence[tuple[str, str]]

FORMS = ("json", "xlsx")


class PersonFile:
    """The file of one person.

    Args:
        size_of: bytes of a stored file (sha256), None when this seat does not have it.
    """

    def __init__(
        self,
        kept: PersonalData,
        catalogue: Catalogue,
        made_at: datetime,
        size_of: Callable[[str], int | None],
    ) -> None:
        """Prepare the file; nothing is written yet."""
        self._kept, self._catalogue, self._made_at = kept, catalogue, made_at
        self._size_of = size_of

    def write(self, target: Path, form: str, *, english: bool = False) -> None:
        """Write the file; it appears complete or not at all, readable by its owner only."""
        part = target.with_name(f".{target.name}.part")
        with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            part.chmod(0o600)
            if form == "json":
                file.write(json.dumps(self.as_json(), ensure_ascii=False, indent=1).encode())
        if form == "json":
            part.replace(target)
        else:
            write_tables(self.sheets(english=english), target)

    # --- for machines

    def as_json(self) -> dict[str, Any]:
        """Everything by name; unknown values are null, times are the city's."""
        kept = self._kept
        return {
            "made_at": _time(self._made_at),
            "of": {"phones": list(kept.person.phones), "emails": list(kept.person.emails)},
            "requests": [self._request(part) for part in kept.parts],
            "contacts": [_contact(each) for each in kept.contacts],
            "messages": [_message(each) for each in kept.messages],
            "calls": [_call(each) for each in kept.calls],
            "wants_no_messages": [
                {"channel": x.channel, "of": x.key, "at": _time(x.at), "so": x.out}
                for x in kept.opted_out
            ],
            "may_be_named": [
                {"phone": x.phone, "name": x.name, "at": _time(x.at), "written_by": x.actor}
                for x in kept.named
            ],
            "blocked": [
                {"channel": x.channel.value, "of": x.sender_key, "at": _time(x.at),
                 "until": _time(x.until), "reason": x.reason}
                for x in kept.blocked
            ],
            "unfinished_forms": [
                {"at": _time(x.updated_at), "by": x.operator, "fields": x.fields}
                for x in kept.drafts
            ],
            "files": [
                {"sha256": name, "bytes": self._size_of(name)} for name in kept.files
            ],
            "wishes": [
                {"wish": x.said.wish, "came": _time(x.said.came_at), "state": x.state,
                 "due": _time(x.due_at), "text": x.said.text,
                 "steps": [{"at": _time(s.at), "step": s.kind, "said": s.said} for s in x.steps]}
                for x in kept.wishes
            ],
            "raw_sms_parts": kept.raw_sms,
            "read_by": [
                {"at": _time(x.at), "actor": x.actor, "role": x.role,
                 "workstation": x.workstation, "act": x.act, "about": x.subject}
                for x in kept.readers
            ],
            "limits": [pair[0] for pair in LIMITS],
            "limits_en": [pair[1] for pair in LIMITS],
            "requests_at_centre_only": kept.let_go,
        }  # fmt: skip

    def _request(self, part: OwnPart) -> dict[str, Any]:
        r = part.request
        return {
            "number": spoken(r.number),
            "channel": r.channel.value,
            "service_code": r.service_code,
            "service": self._service(r.service_code),
            "state": r.state.value,
            "requested_at": _time(r.requested_at),
            "closed_at": _time(r.closed_at),
            "description": r.description if part.first else None,
            "address_string": r.address_string,
            "address": r.address,
            "ward_code": r.ward_code,
            "lat": r.lat if part.first else None,
            "long": r.long if part.first else None,
            "attributes": dict(r.attributes) if part.first else {},
            "danger": list(r.danger) if part.first else [],
            "result": _last(part, "result_reported"),
            "public": r.publish_state,
            "agencies": [a.agency for a in r.assignments],
            "reported_first": part.first,
            "other_reporters": part.others,
            "reporter": [
                {"name": x.name, "phone": x.phone, "email": x.email, "channel": x.channel.value}
                for x in part.reporters
            ],
            "consents": [
                {"at": _time(x.at), "written_by": x.actor, "agency_sees_name": x.given}
                for x in part.consents
            ],
            "files": list(part.files),
            "steps": [
                {"at": _time(x.at), "actor": x.actor, "role": x.role,
                 "workstation": x.workstation, "step": x.kind, "said": x.said}
                for x in part.steps
            ],
        }  # fmt: skip

    def _service(self, code: str, *, english: bool = False) -> str:
        known = self._catalogue.services.get(code)
        return code if known is None else known.name_en if english else known.name

    def _agencies(self, part: OwnPart) -> str:
        known = self._catalogue.agencies
        codes = dict.fromkeys(a.agency for a in part.request.assignments)
        return ", ".join(known[c].name if c in known else c for c in codes)

    # --- for people

    def sheets(self, *, english: bool = False) -> list[Sheet]:
        """The same as tables, in the words of the window."""
        lang = "en" if english else "vi"
        kept = self._kept
        made: list[tuple[str, Iterable[Sequence[Cell]]]] = [
            ("person", self._about(english=english)),
            ("requests", (self._line(part, lang) for part in kept.parts)),
            ("steps", (
                (spoken(part.request.number), moment(x.at), event_name(x.kind, lang), x.said,
                 x.actor, x.workstation)
                for part in kept.parts for x in part.steps
            )),
            ("contacts", (
                (moment(x.received_at), channel_name(x.channel, lang), x.sender, x.sender_name,
                 x.text, contact_state_name(x.state, lang), len(x.media))
                for x in kept.contacts
            )),
            ("messages", (
                (moment(x.created_at), channel_name(x.channel, lang), x.recipient,
                 purpose_name(x.purpose, lang), x.text, delivery_name(x.state, lang))
                for x in kept.messages
            )),
            ("calls", (
                (moment(x.offered_at), x.direction, x.operator, _talked(x),
                 PurePath(x.recorded).name)
                for x in kept.calls
            )),
            ("consents", self._consents(lang)),
            ("files", ((name, self._size_of(name)) for name in kept.files)),
            ("wishes", (
                (moment(s.at), wish_name(x.said.wish, lang), event_name(s.kind, lang), s.said)
                for x in kept.wishes for s in x.steps
            )),
            ("readers", (
                (moment(x.at), x.actor, x.workstation, act_name(x.act, lang), x.subject)
                for x in kept.readers
            )),
        ]  # fmt: skip
        tables = []
        for name, rows in made:
            title, head, widths = SHEETS[name]
            tables.append(
                Sheet(title[english], tuple(h[english] for h in head), [*map(_fit, rows)], widths)
            )
        return tables

    def _about(self, *, english: bool) -> Iterable[tuple[Cell, ...]]:
        kept = self._kept
        for key in kept.person.keys:
            yield (SHEETS["person"][1][0][english], shown_key(key))
        yield ("Made" if english else "Lập lúc", moment(self._made_at))
        for name, number in (
            ("requests", len(kept.parts)), ("contacts", len(kept.contacts)),
            ("messages", len(kept.messages)), ("calls", len(kept.calls)),
            ("files", len(kept.files)), ("readers", len(kept.readers)),
        ):  # fmt: skip
            yield (SHEETS[name][0][english], number)
        yield ("Raw SMS parts" if english else "Mẩu SMS thô", kept.raw_sms)
        yield ("Unfinished forms" if english else "Phiếu gõ dở", len(kept.drafts))
        lang = "en" if english else "vi"
        for draft in kept.drafts:
            typed = ((k, v) for k, v in draft.fields.items() if isinstance(v, str))
            said = " · ".join(f"{field_name(k, lang)}: {v}" for k, v in typed)
            yield (moment(draft.updated_at), said)
        for pair in LIMITS:
            yield ("", pair[english])

    def _line(self, part: OwnPart, lang: str) -> tuple[Cell, ...]:
        r = part.request
        mine = next(iter(part.reporters), None)
        return (
            spoken(r.number),
            moment(r.requested_at),
            self._service(r.service_code, english=lang == "en"),
            state_name(r.state, lang),
            r.description if part.first else "",
            r.address_string,
            self._agencies(part),
            _last(part, "result_reported"),
            mine.name if mine else "",
            mine.phone if mine else "",
            mine.email if mine else "",
            part.others,
        )

    def _consents(self, lang: str) -> Iterable[tuple[Cell, ...]]:
        english = lang == "en"
        yes, no = ("yes", "no") if english else ("có", "không")
        to_agency = "the agency sees name and number" if english else "đơn vị thấy tên và số"
        named = "to be named among active reporters" if english else "được nêu tên"
        silent = "no messages by ourselves" if english else "không nhận tin tự động"
        for part in self._kept.parts:
            for each in part.consents:
                about = f"{to_agency} · {spoken(part.request.number)}"
                yield (moment(each.at), about, yes if each.given else no, each.actor)
        for name in self._kept.named:
            yield (moment(name.at), f"{named}: {name.name}", yes, name.actor)
        for said in self._kept.opted_out:
            yield (moment(said.at), silent, yes if said.out else no, "")


def _contact(x: Contact) -> dict[str, Any]:
    return {
        "at": _time(x.received_at),
        "channel": x.channel.value,
        "sender": x.sender,
        "sender_name": x.sender_name,
        "text": x.text,
        "state": x.state.value,
        "flags": list(x.flags),
        "lat": x.lat,
        "long": x.long,
        "proposal": dict(x.proposal),
        "files": list(x.media),
        "reserved_number": spoken(x.number) if x.number else None,
        "reject_reason": x.reject_reason,
        "handled_by": x.handled_by,
        "raw_bytes": len(x.raw),
    }


def _message(x: OutreachRow) -> dict[str, Any]:
    return {
        "at": _time(x.created_at),
        "channel": x.channel.value,
        "to": x.recipient,
        "purpose": x.purpose.value,
        "text": x.text,
        "state": x.state.value,
    }


def _call(x: CallRecord) -> dict[str, Any]:
    return {
        "at": _time(x.offered_at),
        "call": f"{x.pbx}/{x.call_id}",
        "direction": x.direction,
        "phone": x.phone,
        "name": x.name,
        "operator": x.operator,
        "answered_at": _time(x.answered_at),
        "ended_at": _time(x.ended_at),
        "outcome": x.outcome or x.state,
        "recording": PurePath(x.recorded).name or None,
        "recording_sha256": x.recording_sha256 or None,
    }


def _talked(x: CallRecord) -> Cell:
    """Seconds."""
    if x.answered_at is None or x.ended_at is None:
        return 0
    return round((x.ended_at - x.answered_at).total_seconds())


def _last(part: OwnPart, kind: str) -> str | None:
    return next((step.said for step in reversed(part.steps) if step.kind == kind), None)


def _fit(row: Sequence[Cell]) -> Sequence[Cell]:
    """Text from outside, cleaned for a cell."""
    return [clean(cell, len(cell)) if isinstance(cell, str) else cell for cell in row]


def _time(at: datetime | None) -> str | None:
    return at.astimezone(CITY).isoformat(timespec="seconds") if at else None
