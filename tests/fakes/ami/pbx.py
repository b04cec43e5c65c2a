"""A model of an Asterisk 22 with phones, a trunk and queues, which writes what its manager would
send: the headers of an event in Asterisk's order, channels that keep their Uniqueid and whose
Linkedid becomes the oldest one in a bridge. It also knows the present state, so that the lists
after a lost link (`CoreShowChannels`, `QueueStatus`) do not come from the program that is tested.

`calls.py` says what happens; here are only channels, bridges, queues and bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from console.telephony.asterisk.calls.resync import Snapshot
from console.telephony.asterisk.wire import Message

_STATES = {"Down": "0", "Ring": "4", "Ringing": "5", "Up": "6"}
_CLASSES = {"Queue": "agent", "Agent": "agent", "DTMF": "dtmf", "UserEvent": "user"}
_SYSTEM = ("FullyBooted", "Shutdown", "Reload", "ContactStatus", "PeerStatus")


@dataclass(eq=False)
class Leg:
    """One channel."""

    name: str
    uid: str
    linkedid: str
    number: str = "<unknown>"
    caller_name: str = ""
    state: str = "Down"
    line: str = "<unknown>"
    context: str = "agents"
    exten: str = "s"
    app: str = ""
    data: str = ""
    bridge: str = ""

    @property
    def phone(self) -> str:
        """`PJSIP/101-0000000a` is `101`."""
        return self.name.split("/")[1].rsplit("-", 1)[0].split("@")[0]

    def headers(self, prefix: str = "") -> list[tuple[str, str]]:
        values = {
            "Channel": self.name,
            "ChannelState": _STATES[self.state],
            "ChannelStateDesc": self.state,
            "CallerIDNum": self.number,
            "CallerIDName": self.caller_name or self.number,
            "ConnectedLineNum": self.line,
            "ConnectedLineName": self.line,
            "Language": "en",
            "AccountCode": "",
            "Context": self.context,
            "Exten": self.exten,
            "Priority": "1",
            "Uniqueid": self.uid,
            "Linkedid": self.linkedid,
        }
        return [(prefix + key, value) for key, value in values.items()]


@dataclass
class Member:
    """A phone in a queue."""

    queue: str
    phone: str
    name: str
    interface: str
    status: str = "1"
    paused: bool = False
    reason: str = ""

    def headers(self) -> list[tuple[str, str]]:
        return [
            ("Queue", self.queue),
            ("MemberName", self.name),
            ("Interface", self.interface),
            ("StateInterface", f"PJSIP/{self.phone}"),
            ("Membership", "dynamic"),
            ("Penalty", "0"),
            ("CallsTaken", "0"),
            ("LastCall", "0"),
            ("LastPause", "1795600000" if self.paused else "0"),
            ("InCall", "0"),
            ("Status", self.status),
            ("Paused", "1" if self.paused else "0"),
            ("PausedReason", self.reason),
            ("Ringinuse", "0"),
            ("Wrapuptime", "0"),
        ]


@dataclass
class Pbx:
    """The PBX. `log` is what went over the wire, in order.

    Attributes:
        rests: how many events had been sent whenever nothing was in progress, and the lists then.
        dialled: the console's own outgoing calls: ActionID, number, what it is found by, phone.
    """

    started: int = 1795600000
    log: list[str | list[tuple[str, str]]] = field(default_factory=list)
    legs: dict[str, Leg] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    waiting: dict[str, list[Leg]] = field(default_factory=dict)
    rests: list[tuple[int, Snapshot]] = field(default_factory=list)
    dialled: list[tuple[str, str, str, str]] = field(default_factory=list)
    now: float = 0.0
    made: int = 0
    bridges: int = 0

    def __post_init__(self) -> None:
        self.now = float(self.started)

    def emit(self, event: str, *parts: list[tuple[str, str]], **fields: object) -> None:
        """One event, 2 ms after the one before."""
        self.now += 0.002
        kind = next((name for start, name in _CLASSES.items() if event.startswith(start)), "call")
        kind = "system" if event in _SYSTEM else kind
        block = [("Event", event), ("Privilege", f"{kind},all")]
        block.append(("Timestamp", f"{self.now:.6f}"))
        for part in parts:
            block += part
        block += [(key, str(value)) for key, value in fields.items()]
        self.log.append(block)

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def step(self, text: str) -> None:
        """A remark of the recording: what people do."""
        self.log.append(f"# --- {text}")

    def sends(self, action: str, action_id: str, **fields: str) -> None:
        """What the recorded console sent."""
        lines = {"Action": action, "ActionID": action_id, **fields}
        self.log.append("\r\n".join(f">>> {key}: {value}" for key, value in lines.items()))

    def answers(self, action_id: str, response: str = "Success", message: str = "") -> None:
        block = [("Response", response), ("ActionID", action_id)]
        self.log.append(block + ([("Message", message)] if message else []))

    @property
    def events(self) -> list[Message]:
        """Only the events, as a client gets them."""
        return [Message(block) for block in self.log if not isinstance(block, str)]

    def text(self) -> bytes:
        """All of it, as a recording is stored."""
        return b"".join(self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        yield b">>> Action: Login\r\n>>> ActionID: a1\r\n>>> Username: console\r\n"
        yield b">>> Secret: ***\r\nAsterisk Call Manager/11.0.0\r\nResponse: Success\r\n"
        yield b"ActionID: a1\r\nMessage: Authentication accepted\r\n\r\n"
        for block in self.log:
            if isinstance(block, str):
                yield f"{block}\r\n".encode()
            else:
                yield "".join(f"{key}: {value}\r\n" for key, value in block).encode() + b"\r\n"

    def rest(self) -> None:
        """Nothing is in progress now."""
        self.rests.append((len(self.events), self.listed()))

    def listed(self) -> Snapshot:
        """`CoreShowChannels` and `QueueStatus` at this moment."""
        snapshot = Snapshot()
        for block in self.lists():
            snapshot.add(Message(block))
        return snapshot

    def lists(self) -> Iterator[list[tuple[str, str]]]:
        for leg in self.legs.values():
            what = [("Application", leg.app), ("ApplicationData", leg.data)]
            more = [("Duration", "00:00:09"), ("BridgeId", leg.bridge)]
            yield [("Event", "CoreShowChannel"), *leg.headers(), *what, *more]
        queues = dict.fromkeys(["1022", *self.waiting, *(m.queue for m in self.members)])
        for queue in queues:
            yield [("Event", "QueueParams"), ("Queue", queue), ("Max", "0")]
            for member in self.members:
                if member.queue == queue:
                    keys = {"MemberName": "Name", "Interface": "Location"}
                    yield [("Event", "QueueMember")] + [
                        (keys.get(key, key), value) for key, value in member.headers()
                    ]
            for place, leg in enumerate(self.waiting.get(queue, []), 1):
                yield [
                    ("Event", "QueueEntry"),
                    ("Queue", queue),
                    ("Position", str(place)),
                    ("Channel", leg.name),
                    ("Uniqueid", leg.uid),
                    ("CallerIDNum", leg.number),
                    ("CallerIDName", leg.caller_name or leg.number),
                    ("Wait", "9"),
                    ("Priority", "0"),
                ]

    def channel(self, name: str, number: str, linked: Leg | None = None, **more: str) -> Leg:
        """A new channel; `linked` = the one that dials it."""
        uid = f"{int(self.now)}.{self.made}"
        tail = "" if ";" in name else f"-{self.made:08x}"
        self.made += 1
        leg = Leg(name + tail, uid, linked.linkedid if linked else uid, number)
        for key, value in more.items():
            setattr(leg, key, value)
        self.legs[uid] = leg
        self.emit("Newchannel", leg.headers())
        return leg

    def local(self, exten: str, linked: Leg | None, context: str = "agents") -> tuple[Leg, Leg]:
        """Both halves of a Local channel."""
        name = f"Local/{exten}@{context}-{self.made:08x}"
        one = self.channel(f"{name};1", "<unknown>", linked, exten=exten, context=context)
        two = self.channel(
            f"{name};2", "<unknown>", linked or one, exten=exten, context=context, state="Ring"
        )
        self.emit("LocalBridge", one.headers("LocalOne"), two.headers("LocalTwo"), Exten=exten)
        return one, two

    def state(self, leg: Leg, state: str) -> None:
        leg.state = state
        self.emit("Newstate", leg.headers())

    def goes_to(self, leg: Leg, context: str, exten: str, app: str = "", data: str = "") -> None:
        """The dialplan sends it elsewhere; what runs there is of class dialplan and is not sent."""
        leg.context, leg.exten, leg.app, leg.data = context, exten, app, data

    def dial_begin(self, source: Leg | None, leg: Leg, string: str = "") -> None:
        parts = ([source.headers()] if source else []) + [leg.headers("Dest")]
        self.emit("DialBegin", *parts, DialString=string or leg.phone)
        leg.app = leg.app or "AppDial"

    def dial_end(self, source: Leg | None, leg: Leg, status: str, **more: str) -> None:
        parts = ([source.headers()] if source else []) + [leg.headers("Dest")]
        self.emit("DialEnd", *parts, DialStatus=status, **more)

    def enter(self, leg: Leg, bridge: str, *, kind: str = "basic", swap: Leg | None = None) -> None:
        """The Linkedid of all in a bridge becomes the oldest one's."""
        inside = [one for one in self.legs.values() if one.bridge == bridge]
        oldest = min([*inside, leg], key=lambda one: tuple(map(int, one.linkedid.split("."))))
        leg.bridge = bridge
        if kind == "basic":
            for one in [*inside, leg]:
                one.linkedid = oldest.linkedid
        more = {"SwapUniqueid": swap.uid} if swap else {}
        self.emit("BridgeEnter", self._bridge(bridge, kind, len(inside) + 1), leg.headers(), **more)

    def leave(self, leg: Leg, kind: str = "basic") -> None:
        bridge, leg.bridge = leg.bridge, ""
        left = sum(one.bridge == bridge for one in self.legs.values())
        self.emit("BridgeLeave", self._bridge(bridge, kind, left), leg.headers())

    def _bridge(self, bridge: str, kind: str, count: int) -> list[tuple[str, str]]:
        tech = "softmix" if kind == "base" else "holding_bridge" if kind == "parking" else "simple"
        return [
            ("BridgeUniqueid", bridge),
            ("BridgeType", kind),
            ("BridgeTechnology", f"{tech}_bridge" if tech == "simple" else tech),
            ("BridgeCreator", "<unknown>"),
            ("BridgeName", "<unknown>"),
            ("BridgeNumChannels", str(count)),
            ("BridgeVideoSourceMode", "none"),
        ]

    def new_bridge(self) -> str:
        self.bridges += 1
        return f"{self.started % 100000:05d}b{self.bridges:02d}-0000-4000-8000-000000000000"

    def bridged(self, *legs: Leg) -> str:
        bridge = self.new_bridge()
        for leg in legs:
            self.enter(leg, bridge)
        return bridge

    def request(self, leg: Leg, cause: str = "", tech: str = "") -> None:
        """The far end of this leg hung up."""
        more = {"Cause": cause} if cause else {}
        self.emit("HangupRequest", leg.headers(), **more, **({"TechCause": tech} if tech else {}))

    def soft(self, leg: Leg, cause: str = "16") -> None:
        self.emit("SoftHangupRequest", leg.headers(), Cause=cause)

    def hang(self, *legs: Leg, cause: str = "16", tech: str = "") -> None:
        for leg in legs:
            leg.bridge = ""
            del self.legs[leg.uid]
            texts = {"16": "Normal Clearing", "17": "User busy", "19": "No user responding"}
            more = {"Cause": cause, "Cause-txt": texts.get(cause, "Unknown")}
            self.emit("Hangup", leg.headers(), **more, **({"TechCause": tech} if tech else {}))

    def zombie(self, stays: Leg, goes: Leg) -> None:
        """The phone of `stays` takes the place of `goes` (masquerade): since Asterisk 13 name and
        Uniqueid move with the phone, and only what is discarded gets a new name and goes.
        """
        stays.app, stays.data = goes.app, goes.data
        old, goes.name = goes.name, f"{goes.name}<ZOMBIE>"
        self.emit("Rename", Channel=old, Newname=goes.name, Uniqueid=goes.uid)
        self.hang(goes, cause="26" if stays.state == "Up" and goes.state != "Up" else "16")
