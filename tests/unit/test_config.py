"""The layers of settings: who wins, what is refused, what policy locks."""

from dataclasses import fields
from pathlib import Path

import pytest

from console.config import SECTIONS, load, read_secret
from console.domain.errors import InputError, UnavailableError


def _file(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_built_in_values_stand_without_any_file(tmp_path: Path) -> None:
    loaded = load(tmp_path, environ={}, site_file=tmp_path / "none.toml")
    assert loaded.settings.telephony.port == 5038
    assert loaded.settings.telephony.queues == ("1022",)
    assert loaded.settings.sms == ()


def test_later_layers_win_and_say_so(tmp_path: Path) -> None:
    site = _file(tmp_path / "etc.toml", '[telephony]\nhost = "10.0.0.1"\nport = 5039\n')
    _file(tmp_path / "config.toml", '[telephony]\nhost = "10.0.0.2"\n')
    extra = _file(tmp_path / "extra.toml", "[ui]\nfont_percent = 150\n")
    env = {"CONSOLE1022_SEAT__EXTENSION": "101", "CONSOLE1022_TELEPHONY__QUEUES": "1022, 1023"}
    loaded = load(tmp_path, extra, env, site)
    assert loaded.settings.telephony.host == "10.0.0.2"
    assert loaded.settings.telephony.port == 5039
    assert loaded.settings.telephony.queues == ("1022", "1023")
    assert loaded.settings.seat.extension == "101"
    sources = {line.key: line.source for line in loaded.lines}
    assert sources["telephony.port"] == str(site)
    assert sources["telephony.host"].endswith("config.toml")
    assert sources["seat.extension"] == "CONSOLE1022_SEAT__EXTENSION"
    assert sources["ui.font_percent"] == str(extra)
    assert sources["mail.mailbox"] == "built-in"


def test_policy_keeps_what_the_site_locked(tmp_path: Path) -> None:
    site = _file(
        tmp_path / "etc.toml",
        '[telephony]\nhost = "pbx"\n[policy]\nlocked = ["telephony.host", "map"]\n',
    )
    _file(tmp_path / "config.toml", '[telephony]\nhost = "other"\n[map]\nzoom = 15\n')
    loaded = load(tmp_path, environ={"CONSOLE1022_TELEPHONY__HOST": "x"}, site_file=site)
    assert loaded.settings.telephony.host == "pbx"
    assert loaded.settings.map.zoom == 12
    assert {line.key for line in loaded.lines if line.locked} >= {"telephony.host", "map.zoom"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[telephony\n", "config_broken"),
        ("[telephone]\nhost='x'\n", "config_unknown_key"),
        ("[telephony]\nhots='x'\n", "config_unknown_key"),
        ("[telephony]\nport='5038'\n", "config_bad_value"),
        ("[telephony]\nport=70000\n", "config_bad_value"),
        ("[telephony]\nadapter='sip'\n", "config_bad_value"),
        ("[telephony]\ntls=1\n", "config_bad_value"),
        ("[map]\ncenter=['a']\n", "config_bad_value"),
        ("sms='x'\n", "config_unknown_key"),
        ("[[sms]]\nbaud='fast'\n", "config_bad_value"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str, code: str) -> None:
    _file(tmp_path / "config.toml", text)
    with pytest.raises(InputError) as raised:
        load(tmp_path, environ={}, site_file=tmp_path / "none")
    assert raised.value.code == code
    assert raised.value.params["file"] == str(tmp_path / "config.toml")


@pytest.mark.parametrize("text", ["--5", "²", "9" * 5000, "5039x", ""])
def test_no_number_in_the_environment_breaks_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="config_bad_value"):
        load(tmp_path, environ={"CONSOLE1022_TELEPHONY__PORT": text}, site_file=tmp_path / "none")


@pytest.mark.parametrize("text", ["policy = 1\n", "[policy]\nlocked = 5\n"])
def test_a_policy_of_a_wrong_form_is_named(tmp_path: Path, text: str) -> None:
    site = _file(tmp_path / "etc.toml", text)
    with pytest.raises(InputError) as raised:
        load(tmp_path, environ={}, site_file=site)
    assert raised.value.params["file"] == str(site)


def test_modems_are_a_list(tmp_path: Path) -> None:
    _file(tmp_path / "config.toml", '[[sms]]\nname="a"\ndevice="/dev/a"\n[[sms]]\nname="b"\n')
    loaded = load(tmp_path, environ={}, site_file=tmp_path / "none")
    assert [m.name for m in loaded.settings.sms] == ["a", "b"]
    assert "sms.1.device" in {line.key for line in loaded.lines}


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="config_missing"):
        load(tmp_path, tmp_path / "gone.toml", {}, tmp_path / "none")


def test_every_setting_has_a_line_and_a_label(tmp_path: Path) -> None:
    lines = {line.key: line for line in load(tmp_path, None, {}, tmp_path / "none").lines}
    for name, section in SECTIONS.items():
        for declared in fields(section):
            assert lines[f"{name}.{declared.name}"].label


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = _file(tmp_path / "secret", "abc\n")
    file.chmod(0o644)
    with pytest.raises(InputError, match="secret_world_readable"):
        read_secret(str(file))
    file.chmod(0o600)
    assert read_secret(str(file)) == "abc"
    with pytest.raises(UnavailableError, match="secret_missing"):
        read_secret(str(tmp_path / "gone"))
