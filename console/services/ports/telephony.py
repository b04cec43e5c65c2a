"""Ports of the telephone: what a line can do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from console.domain.live_events import CallTaken


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer of a telephony method; the effect, if any, arrives as an event.

    Attributes:
        why: code of the refusal for `wording`.
    """

    accepted: bool
    why: str = ""
    detail: str = ""


class Telephony(Protocol):
    """A line. What is not in `capabilities` has no button; a method outside
    them refuses.
    """

    @property
    def name(self) -> str:
        """The pbx name stored with calls."""

    @property
    def capabilities(self) -> frozenset[str]:
        """Names of the methods that this line serves."""

    async def run(self, publish: Callable[[object], None]) -> None:
        """Follow the line for ever: reconnect, publish `CallEvent` and `LinkChanged`."""

    async def answer(self, call_id: str) -> Reply:
        """Answer the ringing call."""

    async def hangup(self, call_id: str) -> Reply:
        """End the call."""

    async def hold(self, call_id: str) -> Reply:
        """Put the caller on hold."""

    async def resume_call(self, call_id: str) -> Reply:
        """Take the caller off hold."""

    async def blind(self, call_id: str, to: str) -> Reply:
        """Blind transfer."""

    async def consult(self, call_id: str, to: str) -> Reply:
        """Call somebody while the caller waits: the first half of an attended transfer."""

    async def complete(self, call_id: str) -> Reply:
        """The second half: connect the caller to the consulted person."""

    async def cancel(self, call_id: str) -> Reply:
        """Cancel the transfer and return to the caller."""

    async def conference(self, call_id: str, to: str) -> Reply:
        """Add this number to the call, as a conference."""

    async def dtmf(self, call_id: str, digit: str) -> Reply:
        """Send one key, `0-9 * # A-D`, to the other party."""

    async def record(self, call_id: str, state: str) -> Reply:
        """The recording: on | mute | unmute | off."""

    async def spy(self, operator: str, way: str) -> Reply:
        """Ring this phone and connect it to an operator's call: listen | whisper | barge."""

    async def dial(self, number: str, ref: str) -> Reply:
        """Ring this phone, then the number; `ref` returns in the events' `more`."""

    async def login(self) -> Reply:
        """Join the queues of this seat, not paused."""

    async def logout(self) -> Reply:
        """Leave the queues."""

    async def pause(self, reason: str) -> Reply:
        """No calls from the queues."""

    async def resume(self) -> Reply:
        """Ready for calls again."""

    async def wrap_up(self) -> Reply:
        """End the wrap-up time now, because the form was saved."""

    async def close(self) -> None:
        """Log off and leave."""


@runtime_checkable
class AgentLine(Protocol):
    """A line whose exchange knows the agent at the extension, in addition to `Telephony`."""

    async def change_person(self, name: str, *, takes_calls: bool) -> Reply:
        """Set the agent from now on, ready for calls or out of the queues; calls continue."""


@runtime_checkable
class SharingLine(Protocol):
    """A line whose exchange passes messages between seats, in addition to `Telephony`."""

    async def share(self, taken: CallTaken) -> Reply:
        """Tell the other seats who took or settled a call."""
