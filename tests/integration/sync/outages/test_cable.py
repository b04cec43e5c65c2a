"""A pulled cable in a network of its own: no packet arrives and nothing reports it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.cli.seat import ROOT


def test_a_pulled_cable_is_told_and_holds_no_save_up(tmp_path: Path) -> None:
    if os.name == "nt" or os.geteuid() or not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("a network of one's own needs root, unshare and ip")
    if subprocess.run(["unshare", "-n", "true"], check=False).returncode:
        pytest.skip("this machine gives no network of one's own")
    done = subprocess.run(
        ["unshare", "-n", sys.executable, "-m", "tests.integration.sync.outages.cable_process",
         str(tmp_path), "2"],
        cwd=ROOT, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2
