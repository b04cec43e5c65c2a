"""Draws the Mermaid fences of the books as pictures for the site, which has no script of its own:

    xvfb-run -a python -m tests.docs.drawings mermaid.min.js

`mermaid.min.js` is `dist/mermaid.min.js` of the npm package `mermaid` (11). A picture is named
after the text it was drawn from, so a changed fence lacks its picture: the build of the site fails
(`installer/docs_drawings.py` puts the pictures in). Forges draw the fences themselves.
"""

import json
import re
import sys
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtWidgets import QApplication

DOCS = Path(__file__).resolve().parents[2] / "docs"
FOLDER = DOCS / "assets" / "drawings"
FENCE = re.compile(r"^```mermaid\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_PAGE = """<script>%s</script><script>
mermaid.initialize({startOnLoad: false, theme: "neutral", fontFamily: "sans-serif",
  htmlLabels: false, flowchart: {htmlLabels: false}})
let drawn = ""
function draw(text) {
  drawn = ""
  mermaid.render("drawing", text).then(it => drawn = it.svg, error => drawn = "failed: " + error)
}
</script>"""
_EACH_MS = 100


def name_of(text: str) -> str:
    """The picture's file name."""
    return sha256(text.encode()).hexdigest()[:16] + ".svg"


def fences() -> dict[str, str]:
    """Every fence of the books: file name of its picture -> text."""
    pages = sorted(DOCS.glob("**/*.md"))
    texts = (text for page in pages for text in FENCE.findall(page.read_text("utf-8")))
    return {name_of(text): text for text in texts}


class _Drawing:
    def __init__(self, app: QApplication, script: str) -> None:
        from PySide6.QtWebEngineWidgets import QWebEngineView

        self._app, self._todo = app, list(fences().items())
        self._view = QWebEngineView()
        self._view.resize(1400, 1000)
        self._view.show()
        self._view.loadFinished.connect(self._next)
        page = FOLDER / ".drawing.html"  # too long for setHtml
        page.write_text(_PAGE % script, "utf-8")
        self._page = page
        self._view.load(QUrl.fromLocalFile(str(page)))

    def _next(self) -> None:
        if not self._todo:
            self._page.unlink()
            self._app.quit()
            return
        self._view.page().runJavaScript(f"draw({json.dumps(self._todo[0][1])})")
        self._ask()

    def _ask(self) -> None:
        QTimer.singleShot(_EACH_MS, lambda: self._view.page().runJavaScript("drawn", self._got))

    def _got(self, svg: object) -> None:
        if not svg:
            self._ask()
            return
        name, _ = self._todo.pop(0)
        text = str(svg).replace('style="', 'style="background: white; ', 1)
        (FOLDER / name).write_text(text + "\n", "utf-8")
        sys.stdout.write(f"{name}\n")
        self._next()


def main() -> None:
    """Draw every fence, and drop pictures of fences that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.svg"):
        old.unlink()
    app = QApplication(sys.argv)
    drawing = _Drawing(app, Path(sys.argv[1]).read_text("utf-8"))
    app.exec()
    del drawing


if __name__ == "__main__":
    main()
