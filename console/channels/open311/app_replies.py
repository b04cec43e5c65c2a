"""Our answers to people who wrote by app or portal: they lie ready for the app, which fetches them
with its own key (Open311 `requests/{id}?extensions=true`).
"""

import asyncio
from collections.abc import Callable

from console.domain.live_events import LinkChanged
from console.domain.states import Channel
from console.services.ports.channels import Inbox, SendResult
from console.services.views.contacts import OutreachRow


class AppReplies:
    """App or portal as a `MessageChannel`; what comes in, `Open311` takes."""

    def __init__(self, channel: Channel) -> None:
        """For `Channel.APP` or `Channel.PORTAL`."""
        self._channel = channel

    @property
    def channel(self) -> Channel:
        """Which one."""
        return self._channel

    @property
    def name(self) -> str:
        """`app` or `portal`."""
        return self._channel.value

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:  # noqa: ARG002
        """Nothing to fetch: the web server brings it."""
        publish(LinkChanged(self.name, "off"))
        await asyncio.Event().wait()

    async def send(self, out: OutreachRow) -> SendResult:
        """It is sent once it can be fetched, and it can be since it was queued."""
        return SendResult("sent", (f"{self.name}/{out.id}",))

    async def close(self) -> None:
        """Nothing is held."""
