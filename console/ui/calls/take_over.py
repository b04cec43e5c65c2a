"""Takes over a call that a colleague has claimed: at once, or later with a reason."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from console.domain.calls import PEER_TAKE_OVER_LIMIT
from console.domain.states import Role
from console.domain.text.cleaning import clean_line
from console.services.desk import Desk
from console.ui.calls.presenter import CallPresenter, CallView
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.form_grid import FormGrid


class TakeOverDialog(HouseDialog):
    """Signals: `given` with the reason."""

    given = Signal(str)

    def __init__(self, view: CallView, parent: QWidget | None = None) -> None:
        """For this call."""
        super().__init__(self.tr("Nhận thay cuộc gọi"), parent)
        about = self.tr("{0} đã nhận {1} mà chưa nghe. Vì sao bạn nhận thay?")
        self.body.addWidget(
            PlainLabel(about.format(view.taken_by, view.number_text), tone="muted", wrap=True)
        )
        form = FormGrid()
        self.reason = QLineEdit()
        form.add_row(self.tr("Lý do"), self.reason)
        self.body.addWidget(form)
        verb = self.add_buttons(self.tr("Nhận thay"))
        verb.clicked.connect(self._give)
        self.reason.returnPressed.connect(self._give)
        self.reason.setFocus()

    def _give(self) -> None:
        reason = clean_line(self.reason.text(), 200)
        if not reason:
            self.say_problem(self.tr("Hãy ghi lý do; ca sau sẽ đọc."))
            return
        self.given.emit(reason)
        self.accept()


def take_over(desk: Desk, calls: CallPresenter, view: CallView, parent: QWidget) -> None:
    """Take the call over. In the first seconds no reason is needed; later a supervisor must give
    one. Anybody else gets a refusal.
    """
    late = view.taken_at is not None and desk.clock() - view.taken_at > PEER_TAKE_OVER_LIMIT
    if not late or desk.actor.role is not Role.SUPERVISOR:
        calls.take_over(view)
        return
    dialog = TakeOverDialog(view, parent)
    dialog.given.connect(lambda reason: calls.take_over(view, reason))
    dialog.show()
