"""`doctor`: is this seat all right, a line each with ok, warn or fail and the cure."""

import argparse
import importlib.metadata
import os
import platform
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from console import __version__
from console.cli.common import Call, CliParser, add_common, print_json
from console.config import TelephonySettings, read_secret
from console.domain.errors import ConsoleError
from console.services.wording import say

type Verbs = "argparse._SubParsersAction[CliParser]"

LOW_DISK_BYTES = 2_000_000_000
CONNECT_S = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One line; `cure` says what to do when it is not ok."""

    name: str
    state: str
    text: str
    cure: str = ""


def add(verbs: Verbs) -> None:
    """The grammar of `doctor`."""
    parser = verbs.add_parser("doctor", help="kiểm tra máy trạm này")
    parser.set_defaults(act=_doctor)
    add_common(parser, top=False)


def _doctor(call: Call) -> int:
    findings = list(examine(call))
    if call.as_json:
        print_json(
            [{"name": f.name, "state": f.state, "text": f.text, "cure": f.cure} for f in findings]
        )
    else:
        for f in findings:
            cure = f" → {f.cure}" if f.cure and f.state != "ok" else ""
            print(f"{f.state:5} {f.name:10} {f.text}{cure}")
    return 1 if any(f.state == "fail" for f in findings) else 0


def examine(call: Call) -> Iterator[Finding]:
    """All findings, in the order a technician wants them; none of the checks raises."""
    checks: tuple[tuple[str, Callable[[Call], Iterator[Finding]]], ...] = (
        ("versions", _versions),
        ("config", _config),
        ("store", _store),
        ("disk", _disk),
        ("clock", _clock),
        ("central", _central),
        ("pbx", _pbx),
        ("modem", _modems),
        ("audio", _audio),
        ("map", _map),
    )
    for name, check in checks:
        try:
            yield from check(call)
        except ConsoleError as error:
            yield Finding(name, "fail", say(error, call.lang))


def _versions(_call: Call) -> Iterator[Finding]:
    qt = importlib.metadata.version("PySide6_Essentials")
    yield Finding(
        "versions",
        "ok",
        f"console1022 {__version__}, Python {platform.python_version()}, PySide6 {qt}, "
        f"{platform.system()} {platform.release()}",
    )


def _config(call: Call) -> Iterator[Finding]:
    changed = sum(line.source != "built-in" for line in call.loaded.lines)
    yield Finding("config", "ok", f"{changed} thiết đặt khác mặc định")


def _store(call: Call) -> Iterator[Finding]:
    file = call.profile / "store.sqlite3"
    if not file.exists():
        yield Finding("store", "ok", f"chưa có dữ liệu, sẽ tạo tại {call.profile}")
        return
    with call.core(read_only=True) as core:
        problem = core.store.verify()
        counts = core.store.ask_now(lambda q: q.counts(core.desk.clock()))
    if problem:
        yield Finding("store", "fail", problem, "dừng dùng máy này, gọi quản trị và giữ nguyên tệp")
    else:
        yield Finding("store", "ok", f"kho tại chỗ tốt, {counts.open_requests} phản ánh đang mở")


def _disk(call: Call) -> Iterator[Finding]:
    where = call.profile
    while not where.exists():
        where = where.parent
    free = shutil.disk_usage(where).free
    state = "ok" if free > LOW_DISK_BYTES else "warn"
    text = f"còn trống {free / 1e9:.1f} GB tại {where}"
    yield Finding("disk", state, text, "dọn ổ đĩa: cần trên 2 GB")
    if not os.access(where, os.W_OK):
        yield Finding("disk", "fail", f"không ghi được vào {where}", "cấp quyền ghi cho người dùng")


def _clock(_call: Call) -> Iterator[Finding]:
    year = time.gmtime().tm_year
    sane = 2026 <= year <= 2100
    yield Finding(
        "clock",
        "ok" if sane else "fail",
        time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()),
        "chỉnh đồng hồ máy và bật đồng bộ thời gian (NTP)",
    )


def _central(call: Call) -> Iterator[Finding]:
    if not call.loaded.settings.central.url:
        yield Finding("central", "ok", "máy đơn, không dùng cơ sở dữ liệu trung tâm")
        return
    yield Finding(
        "central",
        "warn",
        "bản này chưa đồng bộ với trung tâm; dữ liệu nằm tại máy",
        "bỏ [central] url cho đến khi nâng cấp",
    )


def _pbx(call: Call) -> Iterator[Finding]:
    line: TelephonySettings = call.loaded.settings.telephony
    if line.adapter == "none":
        yield Finding("pbx", "ok", "không nối tổng đài")
        return
    if line.adapter != "ami":
        yield Finding("pbx", "ok", f"loại {line.adapter}")
        return
    if line.secret_file:
        read_secret(line.secret_file)
    else:
        yield Finding("pbx", "fail", "chưa có mật khẩu", "đặt [telephony] secret_file")
    if not call.loaded.settings.seat.extension:
        yield Finding("pbx", "fail", "chưa có số máy lẻ", "đặt [seat] extension")
    where = f"{line.host}:{line.port}"
    try:
        with socket.create_connection((line.host, line.port), CONNECT_S) as link:
            link.settimeout(CONNECT_S)
            banner = link.recv(80).split(b"\r\n")[0].decode("ascii", "replace")
    except OSError:
        yield Finding("pbx", "fail", f"không nối được {where}", "kiểm tra máy chủ, cổng, tường lửa")
        return
    known = banner.startswith("Asterisk Call Manager")
    yield Finding(
        "pbx",
        "ok" if known else "fail",
        f"{where}: {banner!r}",
        "cổng này không phải Asterisk AMI",
    )


def _modems(call: Call) -> Iterator[Finding]:
    modems = call.loaded.settings.sms
    if not modems:
        yield Finding("modem", "ok", "không dùng modem SMS")
    for modem in modems:
        if modem.pin_file:
            read_secret(modem.pin_file)
        device = Path(modem.device)
        if not device.exists():
            cure = "cắm modem hoặc sửa [[sms]] device"
            yield Finding("modem", "fail", f"{modem.name}: không thấy {device}", cure)
        elif not os.access(device, os.R_OK | os.W_OK):
            cure = "thêm người dùng vào nhóm dialout"
            yield Finding("modem", "fail", f"{modem.name}: không có quyền mở {device}", cure)
        else:
            yield Finding("modem", "ok", f"{modem.name}: {device}")


def _audio(_call: Call) -> Iterator[Finding]:
    try:
        import sounddevice

        outputs = [d["name"] for d in sounddevice.query_devices() if d["max_output_channels"]]
    except Exception as error:  # noqa: BLE001 - PortAudio fails in many ways; each is just "no sound"
        yield Finding("audio", "warn", f"không dùng được âm thanh: {error}", "chuông chỉ hiện hình")
        return
    if outputs:
        yield Finding("audio", "ok", ", ".join(outputs[:3]))
    else:
        yield Finding("audio", "warn", "không có loa", "cắm loa; nếu không, chuông chỉ hiện hình")


def _map(call: Call) -> Iterator[Finding]:
    from console.map.importers import check_map

    for name, state, text in check_map(call.profile / "map", call.loaded.settings.map):
        yield Finding("map", "ok" if state == "ok" else "warn", f"{name}: {text}")
