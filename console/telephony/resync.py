"""Make what we know agree with what the PBX lists after a lost link (10c).

`CoreShowChannels` lists legs with their bridges, `QueueStatus` members and waiting callers. A call
that we knew and that is not listed has ended, nobody knows how; one that is listed and that we did
not know is told from its beginning, as uncertain.
"""

from dataclasses import dataclass, field

from console.domain.text import clean
from console.telephony.ami_wire import Message
from console.telephony.callbook import CallBook
from console.telephony.legs import Call, Leg, operator_of


@dataclass(slots=True)
class Snapshot:
    """List items as they came.

    Attributes:
        channels: `CoreShowChannel`.
        queues: `QueueParams`.
        members: `QueueMember`.
        entries: `QueueEntry`; they have no Linkedid (T10).
    """

    channels: list[Message] = field(default_factory=list)
    queues: list[Message] = field(default_factory=list)
    members: list[Message] = field(default_factory=list)
    entries: list[Message] = field(default_factory=list)

    def add(self, message: Message) -> bool:
        """Keep a list item; False when it is none."""
        place = {
            "CoreShowChannel": self.channels,
            "QueueParams": self.queues,
            "QueueMember": self.members,
            "QueueEntry": self.entries,
        }.get(message.event)
        if place is not None:
            place.append(message)
        return place is not None


def reconcile_channels(book: CallBook, snapshot: Snapshot) -> None:
    """Close what is not listed, open what was not known."""
    listed = {message.get("Uniqueid"): message for message in snapshot.channels}
    _close_unlisted(book, set(listed))
    for uid, message in listed.items():
        leg = book.touch(message)
        if leg is not None and not leg.local:
            leg.bridge = message.get("BridgeId")
            if leg.operator:
                ringing = message.get("ChannelStateDesc") in ("Ringing", "Down")
                (book.agents.rings if ringing else book.agents.talks)(leg.operator, uid)
    entries = {message.get("Uniqueid"): message for message in snapshot.entries}
    before = {queue: tuple(ids) for queue, ids in book.queues.items()}
    for call in tuple(book.calls.values()):
        _reopen(book, call, listed, entries)
    for call in book.calls.values():
        root = book.legs.get(call.root)
        if call.offered and root is not None:
            book.asks(call, root)
    for queue, ids in book.queues.items():
        if before.get(queue, ()) != tuple(ids):
            lines = Call("", queue=queue)
            book.tell("queue_changed", lines, None, None, waiting=len(ids), calls=list(ids))


def _close_unlisted(book: CallBook, listed: set[str]) -> None:
    for leg in [leg for uid, leg in book.legs.items() if uid not in listed]:
        call = book.call_of(leg)
        if leg.operator and (talk := call.talks.get(leg.operator)) and talk.uid == leg.uid:
            call.certain = False
            book.leave(call, leg.operator, "unknown")
        ring = call.rings.get(leg.operator or "")
        if ring is not None and ring.uid == leg.uid:
            del call.rings[ring.operator]
        if leg.uid == call.peer:
            _peer_unlisted(book, call)
        if leg.operator:
            book.agents.gone(leg.operator, leg.uid)
        book.forget(leg)


def _peer_unlisted(book: CallBook, call: Call) -> None:
    call.certain = False
    for operator in tuple(call.talks):
        book.leave(call, operator, "unknown")
    if call.offered and not call.closed:
        call.closed = True
        book.tell("ended", call, None, "unknown", final=True)
    book.unqueue(call)
    call.peer = ""


def _reopen(
    book: CallBook, call: Call, listed: dict[str, Message], entries: dict[str, Message]
) -> None:
    if not call.peer:
        _find_peer(book, call, listed, entries)
    peer = book.legs.get(call.peer)
    if peer is None or peer.uid not in listed:
        return
    entry, message = entries.get(peer.uid), listed[peer.uid]
    was_known = call.offered
    in_queue = message.get("Application") == "Queue"
    if in_queue or entry is not None:
        named = entry.get("Queue") if entry else message.get("ApplicationData").split(",")[0]
        call.queue = call.queue or clean(named, 80, lines=False)
    talkers = [
        leg
        for leg in book.all_of(call)
        if book.is_operators(call, leg) and not leg.local and leg.bridge
        and leg.bridge == peer.bridge
    ]  # fmt: skip
    ringers = [
        leg
        for leg in book.all_of(call)
        if book.is_operators(call, leg) and not (leg.local or leg.up or leg.uid == call.root)
    ]
    call.waiting = (in_queue or entry is not None) and not peer.bridge
    if not was_known and not (call.waiting or talkers or ringers):
        return  # In an announcement or a mailbox; nobody at a desk is concerned.
    call.certain = was_known and call.certain
    if call.waiting:
        _wait(book, call, entry)
    elif was_known:
        book.unqueue(call)
    if call.direction != "out":
        book.offer(call, waited_s=entry.number("Wait") if entry else None)
    _tell_legs(book, call, talkers, ringers)
    call.certain = True


def _tell_legs(book: CallBook, call: Call, talkers: list[Leg], ringers: list[Leg]) -> None:
    for leg in ringers:
        book.ring(call, leg, leg.operator or "", queued=call.waiting)
    for leg in talkers:
        if leg.operator not in call.talks:
            call.certain = False
            call.recording = "unknown"
            book.answer(call, leg, leg.operator or "")
            call.talks[leg.operator or ""].known = False
        elif call.recording == "unknown":
            call.certain = False
            book.tell("recording", call, leg.operator, "unknown")


def _find_peer(
    book: CallBook, call: Call, listed: dict[str, Message], entries: dict[str, Message]
) -> None:
    """The citizen's leg: whoever stands in the queue, else the first that is no operator's."""
    legs = [leg for leg in book.all_of(call) if not leg.local]
    for leg in legs:
        message = listed.get(leg.uid)
        if leg.uid in entries or (message and message.get("Application") == "Queue"):
            book.set_peer(call, leg)
            return
    outside = [leg for leg in legs if leg.operator is None]
    root = book.legs.get(call.root)
    if not outside:
        room = any(message.get("Application") == "ConfBridge" for message in listed.values())
        if root is not None and len(legs) > 1 and not room:
            call.direction = "internal"
            book.set_peer(call, root, named=False)
        return
    if root is not None and root.operator is not None:
        call.direction, call.owner = "out", root.operator
        call.offered = True
    book.set_peer(call, min(outside, key=lambda leg: leg.uid), named=call.direction == "in")


def _wait(book: CallBook, call: Call, entry: Message | None) -> None:
    waiting = book.queues.setdefault(call.queue or "", [])
    if call.id not in waiting:
        position = int(entry.number("Position") or 0) if entry else 0
        waiting.insert(position - 1 if position > 0 else len(waiting), call.id)


def reconcile_queues(book: CallBook, snapshot: Snapshot) -> None:
    """Members as listed; who is not listed in a listed queue is a member no longer."""
    present: dict[str, set[str]] = {
        clean(message.get("Queue"), 80, lines=False): set() for message in snapshot.queues
    }
    for message in snapshot.members:
        book.agents.member(message)
        queue = clean(message.get("Queue"), 80, lines=False)
        present.setdefault(queue, set()).add(operator_of(message.get("Location")))
    for queue, operators in present.items():
        book.agents.forget_queue(queue, operators)
