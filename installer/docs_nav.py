"""A hook of MkDocs: a folder in `nav` of mkdocs.yml stands for its pages, its index first, then by
file name. Each folder of the books so needs one line, however many pages come.
"""

from collections.abc import MutableMapping
from pathlib import Path
from typing import cast

type Entry = str | dict[str, str | list[Entry]]


def on_config[C: MutableMapping[str, object]](config: C) -> C:
    """Write the pages of each folder into the navigation."""
    docs = Path(str(config["docs_dir"]))
    config["nav"] = [_expanded(entry, docs) for entry in cast("list[Entry]", config["nav"])]
    return config


def _expanded(entry: Entry, docs: Path) -> Entry:
    if isinstance(entry, str):
        return entry
    return {title: _inside(inside, docs) for title, inside in entry.items()}


def _inside(inside: str | list[Entry], docs: Path) -> str | list[Entry]:
    if isinstance(inside, list) or not inside.endswith("/"):
        return inside
    pages = sorted((docs / inside).glob("*.md"), key=lambda page: (page.stem != "index", page.name))
    return [page.relative_to(docs).as_posix() for page in pages]
