"""The program as a user has it: started as a process, its window read through AT-SPI.

Things are found by role and visible label. Waiting means asking again until a deadline; after that
the failure lists what was on the screen, and a picture is kept.
"""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import normalize

ROOT = Path(__file__).parents[3]
DEADLINE_S = float(os.environ.get("CONSOLE1022_DEADLINE_S", "60"))
_MOST_TABS = 40
_SAY_SO_ANYWAY = ("document web", "document frame", "page tab")
"""Roles that Qt reports as focused although the keyboard is elsewhere."""
_FRAME = "filler"
"""Role of the widgets around a web page, which stay focused while Tab moves within the page."""
_SCALE = re.compile(r"\d+ k?m")
_CLOCK = re.compile(r"\d\d:\d\d:\d\d")
_QT_WARNS = re.compile(
    r"^(?:Q[A-Z]\w+(?:::|: )|qt\.(?!accessibility\.atspi)\w|Unknown property|Could not parse).*",
    re.MULTILINE,
)
"""How Qt's own warnings begin. The web engine's lines begin with `[`; a question that the
accessibility bridge could not answer is about the test, not about the window.
"""
_TICK = threading.Event()
"""Never set: a place to wait between two looks at the screen."""

PUSH = ("push button", "button", "toggle button")
FIELD = ("text", "combo box", "entry", "spin button")
TABLES = ("table", "tree table")


def _pyatspi() -> Any:
    import pyatspi

    return pyatspi


def start(*words: str, env: dict[str, str], pictures: Path) -> "Program":
    """Start `python -m console WORDS` and wait for its `ready` and for its window on the bus."""
    environment = {
        **os.environ,
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "QT_QPA_PLATFORM": "xcb",
        "QTWEBENGINE_CHROMIUM_FLAGS": "--force-renderer-accessibility",
        "PYTHONUTF8": "1",
        **env,
    }
    if os.geteuid() == 0:
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    log = pictures / f"program-{time.monotonic_ns()}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "console", *words],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    program = Program(process, pictures, display=environment["DISPLAY"], log=log)
    assert process.stdout is not None
    if not any(line.strip() == "ready" for line in process.stdout):
        code, text = process.wait(), log.read_text("utf-8", "replace")
        program.end()
        raise AssertionError(f"the program ended with {code} before `ready`:\n{text}")
    program.wait_for_window()
    return program


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on the screen."""

    node: Any
    role: str
    name: str

    @property
    def text(self) -> str:
        """Its text: of an editable field, else its name."""
        try:
            return normalize("NFC", self.node.queryText().getText(0, -1))
        except NotImplementedError:
            return self.name

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x, y, width, height on the screen."""
        where = self.node.queryComponent().getExtents(_pyatspi().DESKTOP_COORDS)
        return (where.x, where.y, where.width, where.height)

    def has(self, state: str) -> bool:
        """Whether a state such as `focused`, `enabled`, `checked` is on."""
        pyatspi = _pyatspi()
        return bool(self.node.getState().contains(getattr(pyatspi, f"STATE_{state.upper()}")))


def _cells(table: Thing) -> list[list[str]]:
    """Texts of a table, row by row."""
    grid = table.node.queryTable()
    return [
        [
            normalize("NFC", grid.getAccessibleAt(row, column).name or "")
            for column in range(grid.nColumns)
        ]
        for row in range(grid.nRows)
    ]


class Program:
    """One running program."""

    def __init__(
        self,
        process: "subprocess.Popen[str]",
        pictures: Path,
        *,
        display: str,
        log: Path | None = None,
    ) -> None:
        """Wrap a started process, whose window is on this X display.

        Args:
            log: what it writes to standard error.
        """
        self.process = process
        self._log = log
        self._screen = {**os.environ, "DISPLAY": display}
        self._pictures = pictures
        self._shots = 0

    def wait_for_window(self) -> None:
        """Until the application stands on the accessibility bus with a showing window."""
        self.until(lambda: self._application() is not None, "the window on the bus")

    def _application(self) -> Any:
        desktop = _pyatspi().Registry.getDesktop(0)
        for index in range(desktop.childCount):
            app = desktop.getChildAtIndex(index)
            if app is not None and app.name == "console1022" and app.childCount:
                try:
                    if app.get_process_id() == self.process.pid:
                        return app
                except Exception:
                    continue
        return None

    def things(self) -> Iterator[Thing]:
        """Everything that shows, window by window, without the cells of tables."""
        app = self._application()
        if app is not None:
            yield from self._inside(app)

    def _inside(self, root: Any) -> Iterator[Thing]:
        stack = [root.getChildAtIndex(i) for i in reversed(range(root.childCount))]
        pyatspi = _pyatspi()
        while stack:
            node = stack.pop()
            if node is None:
                continue
            try:
                if not node.getState().contains(pyatspi.STATE_SHOWING):
                    continue
                thing = Thing(node, node.getRoleName(), normalize("NFC", node.name or ""))
                yield thing
                if thing.role not in TABLES:
                    stack.extend(node.getChildAtIndex(i) for i in reversed(range(node.childCount)))
            except Exception:
                continue

    def find(self, label: str, *roles: str) -> Thing | None:
        """The first showing thing with this label: its name, or its buddy's for a field."""
        label = normalize("NFC", label)
        for thing in self.things():
            if roles and thing.role not in roles:
                continue
            if thing.name == label or self._labelled_by(thing) == label:
                return thing
        return None

    def _labelled_by(self, thing: Thing) -> str | None:
        pyatspi = _pyatspi()
        try:
            for relation in thing.node.getRelationSet():
                if relation.getRelationType() == pyatspi.RELATION_LABELLED_BY:
                    return normalize("NFC", relation.getTarget(0).name or "")
        except Exception:
            return None
        return None

    def see(self, label: str, *roles: str, within: float = DEADLINE_S) -> Thing:
        """Wait until this shows."""
        found: list[Thing] = []

        def look() -> bool:
            thing = self.find(label, *roles)
            if thing is not None:
                found[:] = [thing]
            return thing is not None

        self.until(look, f"{label!r} {roles or ''}", within)
        return found[0]

    def see_text(self, part: str, within: float = DEADLINE_S) -> Thing:
        """Wait until something shows whose text holds `part`."""
        found: list[Thing] = []
        part = normalize("NFC", part)

        def look() -> bool:
            found[:] = [t for t in self.things() if part in t.name or part in t.text][:1]
            return bool(found)

        self.until(look, f"a text with {part!r}", within)
        return found[0]

    def until(self, check: Callable[[], bool], what: str, within: float = DEADLINE_S) -> None:
        """Ask again until it holds.

        Raises:
            AssertionError: it did not within the time; the message lists what was on the screen.
        """
        end = time.monotonic() + within
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(
                    f"waiting for {what}, the program ended: {self.process.returncode}"
                )
            try:
                if check():
                    return
            except Exception:
                pass
            _TICK.wait(0.05)
        self.picture("failed")
        seen = "\n".join(f"  {t.role}: {t.name!r}" for t in self.things() if t.name)
        raise AssertionError(f"not seen within {within:g} s: {what}\non the screen:\n{seen}")

    def focused(self) -> Thing | None:
        """What has the focus; for the map, whose frames all claim it, the button."""
        said = [t for t in self.things() if t.has("focused") and t.role not in _SAY_SO_ANYWAY]
        return next((t for t in said if t.role != _FRAME), said[0] if said else None)

    def text_of(self, label: str, *roles: str) -> str:
        """What stands in the field with this label, of a combo box what is chosen; "" if none."""
        field = self.find(label, *(roles or FIELD))
        if field is None:
            return ""
        if field.role != "combo box":
            return field.text
        inner = [t for t in self._inside(field.node) if t.role in ("text", "entry")]
        return inner[0].text if inner else field.name

    def map_scale(self) -> str:
        """What the map's scale says, such as `300 m`; "" while there is no map."""
        scales = (t.name for t in self.things() if t.role == "label" and _SCALE.fullmatch(t.name))
        return next(scales, "")

    def clock(self) -> str:
        """The time on the status line."""
        return next(t.name for t in self.things() if _CLOCK.fullmatch(t.name))

    def rows(self, table_name: str) -> list[list[str]]:
        """All cells of a table, by its accessible name."""
        return _cells(self.see(table_name, *TABLES))

    def picture(self, name: str) -> Path:
        """A picture of the whole screen."""
        self._shots += 1
        file = self._pictures / f"{self._shots:02d}-{name}.png"
        command = ["import", "-window", "root", str(file)]
        subprocess.run(command, env=self._screen, check=True)
        return file

    def stays_hidden(self, part: str) -> bool:
        """Whether nothing on the screen, cells of tables included, holds this text."""
        part = normalize("NFC", part)
        for thing in self.things():
            if part in thing.name or part in thing.text:
                return False
            if thing.role in TABLES and any(part in cell for row in _cells(thing) for cell in row):
                return False
        return True

    def keys(self, *names: str) -> None:
        """Press keys or chords such as `ctrl+s`, in turn."""
        self._xdotool("key", "--clearmodifiers", "--delay", "40", *names)

    def type(self, text: str, *, delay_ms: int = 25) -> None:
        """Type plain ASCII text into the focused widget; an input method needs more time a key."""
        assert text.isascii(), "accents go in by `put`, or as Telex with an input method"
        self._xdotool("type", "--delay", str(delay_ms), "--", text)

    def _xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self._screen, check=True)

    def tab_to(self, label: str, key: str = "Tab") -> Thing:
        """Press Tab until the field or button with this label has the focus.

        Raises:
            AssertionError: it never got it; the message lists what had the focus on the way.
        """
        label = normalize("NFC", label)
        on_the_way: list[str] = []
        for _ in range(_MOST_TABS):
            thing = self.focused()
            if thing is not None and label in (thing.name, self._labelled_by(thing)):
                return thing
            on_the_way.append(f"{thing.role} {thing.name!r}" if thing else "nothing")
            self.keys(key)
            self._until_focus_leaves(thing)
        self.picture("failed")
        raise AssertionError(f"no {label!r} by {key} over {on_the_way}")

    def _until_focus_leaves(self, thing: Thing | None) -> None:
        if thing is None:
            return

        def left() -> bool:
            if thing.role != _FRAME:
                return not thing.has("focused")
            now = self.focused()
            return now is not None and (now.role, now.name) != (thing.role, thing.name)

        self.until(left, f"another focus than {thing.name!r}")

    def paste(self, text: str) -> None:
        """Insert any text, accents too, at the caret of the field with the keyboard."""
        found: list[Thing] = []

        def look() -> bool:
            found[:] = [t for t in self.things() if t.has("focused") and t.has("editable")]
            return bool(found)

        self.until(look, "a field with the keyboard")
        editable = found[-1].node.queryEditableText()
        caret = found[-1].node.queryText().caretOffset
        assert editable.insertText(caret, text, len(text))

    def type_path(self, path: Path, *, title: str = "Chọn ảnh") -> None:
        """Name a file in the file dialog that is open."""
        self.see(title, "dialog", "file chooser")
        self.type(str(path))
        self.keys("Return")

    def click(self, thing: Thing, *, at: tuple[float, float] = (0.5, 0.5)) -> None:
        """Click with the mouse, by default in its middle."""
        x, y, width, height = thing.box
        spot = (str(int(x + width * at[0])), str(int(y + height * at[1])))
        self._xdotool("mousemove", "--sync", *spot, "click", "1")

    def press(self, label: str) -> None:
        """Click the button with this label."""
        self.click(self.see_enabled(label))

    def see_enabled(self, label: str) -> Thing:
        """Wait until the button shows and can be pressed."""
        self.until(
            lambda: (b := self.find(label, *PUSH)) is not None and b.has("enabled"),
            f"the button {label!r}",
        )
        return self.see(label, *PUSH)

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait(60)

    def quit(self) -> int:
        """Close it as a session manager does; its exit code."""
        self.process.terminate()
        return self.process.wait(60)

    def qt_warnings(self) -> list[str]:
        """What Qt complained about on standard error."""
        said = self._log.read_text("utf-8", "replace") if self._log is not None else ""
        return _QT_WARNS.findall(said)

    def end(self) -> None:
        """Make sure that it has ended."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()
