"""One person in the records: their words and nobody else's."""

from uuid import UUID, uuid4

import pytest

from console.domain.errors import InputError
from console.domain.ids import uuid7
from console.domain.privacy.person import Person, own_part, person_of, without_others
from console.domain.requests import events as e
from console.domain.states import Channel, Outcome, Purpose
from tests.integration.store.build import received, stored

MINE = Person(("+84903123456",), ("lan@example.vn",))


def test_a_person_is_named_in_any_spelling() -> None:
    said = person_of(["0903 123 456", "Lan@Example.vn", "+84 903.123.456"])
    assert said == MINE
    assert said.has("LAN@example.vn")
    assert not said.has(None)
    assert len(person_of([f"090312345{n}" for n in range(10)] * 2).phones) == 10
    eleven = [f"09031234{n:02d}" for n in range(11)]
    for wrong in (["Lan"], [], ["0903 123 456", "@"], eleven):
        with pytest.raises(InputError, match="not_reachable"):
            person_of(wrong)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("gọi 0903 123 456", "gọi 0903 123 456"),
        ("gọi 0912 345 678 hoặc 0903123456", "gọi ***678 hoặc 0903123456"),
        ("viết lan@example.vn, bình@example.vn", "viết lan@example.vn, ***"),
        ("Bà TRẦN thị Bình nói", "Bà *** nói"),
        ("phản ánh 26 001 00001 9", "phản ánh 26 001 00001 9"),
    ],
)
def test_what_others_can_be_reached_at_and_their_names_go(said: str, left: str) -> None:
    assert without_others(said, MINE, ["Trần Thị Bình"]) == left


def reporter(request_id: UUID, **who: object) -> e.StoredEvent:
    return stored(request_id, e.ReporterRecorded(channel=Channel.VOICE, **who))  # type: ignore[arg-type]


def test_of_a_request_that_two_reported_each_reads_his_own_part() -> None:
    request_id, hers, his = uuid7(), uuid4(), uuid4()
    other = {"phone": "+84912345678", "name": "Trần Văn Bình", "contact_id": his}
    events = [
        received(request_id, "26001000019", media=("a" * 64,)),
        reporter(request_id, phone="+84903123456", name="Lan", contact_id=hers, consent=True),
        reporter(request_id, **other),
        stored(request_id, e.NoteAdded(text="Trần Văn Bình (0912345678) nói cây đổ vào nhà")),
        stored(request_id, e.MediaAttached(media=("b" * 64,))),
        stored(request_id, e.OutreachRecorded(
            channel=Channel.VOICE, outcome=Outcome.REACHED, text="đã báo anh ấy", contact_id=his)),
        stored(request_id, e.OutreachRecorded(
            channel=Channel.VOICE, outcome=Outcome.REACHED, text="đã báo chị", contact_id=hers)),
        stored(request_id, e.MessageQueued(
            outreach_id=uuid4(), channel=Channel.SMS, purpose=Purpose.RESULT, text="gửi anh")),
    ]  # fmt: skip
    lan = own_part(events, MINE)
    binh = own_part(events, Person(("+84912345678",)))
    assert lan is not None
    assert binh is not None
    assert (lan.first, lan.others, lan.files) == (True, 1, ("a" * 64,))
    assert (binh.first, binh.others, binh.files) == (False, 1, ())
    assert [r.name for r in lan.reporters] == ["Lan"]
    assert [c.given for c in lan.consents] == [True]
    said = [step.said for step in lan.steps if step.said]
    assert said == ["*** (***678) nói cây đổ vào nhà", "đã báo chị"]
    assert [s.said for s in binh.steps if s.said][-1] == "đã báo anh ấy"
    assert "Lan" not in repr(binh.steps)
    assert own_part(events, Person(("+84900000000",))) is None
    assert own_part([], MINE) is None


def test_who_left_no_number_is_found_by_what_he_sent() -> None:
    request_id, sent = uuid7(), uuid4()
    events = [received(request_id, "26001000019"), reporter(request_id, contact_id=sent)]
    assert own_part(events, MINE) is None
    found = own_part(events, MINE, frozenset((sent,)))
    assert found is not None
    assert found.others == 0


def test_a_number_that_was_corrected_since_still_finds_the_request() -> None:
    request_id, sent = uuid7(), uuid4()
    events = [
        received(request_id, "26001000019"),
        reporter(request_id, phone="+84903123456", contact_id=sent),
        reporter(request_id, phone="+84912345678", contact_id=sent),
    ]
    found = own_part(events, MINE)
    assert found is not None
    assert found.consents
