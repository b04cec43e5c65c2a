"""What people type never becomes FTS5 syntax, and finds what it should."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.text.folding import fold
from console.store.projection.search import like_patterns, match_expression, plain_words
from console.store.schema.steps import STEPS

_TEXT = "66/1 Đồng Tâm, xã Trung Chánh (H.Hóc Môn) Nắp hố ga bị sụt 26001000014"


def _index() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(next(s for s in STEPS[0] if "using fts5" in s))
    connection.execute(
        "insert into request_fts (rowid, text, reporter) values (1, ?, ?)",
        (fold(_TEXT), "nguyen thi anh 84903123456 0903123456"),
    )
    return connection


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = _index()
    yield connection
    connection.close()


def _hits(index: sqlite3.Connection, typed: str, *, people: bool = True) -> int:
    expression = match_expression(typed, people=people)
    if expression is None:
        return 0
    return len(
        index.execute(
            "select rowid from request_fts where request_fts match ?", (expression,)
        ).fetchall()
    )


@pytest.mark.parametrize(
    "typed",
    [
        "dong tam", "Đồng Tâm", "ĐỒNG TÂM", "đồng tâm", "ðồng", "hoc mon", "(h.hoc mon)", "66/1",
        "66/1 dong", "sut nap", "nap ho g", "trung ch", "0903 123 456", "0903.123", "Ánh",
        "26 001 00001", "2600100001", '"dong tam"', "dong OR", "tam*",
    ],
)  # fmt: skip
def test_found(index: sqlite3.Connection, typed: str) -> None:
    assert _hits(index, typed) == (0 if typed == "dong OR" else 1)


@pytest.mark.parametrize("typed", ["", "  ", "()", '"', "***", "dong tang", "NOT tam", "66/2"])
def test_not_found(index: sqlite3.Connection, typed: str) -> None:
    assert _hits(index, typed) == 0


def test_an_agency_finds_nobody_by_name_or_number(index: sqlite3.Connection) -> None:
    for typed in ("nguyen thi anh", "0903123456", "0903 123 456", "tam 0903123456"):
        assert _hits(index, typed, people=False) == 0
    assert _hits(index, "dong tam", people=False) == 1


@given(st.text(max_size=40) | st.text("\ud800\x00\u202e\"'()*:^+-{}abÁ ", max_size=20))
def test_any_text_is_a_valid_question(index: sqlite3.Connection, typed: str) -> None:
    _hits(index, typed)
    _hits(index, typed, people=False)


@given(st.lists(st.text("aăđ0z!%_-/ ", min_size=1, max_size=6), min_size=1, max_size=6))
def test_every_beginning_of_a_word_matches_its_own_text(
    index: sqlite3.Connection, words: list[str]
) -> None:
    text = " ".join(words)
    for pattern in like_patterns(text):
        found = index.execute("select ? like ? escape '!'", (plain_words(fold(text)), pattern))
        assert found.fetchone() == (1,)
