"""Edits a notice: text and period are typed, the area is drawn on the map next to it."""

from dataclasses import fields
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from console.domain.desk.notices import KINDS, SCRIPT_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Notice, Ring
from console.domain.requests.commands import ChangeNotice, IssueNotice
from console.domain.requests.events import NoticeIssued
from console.ui.runtime.commands import run_step
from console.ui.runtime.input_method import commit_typed
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.fields.period_box import date_edit, local_time, said_time
from console.ui.widgets.fields.remark_box import remark_box
from console.ui.widgets.fields.search_combo import line_of
from console.ui.widgets.fields.ward_combo import WardCombo, short_ward
from console.ui.widgets.layout.boxes import NONE, STRETCH, column_of, row_of
from console.ui.widgets.layout.flow import FlowLayout
from console.ui.widgets.layout.form_grid import FormGrid

if TYPE_CHECKING:
    from console.services.desk import Desk

AREAS = ("wards", "drawn", "everywhere")
USUAL = timedelta(hours=4)


class NoticeEditor(QWidget):
    """The editor of a new or an existing notice.

    Signals:
        closed: saved or cancelled.
        drawing_wanted: whether the pointer draws, and the corners so far.
        wards_marked: codes of the chosen wards, for the map.
    """

    closed = Signal()
    drawing_wanted = Signal(bool, object)
    wards_marked = Signal(object)

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Empty until `begin`."""
        super().__init__(parent)
        self._desk = desk
        self._notice: Notice | None = None
        self.codes: tuple[str, ...] = ()
        self.corners: Ring = ()
        self._kept: tuple[Ring, ...] = ()
        self._title = PlainLabel(kind="title")
        self.kind = QComboBox()
        for code, name in zip(KINDS, (self.tr("Mất dịch vụ"), self.tr("Thông tin")), strict=True):
            self.kind.addItem(name, code)
        self.title = QLineEdit()
        self.title.setMaxLength(TITLE_LIMIT)
        self.text = remark_box(self.tr("Nội dung báo người dân"))
        self.public = QCheckBox(self.tr("Đăng lên trang công khai"))
        self.script = remark_box(self.tr("Lời đọc cho người gọi"))
        self.since, self.until = date_edit(self.tr("Từ")), date_edit(self.tr("Đến"))
        self.group = QComboBox()
        self.group.addItem(self.tr("Không riêng lĩnh vực nào"), "")
        for group in sorted(desk.catalogue.groups.values(), key=lambda g: g.order):
            self.group.addItem(group.name, group.code)
        self.area = QComboBox()
        names = (self.tr("Phường, xã"), self.tr("Vùng vẽ trên bản đồ"), self.tr("Toàn thành phố"))
        for code, name in zip(AREAS, names, strict=True):
            self.area.addItem(name, code)
        self.ward = WardCombo(tuple(desk.catalogue.wards.values()))
        self._chips = QWidget()
        self._flow = FlowLayout(gap=6)
        self._chips.setLayout(self._flow)
        self._drawn = PlainLabel(tone="muted", wrap=True)
        self.one_more = Button(self.tr("Thêm vùng"), kind="flat")
        self.redraw = Button(self.tr("Vẽ lại"), kind="flat")
        self._problem = PlainLabel(tone="urgent", wrap=True)
        self.cancel = Button(self.tr("Thôi"))
        self.save = Button(self.tr("Ra thông báo"), shortcut_hint="Ctrl+Enter", kind="primary")
        self._lay_out()
        self.area.currentIndexChanged.connect(lambda _at: self._show_area())
        self.ward.chosen.connect(self.add_ward)
        self.one_more.clicked.connect(lambda _checked=False: self._draw_another())
        self.redraw.clicked.connect(lambda _checked=False: self._draw(()))
        self.cancel.clicked.connect(lambda _checked=False: self.close_editor())
        self.save.clicked.connect(lambda _checked=False: self.submit())

    def _lay_out(self) -> None:
        grid = FormGrid()
        grid.add_row(self.tr("Tiêu đề"), self.title)
        grid.add_row(self.tr("Loại"), self.kind)
        grid.add_row(self.tr("Lĩnh vực"), self.group)
        grid.add_row(self.tr("Nội dung"), self.text)
        hint = self.tr("Ai cũng đọc được; trả lời tin nhắn bằng chính lời này.")
        grid.add_remark(PlainLabel(hint, tone="muted", kind="caption", wrap=True))
        grid.add_remark(self.public)
        grid.add_row(self.tr("Lời đọc"), self.script)
        hint = self.tr("Để trống thì tổng đài viên đọc nội dung.")
        grid.add_remark(PlainLabel(hint, tone="muted", kind="caption", wrap=True))
        grid.add_row(self.tr("Từ"), self.since)
        grid.add_row(self.tr("Đến"), self.until)
        grid.add_row(self.tr("Phạm vi"), self.area)
        self.ward.setAccessibleName(self.tr("Thêm phường, xã"))
        line_of(self.ward).setPlaceholderText(self.tr("Thêm phường, xã"))
        grid.add_remark(self.ward)
        grid.add_remark(self._chips)
        drawn = row_of((self._drawn, 1), self.one_more, self.redraw, margins=NONE)
        self._drawing = QWidget()
        self._drawing.setLayout(drawn)
        grid.add_remark(self._drawing)
        body = QWidget()
        column_of(grid, STRETCH, margins=(0, 0, 6, 0), parent=body)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(body)
        buttons = row_of(STRETCH, self.cancel, self.save, margins=(0, 0, 6, 0))
        column_of(
            self._title,
            (scroll, 1),
            self._problem,
            buttons,
            margins=(10, 10, 4, 10),
            gap=8,
            parent=self,
        )

    # --- open and close

    def begin(self, notice: Notice | None = None) -> None:
        """Show a notice to change, or an empty one."""
        self._notice = notice
        now = self._desk.clock()
        said = notice.said if notice else None
        self._title.setText(self.tr("Sửa thông báo") if notice else self.tr("Thông báo mới"))
        self.save.setText(self.tr("Lưu") if notice else self.tr("Ra thông báo"))
        self.title.setText(said.title if said else "")
        self.text.setPlainText(said.text if said else "")
        self.script.setPlainText(said.script or "" if said else "")
        self.kind.setCurrentIndex(max(0, self.kind.findData(said.kind if said else "")))
        self.group.setCurrentIndex(max(0, self.group.findData((said and said.group) or "")))
        self.since.setDateTime(local_time(said.starts_at if said else now))
        self.until.setDateTime(local_time(said.ends_at if said else now + USUAL))
        self.public.setChecked(bool(said and said.public))
        self._problem.setText("")
        self.codes = said.wards if said else ()
        areas = said.areas if said else ()
        self.corners, self._kept = (areas[0], areas[1:]) if areas else ((), ())
        kind = "everywhere" if said and said.everywhere else "drawn" if areas else "wards"
        self.area.setCurrentIndex(AREAS.index(kind))
        self._show_area()
        self.title.setFocus()

    def close_editor(self) -> None:
        """Close the editor; the map returns to normal."""
        self.drawing_wanted.emit(False, ())
        self.wards_marked.emit(())
        self.closed.emit()

    def submit(self) -> None:
        """Issue the notice, or save the change; after a refusal the input stays, with the error."""
        commit_typed()
        if self.picks_wards:
            self.ward.settle()
            if astray := self.ward.stray_sentence():
                self._problem.setText(astray)
                return
        said = self.said()
        command: IssueNotice | ChangeNotice
        if self._notice is None:
            command = IssueNotice(said=said)
        else:
            seen = self._notice.version
            command = ChangeNotice(notice_id=self._notice.id, said=said, seen=seen)
        run_step(self._desk, command, done=self.close_editor, refused=self._problem.setText)

    def said(self) -> NoticeIssued:
        """The notice as entered."""
        kind = self.area.currentData()
        since = said_time(self.since)
        before = self._notice.said if self._notice else None
        if before is not None and local_time(before.starts_at) == self.since.dateTime():
            since = before.starts_at  # the field has no seconds
        rings = tuple(ring for ring in (self.corners, *self._kept) if ring)
        made = {each.name: getattr(before, each.name) for each in fields(before)} if before else {}
        return NoticeIssued(
            **made
            | {
                "kind": self.kind.currentData(),
                "title": self.title.text(),
                "text": self.text.toPlainText()[: 2 * TEXT_LIMIT],
                "script": self.script.toPlainText()[: 2 * SCRIPT_LIMIT] or None,
                "group": self.group.currentData() or None,
                "public": self.public.isChecked(),
                "starts_at": since.astimezone(UTC),
                "ends_at": said_time(self.until).astimezone(UTC),
                "wards": self.codes if kind == "wards" else (),
                "areas": rings if kind == "drawn" else (),
                "everywhere": kind == "everywhere",
            }
        )

    @property
    def problem(self) -> str:
        """The error that is shown; "" if there is none."""
        return self._problem.text()

    # --- the area

    @property
    def picks_wards(self) -> bool:
        """Whether a click on the map selects its ward."""
        return self.isVisible() and self.area.currentData() == "wards"

    def add_ward(self, code: str) -> None:
        """Add a ward and clear the field."""
        if code and code not in self.codes:
            self.codes = (*self.codes, code)
        self.ward.reset()
        self._show_area()

    def toggle_ward(self, code: str) -> None:
        """Add or remove the ward clicked on the map."""
        if code in self.codes:
            self.drop_ward(code)
        else:
            self.add_ward(code)

    def drop_ward(self, code: str) -> None:
        """Remove this ward."""
        self.codes = tuple(each for each in self.codes if each != code)
        self._show_area()

    def take_corners(self, corners: Ring) -> None:
        """Take the corners drawn on the map."""
        self.corners = corners
        self._say_drawn()

    def say_again(self) -> None:
        """Show the area again, when the map returns to this page."""
        self._show_area()

    def _draw(self, corners: Ring) -> None:
        self.corners, self._kept = corners, ()
        self._show_area()

    def _draw_another(self) -> None:
        self.corners, self._kept = (), (self.corners, *self._kept)
        self._show_area()

    @property
    def done_areas(self) -> tuple[Ring, ...]:
        """The notice's finished areas while another one is being drawn."""
        drawing = self.isVisible() and self.area.currentData() == "drawn"
        return self._kept if drawing else ()

    def _show_area(self) -> None:
        kind = self.area.currentData()
        self.ward.setVisible(kind == "wards")
        self._chips.setVisible(kind == "wards")
        self._drawing.setVisible(kind == "drawn")
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for code in self.codes:
            name = short_ward(self._desk.catalogue.wards[code].name)
            chip = Button(f"{name}  ×", kind="flat")
            chip.setAccessibleName(self.tr("Bỏ {0}").format(name))
            chip.clicked.connect(lambda _checked=False, which=code: self.drop_ward(which))
            self._flow.addWidget(chip)
        self._say_drawn()
        self.wards_marked.emit(self.codes if kind == "wards" else ())
        self.drawing_wanted.emit(kind == "drawn", self.corners)

    def _say_drawn(self) -> None:
        n = len(self.corners)
        said = self.tr("Bấm từng góc của vùng trên bản đồ; Backspace bỏ góc cuối.")
        if n:
            said = self.tr("{0} Đã có {1} góc.").format(said, n)
        if self._kept:
            said = self.tr("{0} Vùng khác: {1}.").format(said, len(self._kept))
        self._drawn.setText(said)
        self.redraw.setEnabled(n > 0 or bool(self._kept))
        self.one_more.setEnabled(n > 2)
