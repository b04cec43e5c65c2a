"""The state of every operator, from queue membership, phone and legs (docs/reference/asterisk.md
3).

States: logged_out, ready, ringing, on_call, wrap_up, paused, unreachable. Legs are more reliable
than `QueueMemberStatus`, which may come before or after them (T18). Wrap-up is our own, because the
queue's is invisible (trap 9); it ends when somebody says so.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from console.domain.text.cleaning import clean
from console.telephony.asterisk.calls.legs import operator_of
from console.telephony.asterisk.wire import Message

_RINGING = "6"
_BUSY = frozenset(("2", "3", "7", "8"))
_GONE = frozenset(("4", "5"))
_REACHABLE = frozenset(("Reachable", "Registered"))
_LOST = frozenset(("Unreachable", "Unregistered"))


@dataclass(slots=True)
class Member:
    """One operator in one queue, as the PBX last reported."""

    status: str = "0"
    paused: bool = False
    reason: str = ""
    since: str = ""


@dataclass(slots=True)
class Agent:
    """One operator."""

    interface: str
    name: str = ""
    queues: dict[str, Member] = field(default_factory=dict)
    reachable: bool = True
    ringing: set[str] = field(default_factory=set)
    busy: set[str] = field(default_factory=set)
    owes_wrap_up: bool = False
    spied_call: str = ""
    told: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentState:
    """The state to publish for an operator: state, reason of a pause, further facts."""

    operator: str
    state: str
    reason: str | None
    more: dict[str, object]


class AgentStates:
    """All operators ever named, by extension."""

    def __init__(self, *, wrap_up: bool = True) -> None:
        """Nobody is known yet.

        Args:
            wrap_up: whether operators have wrap-up after a queue call.
        """
        self._agents: dict[str, Agent] = {}
        self._touched: dict[str, None] = {}
        self._legs: dict[str, str] = {}
        self._wrap_up = wrap_up

    def known(self, operator: str) -> bool:
        """Whether this endpoint was ever named as a member or an operator's phone."""
        return operator in self._agents

    def get(self, operator: str, interface: str = "") -> Agent:
        """The operator, created on first mention and marked as touched."""
        agent = self._agents.get(operator)
        if agent is None:
            agent = self._agents[operator] = Agent(interface or f"PJSIP/{operator}")
        self._touched[operator] = None
        return agent

    def interface(self, operator: str) -> str:
        """Such as `PJSIP/101`."""
        agent = self._agents.get(operator)
        return agent.interface if agent else f"PJSIP/{operator}"

    def queues(self, operator: str) -> tuple[str, ...]:
        """The queues this operator is a member of."""
        agent = self._agents.get(operator)
        return tuple(agent.queues) if agent else ()

    # --- what the PBX reports

    def member(self, message: Message) -> None:
        """`QueueMember…` events and the `QueueMember` list item, which have different keys
        (T10).
        """
        interface = message.get("Interface") or message.get("Location")
        queue = clean(message.get("Queue"), 80, lines=False)
        if not interface or not queue:
            return
        agent = self.get(operator_of(interface), interface)
        agent.interface = interface
        name = message.get("MemberName") or message.get("Name")
        agent.name = clean(name, 120, lines=False) or agent.name
        if message.event == "QueueMemberRemoved":
            agent.queues.pop(queue, None)
            agent.owes_wrap_up = agent.owes_wrap_up and bool(agent.queues)
            return
        member = agent.queues.setdefault(queue, Member())
        member.status = message.get("Status", member.status)
        member.paused = message.get("Paused", "0") == "1"
        # `LastPause` and even the reason may remain after unpausing (T15).
        member.reason = clean(message.get("PausedReason"), 200, lines=False)
        member.since = message.get("LastPause", "0")
        if member.status in _GONE:
            agent.reachable = False
        elif member.status != "0":
            agent.reachable = True

    def phone(self, message: Message) -> None:
        """`PeerStatus`: the operator's last phone went, or one came (T16, 21). `ContactStatus` is
        about a single phone, and no list shows the phones that were there before us.
        """
        agent = self.get(operator_of(message.get("Peer")))
        status = message.get("PeerStatus")
        # `Unknown` and `Lagged` are no news; `Rejected` is a stranger guessing a password.
        if status in _REACHABLE or status in _LOST:
            agent.reachable = status in _REACHABLE

    def forget_queue(self, queue: str, present: set[str]) -> None:
        """After a full list: operators missing from it are no longer members."""
        for operator, agent in self._agents.items():
            if operator not in present and agent.queues.pop(queue, None) is not None:
                self._touched[operator] = None

    # --- what the legs show

    def rings(self, operator: str, uid: str) -> None:
        """A leg of this operator rings."""
        agent = self.get(operator)
        if uid not in agent.busy:
            agent.ringing.add(uid)
            self._legs[uid] = operator

    def talks(self, operator: str, uid: str) -> None:
        """A leg of this operator is up, or dials."""
        if (
            self._legs.get(uid, operator) != operator
        ):  # The call was picked up: it rang for another operator.
            self.gone(self._legs[uid], uid)
        agent = self.get(operator)
        agent.ringing.discard(uid)
        if uid not in agent.busy:
            agent.busy.add(uid)
            self._legs[uid] = operator
            agent.owes_wrap_up = False

    def hung_up(self, uid: str) -> None:
        """The leg hung up; this may be a Local channel that only rang for the operator."""
        if (operator := self._legs.get(uid)) is not None:
            self.gone(operator, uid)

    def gone(self, operator: str, uid: str) -> None:
        """The leg no longer belongs to this operator."""
        self._legs.pop(uid, None)
        agent = self.get(operator)
        agent.ringing.discard(uid)
        agent.busy.discard(uid)
        if not agent.ringing and not agent.busy:
            agent.spied_call = ""
            for member in agent.queues.values():
                if member.status == _RINGING or member.status in _BUSY:
                    member.status = "1"  # The queue says so itself a moment later, or did before.

    def owes_wrap_up(self, operator: str) -> None:
        """The operator's queue call is over. A colleague who is in no queue has no wrap-up."""
        if self._wrap_up and self.queues(operator):
            self.get(operator).owes_wrap_up = True

    def wrapped_up(self, operator: str) -> None:
        """The operator saved, or wrap-up ran out."""
        if self.owes(operator):
            self.get(operator).owes_wrap_up = False

    def owes(self, operator: str) -> bool:
        """Whether the operator is in wrap-up."""
        agent = self._agents.get(operator)
        return agent is not None and agent.owes_wrap_up

    def spies(self, operator: str, call_id: str) -> None:
        """The call this supervisor listens to; "" after stopping."""
        self.get(operator).spied_call = call_id

    # --- what is published

    def changes(self) -> list[AgentState]:
        """States that differ from those published before, of operators touched since."""
        out: list[AgentState] = []
        for operator in self._touched:
            agent = self._agents[operator]
            state, reason, more = _state(agent)
            told = (state, reason, agent.spied_call, tuple(agent.queues))
            if told != agent.told:
                agent.told = told
                out.append(AgentState(operator, state, reason, more))
        self._touched.clear()
        return out

    def snapshot(self) -> dict[str, tuple[str, str | None]]:
        """State and reason of every operator, for comparison."""
        return {op: _state(agent)[:2] for op, agent in self._agents.items()}


def _state(agent: Agent) -> tuple[str, str | None, dict[str, object]]:
    more: dict[str, object] = {"queues": list(agent.queues)}
    if agent.name:
        more["name"] = agent.name
    if agent.spied_call:
        more["spying"] = agent.spied_call
    state = _phone_state(agent)
    if state:
        return state, None, more
    if not agent.reachable:
        return "unreachable", None, more
    if agent.owes_wrap_up:
        return "wrap_up", None, more
    members = agent.queues.values()
    if not members:
        return "logged_out", None, more
    if all(member.paused for member in members):
        reason = next((m.reason for m in members if m.reason), "")
        since = min((m.since for m in members if m.since.isdigit()), default="0")
        if since != "0":
            more["since"] = datetime.fromtimestamp(int(since[:10]), UTC).isoformat()
        return "paused", reason or None, more
    return "ready", None, more


def _phone_state(agent: Agent) -> str:
    if agent.busy:
        return "on_call"
    if agent.ringing:
        return "ringing"
    statuses = {member.status for member in agent.queues.values()}
    if statuses & _BUSY:
        return "on_call"
    return "ringing" if _RINGING in statuses else ""
