"""The file of API keys: `name <tab> sha256-of-key <tab> rights`, one per line.

It contains only hashes; a change takes effect at the next request.
"""

import hashlib
import hmac
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from console.domain.errors import InputError, UnavailableError

RIGHTS = frozenset({"read", "post", "update"})
_NAME = re.compile(r"[\w.-]{1,60}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A caller; rights are of `read`, `post`, `update`."""

    name: str
    digest: str
    rights: frozenset[str]


def parse_keys(text: str, file: str) -> tuple[ApiKey, ...]:
    """The keys of a file; empty lines and lines starting with # are skipped.

    Raises:
        InputError: `api_keys_broken` with the line's number.
    """
    keys: dict[str, ApiKey] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split("\t")]
        rights = frozenset(w.strip() for w in parts[2].split(",")) if len(parts) == 3 else None
        if (
            rights is None
            or not rights <= RIGHTS
            or not _NAME.fullmatch(parts[0])
            or not _HASH.fullmatch(parts[1].lower())
            or parts[0] in keys
        ):
            raise InputError("api_keys_broken", file=file, line=number)
        keys[parts[0]] = ApiKey(parts[0], parts[1].lower(), rights)
    return tuple(keys.values())


class ApiKeys:
    """The keys in force."""

    def __init__(self, path: Path | None) -> None:
        """Read `path` on first use; None means there are no keys."""
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._keys: tuple[ApiKey, ...] = ()

    def load(self) -> None:
        """Read the file again if it changed.

        Raises:
            UnavailableError: `secret_missing`.
            InputError: `secret_world_readable`, `api_keys_broken`.
        """
        if self._path is None:
            return
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            if stamp == self._stamp:
                return
            text = self._path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UnavailableError("secret_missing", file=str(self._path)) from error
        if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
            raise InputError("secret_world_readable", file=str(self._path))
        self._keys, self._stamp = parse_keys(text, str(self._path)), stamp

    def find(self, key: str) -> ApiKey | None:
        """The entry of this key, in constant time: every entry is compared."""
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        found = None
        for each in self._keys:
            if hmac.compare_digest(each.digest, digest):
                found = each
        return found
