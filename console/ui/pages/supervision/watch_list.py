"""What needs attention, by kind, on **Giám sát**: a row opens the request and can be acted on."""

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from console.services.requests.reminders import REMINDER_LIMIT
from console.services.views.supervision import WatchRow
from console.services.wording import sentences as wording
from console.ui.pages.supervision.watch_steps import WatchSteps, agency_of, verbs_of
from console.ui.request.dialogs.steps import ForwardDialog
from console.ui.text import formats, words
from console.ui.theme.signs import Sign
from console.ui.widgets.basic.button import Button
from console.ui.widgets.dialogs.reason import WordsDialog
from console.ui.widgets.layout.boxes import STRETCH, column_of, row_of
from console.ui.widgets.layout.section import Section
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.ui.runtime.commands import OnDone, OnRefused

_DUE = frozenset({"unforwarded", "late", "near", "warned"})


class WatchList(QWidget):
    """A list with the actions on its rows.

    Signals:
        opened: the id of a request.
        left: go back to the agencies.
        taken: a draft now belongs to this person.
        refused: a sentence.
        done: a sentence about what was done.
    """

    opened = Signal(object)
    left = Signal()
    taken = Signal()
    refused = Signal(str)
    done = Signal(str)

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Build it; it is empty until a kind is chosen."""
        super().__init__(parent)
        self._desk = desk
        self.kind = ""
        self.model: RowsModel[WatchRow] = RowsModel(self._columns(), lambda r: r.key, desk.clock)
        self.table = Table(
            self.model, self.tr("Cần xử lý"), empty=self.tr("Không còn gì ở mục này.")
        )
        self._head = Section("")
        self.open_button = Button(self.tr("Mở phản ánh"), shortcut_hint="Enter", kind="primary")
        self.verbs = WatchSteps(desk, self.refused.emit)
        self.buttons = {
            "forward": Button(self.tr("Chuyển…")),
            "remind": Button(self.tr("Nhắc đơn vị…")),
            "grant": Button(self.tr("Duyệt gia hạn")),
            "resend": Button(self.tr("Gửi lại")),
            "take": Button(self.tr("Nhận phiếu về tôi")),
        }
        self.back_button = Button(self.tr("Về các đơn vị"), kind="flat")
        column = column_of(self._head, (self.table, 1), margins=(0, 0, 0, 10), gap=8, parent=self)
        row = row_of(self.back_button, STRETCH)
        for button in self.buttons.values():
            button.setVisible(
                False
            )  # each kind shows its own columns; all of them would widen the page
            row.addWidget(button)
        row.addWidget(self.open_button)
        column.addLayout(row)
        self.table.opened.connect(lambda _key: self._open())
        self.table.chosen.connect(lambda _key: self._enable())
        self.open_button.clicked.connect(lambda _checked=False: self._open())
        for verb, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, v=verb: self.act(v))
        self.back_button.clicked.connect(lambda _checked=False: self.left.emit())

    def _columns(self) -> tuple[Column[WatchRow], ...]:
        return (
            Column(
                self.tr("Mã"),
                lambda r, _: formats.request_number(r.number) if r.number else "—",
                None,
                "strong",
                13,
            ),
            Column(self.tr("Việc"), lambda r, _: self._what(r), width=0),
            Column(self.tr("Còn lại"), None, self._time, width=15, ticks=True),
        )

    def _what(self, row: WatchRow) -> str:
        if row.kind == "warned":
            return self._warned(row)
        service = self._desk.catalogue.services.get(row.service_code)
        agency = self._desk.catalogue.agencies.get(row.what)
        who = agency.short_name if agency else row.what
        if row.kind == "failed":
            plain = {"failed": self.tr("không gửi được"), "unknown": self.tr("không rõ số phận")}
            who = plain.get(row.what) or wording.sentence(row.what, {}, words.lang())
        until = ""
        if row.kind == "extension" and row.due_at is not None:
            until = self.tr("xin đến {0}").format(formats.when(row.due_at, self._desk.clock()))
        return " · ".join(p for p in (until, service.name if service else "", who) if p)

    def _warned(self, row: WatchRow) -> str:
        """Which clock passed which limit, then the agency: in a narrow column only the beginning is
        seen.
        """
        clock, level = row.what.rsplit(" ", 2)[-2:]
        lang = words.lang()
        said = f"{wording.clock_name(clock, lang)}: {wording.level_name(int(level), lang)}"
        agency = self._desk.catalogue.agencies.get(agency_of(row))
        return " · ".join(p for p in (said, agency.short_name if agency else "") if p)

    def _time(self, row: WatchRow, now: datetime) -> Sign:
        if row.kind in _DUE:
            start = row.since if row.kind == "near" else None
            return formats.countdown(row.due_at, start, now)
        return Sign(formats.ago(row.since, now), "warn", "triangle")

    def choose(self, kind: str, title: str) -> None:
        """Show this kind from the next `load` on. Rows of another kind are removed at once, so that
        no action hits them.
        """
        if kind != self.kind:
            self.model.set_rows(())
        self.kind = kind
        self._head.set_title(title)
        shown = verbs_of(kind, self._desk.actor)
        for verb, button in self.buttons.items():
            button.setVisible(verb in shown)
        self._enable()
        self.open_button.setVisible(kind != "orphans")

    async def load(self) -> None:
        """Reload."""
        if not self.kind:
            return
        now, kind = self._desk.clock(), self.kind
        found = await self._desk.ask(lambda q: q.watch_rows(kind, now))
        if not isValid(self) or kind != self.kind:
            return
        self.model.set_rows(found)
        self.table.choose_first()
        self._enable()

    @property
    def chosen(self) -> WatchRow | None:
        """The chosen row."""
        return self.model.row(self.table.currentIndex().row())

    def _enable(self) -> None:
        row = self.chosen
        self.open_button.setEnabled(row is not None and row.request_id is not None)
        for button in self.buttons.values():
            button.setEnabled(row is not None)

    def _open(self) -> None:
        row = self.chosen
        if row is not None and row.request_id is not None:
            self.opened.emit(row.request_id)

    def act(self, verb: str) -> None:
        """Do this to the chosen row."""
        row = self.chosen
        if row is None:
            return
        if verb == "forward":
            self._forward(row)
            return
        if verb == "remind":
            self._remind(row)
            return
        self.verbs.do(verb, row, done=self.taken.emit if verb == "take" else None)

    def _remind(self, row: WatchRow) -> None:
        """Remind the agency, with an editable text."""
        if (request_id := row.request_id) is None:
            return
        agency = self._desk.catalogue.agencies.get(agency_of(row))
        about = " · ".join(
            part
            for part in (formats.request_number(row.number), agency.name if agency else "")
            if part
        )

        def take(said: object, done: "OnDone", refused: "OnRefused") -> None:
            def sent() -> None:
                done()
                if isValid(self):
                    self.done.emit(self.tr("Đã nhắc, lời nhắc nằm trong lịch sử phản ánh."))

            self.verbs.remind(request_id, said, sent, refused)

        WordsDialog(
            self.tr("Nhắc đơn vị"),
            about,
            self.tr("Đơn vị đọc lời này trong diễn biến của phản ánh."),
            take,
            self.window(),
            proposed=wording.proposed_reminder(words.lang()),
            limit=REMINDER_LIMIT,
            verb=self.tr("Gửi lời nhắc"),
        ).show()

    def _forward(self, row: WatchRow) -> None:
        agencies = tuple(self._desk.catalogue.agencies.values())
        about = formats.request_number(row.number)

        def take(said: object, done: "OnDone", refused: "OnRefused") -> None:
            self.verbs.forward(row, said, done, refused)

        dialog = ForwardDialog(about, agencies, row.what or None, "", take, self.window())
        dialog.show()
