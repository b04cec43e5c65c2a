"""The preferences of the person at the seat: theme, text size, dividers, keys. Applied at
sign-in.
"""

from collections.abc import Callable
from dataclasses import asdict, replace

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QSplitter, QWidget
from shiboken6 import isValid

from console.config.settings import AudioSettings, Settings, UiSettings
from console.services.desk import Desk
from console.services.ports.preferences import Preferences, SharedPreferences
from console.ui import actions
from console.ui.runtime.tasks import spawn
from console.ui.widgets.basic.button import Button


class PersonalPreferences(QObject):
    """Preferences of one account at a time; every change is stored at once.

    Attributes:
        is_new: `first_time` was emitted, perhaps before anybody listened.

    Signals:
        first_time: the person has never used this window.
        map_screen_liked: name of the screen where the person had the map.
        sound_liked: personal choices in place of settings of `[audio]`, name -> value.
    """

    first_time = Signal()
    map_screen_liked = Signal(str)
    sound_liked = Signal(object)

    def __init__(
        self, desk: Desk, settings: Settings, dress: Callable[[str, int], None], window: QWidget
    ) -> None:
        """Load nothing yet.

        Args:
            dress: applies a theme and a text size.
        """
        super().__init__(window)
        self._desk, self._ui, self._dress, self._window = desk, settings.ui, dress, window
        locked = settings.policy.locked
        self._may = {
            name: not {"ui", f"ui.{name}"} & set(locked) for name in ("theme", "font_percent")
        }
        self._sounds = frozenset(
            name
            for name in ("ring_device", "headset_in", "headset_out", "ring_volume")
            if not {"audio", f"audio.{name}"} & set(locked)
        )
        self.liked = Preferences()
        self.is_new = False
        self._user = ""

    async def load(self) -> None:
        """Load and apply the preferences of the person who sits here now."""
        user, before = self._desk.actor.user, self._look()
        if user != self._user:
            # Drop the previous person's preferences at once, not only when the answer comes.
            self._user, self.liked = user, Preferences()
        asked = self.liked
        found = await self._desk.ask(lambda q: q.preferences(user))
        if user != self._desk.actor.user or not isValid(self._window) or self.liked is not asked:
            return  # somebody else sits here, or something was changed before the answer came
        self._take(found, before)
        if (there := self._desk.shared_preferences) is not None:
            await self._meet(user, there)
        self.is_new = user == self._desk.actor.user and not self.liked.toured
        if self.is_new:
            self.first_time.emit()

    async def _meet(self, user: str, there: SharedPreferences) -> None:
        """Compare the preferences of this seat and of the centre; the later ones win at both."""
        here, kept = self.liked, await there.fetch(user)
        if kept is None or kept.at_ms < here.at_ms:
            # Changed here while the centre was away, or never sent to it.
            if here.at_ms:
                await there.keep(user, here)
        elif kept.at_ms > here.at_ms and self.liked is here and user == self._desk.actor.user:
            # Loudspeakers and monitors belong to this seat.
            kept = replace(kept, sound=here.sound, screens=here.screens)
            self._keep_here(user, kept)
            self._take(kept, self._look())

    def _take(self, found: Preferences, before: tuple[str, int]) -> None:
        self.liked = found
        if before != self._look():
            self._dress(*self._look())
        self.take_keys()
        self._tell_sound()
        if where := found.screens.get("map"):
            self.map_screen_liked.emit(where)

    def toured(self) -> None:
        """Record that the person saw the tour."""
        if not self.liked.toured:
            self._keep(replace(self.liked, toured=True))

    def keep_screen(self, what: str, name: str) -> None:
        """Record the screen of the map or the wall; "" = in the window."""
        if self.liked.screens.get(what, "") != name:
            self._keep(self.liked.with_screen(what, name))

    def choose_sound(self, chosen: AudioSettings) -> None:
        """Record the person's loudspeakers, microphone and volume at this seat."""
        self._keep(replace(self.liked, sound=asdict(chosen)))
        self._tell_sound()

    def _tell_sound(self) -> None:
        liked = {name: v for name, v in self.liked.sound.items() if name in self._sounds}
        self.sound_liked.emit(liked)

    def take_seat(self, ui: UiSettings) -> None:
        """Apply the seat's new theme and text size; personal choices stay."""
        before, self._ui = self._look(), ui
        if before != self._look():
            self._dress(*self._look())

    def _look(self) -> tuple[str, int]:
        liked, may = self.liked, self._may
        return (
            liked.theme if liked.theme and may["theme"] else self._ui.theme,
            liked.font_percent
            if liked.font_percent and may["font_percent"]
            else self._ui.font_percent,
        )

    def choose_look(self, theme_name: str, font_percent: int) -> None:
        """Record the person's theme and text size."""
        self._dress(theme_name, font_percent)
        self._keep(replace(self.liked, theme=theme_name, font_percent=font_percent))

    def set_key(self, command: str, key: str | None) -> None:
        """Change a command's key; None returns to the default."""
        self._keep(self.liked.with_key(command, key))
        self.take_keys()

    def take_keys(self) -> None:
        """Apply the keys to every command and button of the window."""
        changed = actions.remap(self.liked.keys)
        if not changed:
            return
        for action in self._window.findChildren(QAction):
            if action.objectName() in changed:
                action.setShortcut(QKeySequence(actions.sequence(action.objectName())))
        found: list[tuple[Button, str]] = []
        for name, old in changed.items():
            scope = actions.spec(name).scope
            page = self._window.findChild(QWidget, f"page.{scope}")
            root = self._window if scope == actions.EVERYWHERE else page
            if root is not None and old:
                buttons = root.findChildren(Button)
                found += [(b, actions.key(name)) for b in buttons if b.hint == old]
        # Collect all before changing any: two commands may have swapped their keys.
        for button, key in found:
            button.set_hint(key)

    def follow(self, name: str, page: QWidget) -> None:
        """Restore the page's dividers, and record their moves."""
        if (show := getattr(page, "show_look", None)) is not None:
            show(self.liked.theme, self.liked.font_percent)
        if (liked := getattr(page, "liked_screen", None)) is not None:
            page.liked_screen = self.liked.screens.get("wall", liked)  # type: ignore[attr-defined]
            page.wall_placed.connect(  # type: ignore[attr-defined]
                lambda where: self.keep_screen("wall", where)
            )
        for place, splitter in enumerate(page.findChildren(QSplitter)):
            key = f"{name}.{place}"
            splitter.splitterMoved.connect(
                lambda _at, _index, key=key, of=splitter: self._keep(
                    self.liked.with_side(key, _parts(of))
                )
            )
            # After the page's first layout.
            QTimer.singleShot(0, splitter, lambda key=key, of=splitter: self._place(key, of))

    def _place(self, key: str, splitter: QSplitter) -> None:
        parts = self.liked.sides.get(key)
        if parts and len(parts) == splitter.count():
            splitter.setSizes([max(1, part * splitter.width() // 1000) for part in parts])

    def _keep(self, liked: Preferences) -> None:
        """Store them here, then at the centre for the person's other seats."""
        user = self._desk.actor.user
        self.liked = replace(liked, at_ms=int(self._desk.clock().timestamp() * 1000))
        self._keep_here(user, self.liked)
        if (there := self._desk.shared_preferences) is not None:
            spawn(there.keep(user, self.liked))

    def _keep_here(self, user: str, liked: Preferences) -> None:
        spawn(self._desk.store.write(lambda uow: uow.save_preferences(user, liked)))


def _parts(splitter: QSplitter) -> tuple[int, ...]:
    sizes = splitter.sizes()
    whole = max(1, sum(sizes))
    return tuple(size * 1000 // whole for size in sizes)
