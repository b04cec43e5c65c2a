"""AMI messages in, call events out: which message means which step of a call.

A fold that never raises and needs no order that Asterisk does not guarantee. `CallTracker` follows
all calls. For a workstation it lets through what concerns that workstation and what everybody must
know (calls that nobody took, queues, operators). Comments name traps T... of
docs/reference/asterisk.md.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from console.domain.live_events import CallEvent
from console.services.ports.clock import Clock
from console.telephony.asterisk.calls import bridges, conferences, dialling, queues
from console.telephony.asterisk.calls.agents import AgentStates
from console.telephony.asterisk.calls.legs import operator_of
from console.telephony.asterisk.calls.reporter import CallReporter
from console.telephony.asterisk.calls.resync import Snapshot, reconcile_channels, reconcile_queues
from console.telephony.asterisk.wire import Message

log = logging.getLogger(__name__)


_EVERYBODY = frozenset(
    {"offered", "abandoned", "callback_requested", "claimed", "settled"}
    | {"queue_changed", "agent_changed", "link"}
)


def _member(book: CallReporter, message: Message) -> None:
    book.agents.member(message)


def _phone(book: CallReporter, message: Message) -> None:
    if book.is_phone(operator_of(message.get("Peer"))):
        book.agents.phone(message)


_HANDLERS: dict[str, Callable[[CallReporter, Message], None]] = {
    **dialling.HANDLERS,
    **queues.HANDLERS,
    **bridges.HANDLERS,
    **conferences.HANDLERS,
    "QueueMemberAdded": _member,
    "QueueMemberRemoved": _member,
    "QueueMemberPause": _member,
    "QueueMemberStatus": _member,
    "QueueMemberPenalty": _member,
    "PeerStatus": _phone,
}


class CallTracker:
    """Follows every call of a PBX from its AMI messages.

    Attributes:
        extension: this workstation's, such as `101`; None = report everything (trace, supervisors).
    """

    def __init__(
        self,
        extension: str | None = None,
        *,
        pbx: str = "pbx",
        clock: Clock | None = None,
        wrap_up: bool = True,
        all_seats: bool = False,
        trunks: Iterable[str] = (),
    ) -> None:
        """Nothing is known yet.

        Args:
            extension: `101` or `PJSIP/101`.
            pbx: name stored with calls.
            clock: for `seen_at`, and for messages without a time stamp.
            wrap_up: whether operators have wrap-up after a queue call.
            all_seats: also report what concerns other workstations only: one that keeps calls on
                disk must see each of them end.
            trunks: endpoints named like extensions that are lines to outside.
        """
        self.extension = operator_of(extension) if extension else None
        self._all_seats = all_seats or not extension
        self.agents = AgentStates(wrap_up=wrap_up)
        self.book = CallReporter(pbx, self.agents, trunks)
        self.book.at = clock() if clock else datetime.fromtimestamp(0, UTC)
        self._clock = clock
        self._pbx = pbx
        if self.extension:
            named = extension or ""
            self.agents.get(self.extension, named if "/" in named else "")

    # --- in and out

    def feed(self, message: Message) -> list[CallEvent]:
        """The events that this message makes; never raises, whatever came."""
        book = self.book
        book.count += 1
        book.at = self._time_of(message)
        try:
            book.touch(message)
            if (handler := _HANDLERS.get(message.event)) is not None:
                handler(book, message)
        except (KeyError, ValueError, OverflowError, OSError):
            # A malformed message; the calls go on without it.
            log.exception("AMI message not understood: %s", message.event)
        return self._told()

    def _told(self) -> list[CallEvent]:
        book = self.book
        for change in self.agents.changes():
            more = {"state": change.state, **change.more}
            book.out.append(
                CallEvent(
                    kind="agent_changed",
                    call_id="",
                    at=book.at,
                    pbx=self._pbx,
                    operator=change.operator,
                    reason=change.reason,
                    more=more,
                )
            )
        out, book.out = book.out, []
        return [event for event in out if self._concerns(event)]

    def _concerns(self, event: CallEvent) -> bool:
        own = self.extension
        if self._all_seats or event.operator == own or event.more.get("target") == own:
            return True
        if event.more.get("asked_by") == own:
            return True
        if event.kind == "offered":
            return event.operator is None
        if event.kind == "missed" and event.direction == "in" and "consult" not in event.more:
            return event.more.get("final") is True
        if event.kind in _EVERYBODY:
            return True
        call = self.book.calls.get(event.call_id)
        # The target of my attended transfer, or whoever joined my call, concerns me too.
        ours = event.operator is None or event.kind == "conferenced" or "consult" in event.more
        return ours and call is not None and own in call.talks

    def _time_of(self, message: Message) -> datetime:
        stamp = message.number("Timestamp")
        if stamp is not None and 0 < stamp < 4e9:
            return datetime.fromtimestamp(stamp, UTC)
        return self._clock() if self._clock else self.book.at

    def link(self, reason: str, at: datetime | None = None, /, **more: object) -> CallEvent:
        """The event that the link is up, down or resyncing."""
        at = at or (self._clock() if self._clock else self.book.at)
        return CallEvent(
            kind="link", call_id="", at=at, pbx=self._pbx, reason=reason, more=dict(more)
        )

    # --- input from the line

    def lost(self) -> None:
        """The link is gone: what we know of open calls is uncertain from now on."""
        for call in self.book.calls.values():
            call.certain = False
            call.recording = "unknown"
            call.recordings = 0
            call.held_before |= call.holders
            call.holders.clear()

    def open_calls(self) -> tuple[str, ...]:
        """Ids of the open calls."""
        return tuple(c.id for c in self.book.calls.values() if c.offered and not c.closed)

    def expect_guest(self, action_id: str, call_id: str, number: str) -> None:
        """An Originate of ours brings somebody into this call's conference."""
        self.book.guests[action_id] = (call_id, number)

    def expect_dial(self, action_id: str, number: str, ref: str, operator: str = "") -> None:
        """An Originate of ours is on its way; its call will carry `ref`."""
        self.book.dials[action_id] = (number, ref, operator or self.extension or "")

    def pressed_hangup(self, call_id: str) -> None:
        """This operator hung up by button; Asterisk would say that the caller did (T40)."""
        if (call := self.book.calls.get(call_id)) is not None and self.extension:
            call.pressed = self.extension

    def end_wrap_up(self, operator: str = "") -> list[CallEvent]:
        """Wrap-up is over for this operator, or for that one."""
        if operator or self.extension:
            self.agents.wrapped_up(operator or self.extension or "")
        self.book.at = self._clock() if self._clock else self.book.at
        return self._told()

    def apply(self, snapshot: Snapshot) -> list[CallEvent]:
        """Make our state agree with what the PBX lists (10c)."""
        return [*self.apply_channels(snapshot), *self.apply_queues(snapshot)]

    def apply_channels(self, snapshot: Snapshot) -> list[CallEvent]:
        """The legs: calls that ended meanwhile, calls that were not known."""
        self._tick()
        reconcile_channels(self.book, snapshot)
        return self._told()

    def apply_queues(self, snapshot: Snapshot) -> list[CallEvent]:
        """The members of the listed queues."""
        self._tick()
        reconcile_queues(self.book, snapshot)
        return self._told()

    def start_at(self, at: datetime) -> None:
        """The time used before the first message that has one."""
        self.book.at = at

    def _tick(self) -> None:
        self.book.count += 1
        if self._clock:
            self.book.at = self._clock()

    def snapshot(self) -> dict[str, object]:
        """What is known now, as plain values, for comparison."""
        return {
            "calls": {
                call.id: (
                    call.direction,
                    call.queue,
                    call.peer_number,
                    call.waiting,
                    tuple(sorted(call.talks)),
                    tuple(sorted(call.rings)),
                )
                for call in self.book.calls.values()
                if call.offered
            },
            "agents": self.agents.snapshot(),
            "queues": {queue: list(ids) for queue, ids in self.book.queues.items() if ids},
        }
