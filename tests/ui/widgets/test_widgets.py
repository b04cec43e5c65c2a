"""The basic widgets: text is text, buttons are found by their word, cards work by keyboard."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.ui.theme import icons, themes
from console.ui.widgets.basic.badge import Badge
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel, set_tooltip
from console.ui.widgets.cards.card import Card
from console.ui.widgets.charts.figure import Figure
from console.ui.widgets.layout.form_grid import FormGrid
from console.ui.widgets.layout.section import Section

HOSTILE = "<b>Anh</b> <img src='file:///etc/passwd'> &lt; ${x}"


def test_a_label_never_reads_html(qtbot: QtBot) -> None:
    label = PlainLabel(HOSTILE, wrap=True)
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == HOSTILE
    plain = PlainLabel("<b>x</b>")
    qtbot.addWidget(plain)
    assert plain.sizeHint().width() > PlainLabel("x").sizeHint().width() * 3


def test_a_tooltip_shows_the_signs_themselves(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    set_tooltip(widget, HOSTILE)
    assert "<img" not in widget.toolTip()
    assert "&lt;img" in widget.toolTip()
    set_tooltip(widget, "")
    assert widget.toolTip() == ""


def test_an_elided_label_keeps_its_text_and_gives_way(qtbot: QtBot) -> None:
    label = PlainLabel("Trung tâm Quản lý hạ tầng giao thông đường bộ", elide=True)
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    assert label.minimumSizeHint().width() < 80
    assert label.text().endswith("đường bộ")
    assert not label.grab().isNull()


def test_a_button_keeps_an_ampersand_and_is_named_by_its_word(qtbot: QtBot) -> None:
    button = Button("Hỏi & đáp", shortcut_hint="Ctrl+H")
    qtbot.addWidget(button)
    assert button.label == "Hỏi & đáp"
    assert button.text() == "Hỏi && đáp"
    assert button.shortcut().isEmpty()
    interface = QAccessible.queryAccessibleInterface(button)
    assert interface.text(QAccessible.Text.Name) == "Hỏi & đáp"
    assert interface.text(QAccessible.Text.Description) == "Ctrl+H"
    assert button.sizeHint().width() > Button("Hỏi & đáp").sizeHint().width()
    assert button.sizeHint().height() >= 24


def test_a_badge_has_word_shape_and_colour(qtbot: QtBot, qapp: QApplication) -> None:
    themes.apply(qapp, "light")
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    badge = Badge("trễ 0:06", "urgent")
    column.addWidget(badge)
    holder.show()
    image = badge.grab().toImage()
    colours = {image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}
    assert themes.LIGHT.urgent.lower() in colours, "the shape is painted in the tone"
    assert themes.LIGHT.urgent_soft.lower() in colours
    wide = badge.sizeHint().width()
    badge.set("trễ 0:06", "urgent", "none")
    assert badge.sizeHint().width() < wide
    badge.set("", "muted")
    assert badge.isHidden()
    badge.set("Khẩn", "urgent")
    assert badge.isVisible()


def test_a_badge_is_never_a_window_of_its_own(qtbot: QtBot) -> None:
    badge = Badge("Mới", "info")
    qtbot.addWidget(badge)
    badge.set("Cũ", "muted")
    assert not badge.isVisible()


def test_a_card_is_chosen_by_mouse_and_keys(qtbot: QtBot) -> None:
    card = Card(name="Cuộc gọi 0903 123 456")
    qtbot.addWidget(card)
    card.show()
    seen: list[int] = []
    card.clicked.connect(lambda: seen.append(1))
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    QTest.keyClick(card, Qt.Key.Key_Return)
    QTest.keyClick(card, Qt.Key.Key_Space)
    assert len(seen) == 3
    repeated = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "", True
    )
    QApplication.sendEvent(card, repeated)
    assert len(seen) == 3
    card.set_selected(True)
    assert card.selected
    assert card.focusPolicy() is Qt.FocusPolicy.StrongFocus


def test_a_card_that_only_shows_takes_no_focus(qtbot: QtBot) -> None:
    card = Card(activatable=False)
    qtbot.addWidget(card)
    seen: list[int] = []
    card.clicked.connect(lambda: seen.append(1))
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert seen == []
    assert card.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_form_labels_name_their_fields(qtbot: QtBot) -> None:
    form = FormGrid()
    qtbot.addWidget(form)
    phone, name, address = QLineEdit(), QLineEdit(), QLineEdit()
    one, two = form.add_pair("Số điện thoại", phone, "Họ tên", name)
    three = form.add_row("Địa chỉ", address)
    assert [label.buddy() for label in (one, two, three)] == [phone, name, address]
    interface = QAccessible.queryAccessibleInterface(address)
    assert interface.text(QAccessible.Text.Name) == "Địa chỉ"


def test_small_things(qtbot: QtBot) -> None:
    section, figure = Section("Cuộc gọi", "2"), Figure("trễ hạn", "urgent")
    qtbot.addWidget(section)
    qtbot.addWidget(figure)
    assert section.title == "Cuộc gọi"
    assert figure.value == "—"
    figure.set("3")
    assert figure.value == "3"


def test_every_icon_is_drawn_in_the_colour_asked_for(qapp: QApplication) -> None:
    for name in icons.names():
        image = icons.pixmap(name, "#FF0000", 24).toImage()
        inked = [
            image.pixelColor(x, y)
            for x in range(24)
            for y in range(24)
            if image.pixelColor(x, y).alpha() > 200
        ]
        assert len(inked) > 10, name
        assert all(c.red() > 200 and c.green() < 40 for c in inked), name


def test_a_row_of_buttons_gives_its_keys_away_before_it_grows(qtbot: QtBot) -> None:
    row = QWidget()
    qtbot.addWidget(row)
    column = QHBoxLayout(row)
    buttons = [Button("Chuyển máy", shortcut_hint="F7") for _ in range(3)]
    for button in buttons:
        column.addWidget(button)
    words = sum(button.minimumSizeHint().width() for button in buttons)
    keys = sum(button.sizeHint().width() for button in buttons) - words
    assert keys > 0
    assert row.minimumSizeHint().width() == row.sizeHint().width() - keys
