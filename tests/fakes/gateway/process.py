"""`console1022 gateway` as a process, with settings of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[3]


class GatewayProcess:
    """One gateway; `with GatewayProcess(profile, config) as gateway:` waits for `ready`."""

    def __init__(
        self,
        profile: Path,
        config: str,
        *,
        wait: str = "ready",
        fault: str = "",
        patience_s: float = 60,
        environment: dict[str, str] | None = None,
    ) -> None:
        """Do not start yet.

        Args:
            profile: folder of the seat.
            config: TOML.
            wait: the word on stdout that `start` waits for.
            fault: one of `broken.py`, which a soak must find.
            patience_s: how long a start may take; on a machine full of soaks it takes longer.
            environment: added to this process's own.
        """
        self._program = ("tests.fakes.gateway.broken", fault) if fault else ("console",)
        self._patience_s = patience_s
        self._environment = environment or {}
        self._profile = profile
        profile.mkdir(parents=True, exist_ok=True)
        self._config = profile.parent / f"{profile.name}.toml"
        self._config.write_text(config, "utf-8")
        self._wait = wait
        self.words: list[str] = []
        self._news = threading.Condition()
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait for its word."""
        self.words = []
        with (self._profile.parent / "gateway.log").open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._program, "--profile", self._profile, "--config",
                 self._config, "gateway"],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONUTF8": "1", **self._environment},
            )  # fmt: skip
        given = (self._process, self.words)
        self._reader = threading.Thread(target=self._read, args=given, daemon=True)
        self._reader.start()
        self.until(self._wait, self._patience_s)

    def _read(self, process: "subprocess.Popen[str]", words: list[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                with self._news:
                    words.append(line.strip())
                    self._news.notify_all()
        with self._news:
            words.append("end")
            self._news.notify_all()

    def until(self, word: str, seconds: float = 60) -> None:
        """Return when it printed this; fail when it ended instead."""
        with self._news:
            came = self._news.wait_for(
                lambda: word in self.words or "end" in self.words, timeout=seconds
            )
        assert came, f"no {word}: {self.words}"
        assert word in self.words, self.log

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL, without a chance to clean up."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM; returns its exit code."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(max(60, self._patience_s))

    @property
    def log(self) -> str:
        """What it wrote to stderr."""
        return (self._profile.parent / "gateway.log").read_text("utf-8", "replace")[-4000:]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop()


def get_json(url: str) -> tuple[int, Any]:
    """Status and JSON of a page."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310  (ours)
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())
