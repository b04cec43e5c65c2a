"""Known streets: the shipped list and what IT imported, by their spelling key."""

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path

from console.map.resources import GEO
from console.map.spelling import agrees, place_key


class StreetList:
    """Street names with their marks, without the word `đường`; indexed at the first question."""

    def __init__(self, names: Iterable[str]) -> None:
        """Keep the names once each, in their order."""
        self.names = tuple(dict.fromkeys(names))

    @cached_property
    def _by_key(self) -> Mapping[str, tuple[str, ...]]:
        known: dict[str, list[str]] = {}
        for name in self.names:
            known.setdefault(place_key(name), []).append(name)
        return {key: tuple(names) for key, names in known.items()}

    def named(self, said: str) -> tuple[str, ...]:
        """Streets with this name; several where only the marks differ."""
        return self._by_key.get(place_key(said), ())

    def has(self, said: str) -> bool:
        """Whether the list has this name, and its marks do not speak against it."""
        return any(agrees(said, name) for name in self.named(said))


@lru_cache(maxsize=1)
def shipped_streets(path: Path = GEO / "streets.txt") -> StreetList:
    """The list of `resources/geo/streets.txt`, one name a line."""
    return StreetList(filter(None, path.read_text(encoding="utf-8").splitlines()))
