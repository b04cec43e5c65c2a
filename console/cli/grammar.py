"""The grammar's building blocks: a parser whose complaints are one line in the person's language,
and the types of its values.
"""

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, override

type Verbs = "argparse._SubParsersAction[CliParser]"

VALUE_OPTIONS = ("--profile", "--config", "--as", "--password-file", "--lang")
"""Options before the verb that take a value."""

_COMPLAINTS = (
    (r"the following arguments are required: (.+)", r"thiếu \1"),
    (r"unrecognized arguments: (.+)", r"không hiểu \1"),
    (r"argument (\S+): expected one argument", r"\1 cần một giá trị"),
    (r"argument (.+?): expected at least one argument", r"\1 cần ít nhất một giá trị"),
    (
        r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)",
        r"\1 không có \2; dùng một trong: \3",
    ),
    (r"argument (\S+): invalid \S+ value: (.+)", r"\1 không nhận giá trị \2"),
    (r"argument (\S+): ignored explicit argument (.+)", r"\1 không có giá trị, bỏ \2"),
)


class UsageError(Exception):
    """Words that are no command line; `complaint` says why in a language."""

    def __init__(self, message: str, prog: str) -> None:
        """Keep argparse's message and the verb it was about."""
        super().__init__(message)
        self._message, self._prog = " ".join(message.split())[:400], prog

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
        raise UsageError(message, self.prog)


def add_common(parser: CliParser, *, top: bool = False) -> None:
    """The options that may stand before the verb, and after it too."""
    nothing: Any = None if top else argparse.SUPPRESS
    parser.add_argument("--profile", type=Path, default=nothing, metavar="DIR")
    parser.add_argument("--config", type=Path, default=nothing, metavar="FILE")
    parser.add_argument("--as", dest="user", default=nothing, metavar="USER")
    parser.add_argument("--password-file", default=nothing, metavar="FILE")
    lang: Any = "vi" if top else argparse.SUPPRESS
    parser.add_argument("--lang", choices=("vi", "en"), default=lang)
    parser.add_argument("--json", action="store_true", default=False if top else argparse.SUPPRESS)


def add_group(verbs: Verbs, name: str, about: str) -> Verbs:
    """A verb with verbs of its own, such as `request`."""
    top = verbs.add_parser(name, help=about)
    add_common(top)
    return top.add_subparsers(dest="what", metavar="…", required=True, parser_class=CliParser)


def add_verb(verbs: Verbs, name: str, about: str, act: Callable[[Any], int]) -> CliParser:
    """A verb that does something: `act` gets the `Call` and returns the exit code."""
    parser = verbs.add_parser(name, help=about)
    parser.set_defaults(act=act)
    add_common(parser)
    return parser


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


def language_of(words: Sequence[str]) -> str:
    """The language asked for, read before anything else is understood."""
    pairs = zip(words, [*words[1:], ""], strict=True)
    asked = [b for a, b in pairs if a == "--lang"] + [
        w.removeprefix("--lang=") for w in words if w.startswith("--lang=")
    ]
    return "en" if asked[-1:] == ["en"] else "vi"
