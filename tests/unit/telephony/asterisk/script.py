"""Short AMI transcripts for cases that no recording has, in the words of Asterisk 22."""

from dataclasses import dataclass

from console.domain.live_events import CallEvent
from console.telephony.asterisk.calls.tracker import CallTracker
from console.telephony.asterisk.wire import Message

START = ["offered - -", "ringing 101 -", "answered 101 -"]
"""The report, as `Script.said`, for a citizen whom the operator has answered."""


@dataclass
class Channel:
    """A channel as its events describe it."""

    uid: str
    name: str
    number: str = "<unknown>"
    linkedid: str = ""
    caller_name: str = ""
    context: str = "from-trunk"
    exten: str = "1022"
    state: str = "Up"

    def headers(self, prefix: str = "") -> dict[str, str]:
        values = {
            "Channel": self.name,
            "ChannelStateDesc": self.state,
            "CallerIDNum": self.number,
            "CallerIDName": self.caller_name or self.number,
            "Context": self.context,
            "Exten": self.exten,
            "Uniqueid": self.uid,
            "Linkedid": self.linkedid or self.uid,
        }
        return {prefix + key: value for key, value in values.items()}


class Script:
    """Feeds a tracker step by step; `events` holds everything it reported."""

    def __init__(self, tracker: CallTracker | None = None) -> None:
        self.tracker = tracker or CallTracker()
        self.events: list[CallEvent] = []
        self.messages: list[Message] = []
        self.rests: list[int] = []
        self.time = 1795545000.0

    def send(self, name: str, *parts: dict[str, str], **fields: str) -> list[CallEvent]:
        """One event, 10 ms after the one before."""
        self.time += 0.01
        pairs = [("Event", name), ("Timestamp", f"{self.time:.6f}")]
        for part in parts:
            pairs += part.items()
        pairs += fields.items()
        self.messages.append(Message(pairs))
        told = self.tracker.feed(self.messages[-1])
        self.events += told
        return told

    def rest(self) -> None:
        """Nothing is in progress now: a list of the open calls would be complete."""
        self.rests.append(len(self.messages))

    def wait(self, seconds: float) -> None:
        self.time += seconds

    @property
    def said(self) -> list[str]:
        """`kind operator reason` of the call events so far."""
        return [
            f"{event.kind} {event.operator or '-'} {event.reason or '-'}"
            for event in self.events
            if event.kind not in ("queue_changed", "agent_changed", "link")
        ]

    def last(self, kind: str) -> CallEvent:
        return [event for event in self.events if event.kind == kind][-1]

    # --- longer steps

    def arrives(self, uid: str, number: str = "0903123456", name: str = "") -> Channel:
        """A citizen's call reaches the PBX and enters queue 1022."""
        caller = Channel(uid, f"PJSIP/carrier-{int(float(uid)):08x}", number, caller_name=name)
        caller.state = "Ring"
        self.send("Newchannel", caller.headers())
        caller.state = "Up"
        self.send("QueueCallerJoin", caller.headers(), Queue="1022", Position="1", Count="1")
        return caller

    def queue_rings(self, caller: Channel, uid: str, operator: str = "101") -> Channel:
        """The queue rings an operator."""
        leg = Channel(uid, f"PJSIP/{operator}-0000{uid[-4:].replace('.', '0')}", operator)
        leg.linkedid, leg.state, leg.context = caller.uid, "Down", "agents"
        self.send("Newchannel", leg.headers())
        self.send(
            "AgentCalled",
            caller.headers(),
            leg.headers("Dest"),
            Queue="1022",
            Interface=f"PJSIP/{operator}",
        )
        self.send("DialBegin", caller.headers(), leg.headers("Dest"))
        leg.state = "Ringing"
        self.send("Newstate", leg.headers())
        return leg

    def picks_up(self, caller: Channel, leg: Channel, operator: str = "101") -> None:
        """The operator answers a queue call."""
        leg.state = "Up"
        self.send("Newstate", leg.headers())
        self.dial_end(caller, leg, "ANSWER")
        self.send("QueueCallerLeave", caller.headers(), Queue="1022", Position="1", Count="0")
        self.send(
            "AgentConnect",
            caller.headers(),
            leg.headers("Dest"),
            Queue="1022",
            Interface=f"PJSIP/{operator}",
            HoldTime="3",
            RingTime="2",
        )
        self.bridged(leg, caller)

    def bridged(self, *legs: Channel) -> None:
        """All in one bridge, named after the call."""
        call = legs[-1].linkedid or legs[-1].uid
        for leg in legs:
            self.send("BridgeEnter", leg.headers(), BridgeUniqueid=f"b{call}", BridgeType="basic")

    def unbridged(self, *legs: Channel) -> None:
        for leg in legs:
            self.send("BridgeLeave", leg.headers(), BridgeUniqueid=f"b{leg.linkedid or leg.uid}")

    def dial_end(self, caller: Channel, leg: Channel, status: str) -> None:
        self.send("DialEnd", caller.headers(), leg.headers("Dest"), DialStatus=status)

    def gone(self, *legs: Channel, cause: str = "16", tech: str = "") -> None:
        for leg in legs:
            extra = {"TechCause": tech} if tech else {}
            self.send("Hangup", leg.headers(), {"Cause": cause}, extra)

    def talking(self) -> tuple[Channel, Channel]:
        """A queue call that 101 answered."""
        caller = self.arrives("1000.1")
        leg = self.queue_rings(caller, "1000.2")
        self.picks_up(caller, leg)
        return caller, leg
