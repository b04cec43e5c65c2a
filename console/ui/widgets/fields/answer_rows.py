"""Fields for the questions of a service, such as the plate of a bus or the number of a lamp."""

from collections.abc import Mapping, Sequence

from console.domain.catalogue.catalogue import Catalogue, ServiceAttribute
from console.ui.widgets.basic.plain_label import PlainLabel, set_property
from console.ui.widgets.fields.typed_text import TypedLine
from console.ui.widgets.layout.form_grid import FormGrid


class AnswerRows:
    """Rows of two fields, enough for the longest list of questions; unused ones are hidden.

    Attributes:
        lines: the fields, in reading order.
    """

    def __init__(self, catalogue: Catalogue, grid: FormGrid) -> None:
        """Make the fields; `lay_out` puts them into the grid."""
        most = max((len(s.attributes) for s in catalogue.services.values()), default=0)
        self.lines = tuple(TypedLine(parent=grid) for _ in range(most + most % 2))
        self._grid = grid
        self._labels: list[PlainLabel] = []
        self._asked: tuple[ServiceAttribute, ...] = ()

    def lay_out(self) -> None:
        """Use the next rows of the grid."""
        for one, two in zip(self.lines[::2], self.lines[1::2], strict=True):
            self._labels.extend(self._grid.add_pair(" ", one, " ", two))

    def ask(self, asked: Sequence[ServiceAttribute], said: Mapping[str, str]) -> None:
        """Ask these questions and show the answers so far; a word being composed is kept."""
        self._asked = tuple(asked)
        for place, line in enumerate(self.lines):
            there = place < len(asked)
            line.setVisible(there)
            self._labels[place].setVisible(there)
            if there:
                question = asked[place]
                self._labels[place].setText(question.label)
                line.setAccessibleName(question.label)
                line.setProperty("required", question.required)
                line.show_text(said.get(question.code, ""))

    def texts(self) -> dict[str, str]:
        """The text of each field in use, by code, including text still being composed."""
        return {a.code: line.text_now() for a, line in zip(self._asked, self.lines, strict=False)}

    def mark(self, *, wrong: bool) -> None:
        """Mark the empty fields that are required, or clear the marks."""
        for line in self.lines:
            asked = line.isVisibleTo(self._grid) and line.property("required")
            empty = asked and not line.text_now().strip()
            set_property(line, "state", "error" if wrong and empty else "")

    def first_marked(self) -> TypedLine | None:
        """The first marked field, else the first field."""
        marked = (line for line in self.lines if line.property("state") == "error")
        return next(marked, self.lines[0] if self.lines else None)
