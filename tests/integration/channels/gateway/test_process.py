"""The headless gateway as a process: ready, healthy, killed repeatedly, taken over."""

import hashlib
import json
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from console.services.city_data.catalogue_loader import load_catalogue
from console.services.views.contacts import ContactRow
from console.store.seat.local_store import LocalStore
from tests.fakes.gateway.process import ROOT, GatewayProcess, get_json
from tests.fakes.mail.dovecot import PASSWORD, USER, Dovecot, free_port

KEY = "k-1"


def config(folder: Path, port: int, *, dovecot: Dovecot | None = None, modem: str = "") -> str:
    """Settings of a gateway with these additions."""
    keys, password = folder / "keys", folder / "password"
    keys.write_text(f"app\t{hashlib.sha256(KEY.encode()).hexdigest()}\tpost\n")
    password.write_text(PASSWORD, "utf-8")
    for secret in (keys, password):
        secret.chmod(0o600)
    text = f'[open311]\nlisten = "127.0.0.1:{port}"\napi_keys_file = "{keys}"\n'
    if dovecot is not None:
        text += (
            f'[mail]\nimap_host = "127.0.0.1"\nimap_port = {dovecot.port}\nimap_tls = false\n'
            f'smtp_tls = false\nusername = "{USER}"\npassword_file = "{password}"\n'
        )
    return text + (f'[[sms]]\nname = "gsm1"\ndevice = "{modem}"\n' if modem else "")


def rows_of(profile: Path) -> tuple[ContactRow, ...]:
    """What is on disk."""
    store = LocalStore(profile, load_catalogue(), readers=1)
    try:
        return store.ask_now(lambda q: q.inbox(state=None, limit=2000))
    finally:
        store.close()


def post(port: int, ref: str) -> str | None:
    """Post a report; its number, or None without an answer."""
    form = {
        "api_key": KEY,
        "service_code": "roads.pothole",
        "lat": "10.8",
        "long": "106.7",
        "description": f"Ổ gà {ref}",
        "attribute[client_ref]": ref,
        "device_id": ref,
    }
    url = f"http://127.0.0.1:{port}/open311/v2/requests.json"
    try:
        with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode(), 5) as answer:
            return str(json.loads(answer.read())[0]["service_request_id"])
    except OSError:
        return None


def test_ready_healthy_and_stopped(tmp_path: Path, dovecot: Dovecot) -> None:
    port = free_port()
    with GatewayProcess(tmp_path / "p", config(tmp_path, port, dovecot=dovecot)) as gateway:
        status, health = get_json(f"http://127.0.0.1:{port}/healthz")
        assert set(health["channels"]) == {"mail", "app", "portal", "http"}
        assert status == 200
        assert health["channels"]["mail"]["lease"] == "ours"
        assert PASSWORD not in json.dumps(health, ensure_ascii=False)
        assert post(port, "r1")
        assert gateway.stop() == 0
    assert len(rows_of(tmp_path / "p")) == 1


def test_errors_are_in_the_log_and_in_the_journal(tmp_path: Path) -> None:
    port, profile = free_port(), tmp_path / "p"
    with GatewayProcess(profile, config(tmp_path, port)) as gateway:
        (tmp_path / "keys").write_text("half a line\n")
        assert post(port, "r1") is None
        assert gateway.stop() == 0
    log = (profile / "logs" / "console.log").read_text("utf-8")
    journal = (tmp_path / "gateway.log").read_text("utf-8")
    for said in (log, journal):
        assert "api_keys_broken" in said
    assert not (profile / "running").exists(), "that mark is the window's"


def test_it_needs_no_qt(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from console.config.layers import load\n"
        "from console.assembly.core import build_core; from console.assembly.seat import Seat\n"
        "from console.assembly.channels import written_channels\n"
        "from console.assembly.gateway import build_gateway\n"
        "import console.channels.mail.channel, console.channels.open311.server\n"
        "import console.cli.gateway\n"
        f"p = Path({str(tmp_path)!r})\n"
        "with build_core(p, load(p)) as core:\n"
        "    build_gateway(core.desk, core.settings, p, (), serve=True)\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('PySide6', 'qasync', 'folium')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_a_second_one_stands_by_and_takes_over(tmp_path: Path) -> None:
    port = free_port()
    text = config(tmp_path, port)
    first = GatewayProcess(tmp_path / "p", text)
    second = GatewayProcess(tmp_path / "p", text, wait="standby")
    with first, second:
        assert post(port, "before")
        first.kill()
        second.until("ready")
        assert post(port, "after")
        assert second.stop() == 0
    assert len(rows_of(tmp_path / "p")) == 2


def test_a_taken_port_is_a_state_until_it_is_free(tmp_path: Path) -> None:
    port = free_port()
    with GatewayProcess(tmp_path / "a", config(tmp_path, port)) as holder:
        other = GatewayProcess(tmp_path / "b", config(tmp_path, port), wait="")
        other._wait = "ready"
        starting = threading.Thread(target=other.start, daemon=True)
        starting.start()
        assert post(port, "x")
        holder.stop()
        starting.join(100)
        assert "ready" in other.words
        assert other.stop() == 0


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[open311]\nlisten = "8311"\n', "8311"),
        ('[open311]\napi_keys_file = "/nowhere/keys"\n', "/nowhere/keys"),
        ('[mail]\nimap_host = "x"\npassword_file = "/nowhere/pw"\n', "/nowhere/pw"),
    ],
)
def test_wrong_settings_are_one_line(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "c.toml").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "console", "--profile", tmp_path / "p", "--config",
         tmp_path / "c.toml", "gateway"],
        cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode in (2, 3)
    assert word in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.slow
def test_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path, dovecot: Dovecot) -> None:
    """Five kills here; as a command `tests/soak/kill_gateway.py` makes it fifty in 500 messages."""
    from tests.soak.kill_gateway import kill_gateway

    told = kill_gateway(tmp_path, dovecot, messages=45, kills=5)
    assert told.is_whole, told


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["early", "keyless"])
def test_a_gateway_that_acknowledges_too_soon_or_forgets_is_caught(
    tmp_path: Path, dovecot: Dovecot, fault: str
) -> None:
    from tests.soak.kill_gateway import kill_gateway

    told = kill_gateway(tmp_path, dovecot, messages=12, kills=2, channels=("app",), fault=fault)
    assert told.lost or told.doubles or told.numbers, told
