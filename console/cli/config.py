"""`config --explain`, and the verbs of `store`, of which `rebuild` is here."""

import re
from dataclasses import replace

from console.cli.framework.call import Call, print_json
from console.cli.framework.grammar import Verbs, add_group, add_verb
from console.cli.framework.progress import Requests
from console.services.city_data import import_rights

ALONE_S = 0.25
"""So long a slice of a rebuild holds the store that nobody else has open."""
_PASSWORD = re.compile(
    r"(://[^/@\s:]*:)\S+(?=@)"
    r"|(\bpassword\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^\s&]+)"
)
"""In an address, or among the words of libpq."""


def add_config(verbs: Verbs) -> None:
    """The grammar of `config`."""
    parser = add_verb(verbs, "config", "các thiết đặt và nguồn của từng giá trị", _config)
    parser.add_argument("--explain", action="store_true", help="in mọi thiết đặt (mặc định)")


def add_store(verbs: Verbs) -> None:
    """The grammar of `store`."""
    from console.cli.store import add_to

    sub = add_group(verbs, "store", "kho dữ liệu tại máy")
    add_verb(sub, "rebuild", "dựng lại mọi bảng từ nhật ký sự kiện", _rebuild)
    add_to(sub)


def _config(call: Call) -> int:
    from console.services.runtime.settings_file import as_toml

    lines = [replace(line, value=_without_password(line.value)) for line in call.loaded.lines]
    if call.as_json:
        keys = ("key", "value", "source", "locked")
        print_json([{key: getattr(line, key) for key in keys} for line in lines])
        return 0
    for line in lines:
        lock = call.text("  [Quản trị đã khóa]", "  [locked by policy]") if line.locked else ""
        print(f"{line.key} = {as_toml(line.value)}  ({line.source}){lock}")
    return 0


def _without_password(value: object) -> object:
    """What somebody wrote into an address against the rules does not go on into a ticket."""
    if not isinstance(value, str):
        return value
    return _PASSWORD.sub(lambda found: f"{found[1] or found[2]}…", value)


def _rebuild(call: Call) -> int:
    with call.bringing_core(import_rights.REBUILD, nameless=True) as core:
        bar = Requests(call)
        done = core.store.rebuild(bar, slice_s=ALONE_S)
        bar.end()
        desk = core.desk
        line = import_rights.rebuilt(desk.actor, desk.clock(), done.requests)
        core.store.write_now(lambda uow: uow.audit(line))
    if call.as_json:
        print_json({"requests": done.requests, "events": done.events, "changed": done.changed})
        return 0
    print(
        call.text(
            f"Đã dựng lại {done.requests} phản ánh từ {done.events} sự kiện",
            f"Rebuilt {done.requests} requests from {done.events} events",
        )
    )
    said = ", ".join(f"{table} {n}" for table, n in done.changed.items())
    print(
        call.text(f"Đã sửa lại các dòng sai: {said}", f"Rows that were wrong are right now: {said}")
        if said
        else call.text("Mọi bảng giống hệt trước khi dựng lại", "Every table is as it was before")
    )
    return 0
