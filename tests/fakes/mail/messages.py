"""Mails written by hand: one of each kind that mailers send, and some that break readers."""

import base64
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.image import MIMEImage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from functools import cache

JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300030202030202030303030403030405080505040405"
    "0a070706080c0a0c0c0b0a0b0b0d0e12100d0e110e0b0b1016101113141515150c0f171816141812141514ffc900"
    "0b080001000101011100ffcc000600101005ffda0008010100003f00d2cf20ffd9"
)
"""One grey pixel."""


def mail(
    body: str | bytes,
    *,
    subject: str = "Báo sự cố",
    sender: str = "dan@example.vn",
    message_id: str = "<m1@example.vn>",
    more: str = "",
    date: str = "Tue, 24 Nov 2026 08:00:00 +0700",
    kind: str = "text/plain; charset=utf-8",
    cte: str = "8bit",
) -> bytes:
    """One mail with these fields, written out as given."""
    head = f"From: {sender}\r\nTo: 1022@tphcm.vn\r\nSubject: {subject}\r\nDate: {date}\r\n"
    if message_id:
        head += f"Message-ID: {message_id}\r\n"
    head += more + f"MIME-Version: 1.0\r\nContent-Type: {kind}\r\n"
    head += f"Content-Transfer-Encoding: {cte}\r\n\r\n"
    return head.encode() + (body if isinstance(body, bytes) else body.encode())


def bounce(message_id: str, status: str, recipient: str = "dan@example.vn") -> bytes:
    """A delivery report as Postfix writes it."""
    action = "failed" if status.startswith("5") else "delayed"
    return mail(
        "--B\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.vn\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        "--B\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"From: 1022@tphcm.vn\r\nMessage-ID:\r\n {message_id}\r\nSubject: x\r\n\r\n--B--\r\n",
        sender="MAILER-DAEMON@mx.example.vn",
        subject="Undelivered Mail Returned to Sender",
        message_id="<bounce@mx.example.vn>",
        more="Auto-Submitted: auto-replied\r\nReturn-Path: <>\r\n",
        kind='multipart/report; report-type=delivery-status; boundary="B"',
        cte="7bit",
    )


def _whole(message: MIMEMultipart | EmailMessage, message_id: str) -> bytes:
    message["From"], message["To"] = "dan@example.vn", "1022@tphcm.vn"
    message["Message-ID"], message["Subject"] = message_id, "Ảnh sự cố"
    message["Date"] = "Tue, 24 Nov 2026 08:00:00 +0700"
    return message.as_bytes()


@cache
def torture() -> dict[str, tuple[bytes, str]]:
    """Mails by name, with words that must be found in the text."""
    return {
        "plain": (mail("Cống sụp"), "Cống sụp"),
        "cp1258": (
            mail(
                "Cô\u0301ng sụp".replace("ụ", "u\u0323").encode("cp1258"),
                kind="text/plain; charset=windows-1258",
            ),
            "Cống sụp",
        ),
        "unlabelled": (mail("Cống sụp", kind="text/plain"), "Cống sụp"),
        "quoted_charset": (mail("Cống", kind="text/plain; charset=\"'UTF-8'\""), "Cống"),
        "bad_base64": (mail("Q+G7kW5n!", cte="base64"), "Cống"),
        "uuencode": (
            mail("begin 644 a\n#86)C\n`\nend\n", cte="x-uuencode", kind="text/plain"),
            "abc",
        ),
        "html_only": (
            mail("<p>Cống<br>sụp</p><script>alert(1)</script>", kind="text/html; charset=utf-8"),
            "Cống\nsụp",
        ),
        "html_meta_charset": (
            mail(
                '<meta charset="windows-1258"><p>Ngâ\u0323p</p>'.encode("cp1258"), kind="text/html"
            ),
            "Ngập",
        ),
        "empty_plain": (_alternative("  \n", "<div>Cây</div><div>ngã</div>"), "Cây\nngã"),
        "alternative": (_alternative("Chữ thường", "<b>Chữ đậm</b>"), "Chữ thường"),
        "related_inline": (_related(), "Xem ảnh"),
        "nested": (_forwarded(), "Nội dung gốc"),
        "octet_stream_photo": (_attached(1), "Kèm ảnh"),
        "many_files": (_attached(14), "Kèm ảnh"),
        "deep": (_deep(40), ""),
        "no_boundary": (mail("--x\r\n\r\nCống", kind="multipart/mixed"), "Cống"),
        "unclosed": (
            mail(
                "--x\r\nContent-Type: text/plain\r\n\r\nCống sụp",
                kind='multipart/mixed; boundary="x"',
            ),
            "Cống sụp",
        ),
        "nul": (mail(b"C\xe1\xbb\x91ng\x00 s\xe1\xbb\xa5p\x07"), "Cống sụp"),
        "bidi": (mail("an\u202eton"), "anton"),
        "long_line": (mail("Cống " + "a" * 300_000), "Cống"),
        "empty": (mail(""), ""),
        "headers_only": (b"From: a@b.vn\r\n\r\n", ""),
        "nothing": (b"", ""),
    }


def _alternative(text: str, markup: str) -> bytes:
    message = MIMEMultipart("alternative")
    message.attach(MIMEText(text, "plain", "utf-8"))
    message.attach(MIMEText(markup, "html", "utf-8"))
    return _whole(message, "<alt@example.vn>")


def _related() -> bytes:
    outer = MIMEMultipart("mixed")
    related = MIMEMultipart("related")
    related.attach(MIMEText("<p>Xem ảnh<img src='cid:1'></p>", "html", "utf-8"))
    picture = MIMEImage(JPEG, "jpeg")
    picture["Content-ID"] = "<1>"
    related.attach(picture)
    outer.attach(related)
    outer.attach(MIMEImage(JPEG, "jpeg"))  # the same picture again
    return _whole(outer, "<rel@example.vn>")


def _forwarded() -> bytes:
    inner = MIMEMultipart("mixed")
    inner.attach(MIMEText("Nội dung gốc", "plain", "utf-8"))
    inner.attach(MIMEImage(JPEG, "jpeg"))
    inner["From"], inner["Subject"] = "goc@example.vn", "Thư gốc"
    outer = MIMEMultipart("mixed")
    outer.attach(MIMEText("Chuyển tiếp", "plain", "utf-8"))
    outer.attach(MIMEMessage(inner))
    return _whole(outer, "<fwd@example.vn>")


def _attached(count: int) -> bytes:
    message = MIMEMultipart("mixed")
    message.attach(MIMEText("Kèm ảnh", "plain", "utf-8"))
    for n in range(count):
        part = MIMEApplication(JPEG + base64.b64encode(bytes([n])), "octet-stream")
        part.add_header("Content-Disposition", "attachment", filename=f"ảnh {n}.jpg")
        message.attach(part)
    return _whole(message, f"<att{count}@example.vn>")


def _deep(levels: int) -> bytes:
    body = b"Content-Type: text/plain\r\n\r\nsau"
    for n in range(levels):
        body = (
            f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode()
            + body
            + f"\r\n--b{n}--\r\n".encode()
        )
    return b"From: dan@example.vn\r\nMessage-ID: <deep@x>\r\nMIME-Version: 1.0\r\n" + body
