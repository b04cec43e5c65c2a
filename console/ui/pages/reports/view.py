"""One report on the screen: its table, a chart next to it, notes below."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import override

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.services.views import reports as rv
from console.services.views.reports import Report
from console.ui.text import formats, words
from console.ui.theme import themes
from console.ui.widgets.basic.badge import Badge
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.charts.chart import Bar, ColumnBar, Columns, StackedBars
from console.ui.widgets.layout.boxes import NONE, STRETCH, column_of
from console.ui.widgets.layout.flow import FlowLayout
from console.ui.widgets.layout.section import Section
from console.ui.widgets.layout.split import Split
from console.ui.widgets.page_frames.page import in_order
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

type Row = tuple[str, tuple[rv.Cell, ...]]

BARS = 16
_WIDE = 5
"""With more columns than this the table gets the room, with fewer the chart."""
_CHARTED = ("score", "again", "p90_h", "answered")
"""Columns that the chart shows if no number of the table can be opened."""
_LATER_TEXT = {"why": 22, "service": 20, "agency": 14, "side": 9}
"""Width of text columns after the first."""
_FIRST_TEXT = {"hour": 12, "number": 14, "operator": 12}
"""Width of first columns that do not take the spare room."""
_SHARE, _NUMBER = 7, 5
"""Minimum width of `100,0 %` and of other numbers."""
_LONG_TITLE, _LONG_OF_MANY = 14, 6
"""Characters from which the heading of a number takes two lines, if there are many columns."""
_MANY = 10
"""With more columns than this none is shortened; the table scrolls beside a fixed name column."""
_LEAST_CHART, _BESIDE = 340, 10
"""Width of a chart next to all columns, and the gap between the two."""
_JUDGED = (("on_time", "ok"), ("late", "warn"), ("open_overdue", "urgent"))


def cell_text(column: rv.Column, cell: rv.Cell) -> str:
    """A cell as people of the city read it."""
    if cell is None:
        return "—"
    if column.kind == "share" and isinstance(cell, (int, float)):
        return formats.percent(float(cell))
    if isinstance(cell, float):
        return formats.LOCALE.toString(cell, "f", 1)
    return formats.number(cell) if isinstance(cell, int) else cell


class ReportView(QWidget):
    """Shows the parts of a report, one at a time.

    Signals:
        drilled: (part, key, column code, title): show the requests behind a number.
    """

    drilled = Signal(str, str, str, str)

    def __init__(
        self, short_name: Callable[[str], str | None], parent: QWidget | None = None
    ) -> None:
        """Empty until a report comes.

        Args:
            short_name: gives the short name for an agency's code, None for any other key.
        """
        super().__init__(parent)
        self._short_name = short_name
        self._report: Report | None = None
        self._part: Report | None = None
        self._model: RowsModel[Row] | None = None
        self.table: Table | None = None
        self.buttons: list[Button] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        column = column_of(margins=NONE, gap=8, parent=self)
        self._parts = QHBoxLayout()
        self._parts.setSpacing(6)
        column.addLayout(self._parts)
        self._place = QVBoxLayout()
        left = QWidget()
        left.setLayout(self._place)
        self._place.setContentsMargins(0, 0, 8, 0)
        right = QWidget()
        charts = QVBoxLayout(right)
        charts.setContentsMargins(8, 0, 0, 0)
        self.chart_title = Section("")
        self.bars = StackedBars(self.tr("Biểu đồ"))
        self.columns = Columns(self.tr("Biểu đồ theo giờ"))
        charts.addWidget(self.chart_title)
        charts.addWidget(self._make_key())
        holder = QScrollArea()
        holder.setWidgetResizable(True)
        holder.setAccessibleName(self.tr("Biểu đồ"))
        holder.setFrameShape(QScrollArea.Shape.NoFrame)
        inside = QWidget()
        column_of(self.bars, STRETCH, margins=(0, 0, 8, 0), parent=inside)
        holder.setWidget(inside)
        self._bars_holder = holder
        charts.addWidget(holder, 1)
        charts.addWidget(self.columns, 1)
        self.legend = PlainLabel("", tone="muted", kind="caption", wrap=True)
        charts.addWidget(self.legend)
        self.split = Split(left, right, 400)
        column.addWidget(self.split, 1)
        self.words = PlainLabel("", tone="muted", kind="caption", wrap=True)
        column.addWidget(self.words)
        self.bars.opened.connect(self._on_bar)
        self.columns.opened.connect(self._on_bar)

    def _make_key(self) -> QWidget:
        """Build the legend: what the pieces of a bar mean, in their colours and order."""
        self.key = QWidget()
        line = FlowLayout(8)
        line.addWidget(Badge(self.tr("xong đúng hạn"), "ok"))
        line.addWidget(Badge(self.tr("xong trễ"), "warn"))
        line.addWidget(Badge(self.tr("đang mở quá hạn"), "urgent"))
        self.key.setLayout(line)
        return self.key

    def show_report(self, report: Report) -> None:
        """Show this report, on the same part as before if it has that part."""
        name = self._part.name if self._part else ""
        self._report = report
        parts = (report, *report.parts)
        self._offer(parts)
        at = next((n for n, part in enumerate(parts) if part.name == name), 0)
        self.buttons[at].setChecked(True)
        self._show_part(parts[at])
        self.words.setText(_lines(report.words))

    def _offer(self, parts: tuple[Report, ...]) -> None:
        if [b.label for b in self.buttons] == [p.title for p in parts]:
            for button, part in zip(self.buttons, parts, strict=True):
                button.clicked.disconnect()
                button.clicked.connect(partial(self._show_part, part))
            return
        while (item := self._parts.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.buttons = []
        for part in parts:
            button = Button(part.title)
            button.setCheckable(True)
            button.clicked.connect(partial(self._show_part, part))
            self._group.addButton(button)
            self._parts.addWidget(button)
            self.buttons.append(button)
        self._parts.addStretch(1)
        for button in self.buttons:
            button.setVisible(len(parts) > 1)

    def _show_part(self, part: Report, _checked: bool = True) -> None:
        self._part = part
        rows: list[Row] = [*zip(part.keys, part.rows, strict=True)][:2000]
        if self.table is None or self._model is None or self._titles() != self._heads(part):
            self._new_table(part)
        assert self._model is not None  # noqa: S101 - made above
        self._model.set_rows(rows)
        if self.table is not None:
            in_order(*self.buttons, self.table, self._bars_holder)
        self._show_chart(part)
        self._share_room()

    def _share_room(self) -> None:
        """Divide the width between table and chart."""
        part, width = self._part, self.split.width()
        if part is None or self.table is None or not self.isVisible():
            return
        share = 0.3 if len(part.columns) > _WIDE else 0.55
        right = round(width * (0.42 if part.name.startswith("forecast") else share))
        if len(part.columns) > _MANY:
            whole = self.table.fitting_width(width - _LEAST_CHART)
            if whole < self.table.whole_width:
                whole = self.table.fitting_width(width - right)
            right = width - whole - _BESIDE
        elif self.table.whole_width < width - right - _BESIDE:
            # Nothing in the table would fill the gap between the two.
            right = width - max(self.table.whole_width, width * 2 // 5) - _BESIDE
        self.split.setSizes([width - right, right])

    def _titles(self) -> list[str]:
        found = self._model.columns if self._model else ()
        return [c.title.replace("\n", " ") for c in found]

    def _heads(self, part: Report) -> list[str]:
        english = words.lang() == "en"
        return [c.en if english else c.vi for c in part.columns]

    def _new_table(self, part: Report) -> None:
        if self.table is not None:
            self._place.removeWidget(self.table)
            self.table.deleteLater()
        model: RowsModel[Row] = RowsModel(
            [self._column(n, c, part) for n, c in enumerate(part.columns)],
            lambda row: row[0],
            lambda: part.made_at,
        )
        self._model = model
        empty = self.tr("Kỳ này không có số liệu.")
        frozen = next((n for n, c in enumerate(part.columns, 1) if c.kind == "text"), 0)
        self.table = Table(model, part.title, empty=empty, frozen=frozen, by_cell=True)
        self.table.doubleClicked.connect(self._on_cell)
        self.table.opened.connect(lambda _key: self._on_enter())
        self._place.addWidget(self.table)

    def _column(self, n: int, column: rv.Column, part: Report) -> Column[Row]:
        title = self._heads(part)[n]

        def text(row: Row, _now: datetime) -> str:
            if column.code == "agency":
                return self._short_name(row[0]) or str(row[1][n])
            return cell_text(column, row[1][n])

        if column.kind == "time":
            return Column(title, text, width=17)
        if column.kind == "text":
            # The call centre's value column holds numbers as text.
            if column.code == "value":
                return Column(title, text, width=14, right=True)
            if n and len([c for c in part.columns if c.kind == "text"]) > 1:
                return Column(title, text, width=_LATER_TEXT.get(column.code, 16))
            if column.code in _FIRST_TEXT:
                return Column(title, text, None, "strong", _FIRST_TEXT[column.code])
            wide = len(part.columns) > _WIDE
            roomy = 38 if wide and len(part.columns) <= _MANY else 0
            return Column(title, text, None, "strong", 26 if wide else 0, wide=roomy)
        title = _two_lines(title, _LONG_OF_MANY if len(part.columns) > _MANY else _LONG_TITLE)
        least = _SHARE if column.kind == "share" else _NUMBER
        return Column(title, text, width=max(least, _widest(title)), right=True)

    # --- drill-down

    def _on_cell(self, index: QModelIndex) -> None:
        self._drill(index.row(), index.column())

    def _on_enter(self) -> None:
        if self.table is not None and self.table.hasFocus():
            index = self.table.currentIndex()
            self._drill(index.row(), index.column())

    def _on_bar(self, key: str) -> None:
        if self._part is not None and key in self._part.keys:
            at = next((n for n, c in enumerate(self._part.columns) if c.drill), -1)
            self._drill(self._part.keys.index(key), at)

    def _drill(self, row: int, at: int) -> None:
        part = self._part
        if part is None or not (0 <= row < len(part.rows) and 0 <= at < len(part.columns)):
            return
        column = part.columns[at]
        if not column.drill:
            # A name opens the first number of its row.
            at = next((n for n, c in enumerate(part.columns) if c.drill), -1)
            if at < 0:
                return
            column = part.columns[at]
        name = next((str(v) for c, v in zip(part.columns, part.rows[row], strict=True)
                     if c.kind == "text"), "")  # fmt: skip
        head = self._heads(part)[at]
        title = " · ".join(each for each in (name, head) if each)
        self.drilled.emit(part.name, part.keys[row], column.code, title)

    # --- the chart

    def _show_chart(self, part: Report) -> None:
        codes = [c.code for c in part.columns]
        hours = part.name == "hour" or "expected" in codes
        self.columns.setVisible(hours)
        self._bars_holder.setVisible(not hours)
        self.legend.setVisible("expected" in codes)
        self.key.setVisible("on_time" in codes)
        if "expected" in codes:
            self._show_forecast(part)
        elif hours:
            self._show_hours(part, codes)
        elif "on_time" in codes:
            self.chart_title.set_title(self.tr("Đúng hạn, xong trễ, quá hạn"))
            self.bars.set_bars(self._judged(part), relative=True)
        else:
            self._show_bars(part)

    def _show_forecast(self, part: Report) -> None:
        self.chart_title.set_title(self.tr("Dự báo và thực tế"))
        self.legend.setText(
            self.tr("Cột: thực tế, đỏ khi vượt dải. Đường: dự báo. Nền: dải, chín giờ trong mười")
        )
        lines = [part.row(key) for key in part.keys]
        bars = [
            ColumnBar(key, str(line["hour"]), _number(line["came"]))
            for key, line in zip(part.keys, lines, strict=True)
        ]
        if any(line["expected"] is None for line in lines):
            self.columns.set_columns(bars)
            return
        self.columns.set_columns(
            bars,
            [(_float(line["low"]), _float(line["high"])) for line in lines],
            [_float(line["expected"]) for line in lines],
        )

    def _show_hours(self, part: Report, codes: list[str]) -> None:
        self.chart_title.set_title(self.tr("Theo giờ trong ngày"))
        at = codes.index("received") if "received" in codes else codes.index("offered")
        self.columns.set_columns(
            [
                ColumnBar(key, str(row[0]), _whole(row[at]))
                for key, row in zip(part.keys, part.rows, strict=True)
            ]
        )

    def _show_bars(self, part: Report) -> None:
        codes = [c.code for c in part.columns]
        at = next((codes.index(c) for c in _CHARTED if c in codes and _said(part, c)), -1)
        if at < 0:
            at = next((n for n, c in enumerate(part.columns) if c.drill), -1)
        name = next((n for n, c in enumerate(part.columns) if c.kind == "text"), -1)
        self.chart_title.set_title(self._heads(part)[at] if codes[at] in _CHARTED else part.title)
        shares = at >= 0 and part.columns[at].kind == "share"
        bars = [
            Bar(
                key,
                str(row[name]),
                ((round(_float(row[at]) * 100) if shares else _whole(row[at]), "accent"),),
                cell_text(part.columns[at], row[at]) if shares else "",
            )
            for key, row in zip(part.keys, part.rows, strict=True)
            if at >= 0 and name >= 0
        ]
        if part.columns[0].code == "received":
            bars = [
                Bar(c.code, self._heads(part)[n], ((_whole(part.rows[0][n]), tone),))
                for n, (c, tone) in enumerate(
                    zip(part.columns, ("accent", "ok", "warn", "urgent"), strict=False)
                )
            ]
        self.bars.set_bars(bars[:BARS])

    def _judged(self, part: Report) -> list[Bar]:
        bars = []
        for key in part.keys:
            row = part.row(key)
            pieces = tuple((_whole(row[code]), tone) for code, tone in _JUDGED)
            if sum(n for n, _ in pieces):
                share = row["on_time_share"]
                said = formats.percent(share if isinstance(share, float) else None)
                name = self._short_name(key) or str(row["agency"])
                bars.append(Bar(key, name, pieces, said))
        return bars[:BARS]

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            QTimer.singleShot(0, self, self._share_room)  # after the layout has set the sizes


def _two_lines(title: str, least: int) -> str:
    """Break the title into two lines of similar length; one shorter than `least` stays whole."""
    if len(title) < least:
        return title
    before, comma, after = title.partition(", ")
    halves = (before + comma.rstrip(), after) if comma else formats.halves(title)
    return "\n".join(filter(None, halves))


def _widest(title: str) -> int:
    """Width of the title in average characters of a heading."""
    metrics = QFontMetrics(themes.font(bold=True))
    widest = max(metrics.horizontalAdvance(line) for line in title.split("\n"))
    return -(-widest // metrics.averageCharWidth())


def _lines(said: tuple[tuple[str, str], ...]) -> str:
    """The notes: the formula on its own line, the rest on one."""
    whole = [f"{label}: {text}" for label, text in said]
    return "\n".join([*whole[:1], " · ".join(whole[1:])])


def _whole(cell: rv.Cell) -> int:
    return int(cell) if isinstance(cell, (int, float)) else 0


def _number(cell: rv.Cell) -> int | None:
    return None if cell is None else _whole(cell)


def _float(cell: rv.Cell) -> float:
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def _said(part: Report, code: str) -> bool:
    """Whether any row has a value in this column."""
    at = [c.code for c in part.columns].index(code)
    return any(row[at] is not None for row in part.rows)
