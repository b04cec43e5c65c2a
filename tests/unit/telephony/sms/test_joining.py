"""Joining parts and making contacts of them."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from console.services.records import SmsPart
from console.telephony.pdu.gsm7 import pack
from console.telephony.sms.joining import MAX_TEXT, PartJoiner, joiner_from, message_of
from console.telephony.sms.parts import report_ref, stored_part
from tests.fakes.sms.pdus import deliver, deliver_text, status_report

IMSI = "452011234567890"
SENDER = "+84903123456"
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LONG = (
    "Kính gửi tổng đài 1022: nắp cống bị bể nằm giữa đường ở ngã tư Vườn Lài - QL1A, P.An Phú "
    "Đông, Quận 12, rất nguy hiểm cho người đi đường 😀, đề nghị xử lý gấp trong đêm nay. Cảm ơn."
)


def parts(pdus: list[str], at: datetime = NOW) -> list[SmsPart]:
    """Parts of PDUs as the modem gives them."""
    made = [stored_part(pdu, IMSI, at) for pdu in pdus]
    assert all(made)
    return [part for part in made if part is not None]


def texts(joiner: PartJoiner, at: datetime) -> list[str]:
    """What is due to be shown."""
    out = []
    for group in joiner.due(at):
        out.append(message_of(group).text)
        joiner.told(group)
    return out


def three(text: str = LONG, reference: int = 4, at: datetime = NOW) -> list[SmsPart]:
    """Parts of a long text."""
    made = parts(deliver_text(SENDER, text, at=at, reference=reference), at)
    assert len(made) == 3
    return made


def test_a_single_message_is_shown_at_once() -> None:
    (part,) = parts(deliver_text(SENDER, "Nắp cống sụp", at=NOW))
    joiner = PartJoiner()
    group = joiner.add(part)
    assert group is not None
    message = message_of(group)
    assert (message.text, message.sender_key, message.flags) == ("Nắp cống sụp", SENDER, ())
    assert message.external_id == part.external_id
    assert message.sent_at == NOW
    assert message.raw == part.pdu
    assert joiner.add(part) is None


@given(st.permutations([0, 1, 2]))
def test_any_order_gives_the_same_text(order: list[int]) -> None:
    joiner = PartJoiner()
    made = three()
    for n in order[:-1]:
        joiner.add(made[n])
        assert texts(joiner, NOW) == []
    joiner.add(made[order[-1]])
    (group,) = joiner.due(NOW)
    message = message_of(group)
    assert message.text == LONG
    assert message.external_id == made[order[0]].external_id
    assert set(group.part_ids) == {p.external_id for p in made}


def test_an_emoji_cut_between_parts_survives() -> None:
    text = "x" * 66 + "😀" + "y" * 20
    joiner = PartJoiner()
    for part in parts(deliver_text(SENDER, text, at=NOW)):
        joiner.add(part)
    assert texts(joiner, NOW) == [text]


def test_after_600_seconds_the_gap_is_shown_and_a_late_part_corrects_it() -> None:
    joiner = PartJoiner()
    made = three()
    joiner.add(made[0])
    joiner.add(made[2])
    assert texts(joiner, NOW + timedelta(seconds=599)) == []
    (group,) = joiner.due(NOW + timedelta(seconds=600))
    message = message_of(group)
    assert "[thiếu phần 2/3]" in message.text
    assert message.text.startswith("Kính gửi")
    assert message.text.endswith("Cảm ơn.")
    assert "incomplete" in message.flags
    joiner.told(group)
    assert texts(joiner, NOW + timedelta(hours=1)) == []
    joiner.add(replace(made[1], received_at=NOW + timedelta(hours=23)))
    (again,) = joiner.due(NOW + timedelta(hours=23))
    assert message_of(again).text == LONG
    assert message_of(again).external_id == message.external_id
    assert "incomplete" not in message_of(again).flags


def test_gaps_at_both_ends() -> None:
    made = parts(deliver_text(SENDER, LONG * 2, at=NOW))
    joiner = PartJoiner()
    joiner.add(made[3])
    (text,) = texts(joiner, NOW + timedelta(minutes=10))
    assert text.startswith("[thiếu phần 1-3/6]")
    assert text.endswith("[thiếu phần 5-6/6]")


def test_the_same_part_twice_brings_nothing() -> None:
    joiner = PartJoiner()
    made = three()
    joiner.add(made[0])
    again = replace(made[0], external_id="again", scts=NOW + timedelta(seconds=30))
    assert joiner.add(again) is None
    joiner.add(made[1])
    joiner.add(made[2])
    (group,) = joiner.due(NOW)
    assert "again" in group.part_ids
    assert texts(joiner, NOW) == [LONG]


def test_two_texts_with_one_reference_are_two_messages() -> None:
    other = LONG.replace("nắp cống", "cột điện").replace("1022", "1023").replace("gấp", "gắp")
    later = NOW + timedelta(minutes=2)
    first, second = three(reference=0), three(other, reference=0, at=later)
    joiner = PartJoiner()
    for part in (first[0], second[0], second[2], first[2], second[1], first[1]):
        joiner.add(part)
    assert sorted(texts(joiner, later)) == sorted([LONG, other])


def test_a_complete_group_is_closed() -> None:
    joiner = PartJoiner()
    for part in three(reference=0):
        joiner.add(part)
    assert texts(joiner, NOW) == [LONG]
    later = NOW + timedelta(hours=1)
    for part in three(reference=0, at=later):
        joiner.add(part)
    assert texts(joiner, later) == [LONG]


def test_parts_a_day_apart_do_not_meet() -> None:
    joiner = PartJoiner()
    joiner.add(three()[0])
    late = NOW + timedelta(hours=25)
    joiner.add(three(at=late)[1])
    assert len(texts(joiner, late + timedelta(minutes=10))) == 2


def test_senders_sims_and_reference_widths_are_kept_apart() -> None:
    made = three()
    joiner = PartJoiner()
    joiner.add(made[0])
    joiner.add(replace(made[1], sender="+84909999999"))
    joiner.add(replace(made[1], imsi="452020000000000"))
    joiner.add(replace(made[2], reference_bits=16))
    assert len(texts(joiner, NOW + timedelta(minutes=10))) == 4


def test_a_restart_knows_what_was_shown() -> None:
    made = three()
    contact = uuid4()
    shown = [replace(part, contact_id=contact) for part in made]
    assert joiner_from(shown).due(NOW + timedelta(days=1)) == []
    # killed after the last part was stored, before the contact was made
    assert texts(joiner_from(made), NOW) == [LONG]
    # killed after the incomplete one was shown and the late part stored
    assert texts(joiner_from([*shown[:2], made[2]]), NOW) == [LONG]


def test_forgetting() -> None:
    joiner = PartJoiner()
    made = three()
    joiner.add(made[0])
    joiner.forget(NOW + timedelta(hours=30))
    assert len(joiner.due(NOW + timedelta(hours=30))) == 1  # not shown yet: kept
    texts(joiner, NOW + timedelta(hours=30))
    joiner.forget(NOW + timedelta(hours=30))
    joiner.add(made[1])
    assert texts(joiner, NOW + timedelta(hours=31)) == [message_of_one(made[1])]


def message_of_one(part: SmsPart) -> str:
    """Text of a lone part."""
    joiner = PartJoiner()
    joiner.add(part)
    return texts(joiner, NOW + timedelta(days=1))[0]


def test_an_escape_cut_between_gsm7_parts() -> None:
    whole = b"a" * 152 + b"\x1b\x65" + b" dong"
    pdus = []
    for place, septets in enumerate((whole[:153], whole[153:]), 1):
        header = bytes((5, 0, 3, 9, 2, place))
        data = header + pack(septets, 1)
        udl = 7 + len(septets)
        pdu = deliver(SENDER, data, at=NOW, coding=0)
        head = pdu[: -2 * len(data) - 2]
        pdus.append("0044" + head[4:] + f"{udl:02X}" + data.hex())
    joiner = PartJoiner()
    for part in parts(pdus):
        joiner.add(part)
    assert texts(joiner, NOW) == ["a" * 152 + "€ dong"]


def test_ten_thousand_characters_and_more() -> None:
    text = "Đường hư. " * 1000
    joiner = PartJoiner()
    made = parts(deliver_text(SENDER, text, at=NOW, reference=3, wide_reference=True))
    random.Random(7).shuffle(made)
    for part in made:
        joiner.add(part)
    assert texts(joiner, NOW) == [text.strip()]
    longest = parts(deliver_text(SENDER, "x" * 16_000, at=NOW, reference=4, wide_reference=True))
    for part in longest:
        joiner.add(part)
    (group,) = joiner.due(NOW)
    assert len(message_of(group).text) == MAX_TEXT
    assert "truncated" in message_of(group).flags


def test_hostile_text_is_cleaned() -> None:
    (part,) = parts(deliver_text(SENDER, "a\u202eb\x07c\u200b\r\nd", at=NOW))
    assert message_of_one(part) == "abc\nd"


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2)), max_size=24))
def test_nothing_is_shown_twice_and_nothing_is_lost(order: list[tuple[int, int]]) -> None:
    """Parts of two texts with one reference, repeated at random: every part is in a message."""
    other = LONG.replace("Kính", "Xin").replace("Quận", "Phường").replace("Cảm ơn", "Chào")
    both = [three(reference=0), three(other, reference=0, at=NOW + timedelta(seconds=40))]
    joiner = PartJoiner()
    shown = 0
    seen = set()
    for which, n in order:
        part = both[which][n]
        if part.external_id not in seen:  # the store knows a part by its id
            seen.add(part.external_id)
            joiner.add(part)
        for group in joiner.due(NOW):
            joiner.told(group)
            shown += 1
    bound = [p for g in joiner._groups() for p in g.part_ids]
    assert sorted(bound) == sorted(seen)
    assert shown <= 2


# --- parts


def test_the_key_is_the_same_for_the_same_pdu_only() -> None:
    (pdu,) = deliver_text(SENDER, "a", at=NOW)
    (other,) = deliver_text(SENDER, "b", at=NOW)
    (later,) = deliver_text(SENDER, "a", at=NOW + timedelta(seconds=1))
    keys = {part.external_id for part in parts([pdu, other, later])}
    assert len(keys) == 3
    assert parts([pdu], NOW + timedelta(hours=9))[0].external_id in keys
    moved = stored_part(pdu, "1", NOW)
    assert moved is not None
    assert moved.external_id not in keys


def test_flash_is_flagged() -> None:
    (part,) = parts(deliver_text(SENDER, "KHẨN", at=NOW, flash=True))
    assert part.flags == ("flash",)


def test_wap_push_is_no_message() -> None:
    pdu = deliver("1111", b"\x01\x06", at=NOW, header=b"\x06\x05\x04\x0b\x84\x23\xf0", coding=4)
    assert stored_part(pdu, IMSI, NOW) is None


def test_what_cannot_be_read_is_kept() -> None:
    (part,) = parts(["nonsense"])
    joiner = PartJoiner()
    group = joiner.add(part)
    assert group is not None
    message = message_of(group)
    assert message.text == ""
    assert message.sender is None
    assert message.raw == b"nonsense"
    assert "unreadable" in message.flags


def test_reports_are_not_joined() -> None:
    pdu = status_report(SENDER, 42, 0, at=NOW)
    (part,) = parts([pdu])
    assert part.flags == ("status_report",)
    assert joiner_from([part]).due(NOW + timedelta(days=1)) == []
    (failed,) = parts([status_report(SENDER, 42, 0x46, at=NOW)])
    assert failed.external_id != part.external_id


def test_the_recipient_in_a_ref_is_written_one_way() -> None:
    assert (
        report_ref(IMSI, 7, "0903123456")
        == report_ref(IMSI, 7, "+84903123456")
        == f"{IMSI}:7:{SENDER}"
    )
    assert report_ref(IMSI, 7, "VIETTEL") == f"{IMSI}:7:VIETTEL"
