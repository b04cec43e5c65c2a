"""Mails as real mailers send them, and malformed ones."""

import base64
import quopri
import random
from datetime import UTC, datetime, timedelta

import pytest

from console.channels.mail.reading.body_text import from_html, unflowed, without_quotes
from console.channels.mail.reading.charsets import decode
from console.channels.mail.reading.message import ReadMail, number_in, plausible, read_mail
from console.domain.errors import InputError
from console.domain.requests import numbering
from tests.fakes.mail.messages import JPEG, bounce, mail, torture

NUMBER = numbering.make(datetime(2026, 11, 24, tzinfo=UTC), 14, 123)


@pytest.mark.parametrize(
    ("charset", "letters", "content"),
    [
        ("VISCII", "Cống sụp ở Đồng Tâm", b"C\xaf\xbang s\xf8p".replace(b"\xba", b"n", 0)),
        ("x-viet-tcvn5712", "Đường", b"\xa7\xad\xeang"),
        ("windows-1258", "Tiếng Việt", "Tiê\u0301ng Viê\u0323t".encode("cp1258")),
        ("utf-8", "Tiếng Việt", "Tiếng Việt".encode()),
        ("iso-8859-1", "café", b"caf\xe9"),
        ("utf-16", "Ngập", "Ngập".encode("utf-16")),
        ("no-such-charset", "Ngập", "Ngập".encode()),
        ("hex", "4e67", b"4e67"),
        ("idna", "xn--ls8h", b"xn--ls8h"),
    ],
)
def test_charsets_that_mailers_name(charset: str, letters: str, content: bytes) -> None:
    from console.domain.text.cleaning import clean

    if charset == "VISCII":
        content = letters_in_viscii(letters)
    assert clean(decode(content, charset)[0]) == letters


def letters_in_viscii(text: str) -> bytes:
    """Uses the decoder's table in reverse; the table was compared with glibc's."""
    back = {decode(bytes([n]), "viscii")[0]: n for n in range(256)}
    return bytes(back[letter] for letter in text)


def test_unlabelled_eight_bit_is_read() -> None:
    for content in ("Đèn đường tắt".encode(), "Đèn tắt".encode("cp1258", "ignore")):
        assert "\ufffd" not in decode(content, None)[0]
        assert "\ufffd" not in decode(content, "us-ascii")[0]


def test_one_bad_byte_does_not_spoil_a_long_text() -> None:
    text, broken = decode(("Cống sụp trước nhà. " * 5).encode() + b"\xff", "utf-8")
    assert broken
    assert text.startswith("Cống sụp")


def test_words_of_html_stay_apart() -> None:
    source = (
        "<html><head><title>x</title><style>p{}</style></head><body>cống<br>sụp<p>Tô Ký</p>"
        "<table><tr><td>Số</td><td>12</td></tr></table><script>alert(1)</script>"
        "<!-- ẩn -->1 &lt; 2 &amp;&nbsp;3<img src=x onerror=alert(1)></body></html>"
    )
    assert from_html(source).split("\n")[:3] == ["cống", "sụp", "Tô Ký"]
    assert "Số 12" in from_html(source)
    assert "1 < 2 &" in from_html(source)
    for word in ("alert", "onerror", "ẩn", "p{}", "title"):
        assert word not in from_html(source)


def test_flowed_lines_and_quotes() -> None:
    assert unflowed("Cống \nsụp\nNhà \n số 12") == "Cống sụp\nNhà số 12"
    said = "Số 12 đường Tô Ký\n\nVào T2, 24 thg 11, 2026 1022 đã viết:\n> Ở đâu?\n> 1022"
    assert without_quotes(said) == "Số 12 đường Tô Ký"
    assert without_quotes("> chỉ có trích dẫn") == "> chỉ có trích dẫn"
    assert without_quotes("On Monday he wrote: đèn tắt") == "On Monday he wrote: đèn tắt"


def test_headers_as_they_are() -> None:
    half = "Cống sụp".encode()
    first, second = base64.b64encode(half[:3]).decode(), base64.b64encode(half[3:]).decode()
    raw = mail(
        "x",
        subject=f"=?utf-8?B?{first}?=\r\n =?utf-8?B?{second}?=",
        more="Message-ID:\r\n <a.b\r\n",
        message_id="",
        sender='"=?utf-8?Q?L=C3=AA_V=C4=83n?=" <Dan@Example.VN>',
    )
    raw = raw.replace(b"<a.b\r\n", b"<a.b@example.vn>\r\n")
    found = read_mail(raw)
    assert found.subject == "Cống sụp", "a letter cut in two"
    assert found.message_id == "<a.b@example.vn>", "folded"
    assert (found.sender, found.sender_name) == ("Dan@example.vn", "Lê Văn")
    assert found.raw_hash
    assert read_mail(mail("x", message_id="")).message_id == ""


def test_ids_addresses_and_file_names_hide_nothing() -> None:
    """A NUL would block the mail's row at the centre."""
    bad = "\0\x1b[2J\u202e\u200b"
    raw = mail(
        "x",
        message_id=f"<m{bad}1@x>",
        sender=f"a{bad}b@x.vn",
        more=f"Reply-To: c{bad}d@y.vn\r\nIn-Reply-To: <i\x001@x>\r\nReferences: <r\x7f1@x>\r\n",
    ).replace(b"[2J", b"")
    found = read_mail(raw)
    assert (found.sender, found.reply_to) == ("ab@x.vn", "cd@y.vn")
    assert found.references == ("<i1@x>", "<r1@x>")
    assert found.message_id.startswith("<m")
    assert not {chr(n) for n in (*range(0x20), 0x7F)} & set(found.message_id + found.thread_key)


def test_a_long_address_is_not_truncated_into_another() -> None:
    longest = f"{'n' * 60}@{'.'.join(['d' * 50] * 3)}.example.vn"
    assert read_mail(mail("x", sender=longest)).sender == longest


def test_raw_eight_bit_header() -> None:
    assert read_mail(mail("x", subject="Ngập nặng")).subject == "Ngập nặng"


def test_threading() -> None:
    raw = mail(
        "x", more="In-Reply-To: <3@x>\r\nReferences: <1@x>\r\n <2@x> <3@x>\r\n", subject="Re: hỏi"
    )
    found = read_mail(raw)
    assert found.references == ("<3@x>", "<2@x>", "<1@x>")
    assert found.thread_key == "<1@x>"
    assert read_mail(mail("x")).thread_key == "<m1@example.vn>"


def test_number_in_the_subject() -> None:
    spoken = numbering.spoken(NUMBER)
    for subject in (f"Re: [1022-{spoken}] hỏi", f"Mã {NUMBER}", f"mã {spoken.replace(' ', '.')}?"):
        assert number_in(subject) == NUMBER
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
    assert number_in(f"[1022-{wrong}]") is None
    assert number_in(f"9{NUMBER}") is None


@pytest.mark.parametrize(
    ("more", "sender", "by_program"),
    [
        ("", "dan@example.vn", False),
        ("Auto-Submitted: no\r\n", "dan@example.vn", False),
        ("Auto-Submitted: auto-replied (vacation)\r\n", "dan@example.vn", True),
        ("Precedence: Bulk\r\n", "dan@example.vn", True),
        ("List-Unsubscribe: <x>\r\n", "dan@example.vn", True),
        ("Return-Path: <>\r\n", "dan@example.vn", True),
        ("Return-Path: <dan@example.vn>\r\n", "dan@example.vn", False),
        ("", "no-reply@bank.vn", True),
        ("", "MAILER-DAEMON@mx.vn", True),
        ("", "1022@tphcm.vn", True),
    ],
)
def test_mails_that_get_no_automatic_reply(more: str, sender: str, by_program: bool) -> None:
    found = read_mail(
        mail("x", more=more, sender=sender), own_addresses=frozenset({"1022@tphcm.vn"})
    )
    assert found.by_program is by_program
    assert ("auto_reply" in found.flags) is by_program


def test_dates_that_cannot_be() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert read_mail(mail("x", date="Mon, 99 Foo 2026")).sent_at is None
    assert read_mail(mail("x", date="Thu, 01 Jan 1970 00:00:00 +0000")).sent_at is None
    assert plausible(now + timedelta(days=2), now) is None
    assert plausible(now, now) == now


@pytest.mark.parametrize(("status", "final"), [("5.1.1", True), ("4.4.1", False)])
def test_bounces_name_what_bounced(status: str, final: bool) -> None:
    found = read_mail(bounce("<1022.abc@tphcm.vn>", status))
    assert found.bounce is not None
    assert found.bounce.message_ids == ("<1022.abc@tphcm.vn>",)
    assert (found.bounce.status, found.bounce.final) == (status, final)
    assert found.by_program


@pytest.mark.parametrize("name", sorted(torture()))
def test_torture(name: str) -> None:
    raw, expected = torture()[name]
    found = read_mail(raw)
    assert expected in found.text, found.text
    assert "<" not in found.text or "alert" not in found.text


def test_pictures_of_every_kind_are_files_once() -> None:
    raw, _ = torture()["related_inline"]
    found = read_mail(raw)
    assert [file.content for file in found.files] == [JPEG]
    nested, _ = torture()["nested"]
    assert [file.content for file in read_mail(nested).files] == [JPEG]


def test_many_files_and_deep_nesting_are_bounded() -> None:
    many = read_mail(torture()["many_files"][0])
    assert len(many.files) == 10
    assert "media_left_out" in many.flags
    assert read_mail(torture()["deep"][0]).flags


def test_mutated_mails_are_read_or_refused() -> None:
    chance = random.Random(1022)
    seeds = [raw for raw, _ in torture().values()] + [bounce("<1022.abc@x>", "5.1.1")]
    seeds.append(mail(quopri.encodestring("Đèn tắt".encode()).decode(), cte="quoted-printable"))
    for _ in range(2000):
        assert_survives(mutated(chance.choice(seeds), chance))


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """A copy with a few bytes changed, removed or doubled, or truncated."""
    content = bytearray(raw)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(content)) if content else 0
        match chance.randrange(5):
            case 0:
                content[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del content[place : place + chance.randint(1, 40)]
            case 2:
                content[place:place] = content[place : place + chance.randint(1, 60)]
            case 3:
                content[place:place] = chance.choice(
                    [b"\r\n", b"--", b"=?utf-8?B?", b"\0", b"\xff", b"charset=", b"<", b"boundary"]
                )
            case _:
                if chance.random() < 0.2:
                    del content[place:]
    return bytes(content)


def assert_survives(raw: bytes) -> None:
    """It is read, or refused with the one expected exception."""
    try:
        found = read_mail(raw)
    except InputError:
        return
    assert isinstance(found, ReadMail)
    found.text.encode()
    found.subject.encode()


def test_a_field_is_read_as_far_as_a_mailer_writes_one() -> None:
    """A megabyte of parameters took Python minutes; the excess is ignored now."""
    from email.parser import BytesParser

    from console.channels.mail.reading.headers import LONGEST_FIELD, ShortFields

    raw = b"Subject: x\r\nContent-Type: text/plain; " + b"a*0*=x;" * 150_000 + b" charset=viscii"
    message = BytesParser(policy=ShortFields()).parsebytes(raw + b"\r\n\r\nthan")
    assert len(str(message["Content-Type"])) == LONGEST_FIELD
    assert read_mail(raw + b"\r\n\r\nthan").text == "than"


def test_runs_of_spaces_in_html_become_one() -> None:
    assert from_html("<p>số" + " " * 100_000 + "\n   12</p><" + " " * 100_000) == "số 12\n<"
