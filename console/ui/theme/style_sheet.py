"""The one style sheet, made from the tokens of a theme.

Selectors use dynamic properties, so that a widget says what it is and never how it looks.
"""

from collections.abc import Mapping
from pathlib import Path
from string import Template

_ASSETS = Path(__file__).parent / "assets"


def sheet(colours: Mapping[str, str], base_points: float, line: int) -> str:
    """Make the sheet for these colours (`Tokens` by name) and this size of body text in points.

    Args:
        line: height of a line of body text, in pixels.
    """
    values = dict(colours)
    sizes = {
        "pt_caption": 0.86,
        "pt_body": 1.0,
        "pt_title": 1.2,
        "pt_big": 1.42,
        "pt_figure": 1.5,
        "pt_huge": 3.2,
        "pt_rail": 0.84,
    }
    values |= {name: f"{base_points * scale:.2f}pt" for name, scale in sizes.items()}
    # Training looks the same by day and by night: people must recognise it at once (5.2:1).
    values |= {"training": "#C2410C", "on_training": "#FFFFFF"}
    # A field may shrink to its minimum height, but never below its letters.
    values |= {"letters": f"{line}px", "line_foot": f"{max(20, round(line * 0.9))}px"}
    values["assets"] = _ASSETS.as_posix()
    return Template(_SHEET).substitute(values)


_SHEET = """
QWidget { color: $text; }
QMainWindow, QDialog, QStackedWidget, QScrollArea, QWidget[ui="page"] { background: $bg; }
QScrollArea { border: 0; }
QScrollArea > QWidget > QWidget { background: transparent; }
QToolTip { background: $panel; color: $text; border: 1px solid $border; padding: 4px 6px; }

QLabel { background: transparent; }
QLabel[kind="title"] { font-size: $pt_title; font-weight: bold; }
QLabel[kind="strong"] { font-weight: bold; }
QLabel[kind="caption"] { font-size: $pt_caption; }
QLabel[kind="mono"] { font-family: "DejaVu Sans Mono", "Noto Sans Mono", monospace; }
QLabel[kind="big"] { font-size: $pt_big; font-weight: bold; }
QLabel[kind="figure"] { font-size: $pt_figure; font-weight: bold; }
QLabel[kind="huge"] { font-size: $pt_huge; font-weight: bold; }
QLabel[weight="bold"] { font-weight: bold; }
QLabel[tone="muted"] { color: $muted; }
QLabel[tone="accent"], QLabel[tone="info"] { color: $accent; }
QLabel[tone="urgent"] { color: $urgent; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="ok"] { color: $ok; }
QLabel[tone="disabled"], QLabel:disabled { color: $disabled; }

QLabel[ui="badge"] { border-radius: 4px; padding: 1px 6px; font-weight: bold;
  font-size: $pt_caption; }
QLabel[ui="badge"][tone="urgent"] { background: $urgent_soft; color: $urgent; }
QLabel[ui="badge"][tone="warn"] { background: $warn_soft; color: $warn; }
QLabel[ui="badge"][tone="ok"] { background: $ok_soft; color: $ok; }
QLabel[ui="badge"][tone="info"] { background: $info_soft; color: $accent; }
QLabel[ui="badge"][tone="muted"] { background: $muted_soft; color: $muted; }

QFrame[ui="card"] { background: $bg; border: 1px solid $line; border-radius: 5px;
  padding: 1px; }
QFrame[ui="card"][hoverable="true"]:hover { background: $hover; }
QFrame[ui="card"][selected="true"] { background: $selection; border: 2px solid $accent;
  padding: 0; }
QFrame[ui="card"]:focus { border: 2px solid $accent; padding: 0; }
QFrame[ui="card"][tone="warn"] { background: $warn_soft; border-color: $warn; }
QFrame[ui="card"][tone="urgent"] { background: $urgent_soft; border-color: $urgent; }
QFrame[ui="card"][tone="ok"] { background: $ok_soft; border-color: $ok; }
QFrame[ui="panel"] { background: $panel; border: 1px solid $line; border-radius: 5px; }
QFrame[ui="bar"] { background: $panel; border: 0; }
QFrame[ui="rule"] { background: $line; border: 0; }
QFrame[ui="side"] { background: $bg; border: 0; }
QFrame[ui="callbar"] { background: $panel; border: 0; border-bottom: 1px solid $line; }
QFrame[ui="callbar"][rings="true"] { background: $info_soft; border-bottom-color: $accent; }
QFrame[ui="banner"] { background: $info_soft; border: 0; border-bottom: 2px solid $accent; }
QFrame[ui="statusline"] { background: $panel; border: 0; border-top: 1px solid $line; }
QFrame[ui="training"], QWidget[ui="training"] { background: $training; border: 0; }
QFrame[ui="training"] QLabel { color: $on_training; }
QFrame[ui="notice"] { background: $warn_soft; border: 0; border-bottom: 1px solid $warn; }
QFrame[ui="notice"][tone="ok"] { background: $ok_soft; border-bottom-color: $ok; }

QPushButton { background: $bg; color: $text; border: 1px solid $border; border-radius: 5px;
  padding: 6px 12px; min-height: $letters; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $selection; }
QPushButton:checked { background: $selection; border-color: $accent; color: $accent; }
QPushButton:focus { border: 2px solid $accent; padding: 5px 11px; }
QPushButton, QToolButton, QCheckBox, QRadioButton, QComboBox { outline: 0; }
QPushButton:disabled { color: $disabled; border-color: $line; background: $panel; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent;
  font-weight: bold; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $muted_soft; color: $disabled;
  border-color: $line; }
QPushButton[kind="danger"] { color: $urgent; border-color: $urgent; }
QPushButton[kind="danger"]:hover { background: $urgent_soft; }
QPushButton[kind="danger"]:disabled { color: $disabled; border-color: $line; }
QPushButton[kind="answer"] { background: $ok; color: $bg; border-color: $ok; font-weight: bold; }
QPushButton[kind="answer"]:focus { border: 2px solid $text; }
QPushButton[kind="answer"]:disabled { background: $panel; color: $disabled;
  border-color: $line; font-weight: normal; }
QPushButton[kind="flat"] { background: transparent; border: 1px solid transparent;
  color: $accent; padding: 4px 8px; }
QPushButton[kind="flat"]:hover { background: $hover; }
QPushButton[kind="flat"]:checked { background: $selection; border-color: $accent; }
QPushButton[kind="flat"]:focus { border: 2px solid $accent; padding: 3px 7px; }
QPushButton[kind="flat"]:disabled { color: $disabled; }
QPushButton[kind="foot"] { color: $accent; border-color: $accent; padding: 1px 8px;
  min-height: $line_foot; font-size: $pt_caption; }
QPushButton[kind="foot"]:focus { padding: 0 7px; }
QPushButton::menu-indicator { width: 0; height: 0; image: none; }

QToolButton { background: transparent; color: $text; border: 1px solid transparent;
  border-radius: 5px; padding: 4px; min-width: 20px; min-height: 20px; }
QToolButton:hover { background: $hover; }
QToolButton:focus { border: 2px solid $accent; padding: 3px; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox {
  background: $bg; color: $text; border: 1px solid $border; border-radius: 5px;
  padding: 5px 8px; min-height: $letters; placeholder-text-color: $muted;
  selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit { padding: 5px 6px; }
QPlainTextEdit, QTextEdit { padding: 4px 5px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
  border: 2px solid $accent; padding: 4px 7px; }
QLineEdit:focus { padding: 4px 5px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 3px 4px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
  color: $disabled; background: $panel; border-color: $line; }
QLineEdit[state="error"], QPlainTextEdit[state="error"], QComboBox[state="error"] {
  border-color: $urgent; background: $urgent_soft; }
QLineEdit[readOnly="true"] { background: $panel; }
QComboBox::drop-down { border: 0; width: 24px; subcontrol-origin: padding;
  subcontrol-position: center right; }
QComboBox::down-arrow, QDateTimeEdit::down-arrow { image: url($assets/chevron-$name.svg);
  width: 12px; height: 12px; }
QDateTimeEdit::drop-down { border: 0; width: 24px; subcontrol-origin: padding;
  subcontrol-position: center right; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: 0; width: 0; }
QComboBox QLineEdit, QAbstractSpinBox QLineEdit { border: 0; padding: 0; background: transparent; }
QComboBox QAbstractItemView, QListView[ui="popup"], QTableView[ui="popup"] { background: $bg;
  color: $text; border: 1px solid $border; outline: 0; padding: 2px;
  selection-background-color: $selection; selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: 26px; padding: 2px 6px; }

QCheckBox, QRadioButton { spacing: 6px; min-height: 20px; background: transparent;
  border: 2px solid transparent; padding: 0 2px; }
QCheckBox::indicator, QRadioButton::indicator { width: 15px; height: 15px;
  border: 1px solid $border; background: $bg; border-radius: 3px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent;
  image: url($assets/check-$name.svg); }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 7px; height: 7px;
  background: $bg; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $accent; }
QCheckBox:focus, QRadioButton:focus { border: 2px solid $accent; border-radius: 4px; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }

QTableView, QListView, QTreeView { background: $bg; alternate-background-color: $bg;
  border: 0; gridline-color: $line; outline: 0;
  selection-background-color: $selection; selection-color: $text; }
QTableView:focus, QListView:focus, QTreeView:focus { border: 0; }
QListWidget { border: 1px solid $line; border-radius: 5px; padding: 1px; }
QListWidget:focus { border: 2px solid $accent; padding: 0; }
QListWidget::item { padding: 4px 8px; }
QListWidget::item:selected { background: $selection; color: $text; }
QHeaderView { background: $bg; border: 0; }
QHeaderView::section { background: $bg; color: $muted; font-weight: bold; border: 0;
  border-bottom: 1px solid $border; padding: 6px 8px; }
QTableCornerButton::section { background: $bg; border: 0; }

QTabBar { background: transparent; }
QTabWidget::pane { border: 0; border-top: 1px solid $line; }
QTabBar::tab { background: transparent; color: $muted; padding: 6px 12px;
  border: 0; border-bottom: 2px solid transparent; min-height: $letters; }
QTabBar::tab:selected { color: $text; font-weight: bold; border-bottom: 2px solid $accent; }
QTabBar::tab:hover { background: $hover; }
QTabBar:focus { border: 1px solid $accent; }
QTabBar[ui="head"]::tab { padding: 2px 12px; }

QMenu { background: $bg; border: 1px solid $border; padding: 4px 0; }
QMenu::item { padding: 6px 28px 6px 14px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: 4px 0; }

QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 2px; min-height: 28px;
  min-width: 28px; margin: 3px; }
QScrollBar::handle:hover { background: $accent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $muted_soft; border: 0; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QGroupBox { border: 1px solid $line; border-radius: 5px; margin-top: 10px; padding-top: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 8px; color: $muted; }

QWidget[ui="rail"] { background: $rail; }
QAbstractButton[ui="rail"] { background: transparent; color: $rail_text; border: 0;
  font-size: $pt_rail; }
"""
