"""Ward and district of an address, old names and new (MAP.md 7, steps 2 to 5).

District from the right: word + name, number or initials; then bare initials or a bare name at the
end. Ward: the last `phường 5`, `P.Tân Quý`, `xã …`; else a part between commas that is a ward of
the district. Nothing is guessed: what does not resolve stays unsaid.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from console.map.spelling import agrees, has_marks, place_key
from console.map.wards import NewWard, OldWard, WardTable
from console.map.words import (
    PUNCTUATION,
    Phrases,
    Token,
    is_known_street,
    name_span,
    parts_of,
    said_between,
    said_between_tokens,
    word_lists,
)
from console.services.ports import WardRef

_NUMBER_WARD = re.compile(r"(?:p|f|ph|phuong)0*([1-9]\d?)")
_NUMBER_DISTRICT = re.compile(r"(?:q|quan)0*([1-9]\d?)")
_NUMBER = re.compile(r"0*([1-9]\d?)")
_LONGEST_NAME = 5

_KINDS = {"phuong": "Phường", "xa": "Xã", "thi_tran": "Thị trấn", "dac_khu": "Đặc khu"}
_DISTRICT_KINDS = ("Quận ", "Huyện ", "Thành phố ", "Thị xã ")


@dataclass(frozen=True, slots=True)
class Area:
    """What of an address names an area; empty where nothing certain was said."""

    ward: str | None = None
    district: str | None = None
    new_wards: tuple[WardRef, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    """A ward that carries a name.

    Attributes:
        former: the name is one that was merged into `old`.
    """

    name: str
    kind: str
    old: OldWard | None = None
    new: NewWard | None = None
    former: bool = False


@dataclass(slots=True)
class _WardPhrase:
    """A place in the text that names a ward; `kind` is None when the ward word is missing."""

    start: int
    end: int
    key: str
    said: str
    kind: str | None


@dataclass(slots=True)
class _Districts:
    """Candidates for the district as said; `end` is where the tokens of interest stop."""

    names: tuple[str, ...] = ()
    span: tuple[int, int] | None = None
    province: frozenset[str] = frozenset()
    end: int = 0


@dataclass(slots=True)
class AreaReader:
    """Finds ward and district among tokens and marks those tokens as taken."""

    table: WardTable
    _named: dict[str, list[_Named]] = field(init=False)
    _district_keys: dict[str, tuple[tuple[str, str], ...]] = field(init=False)
    _initials: dict[str, tuple[str, ...]] = field(init=False)
    _numbers: dict[str, str] = field(init=False)
    _city: frozenset[str] = field(init=False)
    _provinces: dict[str, frozenset[str]] = field(init=False)
    _ward_words: tuple[tuple[str, Phrases], ...] = field(init=False)
    _district_words: Phrases = field(init=False)
    _stops: Phrases = field(init=False)

    def __post_init__(self) -> None:
        """Build the indices, a few milliseconds."""
        words = word_lists()
        self._ward_words = tuple((_KINDS[k], Phrases(v)) for k, v in words["ward"].items())
        self._district_words = Phrases(words["district"]["words"])
        self._stops = Phrases(
            [
                *words["position"]["words"],
                *words["area"]["words"],
                *words["cross"]["words"],
                *words["cross"]["landmark"],
                *words["landmark"]["words"],
                *words["street"]["words"],
                *words["district"]["words"],
                *(form for forms in words["ward"].values() for form in forms),
            ]
        )
        ex = {place_key(k): frozenset(v) for k, v in words["province"]["ex"].items()}
        self._provinces = {place_key(name): frozenset() for name in words["province"]["names"]} | ex
        outside = frozenset().union(*ex.values())
        districts = sorted({ward.district for ward in self.table.old.values()})
        self._city = frozenset(districts) - outside
        self._index_districts(districts, words["district"]["former"])
        self._named = _index_wards(self.table)

    def _index_districts(self, districts: Sequence[str], former: dict[str, str]) -> None:
        keys: dict[str, set[tuple[str, str]]] = {}  # key -> (district, the name that has it)
        initials: dict[str, set[str]] = {}
        self._numbers = {}
        for district in districts:
            short = _short(district)
            if short.isdigit():
                self._numbers[short] = district
                continue
            keys.setdefault(place_key(short), set()).add((district, short))
            parts = [place_key(part) for part in short.split()]
            if district in self._city or len(parts) > 2:
                initials.setdefault("".join(p[0] for p in parts), set()).add(district)
            if district in self._city:
                # `Q.B.Thạnh`, `Q.BThạnh`, `Q.Tphú`
                keys.setdefault(parts[0][0] + "".join(parts[1:]), set()).add((district, ""))
        for name, district in former.items():
            if name.isdigit():
                self._numbers[name] = district
            else:
                keys.setdefault(place_key(name), set()).add((district, name))
        self._district_keys = {key: tuple(sorted(names)) for key, names in keys.items()}
        self._initials = {key: tuple(sorted(names)) for key, names in initials.items()}

    # --- the whole

    def read(self, text: str, tokens: list[Token]) -> Area:
        """Ward, district and new wards; the tokens that named them become `taken`."""
        end, province = self._strip_province(tokens)
        districts = self._district(tokens, end)
        districts.province = province
        if districts.span:
            _take(tokens, *districts.span)
        phrase = self._ward_phrase(tokens, districts)
        if phrase is None:
            return self._without_ward(text, tokens, districts)
        found = self._resolve(phrase, districts)
        said = said_between(text, tokens[phrase.start : phrase.end])
        _take(tokens, phrase.start, phrase.end)
        if found is None:
            unsure = self._without_ward(text, tokens, districts)
            return Area(district=unsure.district, unknown=(said, *unsure.unknown))
        return found

    def _without_ward(self, text: str, tokens: list[Token], districts: _Districts) -> Area:
        if len(districts.names) == 1:
            district = districts.names[0]
            if district == "Huyện Côn Đảo":  # it had no wards: the district is the old ward
                old = next(w for w in self.table.old.values() if w.district == district)
                return Area(district=district, new_wards=self.table.successors(old.code))
            return Area(district=district)
        if districts.span and districts.names:
            return Area(unknown=(said_between(text, tokens[slice(*districts.span)]),))
        return Area()

    # --- province and district

    def _strip_province(self, tokens: list[Token]) -> tuple[int, frozenset[str]]:
        """Take city and province names off the end; where the rest ends, and its old districts."""
        end, province = len(tokens), frozenset[str]()
        while end:
            length = next(
                (n for n in range(min(6, end), 0, -1) if self._province_ends(tokens, end - n, end)),
                0,
            )
            if not length:
                break
            key = place_key("".join(token.key for token in tokens[end - length : end]))
            province = self._provinces[key] or province
            _take(tokens, end - length, end)
            end -= length
            if end and tokens[end - 1].key == "tinh":
                _take(tokens, end - 1, end)
                end -= 1
        return end, province

    def _province_ends(self, tokens: list[Token], start: int, end: int) -> bool:
        window = tokens[start:end]
        key = place_key("".join(token.key for token in window))
        if key not in self._provinces or any(t.key in ("tp", "thanh") for t in window[1:]):
            return False
        if start == 0:
            return False  # alone it is more likely a place than a province
        before = tokens[start - 1]
        if window[0].key in ("tp", "thanh", "tphcm", "hcm", "hcmc", "viet", "vn", "brvt"):
            return self._ward_word(tokens, start - 1)[0] == 0
        plain = PUNCTUATION.search(window[0].gap) is not None or before.key == "tinh"
        return plain or self._district_word_before(tokens, start)

    def _district_word_before(self, tokens: list[Token], end: int) -> bool:
        for start in range(max(0, end - 6), end):
            hit = self._worded_district(tokens, start, end)
            if hit and hit[1] == end:
                return True
        return False

    def _district(self, tokens: list[Token], end: int) -> _Districts:
        for start in range(end - 1, -1, -1):
            hit = self._worded_district(tokens, start, end)
            if hit:
                return _Districts(hit[0], (start, hit[1]), end=end)
        for pattern in (self._bare_initials, self._bare_name, self._bare_part):
            bare = pattern(tokens, end)
            if bare:
                return _Districts(bare[0], (bare[1], bare[2]), end=end)
        return _Districts(end=end)

    def _worded_district(
        self, tokens: list[Token], start: int, end: int
    ) -> tuple[tuple[str, ...], int] | None:
        """District word at `start` with a name, number or initials after it: names and end."""
        attached = _NUMBER_DISTRICT.fullmatch(tokens[start].key)
        if attached and not has_marks(tokens[start].said.lower().replace("ậ", "a")):
            district = self._numbers.get(attached[1])
            return ((district,), start + 1) if district else None
        length, _ = self._district_words.at(tokens, start)
        at = start + length
        if not length or at >= end or not tokens[at].joined:
            return None
        for n in range(min(3, end - at), 0, -1):
            named = self._district_keys.get(_key(tokens, at, at + n))
            if named and name_span(tokens, at, at + n):
                return _by_marks(said_between_tokens(tokens, at, at + n), named), at + n
        number = _NUMBER.fullmatch(tokens[at].key)
        if number and number[1] in self._numbers:
            return (self._numbers[number[1]],), at + 1
        names = self._initials.get(tokens[at].key)
        return (names, at + 1) if names else None

    def _bare_initials(
        self, tokens: list[Token], end: int
    ) -> tuple[tuple[str, ...], int, int] | None:
        if not end or tokens[end - 1].taken:
            return None
        last = tokens[end - 1]
        names = self._initials.get(last.key)
        if not names or len(last.key) < 2:
            return None
        sure = last.said.isupper() or self._ward_ends(tokens, end - 1)
        return (names, end - 1, end) if sure and self._ward_word(tokens, end - 1)[0] == 0 else None

    def _bare_name(self, tokens: list[Token], end: int) -> tuple[tuple[str, ...], int, int] | None:
        for n in range(min(3, end), 0, -1):
            start = end - n
            named = self._district_keys.get(_key(tokens, start, end))
            if not named or not name_span(tokens, start, end):
                continue
            names = _by_marks(said_between_tokens(tokens, start, end), named, strict=True)
            apart = start == 0 or PUNCTUATION.search(tokens[start].gap) is not None
            if names and (apart or self._ward_ends(tokens, start) or _street_ends(tokens, start)):
                return names, start, end
        return None

    def _bare_part(self, tokens: list[Token], end: int) -> tuple[tuple[str, ...], int, int] | None:
        """A whole part between commas that is a district's name, from the right."""
        for start, stop in reversed(parts_of(tokens[:end])):
            named = self._district_keys.get(_key(tokens, start, stop))
            if named and stop - start <= 3:
                said = said_between_tokens(tokens, start, stop)
                if names := _by_marks(said, named, strict=True):
                    return names, start, stop
        return None

    def _ward_ends(self, tokens: list[Token], end: int) -> bool:
        """Whether a worded ward stands right before `end`."""
        head = tokens[:end]
        return any(
            phrase is not None and phrase.end == end
            for phrase in (self._worded_ward(head, i) for i in range(max(0, end - 7), end))
        )

    # --- ward

    def _ward_word(self, tokens: Sequence[Token], index: int) -> tuple[int, str]:
        """(length, kind) of a ward word at this token."""
        for kind, phrases in self._ward_words:
            length, _ = phrases.at(tokens, index)
            if length:
                return length, kind
        return 0, ""

    def _worded_ward(self, tokens: Sequence[Token], start: int) -> _WardPhrase | None:
        """A ward word with its number or name at this token."""
        token = tokens[start]
        if token.taken:
            return None
        attached = _NUMBER_WARD.fullmatch(token.key)
        if attached and not has_marks(token.said.lower().replace("ườ", "uo")):
            return _WardPhrase(start, start + 1, attached[1], token.said, "Phường")
        length, kind = self._ward_word(tokens, start)
        at = start + length
        if not length or at >= len(tokens) or tokens[at].taken:
            return None
        if not tokens[at].joined or (kind == "Xã" and tokens[at].key == "lo"):
            return None
        number = _NUMBER.fullmatch(tokens[at].key)
        if number and kind == "Phường":
            return _WardPhrase(start, at + 1, number[1], "", kind)
        for n in range(min(_LONGEST_NAME, len(tokens) - at), 0, -1):
            key = _key(tokens, at, at + n)
            if key in self._named and name_span(tokens, at, at + n) and self._ends(tokens, at + n):
                return _WardPhrase(
                    start, at + n, key, said_between_tokens(tokens, at, at + n), kind
                )
        return None

    def _ends(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether a name may end before this token."""
        if index >= len(tokens):
            return True
        token = tokens[index]
        return (
            token.taken
            or not token.joined
            or self._stops.at(tokens, index)[0] > 0
            or any(c.isdigit() for c in token.key)
        )

    def _ward_phrase(self, tokens: list[Token], districts: _Districts) -> _WardPhrase | None:
        worded = [self._worded_ward(tokens, i) for i in range(len(tokens))]
        found = [phrase for phrase in worded if phrase is not None]
        if found:
            # `P3` of a landmark may stand first; of several the last one that resolves counts.
            good = [p for p in found if self._resolve(p, districts) is not None]
            return (good or found)[-1]
        if districts.names:
            return self._bare_ward(tokens, districts)
        return None

    def _bare_ward(self, tokens: list[Token], districts: _Districts) -> _WardPhrase | None:
        """A whole part that is a ward of the district; never the first part of several words that
        may be a street.
        """
        for number, (start, stop) in reversed(list(enumerate(parts_of(tokens)))):
            key = _key(tokens, start, stop)
            if stop - start > _LONGEST_NAME or key not in self._named or key.isdigit():
                continue
            said = said_between_tokens(tokens, start, stop)
            if number == 0 and is_known_street(said):
                continue
            phrase = _WardPhrase(start, stop, key, said, None)
            if any(
                agrees(said, _bare(named))
                for named in self._named[key]
                if named.old and named.old.district in districts.names
            ):
                return phrase
        return None

    # --- resolving

    def _resolve(self, phrase: _WardPhrase, districts: _Districts) -> Area | None:
        entries = self._named.get(phrase.key, [])
        if districts.names:
            return self._in_district(phrase, entries, districts.names)
        if phrase.key.isdigit():
            return None
        return self._anywhere(phrase, entries, districts.province)

    def _in_district(
        self, phrase: _WardPhrase, entries: Sequence[_Named], districts: tuple[str, ...]
    ) -> Area | None:
        def here(named: _Named) -> bool:
            if named.old:
                return named.old.district in districts
            areas = self.table.districts_of_new(named.new.code) if named.new else frozenset()
            return not areas.isdisjoint(districts)

        near = [named for named in entries if here(named)]
        same = [named for named in near if phrase.kind in (None, named.kind)]
        steps: tuple[Callable[[_Named], bool], ...] = (
            lambda named: named.old is not None and not named.former,
            lambda named: named.old is not None,
            lambda named: named.new is not None,
        )
        for pool in (same, near):
            for step in steps:
                hits = _marked(phrase.said, [named for named in pool if step(named)])
                if hits:
                    return self._area(hits, districts) if len(hits) == 1 else None
        return None

    def _anywhere(
        self, phrase: _WardPhrase, entries: Sequence[_Named], province: frozenset[str]
    ) -> Area | None:
        """Without a district: a ward unique in the old city, then a unique new one.

        Where the same name is also a new ward somewhere else, or several old wards had it, all
        places it may mean are offered, today's first: nobody can tell which was meant.
        """
        same = _marked(phrase.said, [n for n in entries if phrase.kind in (None, n.kind)])
        region = province or self._city
        old = [n for n in same if n.old and n.old.district in region]
        old = [n for n in old if not n.former] or old
        new = [n for n in same if n.new]
        if len(old) == 1 and old[0].old:
            after = self.table.successors(old[0].old.code)
            namesakes = [n for n in new if n.new and n.new.code not in {ref.code for ref in after}]
            if not namesakes:
                return self._area(old, (old[0].old.district,))
        if not old:
            if len(new) == 1:
                return self._area(new, ())
            others = [n for n in same if n.old and not n.former]
            return self._area(others, ()) if len(others) == 1 else None
        refs = [WardRef(n.new.code, n.new.name) for n in new if n.new]
        for named in old:
            refs += self.table.successors(named.old.code) if named.old else ()
        return Area(ward=old[0].name, new_wards=tuple(dict.fromkeys(refs))) if new else None

    def _area(self, hits: Sequence[_Named], districts: tuple[str, ...]) -> Area:
        named = hits[0]
        if named.old:
            return Area(
                ward=named.old.name,
                district=named.old.district,
                new_wards=self.table.successors(named.old.code),
            )
        assert named.new is not None  # noqa: S101 (one of the two is always set)
        district = districts[0] if len(districts) == 1 else None
        return Area(named.new.name, district, (WardRef(named.new.code, named.new.name),))


def _index_wards(table: WardTable) -> dict[str, list[_Named]]:
    named: dict[str, list[_Named]] = {}

    def add(key: str, entry: _Named) -> None:
        named.setdefault(key, []).append(entry)

    for old in table.old.values():
        kind, short = _split_ward(old.name)
        if kind:
            add(place_key(short), _Named(old.name, kind, old=old))
        for alias in old.aliases:
            word = next(w for w in ("phuong", "thitran", "xa") if alias.startswith(w))
            kind = {"phuong": "Phường", "thitran": "Thị trấn", "xa": "Xã"}[word]
            add(place_key(alias.removeprefix(word)), _Named(old.name, kind, old=old, former=True))
    for new in table.new.values():
        kind, short = _split_ward(new.name)
        add(place_key(short), _Named(new.name, kind, new=new))
    return named


def _split_ward(name: str) -> tuple[str, str]:
    kind = next((k for k in _KINDS.values() if name.startswith(f"{k} ")), "")
    return kind, name[len(kind) :].strip()


def _bare(named: _Named) -> str:
    return _split_ward(named.name)[1]


def _short(district: str) -> str:
    return next((district.removeprefix(k) for k in _DISTRICT_KINDS if district.startswith(k)), "")


def _marked(said: str, entries: Sequence[_Named]) -> list[_Named]:
    """Those whose marks fit best: exactly as said, where anything fits exactly."""
    if not has_marks(said):
        return list(entries)
    fitting = [named for named in entries if named.former or agrees(said, _bare(named))]
    return fitting or list(entries)


def _by_marks(
    said: str, named: Iterable[tuple[str, str]], *, strict: bool = False
) -> tuple[str, ...]:
    """Districts whose name has the marks as said; when none has them all, or none if `strict`."""
    pairs = tuple(named)
    fitting = dict.fromkeys(district for district, name in pairs if name and agrees(said, name))
    return tuple(fitting) or (() if strict else tuple(district for district, _ in pairs))


def _street_ends(tokens: Sequence[Token], end: int) -> bool:
    """Whether a known street stands right before `end`: `Phan Xích Long Phú Nhuận`."""
    return any(
        name_span(tokens, start, end + 1)
        and is_known_street(said_between_tokens(tokens, start, end))
        for start in range(max(0, end - 4), end)
    )


def _key(tokens: Sequence[Token], start: int, end: int) -> str:
    return place_key("".join(token.key for token in tokens[start:end]))


def _take(tokens: Sequence[Token], start: int, end: int) -> None:
    for token in tokens[start:end]:
        token.taken = True
