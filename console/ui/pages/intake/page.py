"""**Tiếp nhận**: calls and history at the left, the form in the middle, map and likely duplicates
at the right.

The page wires presenters and panels; it decides nothing about requests.
"""

import asyncio
from datetime import datetime
from typing import override
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from console.domain.errors import ConsoleError
from console.domain.live_events import DraftTaken, RequestsChanged
from console.domain.requests.commands import TellNotice
from console.domain.states import Channel, State
from console.services.desk import Desk
from console.services.views.calls import CallerCard
from console.services.views.requests import DuplicateRow, RequestFilter
from console.ui import actions
from console.ui.calls.presenter import CallPresenter, CallView
from console.ui.calls.take_over import take_over
from console.ui.pages.intake.caller_audit import CallerAudit
from console.ui.pages.intake.caller_column import CallerColumn
from console.ui.pages.intake.caller_history import CallerPresenter
from console.ui.pages.intake.drafts import DraftKeeper
from console.ui.pages.intake.duplicates import DuplicatesPresenter
from console.ui.pages.intake.form.presenter import IntakePresenter
from console.ui.pages.intake.form.proposal import service_of
from console.ui.pages.intake.form.save_command import Saved, Trouble
from console.ui.pages.intake.form_deck import FormDeck
from console.ui.pages.intake.map_slot import IntakeMap, learn_places
from console.ui.pages.intake.nearby_column import NearbyColumn
from console.ui.pages.intake.open_forms import OpenForms
from console.ui.pages.intake.recordings import RecordingsBox
from console.ui.pages.intake.unsaved_line import UnsavedLine
from console.ui.request.form_prefill import FormPrefill
from console.ui.request.notices import NoticesPresenter
from console.ui.request.presence_line import PresenceLine
from console.ui.runtime.coalescing import Coalesced
from console.ui.runtime.commands import run_step
from console.ui.runtime.input_method import commit_typed
from console.ui.runtime.tasks import spawn
from console.ui.text import formats
from console.ui.text.error_sentences import sentence
from console.ui.theme import themes
from console.ui.widgets.layout.boxes import NONE, row_of
from console.ui.widgets.page_frames.page import Page

_LEFT, _MIDDLE, _RIGHT = 240, 640, 414
_POINTS_MS = 2000


class IntakePage(Page):
    """Where a call becomes a request.

    Attributes:
        request_opened: show an earlier request (its UUID).
        refused: a sentence for the message bar.
        done: a sentence about what was done.
        page_wanted: the name of a page to go to.
        note_wanted: record a spoken note; carries the function that takes its SHA-256.
        map_slot: the place for the program's one map while this page is in front.
    """

    request_opened = Signal(object)
    refused = Signal(str)
    done = Signal(str)
    page_wanted = Signal(str)
    note_wanted = Signal(object)

    def __init__(self, desk: Desk, calls: CallPresenter, parent: QWidget | None = None) -> None:
        """Build the page and reopen the drafts of this workstation."""
        super().__init__(parent)
        self._desk = desk
        self._calls = calls
        self._give_up_armed = False
        self._minute = ""
        self.drafts = DraftKeeper(desk, self)
        self.forms = OpenForms(desk, self.drafts, self)
        self.caller = CallerPresenter(desk, self)
        self.reading = CallerAudit(desk, self.caller, self._tell, self)
        self.duplicates = DuplicatesPresenter(desk, self)
        self.notices = NoticesPresenter(desk, self)
        self.map = self.map_slot = IntakeMap(desk.places)
        self._points = Coalesced(self._load_points, every_ms=_POINTS_MS, parent=self)
        self.left = CallerColumn(desk.catalogue, desk.clock)
        self.deck = FormDeck(desk, self.forms)
        self.unsaved = UnsavedLine(self.deck, self)
        self.viewers = PresenceLine(desk, self)
        self.deck.add_above(self.viewers)
        self.right = NearbyColumn(self.map, desk.catalogue, desk.clock, desk.files.path)
        self._lay_out()
        self._wire()
        self._watched: IntakePresenter | None = None
        self._places_learned = False
        self._follow(self.forms.current)
        self._show_calls()
        spawn(self._restore(), self._tell)

    def _lay_out(self) -> None:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        for at, widget in enumerate((self.left, self.deck, self.right)):
            splitter.addWidget(widget)
            splitter.setStretchFactor(at, (0, 2, 3)[at])
        # The form is at least as wide as its fields at any text size, the columns at least as wide
        # as a number and a badge. Larger text widens the form at the expense of the map.
        scale = themes.points() / themes.BASE_POINTS
        left, middle = round(_LEFT * scale), round(_MIDDLE * scale)
        splitter.setSizes([left, middle, max(1, _LEFT + _MIDDLE + _RIGHT - left - middle)])
        self.splitter = splitter
        row_of(splitter, margins=NONE, parent=self)

    def _wire(self) -> None:
        calls, forms, deck = self._calls, self.forms, self.deck
        self._heard = [
            calls.changed.connect(self._on_calls),
            calls.offered.connect(self._on_offered),
            calls.answered.connect(self.forms.call_answered),
            calls.answer_wanted.connect(self._on_answer_wanted),
            calls.ended.connect(forms.call_ended),
        ]
        forms.selected.connect(self._follow)
        forms.added.connect(self._on_form_added)
        for form in forms.forms:
            self._on_form_added(form)
        deck.save_wanted.connect(self.save)
        deck.new_wanted.connect(self.new_form)
        deck.answer_only_wanted.connect(self.answer_only)
        self.left.call_chosen.connect(self._on_call_chosen)
        self.left.take_over_wanted.connect(
            lambda view: take_over(self._desk, self._calls, view, self.window())
        )
        self.left.request_chosen.connect(self.request_opened)
        self.right.join.connect(self.join)
        self.right.notices.answered.connect(self._on_answered)
        self.caller.found.connect(self._on_caller)
        self.left.add_below(RecordingsBox(self._desk, self.caller))
        deck.form.attachments.note.clicked.connect(self._want_note)
        self.duplicates.found.connect(self._on_duplicates)
        self.notices.changed.connect(self._on_notices)
        self.drafts.kept.connect(deck.show_kept)
        self.drafts.failed.connect(self._tell)
        self.map.picked.connect(self._on_picked)
        self.map.asset_chosen.connect(lambda place: self.deck.form.take_asset(place.text, place))
        self.map.request_chosen.connect(self.request_opened)
        self.map.arrived.connect(self._points.now)
        self._ends = (
            self._desk.bus.subscribe(RequestsChanged, self._on_requests),
            self._desk.bus.subscribe(DraftTaken, self._on_draft_taken),
        )
        actions.bind(self, "form.save", self.save)
        actions.bind(self, "form.join", self._join_chosen)
        actions.bind(self, "form.answer", self.answer_only)
        actions.bind(self, "form.next", self._next_form)

    # --- for the window

    def open_prefilled(self, prefill: FormPrefill) -> None:
        """Open the form for a message; if it is open already, go on with it."""
        known = (
            prefill.contact_id is not None and self.forms.of_contact(prefill.contact_id) is not None
        )
        self.forms.open_prefilled(prefill)
        if known:
            self.deck.focus_form()
        else:
            self.deck.focus_missing()

    def reopen_drafts(self) -> None:
        """Open forms that were handed over to this person."""
        spawn(self._restore(), self._tell)

    def new_form(self) -> None:
        """Open an empty form; during a call it has the caller's number."""
        commit_typed()
        call = self._calls.current
        self.forms.new(call if call is not None and call.state == "talking" else None)
        self.deck.say("", "ok")
        self.deck.focus_form()

    def show_call(self, call_id: str) -> None:
        """Bring the form of this call to the front."""
        commit_typed()
        if self.forms.show_call(call_id):
            self.deck.focus_form()

    def save(self) -> None:
        """Save the form in front."""
        commit_typed()
        self._give_up_armed = False
        form, panel = self.forms.current, self.deck.form
        panel.clear_errors()
        self.deck.say("", "ok")
        if troubles := form.troubles():
            self._show_troubles(troubles)
            return
        if (astray := panel.stray()) is not None:
            panel.focus_field(astray[0])
            self.unsaved.show_astray(form, *astray)
            return
        spawn(self._save(form), self._tell)

    def join(self, row: DuplicateRow) -> None:
        """Add the caller of the form in front to this request."""
        commit_typed()
        spawn(self._join(self.forms.current, row), self._tell)

    def answer_only(self) -> None:
        """Close the contact without a request; asks for a second press if the form has text."""
        commit_typed()
        form = self.forms.current
        if form.is_free:
            return
        if form.values.description.strip() and not self._give_up_armed:
            self._give_up_armed = True
            self.deck.say(
                self.tr("Phiếu có nội dung. Bấm “{0}” lần nữa để bỏ phiếu này.").format(
                    self.deck.answer_button.label
                ),
                "urgent",
            )
            return
        self._give_up_armed = False
        spawn(self._discard(form), self._tell)

    # --- coroutines

    async def _restore(self) -> None:
        count = await self.forms.restore()
        said = self.tr("Đã mở lại {0} phiếu nháp.").format(count) if count else ""
        if left := self.drafts.left:
            others = self.tr("Máy này còn {0} phiếu nháp của người khác ({1}).")
            said = f"{said} {others.format(left, actions.key('window.handover'))}".strip()
        if said:
            self.deck.say(said, "ok")
        if count:
            self._follow(self.forms.current)
        # A call from before this page was built for another person.
        for view in self._calls.calls:
            if view.mine and view.state == "ringing":
                self.forms.call_offered(view)
            elif view.mine and view.direction == "in":
                self.forms.call_answered(view)

    async def _save(self, form: IntakePresenter) -> None:
        panel = self.deck.form
        panel.set_read_only(True)
        try:
            saved = await form.save()
        finally:
            panel.set_read_only(False)
        if saved is not None:
            self._finish(form, saved)

    async def _join(self, form: IntakePresenter, row: DuplicateRow) -> None:
        saved = await form.join(row)
        if saved is not None:
            self._finish(form, saved)

    async def _discard(self, form: IntakePresenter) -> None:
        await form.discard()
        self._put_away(form, self.tr("Đã đóng, không lập phản ánh."))

    def _put_away(self, form: IntakePresenter, said: str) -> None:
        """Go on with an empty form, or go back to the inbox if the next message waits there."""
        in_front = form is self.forms.current
        written = form.values.contact_id is not None and form.values.channel is not Channel.VOICE
        self.forms.close(form)
        self.deck.say(said, "ok")
        if not in_front:
            return
        busy = self.forms.others or any(call.mine for call in self._calls.calls)
        if written and not busy and self.isVisible():
            self.page_wanted.emit("inbox")
            self.done.emit(said)
        else:
            self.deck.focus_form()

    def _finish(self, form: IntakePresenter, saved: Saved) -> None:
        """Report the save, now that the request is on disk, and start afresh."""
        number = formats.request_number(saved.number)
        if saved.joined:
            said = self.tr("Đã gộp vào {0}").format(number)
        else:
            said = self.tr("Đã lưu {0}").format(number)
        agency = self._desk.catalogue.agencies.get(form.agency or "")
        if not saved.joined and saved.state is State.FORWARDED and agency is not None:
            said = self.tr("{0} · đã chuyển {1}").format(said, agency.short_name)
        elif not saved.joined and saved.state is State.RECEIVED:
            said = self.tr("{0} · chờ chuyển đơn vị").format(said)
        self._calls.form_saved(form.values.contact_id)
        self._put_away(form, said)

    # --- calls

    def _on_calls(self) -> None:
        self._show_calls()
        ringing = frozenset(c.call_id for c in self._calls.calls if c.mine and c.state == "ringing")
        self.deck.show_ringing(ringing)

    def _on_offered(self, view: CallView) -> None:
        # The card comes first, from the exchange's data; the caller's history follows.
        self._show_calls()
        self.forms.call_offered(view)
        if view.phone:
            spawn(self._greet(view.call_id, view.phone))

    async def _greet(self, call_id: str, phone: str) -> None:
        card: CallerCard = await self._desk.ask(lambda q: q.caller(phone))
        self.left.show_open(phone, card.open_count)
        form = self.forms.of_call(call_id)
        if form is not None and card.name and not form.values.name:
            form.begin(FormPrefill(name=card.name))

    def _on_answer_wanted(self, view: CallView) -> None:
        self.show_call(view.call_id)

    def _on_call_chosen(self, call_id: str) -> None:
        self._calls.choose(call_id)
        self.show_call(call_id)

    def _show_calls(self) -> None:
        calls = self._calls
        current = calls.current.call_id if calls.current is not None else None
        self.left.show_calls(calls.calls, me=self._desk.actor.user, current=current)

    def _want_note(self) -> None:
        """Record a spoken note for the form that is in front now."""
        form = self.forms.current

        def take(sha256: str) -> None:
            form.edit(media=tuple(dict.fromkeys((*form.values.media, sha256))))

        self.note_wanted.emit(take)

    # --- the form in front

    def _on_form_added(self, form: IntakePresenter) -> None:
        form.failed.connect(self._on_failed)

    def _follow(self, form: IntakePresenter) -> None:
        if self._watched is not None and self._watched is not form:
            self._watched.derived.disconnect(self._on_derived)
        if self._watched is not form:
            form.derived.connect(self._on_derived)
            self._watched = form
        self._give_up_armed = False
        self.unsaved.leave(form)
        self._on_derived()

    def _on_derived(self) -> None:
        form = self.forms.current
        self.unsaved.follow()
        # The id of its call or message is the same at every seat.
        self.viewers.show_subject(form.values.contact_id)
        self.caller.look_up(form.phone)
        self.duplicates.ask(form.duplicate_question())
        service = service_of(form.values, self._desk.catalogue)
        radius_m = service.radius_m if service is not None and not service.match_on else 0
        self.map.show_form(form, radius_m, self.deck.form.banner.text)
        self._show_notices()

    def _on_draft_taken(self, event: DraftTaken) -> None:
        """A draft was taken over while this seat was away; the form stays, and people decide about
        it.
        """
        said = self.tr("Ca trưởng {0} đã nhận một phiếu dở của máy này lúc {1}: hỏi trước khi lưu.")
        self.refused.emit(said.format(event.by, formats.when(event.at, self._desk.clock())))

    def _on_notices(self) -> None:
        self.map.show_notices(self.notices.drawn())
        self._show_notices()

    def _show_notices(self) -> None:
        """Show notices for the place of the form in front, with the text for the caller."""
        form = self.forms.current
        service = service_of(form.values, self._desk.catalogue)
        told = self.notices.told(form.place, service.group if service else None)
        self.right.notices.show_told(told, self._desk.clock())

    def _on_answered(self, notice_id: UUID) -> None:
        """Close the contact: the notice was all that the caller wanted."""
        form = self.forms.current.values
        command = TellNotice(notice_id=notice_id, channel=form.channel, contact_id=form.contact_id)
        run_step(self._desk, command, done=lambda: None, refused=self.refused.emit)

    async def _load_points(self) -> None:
        now = self._desk.clock()
        self.map.show_points(await self._desk.ask(lambda q: q.map_points(now)))
        if not self._places_learned:
            self._places_learned = True
            rows = await self._desk.ask(lambda q: q.requests(RequestFilter(), now))
            await asyncio.to_thread(learn_places, self._desk.places, rows)

    def _on_picked(self, lat: float, long: float) -> None:
        self.forms.current.place_pin(lat, long)

    def _on_caller(self, card: CallerCard | None) -> None:
        self.left.show_card(card, self.caller.phone)

    def _on_duplicates(self, rows: tuple[DuplicateRow, ...]) -> None:
        form = self.forms.current
        asked = form.duplicate_question() is not None
        self.right.show_rows(rows, service_of(form.values, self._desk.catalogue), asked=asked)
        self.map.show_near(rows)

    def _on_requests(self, _changed: RequestsChanged) -> None:
        self.caller.again()
        self.duplicates.again()
        self._points.wish()

    def _join_chosen(self) -> None:
        row = self.right.selected
        if row is not None:
            self.join(row)

    def _next_form(self) -> None:
        commit_typed()
        self.forms.next()
        self.deck.focus_form()

    # --- errors

    def _show_troubles(self, troubles: tuple[Trouble, ...]) -> None:
        panel = self.deck.form
        for trouble in troubles:
            panel.show_trouble(trouble)
        panel.focus_field(troubles[0].field)
        self.unsaved.show_troubles(panel.presenter, troubles)

    def _on_failed(self, trouble: Trouble) -> None:
        form = self.sender()
        if trouble.field == "media" or not isinstance(form, IntakePresenter):
            self.deck.say(sentence(trouble.error), "urgent")
        else:
            self.unsaved.show_refused(form, trouble)
        if trouble.field and form is self.forms.current:
            self.deck.form.focus_field(trouble.field)

    def _tell(self, error: ConsoleError) -> None:
        self.deck.say(sentence(error), "urgent")

    # --- page

    @override
    def shown(self) -> None:
        self.deck.focus_form()

    @override
    def tick(self, now: datetime) -> None:
        self.left.tick(now)
        self.notices.tick(now)
        self.viewers.tick(now)
        self.reading.tick()
        if formats.clock_time(now) != self._minute:
            # Saving a minute later moves the deadline by a minute.
            self._minute = formats.clock_time(now)
            self.forms.current.refresh()

    @override
    def undone(self, what: str) -> None:
        """Keep showing the saved number, which may be read out, but not the agency."""
        if what and what in self.deck.outcome:
            self.deck.say(self.tr("Đã lưu {0}").format(what), "ok")

    @override
    def close_page(self) -> None:
        commit_typed()
        for end in self._ends:
            end()
        # A call that comes now belongs to the next person, who gets another page.
        for link in self._heard:
            QObject.disconnect(link)
        self._points.stop()
        self.notices.close()
        spawn(self.drafts.flush())
