"""What the pages of figures share: a title with what goes on beside it, a row of filters, what they
found below; and how that leaves as a file.
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
    """How what is shown may leave.

    Attributes:
        title: of the dialog that asks where to.
        forms: the ending of the file, and what people call it.
        stem: the name that is offered, without its ending.
        write: gets the file and its ending.
    """

    title: str
    forms: Sequence[tuple[str, str]]
    stem: str
    write: Callable[[Path, str], None]


class FilteredPage(Page):
    """The frame; the page gives the parts.

    Attributes:
        status: what goes on, beside the title.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Nothing in it yet."""
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
            filters: each with its share of the width that is left.
            found: takes the height that is left.

        Returns:
            The column, for what stands below.
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
        """Ask below the button for a form, then for a file."""
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
        """The file is whole."""
        self.status.setText(self.tr("Đã ghi {0}").format(path))

    def show_progress(self, done: int, every: int) -> None:
        """How many lines of the file are there."""
        said = self.tr("Đang ghi {0} / {1} dòng; Esc để dừng")
        self.status.setText(said.format(formats.number(done), formats.number(every)))
