"""The layers of settings: which one wins, what is refused, what policy locks."""

from dataclasses import fields
from pathlib import Path

import pytest

from console.config.layers import load
from console.config.secret_files import read_secret
from console.config.settings import SECTIONS
from console.domain.errors import InputError, UnavailableError
from console.services.wording.sentences import say


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


def test_a_file_with_the_mark_of_an_editor_is_read(tmp_path: Path) -> None:
    """Windows' editors put a byte order mark before UTF-8 and end lines with CR LF."""
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xef\xbb\xbf[seat]\r\nextension = '104'\r\n")
    secret = _file(tmp_path / "secret", "\ufeffmật khẩu\r\n")
    secret.chmod(0o600)
    assert load(tmp_path, environ={}, site_file=tmp_path / "none").settings.seat.extension == "104"
    assert read_secret(str(secret)) == "mật khẩu"


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


@pytest.mark.parametrize("text", ["1022, 1023", '["1022", "1023"]', ' [ "1022","1023" ]'])
def test_a_list_in_the_environment_has_commas_or_is_toml(tmp_path: Path, text: str) -> None:
    _file(tmp_path / "config.toml", "")
    loaded = load(
        tmp_path, environ={"CONSOLE1022_TELEPHONY__QUEUES": text}, site_file=tmp_path / "none"
    )
    assert loaded.settings.telephony.queues == ("1022", "1023")


def test_the_environment_says_what_a_modem_is(tmp_path: Path) -> None:
    """CONSOLE1022_SECTION__KEY works for [[sms]] too; without a number it means the first modem."""
    _file(tmp_path / "config.toml", '[[sms]]\nname="a"\ndevice="/dev/a"\n')
    variables = {
        "CONSOLE1022_SMS__DEVICE": "/dev/b",
        "CONSOLE1022_SMS__1__NAME": "two",
        "CONSOLE1022_SMS__1__BAUD": "9600",
    }
    loaded = load(tmp_path, environ=variables, site_file=tmp_path / "none")
    assert [(m.name, m.device, m.baud) for m in loaded.settings.sms] == [
        ("a", "/dev/b", 115200), ("two", "/dev/ttyUSB0", 9600),
    ]  # fmt: skip
    sources = {line.key: line.source for line in loaded.lines}
    assert sources["sms.0.name"] == str(tmp_path / "config.toml")
    assert sources["sms.0.device"] == "CONSOLE1022_SMS__DEVICE"
    assert sources["sms.1.device"] == "built-in"
    site = _file(tmp_path / "etc.toml", '[policy]\nlocked = ["sms"]\n')
    assert load(tmp_path, environ=variables, site_file=site).settings.sms == ()
    _file(tmp_path / "config.toml", "")
    alone = load(tmp_path, environ=variables, site_file=tmp_path / "none").settings.sms
    assert [(m.name, m.device) for m in alone] == [("gsm1", "/dev/b"), ("two", "/dev/ttyUSB0")]


@pytest.mark.parametrize(
    "name", ["TELEFONY__HOST", "SEAT__NAME", "SMS__COLOUR", "SMS__5__DEVICE", "SMS__x__DEVICE"]
)
def test_a_variable_that_sets_nothing_is_named(tmp_path: Path, name: str) -> None:
    name = f"CONSOLE1022_{name}"
    with pytest.raises(InputError, match="config_unknown_key") as raised:
        load(tmp_path, environ={name: "1"}, site_file=tmp_path / "none")
    assert raised.value.params["file"] == name
    assert raised.value.params["known"]


@pytest.mark.parametrize("text", ["10.7", "nan,106", "[10.7]", "10.7,106.7,1", "106.7,10.8,", "["])
def test_the_centre_of_the_map_is_a_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="config_bad_value"):
        load(tmp_path, environ={"CONSOLE1022_MAP__CENTER": text}, site_file=tmp_path / "none")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[telephony]\nport=0\n", "1 … 65535"),
        ("[telephony]\nadapter='sip'\n", '"none" | "ami"'),
        ("[telephony]\ntls='yes'\n", "true | false"),
        ("[telephony]\nqueues='1022'\n", '["…", "…"]'),
        ("[telephony]\nhost=1\n", '"…"'),
        ("[seat]\nconsole_code='x'\n", '"001"'),
        ("[map]\ncenter=1\n", "10.776, 106.701"),
        ("[telephony]\nhots='x'\n", "telephony.host"),
        ("[telephone]\n", "telephony"),
    ],
)
def test_what_would_be_right_is_said(tmp_path: Path, text: str, says: str) -> None:
    _file(tmp_path / "config.toml", text)
    with pytest.raises(InputError) as raised:
        load(tmp_path, environ={}, site_file=tmp_path / "none")
    for lang in ("vi", "en"):
        assert says in say(raised.value, lang)
