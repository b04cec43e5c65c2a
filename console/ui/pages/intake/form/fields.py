"""The fields of one report and their layout; an error is shown under its field.

It knows no presenter: `IntakeForm` fills it and listens to it.
"""

from typing import override

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QScrollArea,
    QWidget,
)

from console.services.desk import Desk
from console.ui.pages.intake.form.attachments import Attachments
from console.ui.pages.intake.form.place_line import PlaceBanner, PlaceLine
from console.ui.pages.intake.form.priority_and_due import DueField, PriorityCombo
from console.ui.pages.intake.form.questions import Questions
from console.ui.text.choice_search import Choice
from console.ui.theme import themes
from console.ui.widgets.basic.plain_label import PlainLabel, set_property
from console.ui.widgets.fields.answer_rows import AnswerRows
from console.ui.widgets.fields.place_search import PlaceSearch
from console.ui.widgets.fields.search_combo import SearchCombo, line_of
from console.ui.widgets.fields.service_combo import ServiceCombo
from console.ui.widgets.fields.typed_text import TypedLine, TypedText
from console.ui.widgets.fields.ward_combo import WardCombo
from console.ui.widgets.layout.boxes import NONE, STRETCH, column_of
from console.ui.widgets.layout.form_grid import FormGrid
from console.ui.widgets.page_frames.page import in_order

_LEAST_ROWS, _MOST_ROWS = 2, 10
"""Lines of the description."""


class FormFields(QWidget):
    """All fields of a form, in reading order.

    Attributes:
        matched: a search field's text now is, or no longer is, an entry of its list.
        followers: widgets that Tab reaches after the fields.
    """

    matched = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build empty fields from the desk's catalogue."""
        super().__init__(parent)
        self._desk = desk
        self.followers: tuple[QWidget, ...] = ()
        self._errors: dict[str, PlainLabel] = {}
        self._scroll = QScrollArea(self)
        # Built from the outside in, because a widget is styled again when its parent changes.
        self._body = _Body(self._scroll)
        self._body.laid_out.connect(self._fit)
        self.grid = FormGrid(self._body)
        self._make_fields()
        self._lay_out()
        self.order()

    # --- building

    def _make_fields(self) -> None:
        desk, grid = self._desk, self.grid
        self.phone = TypedLine(limit=40, parent=grid)
        self.phone.setInputMethodHints(Qt.InputMethodHint.ImhDialableCharactersOnly)
        self.name = TypedLine(parent=grid)
        self.service = ServiceCombo(desk.catalogue, desk.clock(), parent=grid)
        self.service.setAccessibleDescription(self.tr("gõ vài chữ, không cần dấu"))
        line_of(self.service).setPlaceholderText(self.tr("Gõ để tìm, không cần dấu"))
        self.answers = AnswerRows(desk.catalogue, grid)
        self.attributes = self.answers.lines
        self.address = TypedLine(self.tr("Ghi đúng lời người dân nói"), limit=500, parent=grid)
        self.places = PlaceSearch(self.address, desk.places.suggest)
        self.understood = PlaceLine(parent=grid)
        self.banner = PlaceBanner(parent=grid)
        self.ward = WardCombo(tuple(desk.catalogue.wards.values()), parent=grid)
        self.pin = TypedLine(self.tr("Bấm bản đồ hoặc dán tọa độ"), limit=60, parent=grid)
        self.description = TypedText(rows=3, parent=grid)
        self.questions = Questions(parent=grid)
        self.priority = PriorityCombo(parent=grid)
        self.due = DueField(parent=grid)
        self.because = PlainLabel(tone="muted", kind="caption", wrap=True, parent=self.grid)
        self.reason = PlainLabel(tone="muted", kind="caption", wrap=True, parent=self.grid)
        self.agency = SearchCombo(parent=grid)
        self.agency.set_choices(_agency_choices(desk))
        self.attachments = Attachments(parent=grid)
        self.searched = {
            "service_code": self.service,
            "ward_code": self.ward,
            "agency": self.agency,
        }
        for name, combo in self.searched.items():
            combo.unmatched.connect(lambda said, at=name: self._on_unmatched(at, said))

    def _lay_out(self) -> None:
        grid, tr = self.grid, self.tr
        grid.add_pair(tr("Số điện thoại"), self.phone, tr("Họ tên"), self.name)
        self._error_under("phone")
        grid.add_row(tr("Loại sự cố"), self.service)
        self._error_under("service_code")
        self.answers.lay_out()
        self._error_under("attributes")
        grid.add_row(tr("Địa chỉ"), self.address)
        grid.add_remark(self.understood)
        self._error_under("address_string")
        grid.add_pair(tr("Phường/Xã"), self.ward, tr("Vị trí ghim"), self.pin)
        self._error_under("ward_code", "pin_text")
        grid.add_remark(self.banner)
        grid.add_row(tr("Mô tả"), self.description)
        self._error_under("description")
        self.questions_label = grid.add_row(tr("Câu hỏi"), self.questions)
        grid.add_pair(tr("Mức ưu tiên"), self.priority, tr("Hạn xử lý"), self.due)
        grid.add_remark(self.because)
        grid.add_row(tr("Đơn vị xử lý"), self.agency)
        grid.add_remark(self.reason)
        self._error_under("agency")
        grid.add_row(tr("Đính kèm"), self.attachments, buddy=self.attachments.button)
        column_of(grid, STRETCH, margins=(0, 0, 2 * themes.SPACE, 0), parent=self._body)
        scroll = self._scroll
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._body)
        column_of(scroll, margins=NONE, parent=self)

    @override
    def minimumSizeHint(self) -> QSize:
        """As wide as its fields at any text size, so that nothing scrolls sideways."""
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        return QSize(self._body.minimumSizeHint().width() + bar, 120)

    def _error_under(self, *names: str) -> None:
        label = PlainLabel(tone="urgent", kind="caption", wrap=True, parent=self.grid)
        label.hide()
        self.grid.add_remark(label)
        self._errors.update(dict.fromkeys(names, label))

    def editors(self) -> tuple[QWidget, ...]:
        """All widgets that take the focus, in reading order."""
        return (
            self.phone,
            self.name,
            self.service,
            *self.attributes,
            self.address,
            self.ward,
            self.pin,
            *self.banner.buttons,
            self.description,
            *self.questions.boxes,
            self.priority,
            self.agency,
            self.attachments.button,
            self.attachments.note,
            *(box for box in self.attachments.yeses if box.isEnabled()),
        )

    def order(self) -> None:
        """Restore the tab order after fields were added or removed."""
        in_order(*self.editors(), *self.followers)

    # --- errors and states

    def stray(self) -> tuple[str, str] | None:
        """The first field whose text is not in its list, with the sentence for it; or None."""
        for combo in self.searched.values():
            combo.settle()
        found = ((name, combo.stray_sentence()) for name, combo in self.searched.items())
        return next((each for each in found if each[1]), None)

    def _on_unmatched(self, name: str, sentence: str) -> None:
        self.clear_error(name)
        if sentence:
            self.show_error(name, sentence)
        self.matched.emit()

    def astray_sentence(self) -> str:
        """The sentence of `stray` for fields without focus; "" if there is none."""
        said = (combo.stray_sentence() for combo in self.searched.values())
        return next((each for each in said if each), "")

    def show_error(self, name: str, sentence: str) -> None:
        """Show an error under the field; an unknown field name is ignored."""
        label = self._errors.get(name)
        if label is None:
            return
        if label.isHidden() or not label.text():
            label.setText(sentence)
            label.show()
        self._mark(name, wrong=True)

    def error_text(self, name: str) -> str:
        """The error shown for this field; "" if there is none."""
        label = self._errors.get(name)
        return label.text() if label is not None else ""

    def clear_error(self, name: str) -> None:
        """Remove the error of this field."""
        label = self._errors.get(name)
        if label is not None and label.text():
            label.setText("")
            label.hide()
        self._mark(name, wrong=False)
        for other, combo in self.searched.items():
            # Two fields may share the line: keep the other one's error.
            if self._errors.get(other) is label and (said := combo.stray_sentence()):
                self.show_error(other, said)

    def clear_errors(self) -> None:
        """Remove all errors."""
        for name in self._errors:
            self.clear_error(name)

    def focus_field(self, name: str) -> None:
        """Focus this field."""
        field = self._field(name) or self.phone
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(field)

    def wipe(self) -> None:
        """Empty every field and its undo history."""
        for line in (self.phone, self.name, self.address, self.pin, *self.attributes):
            line.wipe()
        self.description.wipe()
        for combo in (self.service, self.ward, self.agency):
            combo.reset()

    def to_top(self) -> None:
        """Scroll to the first field."""
        self._scroll.verticalScrollBar().setValue(0)

    def set_read_only(self, on: bool) -> None:
        """Lock the fields during a save, so that nothing is typed that would not be saved."""
        for each in (self.phone, self.name, self.address, self.pin, *self.attributes):
            each.setReadOnly(on)
        self.description.setReadOnly(on)
        for combo in (self.service, self.ward, self.agency):
            line_of(combo).setReadOnly(on)

    def _mark(self, name: str, *, wrong: bool) -> None:
        if name == "attributes":
            self.answers.mark(wrong=wrong)
        elif (field := self._field(name)) is not None:
            set_property(field, "state", "error" if wrong else "")

    def _field(self, name: str) -> QWidget | None:
        fields: dict[str, QWidget] = {
            "phone": self.phone,
            "name": self.name,
            "service_code": self.service,
            "address_string": self.address,
            "ward_code": self.ward,
            "pin_text": self.pin,
            "description": self.description,
            "agency": self.agency,
        }
        if name == "attributes":
            return self.answers.first_marked()
        return fields.get(name)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give spare room to the description. If room is short, shrink the description first, then
        the gaps between rows, before anything scrolls.
        """
        view, whole = self._scroll.viewport(), self._body.layout()
        if whole is None:
            return
        field, grid = self.description, self.grid
        others = whole.totalHeightForWidth(view.width()) - field.sizeHint().height()
        others -= grid.gap * grid.gaps
        gap = grid.GAP
        rows = field.rows_in(view.height() - others - gap * grid.gaps)
        if rows < _LEAST_ROWS:
            gap = grid.TIGHT_GAP
            rows = field.rows_in(view.height() - others - gap * grid.gaps)
        grid.set_gap(gap)
        field.set_rows(max(_LEAST_ROWS, min(_MOST_ROWS, rows)))


class _Body(QWidget):
    """The scrolled content.

    Signals:
        laid_out: something in it was added, removed or resized.
    """

    laid_out = Signal()

    @override
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self.laid_out.emit()
        return done


def _agency_choices(desk: Desk) -> tuple[Choice, ...]:
    return tuple(
        Choice(a.code, a.name, "", (a.short_name,)) for a in desk.catalogue.agencies.values()
    )
