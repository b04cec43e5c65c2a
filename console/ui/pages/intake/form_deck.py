"""The middle column: tabs of the open forms, the form in front, and its buttons."""

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from console.domain.states import Channel
from console.services.desk import Desk
from console.ui import actions
from console.ui.pages.intake.drafts import DraftKept
from console.ui.pages.intake.form.presenter import IntakePresenter
from console.ui.pages.intake.form.report_form import IntakeForm
from console.ui.pages.intake.open_forms import OpenForms
from console.ui.text import formats, words
from console.ui.theme import icons, themes
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.message_bar import announce
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.layout.section import Section, rule

_TAB_LETTERS = 26
_WARM_MS = 1500


class FormDeck(QWidget):
    """Tabs of the open forms (if there are several), one form, and its buttons.

    Attributes:
        save_wanted, new_wanted, answer_only_wanted: a button was pressed.
        matched: a search field's text now is, or no longer is, an entry of its list.
    """

    matched = Signal()
    save_wanted = Signal()
    new_wanted = Signal()
    answer_only_wanted = Signal()

    def __init__(self, desk: Desk, open_forms: OpenForms, parent: QWidget | None = None) -> None:
        """Show the open forms."""
        super().__init__(parent)
        self._desk = desk
        self._open = open_forms
        self._panels: dict[IntakePresenter, IntakeForm] = {}
        self._spare: list[IntakeForm] = []
        self._kept_at: dict[UUID, datetime] = {}
        self._ringing: frozenset[str] = frozenset()
        self._make()
        self._lay_out()
        for form in open_forms.forms:
            self._on_added(form)
        self._on_selected(open_forms.current)
        self._warm = QTimer(self)
        self._warm.setSingleShot(True)
        self._warm.timeout.connect(self._prepare)
        self._warm.start(_WARM_MS)
        open_forms.added.connect(self._on_added)
        open_forms.removed.connect(self._on_removed)
        open_forms.selected.connect(self._on_selected)

    def _make(self) -> None:
        self._title = Section(self.tr("Phiếu mới"))
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(self.tr("Phiếu đang mở"))
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setProperty("ui", "head")
        self.tabs.currentChanged.connect(self._on_tab)
        self._title.share_title(self.tabs)
        self._stack = QStackedWidget()
        self.save_button = Button(
            actions.word("form.save"), shortcut_hint=actions.key("form.save"), kind="primary"
        )
        self.new_button = Button(actions.word("form.new"), shortcut_hint=actions.key("form.new"))
        self.answer_button = Button(
            actions.word("form.answer"), shortcut_hint=actions.key("form.answer")
        )
        self.save_button.clicked.connect(self.save_wanted)
        self.new_button.clicked.connect(self.new_wanted)
        self.answer_button.clicked.connect(self.answer_only_wanted)
        self._outcome = PlainLabel(kind="strong", wrap=True)
        self._outcome.hide()
        self._others = PlainLabel(tone="muted", elide=True)
        self._others.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * themes.SPACE)
        for button in (self.save_button, self.new_button, self.answer_button):
            buttons.addWidget(button)
        buttons.addWidget(self._others, 1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(2 * themes.SPACE)
        column.addWidget(self._title)
        column.addWidget(self._stack, 1)
        column.addWidget(rule())
        column.addWidget(self._outcome)
        column.addLayout(buttons)

    def add_above(self, line: QWidget) -> None:
        """Add a line above the fields of the form in front."""
        self._column.insertWidget(self._column.indexOf(self._stack), line)

    # --- reading

    @property
    def form(self) -> IntakeForm:
        """The form in front."""
        return self._panel(self._open.current)

    @property
    def outcome(self) -> str:
        """The result of the last save; "" once the fields that it named are filled in."""
        return self._outcome.text()

    @property
    def draft_note(self) -> str:
        """`đã lưu nháp 14:05:07` for the form in front, else ""."""
        at = self._kept_at.get(self._open.current.draft_id)
        return self.tr("đã lưu nháp {0}").format(formats.clock_seconds(at)) if at else ""

    # --- showing

    def say(self, text: str, tone: str) -> None:
        """Show the result of a save next to the buttons, in the tone ok or urgent; "" removes
        it.
        """
        self._outcome.setMinimumHeight(0)
        self._outcome.setText(text)
        self._outcome.set_tone("ok" if tone == "ok" else "urgent")
        self._outcome.setVisible(bool(text))
        if text:
            announce(self._outcome, text)

    def follow(self, text: str) -> None:
        """Update the text of `say`, "" when it is settled. The line keeps its room until the next
        `say`, so that nothing moves while somebody types.
        """
        line = self._outcome
        if text == line.text():
            return
        self._column.activate()
        line.setMinimumHeight(max(line.minimumHeight(), line.height()))
        line.setText(text)
        if text:
            announce(line, text)

    def show_kept(self, kept: DraftKept) -> None:
        """Show that a draft was written."""
        self._kept_at[kept.draft_id] = kept.at
        self._title.set_trailing(self._remark())

    def show_ringing(self, call_ids: frozenset[str]) -> None:
        """Mark the forms whose call rings."""
        if call_ids != self._ringing:
            self._ringing = call_ids
            self.show_tabs()

    def show_tabs(self) -> None:
        """Show the names of the open forms; the strip appears only if there are several."""
        forms = self._open.forms
        with QSignalBlocker(self.tabs):
            while self.tabs.count() > len(forms):
                self.tabs.removeTab(self.tabs.count() - 1)
            while self.tabs.count() < len(forms):
                self.tabs.addTab("")
            for at, form in enumerate(forms):
                self._show_tab(at, form)
            self.tabs.setCurrentIndex(forms.index(self._open.current))
        self._title.show_other(len(forms) > 1)
        self._title.set_title(self._heading())
        self._title.set_trailing(self._remark())
        others = self._open.others
        self._others.setText(self.tr("{0} nháp khác đang mở").format(others) if others else "")
        voice = self._open.current.values.channel is Channel.VOICE
        self.answer_button.setText(actions.word("form.answer") if voice else self.tr("Bỏ phiếu"))

    def focus_form(self) -> None:
        """Focus the field that was left last, else the first empty one."""
        panel = self.form
        last: QWidget | None = panel.focusWidget()
        if last is not None and last.isVisibleTo(panel) and panel.presenter.touched:
            last.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        values = panel.presenter.values
        first = panel.service if values.phone and not values.service_code else panel.phone
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_missing(self) -> None:
        """Focus the first gap in what a message brought, else its text."""
        panel, values = self.form, self.form.presenter.values
        gap: QWidget = panel.description
        if not values.service_code:
            gap = panel.service
        elif not values.address_string and not values.pin_text:
            gap = panel.address
        gap.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_tab(self, at: int, form: IntakePresenter) -> None:
        name = tab_name(form) or self.tr("Phiếu mới")
        if len(name) > _TAB_LETTERS:
            name = f"{name[: _TAB_LETTERS - 1]}…"
        shown = name.replace("&", "&&")
        if self.tabs.tabText(at) != shown:
            self.tabs.setTabText(at, shown)
        rings = form.values.call_id in self._ringing
        tone = themes.current().warn
        self.tabs.setTabIcon(at, icons.icon("phone", tone) if rings else QIcon())
        heard = self.tr("{0}, đang đổ chuông").format(name) if rings else name
        self.tabs.setAccessibleTabName(at, heard)

    def _remark(self) -> str:
        """Show at the right how the form came in; in place of the title if there are tabs."""
        channel = self._open.current.values.channel
        told = len(self._open.forms) > 1 and channel is not Channel.VOICE
        parts = (words.channel(channel) if told else "", self.draft_note)
        return " · ".join(part for part in parts if part)

    def _heading(self) -> str:
        form = self._open.current
        name = tab_name(form)
        parts = [self.tr("Phiếu mới")]
        if form.values.channel is not Channel.VOICE:
            parts.append(words.channel(form.values.channel))
        if form.values.sender_label and form.values.sender_label != name:
            parts.append(form.values.sender_label)
        return " · ".join(parts)

    # --- opening and closing

    def _on_added(self, form: IntakePresenter) -> None:
        form.derived.connect(self._on_derived)
        self.show_tabs()

    def _panel(self, form: IntakePresenter) -> IntakeForm:
        """The form's fields, built when first shown, so that a ring costs nothing."""
        if form not in self._panels:
            if self._spare:
                panel = self._spare.pop()
                panel.rebind(form)
            else:
                panel = self._new_panel(form)
            self._panels[form] = panel
        return self._panels[form]

    def _new_panel(self, form: IntakePresenter) -> IntakeForm:
        panel = IntakeForm(form, self._desk, self._stack)
        panel.matched.connect(self.matched)
        self._stack.addWidget(panel)
        return panel

    def _prepare(self) -> None:
        """Build one spare set of fields while idle, for the next call or Ctrl+N."""
        if not self._spare:
            panel = self._new_panel(self._open.current)
            panel.release()
            self._spare.append(panel)

    def _on_removed(self, form: IntakePresenter) -> None:
        form.derived.disconnect(self._on_derived)
        self._kept_at.pop(form.draft_id, None)
        panel = self._panels.pop(form, None)
        if panel is not None:
            panel.release()
            self._spare.append(panel)
        self.show_tabs()

    def _on_selected(self, form: IntakePresenter) -> None:
        panel = self._panel(form)
        panel.followers = (self.save_button, self.new_button, self.answer_button)
        panel.order()
        self._stack.setCurrentWidget(panel)
        self.show_tabs()

    def _on_tab(self, at: int) -> None:
        forms = self._open.forms
        if 0 <= at < len(forms):
            self._open.select(forms[at])

    def _on_derived(self) -> None:
        self.show_tabs()


def tab_name(form: IntakePresenter) -> str:
    """A short name for the form: number, else name, else sender; "" if there is none."""
    values = form.values
    return (values.phone or values.name or values.sender_label).strip()
