"""Known streets, shipped and imported, by spelling key."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

from console.domain.text.folding import fold
from console.map.addresses.language.spelling import marks_agree, place_key
from console.map.addresses.language.tokens import Token, key_of, said_between_tokens
from console.map.resources import GEO

_LONGEST = 7
"""Number of words in the longest street name."""


class KnownStreets:
    """Street names with marks, without the word `đường`; indexed at the first lookup."""

    def __init__(self, names: Iterable[str]) -> None:
        """Keep each name once, in order."""
        self.names = tuple(dict.fromkeys(names))

    @cached_property
    def _by_key(self) -> Mapping[str, tuple[str, ...]]:
        known: dict[str, list[str]] = {}
        for name in self.names:
            known.setdefault(place_key(name), []).append(name)
        return {key: tuple(names) for key, names in known.items()}

    @cached_property
    def _by_last_word(self) -> Mapping[tuple[int, str], tuple[str, ...]]:
        known: dict[tuple[int, str], list[str]] = {}
        for name in self.names:
            words = fold(name).split()
            if len(words) > 1:
                known.setdefault((len(words), words[-1]), []).append(name)
        return {key: tuple(names) for key, names in known.items()}

    def cut_short(self, said: Sequence[str]) -> str | None:
        """The one street that these words abbreviate: the last word in full, at least one other cut
        to its consonant (`Ng`, `Đ`).
        """
        keys = [fold(word) for word in said]
        if len(keys[-1]) < 2:
            return None
        fitting = [
            name
            for name in self._by_last_word.get((len(keys), keys[-1]), ())
            if marks_agree(said[-1], name.split()[-1])
            and all(
                word.startswith(key) if is_cut(key) else word == key
                for key, word in zip(keys, fold(name).split(), strict=True)
            )
        ]
        return fitting[0] if len(fitting) == 1 else None

    def named(self, said: str) -> tuple[str, ...]:
        """Streets with this name; several if only the marks differ."""
        return self._by_key.get(place_key(said), ())

    def has_at(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        """`has` for tokens; faster, because it joins them only if something fits."""
        named = self._by_key.get(key_of(tokens, start, end))
        if named is None:
            return False
        said = said_between_tokens(tokens, start, end)
        return any(marks_agree(said, name) for name in named)

    def has(self, said: str) -> bool:
        """Whether the list has this name with marks that do not contradict it."""
        return any(marks_agree(said, name) for name in self.named(said))

    def cut_at(self, part: Sequence[Token], index: int) -> tuple[str, int] | None:
        """A known street with words cut to their first letters: `Ng. Đ. Chiểu`, `N.T.Minh Khai`."""
        for n in range(min(5, len(part) - index), 1, -1):
            window = part[index : index + n]
            if (
                any(is_cut(token.key) for token in window[:-1])
                and all(token.joined and token.key.isalpha() for token in window[1:])
                and (name := self.cut_short([token.said for token in window]))
            ):
                return name, index + n
        return None

    def numbered_end_at(self, part: Sequence[Token], index: int) -> int:
        """`end_at`, including a number in the street's name: `Hoàng Diệu 2`."""
        end = self.end_at(part, index)
        number = part[end].key if 0 < end < len(part) and part[end].joined else ""
        return end + 1 if re.fullmatch(r"\d{1,2}", number) else end

    def end_at(self, part: Sequence[Token], index: int) -> int:
        """End of the longest known street of several words that starts here, or 0."""
        stop = index + 1
        while stop < len(part) and stop - index < _LONGEST and part[stop].joined:
            stop += 1
        return next(
            (n for n in range(stop, index + 1, -1) if self.has_at(part, index, n)),
            0,
        )


def is_cut(key: str) -> bool:
    """Whether a folded word is cut to its initial consonant: `d`, `ng`."""
    return len(key) == 1 or key in ("ch", "gi", "kh", "ng", "nh", "ph", "th", "tr")


@lru_cache(maxsize=1)
def shipped_streets() -> KnownStreets:
    """The list in `resources/geo/streets.txt`, one name per line."""
    return KnownStreets(filter(None, (GEO / "streets.txt").read_text("utf-8").splitlines()))
