"""Every page: everything focusable has a role and a name, and Tab reaches it."""

from itertools import groupby, pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QSplitter,
    QWidget,
)

from console.services.desk import Desk
from console.ui import actions
from console.ui.runtime import tasks
from tests.ui.waiting import in_front
from tests.ui.window import Room, open_room

PAGES = tuple(name for name, _ in actions.PAGES)
_ENDLESS = 120


@pytest.fixture(params=["operator", "supervisor"])
async def full(desk: Desk, request: pytest.FixtureRequest) -> Room:
    """A window with every page in it."""
    return await open_room(desk, str(request.param))


def controls(page: QWidget) -> list[QWidget]:
    """All controls of the page that can be used by keyboard."""
    return [
        w
        for w in page.findChildren(QWidget)
        if w.isVisible()
        and w.isEnabled()
        and w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and w.focusProxy() is None
    ]


def spoken(widget: QWidget, window: QWidget) -> str:
    """Its name for screen readers: the accessible name, else its buddy label."""
    face = QAccessible.queryAccessibleInterface(widget)
    assert face is not None
    name = face.text(QAccessible.Text.Name)
    owner = widget.parentWidget()
    wanted = {widget, owner} if isinstance(owner, QComboBox) else {widget}
    labels = [label for label in window.findChildren(QLabel) if label.buddy() in wanted]
    if isinstance(widget, QComboBox):
        # Its name is the chosen value; the label says what it is for.
        return labels[0].text() if labels else widget.accessibleName()
    return name or (labels[0].text() if labels else "")


@pytest.mark.parametrize("name", PAGES)
async def test_every_control_has_a_role_and_a_name(full: Room, name: str) -> None:
    full.window.goto_page(name)
    await tasks.settle()
    page = full.window.page(name)
    silent = []
    for control in controls(page):
        face = QAccessible.queryAccessibleInterface(control)
        assert face is not None
        if face.role() is QAccessible.Role.NoRole:
            silent.append(f"{control!r}: no role")
        if not spoken(control, full.window).strip():
            silent.append(f"{control!r}: no name")
        if not face.text(QAccessible.Text.Description).strip():
            control.setFocus()  # widgets added later get their description with the focus
        if not face.text(QAccessible.Text.Description).strip():
            silent.append(f"{control!r} {spoken(control, full.window)}: no description")
    assert not silent


def pane_of(control: QWidget, page: QWidget) -> QWidget:
    """Its part of a divided page: the smallest one below a divider."""
    up = control
    while (above := up.parentWidget()) is not None and above is not page:
        if isinstance(above, QSplitter):
            return up
        up = above
    return page


def walked(full: Room, page: QWidget) -> list[QWidget]:
    """The controls that Tab reaches, from the first one, once around."""
    found: list[QWidget] = []
    chain = page.nextInFocusChain()
    wanted = set(controls(page))
    while chain is not page and chain is not None:
        if chain in wanted:
            found.append(chain)
        chain = chain.nextInFocusChain()
    return found


@pytest.mark.parametrize("name", PAGES)
async def test_tab_goes_as_people_read(full: Room, name: str) -> None:
    """Part after part; in each from the top down, and rows from left to right."""
    full.window.goto_page(name)
    await tasks.settle()
    page = full.window.page(name)
    QApplication.sendPostedEvents()
    order = walked(full, page)
    places = {w: QRect(w.mapTo(page, QPoint(0, 0)), w.size()) for w in order}
    wrong = []
    for one, other in pairwise(order):
        if pane_of(one, page) is not pane_of(other, page):
            continue
        a, b = places[one], places[other]
        above = b.bottom() < a.top()
        before = b.right() < a.left() and b.top() <= a.bottom() and a.top() <= b.bottom()
        if above or before:
            wrong.append(f"{spoken(one, full.window)} -> {spoken(other, full.window)}")
    panes = [pane_of(w, page) for w in order]
    visits = [pane for pane, _ in groupby(panes, key=id)]
    assert not wrong
    assert len(visits) == len(set(visits)), "; ".join(spoken(w, full.window) for w in order)


@pytest.mark.parametrize("name", PAGES)
async def test_tab_reaches_everything(full: Room, name: str) -> None:
    full.window.goto_page(name)
    await tasks.settle()
    page = full.window.page(name)
    left = set(controls(page))
    assert bool(left) is (name in full.window.rail.pages), "what he has takes the keyboard"
    if not left:
        return
    await in_front(full.window)
    next(iter(left)).setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(_ENDLESS):
        there = QApplication.focusWidget()
        left = {w for w in left if w is not there and not (there and w.isAncestorOf(there))}
        if not left or there is None:
            break
        QTest.keyClick(there, Qt.Key.Key_Tab)
    areas = (QAbstractScrollArea, QAbstractItemView)
    # One of a group of buttons takes Tab at a time, the arrows move among them.
    left &= set(controls(page))
    assert not [spoken(w, full.window) for w in left if w.isVisible() and not isinstance(w, areas)]
