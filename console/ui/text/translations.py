"""The window in another language: the code has Vietnamese, a table has the English.

Qt's own words (buttons, a field's menu, the file dialog) come in English without a Vietnamese file;
a second table has them. A table is a text file with two columns, read without a build step.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import override

from PySide6.QtCore import QCoreApplication, QObject, QTranslator

FOLDER = Path(__file__).resolve().parents[3] / "resources" / "translations"
PLURAL = "|"
"""Separates the singular and the plural in a text with `%n`."""


class TableTranslator(QTranslator):
    """Translates from a table, whatever the context; a text must have one meaning in the
    program.
    """

    def __init__(self, table: Mapping[str, str], parent: QObject | None = None) -> None:
        """Use this table."""
        super().__init__(parent)
        self._table = table

    @override
    def isEmpty(self) -> bool:
        return not self._table

    @override
    def translate(
        self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        # Where Qt marks a letter with `&`, the table may have the word without it.
        found = self._table.get(sourceText) or self._table.get(sourceText.replace("&", ""))
        if found is None:
            # Qt stops at an empty text that is not null, so the source text itself is returned.
            return sourceText
        if "%n" in sourceText and PLURAL in found:
            one, many = found.split(PLURAL, 1)
            return one if n == 1 else many
        return found


def read_table(path: Path) -> dict[str, str]:
    """Source text -> translation; `\\n` stands for a new line."""
    table = {}
    for line in path.read_text("utf-8").splitlines():
        source, tab, translation = line.replace("\\n", "\n").partition("\t")
        if tab:
            table[source] = translation
    return table


def install(app: QCoreApplication, lang: str) -> TableTranslator:
    """Install the translation for `lang`, `vi` or `en`."""
    name = "en.tsv" if lang == "en" else "qt-vi.tsv"
    translator = TableTranslator(read_table(FOLDER / name), app)
    app.installTranslator(translator)
    return translator
