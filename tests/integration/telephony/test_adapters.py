"""Which line the settings choose, and that a workstation with each of them starts and stops."""

from dataclasses import replace
from pathlib import Path

import pytest

from console.assembly.channels import written_channels
from console.assembly.core import build_core
from console.assembly.recordings import recorders, recordings_of
from console.assembly.telephony import voice_line
from console.config.layers import load
from console.config.settings import Loaded, Settings, SmsSettings, TelephonySettings
from console.domain.errors import InputError
from console.telephony.asterisk.line import AmiLine
from console.telephony.modem.ports import SerialPort, SharedPort
from console.telephony.modem.voice import ModemLine
from console.telephony.simulator.line import SimulatedLine
from console.telephony.webhook import WebhookLine


def settings(loaded: Loaded, **given: object) -> Settings:
    telephony = replace(TelephonySettings(), **given)  # type: ignore[arg-type]
    seat = replace(loaded.settings.seat, extension="101")
    return replace(loaded.settings, telephony=telephony, seat=seat)


def secret(tmp_path: Path, text: str) -> str:
    file = tmp_path / "secret"
    file.write_text(text)
    file.chmod(0o600)
    return str(file)


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    return load(tmp_path, environ={}, site_file=tmp_path / "none")


def test_each_adapter_has_its_line(tmp_path: Path, loaded: Loaded) -> None:
    with build_core(tmp_path / "profile", loaded) as core:
        token = secret(tmp_path, "x" * 20)

        def line(**given: object) -> object:
            return voice_line(core.desk, settings(loaded, **given))

        assert line() is None
        assert isinstance(line(adapter="ami", wrap_up_s=0), AmiLine)
        assert isinstance(line(adapter="simulator"), SimulatedLine)
        assert isinstance(line(adapter="webhook", secret_file=token), WebhookLine)
        modem = line(adapter="modem", device="/dev/ttyUSB9")
        assert isinstance(modem, ModemLine)
        assert isinstance(modem._port, SerialPort)
        with pytest.raises(InputError, match="webhook_token_short"):
            line(adapter="webhook", secret_file=secret(tmp_path, "ngắn"))


def test_a_modem_for_both_has_one_owner(tmp_path: Path, loaded: Loaded) -> None:
    given = settings(loaded, adapter="modem", device="/dev/gsm1022")
    given = replace(given, sms=(SmsSettings(name="gsm1", device="/dev/gsm1022"),))
    with build_core(tmp_path / "profile", loaded) as core:
        channels = written_channels(core.desk, given)
        line = voice_line(core.desk, given, channels)
    assert isinstance(line, ModemLine)
    assert isinstance(line._port, SharedPort)


def test_recordings_are_looked_for_only_where_they_lie(tmp_path: Path, loaded: Loaded) -> None:
    profile = tmp_path / "profile"
    with build_core(profile, loaded) as core:
        assert recordings_of(settings(loaded), profile) is None
        assert recorders(core.desk) == ()
        near = recordings_of(settings(loaded, recordings="/srv/{leg}.wav"), profile)
        assert near is not None
        assert near.vault is None
        core.desk.recordings = near
        assert [name for name, _ in recorders(core.desk)] == ["recordings", "recordings-expire"]
        # Where no folder is shared, this seat keeps sealed copies of its own calls.
        far = recordings_of(settings(loaded, recordings="http://127.0.0.1:1/{leg}"), profile)
        assert far is not None
        assert far.vault is not None
        assert (far.days, (profile / "recordings.key").exists()) == (180, True)
