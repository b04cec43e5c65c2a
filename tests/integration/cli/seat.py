"""A seat on disk, used from the outside: `python -m console …` as a real process."""

import atexit
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from console.cli.main import VERBS
from tests.integration.cli.preloaded import Warm

ROOT = Path(__file__).parents[3]
_INTERPRETER = ("PYTHON", "LC_", "LANG")
BUG = ("Traceback", "ngoài dự kiến", "unexpected")


@dataclass(frozen=True)
class Done:
    """How a process ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON value, without NaN."""
        assert self.code in (0, 1), self
        return json.loads(self.out, parse_constant=_refuse)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON, one object a line."""
        return [json.loads(line, parse_constant=_refuse) for line in self.out.splitlines()]


@cache
def _warm() -> Warm:
    """The process that forks the verbs of this test run."""
    made = Warm({**os.environ, "PYTHONDONTWRITEBYTECODE": ""})
    atexit.register(made.close)
    return made


_started: set[tuple[str, ...]] = set()


def _kind(words: list[str]) -> tuple[str, ...]:
    """The kind of a command, such as `request do`, `central status`, `doctor`."""
    verb = next((n for n, word in enumerate(words) if word in VERBS), len(words))
    plain = [word for word in words[verb:] if word.isascii() and word.replace("-", "").islower()]
    return tuple(plain[:2])


def run_verb(
    words: list[str], env: dict[str, str], said: bytes = b"", timeout_s: float = 100
) -> "subprocess.CompletedProcess[bytes]":
    """Run `python -m console WORDS` to its end.

    The first command of each kind, and every command with interpreter settings of its own, starts
    from nothing; the others are forked from a process that has everything loaded.
    """
    kind = _kind(words)
    ordinary = all(os.environ.get(k) == v for k, v in env.items() if k.startswith(_INTERPRETER))
    if ordinary and kind in _started:
        return _warm().run(words, env, said, timeout_s)
    _started.add(kind)
    return subprocess.run(
        [sys.executable, "-m", "console", *words],
        input=said,
        capture_output=True,
        cwd=ROOT,
        env=env,
        timeout=timeout_s,
        check=False,
    )


def _refuse(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


@dataclass
class Seat:
    """A profile folder and the verbs on it."""

    profile: Path
    env: dict[str, str] = field(default_factory=dict)

    def command(self, *words: str | Path) -> list[str]:
        """The command line of a verb."""
        return [sys.executable, "-m", "console", *self._words(*words)]

    def _words(self, *words: str | Path) -> list[str]:
        return ["--profile", str(self.profile), *map(str, words)]

    def environ(self) -> dict[str, str]:
        """The environment of a verb: no personal settings; compiled files are kept for the next."""
        kept = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("CONSOLE1022_", "PYTHONDONTWRITE", "XDG_"))
        }
        return {**kept, **self.env}

    def run(self, *words: str | Path, stdin: str | bytes = b"") -> Done:
        """Run a verb to its end; no bug may show, whatever it was asked."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        ended = run_verb(self._words(*words), self.environ(), data)
        done = Done(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
        assert not any(sign in done.err for sign in BUG), done
        return done

    def fails(self, code: int, *words: str | Path, stdin: str | bytes = b"") -> str:
        """Run a verb that must be refused with this code; return its one line on stderr."""
        done = self.run(*words, stdin=stdin)
        assert done.code == code, done
        assert done.out == "", done
        assert done.err.count("\n") == 1, done
        assert done.err.endswith("\n"), done
        return done.err.strip()

    def log(self, **form: object) -> dict[str, Any]:
        """Log a request, by default a pothole that Lan reports; return what was printed."""
        given = {
            "service_code": "roads.pothole",
            "description": "Ổ gà sâu giữa đường",
            "address_string": "135 Nam Kỳ Khởi Nghĩa, phường Bến Thành",
            "lat": 10.7769,
            "long": 106.6953,
            "agency": "so-xay-dung",
            "reporter": {"name": "Lan", "phone": "0903 123 456"},
            **form,
        }
        done = self.run("--json", "request", "log", stdin=json.dumps(given))
        assert done.code == 0, done
        logged: dict[str, Any] = done.json
        return logged

    def do(self, number: str, action: str, *words: str | Path) -> dict[str, Any]:
        """Take a step; return the request as printed afterwards."""
        done = self.run("request", "do", number, action, *words, "--json")
        assert done.code == 0, done
        after: dict[str, Any] = done.json
        return after
