"""What a log, a crash file and the line of a failed verb may hold: no number and no words of a
person.

Telephone numbers are masked in every spelling; what an error quotes of a value is left out where it
is more than a name.
"""

import logging
import re
from typing import override

from console.domain.text.masking import mask_numbers

_NUMBER = re.compile(r"(?<![\w.:-])(\+?\d[\d ]{3})[\d ]{3,9}(\d{2})(?![\w.:-])")
"""Of a person's papers, an account, whatever else is as long as a telephone number."""
_QUOTED = re.compile(
    r"""(?<!\w)(File )?([bfur]?)(?:'((?:[^'\\\n]|\\.?)*+)(?:'|$)|"((?:[^"\\\n]|\\.?)*+)(?:"|$))""",
    re.MULTILINE,
)
"""What an error says of a value: as `repr` has it, cut off or not."""
_NAME = re.compile(r"[\w./:<>*=+\\-]{0,60}", re.ASCII)
"""Codes, types, fields, paths: no words of a person."""
_ADDRESS = re.compile(r"(?<![\w./+-])[\w.+-]{1,64}(?=@[\w-]+\.\w)")
"""Whose mailbox it is, where a server or a message says so; the login of an address of the centre
stands behind a slash and stays.
"""
_SERVERS = re.compile(r"^([ \t|]*(?:DETAIL|CONTEXT|QUERY|HINT|LINE \d+): ?).+$", re.MULTILINE)
"""Lines in which PostgreSQL repeats the row that it refuses."""


def mask_for_log(text: str) -> str:
    """Lines of a log or a traceback without values that an error quotes, where they are more than a
    name, without rows that the centre repeats and owners of mailboxes, and with numbers masked;
    everything else as it is.
    """
    without_words = _SERVERS.sub(r"\1…", _QUOTED.sub(_unquoted, text))
    nobodys = _ADDRESS.sub("…", without_words)
    return _NUMBER.sub(r"\1***\2", mask_numbers(nobodys))


def _unquoted(found: re.Match[str]) -> str:
    if found[1] or _NAME.fullmatch(found[3] or found[4] or ""):
        return found[0]
    return f"{found[2]}'…'"


class MaskingFormatter(logging.Formatter):
    """Formats a record so."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        return mask_for_log(super().format(record))
