"""What an agency may read of a request that several agencies have. It reads its own part in full.
Of another agency's assignment it reads only that it exists and its state, because the state of the
request follows from it. The centre does the same in SQL; this module serves a workstation that has
everything.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import cast
from uuid import UUID

from console.domain.desk.notices import own_words
from console.domain.requests import events as e
from console.domain.requests import wish_events as w
from console.domain.requests.codec import fact_body, fact_of, kind_of

OTHER = "other-"
"""Prefix of the stand-in name for an agency that must stay unnamed."""
HIDDEN: tuple[type[e.Fact], ...] = (
    e.ReporterRecorded, e.MessageQueued, e.MessageDelivered,
    w.WishReceived, w.WishAnswered, w.WishExtended, w.WishDone, w.WishRefused,
)  # fmt: skip
"""Facts that name the reporter or quote a message to the reporter; never shown to an agency."""
STEPS: tuple[type[e.Fact], ...] = (
    e.RequestForwarded,
    e.AssignmentAccepted,
    e.AssignmentRefused,
    e.WorkStarted,
    e.ExtensionAsked,
    e.ExtensionGranted,
    e.ResultReported,
    e.ClockMoved,
)
"""Facts about the assignment of the agency they name; the request's state follows from them."""

_KEPT = frozenset(
    {"due_at", "acknowledge_due_at", "committed_at", "callback_due_at", "order", "since", "until"}
)
_SAID: dict[str, dict[str, object]] = {
    "assignment_refused": {"reason": ""},
    "extension_asked": {"reason": ""},
    "result_reported": {"resolution_code": "", "text": ""},
}
_WORDS: dict[str, object] = {
    "reason": None,
    "resolution_code": None,
    "result_text": None,
    "photos": [],
}

type Naming = Callable[[UUID, str], str]
type _Body = dict[str, object]


def for_agency(event: e.StoredEvent, mine: str, name: Naming) -> e.StoredEvent | None:
    """The event as this agency may read it; None when it may not read it at all.

    Args:
        event: of a request that the agency was ever given, or of a notice that concerned it.
        mine: the agency's code.
        name: what to call another agency on a request; begins with `OTHER`.
    """
    fact, kind = event.fact, kind_of(event.fact)
    if isinstance(fact, HIDDEN):
        return None
    if isinstance(fact, e.NoticeIssued):
        return replace(event, fact=own_words(fact, mine))
    body = fact_body(fact)
    if isinstance(fact, e.StepTakenBack):
        if event.agency in (None, mine) and set(_agencies(fact)) <= {mine}:
            return event
        return _anonymous(event, mine, name, _taken_back(event, body, mine, name))
    whose = body.get("agency", event.agency)
    if whose is None or whose == mine:
        return event
    if not isinstance(fact, STEPS):
        return None
    kept = {key: value for key, value in body.items() if key in _KEPT}
    called = {"agency": name(event.request_id, str(whose))}
    return _anonymous(event, mine, name, kept | _SAID.get(kind, {}) | called)


def _agencies(fact: e.StepTakenBack) -> Iterator[str]:
    """The agencies whose parts it quotes, both as restored and as they were before."""
    yield from (each.agency for each in fact.before.assignments)
    yield from (part.partition(":")[0] for part in fact.seen.split(" ")[1:])


def _anonymous(event: e.StoredEvent, mine: str, name: Naming, body: _Body) -> e.StoredEvent:
    """With this body, and without the actor's name if the actor belongs to another agency."""
    narrowed = replace(event, fact=fact_of(kind_of(event.fact), body))
    if event.agency is None or event.agency == mine:
        return narrowed
    called = name(event.request_id, event.agency)
    return replace(narrowed, actor="", workstation="", agency=called)


def _taken_back(event: e.StoredEvent, body: _Body, mine: str, name: Naming) -> _Body:
    """The event quotes how the request stood, including every agency's part."""
    first, *parts = str(body["seen"]).split(" ")
    seen = [first]
    for part in parts:
        agency, _, rest = part.partition(":")
        shown = agency if agency == mine else name(event.request_id, agency)
        seen.append(f"{shown}:{rest}")
    before = dict(cast("Mapping[str, object]", body["before"]))
    assignments: list[_Body] = []
    notes: object = None
    for each in cast("list[_Body]", before["assignments"]):
        if each["agency"] == mine:
            assignments.append(each)
            if each["result_text"] == before["status_notes"]:
                notes = each["result_text"]
        else:
            called = {"agency": name(event.request_id, str(each["agency"]))}
            assignments.append(each | _WORDS | called)
    reason = body["reason"] if event.agency in (None, mine) else ""
    return body | {
        "seen": " ".join(seen),
        "before": before | {"assignments": assignments, "status_notes": notes},
        "reason": reason,
    }


def own_part(events: Iterable[e.StoredEvent], mine: str) -> Iterator[e.StoredEvent]:
    """The events of one request, in order, with other agencies' parts reduced. Facts that name the
    reporter stay: screens and commands judge those by the citizen's consent.
    """
    called: dict[str, str] = {}

    def name(_request: UUID, agency: str) -> str:
        return called.setdefault(agency, f"{OTHER}{len(called) + 1}")

    for event in events:
        if isinstance(event.fact, HIDDEN):
            yield event
        elif (shown := for_agency(event, mine, name)) is not None:
            yield shown
