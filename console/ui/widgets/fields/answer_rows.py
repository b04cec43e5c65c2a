"""Fields for what a kind of trouble asks of its own: the plate of a bus, the number of a lamp."""

from collections.abc import Mapping, Sequence

from console.domain.catalogue.catalogue import Catalogue, ServiceAttribute
from console.ui.widgets.basic.plain_label import PlainLabel, set_property
from console.ui.widgets.fields.typed_text import TypedLine
from console.ui.widgets.layout.form_grid import FormGrid


class AnswerRows:
    """Rows of two in a form, enough for the longest list of questions; those not asked are hidden.

    Attributes:
        lines: the fields, in reading order.
    """

    def __init__(self, catalogue: Catalogue, grid: FormGrid) -> None:
        """Fields of the grid; `lay_out` puts them in."""
        most = max((len(s.attributes) for s in catalogue.services.values()), default=0)
        self.lines = tuple(TypedLine(parent=grid) for _ in range(most + most % 2))
        self._grid = grid
        self._labels: list[PlainLabel] = []
        self._asked: tuple[ServiceAttribute, ...] = ()

    def lay_out(self) -> None:
        """The next rows of the grid are these."""
        for one, two in zip(self.lines[::2], self.lines[1::2], strict=True):
            self._labels.extend(self._grid.add_pair(" ", one, " ", two))

    def ask(self, asked: Sequence[ServiceAttribute], said: Mapping[str, str]) -> None:
        """Show these questions, with what is answered so far; a word being composed stays."""
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
        """What stands in each field that is asked, by code, preedit included."""
        return {a.code: line.text_now() for a, line in zip(self._asked, self.lines, strict=False)}

    def mark(self, *, wrong: bool) -> None:
        """Mark what may not stay empty, or nothing any more."""
        for line in self.lines:
            asked = line.isVisibleTo(self._grid) and line.property("required")
            empty = asked and not line.text_now().strip()
            set_property(line, "state", "error" if wrong and empty else "")

    def first_marked(self) -> TypedLine | None:
        """The first field that is marked, else the first of all."""
        marked = (line for line in self.lines if line.property("state") == "error")
        return next(marked, self.lines[0] if self.lines else None)
