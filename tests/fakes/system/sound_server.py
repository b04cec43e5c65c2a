"""A real sound server whose loudspeakers lead nowhere: PipeWire with null sinks, on a bus of its
own. What is played on a sink can be heard on its monitor.
"""

import contextlib
import io
import os
import select
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

_ASOUND = """pcm.!default { type pulse }
ctl.!default { type pulse }
"""
_START_S = 60.0
_TICK = threading.Event()


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as caller:
        return caller.connect_ex(str(path)) == 0


class SoundServer:
    """`with SoundServer(folder) as server:` children started with `server.env` hear and play."""

    def __init__(self, folder: Path) -> None:
        """Sockets and settings live in this folder."""
        self._folder = folder
        self._running: list[subprocess.Popen[str]] = []
        self._plugged: list[str] = []
        self.env: dict[str, str] = {}

    @staticmethod
    def missing() -> tuple[str, ...]:
        """Programs that this machine lacks."""
        needed = ("dbus-daemon", "pipewire", "wireplumber", "pipewire-pulse", "pactl")
        return tuple(name for name in needed if shutil.which(name) is None)

    def __enter__(self) -> Self:
        try:
            self._start_all()
        except BaseException:  # a test that fails in the middle must not leave a process either
            self.__exit__(None, None, None)
            raise
        return self

    def _start_all(self) -> None:
        run = self._folder / "run"
        run.mkdir(mode=0o700)
        (self._folder / "asound.conf").write_text(_ASOUND)
        self.env = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(run),
            "HOME": str(self._folder),
            "ALSA_CONFIG_PATH": f"/usr/share/alsa/alsa.conf:{self._folder / 'asound.conf'}",
            "PULSE_SERVER": f"unix:{run / 'pulse' / 'native'}",
        }
        bus = self._start("dbus-daemon", "--session", "--nofork", "--print-address=1")
        assert bus.stdout is not None
        self.env["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        until = time.monotonic() + _START_S
        self._start("pipewire")
        # WirePlumber ends at once when PipeWire does not listen yet, and then nothing is linked.
        while not _listens(run / "pipewire-0"):
            if time.monotonic() > until:
                raise TimeoutError("no PipeWire")
            _TICK.wait(0.02)
        self._start("wireplumber")
        self._start("pipewire-pulse")
        while self._pactl("info").returncode != 0:
            if time.monotonic() > until:
                raise TimeoutError("no sound server")
        self._wait_for_links(until)

    def _wait_for_links(self, until: float) -> None:
        """Until a stream is really connected: nodes are linked later than they are listed."""
        module = self.plug("probe", "probe")
        words = ["parec", "--device=probe.monitor", "--format=s16le", "--rate=48000"]
        while True:
            with subprocess.Popen(words, env=self.env, stdout=subprocess.PIPE) as probe:
                assert probe.stdout is not None
                heard, _, _ = select.select([probe.stdout], [], [], 15)
                probe.terminate()
            if heard:
                break
            if time.monotonic() > until:
                raise TimeoutError("the sound server links nothing")
        self.unplug(module)

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._running):
            process.terminate()
        for process in self._running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            if process.stdout is not None:
                process.stdout.close()
        self._running.clear()

    def plug(self, name: str, description: str) -> str:
        """A loudspeaker appears; its id for `unplug`."""
        done = self._pactl(
            "load-module",
            "module-null-sink",
            f"sink_name={name}",
            f"sink_properties=device.description={description}",
        )
        assert done.returncode == 0, done.stderr
        self._plugged.append(done.stdout.strip())
        return self._plugged[-1]

    def unplug(self, module: str) -> None:
        """It is gone."""
        self._plugged.remove(module)
        assert self._pactl("unload-module", module).returncode == 0

    def left(self, known: list[str]) -> tuple[str, ...]:
        """What a test plugged in besides these and did not unplug."""
        return tuple(one for one in self._plugged if one not in known)

    @contextlib.contextmanager
    def recording(self, source: str) -> Iterator[io.BytesIO]:
        """What this source plays meanwhile, as 16-bit mono samples at 48,000 a second."""
        words = ["parec", f"--device={source}", "--format=s16le", "--rate=48000", "--channels=1"]
        words.append("--latency-msec=20")
        heard = io.BytesIO()
        with subprocess.Popen(words, env=self.env, stdout=subprocess.PIPE) as probe:
            assert probe.stdout is not None
            # It is linked once something has come.
            heard.write(os.read(probe.stdout.fileno(), 65536))
            copying = threading.Thread(target=shutil.copyfileobj, args=(probe.stdout, heard))
            copying.start()
            try:
                yield heard
            finally:
                probe.terminate()
                copying.join(60)

    def _pactl(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pactl", *words], env=self.env, capture_output=True, text=True, check=False, timeout=60
        )

    def _start(self, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            words, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._running.append(process)
        return process
