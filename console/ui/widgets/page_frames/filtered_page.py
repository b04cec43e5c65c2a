"""What the pages of figures share: a title with a status, a row of filters, the result below, and
saving it as a file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from console.ui.text import formats
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.page_frames.page import Page


@dataclass(frozen=True, slots=True)
class FileOffer:
    """How the result can be saved.

    Attributes:
        title: of the dialog that asks where to.
        forms: the ending of the file, and what people call the format.
        stem: the suggested name, without its ending.
        write: receives the file and its ending.
    """

    title: str
    forms: Sequence[tuple[str, str]]
    stem: str
    write: Callable[[Path, str], None]


class FilteredPage(Page):
    """The frame; the page provides the parts.

    Attributes:
        status: what is going on, next to the title.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.status = PlainLabel("", tone="muted")

    def lay_out(
        self,
        title: str,
        buttons: Sequence[Button],
        filters: Sequence[tuple[QWidget, int]],
        found: QWidget,
    ) -> QVBoxLayout:
        """Put the parts in their places.

        Args:
            filters: each with its share of the remaining width.
            found: takes the remaining height.

        Returns:
            The column, for what comes below.
        """
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(PlainLabel(title, kind="title"))
        top.addSpacing(8)
        top.addWidget(self.status, 1)
        for button in buttons:
            top.addWidget(button)
        column.addLayout(top)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget, stretch in filters:
            row.addWidget(widget, stretch)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(found, 1)
        return column

    def offer_files(self, button: Button, offer: FileOffer) -> None:
        """Ask for a format in a menu at the button, then for a file."""
        menu = QMenu(self)
        for form, name in offer.forms:
            menu.addAction(name).triggered.connect(partial(self._ask_file, offer, form))
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def _ask_file(self, offer: FileOffer, form: str, _checked: bool = False) -> None:
        dialog = QFileDialog(self.window(), offer.title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(form)
        dialog.selectFile(f"{offer.stem}.{form}")
        dialog.fileSelected.connect(lambda path: offer.write(Path(path), form))
        dialog.open()

    def show_written(self, path: object) -> None:
        """Say that the file is complete."""
        self.status.setText(self.tr("Đã ghi {0}").format(path))

    def show_progress(self, done: int, every: int) -> None:
        """Say how many lines of the file have been written."""
        said = self.tr("Đang ghi {0} / {1} dòng; Esc để dừng")
        self.status.setText(said.format(formats.number(done), formats.number(every)))
