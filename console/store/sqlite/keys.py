"""The key of a profile's encrypted stores: 256 random bits, in the operating system's keyring.

`<profile>/store.key` says where the key lies: the name of an entry of the keyring, or, where a
machine has no keyring (a server without a session), the key itself, for its owner only. Then only
encryption of the whole disk protects it, as `doctor` says. It counts for the profile and for the
folders right in it (`copies/`, `training/`).
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
    """Whether stores that are made here from now on are encrypted."""
    return (profile / FILE).exists()


def key_for(store: Path) -> str | None:
    """The key of a store of a profile; None where the profile has none.

    Raises:
        UnavailableError: `store_key_lost`: there was one, and it cannot be had.
    """
    for folder in (store.absolute().parent, store.absolute().parent.parent):
        if has_key(folder):
            return _read(folder)
    return None


def in_keyring(profile: Path) -> bool:
    """Whether the key lies where only who signed in to the system has it."""
    return _text(profile).startswith(_IN_KEYRING)


def make(profile: Path) -> str:
    """A new key for a profile that has none; kept before this returns.

    Raises:
        UnavailableError: `store_key_not_kept`.
    """
    key = secrets.token_hex(32)
    keep(profile, key)
    return key


def keep(profile: Path, key: str) -> None:
    """Be the profile's key from now on, also when this is killed: at no moment is there none.

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
    """The profile has no key any more; nothing that needs it may be left."""
    said = _text(profile)
    (profile / FILE).unlink(missing_ok=True)
    sync_folder(profile)
    if said.startswith(_IN_KEYRING):
        with contextlib.suppress(Exception):  # it opens nothing any more
            _backend().delete_password(_SERVICE, said.removeprefix(_IN_KEYRING))


# --- the copy that IT keeps


def as_recovery(key: str, profile: Path) -> str:
    """What is written down for IT: for people to read, and for `from_recovery`."""
    groups = [key[n : n + _GROUPED] for n in range(0, len(key), _GROUPED)]
    return f"console1022 store key\n{profile}\n{' '.join(groups)}\n"


def from_recovery(file: Path) -> str:
    """The key that `as_recovery` wrote, however it was typed from paper.

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
"""What the keyring said; asking it takes 10 ms, and an entry never gets another key."""


def _from_keyring(name: str) -> str:
    """What stands there, empty when it cannot be had: no session, locked, deleted."""
    try:
        return _backend().get_password(_SERVICE, name) or ""
    except Exception:
        log.info("the keyring did not give the key of the store", exc_info=True)
        return ""


def _put(name: str, key: str) -> bool:
    """Whether a keyring of this machine has it now."""
    try:
        backend = _backend()
        if backend.priority < 1:  # says that there is none
            return False
        backend.set_password(_SERVICE, name, key)
        return bool(backend.get_password(_SERVICE, name) == key)
    except Exception:
        log.info("no keyring takes the key of the store", exc_info=True)
        return False


def _backend() -> "KeyringBackend":
    import keyring  # noqa: PLC0415 - costs a start only where stores are encrypted

    return keyring.get_keyring()
