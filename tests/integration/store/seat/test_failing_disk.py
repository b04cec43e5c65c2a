"""A disk that now and then fails to write through: what was acknowledged is there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from console.store.seat.local_store import LocalStore
from tests.integration.store.build import CATALOGUE

ROOT = Path(__file__).resolve().parents[4]
SAVER = """
import sys
from pathlib import Path
from console.domain.errors import UnavailableError
from console.store.seat.local_store import LocalStore
from tests.integration.store.build import CATALOGUE, save
store = LocalStore(Path(sys.argv[1]), CATALOGUE)
for _ in range(20):
    try:
        print(store.write_now(save).hex, flush=True)
    except UnavailableError as error:
        print(error.code, error.params["cause"], flush=True)
store.close()
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(
    ("flush", "encrypted", "cause"),
    [("fdatasync", False, "SQLITE_IOERR_FSYNC"), ("fsync", True, "SQLITE_IOERR")],
    ids=["plain", "encrypted"],
)
def test_a_failed_fsync_is_told_and_the_store_opens_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flush: str, encrypted: bool, cause: str
) -> None:
    """SQLCipher's build flushes by the other call, and its module does not say what failed."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    profile = tmp_path / "profile"
    LocalStore(profile, CATALOGUE, encrypted=encrypted).close()
    done = subprocess.run(
        [
            "strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={flush}",
            "-e", f"inject={flush}:error=EIO:when=10..12", sys.executable, "-c", SAVER,
            str(profile),
        ],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=200,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    failed = [line for line in said if line.startswith("store_failed")]
    assert len(said) == 20
    assert 1 <= len(failed) <= 3
    assert failed[0] == f"store_failed {cause}"
    acknowledged = {UUID(hex=line) for line in said if line not in failed}
    store = LocalStore(profile, CATALOGUE)
    try:
        assert store.verify(every=True) == ""
        stored = store.ask_now(lambda q: {each for each in acknowledged if q.detail(each)})
        assert stored == acknowledged
    finally:
        store.close()
