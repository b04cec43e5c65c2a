"""A profile's install id: made once, kept, and another one after it was renewed."""

from pathlib import Path

from console.store.seat.identity import install_id, renew_install_id
from console.store.seat.local_store import LocalStore
from tests.integration.store.build import CATALOGUE


def test_an_install_id_is_made_once_and_kept_on_disk(store: LocalStore, tmp_path: Path) -> None:
    first = store.run_on_writer(install_id)
    assert store.run_on_writer(install_id) == first
    store.close()
    again = LocalStore(tmp_path / "profile", CATALOGUE)
    assert again.run_on_writer(install_id) == first
    again.close()


def test_two_profiles_have_two_ids(store: LocalStore, tmp_path: Path) -> None:
    other = LocalStore(tmp_path / "other", CATALOGUE)
    assert other.run_on_writer(install_id) != store.run_on_writer(install_id)
    other.close()


def test_a_renewed_id_stays(store: LocalStore) -> None:
    first = store.run_on_writer(install_id)
    renewed = store.run_on_writer(renew_install_id)
    assert renewed != first
    assert store.run_on_writer(install_id) == renewed
