"""Mails as real mailers, gateways and servers write them; expected results were fixed in
advance.
"""

import base64

import pytest

from console.channels.mail.reading.charsets import TCVN, VISCII
from console.channels.mail.reading.message import ReadMail, read_mail
from console.channels.mail.reading.tnef import SIGNATURE, unpack
from console.channels.mail.reading.transfer_encoding import from_base64
from tests.fakes.mail.messages import JPEG, mail

SAID = "Ổ gà sâu trước nhà số 5"
LETTERS = base64.b64encode(SAID.encode()).decode()
OURS = "<1022.abc@tphcm.vn>"


def several(*parts: str, kind: str = "multipart/mixed", more: str = "", **how: str) -> ReadMail:
    """A mail with these parts, each with its own fields."""
    body = "".join(f"--B\r\n{part}\r\n" for part in parts) + "--B--\r\n"
    return read_mail(mail(body, kind=f'{kind}; boundary="B"', cte="7bit", more=more, **how))


def picture(fields: str = "Content-Type: image/jpeg; name=a.jpg") -> str:
    return f"{fields}\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(JPEG).decode()}"


def text(words: str, fields: str = "Content-Type: text/plain; charset=utf-8") -> str:
    return f"{fields}\r\n\r\n{words}"


# --- transfer encodings


@pytest.mark.parametrize(
    "named", ["base64", "base64 ", "Base64 (by a scanner)", '"base64"', "BASE64;"]
)
def test_how_base64_is_named(named: str) -> None:
    assert read_mail(mail(LETTERS, cte=named)).text == SAID


@pytest.mark.parametrize(
    "letters",
    [
        LETTERS,
        LETTERS.rstrip("="),
        LETTERS + "\r\n\r\n-- \r\nSent by the list of the ward\r\n",
        LETTERS + "\r\n_______________________________________________\r\nGroup mailing list\r\n",
        LETTERS + "\r\n\r\nVirus-free. www.example.vn\r\n",
        "\r\n\r\n" + LETTERS,
        "\r\n\r\n".join(LETTERS[i : i + 8] for i in range(0, len(LETTERS), 8)),
        " \r\n".join(LETTERS[i : i + 7] for i in range(0, len(LETTERS), 7)),
    ],
)
def test_base64_with_text_inserted(letters: str) -> None:
    found = read_mail(mail(letters, cte="base64"))
    assert found.text == SAID
    assert "bad_bytes" not in found.flags


def test_base64_in_pieces_and_cut() -> None:
    pieces = "\n".join(base64.b64encode(bytes([n]) * 20).decode() for n in range(3))
    assert from_base64(pieces) == b"".join(bytes([n]) * 20 for n in range(3))
    assert read_mail(mail(LETTERS[:21], cte="base64")).text.startswith("Ổ gà")
    assert from_base64("") == from_base64("=") == from_base64("%%%") == b""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("=E1=BB=94 g=C3=A0 s=C3=\r\n=A2u", "Ổ gà sâu"),
        ("=e1=bb=94 g=c3=a0=20\r\ns=c3=a2u=", "Ổ gà \nsâu"),
        ("Gi=C3=A1 = 5 =ZZ", "Giá = 5 =ZZ"),
    ],
)
def test_quoted_printable(body: str, expected: str) -> None:
    assert read_mail(mail(body, cte="Quoted-Printable ")).text == expected


def test_quoted_printable_cut_within_a_letter() -> None:
    found = read_mail(mail("=E1=BB=94 g=C3=A0 tr=C6", cte="quoted-printable"))
    assert found.text.startswith("Ổ gà tr")
    assert "bad_bytes" in found.flags


@pytest.mark.parametrize(
    ("named", "codec", "words"),
    [
        ("ks_c_5601-1987", "cp949", "도로가 망가졌다"),
        ("x-sjis", "cp932", "道路が壊れた"),
        ("iso-2022-jp", "iso-2022-jp", "道路が壊れた"),
        ("GB2312", "gb2312", "路面坏了"),
        ("x-gbk", "gbk", "路面坏了"),
        ("gb18030", "gb18030", "路面坏了"),
        ("iso-8859-8-i", "iso-8859-8", "שלום"),
        ("unicode-1-1-utf-7", "utf-7", SAID),
        ("utf8mb4", "utf-8", SAID),
        ("x-unknown", "utf-8", SAID),
        ("windows-1252", "cp1252", "café – “đúng”".replace("đ", "d").replace("ú", "u")),
    ],
)
def test_charsets_of_other_countries(named: str, codec: str, words: str) -> None:
    assert read_mail(mail(words.encode(codec), kind=f"text/plain; charset={named}")).text == words


# --- parts


def test_a_message_from_a_phone_by_its_carrier() -> None:
    """Such gateways give every part a name, including the text."""
    found = several(
        text(SAID, 'Content-Type: text/plain; charset=utf-8; name="text_0.txt"'), picture()
    )
    assert found.text == SAID
    assert [file.content for file in found.files] == [JPEG]


def test_an_attached_text_is_read() -> None:
    attached = text(SAID, "Content-Type: text/plain; charset=utf-8\r\n"
                          "Content-Disposition: attachment; filename=don.txt")  # fmt: skip
    found = several(text("Xem đơn"), attached)
    assert found.text == f"Xem đơn\n\n--- don.txt ---\n{SAID}"
    assert found.files == ()


@pytest.mark.parametrize(
    ("protocol", "name"),
    [("application/pkcs7-signature", "smime.p7s"), ("application/pgp-signature", "signature.asc")],
)
def test_a_signature_is_no_file(protocol: str, name: str) -> None:
    seal = f"Content-Type: {protocol}; name={name}\r\nContent-Disposition: attachment; " \
           f"filename={name}\r\n\r\nMIIB"  # fmt: skip
    found = several(text(SAID), seal, kind=f'multipart/signed; protocol="{protocol}"')
    assert (found.text, found.files, found.flags) == (SAID, (), ())


@pytest.mark.parametrize(
    "kind",
    ["application/pkcs7-mime; smime-type=signed-data", "application/x-pkcs7-mime",
     "application/pgp-encrypted"],
)  # fmt: skip
def test_encrypted_mail_is_flagged(kind: str) -> None:
    assert read_mail(mail("MIIB", kind=kind, cte="base64")).flags == ("sealed",)


def test_apple_mail_splits_text_around_inline_pictures() -> None:
    html = "Content-Type: multipart/mixed; boundary=C\r\n\r\n" + "".join(
        f"--C\r\n{each}\r\n"
        for each in (
            text("<div>Trước</div>", "Content-Type: text/html; charset=utf-8"),
            picture("Content-Type: image/jpeg\r\nContent-Disposition: inline; filename=IMG_1.jpeg"),
            text("<div>Sau</div>", "Content-Type: text/html; charset=utf-8"),
        )
    ) + "--C--\r\n"  # fmt: skip
    found = several(text("Trước\r\n\r\nSau"), html, kind="multipart/alternative")
    assert found.text == "Trước\n\nSau"
    assert [file.name for file in found.files] == ["IMG_1.jpeg"]


def test_names_cut_into_pieces() -> None:
    fields = (
        "Content-Type: image/jpeg\r\nContent-Disposition: attachment;\r\n"
        " filename*0*=utf-8'vi'%C4%90%C6%B0%E1%BB%9D;\r\n filename*1*=ng%20h%C6%B0;\r\n"
        ' filename*2=".jpg"'
    )
    assert [file.name for file in several(picture(fields)).files] == ["Đường hư.jpg"]


@pytest.mark.parametrize(
    "fields",
    [
        'Content-Type: image/jpeg; name="ảnh hố ga.jpg"',
        "Content-Type: image/jpeg; name=x.jpg\r\n"
        'Content-Disposition: inline; filename="ảnh hố ga.jpg"',
        "Content-Type: image/jpeg; name*=utf-8''%E1%BA%A3nh%20h%E1%BB%91%20ga.jpg",
        "Content-Type: image/jpeg; name*=''%E1%BA%A3nh%20h%E1%BB%91%20ga.jpg",
        "Content-Type: image/jpeg; name*=viscii''%E4nh%20h%AF%20ga.jpg",
        "Content-Type: image/jpeg\r\nContent-ID: <ảnh hố ga.jpg>",
    ],
)
def test_names_in_letters_beyond_ascii(fields: str) -> None:
    (file,) = several(picture(fields)).files
    assert (file.name, file.content) == ("ảnh hố ga.jpg", JPEG)


FORWARDED = "From: Lan <lan@x.vn>\nSubject: =?utf-8?Q?Ng=E1=BA=ADp?=\n\nNước tới gối\n"


@pytest.mark.parametrize(
    ("fields", "encoding"),
    [
        ("Content-Type: message/rfc822", "8bit"),
        ("Content-Type: message/rfc822; name=a.eml", "base64"),
        ("Content-Type: application/octet-stream; name=a.eml", "base64"),
        (
            "Content-Type: application/x-eml\r\n"
            'Content-Disposition: attachment; filename="thư.EML"',
            "8bit",
        ),
    ],
)
def test_a_mail_forwarded_as_a_file_is_read(fields: str, encoding: str) -> None:
    is_packed = encoding == "base64"
    body = base64.encodebytes(FORWARDED.encode()).decode() if is_packed else FORWARDED
    part = f"{fields}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"
    found = several(text("Nhờ xem"), part)
    assert found.text == "Nhờ xem\n\n--- Lan lan@x.vn · Ngập ---\n\nNước tới gối"
    assert (found.files, found.flags) == ((), ())


def test_a_forwarded_mail_falsely_declared_base64_is_read() -> None:
    fields = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64"
    found = several(text("Nhờ xem"), f"{fields}\r\n\r\n{FORWARDED}")
    assert found.text == "Nhờ xem\n\n--- Lan lan@x.vn · Ngập ---\n\nNước tới gối"


def test_unreadable_text_types_are_files() -> None:
    rich = text("{\\rtf1 x}", "Content-Type: text/rtf")
    found = several(text(SAID), rich)
    assert (found.text, len(found.files)) == (SAID, 1)


@pytest.mark.parametrize("charset", ["viscii", "tcvn-5712"])
def test_raw_letters_of_fields_are_in_the_charset_of_the_text(charset: str) -> None:
    table = {"viscii": VISCII, "tcvn-5712": TCVN}[charset]
    letters = {letter: code for code, letter in table.items()}
    name, subject = (bytes(letters[c] for c in said) for said in ("Lê Thị Hạnh", "Sụt lún"))
    raw = b"From: " + name + b" <hanh@x.vn>\r\nSubject: " + subject + b"\r\n"
    raw += f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + subject
    found = read_mail(raw)
    assert (found.sender_name, found.subject, found.text) == ("Lê Thị Hạnh", "Sụt lún", "Sụt lún")


def test_an_empty_address_group_still_has_a_sender() -> None:
    found = read_mail(mail(SAID, sender="undisclosed-recipients:;", more="Sender: lan@x.vn\r\n"))
    assert (found.sender, found.by_program) == ("lan@x.vn", False)


def test_an_invitation_is_read_from_its_text() -> None:
    invite = text("BEGIN:VCALENDAR\r\nEND:VCALENDAR",
                  "Content-Type: text/calendar; charset=utf-8; method=REQUEST")  # fmt: skip
    found = several(text("Mời họp tổ dân phố"), invite, kind="multipart/alternative")
    assert (found.text, found.files) == ("Mời họp tổ dân phố", ())


# --- winmail.dat


def attribute(level: int, name: int, content: bytes) -> bytes:
    head = bytes((level,)) + name.to_bytes(4, "little") + len(content).to_bytes(4, "little")
    return head + content + (sum(content) & 0xFFFF).to_bytes(2, "little")


def winmail(words: bytes = b"", long_name: str = "") -> bytes:
    """As from Exchange: text, and a picture with a short name and its long one in properties."""
    data = SIGNATURE.to_bytes(4, "little") + b"\x01\x00"
    data += attribute(1, 0x00089006, b"\x00\x00\x01\x00")
    if words:
        data += attribute(1, 0x0002800C, words + b"\0")
    data += attribute(2, 0x00069002, b"\x01\0" + b"\xff" * 12)
    data += attribute(2, 0x00018010, b"IMG_00~1.JPG\0")
    data += attribute(2, 0x0006800F, JPEG)
    encoded = (long_name + "\0").encode("utf-16-le")
    tags = (0x0E200003).to_bytes(4, "little") + (7).to_bytes(4, "little")
    tags += (0x3707001F).to_bytes(4, "little") + (1).to_bytes(4, "little")
    tags += len(encoded).to_bytes(4, "little") + encoded + b"\0" * (-len(encoded) % 4)
    return data + attribute(2, 0x00069005, (2).to_bytes(4, "little") + tags)


def test_the_pictures_in_winmail_dat_are_files() -> None:
    packed = base64.encodebytes(winmail(long_name="Đường ngập.jpg")).decode()
    part = f"Content-Type: application/ms-tnef; name=winmail.dat\r\n" \
           f"Content-Transfer-Encoding: base64\r\n\r\n{packed}"  # fmt: skip
    found = several(text(SAID), part)
    assert found.text == SAID
    assert [(file.name, file.content) for file in found.files] == [("Đường ngập.jpg", JPEG)]


def test_text_only_in_winmail_dat_is_read() -> None:
    packed = base64.encodebytes(winmail("Đèn tắt".encode("cp1258", "replace"))).decode()
    part = f"Content-Type: application/octet-stream; name=winmail.dat\r\n" \
           f"Content-Transfer-Encoding: base64\r\n\r\n{packed}"  # fmt: skip
    found = several(part)
    assert found.text.startswith("Đèn t")
    assert [file.name for file in found.files] == ["IMG_00~1.JPG"]


def test_an_unreadable_winmail_dat_is_flagged() -> None:
    part = "Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nno such thing"
    assert "media_left_out" in several(part).flags
    assert "media_left_out" not in several(text(SAID), part).flags, "its text beside our words"


def test_winmail_dat_cut_or_changed_never_raises() -> None:
    whole = winmail(b"x", long_name="a.jpg")
    for cut in range(len(whole)):
        unpack(whole[:cut])
    for place in range(len(whole)):
        for value in (0, 0x7F, 0xFF):
            unpack(whole[:place] + bytes((value,)) + whole[place + 1 :])
    assert unpack(b"no such thing at all") == (b"", ())


# --- replies and forwarded mails


GMAIL = (
    '<div dir="ltr">Vẫn chưa sửa</div><br><div class="gmail_quote"><div class="gmail_attr">Vào T4, '
    "25 thg 11, 2026 vào lúc 08:00 1022 &lt;1022@tphcm.vn&gt; đã viết:<br></div>"
    '<blockquote class="gmail_quote">Chúng tôi đã nhận<br>phản ánh</blockquote></div>'
)
OUTLOOK = (
    "<p class=MsoNormal>Vẫn chưa sửa<o:p></o:p></p><div style='border-top:solid #E1E1E1 1.0pt'>"
    "<p><b>From:</b> 1022 &lt;1022@tphcm.vn&gt;<br><b>Sent:</b> Wed<br><b>Subject:</b> y</p></div>"
    "<p>Chúng tôi đã nhận</p>"
)
APPLE = (
    '<div>Vẫn chưa sửa</div><div><br><blockquote type="cite"><div>On 25 Nov 2026, at 08:00, 1022 '
    "wrote:</div><br><div>Chúng tôi <blockquote>đã</blockquote> nhận</div></blockquote></div>"
)


@pytest.mark.parametrize("source", [GMAIL, OUTLOOK, APPLE])
def test_an_answer_in_html_comes_without_what_it_answers(source: str) -> None:
    more = f"In-Reply-To: {OURS}\r\n"
    found = read_mail(mail(source, kind="text/html; charset=utf-8", more=more))
    assert found.text == "Vẫn chưa sửa"


def test_an_attribution_may_span_two_lines() -> None:
    body = (
        f"{SAID}\r\n\r\nVào Th 3, 24 thg 11, 2026 vào lúc 10:00 Trung tâm 1022 Thành phố <\r\n"
        "1022@tphcm.vn> đã viết:\r\n\r\n> Chúng tôi đã nhận\r\n"
    )
    assert read_mail(mail(body, more=f"In-Reply-To: {OURS}\r\n")).text == SAID


@pytest.mark.parametrize(
    ("subject", "kind", "body"),
    [
        ("Fwd: x", "text/plain",
         "Nhờ xem\n\n---------- Forwarded message ---------\nTừ: Lan\n\nNgập ở Đồng Tâm"),
        ("Fwd: x", "text/html",
         "Nhờ xem<br>Begin forwarded message:<blockquote type=cite>Ngập ở Đồng Tâm</blockquote>"),
        ("FW: x", "text/plain", "Nhờ xem\n\nFrom: Lan <lan@x.vn>\nSent: Wed\n\nNgập ở Đồng Tâm"),
        ("Chuyển tiếp: x", "text/plain", "Nhờ xem\n\n-----Original Message-----\nNgập ở Đồng Tâm"),
        ("Tr: x", "text/plain", "Nhờ xem\n-------- Thư chuyển tiếp --------\n> Ngập ở Đồng Tâm"),
    ],
)  # fmt: skip
def test_a_forwarded_mail_is_the_report(subject: str, kind: str, body: str) -> None:
    """Mailers list a forwarded mail in References too, but this is no reply."""
    more = "References: <a@x.vn>\r\n"
    raw = mail(body, subject=subject, kind=f"{kind}; charset=utf-8", more=more)
    assert "Ngập ở Đồng Tâm" in read_mail(raw).text


def test_reply_to_names_the_person_behind_a_web_form() -> None:
    found = read_mail(
        mail(
            SAID,
            sender="noreply@phuong.vn",
            more="Reply-To: =?utf-8?q?L=C3=AA_Lan?= <Lan@x.vn>\r\n",
        ),
        own_addresses=frozenset({"1022@tphcm.vn"}),
    )
    assert (found.sender, found.reply_to, found.by_program) == (
        "noreply@phuong.vn",
        "Lan@x.vn",
        False,
    )
    ours = read_mail(mail("x", sender="1022@tphcm.vn", more="Reply-To: lan@x.vn\r\n"),
                     own_addresses=frozenset({"1022@tphcm.vn"}))  # fmt: skip
    assert ours.by_program, "an answer to ourselves would go round for ever"
    to_us = mail("x", more="Reply-To: 1022@tphcm.vn\r\n")
    assert read_mail(to_us, own_addresses=frozenset({"1022@tphcm.vn"})).reply_to is None


# --- automatic reports about our mails


@pytest.mark.parametrize(
    ("more", "subject"),
    [
        ("Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n", "Automatic reply: x"),
        ("Auto-Submitted: auto-replied (zimbra; vacation)\r\nPrecedence: bulk\r\n", "Re: x"),
        ("Precedence: bulk\r\nX-Autoreply: yes\r\nAuto-Submitted: auto-replied\r\n", "Re: x"),
        ("X-Autorespond: x\r\n", "Away"),
        ("", "Trả lời tự động: x"),
    ],
)
def test_an_out_of_office_reply_needs_no_work(more: str, subject: str) -> None:
    found = read_mail(mail("Tôi nghỉ", subject=subject, more=f"{more}In-Reply-To: {OURS}\r\n"))
    assert found.is_answer
    assert found.bounce is None
    assert not read_mail(mail("x", more="Auto-Submitted: auto-generated\r\n")).is_answer


EXCHANGE = (
    "Content-Type: multipart/alternative; boundary=A\r\n\r\n--A\r\nContent-Type: text/plain\r\n\r\n"
    "It has failed\r\n--A\r\nContent-Type: text/html\r\n\r\n<p>It has failed</p>\r\n--A--",
    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;mail.vn\r\n\r\n"
    "Final-recipient: RFC822; dan@example.vn\r\nAction: {action}\r\nStatus: {status}\r\n",
    f"Content-Type: message/rfc822\r\n\r\nFrom: 1022@tphcm.vn\r\nMessage-ID: {OURS}\r\n"
    "Subject: x\r\n\r\nOur words",
)


@pytest.mark.parametrize(
    ("action", "status", "final"),
    [("failed", "5.1.10", True), ("delayed", "4.4.7", False), ("delivered", "2.0.0", False),
     ("relayed", "2.1.5", False), ("expanded", "2.1.5", False)],
)  # fmt: skip
def test_reports_of_exchange(action: str, status: str, final: bool) -> None:
    parts = [part.replace("{action}", action).replace("{status}", status) for part in EXCHANGE]
    found = several(
        *parts, kind="multipart/report; report-type=delivery-status",
        sender="MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@mail.vn",
    )  # fmt: skip
    assert found.bounce is not None
    assert (found.bounce.message_ids, found.bounce.status) == ((OURS,), status)
    assert found.bounce.final is final


@pytest.mark.parametrize(
    ("subject", "final"),
    [
        ("Mail delivery failed: returning message to sender", True),
        ("failure notice", True),
        ("Warning: message 1tFabc-0001 delayed 24 hours", False),
        ("Delivery delayed: x", False),
    ],
)
def test_a_plain_text_bounce_is_recognised(subject: str, final: bool) -> None:
    words = f"Hi. This is the mail program.\n<dan@example.vn>:\nno mailbox\n\nMessage-ID: {OURS}\n"
    found = read_mail(mail(words, subject=subject, sender="Mailer-Daemon@mx.vn"))
    assert found.bounce is not None
    assert OURS in found.bounce.message_ids
    assert found.bounce.final is final


@pytest.mark.parametrize(
    ("subject", "final"), [("Undelivered mail", True), ("Warning: message delayed 4 hours", False)]
)
def test_a_delay_notice_is_not_final(subject: str, final: bool) -> None:
    found = several(
        text("Your message is below."), EXCHANGE[2], subject=subject, sender="Mailer-Daemon@mx.vn"
    )
    assert found.bounce is not None
    assert (found.bounce.message_ids, found.bounce.final) == ((OURS,), final)


def test_a_read_receipt_is_neither_bounce_nor_message() -> None:
    found = several(
        text("Your message was read."),
        "Content-Type: message/disposition-notification\r\n\r\nReporting-UA: x; Outlook\r\n"
        f"Original-Message-ID: {OURS}\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n",
        kind="multipart/report; report-type=disposition-notification",
    )
    assert found.bounce is not None
    assert (found.bounce.message_ids, found.bounce.final) == ((OURS,), False)
    assert found.by_program
