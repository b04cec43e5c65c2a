"""Turning a seat's stores where something of it is not as usual: other names of a file, other keys,
a key that is gone.
"""

import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from console.domain.errors import UnavailableError
from console.store.seat import encryption_change
from console.store.seat.backup import back_up, restore
from console.store.seat.local_store import FILE_NAME, LocalStore
from console.store.seat.store_copy import NightlyCopies, verified
from console.store.sqlite import cipher, keys
from tests.integration.store.build import CATALOGUE, NOW, save


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    import keyring

    keyring.core.init_backend()


def made(folder: Path, *, encrypted: bool) -> Path:
    with closing(LocalStore(folder, CATALOGUE, encrypted=encrypted)) as store:
        store.write_now(save)
    return folder


@pytest.mark.skipif(os.name != "posix", reason="second names of files")
def test_another_name_of_the_file_keeps_what_it_had(tmp_path: Path) -> None:
    """IT's copy by `cp -al` just before, or what a restore that was killed laid aside."""
    seat, copy = made(tmp_path / "seat", encrypted=False), tmp_path / "copy.sqlite3"
    os.link(seat / FILE_NAME, copy)
    assert encryption_change.encrypt(seat) == 1
    assert not cipher.is_plain(seat / FILE_NAME)
    assert verified(copy, None).counts["event"] > 0


def test_nothing_is_encrypted_under_a_new_key_where_the_old_one_is_gone(tmp_path: Path) -> None:
    seat = made(tmp_path / "seat", encrypted=True)
    (seat / keys.FILE).unlink()
    with pytest.raises(UnavailableError, match="store_key_lost"):
        encryption_change.encrypt(seat)
    with pytest.raises(UnavailableError, match="store_key_lost"):
        encryption_change.decrypt(seat)
    assert not keys.has_key(seat)


def test_a_nightly_copy_under_a_key_that_is_lost_holds_nothing_up(tmp_path: Path) -> None:
    seat = made(tmp_path / "seat", encrypted=True)
    night = NightlyCopies(seat).make(NOW)
    other = made(tmp_path / "other", encrypted=True)
    back_up(other, tmp_path / "copy.zip", NOW)
    (seat / keys.FILE).write_text("keyring 0123")
    key = keys.key_for(other / FILE_NAME)
    restore(seat, tmp_path / "copy.zip", NOW, force=True, key=key)
    before = night.read_bytes()
    assert encryption_change.decrypt(seat) == 1
    assert not keys.has_key(seat)
    assert night.read_bytes() == before
    with closing(LocalStore(seat, CATALOGUE)) as store:
        assert store.verify(every=True) == ""


def test_a_store_under_another_key_is_told_before_anything_is_turned(tmp_path: Path) -> None:
    seat = made(tmp_path / "seat", encrypted=True)
    night = NightlyCopies(seat).make(NOW)
    other = made(tmp_path / "other", encrypted=True)
    shutil.copy(other / FILE_NAME, seat / FILE_NAME)
    with pytest.raises(UnavailableError, match="store_key_wrong"):
        encryption_change.decrypt(seat)
    assert keys.has_key(seat)
    assert not cipher.is_plain(night)
