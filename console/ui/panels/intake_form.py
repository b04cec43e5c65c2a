"""The form of one report: fields, what the program makes of them, and what is wrong with them.

It shows an `IntakePresenter` and tells it what the person typed; it decides nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QScrollArea, QVBoxLayout, QWidget

from console.domain.catalogue import Service, ServiceAttribute
from console.domain.errors import ConsoleError
from console.domain.states import Channel
from console.services.desk import Desk
from console.ui import formats, theme, words
from console.ui.panels.intake_choice import Attachments, DueField, PriorityCombo, Questions
from console.ui.panels.intake_fields import TypedLine, TypedText
from console.ui.panels.intake_place import PlaceBanner, Understood
from console.ui.presenters.intake import IntakePresenter, Trouble
from console.ui.presenters.intake_proposal import service_of, services_in_force
from console.ui.presenters.search import Choice
from console.ui.sentences import sentence
from console.ui.widgets.form_grid import FormGrid
from console.ui.widgets.plain_label import PlainLabel, set_property
from console.ui.widgets.search_combo import SearchCombo
from console.ui.widgets.ward_combo import WardCombo


class IntakeForm(QWidget):
    """All fields of one form, in reading order.

    Attributes:
        place_shown: the person changed address, ward or pin: the map may follow.
    """

    place_shown = Signal()

    def __init__(self, presenter: IntakePresenter, desk: Desk, parent: QWidget | None = None) -> None:
        """Show this presenter."""
        super().__init__(parent)
        self.presenter = presenter
        self._desk = desk
        self._errors: dict[str, PlainLabel] = {}
        self._make_fields()
        self._lay_out()
        self._order()
        self._wire()
        self.show_values()
        self.show_derived()

    # --- building

    def _make_fields(self) -> None:
        desk = self._desk
        self.phone = TypedLine(limit=40)
        self.phone.setInputMethodHints(Qt.InputMethodHint.ImhDialableCharactersOnly)
        self.name = TypedLine()
        self.service = SearchCombo()
        self.service.setAccessibleDescription(self.tr("gõ vài chữ, không cần dấu"))
        self._line_of(self.service).setPlaceholderText(self.tr("Gõ để tìm, không cần dấu"))
        self.service.set_choices(_service_choices(desk))
        self.attributes = tuple(TypedLine() for _ in range(_most_attributes(desk)))
        self.address = TypedLine(self.tr("Ghi đúng lời người dân nói"), limit=500)
        self.understood = Understood()
        self.banner = PlaceBanner()
        self.ward = WardCombo(tuple(desk.catalogue.wards.values()))
        self.pin = TypedLine(self.tr("Bấm bản đồ hoặc dán toạ độ"), limit=60)
        self.description = TypedText(rows=3)
        self.questions = Questions()
        self.priority = PriorityCombo()
        self.due = DueField()
        self.because = PlainLabel(tone="muted", kind="caption", wrap=True)
        self.agency = SearchCombo()
        self.agency.set_choices(_agency_choices(desk))
        self.attachments = Attachments(self._choose_photos)

    def _lay_out(self) -> None:
        grid = self.grid = FormGrid()
        tr = self.tr
        grid.add_pair(tr("Số điện thoại"), self.phone, tr("Họ tên"), self.name)
        self._error_under("phone")
        grid.add_row(tr("Loại sự cố"), self.service)
        self._error_under("service_code")
        self._attribute_labels = self._lay_out_attributes()
        self._error_under("attributes")
        grid.add_row(tr("Địa chỉ"), self.address)
        grid.add_remark(self.understood)
        self._error_under("address_string")
        grid.add_pair(tr("Phường/Xã"), self.ward, tr("Vị trí ghim"), self.pin)
        self._error_under("ward_code", "pin_text")
        grid.add_remark(self.banner)
        grid.add_row(tr("Mô tả"), self.description)
        self._error_under("description")
        self._questions_label = grid.add_row(tr("Câu hỏi"), self.questions)
        grid.add_pair(tr("Mức ưu tiên"), self.priority, tr("Hạn xử lý"), self.due)
        grid.add_remark(self.because)
        grid.add_row(tr("Đơn vị xử lý"), self.agency)
        self._error_under("agency")
        grid.add_row(tr("Đính kèm"), self.attachments, buddy=self.attachments.button)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 2 * theme.SPACE, 0)
        column.addWidget(grid)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        self._scroll = scroll
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _lay_out_attributes(self) -> tuple[PlainLabel, ...]:
        """Rows of two for the longest list of a service's own fields; most are hidden."""
        labels: list[PlainLabel] = []
        lines = self.attributes
        for one, two in zip(lines[::2], lines[1::2], strict=True):
            labels.extend(self.grid.add_pair(" ", one, " ", two))
        return tuple(labels)

    def _error_under(self, *names: str) -> None:
        label = PlainLabel(tone="urgent", kind="caption", wrap=True)
        label.hide()
        self.grid.add_remark(label)
        self._errors.update(dict.fromkeys(names, label))

    def editors(self) -> tuple[QWidget, ...]:
        """Everything that takes the focus, in reading order."""
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
        )

    def _order(self) -> None:
        chain = self.editors()
        for one, two in zip(chain, chain[1:], strict=False):
            QWidget.setTabOrder(one, two)

    def _wire(self) -> None:
        form = self.presenter
        self.phone.typed.connect(lambda text: self._edit("phone", phone=text))
        self.name.typed.connect(lambda text: self._edit("name", name=text))
        self.service.chosen.connect(self._on_service)
        self.service.typed.connect(lambda text: self._edit("service_code", service_text=text))
        for line in self.attributes:
            line.typed.connect(self._on_attribute)
        self.address.typed.connect(self._on_address)
        self.ward.chosen.connect(self._on_ward)
        self.pin.typed.connect(self._on_pin)
        self.banner.decided.connect(self._on_ward)
        self.description.typed.connect(lambda text: self._edit("description", description=text))
        self.questions.answered.connect(lambda codes: form.edit(danger=codes))
        self.priority.picked.connect(self._on_priority)
        self.agency.chosen.connect(self._on_agency)
        form.filled.connect(self.show_values)
        form.derived.connect(self.show_derived)
        form.failed.connect(self.show_trouble)

    # --- what the person did

    def _edit(self, name: str, **changes: object) -> None:
        self._clear_error(name)
        self.presenter.edit(**changes)

    def _on_service(self, code: str) -> None:
        self._edit("service_code", service_code=code, service_text="")
        self._clear_error("attributes")

    def _on_attribute(self, _text: str) -> None:
        asked = self._asked_attributes()
        kept = dict(self.presenter.values.attributes)
        kept |= {a.code: line.text_now() for a, line in zip(asked, self.attributes, strict=False)}
        filled = tuple((code, text) for code, text in kept.items() if text)
        self._edit("attributes", attributes=filled)

    def _on_address(self, text: str) -> None:
        self._edit("address_string", address_string=text)
        self.place_shown.emit()

    def _on_pin(self, text: str) -> None:
        self._edit("pin_text", pin_text=text)
        self.place_shown.emit()

    def _on_ward(self, code: str) -> None:
        self._clear_error("ward_code")
        self.presenter.choose_ward(code)
        self.place_shown.emit()

    def _on_priority(self, priority: object) -> None:
        same = priority == self.presenter.proposal.priority
        self.presenter.edit(priority=None if same else priority)

    def _on_agency(self, code: str) -> None:
        found = self.presenter.proposal.route
        same = found is not None and found.agency == code
        self._edit("agency", agency=None if same or not code else code)
        self.show_derived()

    def _choose_photos(self) -> None:
        dialog = QFileDialog(self, self.tr("Chọn ảnh"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(self.tr("Ảnh (*.jpg *.jpeg *.png *.webp *.heic)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._on_photos)
        dialog.open()

    def _on_photos(self, paths: Sequence[str]) -> None:
        self.presenter.attach(paths)
        self.show_derived()

    # --- showing

    def show_values(self) -> None:
        """Show what stands in the form; a word being composed is never disturbed."""
        values = self.presenter.values
        self.phone.show_text(values.phone)
        self.name.show_text(values.name)
        if values.service_code or not values.service_text:
            self.service.set_code(values.service_code or None)
        self.address.show_text(values.address_string)
        self.pin.show_text(values.pin_text)
        self.description.show_text(values.description)
        self._show_service_rows()
        self.show_derived()

    def show_derived(self) -> None:
        """Show what follows from it."""
        form, where = self.presenter, self.presenter.where
        wards = self._desk.catalogue.wards
        self._show_service_rows()
        first = [w.code for w in where.candidates] + ([where.pin_ward.code] if where.pin_ward else [])
        self.ward.set_candidates(first if len(first) > 1 else ())
        self.ward.set_code(form.values.ward_code or None)
        self._line_of(self.ward).setPlaceholderText(
            self.tr("Chọn trong {0} phường/xã").format(len(where.candidates))
            if where.must_choose
            else ""
        )
        ward = wards.get(form.values.ward_code)
        self.understood.show_place(where, ward.name if ward else None)
        if self.banner.show_place(where, form.values):
            self._order()
        self.priority.show_priority(form.priority)
        self._show_because()
        self._show_agency()
        self.attachments.show_files(
            len(form.values.media), by_voice=form.values.channel is Channel.VOICE
        )
        self.show_clock(self._desk.clock())

    def show_clock(self, now: datetime) -> None:
        """The deadline as it would be if saved now."""
        proposal = self.presenter.proposal
        if proposal.due_at is None:
            self.due.say("")
            return
        left = formats.span_words(proposal.due_at - now)
        said = self.tr("{0} · còn {1}").format(_when(self, proposal.due_at, now), left)
        self.due.say(self.tr("{0} (tạm tính)").format(said) if proposal.provisional else said)

    def _show_service_rows(self) -> None:
        service = self._service()
        hint = _service_hint(service, self._desk) if service else ""
        self.service.set_hint(hint)
        questions = service.questions if service else ()
        changed = self.questions.ask(questions, self.presenter.values.danger)
        self.questions.setVisible(bool(questions))
        self._questions_label.setVisible(bool(questions))
        asked = self._asked_attributes()
        for place, line in enumerate(self.attributes):
            label = self._attribute_labels[place]
            there = place < len(asked)
            line.setVisible(there)
            label.setVisible(there)
            if there:
                label.setText(asked[place].label)
                line.setAccessibleName(asked[place].label)
                line.show_text(self.presenter.values.attribute(asked[place].code))
        if changed:
            self._order()

    def _show_because(self) -> None:
        form = self.presenter
        said = [f"“{q.text}”" for q in form.proposal.because]
        text = self.tr("vì trả lời có: {0}").format(", ".join(said)) if said else ""
        if form.values.priority is not None:
            rule = words.priority(form.proposal.priority)
            text = self.tr("tổng đài viên chọn; theo câu hỏi là {0}").format(rule)
        self.because.setText(text)
        self.because.setVisible(bool(text))

    def _show_agency(self) -> None:
        form = self.presenter
        found = form.proposal.route
        self.agency.set_code(form.agency)
        if form.values.agency is not None:
            self.agency.set_hint(self.tr("tổng đài viên chọn"))
        else:
            self.agency.set_hint(found.reason if found else "")
        ready = self._service() is not None
        self._line_of(self.agency).setPlaceholderText(
            self.tr("Chưa có luật cho nơi này: chọn đơn vị") if ready else ""
        )

    def show_trouble(self, trouble: Trouble) -> None:
        """Say beside the field what is wrong with it."""
        label = self._errors.get(trouble.field)
        if label is None:
            return
        if not label.isVisibleTo(self) or not label.text():
            label.setText(sentence(trouble.error))
            label.show()
        self._mark(trouble.field, wrong=True)

    def focus_field(self, name: str) -> None:
        """Put the focus into the field with the trouble."""
        field = self._field(name) or self.phone
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(field)

    def clear_errors(self) -> None:
        """Nothing is wrong any more."""
        for name in self._errors:
            self._clear_error(name)

    def say_error(self, name: str, error: ConsoleError) -> None:
        """An error of one field that is not a refusal to save."""
        self.show_trouble(Trouble(name, error))

    def set_read_only(self, on: bool) -> None:
        """While it is being saved nothing can be typed that would not be saved."""
        for each in (self.phone, self.name, self.address, self.pin, *self.attributes):
            each.setReadOnly(on)
        self.description.setReadOnly(on)
        for combo in (self.service, self.ward, self.agency):
            self._line_of(combo).setReadOnly(on)

    def _clear_error(self, name: str) -> None:
        label = self._errors.get(name)
        if label is not None and label.text():
            label.setText("")
            label.hide()
        self._mark(name, wrong=False)

    def _mark(self, name: str, *, wrong: bool) -> None:
        field = self._field(name)
        if field is not None:
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
            return self._first_empty_attribute()
        return fields.get(name)

    def _first_empty_attribute(self) -> QWidget | None:
        for asked, line in zip(self._asked_attributes(), self.attributes, strict=False):
            if asked.required and not line.text_now().strip():
                return line
        return None

    def _service(self) -> Service | None:
        return service_of(self.presenter.values, self._desk.catalogue)

    def _asked_attributes(self) -> tuple[ServiceAttribute, ...]:
        service = self._service()
        return service.attributes if service else ()

    @staticmethod
    def _line_of(combo: QComboBox) -> "TypedLine":
        line = combo.lineEdit()
        assert line is not None  # noqa: S101 - these combos are editable
        return line  # type: ignore[return-value]


def _service_choices(desk: Desk) -> tuple[Choice, ...]:
    return tuple(
        Choice(s.code, s.name, _service_hint(s, desk), (*s.keywords, s.name_en))
        for s in services_in_force(desk.catalogue, desk.clock())
    )


def _service_hint(service: Service, desk: Desk) -> str:
    group = desk.catalogue.groups.get(service.group)
    hours = f"{service.resolve_hours:g}"
    return f"{group.name if group else service.group} · {hours} giờ"


def _agency_choices(desk: Desk) -> tuple[Choice, ...]:
    return tuple(
        Choice(a.code, a.name, "", (a.short_name,)) for a in desk.catalogue.agencies.values()
    )


def _most_attributes(desk: Desk) -> int:
    most = max((len(s.attributes) for s in desk.catalogue.services.values()), default=0)
    return most + most % 2


def _when(widget: QWidget, at: datetime, now: datetime) -> str:
    """`18:05 hôm nay`, `08:00 ngày mai`, else with the date."""
    day = (at.astimezone(formats.CITY).date() - now.astimezone(formats.CITY).date()).days
    if day == 0:
        return widget.tr("{0} hôm nay").format(formats.clock_time(at))
    if day == 1:
        return widget.tr("{0} ngày mai").format(formats.clock_time(at))
    return formats.when(at, now)
