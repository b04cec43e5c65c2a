"""`audit verify`, `audit list`: whether the seat's audit is as it was written, and what it says."""

from console.cli.common import Call, print_json, print_table
from console.cli.grammar import Verbs, add_group, add_verb, whole
from console.domain.errors import RefusedError
from console.domain.states import Role
from console.services.wording import audit_act, moment

_MAY_READ = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR})


def add(verbs: Verbs) -> None:
    """The grammar of `audit`."""
    sub = add_group(verbs, "audit", "nhật ký truy cập của máy này")
    add_verb(sub, "verify", "kiểm tra chuỗi nhật ký", _verify)
    listing = add_verb(sub, "list", "ai làm gì ở máy này, mới nhất trước", _list)
    listing.add_argument("--limit", type=whole(1, 100_000), default=200, metavar="N")


def _verify(call: Call) -> int:
    """0 when every line is as it was written; else the first that is not, and 1."""
    with call.core(read_only=True) as core:
        broken, (lines, last) = core.store.broken_audit(), core.store.audit_head()
    if call.as_json:
        print_json({"ok": broken is None, "lines": lines, "last_hash": last, "first_bad": broken})
    elif broken is None:
        print(
            call.text(
                f"Nhật ký nguyên vẹn: {lines} dòng, mã cuối {last[:16]}",
                f"The audit is whole: {lines} lines, last hash {last[:16]}",
            )
        )
    else:
        print(
            call.text(
                f"Nhật ký bị sửa từ dòng {broken}. Giữ nguyên máy này và báo quản trị.",
                f"The audit was altered from line {broken}. Leave the seat as it is, tell IT.",
            )
        )
    return 0 if broken is None else 1


def _list(call: Call) -> int:
    """The lines, newest first.

    Raises:
        RefusedError: `role_may_not` for operators and officers.
    """
    with call.core(user="supervisor", read_only=True) as core:
        role = core.desk.actor.role
        if role not in _MAY_READ:
            raise RefusedError("role_may_not", role=role.value, action="ReadAudit")
        found = core.store.ask_now(lambda q: q.audit_trail(call.given.limit))
    if call.as_json:
        print_json(
            [
                {
                    "at": line.at.isoformat(),
                    "actor": line.actor,
                    "role": line.role,
                    "workstation": line.workstation,
                    "act": line.act,
                    "subject": line.subject,
                    "detail": line.detail,
                }
                for line in found
            ]
        )
        return 0
    head = ("Lúc", "Ai", "Máy", "Việc", "Về")
    if call.lang == "en":
        head = ("At", "Who", "Seat", "Act", "About")
    rows = [
        (moment(x.at), x.actor, x.workstation, audit_act(x.act, call.lang), x.subject)
        for x in found
    ]
    print_table(head, rows)
    return 0
