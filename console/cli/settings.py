"""`config --explain` and `store rebuild`."""

import argparse

from console.cli.common import Call, CliParser, add_common, print_json

type Verbs = "argparse._SubParsersAction[CliParser]"


def add_config(verbs: Verbs) -> None:
    """The grammar of `config`."""
    parser = verbs.add_parser("config", help="các thiết đặt và nguồn của từng giá trị")
    parser.add_argument("--explain", action="store_true")
    parser.set_defaults(act=_config)
    add_common(parser, top=False)


def add_store(verbs: Verbs) -> None:
    """The grammar of `store`."""
    top = verbs.add_parser("store", help="kho dữ liệu tại máy")
    sub = top.add_subparsers(dest="what", required=True, parser_class=CliParser)
    rebuild = sub.add_parser("rebuild", help="dựng lại mọi bảng từ nhật ký sự kiện")
    rebuild.set_defaults(act=_rebuild)
    add_common(rebuild, top=False)


def _config(call: Call) -> int:
    lines = call.loaded.lines
    if call.as_json:
        print_json(
            [
                {"key": l.key, "value": l.value, "source": l.source, "locked": l.locked}
                for l in lines  # noqa: E741
            ]
        )
        return 0
    for line in lines:
        lock = "  [Quản trị đã khóa]" if line.locked else ""
        print(f"{line.key} = {line.value!r}  ({line.source}){lock}")
    return 0


def _rebuild(call: Call) -> int:
    with call.core(user="administrator") as core:
        requests, events = core.store.rebuild()
    if call.as_json:
        print_json({"requests": requests, "events": events})
    else:
        print(f"Đã dựng lại {requests} phản ánh từ {events} sự kiện")
    return 0
