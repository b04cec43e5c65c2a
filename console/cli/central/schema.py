"""`central init`, `central expire-recordings`: the database of the centre itself."""

from console.cli.central.address import address
from console.cli.framework.call import Call
from console.cli.framework.output import print_json
from console.store.central.administration import setup


def init(call: Call) -> int:
    """Create or upgrade schema, roles and rights."""
    done = setup.init(address(call, call.given.url))
    if call.as_json:
        print_json({"before": done.before, "after": done.after, "server": done.server})
    elif done.before == done.after:
        call.say(
            f"Lược đồ trung tâm đã ở bước {done.after}, vai trò và quyền đủ",
            f"The centre's schema is already at step {done.after}, and its roles are in place",
        )
    else:
        call.say(
            f"Lược đồ trung tâm: bước {done.before} → {done.after} (PostgreSQL {done.server})",
            f"The centre's schema: step {done.before} → {done.after} (PostgreSQL {done.server})",
        )
    return 0


def expire_recordings(call: Call) -> int:
    """Delete recordings that are older than the days given."""
    gone = setup.expire_recordings(address(call, call.given.url), call.given.days)
    if call.as_json:
        print_json({"files": gone})
    else:
        call.say(f"Đã xóa {gone} ghi âm quá hạn", f"{gone} recordings deleted")
    return 0
