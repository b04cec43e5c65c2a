"""Secrets: files that only their owner may read."""

import os
import stat
from pathlib import Path

from console.domain.errors import InputError, UnavailableError


def read_secret(path: str) -> str:
    """Read the text of a secret file, without the line end.

    Raises:
        UnavailableError: `secret_missing`.
        InputError: `secret_world_readable` when anyone but the owner may read it.
    """
    file = Path(path)
    try:
        mode = file.stat().st_mode
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnavailableError("secret_missing", file=path) from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise InputError("secret_world_readable", file=path)
    return text.strip("\r\n")
