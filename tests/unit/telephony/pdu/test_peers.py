"""PDUs as other networks, phones and SIMs send them, built by hand from the clauses of 3GPP TS
23.040 and 23.038; each expected result was decided before it was tried.
"""

from datetime import UTC, datetime

import pytest

from console.domain.states import Channel
from console.telephony.pdu.decoding import decode
from console.telephony.pdu.gsm7 import pack
from console.telephony.pdu.messages import DecodedSms
from console.telephony.sms.joining import PartJoiner, message_of
from console.telephony.sms.parts import stored_part
from tests.unit.telephony.pdu.test_codec import deliver

AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def with_pid(pdu: str, pid: int) -> str:
    """The same with another TP-PID, behind a sender of eleven digits."""
    place = 2 + 2 + 16
    return f"{pdu[:place]}{pid:02X}{pdu[place + 2 :]}"


def septets(*places: int) -> bytes:
    return bytes(places)


# --- national tables (23.038, annex A)


@pytest.mark.parametrize(
    ("locking", "single", "places", "text"),
    [
        # Turkish: "İ" and "ş" are in the locking table, by an escape in the single one.
        (1, 0, (0x40, 0x1D, 0x07, 0x0C, 0x60), "İşığç"),
        (0, 1, (0x1B, 0x49, 0x1B, 0x73, 0x1B, 0x69, 0x1B, 0x67, 0x1B, 0x63), "İşığç"),
        (1, 1, (0x1C, 0x1B, 0x53, 0x04, 0x1B, 0x65), "ŞŞ€€"),
        # Spanish has a single table only.
        (0, 2, (0x1B, 0x61, 0x1B, 0x6F, 0x7D, 0x1B, 0x09), "áóñç"),
        # Portuguese: other letters in place of the Greek ones.
        (3, 0, (0x04, 0x0B, 0x12, 0x14, 0x18, 0x5B, 0x7B, 0x24), "êÔªÀ€Ããº"),
        (0, 3, (0x1B, 0x7B, 0x1B, 0x7C, 0x1B, 0x5B, 0x1B, 0x12), "ãõÃΦ"),
    ],
)
def test_national_tables(locking: int, single: int, places: tuple[int, ...], text: str) -> None:
    sms = announced(locking, single, places)
    assert sms.text == text
    assert sms.tables == (locking, single)
    assert "unknown_table" not in sms.flags


WATER = [
    (4, (0x1D, 0x46), "জল"),
    (5, (0x3D, 0x50, 0x26, 0x52), "પાણી"),
    (6, (0x3D, 0x50, 0x2F, 0x52), "पानी"),
    (7, (0x2F, 0x52, 0x44, 0x53), "ನೀರು"),
    (8, (0x49, 0x58, 0x47, 0x5F, 0x47, 0x01), "വെള്ളം"),
    (9, (0x3D, 0x50, 0x26, 0x51), "ପାଣି"),
    (10, (0x3D, 0x50, 0x26, 0x52), "ਪਾਣੀ"),
    (11, (0x2F, 0x52, 0x44, 0x5F), "நீர்"),
    (12, (0x2F, 0x52, 0x44, 0x53), "నీరు"),
    (13, (0x05, 0x00, 0x4F, 0x59), "پانی"),
]
"""The word for water by the locking tables of India."""


@pytest.mark.parametrize(("language", "places", "word"), WATER)
def test_locking_tables_of_india(language: int, places: tuple[int, ...], word: str) -> None:
    # "é" of the default alphabet is not in these tables; the default escape still is.
    sms = announced(language, 0, (*places, 0x2C, 0x20, 0x31, 0x6B, 0x6D, 0x1B, 0x65))
    assert sms.text == f"{word}, 1km€"
    assert sms.tables == (language, 0)
    assert "unknown_table" not in sms.flags


@pytest.mark.parametrize(
    ("language", "places", "text"),
    [
        (4, (0x1A, 0x19, 0x2B), "\u09e7\u09e6\u09f2"),
        (5, (0x1D, 0x1C, 0x19), "\u0ae7\u0ae6\u0964"),
        (6, (0x1D, 0x1C, 0x2C), "\u0967\u0966\u0958"),
        (7, (0x1D, 0x1C, 0x26), "\u0ce7\u0ce6\u0cde"),
        (8, (0x1D, 0x1C, 0x2E), "\u0d67\u0d66\u0d7a"),
        (9, (0x1D, 0x1C, 0x26), "\u0b67\u0b66\u0b5c"),
        (10, (0x1D, 0x1C, 0x26), "\u0a67\u0a66\u0a59"),
        (11, (0x1D, 0x1C, 0x24), "\u0be7\u0be6\u0bee"),
        (12, (0x1D, 0x1C, 0x32), "\u0c67\u0c66\u0c7f"),
        (13, (0x1D, 0x1C, 0x3F), "\u06f1\u06f0\u06d4"),
    ],
)
def test_single_tables_of_india(language: int, places: tuple[int, ...], text: str) -> None:
    """One, nought and one more sign of the script by escapes; "5A@]" between and behind."""
    escaped = [septet for place in (*places, 0x41, 0x00, 0x3E) for septet in (0x1B, place)]
    sms = announced(0, language, (0x35, *escaped, 0x04))
    assert sms.text == f"5{text}A@]è"
    assert sms.tables == (0, language)
    assert "unknown_table" not in sms.flags
    word = next(word for number, _, word in WATER if number == language)
    letters = next(letters for number, letters, _ in WATER if number == language)
    assert announced(language, language, (*letters, 0x1B, places[0])).text == word + text[0]


def announced(locking: int, single: int, places: tuple[int, ...]) -> DecodedSms:
    """A message whose header names these tables."""
    header = b""
    if single:
        header += bytes((0x24, 1, single))
    if locking:
        header += bytes((0x25, 1, locking))
    header = bytes((len(header),)) + header
    used = (len(header) * 8 + 6) // 7
    body = header + pack(septets(*places), used * 7 - len(header) * 8)
    return decode(deliver(body, first=0x44, udl=used + len(places)))


def test_each_part_has_its_own_tables() -> None:
    """A Turkish phone announces its table only in the parts that need it."""
    joiner = PartJoiner()
    first = b"\x05\x00\x03\x21\x02\x01"
    second = b"\x08\x00\x03\x21\x02\x02\x25\x01\x01"
    for header, letters in ((first, b"Merhaba "), (second, septets(0x40, 0x1D, 0x00))):
        used = (len(header) * 8 + 6) // 7
        body = header + pack(letters, used * 7 - len(header) * 8)
        part = stored_part(deliver(body, first=0x44, udl=used + len(letters)), "452", AT)
        assert part is not None
        joiner.add(part)
    (group,) = joiner.due(AT)
    assert message_of(group).text == "Merhaba İş@"


# --- concatenation


def parts(header: bytes, *bodies: bytes, dcs: int = 8) -> list[str]:
    """DELIVERs of one message; `header` is an element without total and sequence."""
    made = []
    for n, body in enumerate(bodies, 1):
        element = header[:1] + bytes((len(header) + 1,)) + header[1:] + bytes((len(bodies), n))
        data = bytes((len(element),)) + element + body
        made.append(deliver(data, first=0x44, dcs=dcs))
    return made


def joined(pdus: list[str]) -> list[str]:
    joiner = PartJoiner()
    for pdu in pdus:
        part = stored_part(pdu, "452", AT)
        assert part is not None
        joiner.add(part)
    return [message_of(group).text for group in joiner.due(AT)]


def test_a_surrogate_pair_cut_between_parts_in_any_order() -> None:
    text = "Cây ngã 🌳🌧 đè dây điện"
    octets = text.encode("utf-16-be")
    cut = octets.index("🌧".encode("utf-16-be")) + 2
    assert joined(parts(b"\x00\x07", octets[:cut], octets[cut:])[::-1]) == [text]


def test_8_and_16_bit_references_of_one_sender_do_not_meet() -> None:
    narrow = parts(b"\x00\x07", "Ngập ".encode("utf-16-be"), "sâu".encode("utf-16-be"))
    wide = parts(b"\x08\x00\x07", "Đèn ".encode("utf-16-be"), "tắt".encode("utf-16-be"))
    mixed = [narrow[0], wide[1], wide[0], narrow[1]]
    assert sorted(joined(mixed)) == ["Ngập sâu", "Đèn tắt"]


def test_ports_and_concatenation_in_one_header() -> None:
    """A push of an MMS notice in two parts, and a text that an application addressed to a port."""
    push = bytes.fromhex("0B05040B8423F0000321") + bytes((2, 1)) + b"\x01\x06\x03"
    sms = decode(deliver(push, first=0x44, dcs=4))
    assert (sms.port, sms.total, sms.sequence) == (2948, 2, 1)
    assert stored_part(deliver(push, first=0x44, dcs=4), "452", AT) is None
    text = bytes.fromhex("0B0504158A158A000321") + bytes((1, 1)) + "Nứt đường".encode("utf-16-be")
    sms = decode(deliver(text, first=0x44, dcs=8))
    assert (sms.text, sms.port, sms.flags) == ("Nứt đường", 0x158A, ())


def test_the_longest_bodies() -> None:
    full = pack(b"A" * 160)
    assert decode(deliver(full, udl=160)).text == "A" * 160
    assert decode(deliver("ố".encode("utf-16-be") * 70, dcs=8)).text == "ố" * 70
    assert len(decode(deliver(b"\x00" + b"x" * 139, first=0x44, dcs=4)).text) == 139


def test_an_empty_message_is_a_message() -> None:
    """Somebody pressed send: the sender must be visible."""
    part = stored_part(deliver(b"", udl=0), "452", AT)
    assert part is not None
    joiner = PartJoiner()
    joiner.add(part)
    message = message_of(joiner.due(AT)[0])
    assert (message.channel, message.text, message.spam) == (Channel.SMS, "", False)
    assert message.sender == "+84903123456"


# --- what no citizen wrote


@pytest.mark.parametrize("dcs", [0xC8, 0xC0, 0xD8, 0xD1, 0xE8, 0xE0])
def test_a_notice_of_voice_mail_is_no_report(dcs: int) -> None:
    """It is sent in the caller's name; its words, if any, stay readable."""
    body = "Bạn có 1 tin thoại".encode("utf-16-be") if dcs >= 0xE0 else pack(b"1 voice mail")
    udl = len(body) if dcs >= 0xE0 else 12
    part = stored_part(deliver(body, dcs=dcs, udl=udl), "452", AT)
    assert part is not None
    assert "waiting" in part.flags
    joiner = PartJoiner()
    joiner.add(part)
    message = message_of(joiner.due(AT)[0])
    assert message.spam
    assert message.text in ("Bạn có 1 tin thoại", "1 voice mail")


def test_voice_mail_announced_in_the_header() -> None:
    ud = b"\x04\x01\x02\x80\x01"
    sms = decode(deliver(ud, first=0x44, dcs=0, udl=6))
    assert (sms.text, "waiting" in sms.flags) == ("", True)


@pytest.mark.parametrize("pid", [0x40, 0x7F, 0x7D])
def test_what_is_for_phone_or_sim_makes_no_contact(pid: int) -> None:
    """Type 0 (a silent ping), data for the SIM: not shown, deleted from the SIM."""
    assert stored_part(with_pid(deliver(b"\x02\x70\x00\x00\x01", dcs=0xF6), pid), "452", AT) is None


def test_a_command_for_the_sim_by_its_header() -> None:
    assert (
        stored_part(deliver(b"\x02\x70\x00" + b"\0" * 20, first=0x44, dcs=0xF6), "452", AT) is None
    )


@pytest.mark.parametrize("pid", [0x41, 0x47, 0x5F, 0x20, 0x32, 0x24])
def test_other_protocols_are_messages_like_any(pid: int) -> None:
    """Replace type 1 to 7: two reports of one sender stay two. Return call, e-mail, telefax."""
    said = [
        stored_part(with_pid(deliver(text.encode("utf-16-be"), dcs=8), pid), "452", AT)
        for text in ("Ngập", "Ngập nặng hơn")
    ]
    joiner = PartJoiner()
    for part in said:
        assert part is not None
        joiner.add(part)
    assert [message_of(group).text for group in joiner.due(AT)] == ["Ngập", "Ngập nặng hơn"]


# --- addresses, times, reports


@pytest.mark.parametrize(
    "name",
    ["V", "VN", "EVN", "EVNH", "EVNHC", "EVNHCM", "CAPNUOC", "TP.HCM-2", "TP.HCM-22", "CSKHVINA10",
     "Viettel_CSK"],
)  # fmt: skip
@pytest.mark.parametrize("counts", ["septets", "octets"])
def test_names_of_any_length(name: str, counts: str) -> None:
    """Some senders count the useful half octets, some the whole octets."""
    packed = pack(name.encode("ascii").replace(b"_", b"\x11"))
    digits = -(-len(name) * 7 // 4) if counts == "septets" else len(packed) * 2
    sms = decode(deliver(b"", sender=f"{digits:02X}D0{packed.hex()}"))
    assert (sms.number, sms.alphanumeric) == (name, True)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (0x91, "+84903123456"),  # international
        (0xA1, "84903123456"),  # national, as some networks mark it
        (0x81, "84903123456"),  # unknown
        (0xC9, "84903123456"),  # subscriber, private plan
    ],
)
def test_types_of_number(kind: int, number: str) -> None:
    sender = f"0B{kind:02X}4809133254F6"
    assert decode(deliver(b"", sender=sender)).number == number
    part = stored_part(deliver("a".encode("utf-16-be"), sender=sender, dcs=8), "452", AT)
    assert part is not None
    joiner = PartJoiner()
    joiner.add(part)
    assert message_of(joiner.due(AT)[0]).sender_key == "+84903123456"


@pytest.mark.parametrize(
    ("status", "comes_to"),
    [
        (0x00, "delivered"), (0x01, "delivered"), (0x02, "delivered"), (0x1F, "delivered"),
        (0x20, "trying"), (0x25, "trying"), (0x3F, "trying"),
        (0x40, "failed"), (0x46, "failed"), (0x5F, "failed"), (0x60, "failed"), (0x7F, "failed"),
        (0x80, "failed"), (0xFF, "failed"),
    ],
)  # fmt: skip
def test_every_class_of_status(status: int, comes_to: str) -> None:
    sms = decode(f"00062A0B914819325476F86211428132428262114281325282{status:02X}")
    assert sms.status == status
    assert comes_to == ("delivered" if status < 0x20 else "trying" if status < 0x40 else "failed")


def test_a_report_with_parameters_behind_it() -> None:
    """TP-PI with protocol, coding and user data (23.040, 9.2.2.3)."""
    sms = decode("00062A0B914819325476F862114281324282621142813252820007000801" + "00" * 2)
    assert (sms.kind, sms.status, sms.reference) == ("status_report", 0, 42)


def test_more_messages_to_send_and_reply_path_change_nothing() -> None:
    for first in (0x00, 0x04, 0x84, 0x24, 0xA4):
        assert decode(deliver("a".encode("utf-16-be"), first=first, dcs=8)).text == "a"
