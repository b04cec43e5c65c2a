"""The window in another language: Vietnamese stands in the code, a table has the English.

Qt's own few words (buttons, the menu of a field, the file dialog) are English in Qt and have no
Vietnamese file in its packages; a second table has them. A table is a text file of two columns,
read as it is: no step of building stands between a word and the screen.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import override

from PySide6.QtCore import QCoreApplication, QObject, QTranslator

FOLDER = Path(__file__).resolve().parents[3] / "resources" / "translations"
PLURAL = "|"
"""Between the forms for one and for many in a text with `%n`."""


class TableTranslator(QTranslator):
    """Answers from a table whatever the context; a text must mean one thing in the program."""

    def __init__(self, table: Mapping[str, str], parent: QObject | None = None) -> None:
        """Answer from this table."""
        super().__init__(parent)
        self._table = table

    @override
    def isEmpty(self) -> bool:
        return not self._table

    @override
    def translate(
        self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        # Where Qt marks a letter of its word, the table may have it without the mark.
        found = self._table.get(sourceText) or self._table.get(sourceText.replace("&", ""))
        if found is None:
            # Qt stops asking at an empty text that is not null, so the text itself is the answer.
            return sourceText
        if "%n" in sourceText and PLURAL in found:
            one, many = found.split(PLURAL, 1)
            return one if n == 1 else many
        return found


def read_table(path: Path) -> dict[str, str]:
    """Source text -> translation; a backslash and n stand for a new line."""
    table = {}
    for line in path.read_text("utf-8").splitlines():
        source, tab, translation = line.replace("\\n", "\n").partition("\t")
        if tab:
            table[source] = translation
    return table


def install(app: QCoreApplication, lang: str) -> TableTranslator:
    """Give the application the words of `lang`, `vi` or `en`."""
    name = "en.tsv" if lang == "en" else "qt-vi.tsv"
    translator = TableTranslator(read_table(FOLDER / name), app)
    app.installTranslator(translator)
    return translator
