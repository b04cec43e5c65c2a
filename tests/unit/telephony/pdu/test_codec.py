"""The PDU codec against public vectors, the rules of 3GPP 23.038, 23.040 and many mutations."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.telephony.pdu.decoding import decode
from console.telephony.pdu.encoding import encode_submit
from console.telephony.pdu.gsm7 import pack
from console.telephony.pdu.messages import DecodedSms, PduError, to_json

CONCAT_UCS2 = (
    "07914889200030F0400B914839080011F10008818013905100002F06080412C30303006300E200790020D83DDE00"
    "002000741EEB0020007300E1006E0067002000330031002F0038002E"
)
GSM7 = "07912143658709F1040B918100551512F20000111010214365000AE8329BFD4697D9EC37"


def deliver(
    ud: bytes,
    *,
    first: int = 0x04,
    sender: str = "0B914809133254F6",
    dcs: int = 0,
    udl: int | None = None,
    scts: str = "62114281522482",
) -> str:
    """A DELIVER put together by hand."""
    length = len(ud) if udl is None else udl
    return f"00{first:02X}{sender}00{dcs:02X}{scts}{length:02X}{ud.hex()}"


def rows(folder: Path) -> list[list[str]]:
    """The vectors' columns."""
    lines = (folder / "pdu_vectors.tsv").read_text(encoding="utf-8").splitlines()
    return [(line.split("\t") + [""] * 8)[:8] for line in lines if line[:1] not in ("#", "")]


def unescaped(text: str) -> str:
    """Undo the vector file's escapes."""
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape") if text else ""


def test_public_vectors_row_by_row(shared_data: Path) -> None:
    kinds = {"DELIVER": "deliver", "SUBMIT": "submit", "REPORT": "status_report"}
    seen = 0
    for name, kind, pdu, smsc, number, stamp, concat, text in rows(shared_data):
        sms = decode(pdu)
        seen += 1
        assert sms.kind == kinds[kind], name
        if smsc:
            assert sms.smsc == smsc, name
        if number:
            assert sms.number == number, name
        if stamp:
            assert sms.timestamp == datetime.fromisoformat(stamp), name
        if concat:
            assert f"{sms.reference}/{sms.total}/{sms.sequence}" == concat, name
        if text:
            assert sms.text == unescaped(text), name
    assert seen >= 34


def test_truncated_vectors_never_raise_anything_else(shared_data: Path) -> None:
    for row in rows(shared_data):
        for cut in range(len(row[2])):
            try:
                sms = decode(row[2][:cut])
            except PduError:
                continue
            if cut < len(row[2]) - 2 and sms.kind == "deliver" and row[0] not in ("v04", "v05"):
                assert "truncated" in sms.flags or len(row[2]) - cut <= 2, (row[0], cut)


def test_ten_thousand_mutations() -> None:
    dice = random.Random(1022)
    seeds = [CONCAT_UCS2, GSM7, "0006D60B911326880736F4111011719551401110117195714000"]
    refused = 0
    for _ in range(10_000):
        data = bytearray.fromhex(dice.choice(seeds))
        for _ in range(dice.randint(1, 6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.3:
            del data[dice.randrange(len(data)) :]
        try:
            to_json(decode(data.hex()))
        except PduError:
            refused += 1
    assert 0 < refused < 9_000


@given(st.one_of(st.text(max_size=60), st.binary(max_size=200).map(bytes.hex)))
def test_any_input_is_read_or_refused(text: str) -> None:
    sms: DecodedSms | PduError
    try:
        sms = decode(text)
    except PduError as error:
        sms = error
    assert (to_json(sms)["error"] is None) is isinstance(sms, DecodedSms)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ('  ""', "empty"),
        ("zz", "not_hex"),
        ("07", "too_short"),
        ("0004", "too_short"),
        ("00" * 600, "too_long"),
        (deliver(b"abc", dcs=0x20), "compressed"),
    ],
)
def test_refusals(text: str, why: str) -> None:
    with pytest.raises(PduError) as caught:
        decode(text)
    assert caught.value.why == why
    assert caught.value.code == "pdu_refused"


def test_quotes_blanks_and_an_odd_digit_do_no_harm() -> None:
    assert decode(f' "{GSM7}" \r\n').text == "hellohello"
    sms = decode(GSM7[:-1])
    assert sms.text.startswith("hellohel")
    assert "truncated" in sms.flags


@pytest.mark.parametrize("header", [b"\x03\x70\x01\x00", b"\x05\x70\x03\x01\x02\x03", b"\x00"])
def test_fill_bits_after_any_header(header: bytes) -> None:
    used = (len(header) * 8 + 6) // 7
    ud = header + pack(b"Hoc Mon 66/1", used * 7 - len(header) * 8)
    sms = decode(deliver(ud, first=0x44, udl=used + 12))
    assert sms.text == "Hoc Mon 66/1"
    assert sms.total is None


@pytest.mark.parametrize(("total", "sequence"), [(3, 0), (3, 4), (0, 1), (0, 0)])
def test_an_impossible_sequence_is_a_single_message(total: int, sequence: int) -> None:
    ud = bytes((5, 0, 3, 9, total, sequence)) + "Đổ".encode("utf-16-be")
    sms = decode(deliver(ud, first=0x44, dcs=8))
    assert (sms.reference, sms.total, sms.sequence) == (None, None, None)
    assert sms.text == "Đổ"


def test_sixteen_bit_reference_and_port() -> None:
    sms = decode(CONCAT_UCS2)
    assert (sms.reference, sms.reference_bits) == (4803, 16)
    wap = bytes.fromhex("06050B8423F0") + b"x"
    sms = decode(deliver(b"\x06\x05\x04\x0b\x84\x23\xf0" + wap, first=0x44, dcs=4))
    assert sms.port == 2948
    assert "wap_push" in sms.flags
    assert decode(deliver(b"\x04\x04\x02\x10\x11a", first=0x44, dcs=4)).port == 0x10


def test_header_longer_than_the_data_is_text() -> None:
    sms = decode(deliver(pack(b" P1741"), first=0x44, udl=6))
    assert sms.text == " P1741"
    assert "bad_header" in sms.flags


def test_header_with_a_cut_element() -> None:
    ud = b"\x03\x00\x09\x01" + "vỡ ống".encode("utf-16-be")
    sms = decode(deliver(ud, first=0x44, dcs=8))
    assert sms.text == "vỡ ống"
    assert "bad_header" in sms.flags


def test_an_octet_of_no_element_is_flagged_and_the_rest_read() -> None:
    head, stamp = "00440B914809133254F60008", "62114281524582"
    sms = decode(f"{head}{stamp}0B0600030102010000610062")
    assert (sms.text, sms.reference, sms.total, sms.sequence) == ("ab", 1, 2, 1)
    assert sms.flags == ("bad_header",)


def test_unknown_national_table_is_flagged() -> None:
    ud = b"\x06\x24\x01\x0e\x25\x01\x02" + pack(b"abc")
    sms = decode(deliver(ud, first=0x44, udl=11))
    assert sms.text == "abc"
    assert "unknown_table" in sms.flags


@pytest.mark.parametrize(
    ("dcs", "coding", "message_class"),
    [
        (0x00, "gsm7", None),
        (0x04, "8bit", None),
        (0x08, "ucs2", None),
        (0x0C, "gsm7", None),
        (0x10, "gsm7", 0),
        (0x19, "ucs2", 1),
        (0x48, "ucs2", None),
        (0x80, "gsm7", None),
        (0xC8, "gsm7", None),
        (0xD0, "gsm7", None),
        (0xE0, "ucs2", None),
        (0xF0, "gsm7", 0),
        (0xF5, "8bit", 1),
        (0xF3, "gsm7", 3),
    ],
)
def test_data_coding_groups(dcs: int, coding: str, message_class: int | None) -> None:
    sms = decode(deliver(b"\0A\0B", dcs=dcs))
    assert (sms.coding, sms.message_class) == (coding, message_class)
    assert ("flash" in sms.flags) is (message_class == 0)


@pytest.mark.parametrize("digits", ["0D", "0E"])
def test_alphanumeric_sender_of_seven_letters_has_no_at_sign(digits: str) -> None:
    name = pack(b"VNPTHCM")
    sms = decode(deliver(b"", sender=f"{digits}D0{name.hex()}"))
    assert sms.number == "VNPTHCM"
    assert sms.alphanumeric


def test_short_and_empty_senders() -> None:
    assert decode(deliver(b"", sender="0381" + "01F1")).number == "101"
    assert decode(deliver(b"", sender="0081")).number is None
    assert decode(deliver(b"", sender="0291" + "84")).number == "+48"


@pytest.mark.parametrize(
    ("scts", "expected"),
    [
        ("62114281522482", "2026-11-24T18:25:42+07:00"),
        ("6211428152244A", "2026-11-24T18:25:42-06:00"),
        ("62114281522403", "2026-11-24T18:25:42+07:30"),
        ("99210300000000", "1999-12-30T00:00:00+00:00"),
        ("62314281522482", None),
        ("62119981522482", None),
        ("FFFFFFFFFFFFFF", None),
        ("621142815224F7", None),
    ],
)
def test_time_stamps(scts: str, expected: str | None) -> None:
    sms = decode(deliver(b"", scts=scts))
    assert (sms.timestamp.isoformat() if sms.timestamp else None) == expected
    assert ("bad_timestamp" in sms.flags) is (expected is None)


def test_letters_with_separate_marks_are_put_together() -> None:
    sms = decode(deliver("So\u0302\u0301".encode("utf-16-be"), dcs=8))
    assert sms.text == "Số"


def test_status_report() -> None:
    sms = decode("00062A0B914819325476F8621142813242826211428132528200")
    assert (sms.kind, sms.reference, sms.number, sms.status) == (
        "status_report",
        42,
        "+84912345678",
        0,
    )
    assert sms.discharged_at == datetime(2026, 11, 24, 11, 23, 25, tzinfo=UTC)
    cut = decode("00062A0B914819325476F86211428132428262114281325282")
    assert cut.status is None
    assert "truncated" in cut.flags


def test_json_has_the_contract_keys() -> None:
    keys = {"kind", "number", "timestamp", "text", "reference", "total", "sequence"}
    keys |= {"message_class", "status", "flags", "error"}
    assert set(to_json(decode(GSM7))) == keys
    assert set(to_json(PduError("not_hex"))) == keys
    assert to_json(decode(CONCAT_UCS2))["sequence"] == 3


# --- writing


def read_back(number: str, text: str) -> tuple[str, list[DecodedSms]]:
    """What a receiver makes of our parts: bodies joined as bytes."""
    parts = [decode(part.hex) for part in encode_submit(number, text, reference=7)]
    return "".join(p.text for p in parts), parts


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ế" * 70, 1),
        ("ế" * 71, 2),
        ("ế" * 210, 4),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_part_count(text: str, count: int) -> None:
    assert len(encode_submit("1022", text, reference=0)) == count
    assert len(encode_submit("+84903123456", text, reference=1)) == count


@given(st.text(max_size=400), st.booleans())
def test_what_we_write_reads_back(text: str, plain: bool) -> None:
    import unicodedata

    text = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())
    if plain:
        text = "".join(c for c in text if c.isascii() and c.isprintable() and c != "`")
    joined, parts = read_back("+84903123456", text)
    assert unicodedata.normalize("NFC", joined) == text
    assert all(p.number == "+84903123456" for p in parts)
    if len(parts) > 1:
        assert [p.sequence for p in parts] == list(range(1, len(parts) + 1))


def test_pairs_are_never_split() -> None:
    _, parts = read_back("1022", "x" * 152 + "€" + "y" * 10)
    assert parts[0].text == "x" * 152
    _, parts = read_back("1022", "ế" * 66 + "😀" + "y" * 10)
    assert parts[1].text.startswith("😀")
    letter = "x\u0323\u0302"  # no composed form
    _, parts = read_back("1022", "ế" * 65 + letter + "y" * 10)
    assert parts[1].text.startswith(letter)


def test_length_and_service_centre_field() -> None:
    (part,) = encode_submit("+84912345678", "Nhận", reference=0)
    assert part.hex == "0031000B914819325476F80008AA08004E0068" + "1EAD006E"
    assert part.length == len(part.hex) // 2 - 1
    (silent,) = encode_submit("1022", "x", reference=0, report=False)
    assert silent.hex.startswith("001100048101" + "22")


@pytest.mark.parametrize("number", ["", "+", "abc", "+84 903", "1" * 21])
def test_no_number_no_message(number: str) -> None:
    with pytest.raises(PduError):
        encode_submit(number, "x", reference=0)


def test_more_than_255_parts_are_refused() -> None:
    with pytest.raises(PduError, match="too_many_parts"):
        encode_submit("1022", "a" * 153 * 256, reference=0)
