"""The grammar's building blocks: a parser whose complaints are one line in the person's language,
and the types of its values.
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
"""Options before the verb that take a value."""

UNNAMED = "…"
"""Stands for the verbs of a group in its usage."""

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
    """Words that are no command line; `complaint` says why in a language."""

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
    """An argument parser that raises; an option's name must be written whole."""

    def __init__(self, prog: str | None = None, *, description: str | None = None) -> None:
        """As `argparse.ArgumentParser`, without abbreviations: they would become contract."""
        super().__init__(prog, description=description, allow_abbrev=False)

    @override
    def error(self, message: str) -> NoReturn:
        if message.endswith(f": {UNNAMED}") and self._subparsers is not None:
            (words,) = (each.choices for each in self._subparsers._group_actions)
            message = message.removesuffix(UNNAMED) + "|".join(words or ())
        raise UsageError(message, self.prog)


def add_common(parser: CliParser, *, top: bool = False) -> None:
    """The options that may stand before the verb, and after it too."""
    nothing: Any = None if top else argparse.SUPPRESS

    def takes(name: str, about: str, **more: Any) -> None:  # noqa: ANN401 - add_argument takes what it likes
        parser.add_argument(name, default=nothing, help=about, **more)

    takes("--profile", "thư mục chứa mọi thứ của máy trực này", type=some_path, metavar="DIR")
    takes("--config", "thêm một tệp cấu hình TOML", type=some_path, metavar="FILE")
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


def some_path(text: str) -> Path:
    """The type of a path; an empty one is a script's unset variable, not the current folder.

    A home is meant by `~` also where a shell leaves it, as in `--out=~/x`; nobody's home stays as
    it was written, like in a shell, and is not there.
    """
    if not text or "\0" in text:
        raise ValueError(text)
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


some_path.__name__ = "path"


def whole(low: int, high: int) -> Callable[[str], int]:
    """The type of a whole number within limits."""

    def number(text: str) -> int:
        value = int(text) if re.fullmatch(r"[+-]?[0-9]{1,12}", text) else low - 1
        if not low <= value <= high:
            raise ValueError(text)
        return value

    number.__name__ = f"{low}-{high}"
    return number


def first_word(words: Sequence[str]) -> str | None:
    """The verb: the first word that is neither an option nor an option's value."""
    value_follows = False
    for word in words:
        if value_follows:
            value_follows = False
        elif word in VALUE_OPTIONS:
            value_follows = True
        elif not word.startswith("-"):
            return word
    return None


def asked(words: Sequence[str], option: str) -> str | None:
    """What stands behind an option, the last time, read before anything else is understood."""
    found = None
    for word, following in pairwise([*words, ""]):
        if word == option:
            found = following
        elif word.startswith(f"{option}="):
            found = word.removeprefix(f"{option}=")
    return found or None
