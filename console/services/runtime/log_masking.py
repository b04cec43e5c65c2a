"""Keeps personal data out of logs, crash files and the error lines of verbs.

Telephone numbers are masked in every spelling. A value that an error quotes is left out unless it
is a mere name.
"""

import logging
import re
from typing import override

from console.domain.text.masking import mask_numbers

_NUMBER = re.compile(r"(?<![\w.:-])(\+?\d[\d ]{3})[\d ]{3,9}(\d{2})(?![\w.:-])")
"""Identity papers, accounts, anything as long as a telephone number."""
_QUOTED = re.compile(
    r"""(?<!\w)(File )?([bfur]?)(?:'((?:[^'\\\n]|\\.?)*+)(?:'|$)|"((?:[^"\\\n]|\\.?)*+)(?:"|$))""",
    re.MULTILINE,
)
"""A value as `repr` quotes it in an error, cut off or not."""
_NAME = re.compile(r"[\w./:<>*=+\\-]{0,60}", re.ASCII)
"""Codes, types, fields, paths: not a person's words."""
_ADDRESS = re.compile(r"(?<![\w./+-])[\w.+-]{1,64}(?=@[\w-]+\.\w)")
"""The owner of a mailbox. The login in an address of the centre follows a slash and stays."""
_SERVERS = re.compile(r"^([ \t|]*(?:DETAIL|CONTEXT|QUERY|HINT|LINE \d+): ?).+$", re.MULTILINE)
"""Lines in which PostgreSQL quotes the row it refuses."""


def mask_for_log(text: str) -> str:
    """Mask a log line or a traceback.

    Quoted values that are more than a name, rows that PostgreSQL quotes and owners of mailboxes are
    left out, numbers are masked, and everything else stays.
    """
    without_words = _SERVERS.sub(r"\1…", _QUOTED.sub(_unquoted, text))
    nobodys = _ADDRESS.sub("…", without_words)
    return _NUMBER.sub(r"\1***\2", mask_numbers(nobodys))


def _unquoted(found: re.Match[str]) -> str:
    if found[1] or _NAME.fullmatch(found[3] or found[4] or ""):
        return found[0]
    return f"{found[2]}'…'"


class MaskingFormatter(logging.Formatter):
    """Formats a log record and masks it."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        return mask_for_log(super().format(record))
