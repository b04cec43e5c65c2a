"""The shipped seed is complete and real; an error in a seed names file and line."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from console.domain.catalogue.catalogue import Catalogue
from console.domain.catalogue.routing import route
from console.domain.clocks.norms import resolve_due
from console.domain.clocks.working_time import stretches_of
from console.domain.errors import InputError
from console.domain.states import Priority, Role
from console.services.city_data.catalogue_loader import (
    SEED_DIRECTORY,
    WARDS_FILE,
    load_catalogue,
    read_wards,
)

DAY = date(2026, 11, 24)
ROAD_CLASSES = ("national", "provincial", "city", "alley")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


# --- the shipped seed


def test_six_groups_and_enough_of_everything(catalogue: Catalogue) -> None:
    assert list(catalogue.groups) == [
        "roads",
        "water",
        "drainage",
        "lighting",
        "trees",
        "transport",
    ]
    assert len(catalogue.services) >= 40
    assert len(catalogue.wards) == 168
    assert sum(a.kind != "ward" for a in catalogue.agencies.values()) >= 20
    assert sum(a.kind == "ward" for a in catalogue.agencies.values()) == 168
    assert load_catalogue() is catalogue


def test_every_service_can_be_found_and_told_apart(catalogue: Catalogue) -> None:
    names = [s.name for s in catalogue.services.values()]
    assert len(set(names)) == len(names)
    for service in catalogue.services.values():
        assert service.keywords
        assert service.name != service.name_en
        assert service.resolve_hours > 0
        assert service.working_time or service.resolve_hours <= 24
        assert 10 <= service.radius_m <= 300


def test_buses_have_their_own_form(catalogue: Catalogue) -> None:
    attitude = catalogue.service("bus.attitude")
    assert [a.code for a in attitude.attributes] == ["route", "plate", "stop", "direction", "time"]
    assert attitude.match_on == ("plate",)
    assert catalogue.service("bus.late").match_on == ("route", "direction", "stop")
    assert catalogue.service("bus.late").window_h == 1


@pytest.mark.parametrize("road_class", ROAD_CLASSES)
def test_every_service_has_an_agency_for_every_place(catalogue: Catalogue, road_class: str) -> None:
    wards = ["26740", "27592", "25747", "26506", "26732", "27676"]
    assert set(wards) <= set(catalogue.wards)
    for service in catalogue.services.values():
        for ward in wards:
            found = route(service, ward, road_class, catalogue.rules, catalogue.agencies, DAY)
            assert found is not None, (service.code, ward)
            assert found.sure
            assert found.reason.startswith("vì: ")
            agency = catalogue.agencies[found.agency]
            assert service.group in agency.groups, (service.code, agency.code)
            assert not agency.wards or ward in agency.wards


def test_water_goes_to_the_company_of_the_ward(catalogue: Catalogue) -> None:
    served = [ward for rule in catalogue.rules if rule.group == "water" for ward in rule.wards]
    assert sorted(served) == sorted(catalogue.wards)
    burst = catalogue.service("water.burst")
    for ward, agency in (("27343", "cn-cho-lon"), ("26740", "cn-ben-thanh"), ("25747", "biwase")):
        found = route(burst, ward, None, catalogue.rules, catalogue.agencies, DAY)
        assert found is not None
        assert (found.agency, found.sure) == (agency, True)


def test_accounts_of_every_role_and_an_officer_for_every_agency(catalogue: Catalogue) -> None:
    people = catalogue.accounts
    for user in ("operator", "supervisor", "auditor", "administrator"):
        assert people[user].role.value == user
    for code in catalogue.agencies:
        officer = people[f"officer-{code}"]
        assert (officer.role, officer.agency) == (Role.OFFICER, code)


def test_every_kind_of_reason_is_there(catalogue: Catalogue) -> None:
    for kind in (
        "reject",
        "refuse",
        "extend",
        "cancel",
        "reopen",
        "resolution",
        "no_photo",
        "score",
    ):
        assert len(catalogue.reasons_of(kind)) >= 3, kind
    pauses = catalogue.reasons_of("pause")
    assert all(p.limit_minutes for p in pauses)


def test_messages_are_short(catalogue: Catalogue) -> None:
    """Filled in, at most two SMS of 67 characters, except with people's own texts."""
    for code, text in catalogue.templates.items():
        filled = text.replace("{number}", "26 001 00123 7").replace("{due}", "17:30 24/11")
        fixed = re.sub(r"\{(reason|result)\}", "", filled)
        assert len(fixed) <= 134, code
        assert not re.search(r"\{(?!number|due|reason|result|parent|service|agency)", text), code


def test_the_calendar_knows_the_holidays_of_two_years(catalogue: Catalogue) -> None:
    holidays = catalogue.calendar.holidays
    for year in (2026, 2027):
        for month, day in ((1, 1), (4, 30), (5, 1), (9, 2)):
            assert date(year, month, day) in holidays
    assert date(2026, 2, 17) in holidays
    assert date(2027, 2, 6) in holidays
    assert date(2026, 4, 26) in holidays
    # Eight working hours from the eve of Tết end after the holiday.
    marking = catalogue.service("roads.marking")
    eve = datetime(2026, 2, 13, 9, 0, tzinfo=UTC)
    due = resolve_due(eve, marking, Priority.NORMAL, catalogue, catalogue.clocks_at(eve))
    assert due - eve > timedelta(days=9)


def test_the_clocks_are_the_decrees(catalogue: Catalogue) -> None:
    rules = catalogue.clocks_at(datetime(2026, 11, 24, tzinfo=UTC))
    assert (rules.forward_minutes, rules.acknowledge_hours, rules.callback_hours) == (5, 2, 24)
    assert (rules.need_info_hours, rules.reopen_days, rules.attempts) == (72, 30, 3)
    assert (rules.bounces_to_supervisor, rules.progress_report_working_days) == (2, 5)


def test_without_a_ward_table_the_rest_still_loads(tmp_path: Path) -> None:
    catalogue = load_catalogue(SEED_DIRECTORY, tmp_path / "none.tsv")
    assert catalogue.wards == {}
    assert all(a.kind != "ward" for a in catalogue.agencies.values())
    assert not any(rule.wards for rule in catalogue.rules)
    burst = catalogue.service("water.burst")
    found = route(burst, None, None, catalogue.rules, catalogue.agencies, DAY)
    assert found is not None
    assert found.agency == "sawaco"


# --- broken seeds

type Edit = Callable[[str], str]

GOOD = """\
[[group]]
code = "roads"
name = "Giao thông"
name_en = "Roads"
order = 1

[[question]]
code = "injured"
text = "Có ai bị thương không?"
priority = "urgent"

[[service]]
code = "roads.pothole"
group = "roads"
name = "Ổ gà"
name_en = "Pothole"
keywords = ["ổ gà"]
resolve_hours = 24
questions = ["injured"]
attributes = [{ code = "pole", label = "Số trụ" }]
match_on = ["pole"]

[[agency]]
code = "company"
name = "Công ty"
short_name = "Cty"
kind = "company"
groups = ["roads"]

[[rule]]
code = "roads.rest"
order = 1
services = ["roads.pothole"]
agency = "company"
reason = "vì: đường"
road_class = "city"
wards = ["Phường Sài Gòn"]

[[clock]]
code = "2013"
forward_minutes = 5
acknowledge_hours = 2
callback_hours = 24
need_info_hours = 72
reopen_days = 30
attempts = 3
bounces_to_supervisor = 2
valid_from = 2013-04-01

[[work_hours]]
weekdays = [1, 5]
start = 07:30:00
end = 11:30:00

[[holiday]]
date = 2026-01-01
name = "Tết Dương lịch"

[[extra_day]]
date = 2026-01-10
weekday = 5

[[reason]]
kind = "reject"
code = "spam"
text = "Tin rác"

[[account]]
user = "operator"
name = "Tổng đài viên"
role = "operator"

[[template]]
code = "result"
text = "Xong"

[[norm]]
code = "holes"
services = ["roads.pothole"]
acknowledge_hours = 1
working_time = ["acknowledge"]

[[contact_point]]
code = "duty"
agency = "company"
name = "Trực ban"
role = "officer"
email = "truc@example.vn"
phone = "0903 123 456"

[[shift]]
code = "day"
name = "Ca ngày"
start = 06:00:00
end = 18:00:00

[[shift]]
code = "night"
name = "Ca đêm"
start = 18:00:00
end = 06:00:00

[[publication]]
code = "roads"
groups = ["roads"]
automatic = true
delay_hours = 24
decimals = 2
"""


def seed_of(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "city.toml").write_text(text, "utf-8")
    return folder


def test_the_small_seed_is_good(tmp_path: Path) -> None:
    catalogue = load_catalogue(seed_of(tmp_path / "seed", GOOD))
    assert catalogue.version == "none"
    (rule,) = catalogue.rules
    assert (rule.code, rule.service, rule.wards) == ("roads.rest", "roads.pothole", ("26740",))
    assert catalogue.calendar.extra_days == {date(2026, 1, 10): 5}
    assert catalogue.accounts["officer-company"].agency == "company"
    assert catalogue.norms[0].working_time == ("acknowledge",)
    assert catalogue.contact_points[0].phone == "+84903123456"
    assert [s.code for s in catalogue.shifts] == ["day", "night"]
    assert catalogue.publications[0].decimals == 2


def test_working_hours_change_on_their_day(tmp_path: Path) -> None:
    text = GOOD + "\n[[work_hours]]\nweekdays = [5]\nstart = 08:00:00\nend = 10:00:00\n"
    text += "valid_from = 2026-06-01\n"
    calendar = load_catalogue(seed_of(tmp_path / "seed", text)).calendar
    assert stretches_of(date(2026, 5, 29), calendar) == ((time(7, 30), time(11, 30)),)
    assert stretches_of(date(2026, 6, 5), calendar) == ((time(8), time(10)),)
    assert stretches_of(date(2026, 6, 1), calendar) == ()  # the new set has no Monday


def test_a_city_adds_lines_of_its_own_in_a_folder_of_its_own(tmp_path: Path) -> None:
    shipped = seed_of(tmp_path / "seed", GOOD)
    own = seed_of(tmp_path / "own", """
[seed]
version = "city-1"

[[contact_point]]
code = "head"
agency = "company"
name = "Giám đốc"
role = "supervisor"
phone = "0903 123 457"
""")  # fmt: skip
    catalogue = load_catalogue(shipped, extra=own)
    assert [p.code for p in catalogue.contact_points] == ["duty", "head"]
    assert catalogue.version == "city-1"
    (own / "city.toml").write_text('[[contact_point]]\nrole = "boss"\n', "utf-8")
    with pytest.raises(InputError) as refused:
        load_catalogue(shipped, tmp_path / "none.tsv", own)
    assert (refused.value.params["file"], refused.value.params["line"]) == ("city.toml", 2)
    with pytest.raises(InputError, match="seed_missing"):
        load_catalogue(shipped, extra=tmp_path / "nothing")


@pytest.mark.parametrize(
    ("good", "bad", "what"),
    [
        ('working_time = ["acknowledge"]', 'working_time = ["sleep"]', "unknown_clock"),
        ("acknowledge_hours = 1\n", "acknowledge_hours = 0\n", "not_number"),
        ('services = ["roads.pothole"]\nack', 'services = ["x"]\nack', "unknown_service"),
        ('agency = "company"\nname', 'agency = "nobody"\nname', "unknown_agency"),
        ('role = "officer"\nemail', 'role = "auditor"\nemail', "unknown_role"),
        ('phone = "0903 123 456"', 'phone = "028 3822 1234"', "not_mobile"),
        ('email = "truc@example.vn"', 'email = "truc"', "not_email"),
        ("end = 18:00:00", "end = 17:00:00", "shifts_gap"),
        ("decimals = 2", "decimals = 9", "not_number"),
        ('code = "night"', 'code = "day"', "duplicate_code"),
        ('name = "Ổ gà"\n', "", "missing"),
        ('name = "Ổ gà"', 'name = " "', "missing"),
        ('name = "Ổ gà"', "name = 5", "not_text"),
        ('group = "roads"', 'group = "road"', "unknown_group"),
        ('groups = ["roads"]', 'groups = ["road"]', "unknown_group"),
        ("resolve_hours = 24", 'resolve_hours = "24"', "not_number"),
        ("resolve_hours = 24", "resolve_hours = -1", "not_number"),
        ("resolve_hours = 24", "resolve_hours = true", "not_number"),
        ("resolve_hours = 24", "resolve_hours = nan", "not_number"),
        ("resolve_hours = 24", "resolve_hours = inf", "not_number"),
        ("resolve_hours = 24\n", "", "missing"),
        ('keywords = ["ổ gà"]', 'keywords = "ổ gà"', "not_list"),
        ('keywords = ["ổ gà"]', 'keywords = [""]', "not_list"),
        ('questions = ["injured"]', 'questions = ["hurt"]', "unknown_question"),
        ('match_on = ["pole"]', 'match_on = ["plate"]', "unknown_attribute"),
        ('attributes = [{ code = "pole", label = "Số trụ" }]', "attributes = 3", "not_list"),
        (
            'attributes = [{ code = "pole", label = "Số trụ" }]',
            'attributes = [{ code = "pole" }]',
            "bad_attribute",
        ),
        ('priority = "urgent"', 'priority = "now"', "unknown_priority"),
        ('kind = "company"', 'kind = "firm"', "unknown_kind"),
        ('kind = "reject"', 'kind = "no"', "unknown_kind"),
        ('agency = "company"', 'agency = "firm"', "unknown_agency"),
        ('services = ["roads.pothole"]', 'services = ["x"]', "unknown_service"),
        ('services = ["roads.pothole"]', 'group = "x"', "unknown_group"),
        ('road_class = "city"', 'road_class = "big"', "unknown_road_class"),
        ('wards = ["Phường Sài Gòn"]', 'wards = ["Phường 5"]', "unknown_ward"),
        ('wards = ["Phường Sài Gòn"]', 'areas = ["q1"]', "unknown_area"),
        ("valid_from = 2013-04-01", 'valid_from = "2013-04-01"', "bad_date"),
        ("valid_from = 2013-04-01", "valid_to = 2012-04-01", "ends_before_start"),
        ("date = 2026-01-01\n", "", "missing"),
        ("start = 07:30:00", 'start = "07:30"', "bad_time"),
        ("end = 11:30:00", "end = 07:00:00", "ends_before_start"),
        ("weekdays = [1, 5]", "weekdays = [0]", "bad_weekday"),
        ("weekdays = [1, 5]", "weekdays = 5", "not_list"),
        ("weekday = 5", "weekday = 8", "bad_weekday"),
        ('role = "operator"', 'role = "boss"', "unknown_role"),
        ('role = "operator"', 'role = "officer"\nagency = "firm"', "unknown_agency"),
        ("match_on", "provisional = 1\nmatch_on", "not_flag"),
    ],
)
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, good: str, bad: str, what: str) -> None:
    assert GOOD.count(good) >= 1
    text = GOOD.replace(good, bad, 1)
    with pytest.raises(InputError) as caught:
        load_catalogue(seed_of(tmp_path / "seed", text))
    params = caught.value.params
    assert (caught.value.code, params["file"], params["what"]) == ("seed_error", "city.toml", what)
    line = text.splitlines()[int(str(params["line"])) - 1]
    key = str(params["key"])
    absent = what == "missing" and good.endswith("\n")
    assert line.startswith("[[") if absent else line.startswith(key), (line, key)


@pytest.mark.parametrize(
    ("more", "what", "line_text"),
    [
        (
            '[[group]]\ncode = "roads"\nname = "x"\nname_en = "x"\norder = 2\n',
            "duplicate_code",
            "code",
        ),
        ("[[holiday]]\ndate = 2026-01-01\nname = 'x'\n", "duplicate_code", "date"),
        (
            '[[rule]]\ncode = "roads.rest"\norder = 2\nagency = "company"\nreason = "x"\n',
            "duplicate_code",
            "code",
        ),
        ("[[nonsense]]\ncode = 1\n", "unknown_table", "[[nonsense]]"),
        ("[nonsense]\ncode = 1\n", "unknown_table", "[nonsense]"),
    ],
)
def test_a_second_item_is_told_at_its_own_line(
    tmp_path: Path, more: str, what: str, line_text: str
) -> None:
    text = f"{GOOD}\n{more}"
    with pytest.raises(InputError) as caught:
        load_catalogue(seed_of(tmp_path / "seed", text))
    params = caught.value.params
    assert params["what"] == what
    number = int(str(params["line"]))
    assert number > GOOD.count("\n")
    assert text.splitlines()[number - 1].startswith(line_text)


def test_wrong_syntax_and_bytes_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_catalogue(seed_of(tmp_path / "a", "[[group]]\ncode = \n"))
    assert (caught.value.params["what"], caught.value.params["line"]) == ("syntax", 2)
    folder = seed_of(tmp_path / "b", "")
    (folder / "city.toml").write_bytes(b"code = '\xff'")
    with pytest.raises(InputError) as caught:
        load_catalogue(folder)
    assert caught.value.params["what"] == "not_utf8"


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="seed_missing"):
        load_catalogue(tmp_path)


def test_a_broken_ward_table_is_told(tmp_path: Path) -> None:
    table = tmp_path / "wards.tsv"
    table.write_text("code\tname\tlat\tlong\n26740\tPhường Sài Gòn\tx\t106.7\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_wards(table)
    assert (caught.value.params["line"], caught.value.params["what"]) == (2, "bad_ward")


def test_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    folder = tmp_path / "seed"
    shutil.copytree(SEED_DIRECTORY, folder)
    (folder / "99-own.toml").write_text('[seed]\nversion = "own"\n', "utf-8")
    catalogue = load_catalogue(folder, WARDS_FILE)
    assert catalogue.version.endswith("+own")
