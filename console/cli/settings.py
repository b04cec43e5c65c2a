"""`config --explain` and `store rebuild`."""

from console.cli.common import Call, print_json
from console.cli.grammar import Verbs, add_group, add_verb
from console.domain.errors import RefusedError
from console.domain.states import Role


def add_config(verbs: Verbs) -> None:
    """The grammar of `config`."""
    parser = add_verb(verbs, "config", "các thiết đặt và nguồn của từng giá trị", _config)
    parser.add_argument("--explain", action="store_true")


def add_store(verbs: Verbs) -> None:
    """The grammar of `store`."""
    sub = add_group(verbs, "store", "kho dữ liệu tại máy")
    add_verb(sub, "rebuild", "dựng lại mọi bảng từ nhật ký sự kiện", _rebuild)


def _config(call: Call) -> int:
    lines = call.loaded.lines
    if call.as_json:
        keys = ("key", "value", "source", "locked")
        print_json([{key: getattr(line, key) for key in keys} for line in lines])
        return 0
    for line in lines:
        lock = call.text("  [Quản trị đã khóa]", "  [locked by policy]") if line.locked else ""
        print(f"{line.key} = {line.value!r}  ({line.source}){lock}")
    return 0


def _rebuild(call: Call) -> int:
    with call.core(user="administrator") as core:
        role = core.desk.actor.role
        if role in (Role.OFFICER, Role.AUDITOR):
            raise RefusedError("role_may_not", role=role.value, action="store rebuild")
        requests, events = core.store.rebuild()
    if call.as_json:
        print_json({"requests": requests, "events": events})
    else:
        vietnamese = f"Đã dựng lại {requests} phản ánh từ {events} sự kiện"
        print(call.text(vietnamese, f"Rebuilt {requests} requests from {events} events"))
    return 0
