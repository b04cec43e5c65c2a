"""Publishes a request: a text without personal data next to the original, and photos chosen one by
one.
"""

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from console.domain.requests.commands import PublishRequest, UnpublishRequest
from console.domain.requests.publication import PUBLIC, redacted, rule_for
from console.domain.requests.request import Request
from console.domain.states import State
from console.domain.time_zone import CITY
from console.ui.photos.loading import load_photo
from console.ui.runtime.commands import run_step
from console.ui.runtime.tasks import spawn
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.boxes import row_of
from console.ui.widgets.layout.flow import FlowLayout
from console.ui.widgets.layout.section import Section

if TYPE_CHECKING:
    from console.services.desk import Desk


_PHOTO = 260


class PublishDialog(HouseDialog):
    """The original at the left, the public text at the right."""

    def __init__(self, desk: "Desk", request: Request, parent: QWidget | None = None) -> None:
        """Propose a text without personal data; no photo is preselected."""
        super().__init__(self.tr("Công bố phản ánh"), parent)
        self._desk, self._request = desk, request
        names = [r.name for r in request.reporters if r.name]
        done = request.is_closed or request.state is State.RESOLVED
        original = request.status_notes or "" if done else ""
        self.text = _edit(redacted(request.description, names), self.tr("Nội dung công bố"))
        self.outcome = _edit(redacted(original, names), self.tr("Kết quả công bố"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.addWidget(Section(self.tr("Nguyên văn")), 0, 0)
        grid.addWidget(Section(self.tr("Người dân sẽ đọc")), 0, 1)
        for row, (said, edit) in enumerate(
            ((request.description, self.text), (original, self.outcome)), 1
        ):
            shown = _edit(said, self.tr("Nguyên văn"))
            shown.setReadOnly(True)
            grid.addWidget(shown, row, 0)
            grid.addWidget(edit, row, 1)
        self.body.addLayout(grid, 1)
        self.photos = {
            sha: QCheckBox(self.tr("Ảnh {0}").format(n)) for n, sha in enumerate(self._photos(), 1)
        }
        if self.photos:
            hint = self.tr("Chỉ chọn ảnh không có mặt người, biển số, số nhà riêng.")
            self.body.addWidget(PlainLabel(hint, tone="warn", wrap=True))
            self.body.addLayout(self._photo_row())
        self.exact = QComboBox()
        self.exact.setAccessibleName(self.tr("Độ chính xác của vị trí"))
        for words, digits in (
            (self.tr("Vị trí làm tròn khoảng 100 m"), 3),
            (self.tr("Vị trí đúng điểm ghim"), 6),
            (self.tr("Vị trí làm tròn khoảng 1 km"), 2),
            (self.tr("Không nêu vị trí"), None),
        ):
            self.exact.addItem(words, digits)
        self.exact.setCurrentIndex(self.exact.findData(self._usual_exactness()))
        self.body.addWidget(self.exact)
        verb = self.add_buttons(self.tr("Công bố"))
        verb.clicked.connect(self.publish)
        if request.publish_state == PUBLIC:
            self._offer_withdrawal()
        self.text.setFocus()
        self.resize(860, 560)

    def _photos(self) -> list[str]:
        """The files that are photos; the public page shows no clip, voice note or PDF."""
        kinds = {sha: self._desk.files.describe(sha) for sha in self._request.photos}
        return [sha for sha, kind in kinds.items() if kind is None or kind.mime[:6] == "image/"]

    def _photo_row(self) -> FlowLayout:
        """Each photo above its box, so that a face or a plate is seen before it is chosen."""
        row = FlowLayout(gap=12)
        for sha, box in self.photos.items():
            holder = QWidget()
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            shown = PlainLabel(self.tr("Đang tải ảnh…"), tone="muted")
            column.addWidget(shown)
            column.addWidget(box)
            row.addWidget(holder)
            spawn(self._load(sha, shown))
        return row

    async def _load(self, sha256: str, shown: PlainLabel) -> None:
        where = await self._desk.file(sha256)
        image = await asyncio.to_thread(load_photo, where, _PHOTO) if where else None
        if not isValid(shown):
            return
        if image is None:
            shown.setText(self.tr("Ảnh không có ở máy này"))
        else:
            shown.setPixmap(QPixmap.fromImage(image))

    def _usual_exactness(self) -> int | None:
        """The precision that the city's rule sets for this service, or the nearest choice."""
        service = self._desk.catalogue.services.get(self._request.service_code)
        if service is None:
            return 3
        today = self._desk.clock().astimezone(CITY).date()
        digits = rule_for(service, self._desk.catalogue.publications, today).decimals
        return None if digits is None else 2 if digits < 3 else 3 if digits < 5 else 6

    def _offer_withdrawal(self) -> None:
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(self.tr("Lý do thôi công bố"))
        self.reason.setAccessibleName(self.tr("Lý do thôi công bố"))
        self.withdraw_button = Button(self.tr("Thôi công bố"), kind="danger")
        self.withdraw_button.clicked.connect(self.withdraw)
        self.body.addLayout(row_of((self.reason, 1), self.withdraw_button))

    def publish(self) -> None:
        """Publish it as it is here."""
        command = PublishRequest(
            request_id=self._request.id,
            text=self.text.toPlainText(),
            result=self.outcome.toPlainText() or None,
            photos=tuple(sha for sha, box in self.photos.items() if box.isChecked()),
            exact=self.exact.currentData(),
        )
        run_step(self._desk, command, done=self.finish, refused=self.say_problem)

    def withdraw(self) -> None:
        """Withdraw it, with the typed reason."""
        command = UnpublishRequest(request_id=self._request.id, reason=self.reason.text())
        run_step(self._desk, command, done=self.finish, refused=self.say_problem)


def _edit(text: str, name: str) -> QPlainTextEdit:
    edit = QPlainTextEdit(text)
    edit.setAccessibleName(name)
    edit.setTabChangesFocus(True)
    return edit
