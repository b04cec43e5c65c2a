"""**Mật khẩu của tôi**: set, change or remove the password of the person who sits here."""

from PySide6.QtWidgets import QLineEdit, QWidget

from console.ui.runtime.input_method import commit_typed
from console.ui.runtime.tasks import spawn
from console.ui.shell.seat.presenter import PeoplePresenter
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.form_grid import FormGrid


class PasswordDialog(HouseDialog):
    """Asks for the old password, if there is one, and twice for the new one."""

    def __init__(
        self, people: PeoplePresenter, *, has_one: bool, parent: QWidget | None = None
    ) -> None:
        """Ask."""
        super().__init__(self.tr("Mật khẩu của tôi"), parent)
        self._people = people
        self.body.addWidget(
            PlainLabel(
                self.tr("Dùng để vào máy và mở khóa ở máy này. Để trống mật khẩu mới là bỏ."),
                tone="muted",
                wrap=True,
            )
        )
        form = FormGrid()
        self.old, self.new, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        for field in (self.old, self.new, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.returnPressed.connect(self._submit)
        if has_one:
            form.add_row(self.tr("Mật khẩu cũ"), self.old)
        form.add_row(self.tr("Mật khẩu mới"), self.new)
        form.add_row(self.tr("Nhập lại"), self.again)
        self.body.addWidget(form)
        self.verb = self.add_buttons(self.tr("Lưu"))
        self.verb.clicked.connect(lambda _checked=False: self._submit())
        self.setMinimumWidth(420)
        (self.old if has_one else self.new).setFocus()

    def _submit(self) -> None:
        commit_typed()
        if self.new.text() != self.again.text():
            self.say_problem(self.tr("Hai lần nhập không giống nhau. Hãy nhập lại."))
            return
        self.say_problem("")
        self.verb.setEnabled(False)
        spawn(self._save())

    async def _save(self) -> None:
        problem = await self._people.set_password(self.old.text(), self.new.text())
        if problem:
            self.verb.setEnabled(True)
            self.say_problem(problem)
        else:
            self.accept()
