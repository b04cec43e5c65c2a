"""The one window: rail, call bar, pages, status line; and the wires between them.

Pages know the desk and their own presenter. What one page asks of another goes through here:
`request_wanted` opens the form, `request_opened` shows a request.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, override
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from console.config import Loaded, Settings
from console.domain.actors import Actor
from console.domain.states import Role
from console.map.state import MapSetup
from console.services.settings_file import SettingsKeeper
from console.services.training import ScoreBook
from console.services.views import Counts
from console.ui import actions, formats, icons, tasks, theme, words
from console.ui.describe import Describer, describe_all
from console.ui.dialogs.notices import open_notices
from console.ui.form_seed import FormSeed
from console.ui.input_method import commit_typed
from console.ui.map_keeper import MapKeeper
from console.ui.pages import PageMaker, pages_for
from console.ui.panels.call_bar import CallBar
from console.ui.panels.rail import Rail
from console.ui.panels.seat import SeatPanel
from console.ui.panels.training import frame_training
from console.ui.personal import Personal
from console.ui.presenters.calls import CallPresenter, CallView
from console.ui.presenters.status import StatusPresenter
from console.ui.presenters.training import TrainingPresenter
from console.ui.presenters.undo import UndoPresenter
from console.ui.presenters.warnings import WarningsPresenter
from console.ui.ringing import Ringing
from console.ui.small_windows import SmallWindows
from console.ui.tasks import spawn
from console.ui.widgets.banner import CallBanner, NoticeBar
from console.ui.widgets.page import Page
from console.ui.widgets.page_stack import PageStack, RoomyFrame
from console.ui.widgets.status_line import StatusLine
from console.ui.widgets.undo_button import UndoButton
from console.ui.widgets.work_strip import WorkStrip
from console.ui.work import works

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.ui.panels.request_window import RequestDialog

_MAP_AFTER_MS = 400


class MainWindow(QMainWindow):
    """The window of a seat.

    Signals:
        closed: the person closed it; the program winds down in its own coroutine.
    """

    closed = Signal()

    def __init__(
        self,
        desk: "Desk",
        settings: Settings,
        *,
        demo: bool = False,
        keeper: SettingsKeeper | None = None,
        map_setup: MapSetup | None = None,
        map_web: bool = True,
    ) -> None:
        """Build the bars and the first page; the others come when they are first opened.

        Args:
            keeper: what the settings page shows and writes.
            map_setup: outlines, base map and first view; by the settings when None.
            map_web: False paints the map even where a web page could run.
        """
        super().__init__()
        self.setObjectName("main")
        self._desk = desk
        self._settings = settings
        self._demo = demo
        self._seen = False
        self._painted = asyncio.Event()
        extension = settings.seat.extension
        self.calls = CallPresenter(desk, extension, self)
        self.ringing = Ringing(self.calls, settings.audio, self)
        self.status = StatusPresenter(
            desk,
            extension=extension,
            queues=", ".join(settings.telephony.queues),
            central=bool(settings.central.url),
            parent=self,
        )
        self._maker = PageMaker(desk, self.calls, settings, keeper)
        self.map = MapKeeper(desk, settings, map_setup, self, web=map_web)
        self._pages: dict[str, Page] = {}
        self.commands: dict[str, QAction] = {}
        self.training: TrainingPresenter | None = None
        self._requests: list[RequestDialog] = []
        self.personal = Personal(desk, settings, self.dress, self)
        self.personal.map_screen_liked.connect(self.map.send_to)
        self.personal.sound_liked.connect(self.ringing.like)
        self.map.moved.connect(lambda name: self.personal.keep_screen("map", name))
        self.small = SmallWindows(desk, settings, self.calls, self.ringing, self.personal, self)
        names = self._page_names()
        self.rail = Rail(names)
        self._build()
        self._furnish(names)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._tick()
        self.goto_page(names[0])
        Describer(self, lambda: actions.page_word(self._front))
        self.status.refresh()
        tasks.spawn(self.personal.load())

    # --- building

    def _build(self) -> None:
        self.setWindowIcon(icons.icon("intake", theme.current().accent, 32))
        self.banner = CallBanner(can_answer="answer" in self.calls.capabilities)
        self.notice = NoticeBar()
        self.call_bar = CallBar(
            self.calls,
            pause_reasons=self._desk.catalogue.reasons_of("pause"),
            places=tuple(
                (a.name, a.phone) for a in self._desk.catalogue.agencies.values() if a.phone
            ),
        )
        self.map.told.connect(self.notice.say)
        self.small.told.connect(self.notice.say)
        self.small.request_opened.connect(self.open_request)
        self.status_line = StatusLine()
        self.undo = UndoPresenter(self._desk, self)
        self.undo.told.connect(self.notice.say)
        self.status_line.add_foot(WorkStrip(works()))
        self.status_line.add_foot(UndoButton(self.undo))
        self.stack = PageStack()
        right = self._rows = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        for widget in (self.call_bar, self.banner, self.notice):
            right.addWidget(widget)
        right.addWidget(RoomyFrame(self.stack), 1)
        right.addWidget(self.status_line)
        whole = QWidget()
        whole.setObjectName("inside")
        self._row = QHBoxLayout(whole)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._rail_frame = RoomyFrame(self.rail, sideways=False)
        self._row.addWidget(self._rail_frame)
        self._row.addLayout(right, 1)
        self.seat = SeatPanel(
            self._desk,
            self.calls,
            whole,
            self._keep_typed,
            lock_after_min=self._settings.ui.lock_after_min,
        )
        self.setCentralWidget(self.seat)
        self.resize(1366, 768)
        self.seat.lock_changed.connect(self._on_lock)
        self.seat.people.leaving.connect(self._on_leaving)
        self.seat.people.leaving.connect(self.notice.forget)
        self.notice.history_wanted.connect(lambda: open_notices(self.notice))
        self.seat.people.seated.connect(self._on_seated)
        self.seat.people.refused.connect(self.notice.say)
        self.seat.people.drafts_taken.connect(self._on_drafts_taken)
        self.calls.offered.connect(self._on_offered)
        self.calls.changed.connect(self._show_banner)
        self.calls.notice.connect(self.notice.say)
        self.call_bar.room_wanted.connect(self.small.room)
        self.warnings = WarningsPresenter(self._desk, self)
        self.warnings.told.connect(self.notice.say)
        self.status.items_changed.connect(self._show_status)
        self.status.counts_changed.connect(self._show_counts)
        self.banner.opened.connect(self._open_call)
        self.banner.answer_wanted.connect(self.calls.answer)
        self._show_status()

    def _page_names(self) -> tuple[str, ...]:
        return pages_for(self._desk.actor.role)

    def _furnish(self, names: tuple[str, ...]) -> None:
        """Rail and keys for the person who sits here now."""
        actor = self._desk.actor
        self.rail.page_wanted.connect(self.goto_page)
        self.rail.person_wanted.connect(self.seat.open_handover)
        self.rail.person.set_person(actor.name or actor.user, self.seat.people.role_words(actor))
        for action in self.commands.values():
            self.removeAction(action)
            action.deleteLater()
        self._bind(names)

    def _bind(self, names: tuple[str, ...]) -> None:
        handlers: dict[str, Callable[[], None]] = {
            "call.answer": self.calls.answer,
            "call.hold": self.call_bar.toggle_hold,
            "call.transfer": self.call_bar.open_transfer,
            "call.hangup": self.calls.hangup,
            "call.pause": self.call_bar.toggle_pause,
            "call.mute": self.call_bar.toggle_recording,
            "call.keypad": self.call_bar.open_keypad,
            "window.palette": self.open_palette,
            "window.keys": self.open_keys,
            "window.notices": self.notice.history_wanted.emit,
            "window.undo": self.undo.undo,
            "window.handover": self.seat.open_handover,
            "window.lock": self.seat.lock,
            "window.theme": self.swap_theme,
            "window.map": self.map.toggle,
            **self.small.commands(),
        }
        if "intake" in names:
            handlers["form.new"] = self.new_form
        for name in names:
            handlers[f"page.{name}"] = lambda page=name: self.goto_page(page)  # type: ignore[misc]
        self.commands = {key: actions.bind(self, key, do) for key, do in handlers.items()}

    def _page(self, name: str) -> Page:
        if name not in self._pages:
            page = self._maker.make(name)
            page.setObjectName(f"page.{name}")
            page.setAccessibleName(actions.page_word(name))
            self._wire(page)
            self._pages[name] = page
            self.stack.addWidget(page)
            self.personal.follow(name, page)
            describe_all(page, actions.page_word(name))
        return self._pages[name]

    def _wire(self, page: Page) -> None:
        """Connect what a page may ask of the others."""
        routes: dict[str, Callable[..., None]] = {
            "request_wanted": self.open_form,
            "request_opened": self.open_request,
            "refused": self.notice.say,
            "page_wanted": self.goto_page,
            "theme_wanted": self.personal.choose_look,
            "settings_saved": self._on_settings,
            "keys_wanted": self.open_keys,
            "tour_wanted": self.small.tour,
            "note_wanted": self.small.note,
            "shift_wanted": self.small.shift,
        }
        for name, slot in routes.items():
            if (signal := getattr(page, name, None)) is not None:
                signal.connect(slot)

    # --- what others may ask

    @property
    def page_name(self) -> str:
        """The page in front."""
        return self._front

    async def shown(self) -> None:
        """Return when the window was on the screen for the first time."""
        await self._painted.wait()

    async def finish(self) -> None:
        """Wait for what the window started, such as the last draft, at most three seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(3):
                await tasks.settle()

    def page(self, name: str) -> Page:
        """A page, made now if it was never opened."""
        return self._page(name)

    def goto_page(self, name: str) -> None:
        """Bring a page to the front; the word being typed is kept."""
        if name not in self.rail.pages:
            return
        commit_typed()
        page = self._page(name)
        self._front = name
        self.stack.setCurrentWidget(page)
        self.rail.show_page(name)
        self.setWindowTitle(self._title(name))
        self._place_map()
        self._show_banner()
        page.shown()
        page.tick(self._desk.clock())

    def begin_training(self, book: ScoreBook) -> None:
        """Everything stands in an orange frame, with what the caller says over it."""
        self.training = frame_training(self._desk, book, self._row, self._rows)
        self.setWindowTitle(self._title(self._front))

    def open_form(self, seed: FormSeed) -> None:
        """Start a form with what is known already."""
        self.goto_page("intake")
        opener = getattr(self._page("intake"), "open_seed", None)
        if opener is not None:
            opener(seed)

    def new_form(self) -> None:
        """An empty form beside those that are open."""
        self.goto_page("intake")
        maker = getattr(self._page("intake"), "new_form", None)
        if maker is not None:
            maker()

    def open_request(self, request_id: UUID) -> None:
        """Show a request in a window of its own."""
        from console.ui.panels.request_window import RequestDialog  # noqa: PLC0415 - not before use

        dialog = RequestDialog(self._desk, request_id, self)
        self._requests = [d for d in self._requests if isValid(d)] + [dialog]
        dialog.show()

    def open_palette(self) -> None:
        """Commands, requests and agencies by a few letters."""
        from console.ui.dialogs.palette import PaletteDialog  # noqa: PLC0415 - not before use

        dialog = PaletteDialog(self._desk, tuple(self.commands.values()), self)
        dialog.request_chosen.connect(self.open_request)
        dialog.show()

    def open_keys(self) -> None:
        """All keys on one sheet."""
        self.small.keys(self._front)

    def swap_theme(self) -> None:
        """Light to night and back."""
        other = "light" if theme.current().name == "night" else "night"
        self.personal.choose_look(other, round(theme.points() / theme.BASE_POINTS * 100))

    def dress(self, name: str, font_percent: int) -> None:
        """Put on a theme and a text size, live."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, theme.chosen(name, self._desk.clock()), font_percent)
            self.map.restyle()

    def _on_settings(self, loaded: Loaded) -> None:
        """What needs no restart comes into force."""
        self.ringing.remember(loaded.settings.audio)
        self.personal.take_seat(loaded.settings.ui)

    # --- people

    async def _keep_typed(self) -> None:
        """Every half-typed form is on disk, under the name of who typed it."""
        commit_typed()
        if (keeper := getattr(self._pages.get("intake"), "drafts", None)) is not None:
            await keeper.flush()

    def _on_leaving(self) -> None:
        """The pages were built for who sits here no more: nothing of them stays."""
        for dialog in self.findChildren(QDialog):
            dialog.close()
        self.map.park()
        for page in self._pages.values():
            page.close_page()
            page.hide()
            self.stack.removeWidget(page)
        spawn(self._bury(tuple(self._pages.values())))
        self._pages.clear()

    @staticmethod
    async def _bury(pages: tuple[Page, ...]) -> None:
        """Pages go when the answers that are on their way to them have come."""
        await tasks.under_way()
        for page in pages:
            if isValid(page):
                page.deleteLater()

    def _on_seated(self, _actor: Actor) -> None:
        """Build the window anew for this person, at the same page where he may have it."""
        names = self._page_names()
        self.rail = Rail(names)
        self._rail_frame.setWidget(self.rail)  # the one before it goes with this
        self._furnish(names)
        self.goto_page(self._front if self._front in names else names[0])
        self.status.refresh()
        tasks.spawn(self.personal.load())
        self._tick()

    def _on_drafts_taken(self) -> None:
        if (reopen := getattr(self._pages.get("intake"), "reopen_drafts", None)) is not None:
            reopen()

    def _on_lock(self, locked: bool) -> None:
        """Under the cover no key does anything, but to let somebody else in."""
        self.map.cover(locked)
        for name, action in self.commands.items():
            action.setEnabled(not locked or name == "window.handover")
        self.setWindowTitle(self._title(self._front))

    # --- calls

    def _on_offered(self, _call: CallView) -> None:
        """Ring without stealing the focus: a strip, and the task bar's own hint."""
        self._show_banner()
        if not self.isActiveWindow():
            QApplication.alert(self)

    def _show_banner(self) -> None:
        call = self.calls.current
        rings = call is not None and call.state == "ringing" and self._front != "intake"
        if not rings or call is None:
            self.banner.setVisible(False)
        elif not self.banner.isVisible():
            about = " · ".join(p for p in (call.name or "", call.queue or "") if p)
            self.banner.show_call(call.number_text, about)

    def _open_call(self) -> None:
        call = self.calls.current
        self.goto_page("intake")
        opener = getattr(self._page("intake"), "show_call", None)
        if call is not None and opener is not None:
            opener(call.call_id)

    # --- showing

    def _title(self, name: str) -> str:
        shown = self.tr("Đang khóa") if self.seat.is_locked else actions.page_word(name)
        title = self.tr("{0} - 1022").format(shown)
        if self.training is not None:
            return self.tr("LUYỆN TẬP · {0}").format(title)
        return self.tr("{0} (trình diễn)").format(title) if self._demo else title

    def _tick(self) -> None:
        now = self._desk.clock()
        self.status_line.set_time(formats.clock_seconds(now))
        self.status_line.set_shift(words.on_duty(self._desk.catalogue, self._desk.actor, now))
        self.call_bar.tick(now)
        self.ringing.tick(now)
        self.undo.tick(now)
        self.seat.tick(now)
        for dialog in (d for d in self._requests if isValid(d)):
            dialog.tick(now)
        current = self.stack.currentWidget()
        if isinstance(current, Page):
            current.tick(now)

    def _show_status(self) -> None:
        self.status_line.set_items(self.status.items)

    def _show_counts(self, counts: Counts) -> None:
        self.rail.set_count("inbox", counts.inbox_new)
        self.rail.set_count("callbacks", counts.callbacks + counts.missed_calls)
        if self._desk.actor.role is not Role.OFFICER:
            self.rail.set_count("queue", counts.not_forwarded)
        if (wall := self._pages.get("wallboard")) is not None:
            show = getattr(wall, "show_counts", None)
            if show is not None:
                show(counts)

    def _place_map(self) -> None:
        """The one map goes to the page in front, once the window is on the screen."""
        if self._seen:
            page = self._pages[self._front]
            self.map.place(page, self.open_request)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self, self._painted.set)
            QTimer.singleShot(_MAP_AFTER_MS, self, self._place_map)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        commit_typed()
        self._clock.stop()
        for page in self._pages.values():
            page.close_page()
        self.map.close()
        self.calls.close()
        tasks.spawn(self.ringing.close())
        self.status.close()
        self.warnings.close()
        self.undo.close()
        if self.training is not None:
            self.training.close()
        self.closed.emit()
        super().closeEvent(event)
