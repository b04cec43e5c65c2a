"""Chooses a screen: the only other one, or one that the person picks from a list."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QMenu, QWidget


def choose_screen(
    asker: QWidget, at: QPoint, take: Callable[[QScreen], None], *, liked: str = ""
) -> None:
    """Choose a screen; asks if there is more than one other.

    Args:
        at: global position of the list.
        take: gets the screen; the widget's own if there is no other.
        liked: name of the screen chosen before; taken at once if it is plugged in.
    """
    here = asker.screen()
    others = [screen for screen in QGuiApplication.screens() if screen is not here]
    known = next((screen for screen in others if screen.name() == liked), None)
    if known is not None or len(others) <= 1:
        take(known or (others[0] if others else here))
        return
    menu = QMenu(asker)
    for screen in others:
        size = screen.size()
        said = QCoreApplication.translate("screens", "{0}, {1} x {2}")
        name = said.format(screen.name(), size.width(), size.height())
        menu.addAction(name).triggered.connect(partial(_take, take, screen))
    menu.popup(at)


def _take(take: Callable[[QScreen], None], screen: QScreen, _checked: bool = False) -> None:
    take(screen)
