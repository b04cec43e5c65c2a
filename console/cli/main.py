"""From the words on the command line to a verb, and from its failure to one line and an exit
code.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

from console.cli import doctor, places, requests, settings, telephony, window
from console.cli.common import Call, CliParser, add_common, make_call
from console.domain.errors import ConsoleError
from console.services.wording import say

VERBS: dict[str, Callable[["argparse._SubParsersAction[CliParser]"], None]] = {
    "run": window.add,
    "request": requests.add,
    "duplicates": requests.add_duplicates,
    "address": places.add_address,
    "map": places.add_map,
    "telephony": telephony.add_trace,
    "sms": telephony.add_sms,
    "store": settings.add_store,
    "doctor": doctor.add,
    "config": settings.add_config,
}


def parser() -> CliParser:
    """The whole grammar of the command line."""
    top = CliParser(prog="console1022", description="Bàn trực tổng đài 1022")
    add_common(top)
    verbs = top.add_subparsers(dest="verb", metavar="LỆNH", parser_class=CliParser)
    for add in VERBS.values():
        add(verbs)
    return top


def run(words: Sequence[str]) -> int:
    """Run one verb.

    Returns:
        0 done, 1 not all right, 2 bad usage or input, 3 something outside is missing.
    """
    top = parser()
    if not any(word in VERBS or word in ("-h", "--help") for word in words):
        words = _with_default_verb(top, words)
    try:
        given = top.parse_args(words)
    except SystemExit as ended:
        return int(ended.code or 0)
    act: Callable[[Call], int] = given.act
    try:
        return act(make_call(given))
    except ConsoleError as error:
        print(say(error, given.lang), file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130


def _with_default_verb(top: CliParser, words: Sequence[str]) -> list[str]:
    """`run` is the verb when none is named; options that belong to it may stand alone."""
    for word in words:
        if not word.startswith("-") and word not in _values_of_options(top, words):
            return list(words)
    before = [w for w in words if w not in ("--demo", "--train")]
    return [*before, "run", *(w for w in words if w in ("--demo", "--train"))]


def _values_of_options(top: CliParser, words: Sequence[str]) -> set[str]:
    taking = {o for a in top._actions if a.nargs is None for o in a.option_strings}
    return {words[i + 1] for i, w in enumerate(words[:-1]) if w in taking}
