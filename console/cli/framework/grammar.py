"""The building blocks of the grammar: a parser that complains in one line and in the person's
language, and the types of values.
"""

import argparse
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn, override

from console.domain.text.cleaning import clean_line

type Verbs = "argparse._SubParsersAction[CliParser]"

VALUE_OPTIONS = ("--profile", "--config", "--as", "--password-file", "--lang")
"""Options that may stand before the verb and take a value."""

UNNAMED = "…"
"""Stands for the verbs of a group in its usage line."""

_COMPLAINTS = (
    (r"the following arguments are required: (.+)", r"thiếu \1"),
    (r"unrecognized arguments: (.+)", r"không hiểu \1"),
    (r"argument (\S+): expected one argument", r"\1 cần một giá trị"),
    (r"argument (.+?): expected at least one argument", r"\1 cần ít nhất một giá trị"),
    (
        r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)",
        r"\1 không có \2; dùng một trong: \3",
    ),
    (
        r"argument (\S+): invalid ([0-9]+)-([0-9]+) value: (.+)",
        r"\1 không nhận giá trị \4, cần số nguyên từ \2 đến \3",
    ),
    (r"argument (\S+): invalid \S+ value: (.+)", r"\1 không nhận giá trị \2"),
    (r"one of the arguments (.+) is required", r"cần một trong: \1"),
    (r"argument (\S+): not allowed with argument (\S+)", r"\1 và \2 không đi cùng nhau"),
    (r"argument (\S+): ignored explicit argument (.+)", r"\1 không có giá trị, bỏ \2"),
)


class UsageError(Exception):
    """Words that are no valid command line; `complaint` says why, in either language."""

    def __init__(self, message: str, prog: str) -> None:
        """Keep argparse's message and the verb it was about."""
        super().__init__(message)
        self._message, self._prog = clean_line(message, 400), prog

    def complaint(self, lang: str) -> str:
        """One line: what is wrong and what to do."""
        if lang == "en":
            return f"Wrong usage: {self._message}. See: {self._prog} --help"
        for pattern, ours in _COMPLAINTS:
            if re.fullmatch(pattern, self._message):
                said = re.sub(pattern, ours, self._message)
                return f"Câu lệnh chưa đúng: {said}. Xem: {self._prog} --help"
        return f"Câu lệnh chưa đúng: {self._message}. Xem: {self._prog} --help"


class CliParser(argparse.ArgumentParser):
    """An argument parser that raises. Names of options must be written in full."""

    def __init__(self, prog: str | None = None, *, description: str | None = None) -> None:
        """Like `argparse.ArgumentParser`, but without abbreviations: scripts would come to rely on
        them.
        """
        super().__init__(prog, description=description, allow_abbrev=False)

    @override
    def error(self, message: str) -> NoReturn:
        if message.endswith(f": {UNNAMED}") and self._subparsers is not None:
            (words,) = (each.choices for each in self._subparsers._group_actions)
            message = message.removesuffix(UNNAMED) + "|".join(words or ())
        raise UsageError(message, self.prog)


def add_common(parser: CliParser, *, top: bool = False) -> None:
    """Add the options that may stand before the verb as well as after it."""
    nothing: Any = None if top else argparse.SUPPRESS

    def takes(name: str, about: str, **more: Any) -> None:  # noqa: ANN401 - add_argument takes any keyword
        parser.add_argument(name, default=nothing, help=about, **more)

    takes("--profile", "thư mục chứa mọi thứ của máy trực này", type=path_argument, metavar="DIR")
    takes("--config", "thêm một tệp cấu hình TOML", type=path_argument, metavar="FILE")
    takes("--as", "làm việc với tài khoản này", dest="user", metavar="USER")
    takes("--password-file", "tệp mật khẩu của tài khoản ở trung tâm", metavar="FILE")
    takes("--lang", "ngôn ngữ; không nói thì theo [ui] language", choices=("vi", "en"))
    parser.add_argument(
        "--json",
        action="store_true",
        default=False if top else argparse.SUPPRESS,
        help="in JSON cho máy đọc",
    )


def add_group(verbs: Verbs, name: str, about: str) -> Verbs:
    """A verb with verbs of its own, such as `request`."""
    top = verbs.add_parser(name, help=about)
    add_common(top)
    return top.add_subparsers(dest="what", metavar=UNNAMED, required=True, parser_class=CliParser)


def add_verb(verbs: Verbs, name: str, about: str, act: Callable[[Any], int]) -> CliParser:
    """A verb that does something: `act` gets the `Call` and returns the exit code."""
    parser = verbs.add_parser(name, help=about)
    parser.set_defaults(act=act)
    add_common(parser)
    return parser


def path_argument(text: str) -> Path:
    """The type of a path. An empty one is an unset variable of a script, not the current folder.

    `~` means the home folder even where a shell leaves it alone, as in `--out=~/x`. When the home
    is unknown the text stays as written, as in a shell, and no such file exists.
    """
    if not text or "\0" in text:
        raise ValueError(text)
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


path_argument.__name__ = "path"


def int_between(low: int, high: int) -> Callable[[str], int]:
    """The type of a whole number within limits."""

    def number(text: str) -> int:
        value = int(text) if re.fullmatch(r"[+-]?[0-9]{1,12}", text) else low - 1
        if not low <= value <= high:
            raise ValueError(text)
        return value

    number.__name__ = f"{low}-{high}"
    return number


def verb_of(words: Sequence[str]) -> str | None:
    """The verb: the first word that is neither an option nor the value of one."""
    value_follows = False
    for word in words:
        if value_follows:
            value_follows = False
        elif word in VALUE_OPTIONS:
            value_follows = True
        elif not word.startswith("-"):
            return word
    return None


def option_value(words: Sequence[str], option: str) -> str | None:
    """The last value of an option, read before anything else has been parsed."""
    found = None
    for word, following in pairwise([*words, ""]):
        if word == option:
            found = following
        elif word.startswith(f"{option}="):
            found = word.removeprefix(f"{option}=")
    return found or None
