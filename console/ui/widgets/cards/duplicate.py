"""A likely duplicate with enough detail to judge it: photo, text, distance, age, reporters."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import override

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from console.domain.catalogue.catalogue import Catalogue
from console.services.views.requests import DuplicateRow
from console.ui import actions
from console.ui.text import formats, words
from console.ui.theme import icons, themes
from console.ui.widgets.basic.badge import Badge
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel, set_tooltip
from console.ui.widgets.cards.card import Card

_THUMB = QSize(72, 48)
_GAP = 8


class DuplicateCard(Card):
    """An open or recently closed request nearby.

    Attributes:
        join: the button (or Ctrl+M while it is the chosen card) asks to add the caller to it.
    """

    join = Signal(object)

    def __init__(
        self,
        row: DuplicateRow,
        catalogue: Catalogue,
        now: datetime,
        photo: Callable[[str], Path | None],
        parent: QWidget | None = None,
        *,
        keyed: bool = True,
    ) -> None:
        """Show this row.

        Args:
            photo: finds the file of a stored photo.
            keyed: whether Ctrl+M acts on this card.
        """
        number = formats.request_number(row.number)
        super().__init__(name=f"{number}, {row.description}", parent=parent)
        self.row = row
        self._catalogue = catalogue
        self.body.setContentsMargins(8, 6, 8, 6)
        self._thumb = _Thumb(photo(row.photo) if row.photo else None)
        self._top = self._head(number, now)
        button = Button(self.tr("Gộp vào"), shortcut_hint=actions.key("form.join") if keyed else "")
        button.clicked.connect(self._on_join)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(PlainLabel(row.description or self._service(), kind="caption", elide=True))
        texts.addWidget(PlainLabel(self._facts(now), tone="muted", kind="caption", elide=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(0)
        grid.addWidget(self._thumb, 0, 0, 2, 1)
        grid.addWidget(self._top, 0, 1, 1, 2)
        grid.addLayout(texts, 1, 1)
        grid.addWidget(button, 1, 2, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        set_tooltip(self, row.description)

    def _head(self, number: str, now: datetime) -> QWidget:
        """The number, which is read out on the telephone and so never cut, and the time left."""
        row = self.row
        sign = words.state_sign(row.state)
        if row.due_at is not None and sign.tone not in ("ok", "muted"):
            sign = formats.countdown(row.due_at, row.requested_at, now)
        head = QWidget()
        top = QHBoxLayout(head)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(6)
        top.addWidget(PlainLabel(number, kind="strong"), 1)
        top.addWidget(Badge(sign.text, sign.tone, sign.shape))
        return head

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """With large text the number comes first and the picture gives way."""
        super().resizeEvent(event)
        margins = self.body.contentsMargins()
        room = self.contentsRect().width() - margins.left() - margins.right()
        room -= _THUMB.width() + _GAP
        self._thumb.setVisible(room >= self._top.sizeHint().width())

    def _service(self) -> str:
        service = self._catalogue.services.get(self.row.service_code)
        return service.name if service else self.row.service_code

    def _facts(self, now: datetime) -> str:
        row = self.row
        facts = []
        if row.distance_m is not None:
            facts.append(self.tr("cách {0}").format(_distance(row.distance_m)))
        elif row.address_string:
            facts.append(row.address_string)
        facts.append(formats.ago(row.requested_at, now))
        facts.append(self.tr("{0} người báo").format(row.reporters))
        return " · ".join(facts)

    def _on_join(self) -> None:
        self.join.emit(self.row)


class _Thumb(QWidget):
    """The photo, loaded small, with round corners; or a sign that there is none."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self.setFixedSize(_THUMB)
        self.setAccessibleName(self.tr("có ảnh") if path else self.tr("không có ảnh"))
        self._picture = QPixmap(str(path)) if path else QPixmap()
        if not self._picture.isNull():
            self._picture = self._picture.scaled(
                _THUMB * self.devicePixelRatioF(),
                Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                Qt.TransformationMode.SmoothTransformation,
            )

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setClipPath(shape)
        if self._picture.isNull():
            painter.fillRect(self.rect(), QColor(tokens.muted_soft))
            side = 20
            mark = icons.pixmap("photo", tokens.muted, side, self.devicePixelRatioF())
            painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, mark)
        else:
            painter.drawPixmap(self.rect(), self._picture)
        painter.end()


def _distance(metres: float) -> str:
    if metres < 1000:
        return f"{round(metres)} m"
    return f"{formats.LOCALE.toString(metres / 1000, 'f', 1)} km"
