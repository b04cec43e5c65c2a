"""A message with its context: earlier messages and our answers, the likely service and place,
notices for that place, and requests that may be duplicates.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.states import ContactState
from console.domain.text import phone
from console.map.geography.coordinates import find_place
from console.services.contacts.photo_location import LARGEST_HEAD, PhotoPlace, position
from console.services.contacts.suggestions import NOTHING, Suggested, suggest
from console.services.outreach.reply_windows import ReplyLeft, reply_left
from console.services.publication.notices import MatchingNotice as ToldNotice
from console.services.publication.notices import matching_notices, where_of
from console.services.requests.intake import understand
from console.services.views.contacts import ContactRow, OutreachRow
from console.services.views.requests import DuplicateQuestion, DuplicateRow

if TYPE_CHECKING:
    from console.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Conversation:
    """A message with its context; earlier ones newest first, our answers oldest first.

    Attributes:
        photo_place: where one of its photos was taken, if the sender gave no place.
        text_place: (lat, long) found in the text, such as in a link to a map.
        suggested: the service that the text suggests, if the sender chose none.
        duplicates: open requests that may be duplicates, best first.
        told: notices for the place in the text, the most important first.
        left: how long and how often the channel still lets us answer, where it has a limit.
        beside: other comments under the same post, newest first.
    """

    contact: ContactRow
    earlier: tuple[ContactRow, ...]
    ours: tuple[OutreachRow, ...]
    suggested: Suggested = NOTHING
    photo_place: PhotoPlace | None = None
    text_place: tuple[float, float] | None = None
    duplicates: tuple[DuplicateRow, ...] = ()
    told: tuple[ToldNotice, ...] = ()
    left: ReplyLeft | None = None
    beside: tuple[ContactRow, ...] = ()

    @property
    def place(self) -> PhotoPlace | None:
        """The place from the sender's phone, else from the text, else from a photo."""
        contact = self.contact
        if contact.lat is not None and contact.long is not None:
            off = accuracy_of(dict(contact.proposal))
            return PhotoPlace(contact.lat, contact.long, off)
        return PhotoPlace(*self.text_place) if self.text_place else self.photo_place


def accuracy_of(given: Mapping[str, str]) -> float | None:
    """Accuracy of the place from the sender's phone, in metres."""
    said = given.get("accuracy_m", "")
    return float(said) if said.isdecimal() else None


COMMENT = "comment"
"""Flag of a public comment under a post."""


async def read_around(desk: "Desk", contact: ContactRow) -> Conversation:
    """Read the message's context."""
    ours = await desk.ask(lambda q: q.outreach_for_contact(contact.id))
    key = contact.sender_key or phone.normalise(contact.sender) or contact.sender
    earlier: tuple[ContactRow, ...] = ()
    if key:
        said = await desk.ask(lambda q: q.conversation(key))
        earlier = tuple(c for c in said if c.id != contact.id)
    suggested = NOTHING
    alike: tuple[DuplicateRow, ...] = ()
    if contact.request_id is None and contact.state is not ContactState.SPAM:
        suggested = suggest(contact.text, desk.catalogue, desk.places)
        alike = await _alike(desk, contact, suggested)
    place, words = await _photo_place(desk, contact), _told_place(contact)
    hint = words or ((place.lat, place.long) if place else None)
    told = await _told(desk, contact, suggested, hint)
    left = await desk.ask(lambda q: reply_left(q, contact, earlier))
    beside = await _beside(desk, contact)
    return Conversation(contact, earlier, ours, suggested, place, words, alike, told, left, beside)


async def _beside(desk: "Desk", contact: ContactRow) -> tuple[ContactRow, ...]:
    """A comment such as "the same here" means nothing without the others."""
    thread = contact.thread_key
    if thread is None or COMMENT not in contact.flags:
        return ()
    rows = await desk.ask(lambda q: q.thread(thread))
    return tuple(row for row in rows if row.sender_key != contact.sender_key)


async def _told(
    desk: "Desk", contact: ContactRow, suggested: Suggested, hint: tuple[float, float] | None
) -> tuple[ToldNotice, ...]:
    """Notices for its place: by pin, else by address, else by the wards in the text."""
    now, places = desk.clock(), desk.places
    rows = await desk.ask(lambda q: q.notices(now))
    if not rows or contact.state is ContactState.SPAM:
        return ()
    given = dict(contact.proposal)
    sent = (contact.lat, contact.long) if contact.lat and contact.long else None
    said = given.get("address_string") or suggested.address_string or contact.text[:300]
    wards = tuple(ward.code for ward in places.parse(said).new_wards)
    service = desk.catalogue.services.get(given.get("service_code") or suggested.service_code)
    where = where_of(places, pin=sent or hint, wards=wards)
    return matching_notices(rows, where, now, service.group if service else None)


async def _photo_place(desk: "Desk", contact: ContactRow) -> PhotoPlace | None:
    """The position of the first photo that has one."""
    if contact.lat is not None or contact.request_id is not None:
        return None
    paths = [path for each in contact.media if (path := desk.files.path(each))]
    return await asyncio.to_thread(_place_in, paths) if paths else None


async def _alike(
    desk: "Desk", contact: ContactRow, suggested: Suggested
) -> tuple[DuplicateRow, ...]:
    """Open requests that this may duplicate."""
    given = dict(contact.proposal)
    code = given.get("service_code") or suggested.service_code
    address = given.get("address_string") or suggested.address_string
    known = code in desk.catalogue.services
    if not known or not (address or contact.lat is not None):
        return ()
    place = understand(desk.places, address, lat=contact.lat, long=contact.long)
    question = DuplicateQuestion(
        service_code=code,
        lat=contact.lat,
        long=contact.long,
        address_string=address or None,
        ward_code=place.ward_code,
    )
    now = desk.clock()
    return await desk.ask(lambda q: q.possible_duplicates(question, now, 3))


def _place_in(paths: list[Path]) -> PhotoPlace | None:
    for path in paths:
        try:
            with path.open("rb") as file:
                found = position(file.read(LARGEST_HEAD))
        except OSError:
            continue
        if found is not None:
            return found
    return None


def _told_place(contact: ContactRow) -> tuple[float, float] | None:
    """The place in the text of a new message whose sender gave none."""
    if contact.lat is not None or contact.request_id is not None:
        return None
    place = find_place(contact.text)
    return (place.lat, place.long) if place else None
