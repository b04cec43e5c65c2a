"""A keyring of the operating system that is a file: `PYTHON_KEYRING_BACKEND` names the class, the
environment's `KEYRING_OF_TESTS` the file.
"""

import json
import os
from pathlib import Path
from typing import override

from keyring.backend import KeyringBackend


class FileKeyring(KeyringBackend):
    """Keeps what it is given, unencrypted."""

    priority = 5.0

    @property
    def _file(self) -> Path:
        return Path(os.environ["KEYRING_OF_TESTS"])

    def _all(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}
        return found

    @override
    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service}/{username}")

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        self._file.write_text(json.dumps({**self._all(), f"{service}/{username}": password}))

    @override
    def delete_password(self, service: str, username: str) -> None:
        left = {k: v for k, v in self._all().items() if k != f"{service}/{username}"}
        self._file.write_text(json.dumps(left))
