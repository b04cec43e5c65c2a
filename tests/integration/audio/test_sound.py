"""Sounds on real sinks of a real sound server: frequencies are measured on the sinks' monitors."""

import contextlib
import json
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.ui.audio.tones import RATE, TEST_HZ, samples
from tests.fakes.system.sound_server import SoundServer
from tests.integration.audio.sound_child import TALK_HZ, loudest_hz

ROOT = Path(__file__).parents[3]


class Child:
    """The workstation's sounds in their own process (`sound_child.py`)."""

    def __init__(self, server: SoundServer, folder: Path) -> None:
        self.folder = folder
        env = dict(server.env)
        with (folder / "child.log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.audio.sound_child"],
                cwd=ROOT,
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        if self._line() != "ready":
            self.process.wait(60)
            raise AssertionError((folder / "child.log").read_text())

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def __call__(self, text: str) -> object:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        line = self._line()
        assert line, (self.folder / "child.log").read_text()
        return json.loads(line)

    def told(self, text: str) -> list[str]:
        """An answer that is a list, its items as text."""
        answer = self(text)
        assert isinstance(answer, list)
        return [str(item) for item in answer]

    def hears(self, source: str) -> tuple[float, int]:
        told = self(f"hear {source}")
        assert isinstance(told, list)
        return float(told[0]), int(told[1])

    def until(self, seen: Callable[[], bool], what: str) -> None:
        limit = time.monotonic() + 60
        while not seen():
            assert time.monotonic() < limit, f"{what}: {self('state')}"

    def end(self) -> int:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write("end\n")
            self.process.stdin.close()
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    """One server for all tests: under load it takes seconds until it links streams."""
    if missing := SoundServer.missing():
        pytest.fail(f"installer/bootstrap.sh installs what is missing: {missing}")
    with SoundServer(tmp_path_factory.mktemp("sound")) as running:
        yield running


@pytest.fixture
def server(started: SoundServer) -> Iterator[SoundServer]:
    cables = [started.plug("headset", "Headset"), started.plug("speaker", "Speaker")]
    yield started
    for cable in (*cables, *started.left(cables)):
        started.unplug(cable)


@pytest.fixture
def child(server: SoundServer, tmp_path: Path) -> Iterator[Child]:
    made = Child(server, tmp_path)
    yield made
    assert made.end() == 0, (tmp_path / "child.log").read_text()


def test_devices_have_the_names_that_people_read(child: Child) -> None:
    assert set(child("outputs")) >= {"Headset", "Speaker"}  # type: ignore[call-overload]


def test_the_ring_goes_to_its_own_device_while_another_one_talks(child: Child) -> None:
    child("use Speaker")
    child("ring normal")
    child.until(lambda: child.hears("speaker.monitor")[1] > 1000, "the ring")
    assert child.hears("headset.monitor")[1] == 0
    child.until(lambda: abs(child.hears("speaker.monitor")[0] - 425) < 5, "425 Hz")
    assert child("state") == ["ringing", []]
    child("quiet")
    child.until(lambda: child("state") == ["off", []], "quiet")
    assert child.hears("speaker.monitor")[1] == 0


def test_an_urgent_call_rings_otherwise(child: Child) -> None:
    child("use Speaker")
    child("ring urgent")
    child.until(lambda: child.hears("speaker.monitor")[0] > 550, "the urgent ring")
    child("ring normal")
    child.until(lambda: abs(child.hears("speaker.monitor")[0] - 425) < 5, "the ordinary ring")


def test_unplugged_while_ringing_it_rings_on_and_comes_back(
    child: Child, server: SoundServer
) -> None:
    cable = server.plug("usb", "USB-Loa")
    child.until(lambda: "USB-Loa" in child("outputs"), "the new device")  # type: ignore[operator]
    child("use USB-Loa")
    child("ring normal")
    child.until(lambda: child.hears("usb.monitor")[1] > 1000, "the ring on it")
    server.unplug(cable)
    child.until(
        lambda: max(child.hears(f"{sink}.monitor")[1] for sink in ("headset", "speaker")) > 1000,
        "the ring on the default device",
    )
    assert child("state") == ["ringing", ["audio_device_gone"]]
    server.plug("usb", "USB-Loa")
    child.until(lambda: child.hears("usb.monitor")[1] > 1000, "the ring on it again")
    child("quiet")


def test_a_device_that_is_not_there_falls_back_to_the_default_one(child: Child) -> None:
    child("use Loa không có")
    child("ring normal")
    child.until(
        lambda: max(child.hears(f"{sink}.monitor")[1] for sink in ("headset", "speaker")) > 1000,
        "a ring",
    )
    assert child("tone Loa không có") == {"error": "audio_device_gone"}


def test_the_test_tone_sounds_where_it_should_and_ends(child: Child, server: SoundServer) -> None:
    def sounds() -> bool:
        with server.recording("headset.monitor") as heard:
            assert child("tone Headset") is None
        hz, peak = loudest_hz(heard.getvalue())
        return peak > 1000 and abs(hz - TEST_HZ) < 20

    # A buffer that a busy machine skips lowers the result: then try once more.
    child.until(sounds, "the tone")
    assert child.hears("headset.monitor")[1] == 0


def test_the_meter_and_a_spoken_note(child: Child, tmp_path: Path) -> None:
    assert child("level ") == pytest.approx(-90, abs=1)
    path = tmp_path / "note.wav"
    seconds = child(f"note 0.5 {path}")
    assert isinstance(seconds, float)
    assert seconds >= 0.5
    with wave.open(str(path)) as note:
        assert (note.getframerate(), note.getsampwidth(), note.getnchannels()) == (RATE, 2, 1)
        assert note.getnframes() == pytest.approx(seconds * RATE, abs=1)


def test_the_dialogs_of_sound(child: Child, tmp_path: Path) -> None:
    assert set(child.told("sound-dialog Speaker")) >= {"Headset", "Speaker", ""}
    child("ring urgent")
    child.until(lambda: child.hears("speaker.monitor")[1] > 1000, "the ring on what was chosen")
    child("quiet")
    assert child("tone Speaker") is None
    kind, size = child.told(f"note-dialog {tmp_path}")
    assert kind == "RIFF"
    assert int(size) > RATE


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """A minute of it, so that it still plays when a busy machine listens."""
    path = tmp_path / "talk.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples((((TALK_HZ,), 60.0),), 100))
    return path


def test_the_player_s_window_plays_in_the_headset_and_the_audit_knows(
    child: Child, talk: Path
) -> None:
    hz, beside, word, acts, problem = child.told(
        f"recording-dialog {talk.parent / 'profile'} {talk}"
    )
    assert float(hz) == pytest.approx(TALK_HZ, abs=8)
    assert int(beside) == 0
    assert (word, acts, problem) == ("Dừng", "['recording_played']", "")


@pytest.mark.parametrize("rate", [1.0, 1.5, 2.0])
def test_a_recording_plays_faster_in_the_same_pitch(
    server: SoundServer, tmp_path: Path, talk: Path, rate: float
) -> None:
    child = Child(server, tmp_path)
    told = child(f"play {talk} {rate}")
    assert child.end() == 0
    assert isinstance(told, list)
    assert told[1] > 1000
    assert told[0] == pytest.approx(TALK_HZ, abs=8)


@pytest.mark.parametrize("alsa", ["/usr/share/alsa/alsa.conf", "/nowhere/alsa.conf"])
def test_no_sound_at_all_is_a_state(tmp_path: Path, alsa: str) -> None:
    """No server, no card, perhaps not even ALSA: the ring is visual, nothing fails."""
    (tmp_path / "run").mkdir(mode=0o700)
    bare = SoundServer(tmp_path)
    bare.env = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "ALSA_CONFIG_PATH": alsa,
        "PULSE_SERVER": f"unix:{tmp_path / 'run' / 'none'}",
        "PYTHONUTF8": "1",
    }
    child = Child(bare, tmp_path)
    assert child("outputs") == []
    child("ring normal")
    child.until(lambda: child("state")[0] == "visual", "the visual ring")  # type: ignore[index]
    assert child("tone ") == {"error": "no_audio"}
    default, problem = child.told("sound-dialog x")
    assert default == "Mặc định của máy"
    assert "không có loa" in problem
    child("quiet")
    child.until(lambda: child("state")[0] == "off", "quiet")  # type: ignore[index]
    assert child.end() == 0
