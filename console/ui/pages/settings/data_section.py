"""The section **Dữ liệu** of the settings: import a file after a check, rebuild the tables.

For administrators. Running work is also shown in the status line, as all long work is.
"""

from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QProgressBar,
    QWidget,
)

from console.services.desk import Desk
from console.services.ports.seat_data import DataFinding, DataKind, DataReport
from console.ui.pages.settings.data_presenter import DataPresenter
from console.ui.runtime.long_work import long_works
from console.ui.text import formats
from console.ui.theme.signs import LabelTone
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.message_bar import announce
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.layout.boxes import NONE, column_of, row_of
from console.ui.widgets.layout.form_grid import FormGrid
from console.ui.widgets.layout.section import Section
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

type _Row = tuple[int, DataFinding]


class DataSection(QWidget):
    """The form, the effect of the file, and the rebuild below."""

    def __init__(self, presenter: DataPresenter, desk: Desk, parent: QWidget | None = None) -> None:
        """Build it with nothing chosen."""
        super().__init__(parent)
        self.presenter = presenter
        presenter.setParent(self)
        self.kind = QComboBox()
        self.path = QLineEdit()
        self.choose = Button(self.tr("Chọn tệp…"))
        self.licence = QLineEdit()
        self.look = Button(self.tr("Xem thử"))
        self.bring = Button(self.tr("Nhập"), kind="primary")
        self.bar = QProgressBar()
        self.stop = Button(self.tr("Dừng"))
        self.said = PlainLabel(wrap=True)
        self.model: RowsModel[_Row] = RowsModel(self._columns(), lambda row: row[0], desk.clock)
        self.table = Table(
            self.model,
            self.tr("Điều cần biết về tệp"),
            empty=self.tr("Chọn loại dữ liệu và tệp rồi bấm Xem thử: chưa ghi gì cả."),
        )
        self.whole = PlainLabel(tone="muted", wrap=True)
        self.again = Button(self.tr("Dựng lại các bảng"))
        self._announced = ""
        self._build()
        self._wire()
        self._show()

    def _columns(self) -> tuple[Column[_Row], ...]:
        words = {True: self.tr("không nhận"), False: self.tr("lưu ý")}

        def said(row: _Row, _now: datetime) -> str:
            return words[row[1].refused]

        return (
            Column(self.tr("Dòng, mã"), lambda row, _: row[1].where, width=14),
            Column(self.tr("Kết quả"), said, width=11),
            Column(self.tr("Lý do"), lambda row, _: row[1].why, width=0),
            Column(self.tr("Nội dung"), lambda row, _: row[1].detail, None, "muted", 28, wide=46),
        )

    # --- building

    def _build(self) -> None:
        column = column_of(
            Section(self.tr("Nhập dữ liệu")), margins=(0, 0, 8, 0), gap=10, parent=self
        )
        for kind, word in self._kinds().items():
            self.kind.addItem(word, kind)
        form = FormGrid()
        form.add_row(self.tr("Loại dữ liệu"), self.kind)
        form.add_row(self.tr("Tệp"), _beside(self.path, self.choose), buddy=self.path)
        self._licence_label = form.add_row(self.tr("Giấy phép"), self.licence)
        self.licence.setPlaceholderText(self.tr("Nguồn và giấy phép của dữ liệu, giữ kèm bản đồ"))
        column.addWidget(form)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.bar.setAccessibleName(self.tr("Tiến độ"))
        verbs = _beside(self.look, self.bring, self.bar, self.stop)
        column.addWidget(verbs)
        column.addWidget(self.said)
        column.addWidget(self.table, 1)
        column.addWidget(self.whole)
        column.addWidget(Section(self.tr("Dựng lại các bảng từ nhật ký sự kiện")))
        hint = self.tr(
            "Khi danh sách hay số liệu nghi sai. Không mất dữ liệu, trong lúc dựng lại vẫn lưu "
            "phiếu như thường. Dừng lúc nào cũng được: phần đã xem là đúng, phần còn lại như trước."
        )
        column.addWidget(PlainLabel(hint, tone="muted", wrap=True))
        column.addWidget(_beside(self.again))

    def _kinds(self) -> dict[DataKind, str]:
        return {
            DataKind.REQUESTS: self.tr("Lịch sử phản ánh (CSV)"),
            DataKind.WARDS: self.tr("Ranh giới phường, xã (GeoJSON)"),
            DataKind.STREETS: self.tr("Tên đường, địa danh (GeoJSON, CSV)"),
            DataKind.ASSETS: self.tr("Trụ đèn, hố ga, cây, trạm (CSV, GeoJSON)"),
            DataKind.BASEMAP: self.tr("Bản đồ nền (.pmtiles, .mbtiles)"),
        }

    def _wire(self) -> None:
        presenter = self.presenter
        self.kind.currentIndexChanged.connect(lambda _at: self._on_chosen())
        self.path.textChanged.connect(lambda _text: self._on_chosen())
        self.path.returnPressed.connect(self._look)
        self.choose.clicked.connect(self._choose_file)
        self.look.clicked.connect(self._look)
        self.bring.clicked.connect(self._bring)
        self.stop.clicked.connect(self._stop)
        self.again.clicked.connect(presenter.rebuild)
        self.table.chosen.connect(self._on_row)
        presenter.changed.connect(self._show)
        presenter.failed.connect(self._on_failed)

    # --- actions

    @property
    def chosen(self) -> tuple[DataKind, Path]:
        """The chosen kind and file."""
        return DataKind(self.kind.currentData()), _typed_path(self.path.text())

    def _choose_file(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Chọn tệp…"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._take_file)
        dialog.open()

    def _take_file(self, path: str) -> None:
        self.path.setText(path)
        self.look.setFocus()

    def _on_chosen(self) -> None:
        self._say("", "muted")
        self.presenter.forget()

    def _look(self) -> None:
        if self.look.isEnabled():
            self.presenter.look(*self.chosen)

    def _bring(self) -> None:
        self.presenter.bring(*self.chosen, self.licence.text().strip())

    def _stop(self) -> None:
        for work in long_works().running:
            if work.name == self.presenter.working:
                work.stop()

    def close_work(self) -> None:
        """The person leaves: stop running work; what is stored stays."""
        self._stop()

    # --- showing

    def _on_row(self, key: object) -> None:
        """Show the chosen row in full: a reason is longer than its column."""
        row = self.model.row(key) if isinstance(key, int) else None
        found = row[1] if row is not None else None
        said = (found.why, found.detail) if found is not None else ()
        self.whole.setText(" · ".join(filter(None, said)))
        self.whole.setVisible(bool(said))

    def _show(self) -> None:
        presenter = self.presenter
        busy = bool(presenter.working)
        kind, path = self.chosen
        history = kind is DataKind.REQUESTS
        self.licence.setVisible(not history)
        self._licence_label.setVisible(not history)
        if busy:
            self._show_stop()
        self.look.setEnabled(not busy and bool(self.path.text().strip()))
        self.bring.setEnabled(presenter.may_bring(kind, path))
        for widget in (self.kind, self.path, self.choose, self.licence, self.again):
            widget.setEnabled(not busy)
        if busy:
            self._show_progress()
        else:
            self._hide_stop()
            self._show_outcome()

    def _show_stop(self) -> None:
        """Move the focus to the stop button: the button that started the work is disabled."""
        began_here = QApplication.focusWidget() in (self.look, self.bring, self.again, self.path)
        self.bar.setVisible(True)
        self.stop.setVisible(True)
        if began_here:
            self.stop.setFocus()

    def _hide_stop(self) -> None:
        if self.stop.hasFocus():
            (self.bring if self.bring.isEnabled() else self.look).setFocus()
        self.bar.setVisible(False)
        self.stop.setVisible(False)

    def _show_progress(self) -> None:
        at = self.presenter.progress
        # A large file has more bytes than the progress bar can count.
        self.bar.setRange(0, 1000 if at.every else 0)
        self.bar.setValue(at.done * 1000 // at.every if at.every else 0)
        said = self.presenter.working
        if at.rows:
            said = self.tr("{0}: {1} dòng, không nhận {2}").format(
                said, formats.number(at.rows), formats.number(at.refused)
            )
        self.said.set_tone("muted")
        self.said.setText(said)

    def _show_outcome(self) -> None:
        presenter = self.presenter
        report = presenter.report
        findings = report.findings if report is not None else ()
        self.model.set_rows(list(enumerate(findings)))
        if findings:
            self.table.choose_first()
        if presenter.stopped is not None:
            self._say(self._stopped_words(), "warn")
        elif presenter.rebuilt is not None:
            self._tell_rebuilt()
        elif report is not None:
            self._say(self._words(report), "warn" if report.refused else "ok")
        else:
            self._say("", "muted")

    def _stopped_words(self) -> str:
        at = self.presenter.stopped
        if at is not None and at.rows and self.bring.isEnabled():
            said = self.tr("Đã dừng sau {0} dòng. Những gì đã nhập vẫn còn; bấm Nhập để nhập tiếp.")
            return said.format(formats.number(at.rows))
        if at is not None and self.presenter.rebuilding:
            said = self.tr("Đã dừng sau {0} phản ánh: chừng ấy đã đúng, phần còn lại như trước.")
            return said.format(formats.number(at.done))
        return self.tr("Đã dừng, không có gì thay đổi.")

    def _words(self, report: DataReport) -> str:
        noun = {
            DataKind.REQUESTS: self.tr("phản ánh"),
            DataKind.WARDS: self.tr("ranh giới"),
            DataKind.STREETS: self.tr("tên đường, địa danh"),
            DataKind.ASSETS: self.tr("tài sản"),
            DataKind.BASEMAP: self.tr("bản đồ nền"),
        }[report.kind]
        head = self.tr("Sẽ nhập {0} {1}") if report.dry_run else self.tr("Đã nhập {0} {1}")
        said = [head.format(formats.number(report.taken), noun)]
        if report.known:
            said.append(self.tr("đã có sẵn {0}").format(formats.number(report.known)))
        said.append(self.tr("không nhận {0}").format(formats.number(report.refused)))
        lines = ["; ".join(said) + "."]
        if report.done_before:
            lines.append(self.tr("Tệp này đã nhập xong trước đây."))
        if report.side_file is not None:
            lines.append(self.tr("Các dòng không nhận, kèm lý do: {0}").format(report.side_file))
        if report.unused:
            lines.append(self.tr("Không dùng các cột: {0}").format(", ".join(report.unused)))
        if not report.dry_run:
            lines.append(self._seen_later(report.kind))
        return "\n".join(filter(None, lines))

    def _seen_later(self, kind: DataKind) -> str:
        """Say that the map shows it only after a restart."""
        return {
            DataKind.WARDS: self.tr("Bản đồ vẽ ranh giới mới sau khi khởi động lại chương trình."),
            DataKind.ASSETS: self.tr(
                "Loại tài sản chưa từng có hiện trên bản đồ sau khi khởi động lại chương trình."
            ),
        }.get(kind, "")

    def _tell_rebuilt(self) -> None:
        done = self.presenter.rebuilt
        if done is None:
            return
        said = self.tr("Đã dựng lại {0} phản ánh từ {1} sự kiện; ").format(
            formats.number(done.requests), formats.number(done.events)
        )
        wrong = sum(done.changed.values())
        said += (
            self.tr("đã sửa {0} dòng sai.").format(formats.number(wrong))
            if wrong
            else self.tr("mọi bảng giống hệt trước đó.")
        )
        self._say(said, "warn" if wrong else "ok")

    def _on_failed(self, why: str) -> None:
        self._say(why, "urgent")

    def _say(self, text: str, tone: LabelTone) -> None:
        self.said.set_tone(tone)
        self.said.setText(text)
        if text and text != self._announced:
            announce(self, text, at_once=False)
        self._announced = text


def _typed_path(text: str) -> Path:
    path = Path(text.strip())
    try:
        return path.expanduser()
    except RuntimeError:
        return path  # `~somebody`: an unknown user, half typed


def _beside(*widgets: QWidget) -> QWidget:
    row = QWidget()
    line = row_of(margins=NONE, gap=8, parent=row)
    for widget in widgets:
        line.addWidget(widget, isinstance(widget, QLineEdit))
    if not any(isinstance(widget, QLineEdit) for widget in widgets):
        line.addStretch(1)
    return row
