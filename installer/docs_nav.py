"""A hook of MkDocs: a folder in `nav` of mkdocs.yml stands for its pages, its index first, then by
file name. Each folder of the books so needs one line, however many pages come.
"""

from pathlib import Path
from typing import Any


def on_config(config: Any) -> Any:
    """Write the pages of each folder into the navigation."""
    config["nav"] = [_expanded(entry, Path(config["docs_dir"])) for entry in config["nav"]]
    return config


def _expanded(entry: Any, docs: Path) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {
        title: _pages(docs / inside, docs) if isinstance(inside, str) and inside.endswith("/") else inside
        for title, inside in entry.items()
    }


def _pages(folder: Path, docs: Path) -> list[str]:
    pages = sorted(folder.glob("*.md"), key=lambda page: (page.stem != "index", page.name))
    return [page.relative_to(docs).as_posix() for page in pages]
