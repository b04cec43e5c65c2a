"""Search as you type over a short list, accents optional; no widget."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from console.domain.text.folding import fold


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list to choose from.

    Attributes:
        hint: shown muted at the right, such as group and hours of a service.
        words: other words for it; searched, not shown.
    """

    code: str
    text: str
    hint: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    choice: Choice
    name: str
    phrases: tuple[str, ...]
    tokens: tuple[str, ...]


class ChoiceIndex:
    """Finds choices by the beginnings of their words, in any order, accents optional.

    A list is enough: some hundred entries are searched in well under a millisecond.
    """

    def __init__(self, choices: Sequence[Choice]) -> None:
        """Keep the choices; they are folded on the first search."""
        self._choices = tuple(choices)

    @cached_property
    def _entries(self) -> tuple["_Entry", ...]:
        """Folded once for the process, because all open forms have the same lists."""
        return tuple(_entry(choice) for choice in self._choices)

    def find(self, query: str, limit: int = 60) -> tuple[Choice, ...]:
        """The entries that match, best first; all of them in their own order for an empty query.

        If no entry has all words of a query, those with at least half of them are found: callers
            rarely use the catalogue's words.
        """
        wanted = tuple(_words(fold(query)))
        if not wanted:
            return self._choices[:limit]
        ranked = [
            (rank, order, entry.choice)
            for order, entry in enumerate(self._entries)
            if (rank := _rank(entry, " ".join(wanted), wanted)) is not None
        ]
        ranked.sort(key=lambda found: found[:2])
        whole = [found for found in ranked if found[0] < _PARTIAL]
        return tuple(choice for _, _, choice in (whole or ranked)[:limit])

    def exact(self, text: str) -> Choice | None:
        """The entry with exactly this text, ignoring accents and case."""
        wanted = " ".join(_words(fold(text)))
        same = [e.choice for e in self._entries if e.name == wanted]
        return same[0] if len(same) == 1 else None


_PARTIAL = 50


@lru_cache(maxsize=4096)
def _entry(choice: Choice) -> _Entry:
    name = " ".join(_words(fold(choice.text)))
    phrases = tuple(" ".join(_words(fold(word))) for word in choice.words)
    tokens = tuple(dict.fromkeys(_words(" ".join((name, *phrases, fold(choice.hint))))))
    return _Entry(choice, name, phrases, tokens)


def _words(folded: str) -> Iterable[str]:
    return "".join(c if c.isalnum() else " " for c in folded).split()


def _rank(entry: _Entry, phrase: str, wanted: Sequence[str]) -> int | None:
    """Rank of a match: 0 is best; None = no match; from `_PARTIAL` on only some words match."""
    if entry.name.startswith(phrase):
        return 0
    if phrase in entry.name:
        return 1
    if any(other.startswith(phrase) for other in entry.phrases):
        return 2
    if any(phrase in other for other in entry.phrases):
        return 3
    hits = [word for word in wanted if any(token.startswith(word) for token in entry.tokens)]
    if len(hits) == len(wanted):
        in_name = sum(any(t.startswith(w) for t in entry.name.split()) for w in wanted)
        return 10 + len(wanted) - in_name
    if len(wanted) > 1 and 2 * len(hits) >= len(wanted) and any(len(w) > 1 for w in hits):
        return _PARTIAL + len(wanted) - len(hits)
    return None
