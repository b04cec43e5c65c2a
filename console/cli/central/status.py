"""`central status`, `central audit`: how the centre is, and whether its audit log is intact."""

from datetime import datetime

from console.cli.central.address import address
from console.cli.framework.call import Call
from console.cli.framework.json_fields import json_fields
from console.cli.framework.output import print_json, shown
from console.services.wording.sentences import moment
from console.store.central.administration import status
from console.store.central.seat_link import STEP

_CONSOLE = (
    "code workstation login agency version seen_at lag clock_skew_ms=skew_ms code_taken install_id"
)


def show_status(call: Call) -> int:
    """Print how the centre is; 1 when its schema is too old for this program."""
    found = status.status(address(call, call.given.url))
    fits = found.step >= STEP
    if call.as_json:
        print_json(_status_json(found))
        return 0 if fits else 1
    call.say(
        f"PostgreSQL {found.server}, lược đồ bước {found.step} (cần {STEP})",
        f"PostgreSQL {found.server}, schema step {found.step} ({STEP} needed)",
    )
    for stream in found.streams:
        call.say(
            f"Luồng {stream.stream}: {stream.last} sự kiện, chưa dựng "
            f"{stream.unprojected} phản ánh",
            f"Stream {stream.stream}: {stream.last} events, {stream.unprojected} "
            "requests not projected",
        )
    rows = [
        (
            f"{c.code:03}" + ("!" if c.code_taken else ""),
            c.workstation,
            c.login,
            c.agency or "",
            moment(c.seen_at),
            str(c.lag),
            f"{round(c.skew_ms / 1000, 1) + 0.0:+.1f} s",
        )
        for c in found.consoles
    ]
    if rows:
        head = "Mã|Máy|Tài khoản|Đơn vị|Thấy lúc|Trễ|Lệch giờ"
        call.table(head, "Code|Seat|Login|Agency|Seen|Lag|Clock", rows)
    else:
        call.say("Chưa thấy máy nào", "No seat seen yet")
    cure = call.text(
        ", sắp hết: tăng max_connections", ", nearly all in use: raise max_connections"
    )
    print(call.text(f"Kết nối: {found.connections} / {found.most_connections}",
                    f"Connections: {found.connections} / {found.most_connections}")
          + (cure if found.crowded else ""))  # fmt: skip
    for lease in found.leases:
        held = lease.silent_s < 0
        said = call.text(f"Kênh {lease.name}: máy {lease.workstation}"
                         + ("" if held else f", im lặng {lease.silent_s:.0f} giây"),
                         f"Channel {lease.name}: {lease.workstation}"
                         + ("" if held else f", silent for {lease.silent_s:.0f} s"))  # fmt: skip
        print(shown(said))
    if not fits:
        call.say("Chạy: console1022 central init URL", "Run: console1022 central init URL")
    return 0 if fits else 1


def _status_json(found: status.CentralState) -> dict[str, object]:
    return {
        "server": found.server,
        "step": found.step,
        "needed": STEP,
        "streams": [json_fields(s, "stream last incarnation unprojected") for s in found.streams],
        "consoles": [json_fields(c, _CONSOLE, at=datetime.isoformat) for c in found.consoles],
        "connections": found.connections,
        "most_connections": found.most_connections,
        "channels": [
            {"name": x.name, "workstation": x.workstation, "held": x.silent_s < 0}
            for x in found.leases
        ],
    }


def verify_audit(call: Call) -> int:
    """Verify the chain of the centre's audit log; 1 when a row was altered."""
    found = status.verify_audit(address(call, call.given.url))
    if call.as_json:
        print_json({"rows": found.rows, "head": found.head, "first_bad": found.first_bad})
    elif found.first_bad is None:
        call.say(
            f"Nhật ký nguyên vẹn: {found.rows} dòng, băm cuối {found.head[:16]}",
            f"The audit log is intact: {found.rows} rows, last hash {found.head[:16]}",
        )
    else:
        call.say(
            f"Nhật ký bị sửa từ dòng {found.first_bad}",
            f"The audit log was altered from row {found.first_bad} on",
        )
    return 0 if found.first_bad is None else 1
