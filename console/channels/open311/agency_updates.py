"""Updates from agencies' own systems (POST servicerequestupdates).

A key named after an agency acts as that agency: `closed` reports its result, anything else adds a
note. Each (key, update_id) counts once, because the command's id is made of both.
"""

import uuid

from console.channels.open311.api_keys import ApiKey
from console.channels.open311.faults import Fault, FaultsError
from console.channels.open311.request_body import RequestBody
from console.domain.actors import Actor
from console.domain.errors import InputError
from console.domain.requests.commands import AddNote, AttachMedia, Command, ReportResult
from console.domain.requests.numbering import parse
from console.domain.states import Role
from console.domain.text.cleaning import clean, clean_line
from console.services.desk import Desk
from console.services.people.actors import system_actor

_UPDATES = uuid.UUID("0d2f4f0e-1022-5a5b-8c55-3f1f6b7c1022")
"""UUID namespace of commands from updates."""
WORKSTATION = "open311"


class AgencyUpdates:
    """Turns updates into commands."""

    def __init__(self, desk: Desk) -> None:
        """Commands go through this desk."""
        self._desk = desk

    async def take(self, key: ApiKey, body: RequestBody, media: tuple[str, ...]) -> str:
        """Carry out an update; returns its id.

        Raises:
            FaultsError: something is missing or unknown.
            RefusedError, InputError: the rules forbid it.
        """
        update_id = clean_line(body.first("update_id") or "", 128)
        text = clean(body.first("description") or "", 4000)
        status = (body.first("status") or "open").strip().lower()
        missing = [n for n, v in (("update_id", update_id), ("description", text)) if not v]
        if missing:
            raise FaultsError(*(Fault(400, "open311_missing", (("name", n),)) for n in missing))
        if status not in ("open", "closed"):
            raise FaultsError(Fault(400, "open311_bad_status"))
        request_id = await self._request_id(body.first("service_request_id") or "")
        actor = self._actor(key)
        base = uuid.uuid5(_UPDATES, f"{key.name}\n{update_id}")
        step: Command
        if status == "closed" and actor.role is Role.OFFICER:
            step = ReportResult(
                id=base,
                request_id=request_id,
                resolution_code="fixed",
                text=text,
                photos=media,
                no_photo_reason=None if media else "Báo qua hệ thống của đơn vị",
            )
            await self._desk.do(step, actor=actor)
            return update_id
        step = AddNote(id=base, request_id=request_id, text=text)
        await self._desk.do(step, actor=actor)
        if media:
            files = AttachMedia(id=uuid.uuid5(base, "media"), request_id=request_id, media=media)
            await self._desk.do(files, actor=actor)
        return update_id

    async def _request_id(self, text: str) -> uuid.UUID:
        try:
            number = parse(text)
        except InputError:
            number = ""
        found = await self._desk.ask(lambda q: q.find_number(number)) if number else None
        if found is None:
            raise FaultsError(Fault(404, "open311_no_request", (("value", text[:40]),)))
        return found

    def _actor(self, key: ApiKey) -> Actor:
        agency = self._desk.catalogue.agencies.get(key.name.removeprefix("agency-"))
        if agency is None:
            return system_actor(WORKSTATION)
        return Actor(f"api-{key.name}", Role.OFFICER, agency.name, agency.code, WORKSTATION)
