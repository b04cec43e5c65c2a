"""**Nghe và chấm**: sampled calls of a period, to be played and marked on the score sheet."""

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QWidget

from console.domain.catalogue.catalogue import Reason
from console.domain.errors import ConsoleError
from console.domain.reports import quality
from console.domain.reports.figures import Period
from console.services.people.number_masking import masked
from console.services.reports.quality import SCORE_KIND, sample, score_call
from console.services.views.calls import RecordingRow
from console.services.views.quality import SampledCall
from console.ui.calls.recording import RecordingDialog
from console.ui.runtime.input_method import commit_typed
from console.ui.runtime.tasks import spawn
from console.ui.text import formats
from console.ui.text.error_sentences import sentence
from console.ui.theme.signs import Sign
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.fields.remark_box import remark_box
from console.ui.widgets.layout.boxes import NONE, column_of
from console.ui.widgets.layout.form_grid import FormGrid
from console.ui.widgets.layout.section import Section
from console.ui.widgets.layout.split import Split
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk

_GOOD = 0.8
"""Lowest score of a good call."""


class ScoreSheet(QWidget):
    """Three choices for each criterion; none is preselected."""

    def __init__(self, criteria: tuple[Reason, ...], parent: QWidget | None = None) -> None:
        """Build an empty sheet."""
        super().__init__(parent)
        self._groups: dict[str, QButtonGroup] = {}
        column = column_of(margins=NONE, gap=6, parent=self)
        words = (self.tr("Không đạt"), self.tr("Một phần"), self.tr("Đạt"))
        for criterion in criteria:
            column.addWidget(PlainLabel(criterion.text, kind="strong", wrap=True))
            line = QHBoxLayout()
            line.setSpacing(14)
            group = QButtonGroup(self)
            for mark, word in enumerate(words):
                button = QRadioButton(word)
                button.setAccessibleName(f"{criterion.text}: {word}")
                group.addButton(button, mark)
                line.addWidget(button)
            line.addStretch(1)
            column.addLayout(line)
            self._groups[criterion.code] = group

    @property
    def marks(self) -> dict[str, int]:
        """Criterion -> mark, for the marked ones."""
        found = {code: group.checkedId() for code, group in self._groups.items()}
        return {code: mark for code, mark in found.items() if mark >= 0}

    def set_marks(self, marks: dict[str, int]) -> None:
        """Show these; criteria without a mark are cleared."""
        for code, group in self._groups.items():
            group.setExclusive(False)
            for place, button in enumerate(group.buttons()):
                button.setChecked(marks.get(code) == place)
            group.setExclusive(True)


class ScoresDialog(HouseDialog):
    """The list at the left, the sheet of the chosen call at the right.

    Signals:
        scored: a sheet was stored.
    """

    scored = Signal()

    def __init__(self, desk: "Desk", period: Period, parent: QWidget | None = None) -> None:
        """Load the sample; it is the same for everybody."""
        super().__init__(self.tr("Nghe lại và chấm điểm"), parent)
        self._desk, self._period = desk, period
        self.model: RowsModel[SampledCall] = RowsModel(
            self._columns(), lambda s: (s.call.pbx, s.call.call_id), desk.clock
        )
        self.table = Table(
            self.model,
            self.tr("Cuộc gọi trong mẫu"),
            empty=self.tr("Kỳ này không có cuộc gọi nào."),
        )
        self.sheet = ScoreSheet(desk.catalogue.reasons_of(SCORE_KIND))
        self.remark = remark_box(self.tr("Nhận xét"), 2)
        self.play = Button(self.tr("Nghe…"))
        self.save = Button(self.tr("Lưu phiếu"), shortcut_hint="Ctrl+S", kind="primary")
        self.problem = PlainLabel(tone="urgent", wrap=True)
        self._about = PlainLabel(tone="muted", wrap=True)
        self._build()
        self.table.chosen.connect(lambda _key: self._show_chosen())
        self.play.clicked.connect(self._listen)
        self.save.setShortcut("Ctrl+S")
        self.save.clicked.connect(self._save)
        self._show_chosen()
        self.resize(1040, 600)
        spawn(self._load(), self._fail)

    def _columns(self) -> tuple[Column[SampledCall], ...]:
        return (
            Column(self.tr("Máy nhánh"), lambda s, _: s.call.operator, None, "strong", 10),
            Column(self.tr("Lúc"), lambda s, _: formats.full(s.call.at), width=17),
            Column(self.tr("Số gọi"), lambda s, _: masked(s.phone) or "—", width=13),
            Column(self.tr("Dài"), lambda s, _: formats.waited(_talk(s)), width=9, right=True),
            Column(self.tr("Điểm"), None, lambda s, _: self._sign(s), width=0),
        )

    def _sign(self, row: SampledCall) -> Sign:
        if row.score is None:
            return Sign(self.tr("chưa chấm"), "muted", "none")
        good = row.score.score >= _GOOD
        text = f"{formats.percent(row.score.score)} · {row.score.by}"
        return Sign(text, "ok" if good else "warn", "circle" if good else "triangle")

    def _build(self) -> None:
        seed = quality.seed_of(self._period)
        note = self.tr("Mẫu rút ngẫu nhiên, ai rút lại cũng ra đúng các cuộc này (mã mẫu {0}).")
        self.body.addWidget(PlainLabel(note.format(seed), tone="muted", wrap=True))
        right = QWidget()
        column = column_of(
            Section(self.tr("Phiếu chấm")),
            self._about,
            self.sheet,
            margins=(12, 0, 0, 0),
            gap=8,
            parent=right,
        )
        form = FormGrid()
        form.add_row(self.tr("Nhận xét"), self.remark)
        column.addWidget(form)
        column.addStretch(1)
        self.problem.setVisible(False)
        column.addWidget(self.problem)
        self.body.addWidget(Split(self.table, right, 400), 1)
        row = QHBoxLayout()
        row.addStretch(1)
        close = self.close_button()
        for button in (close, self.play, self.save):
            row.addWidget(button)
        self.body.addLayout(row)

    async def _load(self) -> None:
        rows = await self._desk.ask(lambda q: sample(self._period, q))
        self.model.set_rows(rows)
        self.table.choose_first()
        self.table.setFocus()
        self._show_chosen()

    @property
    def chosen(self) -> SampledCall | None:
        """The chosen call."""
        return self.model.row(self.table.currentIndex().row())

    def _show_chosen(self) -> None:
        row = self.chosen
        self._say("")
        self.play.setEnabled(row is not None and bool(row.recording_sha256))
        self.save.setEnabled(row is not None)
        self.sheet.setEnabled(row is not None)
        score = row.score if row is not None else None
        self.sheet.set_marks(score.marks if score is not None else {})
        self.remark.setPlainText(score.remark if score is not None else "")
        if row is None:
            self._about.setText("")
        elif not row.recording_sha256:
            self._about.setText(self.tr("Cuộc này không có ghi âm để nghe lại."))
        elif score is not None:
            said = self.tr("{0} đã chấm lúc {1}; lưu lại là chấm lần mới.")
            self._about.setText(said.format(score.by, formats.full(score.at)))
        else:
            self._about.setText(self.tr("Mỗi lần nghe được ghi vào nhật ký."))

    def _listen(self) -> None:
        if (row := self.chosen) is None:
            return
        call = row.call
        played = RecordingRow(
            call.pbx, call.call_id, None, "in", call.at, call.talk_s, call.operator,
            row.recording_sha256,
        )  # fmt: skip
        RecordingDialog(self._desk, played, self).show()

    def _save(self) -> None:
        commit_typed()
        if (row := self.chosen) is not None:
            spawn(self._keep(row), self._fail)

    async def _keep(self, row: SampledCall) -> None:
        marks, remark = self.sheet.marks, self.remark.toPlainText()
        await self._desk.store.write(lambda uow: score_call(self._desk, row, marks, remark, uow))
        await self._load()
        self.scored.emit()

    def _fail(self, error: ConsoleError) -> None:
        self._say(sentence(error))

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))


def _talk(row: SampledCall) -> timedelta:
    return timedelta(seconds=row.call.talk_s)
