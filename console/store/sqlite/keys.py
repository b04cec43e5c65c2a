"""The key of a profile's encrypted stores: 256 random bits, in the operating system's keyring.

`<profile>/store.key` says where the key is. It names an entry of the keyring or, on a machine
without one (a server without a session), holds the key itself, readable only by its owner. Then
only encryption of the whole disk protects it, and `doctor` says so. The key serves the profile and
the folders directly in it (`copies/`, `training/`).
"""

import contextlib
import logging
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from console.config.secret_files import read_secret
from console.domain.errors import InputError, UnavailableError
from console.domain.ids import uuid7
from console.store.files.spool import sync_folder, write_private

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

log = logging.getLogger(__name__)

FILE = "store.key"
_SERVICE = "console1022 store"
_IN_KEYRING = "keyring "
_KEY = re.compile(r"[0-9a-f]{64}")
_GROUPED = 8


def has_key(profile: Path) -> bool:
    """Whether new stores of this profile are encrypted."""
    return (profile / FILE).exists()


def key_for(store: Path) -> str | None:
    """The key of a store of a profile; None where the profile has none.

    Raises:
        UnavailableError: `store_key_lost`: there is one, but it cannot be read.
    """
    for folder in (store.absolute().parent, store.absolute().parent.parent):
        if has_key(folder):
            return _read(folder)
    return None


def in_keyring(profile: Path) -> bool:
    """Whether the key is in the keyring, which only the signed-in user can open."""
    return _text(profile).startswith(_IN_KEYRING)


def make(profile: Path) -> str:
    """Make a key for a profile that has none; it is stored when this returns.

    Raises:
        UnavailableError: `store_key_not_kept`.
    """
    key = secrets.token_hex(32)
    keep(profile, key)
    return key


def keep(profile: Path, key: str) -> None:
    """Make this the profile's key. A kill at any moment leaves the old key or the new one.

    Raises:
        UnavailableError: `store_key_not_kept`.
    """
    name = uuid7().hex
    said = f"{_IN_KEYRING}{name}" if _put(name, key) else key
    part = profile / f"{FILE}.part"
    try:
        profile.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(part, f"{said}\n".encode())
        part.replace(profile / FILE)
        sync_folder(profile)
    except OSError as error:
        cause = error.strerror or str(error)
        raise UnavailableError("store_key_not_kept", cause=cause) from error


def forget(profile: Path) -> None:
    """Delete the profile's key; nothing that needs it may be left."""
    said = _text(profile)
    (profile / FILE).unlink(missing_ok=True)
    sync_folder(profile)
    if said.startswith(_IN_KEYRING):
        with contextlib.suppress(Exception):  # nothing needs it any more
            _backend().delete_password(_SERVICE, said.removeprefix(_IN_KEYRING))


# --- the copy that IT keeps


def as_recovery(key: str, profile: Path) -> str:
    """The recovery text for IT: people can read it, and so can `from_recovery`."""
    groups = [key[n : n + _GROUPED] for n in range(0, len(key), _GROUPED)]
    return f"console1022 store key\n{profile}\n{' '.join(groups)}\n"


def from_recovery(file: Path) -> str:
    """The key in a text of `as_recovery`, even retyped from paper.

    Raises:
        InputError: `store_key_broken`.
        UnavailableError: `secret_missing`.
    """
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnavailableError("secret_missing", file=str(file)) from error
    for line in reversed(lines):
        if _KEY.fullmatch(key := "".join(line.split()).lower()):
            return key
    raise InputError("store_key_broken", file=str(file))


# --- where it lies


def _text(profile: Path) -> str:
    try:
        return (profile / FILE).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _read(profile: Path) -> str:
    said = _text(profile)
    if said.startswith(_IN_KEYRING):
        key = _known.get(said) or _from_keyring(said.removeprefix(_IN_KEYRING))
    else:
        key = read_secret(str(profile / FILE)).strip()
    if not _KEY.fullmatch(key):
        raise UnavailableError("store_key_lost", profile=str(profile))
    if said.startswith(_IN_KEYRING):
        _known[said] = key
    return key


_known: dict[str, str] = {}
"""What the keyring answered: asking takes 10 ms, and an entry never changes its key."""


def _from_keyring(name: str) -> str:
    """The entry's value; empty when there is no session, or the entry is locked or deleted."""
    try:
        return _backend().get_password(_SERVICE, name) or ""
    except Exception:
        log.info("the keyring did not give the key of the store", exc_info=True)
        return ""


def _put(name: str, key: str) -> bool:
    """Store it in the keyring; False when this machine has none."""
    try:
        backend = _backend()
        if backend.priority < 1:  # raised where there is no keyring
            return False
        backend.set_password(_SERVICE, name, key)
        return bool(backend.get_password(_SERVICE, name) == key)
    except Exception:
        log.info("no keyring takes the key of the store", exc_info=True)
        return False


def _backend() -> "KeyringBackend":
    import keyring  # noqa: PLC0415 - costs a start only where stores are encrypted

    return keyring.get_keyring()
