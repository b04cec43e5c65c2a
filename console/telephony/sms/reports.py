"""Delivery reports matched with the messages they are about."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from console.domain.errors import ConsoleError, UnavailableError
from console.domain.states import Channel, DeliveryState
from console.services.ports.channels import Inbox
from console.services.records import SmsPart
from console.telephony.pdu.decoding import decode
from console.telephony.sms.joining import REPORT
from console.telephony.sms.parts import report_ref

log = logging.getLogger(__name__)

REPORT_PATIENCE = timedelta(hours=1)
"""How long a delivery report waits for its message: it may arrive before we stored the
reference.
"""
DELIVERED, FAILED = "ok:", "failed:"
"""Prefix of a ref whose part was delivered or failed."""


class DeliveryReports:
    """Reports of one modem that wait for their message."""

    def __init__(self, stored: Iterable[SmsPart] = ()) -> None:
        """Begin with the reports among these parts.

        A message does not keep the reports of single parts until all of it is delivered; the
        stored parts supply them again.
        """
        self._waiting = [part for part in stored if REPORT in part.flags]
        self._marked: dict[UUID, tuple[str, ...]] = {}

    def add(self, part: SmsPart) -> None:
        """A report came."""
        self._waiting.append(part)

    async def match(self, inbox: Inbox, now: datetime) -> None:
        """Match reports with our messages; one without a message is tried again for an hour."""
        waiting: list[SmsPart] = []
        for part in self._waiting:
            try:
                if not await self._settle(inbox, part):
                    waiting.append(part)
            except UnavailableError as error:
                log.warning("a delivery report waits for the store: %s", error)
                waiting.append(part)
            except ConsoleError as error:
                log.warning("a delivery report does not fit its message: %s", error)
        limit = now - REPORT_PATIENCE
        self._waiting = [part for part in waiting if part.received_at >= limit]

    async def _settle(self, inbox: Inbox, part: SmsPart) -> bool:
        report = decode(part.pdu.decode("latin-1"))
        if report.reference is None or report.status is None or report.number is None:
            return True
        ref = report_ref(part.imsi, report.reference, report.number)
        row = await inbox.sent_with_ref(Channel.SMS, ref)
        if row is None:
            return False
        if 0x20 <= report.status < 0x40 or part.received_at < row.created_at:
            return True  # the service centre still tries; or an older message with this reference
        before = self._marked.get(row.id, row.refs)
        if ref not in before:
            return True
        mark = DELIVERED if report.status < 0x20 else FAILED
        place = before.index(ref)
        refs = (*before[:place], mark + ref, *before[place + 1 :])
        self._marked[row.id] = refs
        try:
            if mark == FAILED:
                error = f"sms_status_{report.status:02x}"
                await inbox.report(row.id, DeliveryState.FAILED, refs, error)
            elif all(r.startswith(DELIVERED) for r in refs):
                await inbox.report(row.id, DeliveryState.DELIVERED, refs)
                del self._marked[row.id]
        except UnavailableError:
            self._marked[row.id] = before
            raise
        return True
