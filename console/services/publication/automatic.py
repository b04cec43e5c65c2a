"""Publishes requests some time after they were closed, where the service's rule says so.

No citizen's own words are published without a person's review: only the kind of trouble and its
place, and the agency's result when nothing in it had to be hidden
(`domain/requests/publication.py`).
"""

import logging
from datetime import UTC, datetime, time, timedelta
from functools import partial
from uuid import UUID

from console.domain.catalogue.catalogue import Catalogue
from console.domain.catalogue.city_rules import PublicationRule
from console.domain.errors import RefusedError
from console.domain.requests.commands import PublishRequest
from console.domain.requests.publication import automatic_words, rule_for
from console.domain.states import Role
from console.domain.time_zone import CITY
from console.services.desk import Desk
from console.services.people.actors import system_actor
from console.services.ports.store.queries import Queries

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(days=7)
"""Requests closed longer ago stay as they are: a new rule does not publish the past."""
ROUND = 50


async def publish_due(desk: Desk, patience: timedelta = timedelta(0)) -> int:
    """Publish what is due; returns how many.

    Args:
        desk: of this seat.
        patience: extra wait, different at each seat, so that they do not all do it.
    """
    if desk.actor.role is Role.OFFICER:
        return 0  # the switchboard publishes
    now, published = desk.clock() - patience, 0
    for rule, services in _automatic(desk.catalogue, now).items():
        due = await desk.ask(partial(_due, services, rule, now))
        for request_id in due:
            published += await _publish(desk, request_id, rule)
    return published


def _automatic(catalogue: Catalogue, now: datetime) -> dict[PublicationRule, list[str]]:
    """Codes of the services that publish automatically, by rule."""
    found: dict[PublicationRule, list[str]] = {}
    for service in catalogue.services.values():
        rule = rule_for(service, catalogue.publications, now.astimezone(CITY).date())
        if rule.automatic:
            found.setdefault(rule, []).append(service.code)
    return found


def _due(
    services: list[str], rule: PublicationRule, now: datetime, queries: Queries
) -> tuple[UUID, ...]:
    until = now - timedelta(hours=rule.delay_hours)
    begins = datetime.combine(rule.valid_from, time(), CITY).astimezone(UTC)
    return queries.publishable(services, max(until - LOOK_BACK, begins), until, ROUND)


async def _publish(desk: Desk, request_id: UUID, rule: PublicationRule) -> int:
    found = await desk.ask(lambda q: q.detail(request_id))
    service = desk.catalogue.services.get(found.request.service_code) if found else None
    if found is None or service is None:
        return 0
    text, result = automatic_words(found.request, service)
    command = PublishRequest(request_id=request_id, text=text, result=result, exact=rule.decimals)
    try:
        await desk.do(command, actor=system_actor(desk.actor.workstation))
    except RefusedError as error:
        log.info("not published by the clock: %s", error)  # somebody did it first
        return 0
    return 1
