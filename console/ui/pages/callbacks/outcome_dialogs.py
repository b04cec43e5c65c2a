"""Outcome of a callback: the citizen's verdict, or why nobody was reached."""

from typing import override

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QComboBox, QRadioButton, QWidget

from console.domain.states import Outcome, Verdict
from console.domain.text.cleaning import clean
from console.ui.text import words
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.asking import AskingDialog, Taken
from console.ui.widgets.fields.remark_box import remark_box
from console.ui.widgets.layout.boxes import NONE, row_of
from console.ui.widgets.layout.form_grid import FormGrid


class _OutcomeDialog(AskingDialog):
    """Common parts: subject, form, remark, button."""

    def __init__(self, title: str, about: str, take: Taken, parent: QWidget | None) -> None:
        super().__init__(title, take, parent)
        self.body.addWidget(PlainLabel(about, tone="muted", wrap=True))
        self.form = FormGrid()
        self.body.addWidget(self.form)
        self._remark = remark_box(self.tr("Ghi chú"))
        self.setMinimumWidth(460)

    def add_last(self) -> None:
        """Add the remark and the buttons."""
        self.form.add_row(self.tr("Ghi chú"), self._remark)
        self.add_verb(self.tr("Lưu"))

    @property
    def remark(self) -> str:
        """The remark."""
        return clean(self._remark.toPlainText(), 1000)


class ReachedDialog(_OutcomeDialog):
    """**Đã báo dân**. Returns (verdict, remark)."""

    def __init__(
        self,
        about: str,
        take: Taken,
        parent: QWidget | None = None,
        *,
        named: bool | None = None,
    ) -> None:
        """Ask for the citizen's verdict; none is preselected.

        Args:
            named: whether the citizen agreed to be named as an active reporter; None if name or
                number is missing.
        """
        super().__init__(self._name(), about, take, parent)
        holder = QWidget()
        row = row_of(margins=NONE, gap=14, parent=holder)
        self._group = QButtonGroup(self)
        self._choices: dict[int, Verdict] = {}
        for place, verdict in enumerate(Verdict):
            button = QRadioButton(words.verdict(verdict))
            self._group.addButton(button, place)
            self._choices[place] = verdict
            row.addWidget(button)
        row.addStretch(1)
        first = self._group.buttons()[0]
        self.form.add_row(self.tr("Người dân đánh giá"), holder, buddy=first)
        self._hint = PlainLabel(tone="warn", wrap=True)
        self.form.add_remark(self._hint)
        self._hint.setVisible(False)
        self._group.idClicked.connect(self._on_choice)
        self.named = QCheckBox(self.tr("Đồng ý được nêu tên khi tuyên dương"))
        self.named.setChecked(bool(named))
        self.named.setVisible(named is not None)
        if named is not None:
            self.form.add_row(self.tr("Nêu tên"), self.named)
        self.add_last()
        first.setFocus()

    def _name(self) -> str:
        return words.outcome(Outcome.REACHED)

    @property
    def verdict(self) -> Verdict | None:
        """The chosen verdict."""
        return self._choices.get(self._group.checkedId())

    def choose(self, verdict: Verdict) -> None:
        """Choose a verdict, as a click does."""
        place = next(p for p, v in self._choices.items() if v is verdict)
        self._group.button(place).setChecked(True)
        self._on_choice(place)

    def _on_choice(self, place: int) -> None:
        bad = self._choices[place] is Verdict.NOT_SATISFIED
        hint = self.tr("Phản ánh sẽ không đóng; bước tiếp theo là mở lại cho đơn vị.")
        self._hint.setText(hint if bad else "")
        self._hint.setVisible(bad)

    @override
    def problem(self) -> str:
        """A verdict must be chosen."""
        return "" if self.verdict else self.tr("Hỏi người dân kết quả đạt hay chưa.")

    @override
    def said(self) -> object:
        """(verdict, remark)."""
        return self.verdict, self.remark


class NotReachedDialog(_OutcomeDialog):
    """**Không liên lạc được**. Returns (outcome, remark)."""

    def __init__(
        self, about: str, tried: int, wanted: int, take: Taken, parent: QWidget | None = None
    ) -> None:
        """Ask why.

        Args:
            tried: failed attempts so far.
            wanted: attempts after which a message is sent.
        """
        super().__init__(words.outcome(Outcome.UNREACHABLE), about, take, parent)
        self._outcome = QComboBox()
        for outcome in Outcome:
            if outcome is not Outcome.REACHED:
                self._outcome.addItem(words.outcome(outcome), outcome.value)
        self.form.add_row(self.tr("Kết quả gọi"), self._outcome)
        nth = self.tr("Lần gọi thứ {0} trên {1}.").format(tried + 1, wanted)
        last = self.tr("Đây là lần cuối: hệ thống sẽ gửi tin nhắn, sau đó có thể đóng phản ánh.")
        self.form.add_remark(
            PlainLabel(f"{nth} {last}" if tried + 1 >= wanted else nth, tone="muted", wrap=True)
        )
        self.add_last()
        self._outcome.setFocus()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes to choose from."""
        return tuple(str(self._outcome.itemData(n)) for n in range(self._outcome.count()))

    @override
    def said(self) -> object:
        """(outcome, remark)."""
        return Outcome(str(self._outcome.currentData())), self.remark
