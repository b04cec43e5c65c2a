"""Warnings by mail and SMS to the contact points of agencies and of the switchboard.

The gateway sends them, because it owns the channels. Each warning to a contact point is an event of
the request, and its id follows from content and contact point. So after a restart, or at another
gateway, it is known and not repeated. All warnings of a round to one contact point are one message.

Among several gateways the holder of the channel writes. While the centre is away the holder is
unknown and nobody writes; afterwards one gateway writes what is still true.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import NAMESPACE_URL, UUID, uuid5

from console.domain.catalogue.catalogue import Catalogue
from console.domain.catalogue.city_rules import ContactPoint, in_force
from console.domain.clocks.escalation import Warned, point_is_warned
from console.domain.live_events import OutreachChanged, RequestsChanged
from console.domain.requests.events import AgencyWarned
from console.domain.requests.numbering import spoken
from console.domain.states import Channel, Purpose, Role
from console.domain.time_zone import CITY
from console.services.desk import Desk
from console.services.handling import Context, stamp
from console.services.outreach.delivery import is_quiet
from console.services.outreach.messages import queue, when
from console.services.people.actors import system_actor
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.wording.sentences import clock_name, fill, level_name

EVERY_S = 30.0
UNHELD_S = 2.0
"""Wait while nobody holds the channels yet, as after a start."""
LISTED = 40
"""Requests that a mail lists; it counts the others."""
SMS_FROM = 3
"""From this level on (the clock has ended) an SMS goes out besides the mail; below it, only
where there is no mail.
"""


@dataclass(frozen=True, slots=True)
class _Letter:
    """What one contact point receives in this round."""

    point: ContactPoint
    warned: tuple[Warned, ...]
    ways: tuple[Channel, ...]


class WarningMessenger:
    """Writes to contact points while a gateway runs."""

    def __init__(
        self,
        desk: Desk,
        channels: Iterable[Channel],
        *,
        quiet: tuple[int, int] | None = None,
        patience: timedelta = timedelta(0),
        ours: Callable[[Channel], bool] = lambda _channel: True,
    ) -> None:
        """Write through these channels of the gateway.

        Args:
            quiet: night hours, as in `Courier`: a contact point with only SMS waits until
                morning, one with a mailbox gets mail alone.
            patience: extra wait, different at each gateway, so that they do not all write.
            ours: whether this gateway holds a channel.
        """
        self._desk = desk
        self._channels = frozenset(channels) & {Channel.EMAIL, Channel.SMS}
        self._quiet = quiet
        self._patience = patience
        self._ours = ours

    async def run(self, publish: Callable[[object], None]) -> None:
        """Run for ever; after a failure `supervise` starts it again."""
        del publish
        while True:
            await self.round()
            await asyncio.sleep(EVERY_S if self.writes else UNHELD_S)

    @property
    def writes(self) -> bool:
        """Whether this gateway writes: it holds the mailbox, or without one the SMS channel."""
        first = next((c for c in (Channel.EMAIL, Channel.SMS) if c in self._channels), None)
        return first is not None and self._ours(first)

    async def round(self) -> int:
        """Queue the warnings that are due now; returns how many messages."""
        desk, now = self._desk, self._desk.clock()
        today = now.astimezone(CITY).date()
        points = [
            p for p in desk.catalogue.contact_points if in_force(p.valid_from, p.valid_to, today)
        ]
        if not points or not self.writes or desk.actor.role is Role.OFFICER:
            return 0
        standing = await desk.ask(lambda q: q.warnings_standing(now - self._patience))
        pairs = {
            event_id(point, warned): (point, warned)
            for warned in standing
            for point in points
            if point_is_warned(point, warned)
        }
        known = await desk.ask(lambda q: q.events_known(tuple(pairs)))
        new = [pair for key, pair in pairs.items() if key not in known]
        written = 0
        for point in points:
            mine = tuple(w for p, w in new if p is point)
            if mine and (ways := self._ways(point, mine, now)):
                written += await self._send(_Letter(point, mine, ways))
        return written

    def _ways(
        self, point: ContactPoint, warned: Sequence[Warned], now: datetime
    ) -> tuple[Channel, ...]:
        """The channels for this contact point now; none = wait until morning."""
        by_mail = point.email is not None and Channel.EMAIL in self._channels
        awake = point.around_the_clock or not is_quiet(now, self._quiet)
        pressing = not by_mail or any(w.level >= SMS_FROM for w in warned)
        by_sms = point.phone is not None and Channel.SMS in self._channels and awake and pressing
        return (*([Channel.EMAIL] if by_mail else []), *([Channel.SMS] if by_sms else []))

    async def _send(self, letter: _Letter) -> int:
        desk = self._desk
        context = Context(
            actor=system_actor(desk.actor.workstation),
            now=desk.clock(),
            catalogue=desk.catalogue,
            places=desk.places,
        )
        sent = await desk.store.write(partial(_write, letter, context), priority=2)
        for each in sent:
            desk.bus.publish(OutreachChanged(each, None))
        desk.bus.publish(RequestsChanged(frozenset(w.request_id for w in letter.warned)))
        return len(sent)


def event_id(point: ContactPoint, warned: Warned) -> UUID:
    """The id of this warning to this contact point, the same at every gateway."""
    return uuid5(
        NAMESPACE_URL,
        f"1022:warned:{warned.request_id}:{warned.agency}:{warned.clock}:{warned.level}:"
        f"{warned.due_at.isoformat()}:{point.code}",
    )


def _write(letter: _Letter, context: Context, uow: UnitOfWork) -> list[UUID]:
    """Write events and messages in one transaction, without warnings that arrived meanwhile."""
    said = []
    for warned in letter.warned:
        key = event_id(letter.point, warned)
        if any(event.id == key for event in uow.events(warned.request_id)):
            continue
        fact = AgencyWarned(
            agency=warned.agency,
            clock=warned.clock,
            level=warned.level,
            due_at=warned.due_at,
            to=letter.point.code,
            ways=letter.ways,
        )
        (event,) = stamp((fact,), warned.request_id, uow, context)
        uow.append((replace(event, id=key),))
        said.append(warned)
    if not said:
        return []
    rows = []
    for way in letter.ways:
        text = _mail(said, context, uow) if way is Channel.EMAIL else _sms(said, context, uow)
        address = letter.point.email if way is Channel.EMAIL else letter.point.phone
        keys = ":".join(sorted(str(event_id(letter.point, w)) for w in said))
        row = queue(uow, context, (way, str(address)), text, Purpose.WARNING,
                    outreach_id=uuid5(NAMESPACE_URL, f"1022:{way.value}:{keys}"))  # fmt: skip
        rows.append(row.id)
    return rows


def _sms(said: Sequence[Warned], context: Context, uow: UnitOfWork) -> str:
    """The most urgent one by number, and a count of the others."""
    first, *others = _pressing(said)
    template = "warning_more" if others else "warning"
    return fill(
        context.catalogue.templates[template],
        {
            "number": spoken(first.number),
            "service": _service(first, context.catalogue, uow),
            "reason": f"{clock_name(first.clock)} {level_name(first.level)}",
            "due": when(first.due_at),
            "result": len(others),
        },
    )


def _mail(said: Sequence[Warned], context: Context, uow: UnitOfWork) -> str:
    lines = [
        f"- {spoken(w.number)} · {_service(w, context.catalogue, uow)} · {clock_name(w.clock)}: "
        f"{level_name(w.level)}, hạn {when(w.due_at)}"
        for w in _pressing(said)[:LISTED]
    ]
    more = len(said) - len(lines)
    return "\n".join(
        (
            context.catalogue.templates["warning_mail"],
            "",
            *lines,
            *([f"… và {more} phản ánh khác."] if more > 0 else []),
        )
    )


def _pressing(said: Sequence[Warned]) -> list[Warned]:
    return sorted(said, key=lambda w: (-w.level, w.due_at, w.number))


def _service(warned: Warned, catalogue: Catalogue, uow: UnitOfWork) -> str:
    request = uow.request(warned.request_id)
    service = catalogue.services.get(request.service_code) if request else None
    return service.name if service else ""
