"""A request in a window of its own, from the map, the palette or a message."""

from datetime import datetime
from typing import TYPE_CHECKING, override
from uuid import UUID

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.domain.actors import leads
from console.domain.errors import ConsoleError
from console.domain.live_events import RequestsChanged
from console.domain.requests.codec import kind_of
from console.domain.requests.commands import StepBack
from console.domain.requests.decide.permissions import sees
from console.domain.requests.decide.undo import STEPS
from console.domain.requests.events import RequestMerged, StepTakenBack
from console.services.views.requests import EventLine, RequestDetail
from console.services.wording import sentences as wording
from console.ui.printing.paper import Paper, PaperMenu
from console.ui.request.pane import RequestPane
from console.ui.request.paper import request_paper
from console.ui.request.steps_menu import StepsMenu
from console.ui.runtime.coalescing import Coalesced
from console.ui.runtime.commands import OnDone, OnRefused, run_step
from console.ui.text import formats, words
from console.ui.text.error_sentences import sentence
from console.ui.widgets.basic.button import Button
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.dialogs.reason import ReasonDialog

if TYPE_CHECKING:
    from console.services.desk import Desk


class RequestWindow(HouseDialog):
    """Shows one request and follows its changes until it is closed."""

    def __init__(self, desk: "Desk", request_id: UUID, parent: QWidget | None = None) -> None:
        """Open it; the request is loaded from the store."""
        super().__init__(self.tr("Phản ánh"), parent)
        self._desk, self._id = desk, request_id
        self._older = False
        self.pane = RequestPane(desk)
        self.body.addWidget(self.pane, 1)
        row = QHBoxLayout()
        self.more = StepsMenu(desk, self._stepped, self)
        self.more.refused.connect(self.pane.say)
        row.addWidget(self.more.button)
        self.publish_button = Button(self.tr("Công bố…"))
        self.publish_button.setVisible(leads(desk.actor))
        self.publish_button.clicked.connect(lambda _checked=False: self.open_publish())
        row.addWidget(self.publish_button)
        self.paper = PaperMenu(desk, self._paper, self)
        self.paper.announced.connect(self.pane.say)
        self.paper.done.connect(self.pane.say)
        self.paper_button = Button(self.tr("In, xuất"), kind="flat")
        self.paper_button.setEnabled(False)
        self.paper_button.clicked.connect(lambda _checked=False: self._offer_paper())
        row.addWidget(self.paper_button)
        self.back_button = Button(self.tr("Hoàn tác bước trước…"))
        self.back_button.setVisible(False)
        self.back_button.clicked.connect(lambda _checked=False: self.ask_back())
        row.addWidget(self.back_button)
        row.addStretch(1)
        row.addWidget(self.close_button())
        self.body.addLayout(row)
        self.resize(460, 620)
        self._load_once = Coalesced(self._load, parent=self)
        self._end = desk.bus.subscribe(RequestsChanged, self._on_change)
        self.finished.connect(lambda _code: self._let_go())
        self._load_once.now()

    def _stepped(self) -> RequestDetail | None:
        """The request shown, if this seat may change it."""
        return None if self._older else self.pane.detail

    def _on_change(self, event: RequestsChanged) -> None:
        if self._id in event.ids:
            self._load_once.wish()

    def _let_go(self) -> None:
        self._end()
        self._load_once.stop()

    async def _load(self) -> None:
        mine = self._desk.actor.agency
        found = await self._desk.ask(lambda q: q.detail(self._id, mine))
        older, problem = found is None and self._desk.older is not None, ""
        if older:
            found, problem = await self._from_centre()
        if not self.testAttribute(Qt.WidgetAttribute.WA_WState_Created):
            return
        if found is not None and not sees(self._desk.actor, found.request):
            found = None
        self._older = older
        self.pane.show_detail(found, older=older)
        self.more.refresh()
        self.pane.say(problem)
        self.paper_button.setEnabled(found is not None)
        self.back_button.setVisible(not older and self._last_step() is not None)
        self.publish_button.setVisible(not older and leads(self._desk.actor))
        if found is not None:
            number = formats.request_number(found.request.number)
            self.setWindowTitle(self.tr("Phản ánh {0}").format(number))

    async def _from_centre(self) -> tuple[RequestDetail | None, str]:
        """Load a request that this seat no longer keeps, or the sentence that says why it cannot be
        loaded.
        """
        if self._desk.older is None:
            return None, ""
        try:
            return await self._desk.older.detail(self._id), ""
        except ConsoleError as error:
            return None, sentence(error)

    def _paper(self) -> Paper:
        detail = self.pane.detail
        if detail is None:
            return Paper(self.windowTitle(), "", ())
        return request_paper(detail, self._desk.catalogue, self._desk.clock())

    def _offer_paper(self) -> None:
        button = self.paper_button
        self.paper.offer(button.mapToGlobal(QPoint(0, button.height())))

    def _last_step(self) -> EventLine | None:
        """The last step that a supervisor may undo; the rules decide in the end."""
        if self.pane.detail is None or not leads(self._desk.actor):
            return None
        kinds = {kind_of(each) for each in (*STEPS, RequestMerged, StepTakenBack)}
        lines = (each for each in reversed(self.pane.detail.history) if each.applied)
        last = next((each for each in lines if each.kind in kinds), None)
        stays = (kind_of(RequestMerged), kind_of(StepTakenBack))
        return None if last is None or last.kind in stays else last

    def ask_back(self) -> None:
        """Ask why the last step is undone."""
        last = self._last_step()
        if last is None:
            return

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            command = StepBack(request_id=self._id, event_id=last.id, reason=str(said))
            run_step(self._desk, command, done=done, refused=refused)

        name = wording.event_name(last.kind, words.lang())
        about = self.tr("{0}: {1}, lúc {2}").format(self.windowTitle(), name, formats.full(last.at))
        ReasonDialog(self.tr("Hoàn tác bước trước"), about, (), take, self).show()

    def open_publish(self) -> None:
        """Open the publication of the request."""
        from console.ui.request.dialogs.publish import PublishDialog  # noqa: PLC0415 - not before use

        if self.pane.detail is not None:
            PublishDialog(self._desk, self.pane.detail.request, self).show()

    def tick(self, now: datetime) -> None:
        """Update once a second."""
        self.pane.tick(now)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._let_go()
        super().closeEvent(event)
