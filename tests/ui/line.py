"""A telephone line for tests of the window: records requests and gives the prepared replies."""

from collections.abc import Callable

from console.services.ports.telephony import Reply

EVERY = frozenset({"answer", "hangup", "hold", "resume_call", "blind", "dial", "pause", "resume"})
WHOLE = EVERY | frozenset(
    [
        "consult",
        "complete",
        "cancel",
        "conference",
        "dtmf",
        "record",
        "spy",
        "login",
        "logout",
        "wrap_up",
    ]
)
"""Everything that a line can support."""


class ToldLine:
    """Supports `capabilities`; records each call in `asked` and returns the next reply."""

    def __init__(self, capabilities: frozenset[str] = EVERY) -> None:
        self.capabilities = capabilities
        self.name = "ami"
        self.asked: list[tuple[str, ...]] = []
        self.reply = Reply(True)

    async def run(self, publish: Callable[[object], None]) -> None:
        raise AssertionError("the window never runs the line")

    def _kept(self, *what: str) -> Reply:
        self.asked.append(what)
        return self.reply

    async def answer(self, call_id: str) -> Reply:
        return self._kept("answer", call_id)

    async def hangup(self, call_id: str) -> Reply:
        return self._kept("hangup", call_id)

    async def hold(self, call_id: str) -> Reply:
        return self._kept("hold", call_id)

    async def resume_call(self, call_id: str) -> Reply:
        return self._kept("resume_call", call_id)

    async def blind(self, call_id: str, to: str) -> Reply:
        return self._kept("blind", call_id, to)

    async def consult(self, call_id: str, to: str) -> Reply:
        return self._kept("consult", call_id, to)

    async def complete(self, call_id: str) -> Reply:
        return self._kept("complete", call_id)

    async def cancel(self, call_id: str) -> Reply:
        return self._kept("cancel", call_id)

    async def conference(self, call_id: str, to: str) -> Reply:
        return self._kept("conference", call_id, to)

    async def dtmf(self, call_id: str, digit: str) -> Reply:
        return self._kept("dtmf", call_id, digit)

    async def record(self, call_id: str, state: str) -> Reply:
        return self._kept("record", call_id, state)

    async def spy(self, operator: str, way: str) -> Reply:
        return self._kept("spy", operator, way)

    async def dial(self, number: str, ref: str) -> Reply:
        return self._kept("dial", number, ref)

    async def login(self) -> Reply:
        return self._kept("login")

    async def logout(self) -> Reply:
        return self._kept("logout")

    async def wrap_up(self) -> Reply:
        return self._kept("wrap_up")

    async def pause(self, reason: str) -> Reply:
        return self._kept("pause", reason)

    async def resume(self) -> Reply:
        return self._kept("resume")

    async def change_person(self, name: str, *, takes_calls: bool) -> Reply:
        return self._kept("change_person", name, "in" if takes_calls else "out")

    async def close(self) -> None:
        self._kept("close")
