"""One message of the inbox in full: sender, text, files, suggestions, earlier messages and our
answers.
"""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from console.domain.states import Channel, ContactState
from console.domain.text import phone
from console.services.views.contacts import ContactRow
from console.services.views.requests import DuplicateRow
from console.services.wording import sentences as wording
from console.ui import actions
from console.ui.pages.inbox.conversation import Conversation, accuracy_of
from console.ui.pages.inbox.message_dialogs import PictureDialog
from console.ui.photos.loading import load_photo
from console.ui.request.pane import message_card
from console.ui.runtime.tasks import spawn
from console.ui.text import formats, words
from console.ui.text.numbers import number_for
from console.ui.theme import icons, themes
from console.ui.widgets.basic.badge import Badge
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.cards.card import Card
from console.ui.widgets.cards.duplicate import DuplicateCard
from console.ui.widgets.cards.notice import NoticeCards
from console.ui.widgets.layout.boxes import column_of
from console.ui.widgets.layout.section import Section

if TYPE_CHECKING:
    from console.services.desk import Desk

THUMB, LARGE = 104, 900
EARLIER = 20
_NAMELESS = (Channel.FACEBOOK, Channel.ZALO)
"""On these channels a sender's id has twenty digits, so it is not shown next to a name."""
_DECODED = ("image/jpeg", "image/png", "image/webp")
_KINDS = {"image/heic": "HEIC", "video/mp4": "Video", "application/pdf": "PDF"}


def sender_of(contact: ContactRow, desk: "Desk") -> str:
    """The sender as people read it."""
    if contact.sender_name:
        return contact.sender_name
    number = phone.normalise(contact.sender)
    return number_for(desk.actor, number) if number else contact.sender or "—"


def _degrees(lat: float, long: float) -> str:
    return f"{lat:.5f}, {long:.5f}"


class ContactView(QWidget):
    """Shows a `Conversation`.

    Signals:
        request_opened: the id of a request.
        attach_wanted: the id of a request that this message may belong to.
        answer_wanted: answer with the text of the notice for its place.
    """

    request_opened = Signal(object)
    attach_wanted = Signal(object)
    answer_wanted = Signal()

    def __init__(
        self,
        found: Conversation,
        desk: "Desk",
        more: int = 0,
        parent: QWidget | None = None,
        *,
        can_answer: bool = False,
    ) -> None:
        """Show this conversation.

        Args:
            more: number of the sender's messages that are folded into this one.
            can_answer: a notice can be sent as an answer on its channel.
        """
        super().__init__(parent)
        self._desk = desk
        self._column = column_of(margins=(0, 0, 6, 0), gap=8, parent=self)
        now, contact = desk.clock(), found.contact
        self._head(contact, now, more)
        self._body(contact)
        self._files(contact)
        self._notices(found, now, can_answer=can_answer)
        self._belongs(found)
        self._proposal(found)
        self._duplicates(found, now)
        if found.ours:
            self._column.addWidget(Section(self.tr("Đã trả lời"), str(len(found.ours))))
            for row in found.ours:
                self._column.addWidget(message_card(row, now))
        if found.beside:
            title = self.tr("Người khác viết dưới bài này")
            self._column.addWidget(Section(title, str(len(found.beside))))
        for each in found.beside[:EARLIER]:
            self._column.addWidget(self._other(each, now, who=sender_of(each, desk)))
        since = [c for c in found.earlier if c.received_at > contact.received_at]
        before = [c for c in found.earlier if c.received_at <= contact.received_at]
        for title, rows in ((self.tr("Sau tin này"), since), (self.tr("Trước đây"), before)):
            if rows:
                self._column.addWidget(Section(title, str(len(rows))))
            for each in rows[:EARLIER]:
                self._column.addWidget(self._other(each, now))
        self._column.addStretch(1)

    # --- sender and text

    def _head(self, contact: ContactRow, now: datetime, more: int) -> None:
        line = QHBoxLayout()
        line.setSpacing(themes.SPACE)
        sign = PlainLabel("")
        side = sign.fontMetrics().height() + 2
        colour = themes.current().muted
        ratio = self.devicePixelRatioF()
        sign.setPixmap(icons.pixmap(contact.channel.value, colour, side, ratio))
        sign.setAccessibleName(words.channel(contact.channel))
        line.addWidget(sign)
        line.addWidget(
            Section(words.channel(contact.channel), formats.when(contact.received_at, now)), 1
        )
        self._column.addLayout(line)
        self._column.addWidget(PlainLabel(sender_of(contact, self._desk), kind="title", wrap=True))
        if contact.sender_name and contact.sender and contact.channel not in _NAMELESS:
            number = phone.normalise(contact.sender)
            shown = number_for(self._desk.actor, number) if number else contact.sender
            self._column.addWidget(PlainLabel(shown, tone="muted", elide=True))
        self._badges(contact, more)

    def _badges(self, contact: ContactRow, more: int) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        sign = words.contact_sign(contact.state)
        row.addWidget(Badge(sign.text, sign.tone, sign.shape))
        if more:
            row.addWidget(Badge(self.tr("và {0} tin nữa").format(more), "warn", "triangle"))
        for flag in contact.flags[:3]:
            name = wording.flag_name(flag, words.lang())
            row.addWidget(Badge(name[:1].upper() + name[1:], "warn", "triangle"))
        row.addStretch(1)
        self._column.addLayout(row)
        waits = contact.state is ContactState.NEW and contact.handled_by
        if waits and contact.handled_by != self._desk.actor.user:
            user = contact.handled_by or ""
            account = self._desk.catalogue.accounts.get(user)
            name = account.name if account else user
            text = self.tr("{0} đang xem tin này").format(name)
            self._column.addWidget(PlainLabel(text, tone="warn", wrap=True))

    def _body(self, contact: ContactRow) -> None:
        body = Card(activatable=False)
        text = contact.text or self.tr("(không có chữ)")
        body.body.addWidget(PlainLabel(text, wrap=True))
        self._column.addWidget(body)
        if contact.reject_reason:
            said = self.tr("Lý do từ chối: {0}").format(contact.reject_reason)
            self._column.addWidget(PlainLabel(said, tone="muted", wrap=True))

    # --- files

    def _files(self, contact: ContactRow) -> None:
        if not contact.media:
            return
        self._column.addWidget(Section(self.tr("Ảnh, tệp"), str(len(contact.media))))
        grid = QGridLayout()
        grid.setSpacing(8)
        for at, sha256 in enumerate(contact.media):
            grid.addWidget(self._file(sha256, at + 1), at // 3, at % 3)
        grid.setColumnStretch(3, 1)
        self._column.addLayout(grid)

    def _file(self, sha256: str, place: int) -> Card:
        stored = self._desk.files.describe(sha256)
        if stored is None and self._desk.files.is_locked(sha256):
            return self._locked()
        kind = stored.mime if stored else ""
        is_photo = kind in _DECODED
        name = self.tr("Ảnh {0}").format(place) if is_photo else _KINDS.get(kind, "?")
        card = Card(name=name, activatable=is_photo)
        card.body.setContentsMargins(4, 4, 4, 4)
        card.setFixedSize(QSize(THUMB + 10, THUMB + 10))
        shown = PlainLabel(self.tr("Đang mở…") if is_photo else "", tone="muted", wrap=True)
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addWidget(shown, 1)
        if is_photo:
            spawn(self._thumb(sha256, shown))
            card.clicked.connect(lambda: spawn(self._large(sha256, name)))
        elif stored is not None:
            shown.setText(f"{name}\n{stored.size / 1_048_576:.1f} MB")
        else:
            shown.setText(self.tr("Tệp không có ở máy này"))
        return card

    def _locked(self) -> Card:
        card = Card(name=self.tr("Chờ quét vi-rút"), activatable=False)
        card.setFixedSize(QSize(THUMB + 10, THUMB + 10))
        shown = PlainLabel(self.tr("Chờ quét vi-rút"), tone="warn", wrap=True)
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addWidget(shown, 1)
        return card

    async def _image(self, sha256: str, side: int) -> QImage | None:
        where: Path | None = await self._desk.file(sha256)
        return await asyncio.to_thread(load_photo, where, side) if where else None

    async def _thumb(self, sha256: str, shown: PlainLabel) -> None:
        image = await self._image(sha256, THUMB)
        try:
            if image is None:
                shown.setText(self.tr("Không đọc được ảnh"))
            else:
                shown.setPixmap(QPixmap.fromImage(image))
        except RuntimeError:
            return  # another message was chosen meanwhile, and the label is gone

    async def _large(self, sha256: str, name: str) -> None:
        image = await self._image(sha256, LARGE)
        if image is None:
            return
        try:
            PictureDialog(image, name, self.window()).show()
        except RuntimeError:
            return

    # --- suggestions

    def _notices(self, found: Conversation, now: datetime, *, can_answer: bool) -> None:
        """Notices for its place; one key answers with the text of a notice."""
        if not found.told:
            return
        self._column.addWidget(Section(self.tr("Thông báo nơi này"), str(len(found.told))))
        cards = NoticeCards(written=True)
        cards.show_told(found.told, now)
        self._column.addWidget(cards)
        if can_answer:
            action = "inbox.notice"
            answer = Button(actions.word(action), shortcut_hint=actions.key(action))
            answer.setObjectName(action)
            answer.clicked.connect(lambda _checked=False: self.answer_wanted.emit())
            self._column.addWidget(answer, 0, Qt.AlignmentFlag.AlignLeft)

    def _belongs(self, found: Conversation) -> None:
        contact = found.contact
        if contact.request_number and contact.request_id:
            number = formats.request_number(contact.request_number)
            opener = Button(self.tr("Xem phản ánh {0}").format(number))
            request_id = contact.request_id
            opener.clicked.connect(lambda: self.request_opened.emit(request_id))
            self._column.addWidget(opener, 0, Qt.AlignmentFlag.AlignLeft)
        elif contact.about_number and contact.about_id:
            self._about(contact.about_number, contact.about_id)

    def _about(self, number: str, request_id: UUID) -> None:
        """It seems to answer something of ours: one click joins it there."""
        card = Card(activatable=False, tone="ok")
        shown = formats.request_number(number)
        text = self.tr("Có vẻ trả lời về phản ánh {0}").format(shown)
        card.body.addWidget(PlainLabel(text, kind="strong", wrap=True))
        line = QHBoxLayout()
        line.setSpacing(8)
        attach, opener = Button(self.tr("Gắn vào")), Button(self.tr("Xem"))
        attach.setAccessibleName(self.tr("Gắn vào phản ánh {0}").format(shown))
        opener.setAccessibleName(self.tr("Xem phản ánh {0}").format(shown))
        attach.clicked.connect(lambda: self.attach_wanted.emit(request_id))
        opener.clicked.connect(lambda: self.request_opened.emit(request_id))
        line.addWidget(attach)
        line.addWidget(opener)
        line.addStretch(1)
        card.body.addLayout(line)
        self._column.addWidget(card)

    def _proposal(self, found: Conversation) -> None:
        rows = self._proposed(found)
        if not rows:
            return
        given = any(name == "service_code" for name, _ in found.contact.proposal)
        title = self.tr("Người gửi chọn") if given else self.tr("Gợi ý từ nội dung")
        self._column.addWidget(Section(title))
        card = Card(activatable=False)
        for label, value in rows:
            line = QHBoxLayout()
            line.setSpacing(8)
            name = PlainLabel(label, tone="muted")
            name.setFixedWidth(name.fontMetrics().horizontalAdvance("M" * 8))
            line.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(PlainLabel(value, wrap=True), 1)
            card.body.addLayout(line)
        self._column.addWidget(card)

    def _proposed(self, found: Conversation) -> list[tuple[str, str]]:
        contact, given = found.contact, dict(found.contact.proposal)
        code = given.get("service_code") or found.suggested.service_code
        service = self._desk.catalogue.services.get(code)
        labels = {f"attribute.{a.code}": a.label for a in service.attributes} if service else {}
        if service:
            labels |= {f"attribute.danger.{q.code}": q.text for q in service.questions}
        place = given.get("address_string") or found.suggested.address_string
        where, off = "", accuracy_of(given)
        if contact.lat is not None and contact.long is not None:
            where = self._off_by(_degrees(contact.lat, contact.long), off)
        photo = found.photo_place
        taken = self._off_by(_degrees(photo.lat, photo.long), photo.accuracy_m) if photo else ""
        rows = [
            (self.tr("Mã"), formats.request_number(contact.number) if contact.number else ""),
            (self.tr("Loại"), service.name if service else code),
            (self.tr("Địa chỉ"), place),
            (self.tr("Vị trí"), where),
            (self.tr("Theo lời"), _degrees(*found.text_place) if found.text_place else ""),
            (self.tr("Theo ảnh"), taken),
            *((label, given.get(name, "")) for name, label in labels.items()),
            (self.tr("Đường dẫn"), given.get("link") or given.get("media_url") or ""),
        ]
        return [(label, value) for label, value in rows if value]

    def _off_by(self, where: str, off_m: float | None) -> str:
        return self.tr("{0} (lệch tới {1:.0f} m)").format(where, off_m) if off_m else where

    def _duplicates(self, found: Conversation, now: datetime) -> None:
        if not found.duplicates:
            return
        title = Section(self.tr("Có thể trùng"), str(len(found.duplicates)))
        self._column.addWidget(title)
        # The key's dialog starts with one number: the request that the message answers comes first.
        keyed = None if found.contact.about_id else found.duplicates[0]
        photo = self._desk.files.path
        for row in found.duplicates:
            card = DuplicateCard(row, self._desk.catalogue, now, photo, keyed=row is keyed)
            card.join.connect(self._on_join)
            card.clicked.connect(lambda i=row.request_id: self.request_opened.emit(i))
            self._column.addWidget(card)

    def _on_join(self, which: object) -> None:
        if isinstance(which, DuplicateRow):
            self.attach_wanted.emit(which.request_id)

    def _other(self, contact: ContactRow, now: datetime, who: str = "") -> Card:
        """Another message of this person on any channel, or a comment next to it; opens the request
        that it became.
        """
        head = who or words.channel(contact.channel)
        title = f"{head} · {formats.when(contact.received_at, now)}"
        if contact.request_number:
            title += f" · {formats.request_number(contact.request_number)}"
        request_id = contact.request_id
        card = Card(name=title, activatable=request_id is not None)
        if request_id is not None:
            card.clicked.connect(lambda: self.request_opened.emit(request_id))
        top = QHBoxLayout()
        top.addWidget(PlainLabel(title, tone="muted", elide=True), 1)
        if contact.channel is not Channel.VOICE:
            sign = words.contact_sign(contact.state)
            top.addWidget(Badge(sign.text, sign.tone, sign.shape))
        card.body.addLayout(top)
        if contact.text:
            card.body.addWidget(PlainLabel(contact.text, elide=True))
        return card
