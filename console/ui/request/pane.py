"""One request in full: subject, place, photos, agencies, history; the reporter only for those who
may see that.
"""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from console.domain.errors import ConsoleError
from console.domain.reports.quality import totals
from console.domain.requests.commands import ChangeFields
from console.domain.requests.decide.permissions import WHO_MAY
from console.domain.requests.request import Assignment, Request
from console.services.reports.quality import holder_name
from console.services.views.contacts import OutreachRow
from console.services.views.requests import RequestDetail
from console.services.wording import sentences as wording
from console.ui.photos.loading import load_photo
from console.ui.request.conflict_card import ConflictCard
from console.ui.request.conflicts import Side, conflicts_of, keep
from console.ui.request.history_lines import HistoryLines, photos_of
from console.ui.request.presence_line import PresenceLine
from console.ui.request.progress_owed import owed
from console.ui.request.reporters_card import ReportersCard
from console.ui.runtime.tasks import spawn
from console.ui.text import formats, words
from console.ui.text.error_sentences import sentence
from console.ui.widgets.basic.badge import Badge
from console.ui.widgets.basic.plain_label import PlainLabel, set_tooltip
from console.ui.widgets.cards.card import Card
from console.ui.widgets.layout.boxes import column_of
from console.ui.widgets.layout.section import Section

if TYPE_CHECKING:
    from console.services.desk import Desk

READ_MS = 2000
_PHOTO = 340
_MOST_PHOTOS = 4
_SMALL_PHOTO = 64
_MOST_SMALL = 3


class RequestPane(QWidget):
    """Shows a `RequestDetail`; `show_detail(None)` says that nothing is chosen."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Start with no request."""
        super().__init__(parent)
        self._desk = desk
        self._words = HistoryLines(desk.catalogue)
        self._countdowns: list[tuple[Badge, Assignment]] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._scroll.setAccessibleName(self.tr("Chi tiết phản ánh"))
        self._viewers = PresenceLine(desk, self)
        self._problem = PlainLabel(tone="urgent", wrap=True)
        self._problem.setVisible(False)
        outer.addWidget(self._viewers)
        outer.addWidget(self._problem)
        outer.addWidget(self._scroll)
        self.detail: RequestDetail | None = None
        # A request counts as read after this time; flipping through a list does not count.
        self._read = QTimer(self)
        self._read.setSingleShot(True)
        self._read.setInterval(READ_MS)
        self._read.timeout.connect(self._was_read)
        self._numbers: dict[tuple[UUID, int], str] = {}
        self.show_detail(None)

    def show_detail(self, detail: RequestDetail | None, *, older: bool = False) -> None:
        """Show this request.

        Args:
            older: it comes from the centre because this seat no longer keeps it.
        """
        same = detail is not None and self.detail is not None
        same = same and detail.request.id == self.detail.request.id  # type: ignore[union-attr]
        at = self._scroll.verticalScrollBar().value() if same else 0
        self.detail = detail
        self._countdowns.clear()
        if not same:
            self._numbers.clear()
            self.say("")
        self._read.stop()
        if detail is not None:
            self._read.start()
        self._viewers.show_subject(None if detail is None else detail.request.id)
        content = QWidget()
        column = column_of(margins=(0, 0, 6, 0), gap=8, parent=content)
        if detail is None:
            hint = PlainLabel(self.tr("Chọn một phản ánh để xem."), tone="muted", wrap=True)
            column.addWidget(hint)
        else:
            self._fill(column, detail, older=older)
        column.addStretch(1)
        self._scroll.setWidget(content)
        self._scroll.verticalScrollBar().setValue(at)

    def _was_read(self) -> None:
        if self.detail is not None and self.isVisible():
            number = formats.request_number(self.detail.request.number)
            spawn(
                self._desk.reading_log.read(self._desk.actor, number),
                lambda e: self.say(sentence(e)),
            )

    def tick(self, now: datetime) -> None:
        """Update the countdowns."""
        for badge, held in self._countdowns:
            sign = formats.countdown(held.deadline, held.forwarded_at, now)
            badge.set(sign.text, sign.tone, sign.shape)
        self._viewers.tick(now)

    @property
    def viewers_text(self) -> str:
        """Who else has this request open; "" for nobody."""
        return self._viewers.text()

    # --- parts

    def _fill(self, column: QVBoxLayout, detail: RequestDetail, *, older: bool) -> None:
        request, now = detail.request, self._desk.clock()
        number = formats.request_number(request.number)
        version = self.tr("{0} · v{1}").format(number, request.version)
        standing = "" if detail.synced else self.tr("chưa đồng bộ")
        column.addWidget(Section(version, self.tr("lấy từ trung tâm") if older else standing))
        service = self._desk.catalogue.services.get(request.service_code)
        name = service.name if service else request.service_code
        column.addWidget(PlainLabel(name, kind="title", wrap=True))
        place = self._place(request)
        if place:
            column.addWidget(PlainLabel(place, tone="muted", wrap=True))
        column.addLayout(self._badges(request))
        self._conflicts(column, request, now)
        if request.description:
            column.addWidget(PlainLabel(request.description, wrap=True))
        for name_, value in self._attributes(request):
            column.addWidget(PlainLabel(f"{name_}: {value}", tone="muted", wrap=True))
        self._photos(column, request)
        if request.assignments:
            column.addWidget(Section(self.tr("Đơn vị xử lý")))
            for held in request.assignments:
                column.addWidget(self._assignment(request, held, now))
        column.addWidget(Section(self.tr("Diễn biến"), str(len(detail.history))))
        column.addWidget(PlainLabel(self._held(detail, now), tone="muted", wrap=True))
        column.addLayout(self._history(detail, now))
        self._reporters(column, request)
        if self._desk.actor.may_see_reporter and request.messages:
            spawn(self._messages(column, request))

    def _held(self, detail: RequestDetail, now: datetime) -> str:
        """The agencies and how long each had it, in the order they first had it."""
        english = words.lang() == "en"
        said = [
            f"{holder_name(who, self._desk.catalogue, english=english)} {formats.span_words(span)}"
            for who, span in totals(detail.held, now).items()
        ]
        return self.tr("Ai giữ: {0}").format(" · ".join(said) or "—")

    def _place(self, request: Request) -> str:
        ward = self._desk.catalogue.wards.get(request.ward_code or "")
        said = formats.place(request.address_string, ward.name if ward else None)
        old = request.legacy_ward
        if old and not formats.names_place(said, old):
            said = self.tr("{0} ({1} cũ)").format(said, old)
        return said

    def _badges(self, request: Request) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        for sign in (words.state_sign(request.state), words.priority_sign(request.priority)):
            row.addWidget(Badge(sign.text, sign.tone, sign.shape))
        row.addWidget(Badge(words.channel(request.channel), "muted", "none"))
        row.addStretch(1)
        return row

    def _attributes(self, request: Request) -> list[tuple[str, str]]:
        # The service may have been another when these were asked.
        asked, service = self._desk.catalogue.question, request.service_code
        return [(asked(code, service) or code, value) for code, value in request.attributes]

    def _photos(self, column: QVBoxLayout, request: Request) -> None:
        for sha256 in request.photos[:_MOST_PHOTOS]:
            shown = PlainLabel(self.tr("Đang tải ảnh…"), tone="muted")
            shown.setAccessibleName(self.tr("Ảnh của phản ánh"))
            column.addWidget(shown)
            spawn(self._load(sha256, shown, _PHOTO))

    async def _load(self, sha256: str, shown: PlainLabel, side: int) -> None:
        where = await self._desk.file(sha256)
        image = await asyncio.to_thread(load_photo, where, side) if where else None
        try:
            if image is None:
                shown.setText(self.tr("Ảnh không có ở máy này"))
            else:
                shown.setPixmap(QPixmap.fromImage(image))
        except RuntimeError:
            # Another request was chosen meanwhile and the label is gone.
            return

    def _assignment(self, request: Request, held: Assignment, now: datetime) -> Card:
        card = Card(activatable=False)
        top = QHBoxLayout()
        top.addWidget(PlainLabel(self._words.agency(held.agency), kind="strong", elide=True), 1)
        if held.is_open:
            sign = formats.countdown(held.deadline, held.forwarded_at, now)
            badge = Badge(sign.text, sign.tone, sign.shape)
            self._countdowns.append((badge, held))
        else:
            sign = words.state_sign(held.state)
            badge = Badge(sign.text, sign.tone, sign.shape)
        top.addWidget(badge)
        card.body.addLayout(top)
        parts = [
            words.state(held.state),
            self.tr("hạn {0}").format(formats.when(held.deadline, now)),
        ]
        if held.committed_at is not None:
            parts.append(self.tr("hạn đầu {0}").format(formats.when(held.due_at, now)))
        if held.bounces:
            parts.append(self.tr("trả lại {0} lần").format(held.bounces))
        card.body.addWidget(PlainLabel(" · ".join(parts), tone="muted", wrap=True))
        if held.asked_at is not None:
            asked = self.tr("Xin gia hạn đến {0}").format(formats.when(held.asked_at, now))
            card.body.addWidget(PlainLabel(asked, tone="warn", wrap=True))
        if silent := owed(request, held, self._desk.catalogue, now):
            card.body.addWidget(PlainLabel(silent, tone="warn", wrap=True))
        if held.result_text:
            card.body.addWidget(PlainLabel(held.result_text, wrap=True))
        return card

    def _history(self, detail: RequestDetail, now: datetime) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for event in detail.history:
            at = grid.rowCount()
            stamp = PlainLabel(formats.when(event.at, now), tone="muted")
            grid.addWidget(stamp, at, 0, Qt.AlignmentFlag.AlignTop)
            tone = "text" if event.applied else "warn"
            line = PlainLabel(self._words.line(event, now), tone=tone, wrap=True)  # type: ignore[arg-type]
            set_tooltip(line, " · ".join(p for p in (event.actor, event.workstation) if p))
            grid.addWidget(line, at, 1)
            if photos := photos_of(event):
                grid.addLayout(self._small(photos), at + 1, 1)
        return grid

    def _small(self, photos: tuple[str, ...]) -> QHBoxLayout:
        """The photos of this step; its line says how many there are."""
        row = QHBoxLayout()
        for sha256 in photos[:_MOST_SMALL]:
            shown = PlainLabel("…", tone="muted")
            shown.setAccessibleName(self.tr("Ảnh của đơn vị"))
            row.addWidget(shown)
            spawn(self._load(sha256, shown, _SMALL_PHOTO))
        row.addStretch(1)
        return row

    def _reporters(self, column: QVBoxLayout, request: Request) -> None:
        sees_all = self._desk.actor.may_see_reporter
        shown = [r for r in request.reporters if sees_all or r.consent]
        trailing = "" if sees_all or shown else self.tr("ẩn với đơn vị")
        column.addWidget(Section(self.tr("Người phản ánh"), trailing))
        card = ReportersCard(self._desk, request, self._numbers)
        card.shown.connect(
            lambda place, number: self._numbers.update({(request.id, place): number})
        )
        card.refused.connect(self.say)
        column.addWidget(card)

    def _conflicts(self, column: QVBoxLayout, request: Request, now: datetime) -> None:
        may = self._desk.actor.role in WHO_MAY[ChangeFields]
        for conflict in conflicts_of(request, self._desk.catalogue):
            card = ConflictCard(conflict, now, may_choose=may)
            card.kept.connect(lambda side, card=card: self._keep(request, side, card))
            column.addWidget(card)

    def _keep(self, request: Request, side: Side, card: ConflictCard) -> None:
        def refused(error: ConsoleError) -> None:
            if isValid(card):
                card.let_choose_again()
            self.say(sentence(error))

        spawn(self._desk.do(keep(request, side)), refused)

    def say(self, text: str) -> None:
        """Show why something failed; "" removes it."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    async def _messages(self, column: QVBoxLayout, request: Request) -> None:
        rows = await self._desk.ask(lambda q: q.outreach_of(request.id))
        if self.detail is None or self.detail.request.id != request.id or not rows:
            return
        try:
            at = column.count() - 1
            column.insertWidget(at, Section(self.tr("Tin đã gửi người dân"), str(len(rows))))
            for place, row in enumerate(rows, at + 1):
                column.insertWidget(place, message_card(row, self._desk.clock()))
        except RuntimeError:
            # Another request was chosen meanwhile.
            return


def message_card(row: OutreachRow, now: datetime) -> Card:
    """A card for one of our messages, with its delivery state in words."""
    card = Card(activatable=False)
    top = QHBoxLayout()
    title = f"{words.purpose(row.purpose)} · {words.channel(row.channel)}"
    top.addWidget(PlainLabel(title, kind="strong", elide=True), 1)
    sign = words.delivery_sign(row.state)
    top.addWidget(Badge(sign.text, sign.tone, sign.shape))
    card.body.addLayout(top)
    card.body.addWidget(PlainLabel(row.text, wrap=True))
    if row.error:
        why = wording.sentence(row.error, lang=words.lang())
        card.body.addWidget(PlainLabel(why, tone="warn", wrap=True))
    card.body.addWidget(PlainLabel(formats.when(row.created_at, now), tone="muted", kind="caption"))
    return card
