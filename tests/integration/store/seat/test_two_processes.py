"""A store that is open here while another process opens and closes it: what is saved stays saved.

SQLite's locks on a file are this process's, and closing any other handle of the file drops them;
then whoever closes it next takes himself for the last and deletes the log that is written here.
"""

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from console.domain.errors import UnavailableError
from console.services.ports.store.unit_of_work import UnitOfWork
from console.store.seat.backup import back_up
from console.store.seat.local_store import FILE_NAME, LocalStore
from console.store.seat.store_copy import NightlyCopies
from console.store.sqlite import cipher
from tests.integration.store.build import CATALOGUE, NOW, save

ROOT = Path(__file__).resolve().parents[4]
COUNT = (
    "import sys\n"
    "from contextlib import closing\n"
    "from pathlib import Path\n"
    "from console.store.sqlite import cipher\n"
    "file = Path(sys.argv[1])\n"
    "with closing(cipher.connect(file, cipher.key_to_open(file))) as one:\n"
    "    print(*one.execute('select count(*) from service_request').fetchone())\n"
)


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    import keyring

    keyring.core.init_backend()


def counted_elsewhere(folder: Path) -> int:
    """Requests, as a process finds them that opens the store and closes it again."""
    ran = subprocess.run(
        [sys.executable, "-c", COUNT, str(folder / FILE_NAME)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(ran.stdout)


def one_more(uow: UnitOfWork) -> None:
    save(uow)


def nothing(_folder: Path, _store: LocalStore) -> None:
    return


def copied_at_night(folder: Path, _store: LocalStore) -> None:
    NightlyCopies(folder).make(NOW)


def backed_up(folder: Path, _store: LocalStore) -> None:
    back_up(folder, folder.parent / "copy.zip", NOW)


def looked_at(folder: Path, _store: LocalStore) -> None:
    cipher.is_plain(folder / FILE_NAME)


def opened_beside(folder: Path, _store: LocalStore) -> None:
    with closing(LocalStore(folder, CATALOGUE, read_only=True)):
        pass


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("act", [nothing, copied_at_night, backed_up, looked_at, opened_beside])
def test_whoever_closes_it_elsewhere_leaves_the_log(
    tmp_path: Path, act: Callable[[Path, LocalStore], None], *, encrypted: bool, again: bool
) -> None:
    folder = tmp_path / "seat"
    if again:
        LocalStore(folder, CATALOGUE, encrypted=encrypted).close()
    with closing(LocalStore(folder, CATALOGUE, encrypted=encrypted)) as store:
        store.write_now(one_more)
        act(folder, store)
        assert counted_elsewhere(folder) == 1
        assert (folder / f"{FILE_NAME}-wal").exists()
        store.write_now(one_more)
        assert counted_elsewhere(folder) == 2


def test_what_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(UnavailableError, match="store_failed"):
        LocalStore(tmp_path, CATALOGUE)
