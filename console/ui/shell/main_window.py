"""The main window: rail, call bar, pages, status line, and the wiring between them.

Pages know the desk and their own presenter. What one page wants from another goes through here:
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
    QMainWindow,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from console.config.settings import Loaded, Settings
from console.domain.actors import Actor
from console.domain.states import Role
from console.map.display.state import MapSetup
from console.services.city_data.import_rights import may_import
from console.services.runtime.settings_file import SettingsKeeper
from console.services.supervision.training import ScoreBook
from console.services.views.requests import Counts
from console.ui import actions
from console.ui.calls.bar import CallBar
from console.ui.calls.presenter import CallPresenter, CallView
from console.ui.calls.ringing import Ringing
from console.ui.calls.words import about_words, ringing_words
from console.ui.map.shared_map import SharedMap
from console.ui.request.form_prefill import FormPrefill
from console.ui.runtime import tasks
from console.ui.runtime.input_method import commit_typed
from console.ui.runtime.long_work import long_works
from console.ui.shell.accessible_descriptions import Describer
from console.ui.shell.learning.training import TrainingPresenter
from console.ui.shell.learning.training_strip import frame_training
from console.ui.shell.open_pages import OpenPages
from console.ui.shell.page_maker import PageMaker, pages_for
from console.ui.shell.preferences import PersonalPreferences
from console.ui.shell.rail.page_rail import Rail
from console.ui.shell.seat.panel import SeatPanel
from console.ui.shell.small_windows import SmallWindows
from console.ui.shell.status.clock_warnings import WarningsPresenter
from console.ui.shell.status.line import StatusLine
from console.ui.shell.status.past_messages import open_past_messages
from console.ui.shell.status.presenter import StatusPresenter
from console.ui.shell.status.undo import UndoPresenter
from console.ui.shell.status.undo_button import UndoButton
from console.ui.shell.status.work_strip import WorkStrip
from console.ui.text import formats, words
from console.ui.theme import icons, themes
from console.ui.widgets.basic.message_bar import MessageBar, announce
from console.ui.widgets.layout.boxes import NONE, row_of
from console.ui.widgets.page_frames.page import Page
from console.ui.widgets.page_frames.page_stack import PageStack, RoomyFrame

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.ui.request.window import RequestWindow

_MAP_AFTER_MS = 400


class MainWindow(QMainWindow):
    """The window of a seat.

    Signals:
        closed: the person closed it; the program shuts down in its own coroutine.
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
        """Build the bars and the first page; other pages are built when first opened.

        Args:
            keeper: the settings that the settings page shows and writes.
            map_setup: outlines, base map and first view; only names if None.
            map_web: False paints the map even if a web page could run.
        """
        super().__init__()
        self.setObjectName("main")
        self._desk = desk
        self._settings = settings
        self._demo = demo
        self._keeper = keeper
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
        self.map = SharedMap(desk, map_setup, self, web=map_web)
        self.commands: dict[str, QAction] = {}
        self.training: TrainingPresenter | None = None
        self._requests: list[RequestWindow] = []
        self.personal = PersonalPreferences(desk, settings, self.dress, self)
        self.personal.map_screen_liked.connect(self.map.send_to)
        self.personal.sound_liked.connect(self.ringing.like)
        self.map.moved.connect(lambda name: self.personal.keep_screen("map", name))
        self.small = SmallWindows(desk, settings, self.calls, self.ringing, self.personal, self)
        names = self._page_names()
        self.rail = Rail(names)
        self._build()
        maker = PageMaker(desk, self.calls, settings, keeper)
        self._pages = OpenPages(maker, self.stack, self.personal, self._routes())
        self.undo.undone.connect(self._pages.tell_undone)
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
        self.setWindowIcon(icons.icon("intake", themes.current().accent, 32))
        self.call_bar = CallBar(
            self.calls,
            pause_reasons=self._desk.catalogue.reasons_of("pause"),
            places=tuple(
                (a.name, a.phone) for a in self._desk.catalogue.agencies.values() if a.phone
            ),
        )
        self.small.request_opened.connect(self.open_request)
        self.status_line = StatusLine()
        self.undo = UndoPresenter(self._desk, self)
        self.small.step_offered.connect(self.undo.offer)
        self.small.messages_wanted.connect(
            lambda channel, contact: self._tell_page("inbox", "show_spam", channel, contact)
        )
        self.status_line.add_foot(WorkStrip(long_works()))
        self.status_line.add_foot(UndoButton(self.undo))
        self.stack = PageStack()
        right = self._rows = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        whole = QWidget()
        whole.setObjectName("inside")
        page = RoomyFrame(self.stack)
        right.addWidget(self.call_bar)
        right.addWidget(page, 1)
        right.addWidget(self.status_line)
        self._row = row_of(margins=NONE, gap=0, parent=whole)
        self._rail_frame = RoomyFrame(self.rail, sideways=False)
        self._row.addWidget(self._rail_frame)
        self._row.addLayout(right, 1)
        self.notice = MessageBar(page, whole)
        self.map.announced.connect(self.notice.say)
        for each in (self.small, self.undo):
            each.announced.connect(self.notice.say)
            each.done.connect(self.notice.say_done)
        self.seat = SeatPanel(
            self._desk,
            self.calls,
            whole,
            self._keep_typed,
            lock_after_min=self._settings.ui.lock_after_min,
        )
        self.warnings = WarningsPresenter(self._desk, self)
        self.setCentralWidget(self.seat)
        self.resize(1366, 768)
        self._wire()

    def _wire(self) -> None:
        self.seat.lock_changed.connect(self._on_lock)
        self.seat.people.leaving.connect(self._on_leaving)
        self.seat.people.leaving.connect(self.notice.forget)
        self.notice.history_wanted.connect(lambda: open_past_messages(self.notice))
        self.seat.people.seated.connect(self._on_seated)
        self.seat.people.refused.connect(self.notice.say)
        self.seat.people.drafts_taken.connect(self._on_drafts_taken)
        self.calls.offered.connect(self._on_offered)
        self.calls.notice.connect(self.notice.say)
        self.call_bar.verbs.room_wanted.connect(self.small.room)
        self.warnings.announced.connect(self.notice.say)
        self.status.items_changed.connect(self._show_status)
        self.status.counts_changed.connect(self._show_counts)
        self.call_bar.form_wanted.connect(self._open_call)
        self._show_status()

    def _page_names(self) -> tuple[str, ...]:
        return pages_for(self._desk.actor.role)

    def _furnish(self, names: tuple[str, ...]) -> None:
        """Set up rail and keys for the person who sits here now."""
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
            "call.hold": self.call_bar.verbs.toggle_hold,
            "call.transfer": self.call_bar.verbs.open_transfer,
            "call.hangup": self.calls.hangup,
            "call.pause": self.call_bar.verbs.toggle_pause,
            "call.mute": self.call_bar.verbs.toggle_recording,
            "call.keypad": self.call_bar.verbs.open_keypad,
            "window.palette": self.open_palette,
            "window.keys": self.open_keys,
            "window.handbook": self.open_handbook,
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
        if self._desk.data is not None and may_import(self._desk.actor.role):
            handlers["window.data"] = self.open_data
        for name in names:
            handlers[f"page.{name}"] = lambda page=name: self.goto_page(page)  # type: ignore[misc]
        self.commands = {key: actions.bind(self, key, do) for key, do in handlers.items()}

    def _routes(self) -> dict[str, Callable[..., None]]:
        """What a page's signals do, by name of the signal."""
        return {
            "request_wanted": self.open_form,
            "request_opened": self.open_request,
            "drafts_taken": self._on_drafts_taken,
            "refused": self.notice.say,
            "done": self.notice.say_done,
            "step_offered": self.undo.offer,
            "page_wanted": self.goto_page,
            "theme_wanted": self.personal.choose_look,
            "settings_saved": self._on_settings,
            "keys_wanted": self.open_keys,
            "tour_wanted": self.small.walk,
            "note_wanted": self.small.note,
            "shift_wanted": self.small.shift,
            "blocked_wanted": self.small.blocked,
        }

    # --- public

    @property
    def page_name(self) -> str:
        """The page in front."""
        return self._front

    async def shown(self) -> None:
        """Wait until the window was on the screen for the first time."""
        await self._painted.wait()

    async def finish(self) -> None:
        """Wait at most three seconds for what the window started, such as the last draft."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(3):
                await tasks.settle()

    def page(self, name: str) -> Page:
        """A page; built now if it was never opened."""
        return self._pages.page(name)

    def goto_page(self, name: str) -> None:
        """Bring a page to the front; a word being composed is kept."""
        if name not in self.rail.pages:
            return
        commit_typed()
        page = self._pages.page(name)
        self._front = name
        self.stack.setCurrentWidget(page)
        self.rail.show_page(name)
        self.setWindowTitle(self._title(name))
        self._place_map()
        self.call_bar.show_page(away=name != "intake" and "intake" in self.rail.pages)
        page.shown()
        page.tick(self._desk.clock())

    def begin_training(self, book: ScoreBook) -> None:
        """Put everything into an orange frame, with the caller's words above."""
        self.training = frame_training(self._desk, book, self._row, self._rows)
        self.setWindowTitle(self._title(self._front))

    def open_form(self, prefill: FormPrefill) -> None:
        """Open a form with first values."""
        self._tell_page("intake", "open_prefilled", prefill)

    def new_form(self) -> None:
        """Open an empty form."""
        self._tell_page("intake", "new_form")

    def open_request(self, request_id: UUID) -> None:
        """Show a request in a window of its own."""
        from console.ui.request.window import RequestWindow  # noqa: PLC0415 - not before use

        dialog = RequestWindow(self._desk, request_id, self)
        self._requests = [d for d in self._requests if isValid(d)] + [dialog]
        dialog.show()

    def open_data(self) -> None:
        """Open imports and the rebuild in the settings."""
        self._tell_page("settings", "choose_section", "data")

    def open_palette(self) -> None:
        """Open the palette: commands, requests and agencies by a few letters."""
        from console.ui.shell.palette import offers as palette_offers  # noqa: PLC0415 - not before use
        from console.ui.shell.palette.dialog import PaletteDialog  # noqa: PLC0415

        known = (do for name, do in self.commands.items() if name != "window.palette")
        offers = palette_offers.offers_of(
            self._desk, self._keeper, self.rail.pages, self.open_form, self._tell_page
        )
        dialog = PaletteDialog(self._desk, tuple(known), self, offers=offers)
        dialog.request_chosen.connect(self.open_request)
        dialog.show()

    def _tell_page(self, name: str, what: str, *values: object) -> None:
        """Bring a page to the front and call one of its methods."""
        self.goto_page(name)
        if (tell := getattr(self._pages.page(name), what, None)) is not None:
            tell(*values)

    def open_keys(self) -> None:
        """All keys on one sheet; the key pressed again opens the handbook."""
        self.small.keys(self._front)

    def open_handbook(self) -> None:
        """The handbook at its page about the page in front."""
        self.small.handbook(self._front)

    def swap_theme(self) -> None:
        """Switch between the light and the night theme."""
        other = "light" if themes.current().name == "night" else "night"
        self.personal.choose_look(other, round(themes.points() / themes.BASE_POINTS * 100))

    def dress(self, name: str, font_percent: int) -> None:
        """Apply a theme and a text size at once."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            themes.apply(app, themes.chosen(name, self._desk.clock()), font_percent)
            self.map.restyle()

    def _on_settings(self, loaded: Loaded) -> None:
        """Apply the settings that need no restart."""
        self.ringing.remember(loaded.settings.audio)
        self.personal.take_seat(loaded.settings.ui)

    # --- people

    async def _keep_typed(self) -> None:
        """Write every half-typed form to disk, under the name of the person who typed it."""
        commit_typed()
        if (keeper := getattr(self._pages.opened("intake"), "drafts", None)) is not None:
            await keeper.flush()

    def _on_leaving(self) -> None:
        """Remove the pages of the person who leaves."""
        for dialog in self.findChildren(QDialog):
            dialog.close()
        self.map.park()
        self._pages.bury()

    def _on_seated(self, _actor: Actor) -> None:
        """Rebuild the window for this person, at the same page if the person may see it."""
        names = self._page_names()
        self.rail = Rail(names)
        self._rail_frame.setWidget(self.rail)  # the previous one is replaced
        self._furnish(names)
        self.goto_page(self._front if self._front in names else names[0])
        self.status.refresh()
        tasks.spawn(self.personal.load())
        self._tick()

    def _on_drafts_taken(self) -> None:
        if (reopen := getattr(self._pages.opened("intake"), "reopen_drafts", None)) is not None:
            reopen()

    def _on_lock(self, locked: bool) -> None:
        """Under the lock cover no key works, except the one that lets somebody else in."""
        self.map.cover(locked)
        for name, action in self.commands.items():
            action.setEnabled(not locked or name == "window.handover")
        self.setWindowTitle(self._title(self._front))

    # --- calls

    def _on_offered(self, call: CallView) -> None:
        """Ring without taking the focus: announced to screen readers, with the task bar's hint."""
        if not self.seat.is_locked:  # the lock cover says that it rings, never who calls
            announce(self, ", ".join((ringing_words(), call.number_text, about_words(call))))
        if not self.isActiveWindow():
            QApplication.alert(self)

    def _open_call(self) -> None:
        if (call := self.calls.current) is not None:
            self._tell_page("intake", "show_call", call.call_id)
        else:
            self.goto_page("intake")

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
        if (show := getattr(self._pages.opened("wallboard"), "show_counts", None)) is not None:
            show(counts)

    def _place_map(self) -> None:
        """Move the one map to the page in front, once the window is on the screen."""
        if self._seen:
            self.map.place(self._pages.page(self._front), self.open_request)

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
        long_works().stop()
        self._clock.stop()
        self._pages.close()
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
