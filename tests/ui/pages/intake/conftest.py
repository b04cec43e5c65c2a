"""The intake page on a real desk: store on disk, the city's catalogue, its own ward outlines."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from console.domain.live_events import CallEvent
from console.domain.requests.commands import LogRequest
from console.map.gazetteer.local_places import LocalPlaces
from console.services.desk import Desk
from console.services.handling import Done
from console.ui.calls.presenter import CallPresenter
from console.ui.pages.intake.form.report_form import IntakeForm
from console.ui.pages.intake.page import IntakePage
from console.ui.runtime import tasks
from console.ui.runtime.input_method import install_commit_filter
from tests.conftest import StoppedClock
from tests.ui.waiting import in_front


def press(widget: QWidget, key: Qt.Key, ctrl: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(widget, key, modifier)


def commit(widget: QWidget, text: str) -> None:
    """Text as an input method commits it, with accents."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def compose(widget: QWidget, text: str) -> None:
    """A word that is still in preedit."""
    QApplication.sendEvent(widget, QInputMethodEvent(text, []))


@dataclass(slots=True)
class Seat:
    """A window with the intake page in it."""

    desk: Desk
    clock: StoppedClock
    calls: CallPresenter
    page: IntakePage
    window: QMainWindow

    @property
    def form(self) -> IntakeForm:
        """The form in front."""
        return self.page.deck.form

    def call(self, kind: str, call_id: str, number: str | None = None, **more: object) -> None:
        """One step of a call, as the line publishes it."""
        event = CallEvent(
            kind=kind,
            call_id=call_id,
            at=self.clock(),
            pbx="ami",
            queue="1022",
            peer_number=number,
            **more,  # type: ignore[arg-type]
        )
        self.desk.bus.publish(event)

    def ring(self, call_id: str, number: str | None = None, name: str | None = None) -> None:
        """A call arrives and rings at this seat."""
        self.call("offered", call_id, number, peer_name=name)
        self.call("ringing", call_id, number, peer_name=name)

    def keys(self, widget: QWidget, text: str) -> None:
        """Type into a widget."""
        QTest.keyClicks(widget, text)

    def choose_service(self, text: str) -> None:
        """Search a service and take the first."""
        self.form.service.setFocus()
        commit(self.form.service, text)
        QTest.keyClick(self.form.service, Qt.Key.Key_Return)

    def fill(
        self,
        service: str = "dai phan cach",
        address: str = "ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12)",
        description: str = "3 đoạn phân cách nằm giữa đường",
    ) -> None:
        """Type a whole report."""
        self.choose_service(service)
        self.form.address.setFocus()
        commit(self.form.address, address)
        self.form.description.setFocus()
        commit(self.form.description, description)

    async def log(self, *, ago: timedelta = timedelta(hours=1), **fields: object) -> Done:
        """A request that was saved earlier."""
        self.clock.now -= ago
        done = await self.desk.do(LogRequest(**fields))  # type: ignore[arg-type]
        self.clock.now += ago
        return done


async def open_seat(desk: Desk, clock: StoppedClock) -> Seat:
    """A window with a fresh intake page, shown and settled."""
    calls = CallPresenter(desk)
    page = IntakePage(desk, calls)
    window = QMainWindow()
    window.setCentralWidget(page)
    window.resize(1294, 690)
    window.show()
    await in_front(window)
    await tasks.settle()
    page.shown()
    return Seat(desk, clock, calls, page, window)


async def close_seat(seat: Seat) -> None:
    """Close it as the window does."""
    seat.page.close_page()
    seat.calls.close()
    await tasks.settle()
    seat.window.close()
    seat.window.deleteLater()
    await asyncio.sleep(0)


@pytest.fixture
async def seat(desk: Desk, clock: StoppedClock, outlines: Path) -> AsyncIterator[Seat]:
    """The intake page of an operator."""
    desk.places = LocalPlaces(outlines)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    commits = install_commit_filter(app)
    made = await open_seat(desk, clock)
    yield made
    await close_seat(made)
    commits.deleteLater()
