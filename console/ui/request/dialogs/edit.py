"""**Sửa phản ánh**: corrects what was recorded wrongly, or what the caller says differently now."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from console.domain.catalogue.catalogue import Service
from console.domain.errors import InputError
from console.domain.requests.answers import field_of, left_behind, missing, value_of, with_changes
from console.domain.requests.request import Request
from console.domain.states import Priority
from console.domain.text.cleaning import clean, clean_line
from console.services.requests.intake import place_fields, understand
from console.ui.request.conflicts import PIN, label_of, value_text
from console.ui.text import words
from console.ui.text.error_sentences import sentence
from console.ui.text.pins import parse_pin, pin_text
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.asking import AskingDialog, Taken
from console.ui.widgets.fields.answer_rows import AnswerRows
from console.ui.widgets.fields.remark_box import remark_box
from console.ui.widgets.fields.service_combo import ServiceCombo
from console.ui.widgets.fields.ward_combo import WardCombo
from console.ui.widgets.layout.form_grid import FormGrid
from console.ui.widgets.page_frames.page import in_order

if TYPE_CHECKING:
    from console.services.desk import Desk

_SHOWN = ("service_code", "address_string", "ward_code", "description", "priority")
"""Fields next to the pin; the others are derived from the address."""

type Change = tuple[str, object, object]
"""(field, value the person saw, new value)."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The result: the changed fields, and why."""

    changes: tuple[Change, ...]
    reason: str


class EditDialog(AskingDialog):
    """The fields of a saved request, with its service's questions; another service keeps the
    answers that it asks for too. Returns `Edited`.
    """

    def __init__(
        self, desk: "Desk", request: Request, about: str, take: Taken, parent: QWidget | None = None
    ) -> None:
        """Show the current values.

        Args:
            about: the request, as shown.
        """
        super().__init__(self.tr("Sửa phản ánh"), take, parent)
        self._places, self._request, self._stands = desk.places, request, request
        self._catalogue = catalogue = desk.catalogue
        self.body.addWidget(PlainLabel(about, tone="muted", wrap=True))
        form = FormGrid()
        self.service = ServiceCombo(catalogue, desk.clock(), standing=request.service_code)
        self.service.set_code(request.service_code)
        self.answers = AnswerRows(catalogue, form)
        self._said, self._lacking = dict(request.attributes), ""
        self._left = PlainLabel(tone="muted", kind="caption", wrap=True)
        self.address = QLineEdit(request.address_string or "")
        self.ward = WardCombo(tuple(catalogue.wards.values()))
        self.ward.set_code(request.ward_code)
        self._ward, self._parts = request.ward_code, 0
        self._pin_said = False
        self.pin = QLineEdit(_pin_of(request))
        self.description = remark_box(self.tr("Mô tả"), 5)
        self.description.setPlainText(request.description)
        self.priority = QComboBox()
        for priority in reversed(Priority):
            self.priority.addItem(words.priority(priority), priority.value)
        self.priority.setCurrentIndex(self.priority.findData(request.priority.value))
        self.reason = QLineEdit()
        form.add_row(self.tr("Loại sự cố"), self.service)
        self.answers.lay_out()
        form.add_remark(self._left)
        form.add_row(self.tr("Địa chỉ"), self.address)
        form.add_pair(self.tr("Phường/Xã"), self.ward, self.tr("Vị trí ghim"), self.pin)
        form.add_row(self.tr("Mô tả"), self.description)
        form.add_row(self.tr("Mức ưu tiên"), self.priority)
        form.add_row(self.tr("Lý do sửa"), self.reason)
        self.body.addWidget(form)
        self.body.addStretch(1)  # Room that fewer questions leave is below the fields.
        self.add_verb(self.tr("Lưu thay đổi"))
        self.address.textEdited.connect(lambda _text: self._follow_address())
        self.ward.chosen.connect(self._on_ward)
        self.service.chosen.connect(lambda _code: self._show_answers())
        for line in self.answers.lines:
            line.typed.connect(self._on_answer)
        for combo in (self.service, self.ward):
            combo.unmatched.connect(self.say_problem)
        self._show_answers()
        in_order(
            *(self.service, *self.answers.lines, self.address, self.ward, self.pin),
            *(self.description, self.priority, self.reason),
        )
        self.setMinimumWidth(620)
        self.address.setFocus()
        self.address.selectAll()

    def _on_ward(self, code: str) -> None:
        self._ward = code or None

    @property
    def _service(self) -> Service | None:
        """The service in the field; the request's own if there is none."""
        return self._catalogue.services.get(self.service.code() or self._request.service_code)

    def _show_answers(self) -> None:
        """Show the questions of the chosen service, and which answers it drops."""
        service = self._service
        self.answers.mark(wrong=False)
        self.answers.ask(service.attributes if service else (), self._said)
        said, kind = "", self._request.service_code
        if service is not None and service.code != kind:
            gone = left_behind(self._request.attributes, service, self._catalogue)
            asked = self._catalogue.question
            said = "; ".join(f"{asked(code, kind)}: {text}" for code, text in gone)
        text = self.tr("Loại sự cố mới không hỏi, sẽ bỏ: {0}").format(said)
        self._left.setText(text if said else "")
        self._left.setVisible(bool(said))
        self._follow_lacking()
        self._make_room()

    def _make_room(self) -> None:
        """Make the window higher for more questions; otherwise the description would shrink."""
        self.body.activate()
        wanted = min(self.sizeHint().height(), self.screen().availableGeometry().height())
        if self.isVisible() and wanted > self.height():
            self.resize(self.width(), wanted)

    def _on_answer(self, _text: str) -> None:
        self._said |= self.answers.texts()
        self.answers.mark(wrong=False)
        self._follow_lacking()

    def _follow_address(self) -> None:
        """Take the ward from the new address, or offer those that fit it; the current ward stays if
        it fits.
        """
        said = clean_line(self.address.text(), 1000)
        place, district = understand(self._places, said or None), self._places.parse(said).district
        nearby = self._places.wards_of(district) if district else ()
        among = place.candidates or (() if place.ward_code else nearby)
        self.ward.set_candidates(among)
        self._parts = len(place.candidates)
        stands = self._ward if not among or self._ward in among else None
        self.ward.set_code(place.ward_code or stands)

    @override
    def problem(self) -> str:
        """What prevents the save."""
        try:
            parse_pin(self.pin.text())
        except InputError as error:
            return sentence(error)
        if self.service.code() is None:
            return self.tr("Chưa chọn loại sự cố.")
        if self._follow_lacking():
            self.answers.mark(wrong=True)
            if (first := self.answers.first_marked()) is not None:
                first.setFocus()
            return self._lacking
        if not clean(self.description.toPlainText(), 10):
            return self.tr("Chưa có mô tả. Hãy nhập mô tả.")
        if self._parts > 1 and self.ward.code() is None:
            said = self.tr("Địa chỉ này có thể thuộc {0} phường/xã. Hãy chọn một.")
            return said.format(self._parts)
        if not self._changes():
            return self.tr("Chưa sửa gì.")
        return self._pin_left_behind()

    def _follow_lacking(self) -> str:
        """A sentence with the answers that the service requires and that are missing; one that is
        shown already follows the fields.
        """
        said = self._lacking
        lacking: tuple[str, ...] = ()
        if (service := self._service) is not None:
            answers = ((field_of(code), clean_line(text)) for code, text in self._said.items())
            there = with_changes(self._request.attributes, answers)
            lacking = missing(service, there, self._request)
        error = InputError("attribute_needed", attribute=", ".join(lacking))
        self._lacking = sentence(error) if lacking else ""
        if said and self.problem_text == said:
            self.say_problem(self._lacking)
        return self._lacking

    def _pin_left_behind(self) -> str:
        """Warn once: the address changed, but the pin is still in another ward."""
        request, pin = self._request, parse_pin(self.pin.text())
        said = clean_line(self.address.text(), 1000)
        stayed = pin is not None and self.pin.text() == _pin_of(request)
        if self._pin_said or not stayed or said == (request.address_string or ""):
            return ""
        under = self._places.ward_at(*pin) if pin else None
        if under is None or self.ward.code() in (None, under.code):
            return ""
        self._pin_said = True
        text = self.tr("Ghim còn nằm ở {0}. Sửa hay xóa ghim; nếu ghim đúng, lưu lần nữa.")
        return text.format(under.name)

    @override
    def said(self) -> object:
        """`Edited`."""
        return Edited(self._changes(), clean_line(self.reason.text(), 1000))

    def replaced(self, now: Request) -> str:
        """A sentence with the fields of this change that somebody else changed meanwhile, else "";
        saving again overwrites them.
        """
        mine, before = {name for name, _, _ in self._changes()}, self._stands
        self._stands = now
        said = []
        answers = (field_of(code) for code in self.answers.texts())
        for fields in (*((name,) for name in (*_SHOWN, *answers)), PIN):
            values = tuple(value_of(now, name) for name in fields)
            if mine & set(fields) and values != tuple(value_of(before, name) for name in fields):
                label = label_of(fields, self._catalogue, self.service.code() or "")
                said.append(f"{label}: {value_text(fields, values, self._catalogue)}")
        text = self.tr("Người khác vừa sửa {0}. Muốn như ghi ở đây thì lưu lần nữa.")
        return text.format("; ".join(said)) if said else ""

    def _changes(self) -> tuple[Change, ...]:
        request = self._request
        pin = parse_pin(self.pin.text()) if self.pin.text() != _pin_of(request) else None
        new: dict[str, object] = {
            "service_code": self.service.code(),
            "description": clean(self.description.toPlainText(), 4001),
            "ward_code": self.ward.code(),
            "priority": self.priority.currentData(),
        }
        if self.pin.text() != _pin_of(request):
            new["lat"], new["long"] = pin or (None, None)
        if (said := clean_line(self.address.text(), 1000)) != (request.address_string or ""):
            new |= place_fields(self._places, said)
        for code, text in self.answers.texts().items():
            seen_here = dict(request.attributes).get(code, "")
            if (answer := clean_line(text)) != clean_line(seen_here):
                new[field_of(code)] = answer or None
        seen = {name: value_of(request, name) for name in new}
        return tuple(
            (name, value_of(self._stands, name), value)
            for name, value in new.items()
            if value != seen[name] and (value or seen[name])
        )


def _pin_of(request: Request) -> str:
    if request.lat is None or request.long is None:
        return ""
    return pin_text(request.lat, request.long)
