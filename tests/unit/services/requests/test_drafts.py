"""Drafts: the latest save wins, unreadable forms are refused."""

from uuid import uuid4

import pytest

from console.domain.errors import InputError
from console.domain.live_events import DraftsChanged
from console.domain.requests import commands as c
from console.services.requests.drafts import LONGEST
from tests.unit.services.conftest import Seat


def test_the_latest_typing_wins(seat: Seat) -> None:
    seat.desk.bus.subscribe(DraftsChanged, seat.heard.append)
    draft_id = uuid4()
    seat.do(c.SaveDraft(draft_id=draft_id, fields={"description": "Nắp"}))
    seat.clock.forward(seconds=1)
    seat.do(c.SaveDraft(draft_id=draft_id, fields={"description": "Nắp cống", "lat": None}))
    (draft,) = seat.desk.store.ask_now(lambda q: q.drafts("may-07"))
    assert draft.fields == {"description": "Nắp cống", "lat": None}
    assert (draft.operator, draft.workstation) == ("operator", "may-07")
    assert draft.updated_at == seat.clock()
    seat.do(c.DiscardDraft(draft_id=draft_id))
    seat.do(c.DiscardDraft(draft_id=draft_id))
    assert seat.desk.store.ask_now(lambda q: q.drafts()) == ()
    assert seat.heard == [DraftsChanged()] * 4


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"x": object()}, "draft_unreadable"),
        ({"x": "a" * (LONGEST + 1)}, "draft_too_long"),
    ],
)
def test_what_is_no_form_is_refused(seat: Seat, fields: dict[str, object], code: str) -> None:
    with pytest.raises(InputError, match=code):
        seat.do(c.SaveDraft(draft_id=uuid4(), fields=fields))
