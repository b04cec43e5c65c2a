"""The open forms of this seat, and which of them a call or a message uses.

Above all, a form that somebody is typing in is never hidden, filled or emptied except by that
person's own key or click.
"""

from uuid import UUID

from PySide6.QtCore import QObject, Signal

from console.domain.ids import contact_uuid
from console.domain.states import Channel
from console.services.desk import Desk
from console.ui.calls.presenter import CallView
from console.ui.pages.intake.drafts import DraftKeeper
from console.ui.pages.intake.form.presenter import IntakePresenter
from console.ui.pages.intake.form.values import FormValues
from console.ui.request.form_prefill import FormPrefill


class OpenForms(QObject):
    """All open forms; there is always one in front.

    Attributes:
        added: an `IntakePresenter` was opened.
        removed: one was closed.
        selected: the person brought another one to the front.
    """

    added = Signal(object)
    removed = Signal(object)
    selected = Signal(object)

    def __init__(self, desk: Desk, drafts: DraftKeeper, parent: QObject | None = None) -> None:
        """Start with an empty form."""
        super().__init__(parent)
        self._desk = desk
        self._drafts = drafts
        self._forms: list[IntakePresenter] = []
        self._current = self._add()

    @property
    def forms(self) -> tuple[IntakePresenter, ...]:
        """The forms in the order they were opened."""
        return tuple(self._forms)

    @property
    def current(self) -> IntakePresenter:
        """The form in front."""
        return self._current

    @property
    def others(self) -> int:
        """The number of half-typed forms behind the one in front."""
        return sum(f is not self._current and not f.is_free for f in self._forms)

    def of_call(self, call_id: str) -> IntakePresenter | None:
        """The newest form that belongs to this call."""
        return next((f for f in reversed(self._forms) if f.values.call_id == call_id), None)

    def of_contact(self, contact_id: UUID) -> IntakePresenter | None:
        """The form that belongs to this contact."""
        return next((f for f in self._forms if f.values.contact_id == contact_id), None)

    # --- actions

    def select(self, form: IntakePresenter) -> None:
        """Bring this form to the front."""
        if form is not self._current and form in self._forms:
            self._current = form
            self.selected.emit(form)

    def new(self, call: CallView | None = None) -> IntakePresenter:
        """Open an empty form in front; during a call it has the caller's number."""
        form = self._free() or self._add()
        if call is not None:
            form.begin(_seed(call), pbx=call.pbx)
        self.select(form)
        return form

    def next(self) -> None:
        """Bring the next form to the front."""
        at = self._forms.index(self._current)
        self.select(self._forms[(at + 1) % len(self._forms)])

    def open_prefilled(self, prefill: FormPrefill) -> IntakePresenter:
        """Bring the form for a message to the front; reuse its form if it has one."""
        known = self.of_contact(prefill.contact_id) if prefill.contact_id else None
        form = known or self._free() or self._add()
        if known is None:
            form.touched = True
            form.begin(prefill)
        self.select(form)
        return form

    def show_call(self, call_id: str) -> bool:
        """Bring the call's form to the front; False if it has none."""
        form = self.of_call(call_id)
        if form is None:
            return False
        self.select(form)
        return True

    def close(self, form: IntakePresenter) -> None:
        """Close this form; if it was the last, an empty one replaces it."""
        if form not in self._forms:
            return
        if form is self._current:
            others = (f for f in self._forms if f is not form and f.is_free)
            self._current = next(others, None) or self._add(at=self._forms.index(form))
            self.selected.emit(self._current)
        self._drop(form)

    # --- events

    def call_offered(self, view: CallView) -> IntakePresenter:
        """Give a ringing call the form in front if that is empty, else a new one."""
        form = self.of_call(view.call_id)
        if form is None:
            form = self._current if self._current.is_free else (self._free() or self._add())
            form.begin(_seed(view), pbx=view.pbx)
        return form

    def call_answered(self, view: CallView) -> None:
        """Keep a draft of the call's form from now on."""
        form = self.of_call(view.call_id) or self.call_offered(view)
        form.adopt()

    def call_ended(self, view: CallView) -> None:
        """Empty or close the form of a call that nobody answered and nobody typed in."""
        form = self.of_call(view.call_id)
        if form is None or form.touched:
            return
        form.let_go()
        if form is not self._current and form.is_free:
            self._drop(form)

    async def restore(self) -> int:
        """Reopen all drafts of this workstation; the latest comes to the front.

        Returns: The number of drafts.
        """
        rows = await self._drafts.restore()
        open_now = {form.draft_id for form in self._forms}
        restored = [
            self._add(draft_id=row.id, values=FormValues.from_draft(row.fields))
            for row in rows
            if row.id not in open_now
        ]
        if restored and self._current.is_free:
            empty, self._current = self._current, restored[-1]
            self.selected.emit(self._current)
            self._drop(empty)
        return len(restored)

    def _drop(self, form: IntakePresenter) -> None:
        form.close()
        self._forms.remove(form)
        self.removed.emit(form)
        form.deleteLater()

    def _free(self) -> IntakePresenter | None:
        if self._current.is_free:
            return self._current
        return next((f for f in self._forms if f.is_free), None)

    def _add(
        self,
        *,
        at: int | None = None,
        draft_id: UUID | None = None,
        values: FormValues | None = None,
    ) -> IntakePresenter:
        form = IntakePresenter(
            self._desk, self._drafts, draft_id=draft_id, values=values, parent=self
        )
        self._forms.insert(len(self._forms) if at is None else at, form)
        self.added.emit(form)
        return form


def _seed(view: CallView) -> FormPrefill:
    return FormPrefill(
        channel=Channel.VOICE,
        phone=view.phone,
        name=view.name,
        contact_id=contact_uuid(Channel.VOICE.value, f"{view.pbx}/{view.call_id}"),
        call_id=view.call_id,
    )
