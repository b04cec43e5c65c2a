"""One open form: its values, what follows from them, saving and joining. Knows no widget and no
SQL.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from console.domain.desk.notices import Where
from console.domain.errors import ConsoleError, InputError
from console.domain.ids import uuid7
from console.domain.requests.commands import DiscardDraft, JoinCaller, LogRequest
from console.domain.states import Priority
from console.domain.text.cleaning import clean, clean_line
from console.domain.text.phone import display, normalise
from console.services.desk import Desk
from console.services.ports.places import ParsedAddress
from console.services.privacy.naming_consent import record_naming_consent
from console.services.views.requests import DuplicateQuestion, DuplicateRow
from console.ui.pages.intake.drafts import DraftKeeper
from console.ui.pages.intake.form.proposal import (
    Proposal,
    Understanding,
    propose,
    understand,
    ward_for,
)
from console.ui.pages.intake.form.save_command import (
    FIELD_OF_ERROR,
    Saved,
    Trouble,
    filled_attributes,
    join_caller,
    log_request,
    troubles,
)
from console.ui.pages.intake.form.values import FormValues, doubt_text
from console.ui.request.form_prefill import FormPrefill
from console.ui.runtime.tasks import spawn
from console.ui.text.pins import parse_pin, pin_text


class IntakePresenter(QObject):
    """A form that somebody is filling in.

    Attributes:
        filled: values changed otherwise than by their field; show them again.
        derived: the understood place or the proposal changed.
        saved: stored; carries `Saved`.
        failed: not saved; carries `Trouble`, the first field first. Everything typed is kept.
        draft_id: id of the form and of its draft.
        touched: a person has typed or chosen something in it.
    """

    filled = Signal()
    derived = Signal()
    saved = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        desk: Desk,
        drafts: DraftKeeper,
        *,
        draft_id: UUID | None = None,
        values: FormValues | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Start empty, or from a draft or a call."""
        super().__init__(parent)
        self._desk = desk
        self._drafts = drafts
        self.draft_id = draft_id or uuid7()
        self._request_id = uuid7()
        self._values = values or FormValues()
        self.touched = draft_id is not None
        self.is_saving = False
        self._is_closed = False
        self._parsed = ParsedAddress(input="")
        self._where = Understanding(self._parsed)
        self._proposal = propose(self._values, self._where, desk.catalogue, desk.clock())
        self._derive(parse=True)

    # --- reading

    @property
    def values(self) -> FormValues:
        """The values of the form."""
        return self._values

    @property
    def where(self) -> Understanding:
        """The place as understood from address and pin."""
        return self._where

    @property
    def proposal(self) -> Proposal:
        """What the rules propose."""
        return self._proposal

    @property
    def is_free(self) -> bool:
        """Whether a call may use it: untouched, and no call or message belongs to it."""
        return not self.touched and self._values.is_blank

    @property
    def priority(self) -> Priority:
        """The priority in force: the operator's choice, never below what the danger answers
        require.
        """
        return self._proposal.counts

    @property
    def agency(self) -> str | None:
        """The agency in force: the operator's choice, else by rule."""
        found = self._proposal.route
        return self._values.agency or (found.agency if found else None)

    @property
    def phone(self) -> str | None:
        """The telephone number in E.164; None if it is not valid."""
        return normalise(self._values.phone)

    @property
    def place(self) -> Where:
        """The place, from pin, chosen ward and address."""
        where, chosen = self._where, self._values.ward_code
        named = (chosen,) if chosen else tuple(ward.code for ward in where.candidates)
        under = where.pin_ward
        if under is None:
            return Where(where.pin, named)
        # If they disagree, either may be right.
        return Where(where.pin, (under.code, *named) if where.disagree else (under.code,))

    def duplicate_question(self) -> DuplicateQuestion | None:
        """The search for duplicates; None while service or place is missing."""
        values, pin = self._values, self._where.pin
        if not values.service_code or not (pin or values.address_string or values.attributes):
            return None
        lat, long = pin or (None, None)
        return DuplicateQuestion(
            service_code=values.service_code,
            lat=lat,
            long=long,
            address_string=clean_line(values.address_string, 500) or None,
            ward_code=values.ward_code or None,
            attributes=filled_attributes(values, self._desk.catalogue),
        )

    # --- changing

    def edit(self, **changes: object) -> None:
        """Take the person's changes; the draft is written within a second."""
        self._change(changes, by_field=True)

    def fill(self, **changes: object) -> None:
        """Set values from a call, a message or the map, and show them."""
        self._change(changes, by_field=False)

    def place_pin(self, lat: float, long: float) -> None:
        """Set the pin from a click on the map or a drag."""
        self.touched = True
        self.fill(pin_text=pin_text(lat, long))

    def choose_ward(self, code: str) -> None:
        """Set the operator's choice of ward; "" leaves it to address and pin again."""
        self.touched = True
        self.fill(ward_code=code, ward_by="operator" if code else "")

    def begin(self, prefill: FormPrefill, *, pbx: str = "") -> None:
        """Set first values from a call or a message; existing values are kept."""
        now = self._values
        place = (
            pin_text(prefill.lat, prefill.long)
            if prefill.lat is not None and prefill.long is not None
            else ""
        )
        self.fill(
            channel=prefill.channel,
            phone=now.phone
            or display(normalise(prefill.phone))
            or clean_line(prefill.phone or "", 40),
            name=now.name or clean_line(prefill.name or ""),
            email=now.email or clean_line(prefill.email or ""),
            description=now.description or clean(prefill.text),
            contact_id=prefill.contact_id or now.contact_id,
            pbx=pbx or now.pbx,
            call_id=prefill.call_id or now.call_id,
            pin_text=now.pin_text or place,
            doubt=now.doubt or doubt_text(place, prefill.accuracy_m),
            sender_label=now.sender_label or clean_line(prefill.sender_label or ""),
            service_code=now.service_code or prefill.service_code,
            address_string=now.address_string or clean_line(prefill.address_string),
            attributes=now.attributes or prefill.attributes,
            media=now.media or prefill.media,
        )

    def adopt(self) -> None:
        """The call was answered here: keep a draft from now on, even before the first key."""
        self.touched = True
        self._keep()

    def close(self) -> None:
        """Close the form; late signals of fields are ignored and bring no draft back."""
        self._is_closed = True

    def let_go(self) -> None:
        """Empty the form again: its call ended unanswered and nobody typed."""
        if not self.touched:
            self._values = FormValues()
            self._derive(parse=True)
            self.filled.emit()
            self._drafts.forget(self.draft_id)

    def refresh(self) -> None:
        """Recompute deadlines; each second, and when the catalogue changes."""
        self._derive(parse=False)

    def _change(self, changes: dict[str, object], *, by_field: bool) -> None:
        if self._is_closed:
            return
        before = self._values
        self._values = replace(before, **changes)  # type: ignore[arg-type]
        if self._values == before:
            return
        self.touched = self.touched or by_field
        ward = self._values.ward_code
        self._derive(parse=self._values.address_string != before.address_string)
        if not by_field or self._values.ward_code != ward:
            self.filled.emit()
        self._keep()

    def _keep(self) -> None:
        if self.is_saving or not self.touched:
            return
        if self._values.is_blank:
            self._drafts.forget(self.draft_id)
        else:
            self._drafts.keep(self.draft_id, self._values.to_draft(), self._values.contact_id)

    def _derive(self, *, parse: bool) -> None:
        desk, values = self._desk, self._values
        if parse:
            self._parsed = desk.places.parse(clean_line(values.address_string, 1000))
        pin, wrong = None, False
        try:
            pin = parse_pin(values.pin_text)
        except InputError:
            wrong = True
        now = desk.clock()
        self._where = understand(
            values,
            self._parsed,
            pin,
            pin_is_wrong=wrong,
            places=desk.places,
            catalogue=desk.catalogue,
            now=now,
        )
        ward, by = ward_for(values, self._where)
        if (ward, by) != (values.ward_code, values.ward_by):
            self._values = replace(values, ward_code=ward, ward_by=by)
        self._proposal = propose(self._values, self._where, desk.catalogue, now)
        self.derived.emit()

    # --- saving

    @property
    def may_be_named(self) -> bool:
        """Whether name and number are known, so that the citizen can be asked for consent to be
        named.
        """
        return self.phone is not None and bool(clean_line(self._values.name))

    def troubles(self) -> tuple[Trouble, ...]:
        """What is missing for a save, in the order of the form."""
        return troubles(self._values, self._where, self._desk.catalogue)

    async def save(self) -> Saved | None:
        """Save it as a request. Returns None and emits `failed` if that is not possible.

        "Saved" is shown only once it is on disk. The draft is deleted in the same transaction.
        """
        if self.is_saving:
            return None
        if missing := self.troubles():
            for trouble in missing:
                self.failed.emit(trouble)
            return None
        command = log_request(
            self._values,
            self._where,
            self._desk.catalogue,
            request_id=self._request_id,
            draft_id=self.draft_id,
        )
        return await self._send(command)

    async def join(self, duplicate: DuplicateRow) -> Saved | None:
        """Add this caller to an open request instead of making a new one."""
        if self.is_saving:
            return None
        command = join_caller(self._values, duplicate.request_id, draft_id=self.draft_id)
        return await self._send(command, joined=duplicate)

    def attach(self, paths: Sequence[str]) -> None:
        """Store photos; a file that is no photo is reported, the others are kept."""
        spawn(self._attach(tuple(Path(path) for path in paths)), self._on_refused_file)

    async def _attach(self, paths: tuple[Path, ...]) -> None:
        for path in paths:
            try:
                stored = await asyncio.to_thread(self._desk.files.put, path)
            except ConsoleError as error:
                self._on_refused_file(error)
            else:
                self.edit(media=tuple(dict.fromkeys((*self._values.media, stored.sha256))))

    def _on_refused_file(self, error: ConsoleError) -> None:
        self.failed.emit(Trouble("media", error))

    async def _write_named(self, number: str) -> None:
        values = self._values
        await record_naming_consent(self._desk, number, values.phone, values.name, agreed=True)

    async def discard(self) -> None:
        """Close the form without a request, and delete its draft."""
        self.is_saving = True
        try:
            await self._drafts.stop(self.draft_id)
            await self._desk.do(DiscardDraft(draft_id=self.draft_id))
        finally:
            self.is_saving = False

    async def _send(
        self, command: LogRequest | JoinCaller, joined: DuplicateRow | None = None
    ) -> Saved | None:
        self.is_saving = True
        try:
            # A write of the draft that is still under way would bring it back after the save.
            await self._drafts.stop(self.draft_id)
            done = await self._desk.do(command)
        except ConsoleError as error:
            self.is_saving = False
            self._keep()
            self.failed.emit(Trouble(FIELD_OF_ERROR.get(error.code, ""), error))
            return None
        finally:
            self.is_saving = False
        saved = Saved(
            request_id=done.request_id or command.request_id,
            number=done.number or (joined.number if joined else ""),
            state=done.state,
            joined=joined is not None,
        )
        if self._values.named and self.may_be_named:
            spawn(self._write_named(saved.number), self._on_refused_file)
        if isinstance(command, LogRequest):
            lat, long = self._where.pin or (None, None)
            said = self._values.address_string
            self._desk.places.remember(said, lat, long, self._values.ward_code or None)
        self.saved.emit(saved)
        return saved
