"""What all verbs share: the options before the verb, the seat they open, how they print."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn, override

from console.bootstrap import Core, build_core
from console.config import Loaded, load


class CliParser(argparse.ArgumentParser):
    """An argument parser whose complaint is one line: what is wrong and what to do."""

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"Câu lệnh chưa đúng: {message}. Xem: {self.prog} --help\n")


def default_profile() -> Path:
    """The platform's folder for a user's data."""
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", "~")).expanduser() / "console1022"
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "console1022"


def add_common(parser: CliParser, *, top: bool = True) -> None:
    """The options that may stand before the verb, and after it too."""
    nothing: Any = None if top else argparse.SUPPRESS
    parser.add_argument("--profile", type=Path, default=nothing, metavar="DIR")
    parser.add_argument("--config", type=Path, default=nothing, metavar="FILE")
    parser.add_argument("--as", dest="user", default=nothing, metavar="USER")
    lang: Any = "vi" if top else argparse.SUPPRESS
    parser.add_argument("--lang", choices=("vi", "en"), default=lang)
    parser.add_argument("--json", action="store_true", default=False if top else argparse.SUPPRESS)


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
        """The settings in force."""
        return load(self.profile, self.config_file)

    def core(self, *, user: str | None = None, read_only: bool = False) -> Core:
        """The seat's core, as this user or the one of `--as`."""
        return build_core(
            self.profile, self.loaded, user=self.user or user or "operator", read_only=read_only
        )


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
    """One JSON value on one line of standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def print_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """A table for people; columns as wide as their widest cell, 60 at most."""
    cells = [head, *rows]
    widths = [min(60, max(len(row[i]) for row in cells)) for i in range(len(head))]
    for row in cells:
        line = "  ".join(c[:w].ljust(w) for c, w in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
