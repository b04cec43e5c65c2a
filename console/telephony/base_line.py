"""A line that serves nothing: adapters inherit it and override what their device can do."""

from console.services.ports.telephony import Reply

NOT_SERVED = Reply(False, "not_supported")
"""The answer of a verb outside `capabilities`; its button is not shown."""


class BaseLine:
    """Every verb of the `Telephony` port, refused."""

    async def answer(self, call_id: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def hangup(self, call_id: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def hold(self, call_id: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def resume_call(self, call_id: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def blind(self, call_id: str, to: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def consult(self, call_id: str, to: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def complete(self, call_id: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def cancel(self, call_id: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def conference(self, call_id: str, to: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def dtmf(self, call_id: str, digit: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def record(self, call_id: str, state: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def spy(self, operator: str, way: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def dial(self, number: str, ref: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def login(self) -> Reply:
        """Refused."""
        return NOT_SERVED

    async def logout(self) -> Reply:
        """Refused."""
        return NOT_SERVED

    async def pause(self, reason: str) -> Reply:  # noqa: ARG002
        """Refused."""
        return NOT_SERVED

    async def resume(self) -> Reply:
        """Refused."""
        return NOT_SERVED

    async def wrap_up(self) -> Reply:
        """Refused."""
        return NOT_SERVED
