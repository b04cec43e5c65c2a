"""Raw caller identification: packets by the two standards, damaged ones, garbage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.telephony.modem.caller_id import CallerId, decode


def packet(kind: int, body: bytes, *, parity: bool = False) -> str:
    """A packet with its checksum; with odd parity in the eighth bit where an exchange does so."""
    if parity:
        body = bytes(b | (0x80 if b.bit_count() % 2 == 0 else 0) for b in body)
    data = bytes((kind, len(body))) + body
    return (data + bytes((-sum(data) % 256,))).hex()


def parameter(tag: int, value: str) -> bytes:
    return bytes((tag, len(value))) + value.encode("ascii")


def test_single_data_message() -> None:
    assert decode(packet(0x04, b"11240900" + b"02838291022")) == CallerId("02838291022")
    assert decode(packet(0x04, b"11240900P")) == CallerId(None)
    assert decode(packet(0x04, b"11240900O")) == CallerId(None)
    assert decode(packet(0x04, b"11240900" + b"0903123456", parity=True)) == CallerId("0903123456")
    assert decode(packet(0x04, b"112409000903123456")[:-2]) == CallerId("0903123456")  # No checksum


def test_multiple_data_message() -> None:
    when = parameter(0x01, "11240900")
    number, name = parameter(0x02, "0903123456"), parameter(0x07, "TRAN THI BUOI")
    assert decode(packet(0x80, when + number + name)) == CallerId("0903123456", "TRAN THI BUOI")
    assert decode(packet(0x80, name + when + number)) == CallerId("0903123456", "TRAN THI BUOI")
    assert decode(packet(0x80, when + parameter(0x04, "P"))) == CallerId(None)
    assert decode(packet(0x80, when + parameter(0x04, "O") + parameter(0x08, "O"))) == CallerId()
    # A forwarded call has more: its type (11) and who forwarded it (03) are skipped.
    more = parameter(0x11, "\x01") + parameter(0x03, "1022") + number
    assert decode(packet(0x80, more)) == CallerId("0903123456")


def test_one_parameter_that_the_modem_did_not_format() -> None:
    assert decode("020a" + b"0903123456".hex()) == CallerId("0903123456")
    assert decode("06014c") is None  # A long-distance call that does not say who.
    assert decode("040150") == CallerId(None)


@pytest.mark.parametrize(
    "text",
    [
        "", "0", "zz", "04", "0412", "80", "8020", "0203", "ff" * 300, "80020203", "8000",
        packet(0x04, b"11240900"), packet(0x04, b"NOTATIME0903"),
        packet(0x80, b"\x02\x0a0903"), packet(0x80, parameter(0x01, "11240900")),
    ],
)  # fmt: skip
def test_what_says_nothing_or_is_cut_is_no_caller(text: str) -> None:
    assert decode(text) is None


@pytest.mark.parametrize("bit", range(8))
def test_one_wrong_bit_is_no_number(bit: int) -> None:
    good = bytearray.fromhex(packet(0x80, parameter(0x02, "0903123456")))
    for at in range(2, len(good)):
        bad = bytearray(good)
        bad[at] ^= 1 << bit
        assert decode(bad.hex()) is None


@given(st.text(max_size=60) | st.binary(max_size=300).map(bytes.hex))
def test_any_text_is_survived(text: str) -> None:
    found = decode(text)
    assert found is None or found.number is None or found.number.isascii()
