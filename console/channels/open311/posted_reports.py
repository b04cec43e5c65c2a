"""Stores posted reports: each one once, with its number."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from console.channels.open311.api_keys import ApiKey
from console.channels.open311.report_form import Report
from console.channels.open311.request_body import RequestBody
from console.domain.errors import InputError
from console.domain.ids import contact_uuid
from console.domain.states import Channel
from console.services.desk import Desk
from console.services.ports.central.shared_rows import ContactNumbers
from console.services.ports.channels import InboundMessage, Inbox

SAME_FOR = timedelta(minutes=10)
"""The same report within this time is a repeat after a time-out."""
ON_ITS_WAY_S = 30
"""A report taken by another gateway arrives within a second; this allows for a slow line."""


class PostedReports:
    """Puts reports into the inbox and recognises repeats.

    Attributes:
        inbox: where reports go; set before the first one.
    """

    def __init__(self, desk: Desk, numbers: ContactNumbers | None) -> None:
        """Nothing is stored yet.

        Args:
            numbers: confirms a number if other gateways may take the same report.
        """
        self._desk = desk
        self._numbers = numbers
        self._under_way: dict[str, asyncio.Lock] = {}
        self.inbox: Inbox | None = None

    async def take(
        self,
        key: ApiKey,
        report: Report,
        media: tuple[str, ...],
        body: RequestBody,
        headers: Mapping[str, str],
    ) -> str:
        """Store a report; returns its number, for a repeat the first one's.

        Raises:
            InputError: `open311_failed`.
        """
        ref = report.client_ref or headers.get("Idempotency-Key", "")[:128]
        mark = f"/{ref}" if ref else f"#{report.fingerprint(key.name, media)}"
        external_id = f"{key.name}{mark}"
        # The same report sent twice at once must not become two.
        lock = self._under_way.setdefault(external_id, asyncio.Lock())
        try:
            async with lock:
                return await self._stored(key, report, external_id, media, body)
        finally:
            if not lock.locked():
                self._under_way.pop(external_id, None)

    async def _stored(
        self,
        key: ApiKey,
        report: Report,
        external_id: str,
        media: tuple[str, ...],
        body: RequestBody,
    ) -> str:
        assert self.inbox is not None  # noqa: S101  (the server sets it first)
        channel = Channel.APP if key.name.lower().startswith("app") else Channel.PORTAL
        now = self._desk.clock()
        external_id, number = await self._known(key, channel, external_id, now)
        if number is not None:
            return number
        flags = []
        if report.broken:
            flags.append("bad_bytes")
        if body.left_out:
            flags.append("media_left_out")
        sender = report.phone or report.email or report.account_id or report.device_id
        message = InboundMessage(
            channel=channel,
            external_id=external_id,
            sender=sender,
            sender_key=sender,
            sender_name=report.name,
            received_at=now,
            text=report.description,
            lat=report.lat,
            long=report.long,
            flags=tuple(flags),
            raw=body.raw,
            media=media,
            proposal=report.proposal(key.name),
            reserve_number=True,
        )
        number = await self.inbox.put_numbered(message)
        if number is None:
            raise InputError("open311_failed")
        if self._numbers is None:
            return number
        return await self._numbers.tell_number(contact_uuid(channel, external_id), number)

    async def _known(
        self, key: ApiKey, channel: Channel, external_id: str, now: datetime
    ) -> tuple[str, str | None]:
        """The key to store under, and the number of an earlier identical report: without time limit
        if the sender gave a reference, within ten minutes if only the content is the same.
        """
        slot, age_s = divmod(int(now.timestamp()), int(SAME_FOR.total_seconds()))
        names: tuple[str, ...] = (f"{external_id}/{slot}", f"{external_id}/{slot - 1}")
        if external_id.startswith(f"{key.name}/"):
            names = (external_id,)
        ids = [contact_uuid(channel, name) for name in names]
        there = await self._desk.ask(lambda q: [q.contact(each) for each in ids])
        for name, found in zip(names, there, strict=True):
            fits = found is not None and (len(names) == 1 or now - found.received_at < SAME_FOR)
            if fits and found is not None and found.number is not None:
                return name, found.number
        if len(ids) > 1 and there[1] is None and self._numbers is not None and age_s < ON_ITS_WAY_S:
            # Another gateway may have just taken it, under the key of the previous slot.
            told = await self._numbers.told_numbers(ids[1:])
            return names[0], told.get(ids[1])
        return names[0], None
