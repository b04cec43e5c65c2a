"""The legs and calls that are open now: created on first sight, moved when a Linkedid changes."""

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime

from console.telephony.asterisk.calls.agents import AgentStates
from console.telephony.asterisk.calls.legs import (
    Call,
    Leg,
    endpoint_of,
    is_local,
    looks_internal,
    without_half,
)
from console.telephony.asterisk.wire import Message
from console.telephony.caller_identity import name_of, number_of

_REMEMBERED = 256
"""The most recent channels that hung up."""


def age(linkedid: str) -> tuple[float, int, str]:
    """Orders ids such as `1795545323.2`, perhaps with a system name before it: seconds, then the
    counter.
    """
    seconds, _, count = linkedid.rpartition("-")[2].partition(".")
    if seconds.isdigit() and count.isdigit():
        return float(seconds[:15]), int(count[:15]), linkedid
    return float("inf"), 0, linkedid


class OpenCalls:
    """Memory of what is open.

    Attributes:
        queues: ids of waiting calls by queue, in order.
        conferences: legs by Uniqueid, by conference.
        dials: (number, ref, operator) of our own Originates, by ActionID.
        guests: (call id, number) of our Originates that bring somebody into a conference.
        count: messages read so far; orders what has no time stamp of its own.
        at: time of the message being read.
        stopping: the PBX said that it stops.
        trunks: endpoints named like extensions that are lines to outside.
    """

    def __init__(self, agents: AgentStates, trunks: Iterable[str] = ()) -> None:
        """Nothing is open."""
        self.agents = agents
        self.trunks = frozenset(trunks)
        self.legs: dict[str, Leg] = {}
        self.calls: dict[str, Call] = {}
        self.queues: dict[str, list[str]] = {}
        self.conferences: dict[str, dict[str, Leg]] = {}
        self.dials: dict[str, tuple[str, str, str]] = {}
        self.guests: dict[str, tuple[str, str]] = {}
        self.count = 0
        self.at = datetime.fromtimestamp(0, UTC)
        self.stopping = False
        self._hung: deque[str] = deque(maxlen=_REMEMBERED)

    def touch(self, message: Message, prefix: str = "") -> Leg | None:
        """The leg that the headers with this prefix describe, updated from them."""
        get = message.get
        uid = get(prefix + "Uniqueid")
        if not uid:
            return None
        leg = self.leg(uid, get(prefix + "Channel"), get(prefix + "Linkedid"))
        if leg is None or leg.local:
            return leg
        if leg.operator and uid != self.call_of(leg).peer:
            leg.number = leg.operator
        else:
            number = number_of(get(prefix + "CallerIDNum"))
            if number is not None:
                leg.number = number
            leg.name = get(prefix + "CallerIDName") or leg.name
        leg.place = (get(prefix + "Context"), get(prefix + "Exten"))
        if get(prefix + "ChannelStateDesc") == "Up" and not leg.up:
            leg.up = True
            if leg.operator:
                self.agents.talks(leg.operator, uid)
        return leg

    def pair(self, message: Message) -> tuple[Leg, Call] | None:
        """The leg and call of a message, once `touch` has seen it."""
        leg = self.legs.get(message.get("Uniqueid"))
        return None if leg is None else (leg, self.call_of(leg))

    def leg(self, uid: str, channel: str, linkedid: str) -> Leg | None:
        """The leg of this Uniqueid, created on first sight, moved when its Linkedid changed."""
        if not uid or uid.startswith("<"):
            return None
        leg = self.legs.get(uid)
        if leg is None:
            if not linkedid or not channel or uid in self._hung:
                return None
            leg = self._new_leg(uid, channel, linkedid)
        elif linkedid and linkedid != leg.linkedid:
            self._move(leg, linkedid)
        if channel and channel != leg.channel:
            self.rename(leg, channel)
        return leg

    def is_phone(self, endpoint: str) -> bool:
        """Whether it is an operator's phone; a trunk is nobody's phone."""
        known = looks_internal(endpoint) or self.agents.known(endpoint)
        return known and endpoint not in self.trunks

    def rename(self, leg: Leg, channel: str) -> None:
        """Asterisk gave the leg to another channel: an unanswered consultation is transferred
        (REFER while the colleague rings), or a call is picked up.
        """
        if channel.endswith("<MASQ>"):
            return  # Halfway; the next name counts.
        before, leg.channel = leg.operator, channel
        leg.local = is_local(channel) or channel.endswith("<ZOMBIE>")
        endpoint = endpoint_of(channel)
        leg.operator = endpoint if self.is_phone(endpoint) and not leg.local else None
        if before and before != leg.operator:
            self.agents.gone(before, leg.uid)
        if leg.operator and leg.up:
            self.agents.talks(leg.operator, leg.uid)

    def _new_leg(self, uid: str, channel: str, linkedid: str) -> Leg:
        leg = Leg(uid, channel, linkedid, linkedid, local=is_local(channel))
        endpoint = endpoint_of(channel)
        if not leg.local and self.is_phone(endpoint):
            leg.operator = endpoint
        self.legs[uid] = leg
        call = self.calls.get(linkedid)
        if call is None:
            call = self.calls[linkedid] = Call(linkedid)
        call.legs.add(uid)
        if uid == linkedid:
            call.root = uid
            if leg.local:  # Nobody called: another program's Originate.
                call.originated, call.direction = True, "out"
        return leg

    def _move(self, leg: Leg, linkedid: str) -> None:
        old = self.calls.get(leg.call_id)
        leg.linkedid = leg.call_id = linkedid
        self.calls.setdefault(linkedid, Call(linkedid)).legs.add(leg.uid)
        if old is not None:
            old.legs.discard(leg.uid)
            self._drop_if_empty(old)

    def call_of(self, leg: Leg) -> Call:
        """The call this leg belongs to; if it sits in a citizen's conference, the citizen's
        call.
        """
        return self.calls.get(leg.conference) or self.calls[leg.call_id]

    def hung_up(self, leg: Leg) -> None:
        """The leg hung up: later or repeated messages about it start no new call."""
        self._hung.append(leg.uid)
        self.forget(leg)

    def one_call(self, leg: Leg) -> None:
        """All legs in a bridge get the oldest Linkedid; Asterisk only reports the one who
        enters.
        """
        for other in [one for one in self.legs.values() if one.bridge == leg.bridge]:
            if other.linkedid != leg.linkedid and leg.bridge:
                oldest = min(other.linkedid, leg.linkedid, key=age)
                self._move(other if oldest == leg.linkedid else leg, oldest)

    def joined(self, bridge: str) -> set[str]:
        """This bridge and those that Local channels join to it (members `Local/101@agents/n`)."""
        if not bridge:
            return set()
        halves: dict[str, set[str]] = {}
        for leg in self.legs.values():
            if leg.local and leg.bridge:
                halves.setdefault(without_half(leg.channel), set()).add(leg.bridge)
        found = {bridge}
        for _ in halves:
            for ends in halves.values():
                if ends & found:
                    found |= ends
        return found

    def forget(self, leg: Leg) -> None:
        """The leg is gone; so is its call, if it was the last one."""
        self.legs.pop(leg.uid, None)
        call = self.calls.get(leg.call_id)
        if call is not None:
            call.legs.discard(leg.uid)
            self._drop_if_empty(call)

    def _drop_if_empty(self, call: Call) -> None:
        if not call.legs:
            self.calls.pop(call.id, None)
            self.unqueue(call)

    def unqueue(self, call: Call) -> None:
        """Take the call out of the waiting lists."""
        call.waiting = False
        for waiting in self.queues.values():
            if call.id in waiting:
                waiting.remove(call.id)

    def is_operators(self, call: Call, leg: Leg) -> bool:
        """Whether this leg is an operator's phone and not the other party."""
        return leg.operator is not None and leg.uid != call.peer

    def set_peer(self, call: Call, leg: Leg, *, named: bool = True) -> None:
        """Set the other party of the call."""
        call.peer = leg.uid
        call.peer_number = leg.number
        call.peer_name = name_of(leg.name or "", leg.number) if named else None

    def all_of(self, call: Call) -> Iterable[Leg]:
        """The live legs of a call."""
        return [self.legs[uid] for uid in call.legs if uid in self.legs]
