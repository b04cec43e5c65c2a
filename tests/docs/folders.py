"""The page of folders: what each says of itself, and how many files it holds."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def folders_page() -> Iterator[str]:
    """Every folder of the program, room by room."""
    room = ""
    for folder in sorted(path.parent for path in (ROOT / "console").glob("**/__init__.py")):
        name = folder.relative_to(ROOT)
        if len(name.parts) > 1 and name.parts[1] != room:
            room = name.parts[1]
            yield from ("", f"## `{room}`", "", "| folder | files | |", "|---|---|---|")
        if len(name.parts) == 1:
            continue
        inside = "/".join(name.parts[1:]) + "/"
        files = sum(path.name != "__init__.py" for path in folder.glob("*.py"))
        yield f"| `{inside}` | {files} | {_said(folder)} |"


def _said(folder: Path) -> str:
    text = (folder / "__init__.py").read_text("utf-8")
    said = ast.get_docstring(ast.parse(text)) or ""
    return " ".join(said.split()).replace("|", "\\|")
