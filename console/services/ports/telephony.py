"""Ports of the telephone: what a line can do, told by what stands behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from console.domain.live_events import CallTaken


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer of a telephony method: the effect, if any, arrives as an event.

    Attributes:
        why: code of the refusal for `wording`.
    """

    accepted: bool
    why: str = ""
    detail: str = ""


class Telephony(Protocol):
    """A line (TELEPHONY.md 3). What is not in `capabilities` has no button; a method outside
    them refuses.
    """

    @property
    def name(self) -> str:
        """The pbx name stored with calls."""

    @property
    def capabilities(self) -> frozenset[str]:
        """Names of the methods that this line serves."""

    async def run(self, publish: Callable[[object], None]) -> None:
        """Follow the line for ever: reconnect by itself, publish `CallEvent` and `LinkChanged`."""

    async def answer(self, call_id: str) -> Reply:
        """Answer the ringing call."""

    async def hangup(self, call_id: str) -> Reply:
        """End the call."""

    async def hold(self, call_id: str) -> Reply:
        """Put the caller on hold."""

    async def resume_call(self, call_id: str) -> Reply:
        """Take the caller back."""

    async def blind(self, call_id: str, to: str) -> Reply:
        """Transfer without asking."""

    async def consult(self, call_id: str, to: str) -> Reply:
        """Ask somebody while the caller waits; first half of an attended transfer."""

    async def complete(self, call_id: str) -> Reply:
        """Second half: the caller goes to the one who was asked."""

    async def cancel(self, call_id: str) -> Reply:
        """No transfer after all: back to the caller."""

    async def conference(self, call_id: str, to: str) -> Reply:
        """Take this number into the call, three or more together."""

    async def dtmf(self, call_id: str, digit: str) -> Reply:
        """Play one key, `0-9 * # A-D`, to the one who is talked to."""

    async def record(self, call_id: str, state: str) -> Reply:
        """The recording: on | mute | unmute | off."""

    async def spy(self, operator: str, way: str) -> Reply:
        """Ring my phone and let me into an operator's call: listen | whisper | barge."""

    async def dial(self, number: str, ref: str) -> Reply:
        """Ring my phone, then the number; `ref` comes back in the events' `more`."""

    async def login(self) -> Reply:
        """Enter the queues of this seat, not paused."""

    async def logout(self) -> Reply:
        """Leave the queues."""

    async def pause(self, reason: str) -> Reply:
        """No calls from the queues."""

    async def resume(self) -> Reply:
        """Ready for calls again."""

    async def wrap_up(self) -> Reply:
        """End the time after a call now: the form was saved."""

    async def close(self) -> None:
        """Log off and leave."""


@runtime_checkable
class AgentLine(Protocol):
    """A line whose exchange knows who sits at the extension, beside `Telephony`."""

    async def change_person(self, name: str, *, takes_calls: bool) -> Reply:
        """Name this person as the agent from now on, ready for calls or out of the queues.

        A call that is on goes on.
        """


@runtime_checkable
class SharingLine(Protocol):
    """A line whose exchange carries words between seats, beside `Telephony`."""

    async def share(self, taken: CallTaken) -> Reply:
        """Tell the other seats who took, or settled, a call."""
