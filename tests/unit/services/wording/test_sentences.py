"""Every code that the program can raise has a sentence in both languages; labels likewise."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest

from console.domain import states as s
from console.domain.calls import CallPhase
from console.domain.errors import ConsoleError, InputError, RefusedError
from console.domain.live_events import LinkChanged
from console.domain.requests import commands as c
from console.domain.requests import duplicates
from console.domain.requests import events as e
from console.domain.requests import wish_events as w
from console.domain.requests.decide.closing import (
    INFO_EXPIRED,
    NOBODY_TO_TELL,
    TOLD_IN_WRITING,
    UNREACHABLE,
)
from console.services.city_data.toml_tables import Item
from console.services.wording import labels
from console.services.wording import sentences as wording
from console.services.wording.seed import SEED_FAULTS
from console.telephony.modem.at import Answer
from tests.source_tree import sources

CONSOLE = Path(wording.__file__).parents[2]
ERRORS = {"ConsoleError", "RefusedError", "InputError", "UnavailableError", "ConflictError"}


@cache
def error_classes() -> set[str]:
    """Names of our error classes, with subclasses in other packages."""
    names = set(ERRORS)
    found = True
    classes = [n for _, tree in sources() for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    while found:
        more = {
            k.name
            for k in classes
            if any(isinstance(b, ast.Name) and b.id in names for b in k.bases)
        }
        found = not more <= names
        names |= more
    return names


def strings(node: ast.expr) -> Iterator[str]:
    """String constants that an expression may give: a literal, or the arms of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from strings(node.body)
        yield from strings(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from strings(value)


@cache
def raised_codes() -> dict[str, str]:
    """Code -> where it is raised: the first argument of our errors' constructors, of
    `super().__init__` in their subclasses, and of checks that pass a code on.
    """
    names = error_classes()
    codes: dict[str, str] = {}
    for file, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            own = name in ERRORS or (name in names and name != "PduError")
            inside = isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"
            if own or (inside and _in_error_class(tree, node, names)):
                for code in strings(node.args[0]):
                    codes[code] = f"{file.relative_to(CONSOLE)}:{node.lineno}"
    return codes


def _in_error_class(tree: ast.Module, call: ast.Call, names: set[str]) -> bool:
    return any(
        isinstance(k, ast.ClassDef) and k.name in names and call in ast.walk(k)
        for k in ast.walk(tree)
    )


def test_the_collector_sees_what_it_must() -> None:
    codes = raised_codes()
    assert {"unknown_service", "wrong_state", "changed_meanwhile", "disk_full"} <= set(codes)
    assert len(codes) > 60


def test_every_error_code_has_both_sentences() -> None:
    missing = {k: v for k, v in raised_codes().items() if k not in wording.SENTENCES}
    assert missing == {}


TELLING = {"Reply": 1, "LinkChanged": 2, "SendResult": 3, "health": 1, "_link": 1}
"""Who tells a code: name of the call -> place of the code among its arguments."""


def told_codes() -> dict[str, str]:
    """Codes of refusals, link details and message results, and where they are used."""
    codes: dict[str, str] = {}
    for file, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            name = node.func.attr if isinstance(node.func, ast.Attribute) else name
            if name not in TELLING:
                continue
            told = [k.value for k in node.keywords if k.arg in ("why", "detail")]
            told += node.args[TELLING[name] : TELLING[name] + 1]
            for code in (code for value in told for code in strings(value) if code):
                codes[code] = f"{file.relative_to(CONSOLE)}:{node.lineno}"
    return codes


def test_codes_told_by_lines_and_devices_have_sentences() -> None:
    told = told_codes()
    assert {"link_down", "sms_cut_off", "modem_missing", "modem_up"} <= set(told)
    assert {k: v for k, v in told.items() if k not in wording.SENTENCES} == {}


CARRYING = ("error", "why", "detail", "code")
"""Names under which a code travels: keywords of calls, variables, fields."""


def carried_codes() -> dict[str, str]:
    """Codes passed on as values, and codes made of a prefix and a device's number (`cms_38`), where
    one number stands for any.
    """
    codes: dict[str, str] = {}
    for file, tree in sources():
        if file.is_relative_to(CONSOLE / "ui"):
            continue
        for node in ast.walk(tree):
            for value in _carried(node):
                for code in (*strings(value), *_put_together(value)):
                    if re.fullmatch(r"[a-z][a-z0-9_]*", code):
                        codes[code] = f"{file.relative_to(CONSOLE)}:{node.lineno}"  # type: ignore[attr-defined]
    return codes


def _carried(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        yield from (k.value for k in node.keywords if k.arg in CARRYING)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "report":
            yield from node.args[3:4]
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {getattr(each, "id", getattr(each, "attr", "")) for each in targets}
        if names & set(CARRYING):
            yield node.value
        if any(name.endswith("_CODES") for name in names) and isinstance(node.value, ast.Dict):
            yield from node.value.values


def _put_together(value: ast.expr) -> Iterator[str]:
    """`cms_7` for `f"cms_{number}"`, also as an arm of a condition."""
    for node in ast.walk(value):
        if isinstance(node, ast.JoinedStr) and len(node.values) == 2:
            start = node.values[0]
            text = start.value if isinstance(start, ast.Constant) else ""
            if isinstance(text, str) and text.endswith("_"):
                yield text + "7"


def faults_of_writing() -> set[str]:
    """The codec's reasons why a message cannot be encoded as SMS."""
    tree = ast.parse((CONSOLE / "telephony" / "pdu" / "encoding.py").read_text("utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and n.args]
    return {
        code
        for call in calls
        if getattr(call.func, "id", "") == "PduError"
        for code in strings(call.args[0])
    }


def test_every_code_that_travels_can_be_said() -> None:
    codes = carried_codes()
    codes |= {f"sms_{why}": "encoding.py" for why in faults_of_writing()}
    del codes["sms_7"]  # stands for the encoding faults, which are listed one by one
    assert {"sms_status_7", "smtp_7", "disk_full", "interrupted", "sms_too_many_parts"} <= set(
        codes
    )
    for lang in ("vi", "en"):
        silent = {
            code: place
            for code, place in codes.items()
            if wording.sentence(code, lang=lang)
            == wording.sentence("unknown_code", {"code": code}, lang)
        }
        assert silent == {}


@pytest.mark.parametrize(
    "code",
    ["sms_no_number", "sms_too_many_parts", "sms_empty", "cms_500", "sms_status_41", "cme_10"]
    + [Answer(final).error for final in ("ERROR", "+CMS ERROR: 38", "+CME ERROR: 512")],
)
def test_what_a_modem_says_has_a_sentence(code: str) -> None:
    for lang in ("vi", "en"):
        said = wording.sentence(code, lang=lang)
        assert said != wording.sentence("unknown_code", {"code": code}, lang)
        assert "{" not in said
        assert "?" not in said


def test_a_devices_own_numbers_are_said() -> None:
    assert "(mã 38)" in wording.sentence("cms_38")
    assert "(code 41)" in wording.sentence("sms_status_41", lang="en")
    assert "quá nhiều phần" in wording.sentence("sms_too_many_parts")
    assert wording.sentence("pdu_refused", {"why": "not_hex"}) == (
        "Không đọc được tin SMS: không phải mã hex. Bản gốc được giữ lại."
    )
    assert wording.flag_name("suspect") == "nghi tin rác"


@pytest.mark.parametrize("code", sorted(wording.SENTENCES))
def test_a_sentence_is_one_line_in_each_language(code: str) -> None:
    vi, en = wording.SENTENCES[code]
    assert vi != en
    for text in (vi, en):
        assert text == text.strip()
        assert "\n" not in text
        assert text.count("{") == text.count("}")
    # Both languages name the same values.
    names = [set(re.findall(r"\{(\w+)\}", text)) for text in (vi, en)]
    assert names[0] == names[1]


def test_values_stand_in_the_sentence_as_people_read_them() -> None:
    error = RefusedError("wrong_state", state="forwarded", number="26001000019")
    assert "“Đã chuyển”" in wording.say(error)
    assert "“Forwarded”" in wording.say(error, "en")
    parent = RefusedError("already_merged", parent="26001000019")
    assert "26 001 00001 9" in wording.say(parent)
    role = RefusedError("role_may_not", role="officer", action="CloseRequest")
    assert wording.say(role) == (
        "Vai trò cán bộ đơn vị không được đóng phản ánh. Nhờ ca trưởng nếu cần."
    )
    over = RefusedError("call_is_over", state="missed")
    assert "nhỡ" in wording.say(over)
    date = RefusedError("date_not_later", committed="2026-11-24T02:00:00+00:00")
    assert "09:00 24/11/2026" in wording.say(date)
    odd = RefusedError("date_not_later", committed="mai")
    assert "mai" in wording.say(odd)
    at = RefusedError("date_not_later", committed=datetime(2026, 11, 24, 2, tzinfo=UTC))
    assert "09:00 24/11/2026" in wording.say(at)
    naive = RefusedError("date_not_later", committed="2026-11-24T02:00:00")
    assert "2026-11-24T02:00:00" in wording.say(naive)


def test_hostile_values_stay_values() -> None:
    error = InputError("unknown_service", service="{agency}\n\u202e<b>" + "a" * 9999)
    said = wording.say(error)
    assert "{agency} <b>" in said
    assert "\n" not in said
    assert len(said) < 500


def test_missing_and_empty_values_do_not_break_a_sentence() -> None:
    assert "“?”" in wording.sentence("unknown_service")
    race = ConsoleError("changed_meanwhile", field="ward_code", theirs=None, yours="27592")
    assert wording.say(race).startswith("Người khác vừa sửa phường/xã thành “(trống)”")
    assert "“(empty)”" in wording.say(race, "en")


def test_an_unknown_code_names_itself() -> None:
    assert "(mã brand_new)" in wording.say(ConsoleError("brand_new"))
    assert "(code brand_new)" in wording.say(ConsoleError("brand_new"), "en")


# --- words


@pytest.mark.parametrize(
    ("codes", "table"),
    [
        (s.State, labels.STATES),
        (s.AssignmentState, labels.STATES),
        (s.Priority, labels.PRIORITIES),
        (s.Channel, labels.CHANNELS),
        (s.ContactState, labels.CONTACT_STATES),
        (s.Outcome, labels.OUTCOMES),
        (s.Verdict, labels.VERDICTS),
        (s.DeliveryState, labels.DELIVERIES),
        (s.Purpose, labels.PURPOSES),
        (s.Role, labels.ROLES),
        (CallPhase, labels.CALL_STATES),
    ],
)
def test_every_member_has_a_word(codes: type[StrEnum], table: labels.Words) -> None:
    assert {member.value for member in codes} <= set(table)


PRODUCT_STATES = """
Nháp | Đã tiếp nhận | Chờ bổ sung | Từ chối | Trùng | Đã chuyển | Đơn vị đã nhận | Trả lại
| Đang xử lý | Gia hạn | Đơn vị báo xong | Đóng | Phản ánh lại | Hủy
"""


def test_the_words_of_states_are_the_products() -> None:
    said = [wording.state_name(state) for state in s.State]
    assert said == [word.strip() for word in PRODUCT_STATES.split("|")]


def test_every_stored_event_and_command_has_a_word() -> None:
    snake = re.compile(r"(?<!^)(?=[A-Z])")
    facts = {
        snake.sub("_", name).lower()
        for name, kind in (vars(e) | vars(w)).items()
        if isinstance(kind, type) and issubclass(kind, e.Fact) and name != "Fact"
    }
    assert facts == set(labels.EVENTS)
    commands = {
        name
        for name, kind in vars(c).items()
        if isinstance(kind, type) and issubclass(kind, c.Command)
    }
    assert commands - {"Command", "RequestCommand", "AssignmentCommand"} <= set(labels.ACTIONS)


def test_every_reason_given_by_rules_has_a_word() -> None:
    reasons = (INFO_EXPIRED, NOBODY_TO_TELL, TOLD_IN_WRITING, UNREACHABLE)
    assert set(reasons) == set(labels.CLOSINGS)
    assert wording.closing_reason("Ý của ca trưởng") == "Ý của ca trưởng"
    found = {
        duplicates.SAME_ASSET,
        duplicates.SAME_VEHICLE,
        duplicates.SAME_TRIP,
        duplicates.NEAR,
        duplicates.SAME_STREET,
        duplicates.OTHER_ASSET,
    }
    assert found == set(labels.DUPLICATES)


def test_each_name_function_speaks_both_languages() -> None:
    pairs = [
        (wording.priority_name, s.Priority.URGENT),
        (wording.channel_name, s.Channel.SMS),
        (wording.contact_state_name, s.ContactState.NEW),
        (wording.outcome_name, s.Outcome.BUSY),
        (wording.verdict_name, s.Verdict.SATISFIED),
        (wording.delivery_name, s.DeliveryState.SENT),
        (wording.purpose_name, s.Purpose.RESULT),
        (wording.role_name, s.Role.OPERATOR),
        (wording.event_name, "request_received"),
        (wording.agent_state_name, "ready"),
        (wording.duplicate_reason, "near"),
        (wording.field_name, "address"),
        (wording.closing_reason, "unreachable"),
        (wording.link_name, "pbx"),
    ]
    for name, value in pairs:
        assert name(value) != name(value, "en")
    assert wording.event_name("from_the_future") == "from_the_future"


def test_the_status_line_says_the_contracts_words() -> None:
    def central(state: str, **params: object) -> str:
        return wording.link_text(LinkChanged("central", state, params=params))

    assert central("up") == "đã đồng bộ"
    assert central("up", pending=3) == "chưa đồng bộ: 3"
    assert central("down", pending=3) == "mất kết nối"
    assert wording.link_text(LinkChanged("pbx", "up"), "en") == "up"
    assert wording.link_name("modem:gsm1") == "Modem gsm1"
    tried = {"host": "imap.vn", "cause": "x", "tries": 4, "again_s": 8}
    away = LinkChanged("mail", "down", "mail_down", tried)
    assert wording.link_detail(away).endswith("Đã thử 4 lần, thử lại sau 8 giây.")
    assert wording.link_detail(away, "en").endswith("Tried 4 times, next in 8 s.")
    down = LinkChanged("modem:gsm1", "down", "modem_down", {"device": "/dev/ttyUSB0"})
    assert "/dev/ttyUSB0" in wording.link_detail(down)
    assert wording.link_detail(LinkChanged("pbx", "up")) == ""


def test_times_are_the_citys() -> None:
    assert wording.moment(datetime(2026, 11, 24, 17, 5, tzinfo=UTC)) == "00:05 25/11/2026"


# --- seed faults


def test_every_seed_fault_has_words() -> None:
    told = set()
    for _, tree in sources():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "fault"
            ):
                told |= set(strings(node.args[0]))
            if isinstance(node, ast.keyword) and node.arg == "what":
                told |= set(strings(node.value))
    known = {what for what in told if what in SEED_FAULTS}
    assert {"missing", "duplicate_code", "unknown_agency", "syntax"} <= known
    item = Item("a.toml", 3, ("", "", "[[rule]]"), {})
    said = wording.say(item.fault("unknown_agency", "agency", "nobody"))
    assert said == (
        "Dữ liệu cài đặt sai ở a.toml, dòng 3: agency không có đơn vị này (nobody). "
        "Hãy sửa tệp này."
    )


def test_fill_never_reads_a_value_as_a_name() -> None:
    assert wording.fill("{a} {b} {c}", {"a": "{b}", "b": 2}) == "{b} 2 {c}"
