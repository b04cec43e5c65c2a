"""The books say what is true: generated pages, named files, links and lengths."""

import re
from pathlib import Path

import pytest

from console.domain.states import State
from tests.docs.drawings import FOLDER as DRAWINGS
from tests.docs.drawings import fences
from tests.docs.reference import FOLDER, pages

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
BOOKS = sorted([*ROOT.glob("*.md"), *DOCS.glob("**/*.md")])
PAGES = pages()
LONGEST = {"README.md": 150, "CHANGELOG.md": 80, "ARCHITECTURE.md": 60}
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
FILE = re.compile(r"`((?:[a-z_0-9.]+/)+[a-z_0-9]+\.(?:py|sh|toml|tsv|in|lock|spec))`")
FOLDERS = re.compile(r"`((?:console|tests|docs|resources|installer)/[a-z0-9_/.-]*/)`")
MODULE = re.compile(r"\b(tests\.(?:bench|soak|docs|e2e)(?:\.[a-z0-9_]+)+)")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_as_the_code_says(name: str) -> None:
    said = (FOLDER / name).read_text("utf-8")

    assert said == PAGES[name], "run: .venv/bin/python -m tests.docs.reference"


def test_a_drawing_has_its_picture_for_the_site() -> None:
    drawn = {path.name for path in DRAWINGS.glob("*.svg")}

    assert drawn == set(fences()), "run: python -m tests.docs.drawings mermaid.min.js"


@pytest.mark.parametrize("name", LONGEST)
def test_what_everybody_reads_first_is_short(name: str) -> None:
    assert len((ROOT / name).read_text("utf-8").splitlines()) <= LONGEST[name]


def test_the_architecture_is_read_in_one_sitting() -> None:
    pages = (DOCS / "architecture").glob("*.md")

    assert sum(len(page.read_text("utf-8").splitlines()) for page in pages) <= 250


@pytest.mark.parametrize("book", BOOKS, ids=_name)
def test_links_lead_somewhere(book: Path) -> None:
    text = book.read_text("utf-8")
    missing = [to for to in LINK.findall(text) if not (book.parent / to).exists()]

    assert missing == []


@pytest.mark.parametrize("book", [b for b in BOOKS if b.name != "folders.md"], ids=_name)
def test_files_and_commands_that_are_named_are_there(book: Path) -> None:
    text = book.read_text("utf-8")
    places = (ROOT, ROOT / "console", ROOT / "installer")
    named = {*FILE.findall(text), *FOLDERS.findall(text)}
    files = {f for f in named if not any((p / f).exists() for p in places)}
    modules = {
        m
        for m in MODULE.findall(text)
        if not (path := ROOT / m.replace(".", "/")).with_suffix(".py").exists()
        and not path.is_dir()
    }

    assert (files, modules) == (set(), set())


def test_comments_cite_books_that_are_here() -> None:
    cited = re.compile(r"\b(?:docs/[\w/-]+|[A-Z]{3,})\.md\b")
    code = (*(ROOT / "console").glob("**/*.py"), *(ROOT / "tests").glob("**/*.py"))
    names = {(_name(p), name) for p in code for name in cited.findall(p.read_text("utf-8"))}

    assert [(path, name) for path, name in names if not (ROOT / name).exists()] == []


def test_sentences_that_trouble_shooting_quotes_are_said() -> None:
    said = PAGES["messages.md"]
    text = (DOCS / "install" / "trouble-shooting.md").read_text("utf-8")
    quotes = re.findall(r"(?<!\*)\*([^*|]+)\*(?!\*)", text)
    parts = {part.strip(" .,") for quote in quotes for part in quote.split("…")}

    assert [part for part in sorted(parts) if part not in said] == []


def test_a_folder_names_files_that_are_there() -> None:
    missing = []
    for init in (ROOT / "console").glob("**/__init__.py"):
        for name in re.findall(r"`([\w/]+\.py)`", init.read_text("utf-8")):
            places = (init.parent, *init.parents[1:3], ROOT / "console")
            here = any((place / name).exists() for place in places)
            if not here and not any(init.parent.glob(f"*/{name}")):
                missing.append(f"{_name(init)}: {name}")

    assert missing == []


def test_every_state_is_explained() -> None:
    text = (FOLDER / "states.md").read_text("utf-8")

    assert [state for state in State if f"| `{state.value}` |" not in text] == []


def test_every_decision_is_in_the_index() -> None:
    folder = DOCS / "decisions"
    index = (folder / "index.md").read_text("utf-8")

    missing = [page.name for page in folder.glob("0*.md") if f"({page.name})" not in index]
    assert missing == []


def test_identifiers_of_the_glossary_stand_in_the_code() -> None:
    lines = (DOCS / "glossary.md").read_text("utf-8").splitlines()
    last = [line.rsplit("|", 2)[1] for line in lines if line.startswith("| ") and "`" in line]
    names = {name for cell in last for name in re.findall(r"`(\w+)`", cell)}
    words = set[str]()
    for path in (ROOT / "console").glob("**/*.py"):
        words |= set(re.findall(r"\w+", path.read_text("utf-8")))

    assert names - words == set()
