"""What all verbs share: the seat they open, the words they print, the files they read."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from console.bootstrap import Core, build_core
from console.config import Loaded, load
from console.domain.errors import RefusedError, UnavailableError


def default_profile() -> Path:
    """The platform's folder for a user's data."""
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", "~")).expanduser() / "console1022"
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "console1022"


@dataclass(frozen=True)
class Call:
    """One verb called: its words, and the seat it works at (opened when first asked for)."""

    given: argparse.Namespace
    lang: str
    as_json: bool
    profile: Path
    config_file: Path | None
    user: str | None

    @cached_property
    def loaded(self) -> Loaded:
        """The settings in force.

        Raises:
            InputError, UnavailableError: see `config.load`.
        """
        if self.config_file is not None and not self.config_file.is_file():
            raise UnavailableError("config_missing", file=str(self.config_file))
        return load(self.profile, self.config_file)

    def core(self, *, user: str | None = None, read_only: bool = False) -> Core:
        """The seat's core, as the user of `--as`, else as this one.

        Raises:
            RefusedError: `password_needed`; an account with a password acts in the window only.
        """
        wanted = self.user or user or "operator"
        core = build_core(self.profile, self.loaded, user=wanted, read_only=read_only)
        acts = self.user is not None or not read_only
        if acts and wanted in core.store.ask_now(lambda q: q.with_password()):
            core.close()
            raise RefusedError("password_needed", user=wanted)
        return core

    def text(self, vietnamese: str, english: str) -> str:
        """The one in the language asked for."""
        return english if self.lang == "en" else vietnamese


def make_call(given: argparse.Namespace) -> Call:
    """The call behind parsed words."""
    return Call(
        given,
        given.lang,
        given.json,
        (given.profile or default_profile()).expanduser().absolute(),
        given.config,
        given.user,
    )


def print_json(value: object) -> None:
    """One JSON value on one line of standard output; NaN cannot be one."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")


def print_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """A table for people; columns as wide as their widest cell, 60 at most."""
    cells = [head, *rows]
    widths = [min(60, max(len(row[i]) for row in cells)) for i in range(len(head))]
    for row in cells:
        line = "  ".join(c[:w].ljust(w) for c, w in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")


def readable(path: Path) -> Path:
    """The path, once it is sure that an ordinary file can be read there.

    Raises:
        UnavailableError: `file_missing`; also for a folder, and for a pipe that may never end.
    """
    try:
        if not path.is_file():
            raise UnavailableError("file_missing", file=str(path))
        with path.open("rb") as file:
            file.read(1)
    except (OSError, ValueError) as error:
        raise UnavailableError("file_missing", file=str(path)) from error
    return path


def lines_of(path: Path) -> list[str]:
    """The lines of a text file that are neither empty nor comments; bad bytes are replaced."""
    text = readable(path).read_bytes().decode("utf-8-sig", "replace")
    return [line for line in text.split("\n") if line.strip() and not line.startswith("#")]
