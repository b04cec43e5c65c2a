"""`run`: the window."""

import argparse

from console.cli.common import Call, CliParser, add_common

type Verbs = "argparse._SubParsersAction[CliParser]"


def add(verbs: Verbs) -> None:
    """The grammar of `run`."""
    parser = verbs.add_parser("run", help="mở bàn trực (mặc định)")
    parser.add_argument("--demo", action="store_true", help="dữ liệu và cuộc gọi mô phỏng")
    parser.set_defaults(act=_run)
    add_common(parser, top=False)


def _run(call: Call) -> int:
    from console.bootstrap import run_desktop

    return run_desktop(
        call.profile, call.config_file, user=call.user, lang=call.lang, demo=call.given.demo
    )
