"""The help of each page: plain text files next to the program, so that IT can extend them."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[4] / "resources" / "help"


def help_for(page: str, lang: str) -> tuple[str, ...]:
    """The paragraphs about a page; empty if there are none."""
    try:
        text = (FOLDER / f"{lang}.txt").read_text("utf-8")
    except OSError:
        return ()
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1]
        elif line.strip():
            found.setdefault(name, []).append(line.strip())
    return tuple(found.get(page, ()))
