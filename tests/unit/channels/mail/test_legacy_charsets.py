"""Vietnamese in undeclared encodings of old fonts: recognised and converted; other text
unchanged.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.channels.mail.reading.charsets import TCVN, VISCII
from console.channels.mail.reading.legacy_charsets import _VNI, decode_legacy
from console.channels.mail.reading.message import read_mail
from tests.fakes.mail.messages import mail

TEXTS = (
    "Đường Đồng Tâm bị ngập sâu từ sáng, nắp cống sụp trước nhà tôi. Nguyễn Văn Tuấn",
    "Cây ngã đổ ở số 12 Lê Lợi",
    "Mất nước cả hẻm",
    "Tôi ở 66/1 Đồng Tâm",
)
_TO_VNI = {value: key for key, value in _VNI.items()}


def octets(text: str, name: str) -> bytes:
    """As a program of that time would store it."""
    if name == "VNI":
        return "".join(_TO_VNI.get(c, c) for c in text).encode("latin-1")
    back = {value: key for key, value in (TCVN if name == "TCVN3" else VISCII).items()}
    return bytes(back[c] for c in text)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", ["VNI", "TCVN3", "VISCII"])
@pytest.mark.parametrize("through", ["latin-1", "cp1252", "cp1258"])
def test_old_fonts_are_recognised(text: str, name: str, through: str) -> None:
    assert decode_legacy(octets(text, name).decode(through)) == (name, text)


def test_vni_as_it_is_known() -> None:
    assert decode_legacy("Ñöôøng bò ngaäp") == ("VNI", "Đường bị ngập")
    assert decode_legacy("ÑÖÔØNG BÒ NGAÄP") == ("VNI", "ĐƯỜNG BỊ NGẬP")


@pytest.mark.parametrize(
    "text",
    [
        *TEXTS,
        "",
        "Duong ngap",
        "Ö",
        "Café à la carte, déjà vu, naïve Müller über Straße",
        "El niño mañana por la señal está aquí",
        "Größe für Öl, Tür, schön",
        "Être à l’heure où ça été prévu",
        "Xin chào, tôi là Tuấn ở đường Nguyễn Huệ, réo ầm",
        "Привет, как дела",
        "日本語 です",
    ],
)
def test_what_is_no_old_font_stays(text: str) -> None:
    assert decode_legacy(text) is None


@given(st.text(max_size=300))
def test_no_text_surprises_it(text: str) -> None:
    found = decode_legacy(text)
    assert found is None or found[0] in ("VNI", "TCVN3", "VISCII")


@pytest.mark.parametrize("kind", ["text/plain", "text/plain; charset=iso-8859-1", "text/html"])
@pytest.mark.parametrize("name", ["VNI", "TCVN3", "VISCII"])
def test_a_converted_mail_is_flagged(kind: str, name: str) -> None:
    body = octets(TEXTS[0], name)
    raw = mail(b"<p>" + body + b"</p>" if "html" in kind else body, kind=kind)
    read = read_mail(raw)
    assert read.text == TEXTS[0]
    assert read.flags == ("converted",)


def test_entities_and_subjects_are_converted_too() -> None:
    raw = mail(
        "<p>&Ntilde;&ouml;&ocirc;&oslash;ng b&ograve; nga&auml;p</p>",
        kind="text/html; charset=utf-8",
        subject="=?iso-8859-1?Q?=D1=F6=F4=F8ng_b=F2_nga=E4p?=",
    )
    read = read_mail(raw)
    assert read.subject == "Đường bị ngập"
    assert read.text == "Đường bị ngập"
