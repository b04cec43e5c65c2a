"""From codes to the words a person reads, Vietnamese and English: errors, events, closed sets.

An error is one sentence that says what happened and what to do. The sentences are in
`wording/errors.py`, the words in `wording/words.py`; this file chooses and fills them.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from console.domain import states as s
from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import ConsoleError
from console.domain.live_events import LinkChanged
from console.domain.privacy.wishes import Wish
from console.domain.requests.answers import code_of
from console.domain.requests.numbering import spoken
from console.domain.text.cleaning import clean_line
from console.domain.time_zone import CITY
from console.services.wording import labels
from console.services.wording.central import CENTRAL_SENTENCES
from console.services.wording.channels import CHANNEL_SENTENCES
from console.services.wording.devices import DEVICE_SENTENCES
from console.services.wording.errors import RULE_SENTENCES
from console.services.wording.files import FILE_SENTENCES
from console.services.wording.notices import NOTICE_SENTENCES
from console.services.wording.orders_and_shifts import DESK_SENTENCES
from console.services.wording.people import AUDIT_ACTS, PEOPLE_SENTENCES
from console.services.wording.privacy import PRIVACY_SENTENCES, WISH_STATES, WISHES
from console.services.wording.reports import REPORT_SENTENCES
from console.services.wording.seed import SEED_FAULTS

type Pair = tuple[str, str]

_WORDS_OF = {
    "state": labels.CALL_STATES | labels.STATES,
    "role": labels.ROLES,
    "action": labels.ACTIONS,
    "outcome": labels.OUTCOMES,
    "field": labels.FIELDS,
    "why": labels.PDU_FAULTS,
}
"""Parameters whose values are codes themselves."""
_NUMBERED = {
    "cms_": ("cms_error", "n"),
    "cme_": ("cme_error", "n"),
    "sms_status_": ("sms_status", "n"),
    "smtp_": ("smtp_refused", "n"),
    "bounced_": ("bounced_with_code", "n"),
} | {f"sms_{why}": ("sms_not_encodable", "why") for why in labels.PDU_FAULTS}
"""Codes that carry a device's own number or the codec's reason -> sentence, its parameter."""
SENTENCES: dict[str, Pair] = (
    RULE_SENTENCES
    | DEVICE_SENTENCES
    | FILE_SENTENCES
    | PEOPLE_SENTENCES
    | CENTRAL_SENTENCES
    | CHANNEL_SENTENCES
    | REPORT_SENTENCES
    | NOTICE_SENTENCES
    | DESK_SENTENCES
    | PRIVACY_SENTENCES
)
"""Every error code that there is."""
VALUE_LIMIT = 300
"""Characters of one value in a sentence; more would hide the sentence."""


def fill(template: str, values: Mapping[str, object]) -> str:
    """The template with `{name}` replaced; unknown names stay, a value is never read as one."""
    return re.sub(r"\{(\w+)\}", lambda m: str(values[m[1]]) if m[1] in values else m[0], template)


def _pick(pair: Pair, lang: str) -> str:
    return pair[1] if lang == "en" else pair[0]


def _word(table: Mapping[str, Pair], value: object, lang: str) -> str:
    """The word for a code; a code from a newer console stays itself."""
    key = str(value)
    return _pick(table[key], lang) if key in table else key


# --- sentences


def say(error: ConsoleError, lang: str = "vi") -> str:
    """What happened and what to do."""
    return sentence(error.code, error.params, lang)


def sentence(code: str, params: Mapping[str, object] | None = None, lang: str = "vi") -> str:
    """The sentence of an error code; one without a sentence names itself for IT."""
    given = dict(params or {})
    for start, (general, name) in _NUMBERED.items():
        if code not in SENTENCES and code.startswith(start):
            given = {name: code.removeprefix(start) or code.removeprefix("sms_"), **given}
            code = general
    pair = SENTENCES.get(f"{code}_{given.get('cause')}") or SENTENCES.get(code)
    if pair is None:
        return fill(_pick(SENTENCES["unknown_code"], lang), {"code": code})
    shown = {name: _shown(name, value, lang) for name, value in given.items()}
    if code == "seed_error":
        shown["what"] = _word(SEED_FAULTS, given.get("what", ""), lang)
    for name in re.findall(r"\{(\w+)\}", _pick(pair, lang)):
        shown.setdefault(name, "?")
    return " ".join(fill(_pick(pair, lang), shown).split())


def _shown(name: str, value: object, lang: str) -> str:
    """A parameter as a person reads it."""
    if value is None:
        return "(trống)" if lang == "vi" else "(empty)"
    if isinstance(value, datetime):
        return moment(value)
    text = clean_line(str(value), VALUE_LIMIT)
    if name in _WORDS_OF:
        return _word(_WORDS_OF[name], text, lang)
    if name in ("number", "parent"):
        return spoken(text)
    return _moment_of(text) if name in ("committed", "start") else text


def _moment_of(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment(at) if at.tzinfo else text


def moment(at: datetime) -> str:
    """A time in the city, `14:05 24/11/2026`."""
    return f"{at.astimezone(CITY):%H:%M %d/%m/%Y}"


# --- words of the closed sets


def audit_act(act: str, lang: str = "vi") -> str:
    """`khóa máy`."""
    return _word(AUDIT_ACTS, act, lang)


def act_name(act: str, lang: str = "vi") -> str:
    """`xem số điện thoại`, or of a step of a request `chuyển đơn vị`."""
    if act in AUDIT_ACTS:
        return audit_act(act, lang)
    said = event_name(act, lang)
    return said[:1].lower() + said[1:]


def state_name(state: s.State | s.AssignmentState, lang: str = "vi") -> str:
    """`Đang xử lý`; an assignment's state is a request's state."""
    return _word(labels.STATES, state.value, lang)


def priority_name(priority: s.Priority, lang: str = "vi") -> str:
    """`Khẩn`."""
    return _word(labels.PRIORITIES, priority.value, lang)


def channel_name(channel: s.Channel, lang: str = "vi") -> str:
    """`Tin nhắn`."""
    return _word(labels.CHANNELS, channel.value, lang)


def contact_state_name(state: s.ContactState, lang: str = "vi") -> str:
    """`Mới`."""
    return _word(labels.CONTACT_STATES, state.value, lang)


def outcome_name(outcome: s.Outcome | str, lang: str = "vi") -> str:
    """`Không nghe máy`."""
    return _word(labels.OUTCOMES, str(outcome), lang)


def verdict_name(verdict: s.Verdict, lang: str = "vi") -> str:
    """`Hài lòng`."""
    return _word(labels.VERDICTS, verdict.value, lang)


def delivery_name(state: s.DeliveryState, lang: str = "vi") -> str:
    """`đã gửi`."""
    return _word(labels.DELIVERIES, state.value, lang)


def purpose_name(purpose: s.Purpose, lang: str = "vi") -> str:
    """`Báo kết quả`."""
    return _word(labels.PURPOSES, purpose.value, lang)


def role_name(role: s.Role, lang: str = "vi") -> str:
    """`Ca trưởng`."""
    return _word(labels.ROLES, role.value, lang)


def event_name(kind: str, lang: str = "vi") -> str:
    """A stored event in the history, by its kind in snake case: `Chuyển đơn vị`."""
    return _word(labels.EVENTS, kind, lang)


def agent_state_name(state: str, lang: str = "vi") -> str:
    """Where the operator stands with the queue: `sẵn sàng`."""
    return _word(labels.AGENT_STATES, state, lang)


def clock_name(clock: str, lang: str = "vi") -> str:
    """`xử lý`."""
    return _word(labels.CLOCK_NAMES, clock, lang)


def level_name(level: int, lang: str = "vi") -> str:
    """How far a clock has run: `đã hết hạn`."""
    return _word(labels.LEVEL_NAMES, str(level), lang)


def duplicate_reason(reason: str, lang: str = "vi") -> str:
    """Why a request is a likely duplicate: `cùng xe`."""
    return _word(labels.DUPLICATES, reason, lang)


def routing_note(code: str, owner: str, lang: str = "vi") -> str:
    """Why an asset's owner did not get the report: `chủ tài sản … không có trong danh mục`."""
    return fill(_word(labels.ROUTING_NOTES, code, lang), {"owner": owner})


def field_name(field: str, lang: str = "vi") -> str:
    """A field of a request: `địa chỉ`."""
    return _word(labels.FIELDS, field, lang)


def changed_field(field: str, catalogue: Catalogue, lang: str = "vi", service: str = "") -> str:
    """A field that people change, inside a sentence; a question of the service as its form says it:
    `biển số xe`.
    """
    if (code := code_of(field)) is None:
        return field_name(field, lang)
    asked = catalogue.question(code, service) or code
    return asked if asked[1:2].isupper() else asked[:1].lower() + asked[1:]


def closing_reason(reason: str, lang: str = "vi") -> str:
    """A reason that the rules give when no person did; a person's own words stay."""
    return _word(labels.CLOSINGS, reason, lang)


def proposed_reminder(lang: str = "vi") -> str:
    """The words by which an agency is reminded where nobody writes others."""
    return _word(labels.REMINDERS, "agency", lang)


def wish_name(kind: str, lang: str = "vi") -> str:
    """What a citizen wishes of his data: `xóa dữ liệu`."""
    return _word(WISHES, kind, lang)


def wish_state(wish: Wish, lang: str = "vi") -> str:
    """Where the register stands with it: `đã trả lời, đang làm`."""
    word = "extended" if wish.extended else "answered" if wish.answered_at else "received"
    return _word(WISH_STATES, word if wish.is_open else wish.state, lang)


def flag_name(flag: str, lang: str = "vi") -> str:
    """What is odd about a contact: `nghi tin rác`."""
    return _word(labels.CONTACT_FLAGS, flag, lang)


# --- status line


def link_name(link: str, lang: str = "vi") -> str:
    """The outside thing that a link is: `Tổng đài`, `Modem gsm1`."""
    kind, _, name = link.partition(":")
    return " ".join(part for part in (_word(labels.LINKS, kind, lang), name) if part)


def link_text(event: LinkChanged, lang: str = "vi") -> str:
    """How it is, in a few words (CONTRACT.md, "Status line")."""
    pending = event.params.get("pending", 0)
    if event.link == "central" and event.state in ("up", "warn") and pending:
        return fill(_word(labels.LINK_STATES, "pending", lang), {"n": pending})
    if event.link == "central" and event.state in ("up", "warn") and event.params.get("fetching"):
        return fill(_word(labels.LINK_STATES, "fetching", lang), {"n": event.params["fetching"]})
    # A warning has its own sentence; that all is sent stays true.
    if event.link == "central" and event.state in ("up", "warn"):
        return _word(labels.LINK_STATES, "synced", lang)
    return _word(labels.LINK_STATES, event.state, lang)


def link_detail(event: LinkChanged, lang: str = "vi") -> str:
    """The sentence behind a link's state, "" when there is none; of one that is tried again and
    again, how often and when next.
    """
    if not event.detail:
        return ""
    said = sentence(event.detail, event.params, lang)
    if event.state != "down" or "tries" not in event.params:
        return said
    return f"{said} {sentence('tried_again', event.params, lang)}"
