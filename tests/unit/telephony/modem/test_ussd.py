"""Answers to short codes in the three ways that modems write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.telephony.modem.ussd import ussd_text
from console.telephony.pdu.gsm7 import pack, septets_of


def packed(text: str) -> str:
    return pack(b"".join(septets_of(c) or b"?" for c in text)).hex().upper()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('+CUSD: 0,"TKC: 25.000d, HSD 01/01/2027",15', "TKC: 25.000d, HSD 01/01/2027"),
        ('+CUSD: 2,"' + "Số dư: 25.000đ".encode("utf-16-be").hex() + '",72', "Số dư: 25.000đ"),
        ('+CUSD: 0,"' + packed("Balance 25000") + '",15', "Balance 25000"),
        ('+CUSD: 0,"' + "Tài khoản".encode("utf-16-be").hex() + '",15', "Tài khoản"),
        ('+CUSD:0,"a\nb"', "a b"),
        ("+CUSD: 4", ""),
        ('+CUSD: 0,"",15', ""),
        ("+CMTI: 1", None),
    ],
)
def test_three_ways(line: str, text: str | None) -> None:
    assert ussd_text(line) == text


@given(st.text(max_size=300))
def test_nothing_surprises_it(text: str) -> None:
    said = ussd_text(f'+CUSD: 0,"{text}",15')
    assert said is not None
    said.encode()
