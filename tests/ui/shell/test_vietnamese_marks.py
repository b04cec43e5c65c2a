"""No Vietnamese diacritic is cut off: pictures of every label and button of every page, at three
text sizes.

Each widget is painted once with the tallest letters and once without text; the difference is the
ink. It must be as high as the same letters painted with enough room.
"""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QTableView,
    QWidget,
)

from console.services.desk import Desk
from console.ui.runtime import tasks
from console.ui.theme import themes
from tests.ui.city import log, message
from tests.ui.line import WHOLE, ToldLine
from tests.ui.window import open_room

TALL = "ẪỆgỵ"
"""Two diacritics above, one below, a descender."""

SIZES = (100, 150, 200)


@pytest.fixture(autouse=True)
def _usual_text(qapp: QApplication) -> Iterator[None]:
    yield
    themes.apply(qapp, "light")


def rows_of(image: QImage) -> list[bytes]:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    wide = plain.width() * 4
    whole = bytes(plain.constBits())
    step = plain.bytesPerLine()
    return [whole[n * step : n * step + wide] for n in range(plain.height())]


def ink_height(font: QFont) -> int:
    """Height of the letters' ink with enough room."""
    image = QImage(900, 400, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setPen(Qt.GlobalColor.black)
    painter.setFont(font)
    painter.drawText(40, 200, TALL)
    painter.end()
    blank = rows_of(image)[0]
    touched = [n for n, row in enumerate(rows_of(image)) if row != blank]
    return touched[-1] - touched[0] + 1


def painted_height(widget: QLabel | QAbstractButton) -> int:
    """Height of the ink in the widget's picture."""
    before = widget.text()
    widget.setText(TALL)
    with_word = rows_of(widget.grab().toImage())
    widget.setText(" ")
    without = rows_of(widget.grab().toImage())
    widget.setText(before)
    touched = [n for n, (a, b) in enumerate(zip(with_word, without, strict=True)) if a != b]
    return touched[-1] - touched[0] + 1 if touched else 0


def room_in(widget: QLineEdit | QComboBox) -> int:
    """Height available for its text."""
    style = widget.style()
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        return style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, part, widget
        ).height()
    frame = QStyleOptionFrame()
    widget.initStyleOption(frame)
    return style.subElementRect(QStyle.SubElement.SE_LineEditContents, frame, widget).height()


class Heights:
    """Measured once for each font, and for each widget of the same kind, font and height."""

    def __init__(self) -> None:
        self._needed: dict[str, int] = {}
        self._painted: dict[tuple[object, ...], int] = {}

    def needed(self, font: QFont) -> int:
        key = font.toString()
        if key not in self._needed:
            self._needed[key] = ink_height(font)
        return self._needed[key]

    def painted(self, widget: QLabel | QAbstractButton) -> int:
        kinds = (widget.property("kind"), widget.property("ui"))
        key = (type(widget), *kinds, widget.font().toString(), widget.height())
        if key not in self._painted:
            self._painted[key] = painted_height(widget)
        return self._painted[key]


def cut(page: QWidget, heights: Heights) -> list[str]:
    """Widgets of this page that cut text, with their available and needed height."""
    found: list[str] = []
    needed = heights.needed
    for widget in page.findChildren(QWidget):
        if not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        has = need = 0
        if isinstance(widget, (QLabel, QAbstractButton)) and widget.text().strip():
            if widget.width() < widget.fontMetrics().horizontalAdvance(TALL) + 24:
                continue
            font = widget.font()
            if isinstance(widget, QLabel) or type(widget).__name__ in ("Button", "QCheckBox"):
                has, need = heights.painted(widget), needed(font)
        elif isinstance(widget, (QLineEdit, QComboBox)):
            has, need = room_in(widget), needed(widget.font())
        elif isinstance(widget, QTableView) and widget.model() is not None:
            has = widget.verticalHeader().defaultSectionSize()
            need = needed(widget.font()) + 2
        if has < need:
            text = getattr(widget, "text", lambda: "")()
            found.append(f"{type(widget).__name__} {text!r}: {has} of {need}")
    return found


@pytest.mark.parametrize("percent", SIZES)
async def test_no_mark_is_cut_on_any_page(desk: Desk, percent: int) -> None:
    await log(desk)
    await message(desk, "Đường Võ Công Tồn ngập, nước tràn vào nhà")
    room = await open_room(desk, "supervisor", ToldLine(WHOLE))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    themes.apply(app, "light", percent)
    room.call("ringing", operator="101", peer_number="0903123456", queue="1022")
    found: dict[str, list[str]] = {}
    heights = Heights()
    for name in room.window.rail.pages:
        room.window.goto_page(name)
        await tasks.settle()
        QApplication.sendPostedEvents()
        if wrong := cut(room.window, heights):
            found[name] = wrong
    assert not found, "\n".join(f"{name}: {each}" for name, each in found.items())


def test_a_label_that_is_too_low_is_seen(qapp: QApplication) -> None:
    themes.apply(qapp, "light")
    holder = QWidget()
    label = QLabel("Nguyễn", holder)
    label.setGeometry(0, 0, 200, label.fontMetrics().height() // 2)
    holder.show()
    assert cut(holder, Heights())
    label.setGeometry(0, 0, 200, label.fontMetrics().height() * 2)
    assert not cut(holder, Heights())
    holder.close()
    holder.deleteLater()
