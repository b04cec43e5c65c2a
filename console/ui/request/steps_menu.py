"""**Bước khác**: a menu of the further steps on a request, and their dialogs. Shared by the queue
and the window of a request.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import isValid

from console.domain.requests import commands as c
from console.domain.requests.request import Request
from console.services.views.requests import RequestDetail
from console.ui import actions
from console.ui.request.dialogs.edit import EditDialog, Edited
from console.ui.request.dialogs.join import JoinDialog
from console.ui.request.dialogs.steps import ForwardDialog
from console.ui.request.possible_steps import proposed_agency, steps_for
from console.ui.runtime.commands import OnDone, OnRefused, run_step
from console.ui.text import formats
from console.ui.widgets.basic.button import Button
from console.ui.widgets.dialogs.reason import ReasonDialog, WordsDialog

if TYPE_CHECKING:
    from uuid import UUID

    from console.services.desk import Desk


class StepsMenu(QObject):
    """The menu in one place; `detail` tells each time which request is meant.

    Signals:
        refused: a sentence that says why a step without a dialog was not done.
    """

    refused = Signal(str)

    def __init__(
        self,
        desk: "Desk",
        detail: Callable[[], RequestDetail | None],
        owner: QWidget,
        *,
        agency: Callable[[], str | None] = lambda: None,
    ) -> None:
        """Make the button; the owner places it.

        Args:
            agency: the agency whose assignment is meant, None for the only open one.
        """
        super().__init__(owner)
        self._desk, self._detail, self._agency, self._owner = desk, detail, agency, owner
        self.button = Button(actions.word("queue.more"), shortcut_hint=actions.key("queue.more"))
        self.button.setObjectName("queue.more")
        self.button.clicked.connect(lambda _checked=False: self.offer())
        actions.bind(owner, "queue.more", self.offer)
        self.refresh()

    def refresh(self) -> None:
        """Update after another request was chosen or a step was taken."""
        self.button.setEnabled(bool(self.steps()))

    def steps(self) -> tuple[str, ...]:
        """Names of the steps that are possible now."""
        detail = self._detail()
        if detail is None:
            return ()
        return steps_for(detail.request, self._desk.actor, self._whose())

    def offer(self) -> None:
        """Open the menu above the button."""
        if not (steps := self.steps()):
            return
        menu = QMenu(self._owner)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in steps:
            meant = partial(self._begin, name, self._meant())
            menu.addAction(self.word(name)).triggered.connect(meant)
        menu.popup(self.button.mapToGlobal(QPoint(0, -menu.sizeHint().height())))
        menu.setActiveAction(menu.actions()[0])

    def word(self, step: str) -> str:
        """The step's name in the menu."""
        detail = self._detail()
        held = detail is not None and any(a.is_open for a in detail.request.assignments)
        return {
            "start": self.tr("Bắt đầu xử lý"),
            "forward": self.tr("Giao thêm đơn vị…") if held else self.tr("Chuyển đơn vị…"),
            "ask": self.tr("Hỏi thêm người dân…"),
            "answer": self.tr("Ghi câu trả lời của người dân…"),
            "note": self.tr("Ghi chú…"),
            "edit": self.tr("Sửa phản ánh…"),
            "merge": self.tr("Gộp vào phản ánh khác…"),
            "reopen": self.tr("Mở lại…"),
            "reject": self.tr("Từ chối…"),
            "cancel": self.tr("Hủy phản ánh…"),
        }[step]

    def about(self, request: Request) -> str:
        """The request as a dialog shows it: number, service, address."""
        service = self._desk.catalogue.services.get(request.service_code)
        parts = [
            formats.request_number(request.number),
            service.name if service else request.service_code,
            request.address_string or "",
        ]
        return " · ".join(p for p in parts if p)

    def begin(self, step: str) -> None:
        """Take the step, or ask first for what it needs; no effect if it is not possible now."""
        if step in self.steps():
            self.ask(step)

    def ask(self, step: str) -> None:
        """The same for a button elsewhere, which knows itself when the step is possible."""
        detail = self._detail()
        if detail is None:
            return
        request = detail.request
        match step:
            case "start":
                command = c.StartWork(request_id=request.id, agency=self._whose())
                run_step(self._desk, command, refused=self._refuse)
            case "forward":
                self._ask_agency(detail)
            case "edit":
                self._edit(request)
            case "merge":
                self._merge(request)
            case "ask" | "note" | "answer":
                self._ask_words(step, request)
            case _:
                self._ask_reason(step, request)

    # --- dialogs

    def _begin(self, step: str, meant: "UUID | None", _checked: bool = False) -> None:
        """Take the step chosen in the menu, only for the request that the menu was opened for."""
        if meant == self._meant() and step in self.steps():
            self.ask(step)
        else:
            self._refuse(self.tr("Phản ánh vừa đổi trong lúc chọn. Hãy mở lại Bước khác."))

    def _meant(self) -> "UUID | None":
        detail = self._detail()
        return detail.request.id if detail else None

    def _refuse(self, text: str) -> None:
        if isValid(self):  # Otherwise its window was closed meanwhile.
            self.refused.emit(text)

    def _whose(self) -> str | None:
        return self._desk.actor.agency or self._agency()

    def _window(self) -> QWidget:
        return self._owner.window()

    def _ask_agency(self, detail: RequestDetail) -> None:
        request = detail.request

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            agency, reason = cast("tuple[str, str]", said)
            command = c.ForwardRequest(request_id=request.id, agency=agency, reason=reason or None)
            run_step(self._desk, command, done=done, refused=refused)

        agencies = tuple(self._desk.catalogue.agencies.values())
        proposed, why = proposed_agency(self._desk, detail)
        dialog = ForwardDialog(self.about(request), agencies, proposed, why, take, self._window())
        dialog.show()

    def _edit(self, request: Request) -> None:
        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            edited = cast("Edited", said)
            command = c.ChangeFields(
                request_id=request.id, changes=edited.changes, reason=edited.reason or None
            )

            def refuse(text: str) -> None:
                now = self._detail()
                if isValid(dialog) and now is not None and now.request.id == request.id:
                    text = dialog.replaced(now.request) or text
                refused(text)

            run_step(self._desk, command, done=done, refused=refuse)

        dialog = EditDialog(self._desk, request, self.about(request), take, self._window())
        dialog.show()

    def _merge(self, request: Request) -> None:
        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            command = c.MergeRequest(request_id=request.id, parent_id=cast("UUID", said))
            run_step(self._desk, command, done=done, refused=refused)

        JoinDialog(self._desk, take, self._window()).show()

    def _ask_words(self, step: str, request: Request) -> None:
        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            text = str(said)
            command: c.Command = c.AddNote(
                request_id=request.id, text=text, answers=step == "answer"
            )
            if step == "ask":
                command = c.AskInfo(request_id=request.id, reason=text)
            run_step(self._desk, command, done=done, refused=refused)

        hint = ""
        if step == "ask":
            hint = self.tr(
                "Ai báo bằng tin nhắn, thư, mạng xã hội thì được hỏi qua kênh ấy; ai gọi điện thì"
                " gọi lại hỏi. Đồng hồ chuyển đơn vị dừng; không có trả lời thì tự đóng."
            )
        title = self.word(step).removesuffix("…")
        WordsDialog(title, self.about(request), hint, take, self._window()).show()

    def _ask_reason(self, step: str, request: Request) -> None:
        make = {
            "reject": c.RejectRequest,
            "cancel": c.CancelRequest,
            "reopen": c.ReopenRequest,
        }[step]

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            command = make(request_id=request.id, reason=str(said))
            run_step(self._desk, command, done=done, refused=refused)

        reasons = self._desk.catalogue.reasons_of(step)
        title = self.word(step).removesuffix("…")
        ReasonDialog(title, self.about(request), reasons, take, self._window()).show()
