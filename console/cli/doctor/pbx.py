"""Checks of the PBX: the rights of the program's account there, queues, time stamps, recordings."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

from console.cli.doctor.findings import Found
from console.cli.framework.call import Call
from console.config.secret_files import read_secret
from console.config.settings import TelephonySettings
from console.domain.errors import ConsoleError
from console.services.wording.sentences import say
from console.store.files.recording_vault import RecordingVault, has_copies
from console.telephony.asterisk.recordings import StoredRecordings
from console.telephony.asterisk.rights import Rights, ask_now

CONNECT_S = 2.0
_NEAR = frozenset({"127.0.0.1", "localhost", "::1"})


def pbx(call: Call) -> Iterator[Found]:
    """Whether the PBX answers, knows this account, and is set up as the program needs it."""
    line: TelephonySettings = call.loaded.settings.telephony
    if line.adapter == "none":
        yield Found("ok", call.text("không nối tổng đài", "no PBX is connected"))
        return
    if line.adapter != "ami":
        yield Found("ok", call.text(f"loại {line.adapter}", f"kind {line.adapter}"))
        return
    if not line.secret_file:
        cure = call.text("đặt [telephony] secret_file", "set [telephony] secret_file")
        yield Found("fail", call.text("chưa có mật khẩu", "no password"), cure)
    if not call.loaded.settings.seat.extension:
        cure = call.text("đặt [seat] extension", "set [seat] extension")
        yield Found("fail", call.text("chưa có số máy lẻ", "no extension"), cure)
    yield from _encryption(call, line)
    greeting = _greeting(call, line)
    yield greeting
    if greeting.state == "ok" and line.secret_file:
        yield from _account(call, line)


def _greeting(call: Call, line: TelephonySettings) -> Found:
    """What answers at the PBX's port."""
    where = f"{line.host}:{line.port}"
    try:
        with socket.create_connection((line.host, line.port), CONNECT_S) as link:
            link.settimeout(CONNECT_S)
            # Over TLS the other side waits for us to begin.
            banner = b"" if line.tls else link.recv(80).split(b"\r\n")[0]
    except (OSError, UnicodeError):
        text = call.text(f"không nối được {where}", f"cannot connect to {where}")
        cure = call.text("kiểm tra máy chủ, cổng, tường lửa", "check host, port and firewall")
        return Found("fail", text, cure)
    known = line.tls or b"Asterisk Call Manager" in banner
    cure = call.text("cổng này không phải Asterisk AMI", "this port is not Asterisk AMI")
    text = f"{where} {banner.decode('ascii', 'replace')!r}"
    return Found("ok" if known else "fail", text, cure)


def _encryption(call: Call, line: TelephonySettings) -> Iterator[Found]:
    """Warn of a line in clear text to another machine: it carries the password and the callers."""
    if not line.tls and line.host not in _NEAR:
        text = call.text("đường tới tổng đài không mã hoá", "the line to the PBX is not encrypted")
        cure = call.text(
            "đặt [telephony] tls = true và tlsenable trong manager.conf, hoặc đi qua VPN",
            "set [telephony] tls = true and tlsenable in manager.conf, or use a VPN",
        )
        yield Found("warn", text, cure)


def _account(call: Call, line: TelephonySettings) -> Iterator[Found]:
    """The rights of the account in the settings.

    Finds nothing when its secret cannot be read: the check of secret files says so.
    """
    try:
        secret = read_secret(line.secret_file)
    except ConsoleError:
        return
    try:
        rights = ask_now(line.host, line.port, line.username, secret, tls=line.tls)
    except ConsoleError as error:
        yield Found("fail", say(error, call.lang))
        return
    yield from _rights(call, line, rights)
    yield from _set_up(call, line, rights)


def _rights(call: Call, line: TelephonySettings, rights: Rights) -> Iterator[Found]:
    named = ", ".join(rights.granted) or "-"
    yield Found(
        "ok", call.text(f"{line.username} được ghi: {named}", f"{line.username} may write: {named}")
    )
    for name in rights.wide:
        text = call.text(f"quyền {name} quá rộng", f"permission {name} is too broad")
        cure = call.text(
            f"bỏ {name} (và all) khỏi write của tài khoản này trong manager.conf",
            f"remove {name} (and all) from write of this account in manager.conf",
        )
        yield Found("warn", text, cure)
    for name, lost in rights.missing.items():
        lacks = ", ".join(lost)
        text = call.text(f"thiếu quyền {name}: {lacks}", f"permission {name} is missing: {lacks}")
        cure = call.text(
            f"thêm {name} vào write nếu cần các nút đó (xem resources/asterisk/manager.conf)",
            f"add {name} to write if those buttons are needed (see resources/asterisk)",
        )
        yield Found("warn", text, cure)

    if rights.absent:
        lacks = ", ".join(rights.absent)
        text = call.text(f"tổng đài không có {lacks}", f"the PBX does not know {lacks}")
        cure = call.text(
            "nạp mô-đun của chúng (PJSIPNotify: res_pjsip_notify), nếu cần",
            "load their modules (PJSIPNotify: res_pjsip_notify), if needed",
        )
        yield Found("warn", text, cure)


def _set_up(call: Call, line: TelephonySettings, rights: Rights) -> Iterator[Found]:
    for queue in line.queues:
        if queue not in rights.queues:
            text = call.text(f"tổng đài không có hàng {queue}", f"the PBX has no queue {queue}")
            cure = call.text("sửa [telephony] queues", "correct [telephony] queues")
            yield Found("fail", text, cure)
    if rights.stamped is False:
        text = call.text("sự kiện không có giờ", "events have no time stamp")
        cure = call.text(
            "đặt timestampevents = yes trong manager.conf",
            "set timestampevents = yes in manager.conf",
        )
        yield Found("warn", text, cure)


def recordings(call: Call) -> Iterator[Found]:
    """Where recordings are read, and how this seat's copies are kept."""
    given = call.loaded.settings.telephony
    if not given.recordings:
        yield Found("ok", call.text("không nghe lại ghi âm", "recordings are not played"))
        return
    far = "://" in given.recordings
    if far:
        named = given.recordings_secret_file
        secret = read_secret(named) if named else ""
        stored = StoredRecordings(given.recordings, given.recordings_user, secret)
        yield _far(call, stored)
    else:
        yield _near(call, Path(given.recordings).parent)
    key = Path(given.recordings_key_file or call.profile / "recordings.key")
    copies = call.profile / "recordings"
    if key.exists() or has_copies(copies):
        RecordingVault(copies, key)  # raises when something is wrong with them
    if (far or given.recordings_copy) and not given.recordings_key_file:
        text = call.text(
            "khoá nằm cạnh bản sao: chỉ mã hoá đĩa bảo vệ được",
            "the key is stored next to the copies: only disk encryption protects them",
        )
        cure = call.text(
            "đặt [telephony] recordings_key_file ở đĩa khác",
            "put [telephony] recordings_key_file on another disk",
        )
        yield Found("warn", text, cure)


def _near(call: Call, folder: Path) -> Found:
    fine = folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)
    cure = call.text(
        "gắn thư mục ghi âm, cho quyền đọc", "mount it, and give this user read permission"
    )
    return Found("ok" if fine else "fail", str(folder), cure)


def _far(call: Call, source: StoredRecordings) -> Found:
    status = source.status()
    if status in (200, 404):
        return Found("ok", call.text("đọc được ghi âm qua HTTP", "recordings are read over HTTP"))
    if status in (401, 403):
        text = call.text("máy chủ ghi âm từ chối tài khoản", "the server refuses the account")
        cure = call.text(
            "sửa [telephony] recordings_user và recordings_secret_file",
            "correct [telephony] recordings_user and recordings_secret_file",
        )
        return Found("fail", text, cure)
    told = status or call.text("không trả lời", "no answer")
    text = call.text(f"máy chủ ghi âm: {told}", f"recording server: {told}")
    cure = call.text("kiểm tra địa chỉ và tường lửa", "check address and firewall")
    return Found("fail", text, cure)
