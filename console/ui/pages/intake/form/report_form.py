"""The form of one report: fields, what follows from them, and errors.

It shows an `IntakePresenter` and passes on what the person types; it decides nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from console.domain.catalogue.catalogue import Service, ServiceAttribute
from console.domain.states import Channel
from console.domain.time_zone import CITY
from console.services.desk import Desk
from console.services.ports.places import Suggestion
from console.ui.pages.intake.form.fields import FormFields
from console.ui.pages.intake.form.place_line import SPOTS, pin_offers, with_asset
from console.ui.pages.intake.form.presenter import IntakePresenter
from console.ui.pages.intake.form.proposal import service_of
from console.ui.pages.intake.form.save_command import Trouble
from console.ui.text import formats, words
from console.ui.text.error_sentences import sentence
from console.ui.widgets.fields.place_search import PlaceSearch
from console.ui.widgets.fields.search_combo import line_of
from console.ui.widgets.fields.service_combo import service_hint


class IntakeForm(FormFields):
    """Fields that show one presenter at a time; reused when its form is closed."""

    def __init__(
        self, presenter: IntakePresenter, desk: Desk, parent: QWidget | None = None
    ) -> None:
        """Show this presenter."""
        super().__init__(desk, parent)
        self.presenter = presenter
        self._listens = False
        self._wire()
        self._listen()

    def release(self) -> None:
        """Unsubscribe from the presenter and keep nothing of its form, not even undo steps."""
        if self._listens:
            self._listens = False
            old = self.presenter
            old.filled.disconnect(self.show_values)
            old.derived.disconnect(self.show_derived)
            old.failed.disconnect(self.show_trouble)
        self.clear_errors()
        self.set_read_only(False)
        self.wipe()

    def rebind(self, presenter: IntakePresenter) -> None:
        """Show another presenter."""
        self.release()
        self.presenter = presenter
        self._listen()
        self.to_top()

    def _listen(self) -> None:
        form = self.presenter
        form.filled.connect(self.show_values)
        form.derived.connect(self.show_derived)
        form.failed.connect(self.show_trouble)
        self._listens = True
        self.show_values()

    def _wire(self) -> None:
        self.phone.typed.connect(lambda text: self._edit("phone", phone=text))
        self.name.typed.connect(lambda text: self._edit("name", name=text))
        self.service.chosen.connect(self._on_service)
        self.service.typed.connect(lambda text: self._edit("service_code", service_text=text))
        for line in self.attributes:
            line.typed.connect(self._on_attribute)
        self.address.typed.connect(self._on_address)
        self.places.chosen.connect(self._on_place)
        self.ward.chosen.connect(self._on_ward)
        self.pin.typed.connect(self._on_pin)
        self.banner.decided.connect(self._on_ward)
        self.banner.pin_dropped.connect(self._drop_pin)
        self.pin_places = PlaceSearch(self.pin, pin_offers(self._desk.places))
        self.pin_places.chosen.connect(self._on_place)
        self.description.typed.connect(lambda text: self._edit("description", description=text))
        self.questions.answered.connect(lambda codes: self._edit("", danger=codes))
        self.priority.picked.connect(self._on_priority)
        self.agency.chosen.connect(self._on_agency)
        self.attachments.button.clicked.connect(self._choose_photos)
        self.attachments.named.toggled.connect(lambda on: self._edit("", named="yes" if on else ""))
        self.attachments.consent.toggled.connect(
            lambda on: self._edit("", consent="yes" if on else "")
        )

    # --- input

    def _edit(self, field: str, /, **changes: object) -> None:
        self.clear_error(field)
        self.presenter.edit(**changes)

    def _on_service(self, code: str) -> None:
        self._edit("service_code", service_code=code, service_text="")
        self.clear_error("attributes")

    def _on_attribute(self, _text: str) -> None:
        kept = dict(self.presenter.values.attributes) | self.answers.texts()
        filled = tuple((code, text) for code, text in kept.items() if text)
        self._edit("attributes", attributes=filled)

    def _on_address(self, text: str) -> None:
        self._edit("address_string", address_string=text)
        self.places.search(text)

    def _on_place(self, place: Suggestion) -> None:
        """Take a suggestion under the address: its text, and its pin if it is a single point."""
        if place.kind != "point" and (place.kind != "asset" or not self.address.text_now().strip()):
            self.address.setText(place.text)
        self.places.close()
        if place.kind == "asset":
            self._edit(
                "attributes",
                attributes=with_asset(self.presenter.values, place.text, self._asked_attributes()),
            )
        if place.kind in SPOTS and place.lat is not None and place.long is not None:
            self.presenter.place_pin(place.lat, place.long)

    def _on_pin(self, text: str) -> None:
        self._edit("pin_text", pin_text=text)
        self.pin_places.search(text)

    def take_asset(self, code: str, place: Suggestion) -> None:
        """Take an asset clicked on the map: its pin, and its code if the service asks for it."""
        asked = self._asked_attributes()
        self._edit("attributes", attributes=with_asset(self.presenter.values, code, asked))
        self.show_values()
        if place.lat is not None and place.long is not None:
            self.presenter.place_pin(place.lat, place.long)

    def _drop_pin(self) -> None:
        self.clear_error("pin_text")
        self.presenter.fill(pin_text="")

    def _on_ward(self, code: str) -> None:
        self.clear_error("ward_code")
        self.presenter.choose_ward(code)

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
        """Show the values; a word being composed is never disturbed."""
        values = self.presenter.values
        self.phone.show_text(values.phone)
        self.name.show_text(values.name)
        if values.service_code or not values.service_text:
            self.service.set_code(values.service_code or None)
        else:
            self.service.show_typed(values.service_text)
        self.address.show_text(values.address_string)
        self.pin.show_text(values.pin_text)
        self.description.show_text(values.description)
        self._show_service_rows()
        self.show_derived()

    def show_derived(self) -> None:
        """Show what follows from the values."""
        form, where = self.presenter, self.presenter.where
        wards = self._desk.catalogue.wards
        self._show_service_rows()
        first = [w.code for w in where.candidates] + (
            [where.pin_ward.code] if where.pin_ward else []
        )
        self.ward.set_candidates(first if len(first) > 1 else where.nearby)
        self.ward.set_code(form.values.ward_code or None)
        line_of(self.ward).setPlaceholderText(
            self.tr("Chọn trong {0} phường/xã").format(len(where.candidates))
            if where.must_choose
            else ""
        )
        ward = wards.get(form.values.ward_code)
        self.understood.show_place(where, ward.name if ward else None)
        if self.banner.show_place(where, form.values):
            self.order()
        self.priority.show_priority(form.priority)
        self._show_because()
        self._show_agency()
        self.attachments.show_files(
            len(form.values.media), by_voice=form.values.channel is Channel.VOICE
        )
        self.attachments.show_consent(may=form.phone is not None, consent=bool(form.values.consent))
        self.attachments.show_named(may=form.may_be_named, named=bool(form.values.named))
        self.show_clock(self._desk.clock())

    def show_clock(self, now: datetime) -> None:
        """Show the deadline for a save now."""
        proposal = self.presenter.proposal
        if proposal.due_at is None:
            self.due.say("")
            return
        left = formats.span_words(proposal.due_at - now)
        line = self.tr("{0} · còn {1}")
        long = line.format(_when(self, proposal.due_at, now), left)
        self.due.say(long, line.format(formats.when(proposal.due_at, now), left))

    def _show_service_rows(self) -> None:
        service = self._service()
        hint = service_hint(service, self._desk.catalogue) if service else ""
        provisional = service is not None and service.provisional
        if provisional:
            hint = self.tr("{0} (tạm tính)").format(hint)
        self.due.remark(self.tr("hạn tạm tính") if provisional else "")
        self.service.set_hint(hint)
        questions = service.questions if service else ()
        changed = self.questions.ask(questions, self.presenter.values.danger)
        self.questions.setVisible(bool(questions))
        self.questions_label.setVisible(bool(questions))
        self.answers.ask(self._asked_attributes(), dict(self.presenter.values.attributes))
        if changed:
            self.order()

    def _show_because(self) -> None:
        form = self.presenter
        said = form.proposal.because
        text = ""
        if len(said) == 1:
            text = self.tr("vì trả lời có: “{0}”").format(said[0].text)
        elif said:
            text = self.tr("vì {0} câu trả lời có").format(len(said))
        if form.priority is not form.proposal.priority:
            rule = words.priority(form.proposal.priority)
            text = self.tr("tổng đài viên chọn; theo câu hỏi là {0}").format(rule)
        self.because.setText(text)
        self.because.setVisible(bool(text))

    def _show_agency(self) -> None:
        form = self.presenter
        found = form.proposal.route
        self.agency.set_code(form.agency)
        reason = found.reason if found else ""
        if form.values.agency is not None:
            reason = self.tr("tổng đài viên chọn")
        elif found is not None and not found.sure:
            reason = self.tr("{0} (chưa chắc: thiếu phường hoặc tên đường)").format(reason)
        if form.values.agency is None:
            reason = "; ".join(filter(None, (reason, form.proposal.note)))
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        ready = self._service() is not None
        line_of(self.agency).setPlaceholderText(
            self.tr("Chưa có luật cho nơi này: chọn đơn vị") if ready else ""
        )

    def show_trouble(self, trouble: Trouble) -> None:
        """Show an error under its field."""
        self.show_error(trouble.field, sentence(trouble.error))

    def _service(self) -> Service | None:
        return service_of(self.presenter.values, self._desk.catalogue)

    def _asked_attributes(self) -> tuple[ServiceAttribute, ...]:
        service = self._service()
        return service.attributes if service else ()


def _when(widget: QWidget, at: datetime, now: datetime) -> str:
    """`18:05 hôm nay`, `08:00 ngày mai`, else with the date."""
    day = (at.astimezone(CITY).date() - now.astimezone(CITY).date()).days
    if day == 0:
        return widget.tr("{0} hôm nay").format(formats.clock_time(at))
    if day == 1:
        return widget.tr("{0} ngày mai").format(formats.clock_time(at))
    return formats.when(at, now)
