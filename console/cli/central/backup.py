"""`central backup`, `central restore`: the whole centre in one file and back."""

from console.cli.central.address import address
from console.cli.framework.call import Call
from console.cli.framework.output import print_json
from console.store.central.administration import backup


def back_up(call: Call) -> int:
    """Copy the centre into a file."""
    size = backup.back_up(address(call, call.given.url), call.given.file)
    if call.as_json:
        print_json({"file": str(call.given.file), "bytes": size})
    else:
        mega = f"{size / 1_000_000:,.1f} MB"
        call.say(
            f"Đã sao lưu trung tâm: {call.given.file}, {mega}",
            f"The centre is backed up: {call.given.file}, {mega}",
        )
    return 0


def restore(call: Call) -> int:
    """Restore the centre from a file."""
    done = backup.restore(address(call, call.given.url), call.given.file)
    if call.as_json:
        print_json(
            {"events": done.events, "requests": done.requests, "no_login": list(done.no_login)}
        )
        return 0
    call.say(
        f"Đã khôi phục {done.events} sự kiện, {done.requests} phản ánh; các máy sẽ gửi "
        "lại phần bản sao lưu chưa có",
        f"Restored {done.events} events, {done.requests} requests; the seats will send "
        "what the copy lacks",
    )
    if done.no_login:
        print(call.text("Đặt lại mật khẩu (central set-password): ",
                        "Set a new password (central set-password): ")
              + ", ".join(done.no_login))  # fmt: skip
    return 0
