"""`config --explain` and `store rebuild`."""

from console.cli.common import Call, print_json
from console.cli.grammar import Verbs, add_group, add_verb
from console.cli.progress import Requests
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
    # IT's, also while the centre is away and nobody can sign in; it shows no row.
    bare = call.signs_in
    with call.bare_core(read_only=False) if bare else call.core(user="administrator") as core:
        role = core.desk.actor.role
        if role in (Role.OFFICER, Role.AUDITOR):
            raise RefusedError("role_may_not", role=role.value, action="store rebuild")
        bar = Requests(call)
        done = core.store.rebuild(bar)
        bar.end()
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
