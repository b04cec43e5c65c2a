"""A process that receives SMS into a real store until it is killed.

`python -m tests.integration.telephony.sms_child PROFILE DEVICE`.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from console.services.city_data.catalogue_loader import load_catalogue
from console.services.contacts.inbox import StoreInbox
from console.services.runtime.bus import Bus
from console.store.seat.local_store import LocalStore
from console.telephony.sms.channel import SmsChannel


async def receive(profile: Path, device: str) -> None:
    """For ever."""
    store = LocalStore(profile, load_catalogue(), readers=1)
    bus = Bus()
    inbox = StoreInbox(store, bus, lambda: datetime.now(UTC))
    await SmsChannel("gsm1", device).run(inbox, bus.publish)


if __name__ == "__main__":
    asyncio.run(receive(Path(sys.argv[1]), sys.argv[2]))
