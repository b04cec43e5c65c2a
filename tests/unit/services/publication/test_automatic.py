"""Automatic publication: what, when, how exact; and what is never published."""

import asyncio
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from console.domain.catalogue.city_rules import PublicationRule
from console.domain.requests import commands as c
from console.domain.requests.publication import rule_for
from console.domain.states import Outcome, Role, Verdict
from console.services.publication.automatic import LOOK_BACK, publish_due
from console.services.views.public_site import SiteRow
from tests.unit.services.conftest import Seat

ROADS = PublicationRule(code="roads", groups=("roads",), automatic=True, delay_hours=24, decimals=2)
EVERYBODY = PublicationRule(code="all")
PINNED: dict[str, object] = {"service_code": "roads.pothole", "lat": 10.861354, "long": 106.705921}


def closed(seat: Seat, result: str = "Đã vá mặt đường", **values: object) -> UUID:
    request_id = seat.log(agency="so-xay-dung", **(PINNED | values))
    seat.do(
        c.ReportResult(request_id=request_id, agency="so-xay-dung", resolution_code="fixed",
                       text=result, no_photo_reason="tối"),
        "supervisor",
    )  # fmt: skip
    told = c.RecordOutreach(request_id=request_id, outcome=Outcome.REACHED,
                            verdict=Verdict.SATISFIED)  # fmt: skip
    seat.do(told)
    seat.do(c.CloseRequest(request_id=request_id))
    return request_id


def published(seat: Seat) -> tuple[SiteRow, ...]:
    return seat.desk.store.ask_now(lambda q: q.published())


def ruled(seat: Seat, *rules: PublicationRule) -> None:
    seat.desk.catalogue = replace(seat.desk.catalogue, publications=rules)


def test_after_the_delay_by_rule_without_the_citizens_words(seat: Seat) -> None:
    ruled(seat, EVERYBODY, ROADS)
    closed(seat, description="Ổ gà trước nhà tôi, Lan 0903 123 456")
    assert asyncio.run(publish_due(seat.desk)) == 0
    seat.clock.forward(hours=23, minutes=59)
    assert asyncio.run(publish_due(seat.desk)) == 0
    seat.clock.forward(minutes=1)
    assert asyncio.run(publish_due(seat.desk)) == 1
    assert asyncio.run(publish_due(seat.desk)) == 0
    (row,) = published(seat)
    service = seat.desk.catalogue.service(row.service_code)
    assert (row.text, row.result) == (service.name, "Đã vá mặt đường")
    assert (row.lat, row.long, row.photos) == (10.86, 106.71, ())


def test_a_result_that_names_somebody_waits_for_a_person(seat: Seat) -> None:
    ruled(seat, replace(ROADS, delay_hours=0, decimals=None))
    closed(seat, "Đã gặp anh Nguyễn Văn Bình, 0903 123 456")
    assert asyncio.run(publish_due(seat.desk)) == 1
    (row,) = published(seat)
    assert (row.result, row.lat) == (None, None)


def test_by_hand_stays_by_hand_and_what_was_taken_off_stays_off(seat: Seat) -> None:
    request_id = closed(seat)
    assert asyncio.run(publish_due(seat.desk)) == 0
    ruled(seat, replace(ROADS, delay_hours=0))
    assert asyncio.run(publish_due(seat.desk)) == 1
    seat.do(c.UnpublishRequest(request_id=request_id, reason="nhầm chỗ"), "supervisor")
    assert asyncio.run(publish_due(seat.desk)) == 0
    assert published(seat) == ()


def test_a_rule_that_begins_does_not_publish_the_past(seat: Seat) -> None:
    closed(seat)
    seat.clock.forward(days=1)
    ruled(seat, replace(ROADS, delay_hours=0, valid_from=seat.clock().date()))
    assert asyncio.run(publish_due(seat.desk)) == 0
    ruled(seat, replace(ROADS, delay_hours=0))
    seat.clock.forward(days=LOOK_BACK.days)
    assert asyncio.run(publish_due(seat.desk)) == 0


def test_an_agencys_seat_publishes_nothing(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    ruled(seat, replace(ROADS, delay_hours=0))
    closed(seat)
    monkeypatch.setattr(seat.desk, "actor", replace(seat.desk.actor, role=Role.OFFICER))
    assert asyncio.run(publish_due(seat.desk)) == 0


def test_the_shipped_rules_publish_by_hand_and_buses_without_a_place(seat: Seat) -> None:
    catalogue, today = seat.desk.catalogue, date(2026, 11, 24)
    rules = {s.code: rule_for(s, catalogue.publications, today)
             for s in catalogue.services.values()}  # fmt: skip
    assert not any(rule.automatic for rule in rules.values())
    assert rules["roads.pothole"].decimals == 3
    assert rules["bus.attitude"].decimals is None
