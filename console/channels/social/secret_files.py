"""Secret files: reading, and atomic replacement."""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from console.config.secret_files import read_secret
from console.domain.errors import InputError, UnavailableError


def read_values(path: str, plain: str) -> dict[str, str]:
    """Read a secret file: a JSON object of strings, or one string that becomes the value `plain`.

    Raises:
        UnavailableError: `secret_missing`.
        InputError: `secret_world_readable`, `social_secret_broken`.
    """
    text = read_secret(path).strip()
    if not text.startswith("{"):
        return {plain: text}
    try:
        values = json.loads(text)
    except ValueError as error:
        raise InputError("social_secret_broken", file=path) from error
    return {str(k): str(v) for k, v in values.items() if isinstance(v, str | int | float)}


def write_values(path: Path, values: Mapping[str, str]) -> None:
    """Replace a secret file atomically; on return it is on disk and readable only by its owner.

    Raises:
        UnavailableError: `secret_not_writable`.
    """
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(dict(values), file)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        raise UnavailableError("secret_not_writable", file=str(path)) from error


type Secret = Callable[[], dict[str, str]]
