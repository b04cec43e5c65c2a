"""Suggestions while a place is typed: old and new wards, streets, landmarks, assets by code, recent
places of this seat, pasted coordinates and plus codes. Works offline; accents are optional.

An entry matches in three ways, best first: its name starts with the text; a later word does; its
beginning differs by a letter or two (typing errors). Recently mentioned names rank higher within
each way.
"""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from rapidfuzz.distance import OSA

from console.domain.text.folding import fold
from console.map.addresses.language.known_streets import shipped_streets
from console.map.gazetteer.query import is_a_district, name_key, names_of_a_ward, split_typed
from console.map.geography.assets import AssetFile, kind_before
from console.map.geography.coordinates import read_place
from console.map.geography.imported_places import read_places
from console.map.geography.wards import WardTable
from console.map.resources import GEO
from console.services.ports.places import Suggestion

_ENOUGH_ROWS = 400
"""Entries examined for one prefix; only prefixes of a letter or two have more."""

_KIND_ORDER = {"ward": 0, "landmark": 1, "street": 2, "asset": 3, "old_ward": 4, "point": 0}
_LATELY = 400
"""How many recently mentioned places are remembered."""


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    suggestion: Suggestion


class Gazetteer:
    """Names that an address may contain; indexed at the first query or by `prepare`."""

    def __init__(
        self,
        table: WardTable,
        *,
        places: Path | None = None,
        assets: AssetFile | None = None,
    ) -> None:
        """Remember the sources.

        Args:
            places: file of imported streets and landmarks, or None.
            assets: the imported assets.
        """
        self._table = table
        self._places = places
        self._assets = assets or AssetFile(None)
        self._lock = threading.Lock()
        self._built: _Index | None = None
        self._lately: Counter[str] = Counter()
        self._told: dict[str, str] = {}
        self._recent: dict[str, Suggestion] = {}

    # --- the index

    @property
    def _index(self) -> "_Index":
        with self._lock:  # `prepare` may be building it on its thread
            if self._built is None:
                self._built = _Index(self._all_entries())
            return self._built

    def prepare(self) -> None:
        """Build the index on a thread of its own: a fraction of a second for a whole city."""
        if self._built is None:
            threading.Thread(target=lambda: self._index, name="gazetteer", daemon=True).start()

    def __len__(self) -> int:
        return len(self._index.entries)

    def _all_entries(self) -> Iterable[_Entry]:
        for new in self._table.new.values():
            yield from _entries(Suggestion(new.name, "ward", new.lat, new.long, new.code))
        known = {}
        for place in read_places(self._places) if self._places else ():
            made = Suggestion(place.name, place.kind, place.lat, place.long)
            known[place.kind, fold(place.name)] = True
            yield from _entries(made, place.alias)
        for name, alias, lat, long in self._landmark_rows():
            if ("landmark", fold(name)) not in known:
                yield from _entries(Suggestion(name, "landmark", float(lat), float(long)), alias)
        for name in shipped_streets().names:
            if ("street", fold(name)) not in known:
                yield from _entries(Suggestion(name, "street"))
        for old in self._table.old.values():
            after = self._table.successors(old.code)
            code = after[0].code if len(after) == 1 else None
            text = old.name if old.name == old.district else f"{old.name}, {old.district}"
            yield from _entries(Suggestion(text, "old_ward", old.lat, old.long, code))

    def _landmark_rows(self) -> Iterable[list[str]]:
        lines = (GEO / "landmarks.tsv").read_text(encoding="utf-8").splitlines()[1:]
        return (line.split("\t") for line in lines)

    # --- recent mentions

    def mention(self, names: Iterable[str]) -> None:
        """A caller named these streets or landmarks: they rank higher from now on."""
        for name in names:
            key = name_key(name)
            if key:
                self._lately[key] += 1
                self._told[key] = name
        for key, _ in self._lately.most_common()[_LATELY:]:
            del self._lately[key], self._told[key]

    def remember(self, text: str, lat: float, long: float, ward_code: str | None) -> None:
        """A request at this seat had this place: offered in the same words, with its pin."""
        key = name_key(text)
        if len(key) < 3:
            return
        self._recent.pop(key, None)
        self._recent[key] = Suggestion(text, "recent", lat, long, ward_code)
        for old in list(self._recent)[:-_LATELY]:
            del self._recent[old]

    # --- answers

    def suggest(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """What the text or its last part may mean, best first."""
        if place := read_place(text):
            said = f"{place.lat:.6f}, {place.long:.6f}"
            return (Suggestion(said, "point", place.lat, place.long, note=place.note or None),)
        if codes := self._coded(text, limit):
            return codes
        head, tail = split_typed(text[:200])
        wanted = fold(tail).strip()
        if len(wanted) < 2:
            return self._seen_lately(text, limit) if not wanted and text.strip() else ()
        found = dict.fromkeys(self._seen_lately(text, 3))
        if head.strip() and is_a_district(wanted):
            return tuple(found)  # the address ends with a district: offer no wards in its place
        index, plain = self._index, name_key(wanted)
        if names_of_a_ward(wanted):
            found |= dict.fromkeys(self._ranked(index.wards_starting(plain), plain))
        found |= dict.fromkeys(
            self._ranked([*index.starting(plain), *self._unlisted(plain)], plain)
        )
        found |= dict.fromkeys(self._ranked(index.with_word(plain), plain))
        if len(found) < limit and len(wanted) > 3:
            found |= dict.fromkeys(index.nearly(plain, limit - len(found)))
        whole = ((s if s.kind == "recent" else _with_head(head, s)) for s in found)
        return tuple(dict.fromkeys(whole))[:limit]

    def _unlisted(self, wanted: str) -> list[_Entry]:
        """Streets that callers named and that are on no list."""
        hits = (key for key in self._told if key.startswith(wanted))
        return [
            _Entry(key, Suggestion(self._told[key], "street"))
            for key in hits
            if not self._index.has(key)
        ]

    def _ranked(self, entries: Iterable[_Entry], plain: str) -> list[Suggestion]:
        def rank(entry: _Entry) -> tuple[int, bool, int, int, str]:
            s = entry.suggestion
            lately = -self._lately.get(entry.key, 0)
            whole = entry.key[len(plain) : len(plain) + 1].isalnum()
            return lately, whole, _KIND_ORDER.get(s.kind, 5), len(entry.key), entry.key

        return [entry.suggestion for entry in sorted(entries, key=rank)]

    def _seen_lately(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        wanted = name_key(text)
        if len(wanted) < 2:
            return ()
        hits = [s for key, s in reversed(self._recent.items()) if key.startswith(wanted)]
        return tuple(hits[:limit])

    def _coded(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """Assets, if the text is a code with or without its kind: `đèn số TD-2/15`."""
        kind, code = kind_before(text[:80])
        if "," in text or not any(c.isdigit() for c in code) or len(code.split()) > 2:
            return ()
        return tuple(
            Suggestion(a.code, "asset", a.lat, a.long, asset_kind=a.kind)
            for a in self._assets.find(code, kind, limit)
        )


class _Index:
    """Sorted prefixes, words and trigrams of all names."""

    def __init__(self, entries: Iterable[_Entry]) -> None:
        self.entries = tuple(entries)
        starts, words = [], []
        self._pieces: dict[str, list[int]] = {}
        for at, entry in enumerate(self.entries):
            key = entry.key
            starts.append((key, at))
            if (joined := key.replace(" ", "")) != key:
                starts.append((joined, at))
            cut = key.find(" ")
            while cut >= 0:
                words.append((key[cut + 1 :], at))
                cut = key.find(" ", cut + 1)
            for piece in _pieces(key):
                self._pieces.setdefault(piece, []).append(at)
        self._starts, self._words = sorted(starts), sorted(words)

    def has(self, key: str) -> bool:
        """Whether there is exactly this name."""
        at = bisect_left(self._starts, (key, -1))
        return at < len(self._starts) and self._starts[at][0] == key

    def starting(self, wanted: str) -> list[_Entry]:
        """Entries whose name starts with this."""
        return self._from(self._starts, wanted)

    def wards_starting(self, wanted: str) -> list[_Entry]:
        """The same, wards only: the text began with the word for a ward."""
        return [e for e in self.starting(wanted) if e.suggestion.kind in ("ward", "old_ward")]

    def with_word(self, wanted: str) -> list[_Entry]:
        """Entries with a later word that starts with this."""
        return self._from(self._words, wanted)

    def _from(self, rows: list[tuple[str, int]], wanted: str) -> list[_Entry]:
        if not wanted:
            return []
        low = bisect_left(rows, (wanted, -1))
        hits: dict[int, None] = {}
        for key, at in rows[low : low + _ENOUGH_ROWS]:
            if not key.startswith(wanted):
                break
            hits[at] = None
        return [self.entries[at] for at in hits]

    def nearly(self, wanted: str, limit: int) -> list[Suggestion]:
        """Entries whose beginning differs by a letter or two, the closest first."""
        pieces = sorted(_pieces(wanted), key=lambda p: len(self._pieces.get(p, ())))
        told: Counter[int] = Counter()
        for piece in pieces[:8]:  # the rarest are the most telling
            told.update(self._pieces.get(piece, ()))
        allowed = 1 if len(wanted) < 7 else 2
        scored = []
        for at, _ in told.most_common(150):
            key = self.entries[at].key
            far = min(
                OSA.distance(wanted, key[:n], score_cutoff=allowed)
                for n in range(max(1, len(wanted) - 1), len(wanted) + 2)
            )
            if far <= allowed:
                scored.append((far, len(key), at))
        return [self.entries[at].suggestion for _, _, at in sorted(scored)[:limit]]


def _pieces(key: str) -> set[str]:
    padded = f" {key} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def _entries(suggestion: Suggestion, alias: str = "") -> Iterable[_Entry]:
    yield _Entry(name_key(suggestion.text), suggestion)
    for other in filter(None, alias.split(";")):
        if folded := name_key(other):
            yield _Entry(folded, suggestion)


def _with_head(head: str, suggestion: Suggestion) -> Suggestion:
    return replace(suggestion, text=f"{head}{suggestion.text}") if head.strip() else suggestion
