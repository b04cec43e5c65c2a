"""After a lost link: make our state agree with what the PBX lists (10c).

`CoreShowChannels` lists legs with their bridges, `QueueStatus` members and waiting callers. A known
call that is not listed has ended, nobody knows how. A listed call that we did not know is reported
from its beginning, as uncertain.
"""

from dataclasses import dataclass, field

from console.domain.text.cleaning import clean
from console.telephony.asterisk.calls.conferences import gather
from console.telephony.asterisk.calls.consultation import consultation_over, resume_consultation
from console.telephony.asterisk.calls.legs import Call, Leg, Ring, operator_of
from console.telephony.asterisk.calls.open_calls import age
from console.telephony.asterisk.calls.reporter import CallReporter
from console.telephony.asterisk.calls.steps import seconds
from console.telephony.asterisk.wire import Message


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


def reconcile_channels(book: CallReporter, snapshot: Snapshot) -> None:
    """Close what is not listed, open what was not known."""
    listed = {message.get("Uniqueid"): message for message in snapshot.channels}
    for uid in listed.keys() - book.legs.keys():
        book.touch(listed[uid])  # Known calls that continue with other legs stay known.
    _close_unlisted(book, set(listed))
    for uid, message in listed.items():
        leg = book.touch(message)
        if leg is not None:
            leg.bridge = message.get("BridgeId")
            if leg.operator and not leg.local:
                ringing = message.get("ChannelStateDesc") in ("Ringing", "Down")
                (book.agents.rings if ringing else book.agents.talks)(leg.operator, uid)
    entries = {message.get("Uniqueid"): message for message in snapshot.entries}
    before = {queue: tuple(ids) for queue, ids in book.queues.items()}
    for call in sorted(book.calls.values(), key=lambda one: age(one.id)):
        if (
            call.peer or not call.closed
        ):  # Otherwise the citizen is gone and whoever is left talks without them.
            _reopen(book, call, listed, entries)
    gather(book, _rooms(book, listed))
    for queue, ids in book.queues.items():
        if before.get(queue, ()) != tuple(ids):
            lines = Call("", queue=queue)
            book.tell("queue_changed", lines, None, None, waiting=len(ids), calls=list(ids))


def _rooms(book: CallReporter, listed: dict[str, Message]) -> dict[str, dict[str, Leg]]:
    rooms: dict[str, dict[str, Leg]] = {}
    for uid, message in listed.items():
        leg = book.legs.get(uid)
        if message.get("Application") == "ConfBridge" and leg is not None:
            room = clean(message.get("ApplicationData").split(",")[0], 80, lines=False)
            rooms.setdefault(room, {})[uid] = leg
    return rooms


def _close_unlisted(book: CallReporter, listed: set[str]) -> None:
    for leg in [leg for uid, leg in book.legs.items() if uid not in listed]:
        call = book.call_of(leg)
        if leg.operator and (talk := call.talks.get(leg.operator)) and talk.uid == leg.uid:
            call.certain = False
            book.leave(call, leg.operator, "unknown", goes_on=call.peer in listed)
        ring = next((one for one in call.rings.values() if one.uid == leg.uid), None)
        if ring is not None:
            _ring_unlisted(book, call, ring, listed)
        consultation_over(book, call, leg)
        if leg.uid == call.peer:
            _peer_unlisted(book, call, listed)
        book.agents.hung_up(leg.uid)
        if call.legs == {leg.uid} and call.offered and not call.closed:
            call.closed, call.certain = True, False
            who = call.owner if call.direction == "out" else None
            book.tell("ended", call, who, "unknown", outcome=call.outcome or None, final=True)
        book.hung_up(leg)  # Messages about it from before the lists may come after them.


def _ring_unlisted(book: CallReporter, call: Call, ring: Ring, listed: set[str]) -> None:
    """A direct call's phone was not answered, as far as anybody knows; a queue goes on."""
    del call.rings[ring.operator]
    direct = call.direction == "in" and not (ring.queued or ring.consult or call.asks)
    if direct and call.peer in listed and not call.talks:
        ring.status, ring.ring_s = "no_answer", seconds(book.at, ring.at)
        call.pending[ring.operator] = ring


def _peer_unlisted(book: CallReporter, call: Call, listed: set[str]) -> None:
    if (
        call.asks and call.legs & listed
    ):  # Transferred while ringing: the phone of the person consulted rings on.
        call.peer = ""
        return
    call.certain = False
    if call.direction == "out" and not call.answered and call.legs & listed:
        call.peer = (
            ""  # The next trunk may be tried; the final result comes with the operator's own phone.
        )
        return
    for operator in tuple(call.talks):
        book.leave(call, operator, "unknown")
    if call.offered and not call.closed:
        call.closed = True
        book.tell("ended", call, None, "unknown", final=True)
    book.unqueue(call)
    call.peer = ""


def _reopen(
    book: CallReporter, call: Call, listed: dict[str, Message], entries: dict[str, Message]
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
        _name_queue(call, message, entry)
    talkers, asked = _talkers(book, call, peer)
    _member_outside(book, call, peer, listed, talkers)
    ringers = _ringers(book, call)
    waits = entry is not None or (in_queue and not call.talks)
    call.waiting = waits and not peer.bridge
    if not was_known and not (call.waiting or call.talks or talkers or ringers):
        return  # In an announcement or a mailbox; it concerns no operator.
    call.certain = was_known and call.certain
    if (root := book.legs.get(call.root)) is not None:
        book.asks(call, root)
    if call.waiting:
        _wait(book, call, entry)
    elif was_known:
        book.unqueue(call)
    if call.direction != "out":
        book.offer(call, waited_s=entry.number("Wait") if entry else None)
    _tell_talkers(book, call, talkers)
    _lifted(book, call)
    _ring(book, call, [*ringers, *asked], listed)
    for leg in asked:
        book.answer(call, leg, leg.operator or "")
    resume_consultation(book, call)
    call.certain = True


def _ringers(book: CallReporter, call: Call) -> list[Leg]:
    """Operators' phones that ring for the call."""
    return [
        leg
        for leg in book.all_of(call)
        if book.is_operators(call, leg) and not (leg.local or leg.up or leg.uid == call.root)
    ]


def _ring(book: CallReporter, call: Call, legs: list[Leg], listed: dict[str, Message]) -> None:
    for leg in legs:
        if leg.operator not in call.talks:
            # The queue's own ring may outlast the place in it: the caller was transferred at this
            # very moment.
            by_queue = leg.uid in listed and listed[leg.uid].get("Application") == "AppQueue"
            book.ring(call, leg, leg.operator or "", queued=call.waiting or by_queue)


def _name_queue(call: Call, message: Message, entry: Message | None) -> None:
    named = entry.get("Queue") if entry else message.get("ApplicationData").split(",")[0]
    call.queue = call.queue or clean(named, 80, lines=False)


def _lifted(book: CallReporter, call: Call) -> None:
    """Behind a Local channel a phone rang and was answered meanwhile; whoever answered is gone."""
    for ring in tuple(call.rings.values()):
        half = book.legs.get(ring.uid)
        if half is not None and half.local and half.bridge:
            del call.rings[ring.operator]
            book.agents.hung_up(ring.uid)


def _talkers(book: CallReporter, call: Call, peer: Leg) -> tuple[list[Leg], list[Leg]]:
    """Operators who talk with the citizen, and the person one of them consults while the citizen
    waits.
    """
    phones = [one for one in book.all_of(call) if book.is_operators(call, one) and one.bridge]
    phones.sort(key=lambda one: age(one.uid))
    his = book.joined(peer.bridge)
    talkers = [one for one in phones if one.bridge in his]
    alone = peer.bridge and not any(
        one.bridge in his for one in book.legs.values() if one is not peer
    )
    if talkers or not alone:
        return talkers, []
    # `Atxfer`: the operator who asks shares a bridge with the first half of the Local channel.
    halves = {one.bridge for one in book.all_of(call) if one.channel.endswith(";1")}
    asking = [one for one in phones if one.bridge in halves][:1]
    question = book.joined(asking[0].bridge) if asking else set()
    return asking, [one for one in phones if one.bridge in question and one not in asking]


def _member_outside(
    book: CallReporter, call: Call, peer: Leg, listed: dict[str, Message], talkers: list[Leg]
) -> None:
    """A member on a mobile talks with the citizen: only the queue's Local channel has the member's
    name.
    """
    legs = [one for one in book.all_of(call) if not (one.local or one.operator or one is peer)]
    if talkers or call.talks or not (peer.bridge and legs):
        return
    for leg in book.all_of(call):
        member = operator_of(leg.channel)
        queued = listed.get(leg.uid, Message([])).get("Application") == "AppQueue"
        if queued and leg.local and leg.bridge == peer.bridge:
            call.certain = False
            book.answer(call, leg, member)
            call.talks[member].known = False


def _tell_talkers(book: CallReporter, call: Call, talkers: list[Leg]) -> None:
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
    book: CallReporter, call: Call, listed: dict[str, Message], entries: dict[str, Message]
) -> None:
    """The citizen's leg: the one in the queue, else the first that is no operator's."""
    legs = [leg for leg in book.all_of(call) if not leg.local]
    for leg in legs:
        message = listed.get(leg.uid)
        if leg.uid in entries or (message and message.get("Application") == "Queue"):
            book.set_peer(call, leg)
            return
    outside = [leg for leg in legs if leg.operator is None]
    root = book.legs.get(call.root)
    if not outside:
        rooms = (listed[leg.uid].get("Application") for leg in legs if leg.uid in listed)
        room = "ConfBridge" in rooms
        if root is not None and len(legs) > 1 and not room:
            call.direction = "internal"
            book.set_peer(call, root, named=False)
        return
    first = min(outside, key=lambda leg: age(leg.uid))
    if root is not None and root.operator is not None:
        call.direction, call.owner = "out", root.operator
        call.offered = True
    elif (
        root is None and first.uid != call.id
    ):  # The operator who dialled has transferred the citizen and is gone.
        call.direction, call.offered = "out", True
    book.set_peer(call, first, named=call.direction == "in")


def _wait(book: CallReporter, call: Call, entry: Message | None) -> None:
    waiting = book.queues.setdefault(call.queue or "", [])
    if call.id not in waiting:
        position = int(entry.number("Position") or 0) if entry else 0
        waiting.insert(position - 1 if position > 0 else len(waiting), call.id)


def reconcile_queues(book: CallReporter, snapshot: Snapshot) -> None:
    """Members as listed; whoever is missing from a listed queue is no longer a member."""
    present: dict[str, set[str]] = {
        clean(message.get("Queue"), 80, lines=False): set() for message in snapshot.queues
    }
    for message in snapshot.members:
        book.agents.member(message)
        queue = clean(message.get("Queue"), 80, lines=False)
        present.setdefault(queue, set()).add(operator_of(message.get("Location")))
    for queue, operators in present.items():
        book.agents.forget_queue(queue, operators)
