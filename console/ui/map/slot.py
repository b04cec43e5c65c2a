"""The place on a page where the one map of the program goes while that page is in front."""

from PySide6.QtWidgets import QVBoxLayout, QWidget


class MapSlot(QWidget):
    """An empty place that takes the map.

    The map is a child of whichever slot took it last; the other slots stay empty meanwhile.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def adopt(self, view: QWidget) -> None:
        """Take the map; nothing happens when it is here already."""
        holder = view.parentWidget()
        if holder is not self:
            if isinstance(holder, MapSlot):
                holder.release(view)
            self._column.addWidget(view)
        view.show()

    def release(self, view: QWidget) -> None:
        """The map is about to go to another page; nothing to do here."""
