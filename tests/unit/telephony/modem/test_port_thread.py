"""Finding a modem's port, and the memory of a refused PIN."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from serial.tools import list_ports

from console.telephony.modem.port_thread import find_device
from console.telephony.modem.sim_pin import PinError, SimPin


def ports() -> list[SimpleNamespace]:
    """Two modems of one make, and a port that is no USB device."""
    return [
        SimpleNamespace(device="/dev/ttyS0", vid=None, pid=None, serial_number=None),
        SimpleNamespace(device="/dev/ttyUSB0", vid=0x12D1, pid=0x1506, serial_number="AA1"),
        SimpleNamespace(device="/dev/ttyUSB3", vid=0x12D1, pid=0x1506, serial_number="BB2"),
    ]


@pytest.mark.parametrize(
    ("device", "path"),
    [
        ("/dev/ttyUSB7", "/dev/ttyUSB7"),
        ("COM3", "COM3"),
        ("usb:12d1:1506", "/dev/ttyUSB0"),
        ("usb:12D1:1506:bb2", "/dev/ttyUSB3"),
    ],
)
def test_a_modem_is_found_wherever_it_is_plugged_in(
    device: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_ports, "comports", ports)
    assert find_device(device) == path


def test_no_modem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_ports, "comports", list)
    with pytest.raises(FileNotFoundError):
        find_device("usb:12d1:1506")


def test_a_pin_is_tried_once_over_restarts(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text("2468", encoding="ascii")
    assert SimPin(file).take(3) == "2468"
    with pytest.raises(PinError, match="modem_pin_wrong"):
        SimPin(file).take(3)


def test_an_accepted_pin_may_be_used_again(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text("2468\n", encoding="ascii")
    pin = SimPin(file)
    for _ in range(2):
        assert pin.take(None) == "2468"
        pin.accepted()


@pytest.mark.parametrize(
    ("content", "left", "code"),
    [
        (None, 3, "modem_pin_needed"),
        ("", 3, "modem_pin_needed"),
        ("12", 3, "modem_pin_needed"),
        ("2468", 1, "modem_pin_few_left"),
        ("2468", 0, "modem_pin_few_left"),
    ],
)
def test_no_try(content: str | None, left: int, code: str, tmp_path: Path) -> None:
    file = tmp_path / "pin"
    if content is not None:
        file.write_text(content, encoding="ascii")
    with pytest.raises(PinError, match=code):
        SimPin(file).take(left)
    assert not (tmp_path / "pin.refused").exists()
