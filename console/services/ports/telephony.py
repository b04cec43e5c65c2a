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


NOT_SERVED = Reply(False, "not_supported")
"""The answer of a verb outside `capabilities`."""


class Telephony(Protocol):
    """A line. What is not in `capabilities` has no button, and is refused unless the line overrides
    it.
    """

    @property
    def name(self) -> str:
        """The pbx name stored with calls."""

    @property
    def capabilities(self) -> frozenset[str]:
        """Names of the methods that this line serves."""

    async def run(self, publish: Callable[[object], None]) -> None:
        """Follow the line for ever: reconnect, publish `CallEvent` and `LinkChanged`."""

    async def answer(self, call_id: str) -> Reply:  # noqa: ARG002
        """Answer the ringing call."""
        return NOT_SERVED

    async def hangup(self, call_id: str) -> Reply:  # noqa: ARG002
        """End the call."""
        return NOT_SERVED

    async def hold(self, call_id: str) -> Reply:  # noqa: ARG002
        """Put the caller on hold."""
        return NOT_SERVED

    async def resume_call(self, call_id: str) -> Reply:  # noqa: ARG002
        """Take the caller off hold."""
        return NOT_SERVED

    async def blind(self, call_id: str, to: str) -> Reply:  # noqa: ARG002
        """Blind transfer."""
        return NOT_SERVED

    async def consult(self, call_id: str, to: str) -> Reply:  # noqa: ARG002
        """Call somebody while the caller waits: the first half of an attended transfer."""
        return NOT_SERVED

    async def complete(self, call_id: str) -> Reply:  # noqa: ARG002
        """The second half: connect the caller to the consulted person."""
        return NOT_SERVED

    async def cancel(self, call_id: str) -> Reply:  # noqa: ARG002
        """Cancel the transfer and return to the caller."""
        return NOT_SERVED

    async def conference(self, call_id: str, to: str) -> Reply:  # noqa: ARG002
        """Add this number to the call, as a conference."""
        return NOT_SERVED

    async def dtmf(self, call_id: str, digit: str) -> Reply:  # noqa: ARG002
        """Send one key, `0-9 * # A-D`, to the other party."""
        return NOT_SERVED

    async def record(self, call_id: str, state: str) -> Reply:  # noqa: ARG002
        """The recording: on | mute | unmute | off."""
        return NOT_SERVED

    async def spy(self, operator: str, way: str) -> Reply:  # noqa: ARG002
        """Ring this phone and connect it to an operator's call: listen | whisper | barge."""
        return NOT_SERVED

    async def dial(self, number: str, ref: str) -> Reply:  # noqa: ARG002
        """Ring this phone, then the number; `ref` returns in the events' `more`."""
        return NOT_SERVED

    async def login(self) -> Reply:
        """Join the queues of this seat, not paused."""
        return NOT_SERVED

    async def logout(self) -> Reply:
        """Leave the queues."""
        return NOT_SERVED

    async def pause(self, reason: str) -> Reply:  # noqa: ARG002
        """No calls from the queues."""
        return NOT_SERVED

    async def resume(self) -> Reply:
        """Ready for calls again."""
        return NOT_SERVED

    async def wrap_up(self) -> Reply:
        """End the wrap-up time now, because the form was saved."""
        return NOT_SERVED

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
