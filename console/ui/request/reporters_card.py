"""The reporters of a request: names and masked numbers; showing a number in full is logged."""

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.domain.requests.request import Reporter, Request
from console.services.people.number_masking import masked
from console.ui.runtime.tasks import spawn
from console.ui.text import formats, words
from console.ui.text.error_sentences import sentence
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.cards.card import Card

if TYPE_CHECKING:
    from console.services.desk import Desk


class ReportersCard(Card):
    """One line for each reporter.

    An officer sees reporters who agreed to it, in full. Everybody else sees a masked number with
    **Hiện số**, which logs the look before it shows the number.

    Signals:
        refused: a sentence.
        shown: a number is now shown in full: (index, number).
    """

    refused = Signal(str)
    shown = Signal(int, str)

    def __init__(
        self,
        desk: "Desk",
        request: Request,
        known: dict[tuple[UUID, int], str],
        parent: QWidget | None = None,
    ) -> None:
        """Show them.

        Args:
            known: numbers already shown in full while this request is in front.
        """
        super().__init__(activatable=False, parent=parent)
        self._desk, self._request, self._known = desk, request, known
        self.buttons: list[Button] = []
        seen = [
            (place, reporter)
            for place, reporter in enumerate(request.reporters)
            if desk.actor.may_see_reporter or reporter.consent
        ]
        for place, reporter in seen:
            self.body.addLayout(self._line(place, reporter))
        if not seen:
            self._say_nobody()

    def _say_nobody(self) -> None:
        """Show only how many there are. An agency's seat stores no reporters; it asks the centre
        whether one agreed to be called.
        """
        count = len(self._request.reporters)
        said = self.tr("{0} người báo · sẽ được gọi lại khi có kết quả").format(count)
        nobody = self.tr("Không rõ người báo")
        hidden = not count and not self._desk.actor.may_see_reporter and self._desk.older
        if not hidden:
            self.body.addWidget(PlainLabel(said if count else nobody, tone="muted", wrap=True))
            return
        label = PlainLabel("", wrap=True)
        button = Button(self.tr("Hỏi số người báo"))
        button.clicked.connect(lambda _checked=False: self._reveal(0, label, button))
        self.body.addWidget(label)
        self.body.addWidget(button)
        self.buttons.append(button)

    def _line(self, place: int, reporter: Reporter) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        whole = self._known.get((self._request.id, place))
        if not self._desk.actor.may_see_reporter:
            whole = reporter.phone  # agreed that the agency may call
        label = PlainLabel(self._words(reporter, whole), wrap=True)
        row.addWidget(label, 1)
        if reporter.phone and whole is None:
            button = Button(self.tr("Hiện số"))
            button.clicked.connect(lambda _checked=False: self._reveal(place, label, button))
            row.addWidget(button)
            self.buttons.append(button)
        return row

    @staticmethod
    def _words(reporter: Reporter, whole: str | None) -> str:
        number = formats.phone_number(whole) if whole else masked(reporter.phone)
        parts = [
            reporter.name or "",
            number or reporter.email or "",
            words.channel(reporter.channel),
        ]
        return " · ".join(p for p in parts if p)

    def _reveal(self, place: int, label: PlainLabel, button: Button) -> None:
        button.setEnabled(False)
        spawn(
            self._ask(place, label, button),
            lambda error: self._refused(sentence(error), button),
        )

    async def _ask(self, place: int, label: PlainLabel, button: Button) -> None:
        number = await self._desk.numbers.reveal(self._request.id, place, self._desk.actor)
        try:
            known = self._request.reporters[place : place + 1]
            label.setText(self._words(known[0], number) if known else formats.phone_number(number))
            button.hide()
            self.shown.emit(place, number)
        except RuntimeError:
            # Another request was chosen meanwhile; the look is logged all the same.
            return

    def _refused(self, text: str, button: Button) -> None:
        try:
            button.setEnabled(True)
            self.refused.emit(text)
        except RuntimeError:
            return
