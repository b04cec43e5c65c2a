"""Masked logs: no telephone number, no person's words, but everything that helps to find a bug."""

import pytest

from console.services.runtime.log_masking import mask_for_log


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("call from +84903123456", "call from ***456"),
        ("tel:0903123456, 0903.123.456", "tel:***456, ***456"),
        ("{'sender': '84903123456'}", "{'sender': '***456'}"),
        ("CCCD 079203001234", "CCCD 0792***34"),
        ("KeyError: 'Nguyễn Thị Ánh'", "KeyError: '…'"),
        ("""ValueError("it's Lan's house")""", "ValueError('…')"),
        ("b'GET /?q=B%C3%A0 Lan HTTP/1.1\\r\\n'", "b'…'"),
        ("bad_email {'email': 'lan@x.vn', 'n': 'a'}", "bad_email {'email': '…', 'n': 'a'}"),
        ("ERROR: x\nDETAIL:  Key (sender)=(Lan) already exists.", "ERROR: x\nDETAIL: …"),
        ("can't open 'ngõ 5' at 'x.py'", "can't open '…' at 'x.py'"),
        ("bad value: 'Bà Lan, 66/1 Đồ\nnext 'a'", "bad value: '…'\nnext 'a'"),
        ("bad value: b\"B\\xc3\\xa0 Lan\\", "bad value: b'…'"),
    ],
)  # fmt: skip
def test_what_names_a_person_goes(said: str, kept: str) -> None:
    assert mask_for_log(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-24 09:00:00,123 INFO console.sync: 12 events",
        "id 1795545323.2 at 10.0.0.12:5038",
        '  File "/home/x y/console/app.py", line 3, in f',
        "AttributeError: 'NoneType' object has no attribute 'strip'",
        "secret_missing {'file': '/etc/console1022/pin'}",
        "outreach 019abc12-0123-7456-8901-234567890123 failed",
    ],
)
def test_what_helps_to_find_a_bug_stays(said: str) -> None:
    assert mask_for_log(said) == said


@pytest.mark.parametrize("said", ["\\'", '"\\', "'\\\n", "b'", "File '", "\n", "| \n"])
def test_a_long_text_of_quotes_or_lines_is_soon_read(said: str) -> None:
    """The text may come from outside, and the logging thread masks every line."""
    assert len(mask_for_log(said * 200_000)) > 0


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("550 5.1.1 <bay.no+1@vidu.vn>: rejected", "550 5.1.1 <…@vidu.vn>: rejected"),
        ("to=Bảy.nở@vidu.com.vn, retry", "to=…@vidu.com.vn, retry"),
        ("mailto:bay@vidu.vn", "mailto:…@vidu.vn"),
        ("postgresql://ban07@127.0.0.1:5432/hotline", "postgresql://ban07@127.0.0.1:5432/hotline"),
        ("Local/101@agents-00.1;2", "Local/101@agents-00.1;2"),
        ("    @property", "    @property"),
    ],
)  # fmt: skip
def test_a_mailbox_names_nobody(said: str, kept: str) -> None:
    """Mail servers quote the address they refuse."""
    assert mask_for_log(said) == kept
