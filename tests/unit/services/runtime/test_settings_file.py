"""Writing settings: the value changes, the text around it stays."""

import os
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.config.layers import load
from console.domain.errors import InputError, UnavailableError
from console.services.runtime.settings_file import SettingsKeeper, edited

WRITTEN = """# Máy 07, phòng trực

[telephony]
adapter = "ami"   # tổng đài của tầng 3
  host = "10.0.0.5"
queues = [
  "1022",   # chính
  "1022-en",
]

# Hai modem
[[sms]]
name = "gsm1"
[[sms]]
name = "gsm2"
device = "/dev/ttyUSB1"

[ui]
font_percent = 125
"""


def test_a_value_is_replaced_and_every_remark_stays() -> None:
    made = edited(WRITTEN, {"telephony.adapter": "simulator", "telephony.host": "pbx#2"})
    assert made == WRITTEN.replace('"ami"', '"simulator"').replace("10.0.0.5", "pbx#2")


def test_a_value_over_several_lines_is_replaced_whole() -> None:
    made = edited(WRITTEN, {"telephony.queues": ("1022", "1023")})
    assert 'queues = ["1022", "1023"]\n\n# Hai modem\n[[sms]]' in made
    assert "chính" not in made


def test_what_is_new_stands_in_its_section_before_the_remark_on_the_next_one() -> None:
    made = edited(WRITTEN, {"telephony.port": 5039, "mail.imap_tls": False})
    assert "]\nport = 5039\n\n# Hai modem" in made
    assert made.endswith("font_percent = 125\n\n[mail]\nimap_tls = false\n")


def test_modems_are_changed_added_and_taken_out() -> None:
    made = edited(WRITTEN, {"sms.0.device": "/dev/ttyUSB5", "sms.2.name": "gsm3"})
    modems = tomllib.loads(made)["sms"]
    assert [m["name"] for m in modems] == ["gsm1", "gsm2", "gsm3"]
    assert modems[0]["device"] == "/dev/ttyUSB5"
    fewer = edited(made, {"sms.1": None})
    assert [m["name"] for m in tomllib.loads(fewer)["sms"]] == ["gsm1", "gsm3"]
    assert "[ui]" in fewer


def test_a_line_goes_and_the_built_in_value_is_back() -> None:
    made = edited(WRITTEN, {"ui.font_percent": None, "map.zoom": None})
    assert made == WRITTEN.replace("font_percent = 125\n", "")


@pytest.mark.parametrize(
    "text",
    [
        'telephony.host = "a"\n',
        'telephony = { host = "a" }\n',
        '[telephony]\nhost = """\n[ui]\n"""\n',
        "[telephony\n",
    ],
)
def test_what_is_written_another_way_is_refused_and_left_alone(text: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    empty = load(tmp_path / "none", environ={}, site_file=tmp_path / "no.toml")
    keeper = SettingsKeeper(replace(empty, file=file), lambda: empty)
    with pytest.raises(InputError, match="config_by_hand"):
        keeper.save({"telephony.port": 5039})
    assert file.read_text("utf-8") == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\x7f"), max_size=40))
def test_any_words_come_back_as_they_were(words: str) -> None:
    made = edited(WRITTEN, {"telephony.host": words, "seat.workstation": words})
    read = tomllib.loads(made)
    assert read["telephony"]["host"] == read["seat"]["workstation"] == words


def test_what_is_saved_is_in_force_at_the_next_reading(tmp_path: Path) -> None:
    def read() -> object:
        return load(tmp_path, environ={}, site_file=tmp_path / "no.toml")

    keeper = SettingsKeeper(read(), read)  # type: ignore[arg-type]
    assert keeper.save({"telephony.port": 6000}).settings.telephony.port == 6000
    assert (tmp_path / "config.toml").stat().st_mode & 0o777 == 0o600
    with pytest.raises(InputError):
        keeper.save({"telephony.port": 70000, "seat.extension": "101"})
    assert keeper.loaded.settings.seat.extension == ""
    (tmp_path / "config.toml").chmod(0o640)
    before = os.umask(0o077)  # of a hardened machine
    try:
        keeper.save({"telephony.port": None})
    finally:
        os.umask(before)
    assert keeper.loaded.settings.telephony.port == 5038
    assert (tmp_path / "config.toml").stat().st_mode & 0o777 == 0o640


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    empty = load(tmp_path / "seat", environ={}, site_file=tmp_path / "no.toml")
    (tmp_path / "seat").write_text("", "utf-8")
    with pytest.raises(UnavailableError, match="config_not_written"):
        SettingsKeeper(empty, lambda: empty).save({"seat.extension": "101"})
