"""What the fold of calls remembers: legs, rings, calls; and how Asterisk spells names and causes.

A leg is one channel, keyed by its Uniqueid, because its Linkedid may change in mid-call (T31). Pure
values and text; no events are made here.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from console.domain.text.cleaning import clean

_CHANNEL = re.compile(r"^(?P<tech>[^/]+)/(?P<endpoint>.+?)(?:-[0-9a-f]{6,8})?(?:;[12])?$")
_SHORT = re.compile(r"^\d{2,6}$")
_BUSY = frozenset(("486", "600"))
_REJECTED = frozenset(("603", "403", "607", "608"))
_UNREACHABLE = frozenset(("404", "408", "410", "480", "484", "500", "502", "503", "504", "604"))
_ABSENT = frozenset(("1", "3", "18", "20", "22", "27", "28", "34", "38", "41", "42", "44", "58"))
"""Q.850 causes of a trunk that reports no SIP code: no such number, no route, no response, out of
order, congestion.
"""
DUMPED = "DUMPED"
"""Our own `DialStatus`: answered and hung up before being joined to the caller."""


def operator_of(interface: str) -> str:
    """The extension behind an interface or a setting: `PJSIP/101`, `Local/101@agents/n`, `101`."""
    name = interface.split("/", 1)[1] if "/" in interface else interface
    return clean(name.split("@")[0].split("/")[0], 80, lines=False).strip()


def endpoint_of(channel: str) -> str:
    """The endpoint in a channel's name: `PJSIP/101-0000001a` gives `101`."""
    match = _CHANNEL.match(channel)
    return match["endpoint"].split("@")[0] if match else ""


def is_local(channel: str) -> bool:
    """Local channels are Asterisk's own plumbing and never shown (T32)."""
    return channel.startswith("Local/")


def without_half(channel: str) -> str:
    """`Local/101@agents-00000001;2` without its half."""
    return channel.rpartition(";")[0]


def looks_internal(endpoint: str) -> bool:
    """Whether an endpoint is named like an extension: two to six digits."""
    return _SHORT.match(endpoint) is not None


def failure(status: str, cause: str, tech_cause: str) -> str:
    """Why a phone did not answer: busy, rejected, unreachable or no_answer.

    `DialEnd` says NOANSWER both for a busy phone and for one that declines; only the SIP code
    differs (T25).
    """
    if tech_cause in _REJECTED or cause == "21" or status == DUMPED:
        return "rejected"
    if tech_cause in _BUSY or cause == "17" or status == "BUSY":
        return "busy"
    if status in ("CHANUNAVAIL", "CONGESTION"):
        return "unreachable"
    # The causes of a phone that rang and was cancelled mean nothing: 0, 127, 487, 500 (T23).
    if status != "CANCEL" and (tech_cause in _UNREACHABLE - {"500"} or cause in _ABSENT):
        return "unreachable"
    return "no_answer"


@dataclass(slots=True)
class Leg:
    """One channel.

    Attributes:
        operator: the extension when this is an operator's phone, else None.
        hung: count of the message with which its own end hung up, 0 until then.
        soft: count of the message that told the PBX to hang it up during a talk.
        conference: id of the citizen's call whose conference this leg joined.
        passed_on: it transferred the citizen and may stay in the bridge for a moment.
        lifted: the operator who answered what this half of a Local channel dialled.
        behind: the Local channel that dialled it, without its half.
    """

    uid: str
    channel: str
    linkedid: str
    call_id: str
    operator: str | None = None
    local: bool = False
    number: str | None = None
    name: str | None = None
    place: tuple[str, str] = ("", "")
    up: bool = False
    bridge: str = ""
    hung: int = 0
    soft: int = 0
    tech_cause: str = ""
    cause: str = ""
    conference: str = ""
    passed_on: bool = False
    lifted: str = ""
    behind: str = ""


@dataclass(slots=True)
class Ring:
    """An operator's phone ringing for a call.

    Attributes:
        consult: an operator consults a colleague while the citizen waits.
        queued: the queue rings it; `AgentConnect` will report the answer.
        status: how the ringing ended, the first word that is not CANCEL.
    """

    operator: str
    at: datetime
    since: int
    uid: str
    consult: bool = False
    queued: bool = False
    status: str = ""
    ring_s: float | None = None

    @property
    def known(self) -> bool:
        """Whether the ring is over and the reason known: then the status is one of `failure`'s
        words.
        """
        return self.status.islower()


@dataclass(slots=True)
class Talk:
    """An operator in a call.

    Attributes:
        place: where the citizen's leg was in the dialplan then.
        known: False when we missed the beginning.
        consult: only consulted while the citizen waits.
        held_in: the operator's bridge when holding the citizen.
    """

    at: datetime
    since: int
    uid: str
    place: tuple[str, str] = ("", "")
    known: bool = True
    consult: bool = False
    held_in: str = ""


@dataclass(slots=True)
class Question:
    """Somebody outside whom an operator consults by `Atxfer`.

    Attributes:
        halves: its Local channel, without the half.
        uid: the leg that is being dialled.
        why: how the last trunk failed.
    """

    asker: str
    number: str
    halves: str
    uid: str
    answered: bool = False
    why: str = ""


@dataclass(slots=True)
class Call:
    """Everything under one linked id.

    Attributes:
        peer: Uniqueid of the citizen's leg (of the calling colleague's, for an internal call).
        owner: the operator who dials, for `out`.
        waiting: the caller is in the queue now.
        exit: how the queue ended for the caller, such as `timeout`.
        gave_up_at: when the queue reported abandonment although the caller had not hung up.
        closed: a last event was emitted; anything new opens the call again.
        answered: count of the message with the last answer, 0 when nobody ever answered.
        holders: operators who hold the other side.
        held_before: holders when the link was lost; no list tells whether they still hold.
        recording: off | on | muted | unknown.
        recorded: Uniqueid of the leg whose recording began first; the dialplan names the file so.
        originated: begun by an Originate: the operator's own phone rings first.
        outcome: the result of our call to a citizen.
        ref: the key given by the caller of `dial`.
        pressed: the operator who hung up by button.
        hint: the `Reason` of `AgentComplete`.
        handed_over: the last operator left by a transfer.
        onward: the result of that transfer so far: `answered`, a word of `failure`, how a queue
            ended, `unknown` inside one, "" when nobody was tried or nothing is known.
        sent_to, sent_at: target and time of the last transfer.
        asks, asked_by: id of the citizen's call that this operator wants to transfer: the
            operator's phone first calls a colleague or an agency (attended transfer by REFER).
        question: the outside consultation of one of its operators, by the exchange.
        together: the bridge in which the citizen was joined with the person consulted.
    """

    id: str
    direction: str = "in"
    queue: str | None = None
    peer: str = ""
    peer_number: str | None = None
    peer_name: str | None = None
    owner: str | None = None
    root: str = ""
    legs: set[str] = field(default_factory=set)
    rings: dict[str, Ring] = field(default_factory=dict)
    pending: dict[str, Ring] = field(default_factory=dict)
    talks: dict[str, Talk] = field(default_factory=dict)
    offered: bool = False
    waiting: bool = False
    exit: str = ""
    gave_up_at: datetime | None = None
    answered: int = 0
    holders: set[str] = field(default_factory=set)
    held_before: set[str] = field(default_factory=set)
    recordings: int = 0
    recording: str = "off"
    recorded: str = ""
    closed: bool = False
    certain: bool = True
    originated: bool = False
    outcome: str = ""
    ref: str = ""
    pressed: str = ""
    hint: str = ""
    handed_over: bool = False
    onward: str = ""
    sent_to: str = ""
    sent_at: datetime | None = None
    asks: str = ""
    asked_by: str = ""
    together: str = ""
    question: Question | None = None
