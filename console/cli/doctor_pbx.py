"""What `doctor` finds out by logging in at the PBX: rights that are missing or too wide, queues
that are not there, events without a time.
"""

from collections.abc import Iterator

from console.cli.common import Call
from console.config import TelephonySettings, read_secret
from console.domain.errors import ConsoleError
from console.services.wording import say
from console.telephony.rights import Rights, ask_now

type Found = tuple[str, str, str]
"""State, text, cure."""


def account(call: Call, line: TelephonySettings) -> Iterator[Found]:
    """Of the account in the settings; nothing where its secret cannot be read, which another check
    says.
    """
    try:
        secret = read_secret(line.secret_file)
    except ConsoleError:
        return
    try:
        rights = ask_now(line.host, line.port, line.username, secret, tls=line.tls)
    except ConsoleError as error:
        yield "fail", say(error, call.lang), ""
        return
    yield from _rights(call, line, rights)
    yield from _set_up(call, line, rights)


def _rights(call: Call, line: TelephonySettings, rights: Rights) -> Iterator[Found]:
    named = ", ".join(rights.granted) or "-"
    yield "ok", call.text(f"{line.username} được ghi: {named}", f"{line.username} may: {named}"), ""
    for name in rights.wide:
        text = call.text(f"quyền {name} quá rộng", f"right {name} is too wide")
        cure = call.text(
            f"bỏ {name} (và all) khỏi write của tài khoản này trong manager.conf",
            f"take {name} (and all) out of this account's write in manager.conf",
        )
        yield "warn", text, cure
    for name, lost in rights.missing.items():
        lacks = ", ".join(lost)
        text = call.text(f"thiếu quyền {name}: {lacks}", f"right {name} is missing: {lacks}")
        cure = call.text(
            f"thêm {name} vào write nếu cần các nút đó (xem resources/asterisk/manager.conf)",
            f"add {name} to write if those buttons are wanted (see resources/asterisk)",
        )
        yield "warn", text, cure

    if rights.absent:
        lacks = ", ".join(rights.absent)
        text = call.text(f"tổng đài không có {lacks}", f"the PBX does not know {lacks}")
        cure = call.text(
            "nạp mô-đun của chúng (PJSIPNotify: res_pjsip_notify), nếu cần",
            "load their modules (PJSIPNotify: res_pjsip_notify), if wanted",
        )
        yield "warn", text, cure


def _set_up(call: Call, line: TelephonySettings, rights: Rights) -> Iterator[Found]:
    for queue in line.queues:
        if queue not in rights.queues:
            text = call.text(f"tổng đài không có hàng {queue}", f"the PBX has no queue {queue}")
            cure = call.text("sửa [telephony] queues", "correct [telephony] queues")
            yield "fail", text, cure
    if rights.stamped is False:
        text = call.text("sự kiện không có giờ", "events carry no time")
        cure = call.text(
            "đặt timestampevents = yes trong manager.conf",
            "set timestampevents = yes in manager.conf",
        )
        yield "warn", text, cure
