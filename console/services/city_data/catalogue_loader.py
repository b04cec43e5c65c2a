"""Loads the city's own data from TOML files into a `Catalogue` and checks every reference.

Any file of the directory may hold any table (`toml_tables.TABLES`). Errors name file and line,
because IT staff edit these files.
"""

import csv
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from functools import lru_cache
from pathlib import Path

from console.domain.catalogue.catalogue import (
    Account,
    Agency,
    Calendar,
    Catalogue,
    ClockRules,
    DangerQuestion,
    Reason,
    RoutingRule,
    Service,
    ServiceAttribute,
    ServiceGroup,
    Ward,
)
from console.domain.catalogue.city_rules import ALWAYS
from console.domain.errors import InputError
from console.domain.states import Priority, Role
from console.domain.text.folding import fold
from console.services.city_data import rules
from console.services.city_data.toml_tables import Item, read_tables

log = logging.getLogger(__name__)

RESOURCES = Path(__file__).resolve().parents[3] / "resources"
SEED_DIRECTORY = RESOURCES / "seed"
WARDS_FILE = RESOURCES / "geo" / "wards_new.tsv"

_REASON_KINDS = frozenset(
    [
        "reject", "refuse", "extend", "cancel", "reopen", "pause", "resolution", "no_photo",
        "settle", "score",
    ]
)  # fmt: skip
_KINDS = frozenset(["department", "centre", "company", "district_successor", "ward"])
_ROAD_CLASSES = frozenset(["national", "provincial", "city", "alley"])


def load_catalogue(
    directory: Path | None = None, wards_file: Path | None = None, extra: Path | None = None
) -> Catalogue:
    """The catalogue of this directory; cached while the program runs.

    Args:
        directory: holds `*.toml`; default is the shipped seed.
        wards_file: tab-separated, columns code, name, lat, long; default is the shipped table.
            Without the file there are no wards, and rules that name wards are left out.
        extra: the city's own folder with more rows for the same tables (setting `[seat] data`).

    Raises:
        InputError: `seed_error` with file, line, what, key, value; `seed_missing`.
    """
    return _load(directory or SEED_DIRECTORY, wards_file or WARDS_FILE, extra)


@lru_cache(maxsize=8)
def _load(directory: Path, wards_file: Path, extra: Path | None) -> Catalogue:
    tables = read_tables(directory)
    for name, items in read_tables(extra).items() if extra is not None else ():
        tables[name] += items
    return _Builder(tables, read_wards(wards_file)).build()


def read_wards(file: Path) -> dict[str, Ward]:
    """The ward table by code; empty, with a warning in the log, without the file.

    Raises:
        InputError: `seed_error` for a row that is not code, name, lat, long.
    """
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t"))
    except FileNotFoundError:
        log.warning("no ward table at %s", file.name)
        return {}
    wards: dict[str, Ward] = {}
    for number, row in enumerate(rows, 2):
        try:
            ward = Ward(row["code"], row["name"], float(row["lat"]), float(row["long"]))
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                "seed_error", file=file.name, line=number, what="bad_ward", key="", value=row
            ) from error
        wards[ward.code] = ward
    return wards


@dataclass(slots=True)
class _Builder:
    """Turns the read tables into a catalogue."""

    tables: dict[str, list[Item]]
    wards: dict[str, Ward]
    ward_codes: dict[str, str] = field(default_factory=dict)
    areas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    groups: dict[str, ServiceGroup] = field(default_factory=dict)
    questions: dict[str, DangerQuestion] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    of_ward: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)

    def build(self) -> Catalogue:
        """The whole catalogue."""
        for ward in self.wards.values():
            self.ward_codes.setdefault(fold(ward.name), ward.code)
            self.ward_codes[ward.name.casefold()] = ward.code
        for item in self.tables["area"]:
            self._add(self.areas, item, self._ward_list(item))
        self._add_services()
        self._add_agencies()
        self._add_accounts()
        clocks = [item.fill(ClockRules) for item in self.tables["clock"]]
        return Catalogue(
            version=self._version(),
            groups=dict(sorted(self.groups.items(), key=lambda pair: pair[1].order)),
            services=self.services,
            agencies=self.agencies,
            rules=tuple(sorted(self._rules(), key=lambda rule: (rule.order, rule.code))),
            clocks=tuple(sorted(clocks, key=lambda c: c.valid_from, reverse=True)),
            calendar=self._calendar(),
            reasons=self._reasons(),
            accounts=self.accounts,
            wards=self.wards,
            templates=self._templates(),
            norms=rules.norms(self.tables["norm"], self.services, self.groups),
            contact_points=rules.contact_points(self.tables["contact_point"], self.agencies),
            shifts=rules.shifts(self.tables["shift"]),
            publications=rules.publications(self.tables["publication"], self.services, self.groups),
            wishes=rules.wishes(self.tables["wish"]),
        )

    def _version(self) -> str:
        return "+".join(item.text("version") for item in self.tables["seed"]) or "none"

    @staticmethod
    def _add[T](into: dict[str, T], item: Item, value: T, code: str = "") -> None:
        key = code or item.text("code")
        if key in into:
            raise item.fault("duplicate_code", "code", key)
        into[key] = value

    def _ward_list(self, item: Item) -> tuple[str, ...]:
        """Ward codes of `wards` (codes or names) and `areas`, sorted and unique."""
        found: set[str] = set()
        for area in item.texts("areas"):
            if area not in self.areas:
                raise item.fault("unknown_area", "areas", area)
            found.update(self.areas[area])
        for said in item.texts("wards"):
            code = said if said in self.wards else self.ward_codes.get(said.casefold())
            code = code or self.ward_codes.get(fold(said))
            if code is None and self.wards:
                raise item.fault("unknown_ward", "wards", said)
            found.add(code or said)
        return tuple(sorted(found))

    def _known[T](self, item: Item, key: str, known: dict[str, T], what: str) -> tuple[str, ...]:
        for code in (codes := item.texts(key)):
            if code not in known:
                raise item.fault(what, key, code)
        return codes

    # --- services

    def _add_services(self) -> None:
        for item in self.tables["group"]:
            self._add(self.groups, item, item.fill(ServiceGroup))
        for item in self.tables["question"]:
            question = item.fill(DangerQuestion, priority=self._priority(item, "priority"))
            self._add(self.questions, item, question)
        for item in self.tables["service"]:
            self._add(self.services, item, self._service(item))

    @staticmethod
    def _priority(item: Item, key: str) -> Priority:
        try:
            return Priority(item.text(key))
        except ValueError as error:
            raise item.fault("unknown_priority", key, item.text(key)) from error

    def _service(self, item: Item) -> Service:
        group = item.text("group")
        if group not in self.groups:
            raise item.fault("unknown_group", "group", group)
        attributes = tuple(self._attributes(item))
        for code in item.texts("match_on"):
            if code not in {a.code for a in attributes}:
                raise item.fault("unknown_attribute", "match_on", code)
        asked = self._known(item, "questions", self.questions, "unknown_question")
        questions = tuple(self.questions[code] for code in asked)
        return item.fill(Service, questions=questions, attributes=attributes)

    @staticmethod
    def _attributes(item: Item) -> Iterator[ServiceAttribute]:
        entries = item.values.get("attributes", [])
        if not isinstance(entries, list):
            raise item.fault("not_list", "attributes", entries)
        for entry in entries:
            match entry:
                case {"code": str(code), "label": str(label)}:
                    yield ServiceAttribute(code, label, bool(entry.get("required", False)))
                case _:
                    raise item.fault("bad_attribute", "attributes", entry)

    # --- agencies, rules, accounts

    def _add_agencies(self) -> None:
        for item in self.tables["agency"]:
            self._add(self.agencies, item, self._agency(item))
        for item in self.tables["ward_agency"]:
            groups = self._known(item, "groups", self.groups, "unknown_group")
            taken: dict[str, str] = {}
            for ward in self.wards.values():
                slug = fold(ward.name.split(" ", 1)[-1]).replace(" ", "-")
                slug = f"{slug}-{ward.code}" if slug in taken else slug
                taken[slug] = ward.code
                code = f"{item.text('prefix')}-{slug}"
                agency = Agency(
                    code=code,
                    name=f"{item.text('name')} {ward.name[:1].lower()}{ward.name[1:]}",
                    short_name=f"{item.text('short_name')} {ward.name[:1].lower()}{ward.name[1:]}",
                    kind="ward",
                    groups=groups,
                    wards=(ward.code,),
                )
                self._add(self.agencies, item, agency, code)
                self.of_ward[ward.code] = code

    def _agency(self, item: Item) -> Agency:
        if (kind := item.text("kind")) not in _KINDS:
            raise item.fault("unknown_kind", "kind", kind)
        groups = self._known(item, "groups", self.groups, "unknown_group")
        return item.fill(Agency, groups=groups, wards=self._ward_list(item))

    def _rules(self) -> Iterator[RoutingRule]:
        codes: set[str] = set()
        for item in self.tables["rule"]:
            code = item.text("code")
            if code in codes:
                raise item.fault("duplicate_code", "code", code)
            codes.add(code)
            services = self._known(item, "services", self.services, "unknown_service")
            group = item.maybe("group")
            if group is not None and group not in self.groups:
                raise item.fault("unknown_group", "group", group)
            road_class = item.maybe("road_class")
            if road_class is not None and road_class not in _ROAD_CLASSES:
                raise item.fault("unknown_road_class", "road_class", road_class)
            for suffix, agency, wards in self._targets(item):
                for service in services or (None,):
                    name = f"{code}{suffix}" + (f"/{service}" if len(services) > 1 else "")
                    yield self._rule(item, name, agency, wards, (service, group, road_class))

    def _targets(self, item: Item) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """(suffix of the code, agency, wards).

        `agency = "@ward"` makes one for each ward, `"@owner"` leaves it to the asset's owner.
        """
        agency, wards = item.text("agency"), self._ward_list(item)
        named_wards = "wards" in item.values or "areas" in item.values
        if agency == "@owner":
            yield "", "", ()
        elif agency == "@ward":
            for ward in wards or tuple(self.of_ward):
                if ward in self.of_ward:
                    yield f"@{ward}", self.of_ward[ward], (ward,)
        elif agency not in self.agencies:
            raise item.fault("unknown_agency", "agency", agency)
        elif self.wards or not named_wards:
            yield "", agency, wards

    @staticmethod
    def _rule(
        item: Item,
        code: str,
        agency: str,
        wards: tuple[str, ...],
        what: tuple[str | None, str | None, str | None],
    ) -> RoutingRule:
        service, group, road_class = what
        return item.fill(
            RoutingRule,
            code=code,
            agency=agency,
            service=service,
            group=group,
            wards=wards,
            road_class=road_class,
            by_owner=not agency,
        )

    def _add_accounts(self) -> None:
        for item in self.tables["account"]:
            try:
                role = Role(item.text("role"))
            except ValueError as error:
                raise item.fault("unknown_role", "role", item.text("role")) from error
            agency = item.maybe("agency")
            if agency is not None and agency not in self.agencies:
                raise item.fault("unknown_agency", "agency", agency)
            user = item.text("user")
            account = Account(user, item.text("name"), role, agency)
            self._add(self.accounts, item, account, user)
        for code, agency_of in self.agencies.items():
            user = f"officer-{code}"
            name = f"Cán bộ {agency_of.short_name}"
            self.accounts.setdefault(user, Account(user, name, Role.OFFICER, code))

    # --- clocks, calendar, words

    def _calendar(self) -> Calendar:
        spans: dict[date, dict[int, tuple[tuple[time, time], ...]]] = {ALWAYS: {}}
        for item in self.tables["work_hours"]:
            hours = spans.setdefault(item.span()[0], {})
            start, end = item.clock("start"), item.clock("end")
            if end <= start:
                raise item.fault("ends_before_start", "end", end)
            days = item.values.get("weekdays")
            if not isinstance(days, list):
                raise item.fault("not_list", "weekdays", days)
            for day in days:
                weekday = item.weekday(day, "weekdays")
                hours[weekday] = (*hours.get(weekday, ()), (start, end))
        holidays: dict[date, str] = {}
        for item in self.tables["holiday"]:
            if (day := item.day("date")) in holidays:
                raise item.fault("duplicate_code", "date", day)
            holidays[day] = item.text("name")
        extra = {
            item.day("date"): item.weekday(item.values.get("weekday"), "weekday")
            for item in self.tables["extra_day"]
        }
        first = spans.pop(ALWAYS)
        return Calendar(holidays=holidays, extra_days=extra, hours=first,
                        later=tuple(sorted(spans.items(), reverse=True)))  # fmt: skip

    def _reasons(self) -> tuple[Reason, ...]:
        reasons: dict[str, Reason] = {}
        for item in self.tables["reason"]:
            if (kind := item.text("kind")) not in _REASON_KINDS:
                raise item.fault("unknown_kind", "kind", kind)
            limit = int(item.number("limit_minutes")) if "limit_minutes" in item.values else None
            code = item.text("code")
            reason = Reason(kind, code, item.text("text"), limit)
            self._add(reasons, item, reason, f"{kind}.{code}")
        return tuple(reasons.values())

    def _templates(self) -> dict[str, str]:
        templates: dict[str, str] = {}
        for item in self.tables["template"]:
            self._add(templates, item, item.text("text"))
        return templates
