"""Our replies to people who wrote by app or portal: the app fetches them with its own key (Open311
`requests/{id}?extensions=true`).
"""

import asyncio
from collections.abc import Callable

from console.domain.live_events import LinkChanged
from console.domain.states import Channel
from console.services.ports.channels import Inbox, SendResult
from console.services.views.contacts import OutreachRow


class AppReplies:
    """App or portal as a `MessageChannel`; `Open311Server` receives their reports."""

    def __init__(self, channel: Channel) -> None:
        """Serve `Channel.APP` or `Channel.PORTAL`."""
        self._channel = channel

    @property
    def channel(self) -> Channel:
        """App or portal."""
        return self._channel

    @property
    def name(self) -> str:
        """`app` or `portal`."""
        return self._channel.value

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:  # noqa: ARG002
        """Nothing to do: reports come through the web server."""
        publish(LinkChanged(self.name, "off"))
        await asyncio.Event().wait()

    async def send(self, out: OutreachRow) -> SendResult:
        """Count it as sent: the app can fetch it since it was queued."""
        return SendResult("sent", (f"{self.name}/{out.id}",))

    async def close(self) -> None:
        """Nothing to close."""
