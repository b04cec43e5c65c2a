"""The pages of the handbook as they lie in `docs/so-tay`: their order, the page of each screen, and
which of them hold what somebody looks for. The contents are the lists of its `index.md`.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from console.domain.states import Role
from console.domain.text.folding import fold

BOOKS = Path(__file__).resolve().parents[4] / "docs"
FOLDER = BOOKS / "so-tay"
INDEX = "index.md"
BUILT = (BOOKS.parent / "build" / "site", Path("/usr/share/doc/console1022/html"))
"""Where the whole site lies: built in a checkout, or brought by the package."""

_CHAPTER = re.compile(r"## (.+)")
_ENTRY = re.compile(r"- \[(.+)\]\((.+\.md)\)")
_OF_SCREEN = {
    "intake": "tong-dai-vien/cuoc-goi-den.md",
    "inbox": "tong-dai-vien/hop-thu.md",
    "queue": "tong-dai-vien/chuyen-don-vi.md",
    "callbacks": "tong-dai-vien/goi-lai.md",
    "map": "tong-dai-vien/ban-do.md",
    "wallboard": "ca-truong/giam-sat.md",
    "reports": "ca-truong/bao-cao.md",
    "settings": "chung/cai-dat.md",
    "audit": "kiem-tra/nhat-ky.md",
}
_OF_OFFICER = {"queue": "don-vi/nhan-tra-lai.md"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the contents; `path` is relative to the handbook's folder."""

    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The pages for one kind of reader."""

    title: str
    entries: tuple[Entry, ...]


def page_for(screen: str, role: Role) -> str:
    """The page about this screen, for who sits there; the contents where there is none."""
    special = _OF_OFFICER if role is Role.OFFICER else {}
    return special.get(screen) or _OF_SCREEN.get(screen, INDEX)


def text_of(path: str) -> str:
    """A page's Markdown; "" where the books were not brought along."""
    try:
        return (FOLDER / path).read_text("utf-8")
    except OSError:
        return ""


def chapters() -> tuple[Chapter, ...]:
    """The contents, in order."""
    found: list[tuple[str, list[Entry]]] = []
    for line in text_of(INDEX).splitlines():
        if head := _CHAPTER.fullmatch(line):
            found.append((head[1], []))
        elif found and (entry := _ENTRY.fullmatch(line)):
            found[-1][1].append(Entry(entry[1], entry[2]))
    return tuple(Chapter(title, tuple(entries)) for title, entries in found)


def holds(entry: Entry, wanted: str) -> bool:
    """Whether the page has every word of what is looked for; accents do not matter."""
    text = _folded(entry.path)
    return all(word in text for word in fold(wanted).split())


def built(path: str) -> Path | None:
    """The page as the site has it, for a browser; None where the site was not built."""
    files = (site / "so-tay" / path for site in BUILT)
    return next((html for file in files if (html := file.with_suffix(".html")).exists()), None)


@cache
def _folded(path: str) -> str:
    return fold(text_of(path))
