"""Turns codes into the words a person reads, Vietnamese and English.

An error is one sentence: what happened and what to do. The other files of this folder hold
sentences and labels; this one chooses and fills them.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

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
"""Parameters whose values are codes."""
_NUMBERED = {
    "cms_": ("cms_error", "n"),
    "cme_": ("cme_error", "n"),
    "sms_status_": ("sms_status", "n"),
    "smtp_": ("smtp_refused", "n"),
    "bounced_": ("bounced_with_code", "n"),
} | {f"sms_{why}": ("sms_not_encodable", "why") for why in labels.PDU_FAULTS}
"""Codes with a device's number or the codec's reason -> (sentence, its parameter)."""
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
"""Every error code."""
VALUE_LIMIT = 300
"""Characters of one value in a sentence; longer ones would bury it."""


def fill(template: str, values: Mapping[str, object]) -> str:
    """Replace each `{name}` of the template; unknown names stay, values are not expanded."""
    return re.sub(r"\{(\w+)\}", lambda m: str(values[m[1]]) if m[1] in values else m[0], template)


def _pick(pair: Pair, lang: str) -> str:
    return pair[1] if lang == "en" else pair[0]


def _word(table: Mapping[str, Pair], value: object, lang: str) -> str:
    """The word for a code; an unknown code of a newer console stays as it is."""
    key = str(value)
    return _pick(table[key], lang) if key in table else key


class _Namer(Protocol):
    def __call__(self, code: str | int, lang: str = "vi") -> str: ...


def _namer(table: Mapping[str, Pair]) -> _Namer:
    """A function that names a code of this table."""

    def name(code: str | int, lang: str = "vi") -> str:
        return _word(table, code, lang)

    return name


# --- sentences


def say(error: ConsoleError, lang: str = "vi") -> str:
    """What happened and what to do."""
    return sentence(error.code, error.params, lang)


def sentence(code: str, params: Mapping[str, object] | None = None, lang: str = "vi") -> str:
    """The sentence of an error code; an unknown code is shown for IT."""
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


# --- names of codes


audit_act = _namer(AUDIT_ACTS)
"""`khóa máy`."""


def act_name(act: str, lang: str = "vi") -> str:
    """`xem số điện thoại`, or of a step of a request `chuyển đơn vị`."""
    if act in AUDIT_ACTS:
        return audit_act(act, lang)
    said = event_name(act, lang)
    return said[:1].lower() + said[1:]


state_name = _namer(labels.STATES)
"""`Đang xử lý`; an assignment's state is a request's state."""
priority_name = _namer(labels.PRIORITIES)
"""`Khẩn`."""
channel_name = _namer(labels.CHANNELS)
"""`Tin nhắn`."""
contact_state_name = _namer(labels.CONTACT_STATES)
"""`Mới`."""
outcome_name = _namer(labels.OUTCOMES)
"""`Không nghe máy`."""
verdict_name = _namer(labels.VERDICTS)
"""`Hài lòng`."""
delivery_name = _namer(labels.DELIVERIES)
"""`đã gửi`."""
purpose_name = _namer(labels.PURPOSES)
"""`Báo kết quả`."""
role_name = _namer(labels.ROLES)
"""`Ca trưởng`."""
event_name = _namer(labels.EVENTS)
"""A stored event in the history, by its kind in snake case: `Chuyển đơn vị`."""
agent_state_name = _namer(labels.AGENT_STATES)
"""An operator's state in the queue: `sẵn sàng`."""
clock_name = _namer(labels.CLOCK_NAMES)
"""`xử lý`."""
level_name = _namer(labels.LEVEL_NAMES)
"""How far a clock has run: `đã hết hạn`."""
duplicate_reason = _namer(labels.DUPLICATES)
"""Why a request is a likely duplicate: `cùng xe`."""


def routing_note(code: str, owner: str, lang: str = "vi") -> str:
    """Why an asset's owner did not get the report: `chủ tài sản … không có trong danh mục`."""
    return fill(_word(labels.ROUTING_NOTES, code, lang), {"owner": owner})


field_name = _namer(labels.FIELDS)
"""A field of a request: `địa chỉ`."""


def changed_field(field: str, catalogue: Catalogue, lang: str = "vi", service: str = "") -> str:
    """A changed field within a sentence; for a question of the service, its label: `biển số xe`."""
    if (code := code_of(field)) is None:
        return field_name(field, lang)
    asked = catalogue.question(code, service) or code
    return asked if asked[1:2].isupper() else asked[:1].lower() + asked[1:]


closing_reason = _namer(labels.CLOSINGS)
"""The reason a rule gives for a closing; a person's own words stay."""


def proposed_reminder(lang: str = "vi") -> str:
    """The default text of a reminder to an agency."""
    return _word(labels.REMINDERS, "agency", lang)


wish_name = _namer(WISHES)
"""A citizen's wish about their data: `xóa dữ liệu`."""


def wish_state(wish: Wish, lang: str = "vi") -> str:
    """The state of a wish: `đã trả lời, đang làm`."""
    word = "extended" if wish.extended else "answered" if wish.answered_at else "received"
    return _word(WISH_STATES, word if wish.is_open else wish.state, lang)


flag_name = _namer(labels.CONTACT_FLAGS)
"""A flag of a contact: `nghi tin rác`."""
# --- status line


def link_name(link: str, lang: str = "vi") -> str:
    """The name of a link: `Tổng đài`, `Modem gsm1`."""
    kind, _, name = link.partition(":")
    return " ".join(part for part in (_word(labels.LINKS, kind, lang), name) if part)


def link_text(event: LinkChanged, lang: str = "vi") -> str:
    """The state of a link in a few words, for the status line."""
    pending = event.params.get("pending", 0)
    if event.link == "central" and event.state in ("up", "warn") and pending:
        return fill(_word(labels.LINK_STATES, "pending", lang), {"n": pending})
    if event.link == "central" and event.state in ("up", "warn") and event.params.get("fetching"):
        return fill(_word(labels.LINK_STATES, "fetching", lang), {"n": event.params["fetching"]})
    # A warning has its own sentence; "all sent" remains true.
    if event.link == "central" and event.state in ("up", "warn"):
        return _word(labels.LINK_STATES, "synced", lang)
    return _word(labels.LINK_STATES, event.state, lang)


def link_detail(event: LinkChanged, lang: str = "vi") -> str:
    """The sentence about a link's state, or ""; for a failing link with tries and next attempt."""
    if not event.detail:
        return ""
    said = sentence(event.detail, event.params, lang)
    if event.state != "down" or "tries" not in event.params:
        return said
    return f"{said} {sentence('tried_again', event.params, lang)}"
