"""This seat's encrypted copies of recordings.

AES-256 in GCM, one file per call. The file's name is authenticated with its content, so no file can
replace another. The key is 256 random bits in a file that only its owner may read; a setting says
where, so that IT can keep it on another disk.
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
        """Read the key, or make one if there is none and no copy that needs an older key.

        Raises:
            InputError: `recording_key_broken`; `secret_world_readable`.
            UnavailableError: `secret_missing`, for example while its disk is not mounted.
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
        """Store a recording; it is on disk when this returns."""
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
        """Whether this path is a file of this vault."""
        return place.startswith(_PLACE)

    def get(self, place: str) -> bytes:
        """The recording's content.

        Raises:
            OSError: the file is gone, or not what was put there.
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
        """Delete it; returns the bytes that this freed."""
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
    """Whether the folder holds copies that need the key."""
    return any(folder.glob("*.rec"))


def _make_key(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, secrets.token_hex(32).encode() + b"\n")
    sync_folder(path.parent)
