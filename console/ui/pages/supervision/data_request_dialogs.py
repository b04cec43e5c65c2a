"""Dialogs of the register of requests about personal data: a new one, and the next step on one."""

import re
from datetime import datetime
from typing import override

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from console.domain.errors import ConsoleError
from console.domain.privacy.person import person_of
from console.domain.privacy.wishes import KINDS, Wish, WishForm
from console.domain.states import Channel
from console.services.privacy.wishes import hidden_person
from console.services.wording import sentences as wording
from console.ui.text import formats, words
from console.ui.text.error_sentences import sentence
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.asking import AskingDialog, Taken
from console.ui.widgets.fields.period_box import date_edit, local_time, said_time
from console.ui.widgets.fields.remark_box import remark_box
from console.ui.widgets.layout.boxes import row_of
from console.ui.widgets.layout.form_grid import FormGrid

_CHANNELS = (Channel.VOICE, Channel.WALK_IN, Channel.EMAIL, Channel.SMS, Channel.PORTAL,
             Channel.APP, Channel.ZALO, Channel.FACEBOOK)  # fmt: skip
_BETWEEN = re.compile(r"[,;\n]")


class NewDataRequestDialog(AskingDialog):
    """Records what a citizen asks about personal data. Returns a `WishForm`."""

    def __init__(self, now: datetime, take: Taken, parent: QWidget | None = None) -> None:
        """Start empty, received now."""
        super().__init__(self.tr("Ghi yêu cầu về dữ liệu cá nhân"), take, parent)
        lang = words.lang()
        self.kind, self.channel = QComboBox(), QComboBox()
        for kind in KINDS:
            self.kind.addItem(wording.wish_name(kind, lang), kind)
        for channel in _CHANNELS:
            self.channel.addItem(wording.channel_name(channel, lang), channel)
        self.person, self.name = QLineEdit(), QLineEdit()
        self.person.setPlaceholderText(self.tr("0903 123 456, ten@vi-du.vn"))
        self.came = date_edit(self.tr("Nhận lúc"))
        self._opened = local_time(now)
        self.came.setDateTime(self._opened)
        self.text = remark_box(self.tr("Nội dung"))
        form = FormGrid()
        form.add_row(self.tr("Yêu cầu"), self.kind)
        form.add_row(self.tr("Số điện thoại, thư"), self.person)
        form.add_row(self.tr("Họ tên"), self.name)
        form.add_pair(self.tr("Đến qua"), self.channel, self.tr("Nhận lúc"), self.came)
        form.add_row(self.tr("Nội dung"), self.text)
        self.body.addWidget(form)
        hint = self.tr(
            "Trả lời và làm xong tính theo ngày làm việc từ lúc nhận. Chỉ ca trưởng và quản trị "
            "thấy sổ này; đơn vị không bao giờ thấy."
        )
        self.body.addWidget(PlainLabel(hint, tone="muted", wrap=True))
        self.add_verb(self.tr("Ghi vào sổ"))
        self.setMinimumWidth(560)
        self.kind.setFocus()

    def _keys(self) -> list[str]:
        return [part for part in _BETWEEN.split(self.person.text()) if part.strip()]

    @override
    def said(self) -> WishForm:
        """The form; an untouched time means now."""
        untouched = self.came.dateTime() == self._opened
        return WishForm(
            self.kind.currentData(),
            person_of(self._keys()),
            self.channel.currentData(),
            None if untouched else said_time(self.came),
            name=self.name.text(),
            text=self.text.toPlainText(),
        )

    @override
    def problem(self) -> str:
        """A way to reach the citizen is required."""
        if not (keys := self._keys()):
            return self.tr("Cần số điện thoại hoặc thư.")
        try:
            person_of(keys)
        except ConsoleError as error:
            return sentence(error)
        return ""


class DataRequestDialog(AskingDialog):
    """A request about personal data, what was done, and the next step. Returns (step, text).

    Signals:
        person_wanted: show the person it is about.
    """

    person_wanted = Signal()

    def __init__(
        self, wish: Wish, now: datetime, take: Taken, parent: QWidget | None = None
    ) -> None:
        """Show it."""
        lang = words.lang()
        title = wording.wish_name(wish.said.wish, lang)
        super().__init__(self.tr("Yêu cầu: {0}").format(title), take, parent)
        self.wish = wish
        self.who = PlainLabel(hidden_person(wish), kind="strong", wrap=True)
        self.show_button = Button(self.tr("Hiện tên, số"))
        self.show_button.clicked.connect(lambda _checked=False: self.person_wanted.emit())
        self.body.addLayout(row_of((self.who, 1), self.show_button))
        came = self.tr("Nhận {0} qua {1}").format(
            formats.full(wish.said.came_at), wording.channel_name(wish.said.channel, lang)
        )
        dates = self.tr("trả lời trước {0}, làm xong trước {1}").format(
            formats.full(wish.said.answer_due_at), formats.full(wish.due_at)
        )
        self.body.addWidget(PlainLabel(f"{came} · {dates}", tone="muted", wrap=True))
        done = [
            " · ".join(
                p
                for p in (
                    formats.when(each.at, now),
                    wording.event_name(each.kind, lang),
                    each.actor,
                    each.said,
                )
                if p
            )
            for each in wish.steps
        ]
        self.body.addWidget(PlainLabel("\n".join(done), wrap=True))
        self.step = QComboBox()
        for code, text in self._steps():
            self.step.addItem(text, code)
        self.text = remark_box(self.tr("Lời ghi, lý do"))
        form = FormGrid()
        form.add_row(self.tr("Bước tiếp"), self.step)
        form.add_row(self.tr("Lời ghi, lý do"), self.text)
        form.setVisible(wish.is_open)
        self.body.addWidget(form)
        self.add_verb(self.tr("Ghi bước này"))
        self.verb.setVisible(wish.is_open)
        self.setMinimumWidth(560)
        (self.step if wish.is_open else self.show_button).setFocus()

    def _steps(self) -> tuple[tuple[str, str], ...]:
        """The possible next steps."""
        steps = (
            ("answer", self.tr("Đã trả lời người yêu cầu"), self.wish.answered_at is None),
            ("done", self.tr("Đã làm xong"), True),
            ("extend", self.tr("Gia hạn (một lần, có lý do)"), not self.wish.extended),
            ("refuse", self.tr("Từ chối (có lý do)"), True),
        )
        return tuple((code, text) for code, text, may in steps if may)

    @override
    def said(self) -> tuple[str, str]:
        """The step and its text."""
        return self.step.currentData(), self.text.toPlainText()
