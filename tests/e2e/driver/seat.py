"""Profiles as IT would leave them, and the command line beside the open window."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.e2e.driver.program import ROOT

DATA = Path(os.environ.get("CONSOLE1022_TEST_DATA", ROOT / "missing"))
WARDS = DATA / "hcmc_wards.geojson"
"""Outlines of the wards; data that is not ours, so it may be missing."""


def seat(
    folder: Path,
    *,
    pbx_port: int | None = None,
    modem: Path | None = None,
    theme: str = "light",
    encrypted: bool = False,
) -> Path:
    """A profile of a seat at extension 101, with a line and a modem where they are named."""
    profile = folder / "seat"
    profile.mkdir()
    parts = ['[seat]\nworkstation = "may-07"\nextension = "101"\n', f'[ui]\ntheme = "{theme}"\n']
    if encrypted:
        parts[0] += "encrypted_store = true\n"
    if pbx_port is not None:
        secret = folder / "ami.secret"
        secret.write_text("s3cret", "utf-8")
        secret.chmod(0o600)
        parts.append(
            f'[telephony]\nadapter = "ami"\nport = {pbx_port}\nusername = "console"\n'
            f'secret_file = "{secret}"\n'
        )
    if modem is not None:
        parts.append(f'[[sms]]\nname = "gsm1"\ndevice = "{modem}"\n')
        # Answers must not wait for the morning, whatever the hour of this test.
        parts.append("[messages]\nquiet_from = 0\nquiet_to = 0\n")
    if WARDS.exists():  # as `map import-wards` leaves them
        (profile / "map").mkdir()
        (profile / "map" / "wards.geojson").symlink_to(WARDS)
    (profile / "config.toml").write_text("\n".join(parts), "utf-8")
    return profile


def run_verb(profile: Path, *words: str, said: str = "") -> "subprocess.CompletedProcess[str]":
    """`console1022 --profile PROFILE WORDS`, to its end; `said` is what it reads."""
    return subprocess.run(
        [sys.executable, "-m", "console", "--profile", str(profile), *words],
        cwd=ROOT,
        input=said,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def verb(profile: Path, *words: str, said: str = "") -> Any:
    """What a verb prints with --json, beside the open window."""
    done = run_verb(profile, "--json", *words, said=said)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
