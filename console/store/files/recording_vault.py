"""This seat's copies of recordings, encrypted: opened directly, a file is noise.

AES-256 in GCM, one file a call, its name bound to its content, so that no file can stand for
another. The key is 256 random bits in a file of its own that only its owner may read; where it lies
is a setting, so that IT may keep it off the disk of the copies.
"""

import contextlib
import hashlib
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from console.config.secret_files import read_secret
from console.domain.errors import InputError
from console.store.files.spool import sync_folder, write_private

_HEAD = b"1022-recording-1\n"
_NONCE = 12
_PLACE = "vault:"


class RecordingVault:
    """`services.recordings.Vault` in a folder."""

    def __init__(self, folder: Path, key_file: Path) -> None:
        """Take the key, made now if there is none and no copy that another one has to open.

        Raises:
            InputError: `recording_key_broken`; `secret_world_readable`.
            UnavailableError: `secret_missing`; also while its disk is not mounted.
            OSError: the key cannot be written.
        """
        self._folder = folder
        if not key_file.exists() and not has_copies(folder):
            _make_key(key_file)
        try:
            key = bytes.fromhex(read_secret(str(key_file)))
        except ValueError as error:
            raise InputError("recording_key_broken", file=str(key_file)) from error
        if len(key) != 32:
            raise InputError("recording_key_broken", file=str(key_file))
        self._cipher = AESGCM(key)

    def put(self, name: str, data: bytes) -> str:
        """Keep it; on disk when this returns."""
        file = hashlib.sha256(name.encode()).hexdigest()
        nonce = secrets.token_bytes(_NONCE)
        sealed = _HEAD + nonce + self._cipher.encrypt(nonce, data, file.encode())
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{file}.rec"
        beside = path.with_suffix(".tmp")
        write_private(beside, sealed)
        beside.replace(path)
        for each in (self._folder, self._folder.parent):
            sync_folder(each)
        return _PLACE + file

    def holds(self, place: str) -> bool:
        """Whether this is a place of ours."""
        return place.startswith(_PLACE)

    def get(self, place: str) -> bytes:
        """The content again.

        Raises:
            OSError: it is gone, or not what was put there.
        """
        file = place.removeprefix(_PLACE)
        sealed = self._path(file).read_bytes()
        start = len(_HEAD) + _NONCE
        if not sealed.startswith(_HEAD):
            raise OSError(f"{file} is no recording of this program")
        try:
            return self._cipher.decrypt(sealed[len(_HEAD) : start], sealed[start:], file.encode())
        except InvalidTag as error:
            raise OSError(f"{file} was altered, or the key is another one") from error

    def drop(self, place: str) -> int:
        """Delete it; bytes that were freed."""
        path = self._path(place.removeprefix(_PLACE))
        size = 0
        with contextlib.suppress(FileNotFoundError):
            size = path.stat().st_size
            path.unlink()
        return size

    def _path(self, file: str) -> Path:
        if len(file) != 64 or not file.isalnum():
            raise FileNotFoundError(file)
        return self._folder / f"{file}.rec"


def has_copies(folder: Path) -> bool:
    """Whether something lies there that only its key opens."""
    return any(folder.glob("*.rec"))


def _make_key(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, secrets.token_hex(32).encode() + b"\n")
    sync_folder(path.parent)
