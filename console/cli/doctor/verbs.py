"""`doctor`: is this seat all right, a line each with ok, warn or fail and the cure."""

import importlib.metadata
import os
import platform
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from console import __version__
from console.cli.doctor.centre import centre
from console.cli.doctor.pbx import account, encryption, recordings
from console.cli.framework.call import Call, print_json
from console.cli.framework.grammar import Verbs, add_verb
from console.config.settings import SECTIONS, TelephonySettings, read_secret
from console.domain.errors import ConsoleError
from console.services.wording.sentences import say

LOW_DISK_BYTES = 2_000_000_000
CONNECT_S = 2.0
OLD_COPY_S = 3 * 86_400


@dataclass(frozen=True, slots=True)
class Finding:
    """One line; `cure` says what to do when it is not ok."""

    name: str
    state: str
    text: str
    cure: str = ""


def add(verbs: Verbs) -> None:
    """The grammar of `doctor`."""
    add_verb(verbs, "doctor", "kiểm tra máy trạm này", _doctor)


def _doctor(call: Call) -> int:
    findings = list(examine(call))
    if call.as_json:
        keys = ("name", "state", "text", "cure")
        print_json([{key: getattr(f, key) or None for key in keys} for f in findings])
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
        ("secrets", _secrets),
        ("store", _store),
        ("disk", _disk),
        ("clock", _clock),
        ("copies", _copies),
        ("central", _central),
        ("pbx", _pbx),
        ("recordings", _recordings),
        ("modem", _modems),
        ("audio", _audio),
        ("map", _map),
        ("window", _window),
    )
    told: set[str] = set()
    for name, check in checks:
        try:
            yield from check(call)
        except (ConsoleError, OSError) as error:
            text = say(error, call.lang) if isinstance(error, ConsoleError) else str(error)
            # Without settings most checks fail alike; once is enough.
            if text not in told:
                yield Finding(name, "fail", text)
            told.add(text)


def _versions(call: Call) -> Iterator[Finding]:
    system = f"{platform.system()} {platform.release()}"
    text = f"console1022 {__version__}, Python {platform.python_version()}, {system}"
    try:
        qt = importlib.metadata.version("PySide6_Essentials")
    except importlib.metadata.PackageNotFoundError:
        cure = call.text("chạy lại installer/run.sh", "run installer/run.sh again")
        yield Finding("versions", "fail", call.text(f"{text}, thiếu Qt", f"{text}, no Qt"), cure)
        return
    yield Finding("versions", "ok", f"{text}, PySide6 {qt}")


def _config(call: Call) -> Iterator[Finding]:
    changed = sum(line.source != "built-in" for line in call.loaded.lines)
    vietnamese = f"{changed} thiết đặt khác mặc định"
    yield Finding("config", "ok", call.text(vietnamese, f"{changed} settings are not the default"))


def _secrets(call: Call) -> Iterator[Finding]:
    """Every secret file that the settings name can be read, by its owner only."""
    settings = call.loaded.settings
    sections = [getattr(settings, name) for name in SECTIONS]
    named = [
        str(getattr(section, declared.name))
        for section in (*sections, *settings.sms)
        for declared in fields(section)
        if declared.metadata["secret_file"] and getattr(section, declared.name)
    ]
    bad = 0
    for file in named:
        try:
            read_secret(file)
        except ConsoleError as error:
            bad += 1
            yield Finding("secrets", "fail", say(error, call.lang))
    if named and not bad:
        text = call.text(
            f"{len(named)} tệp mật đọc được", f"{len(named)} secret files are readable"
        )
        yield Finding("secrets", "ok", text)


def _store(call: Call) -> Iterator[Finding]:
    file = call.profile / "store.sqlite3"
    if not file.exists():
        vietnamese = f"chưa có dữ liệu, sẽ tạo tại {call.profile}"
        english = f"no data yet, will be made in {call.profile}"
        yield Finding("store", "ok", call.text(vietnamese, english))
        return
    with call.bare_core() as core:
        problem = core.store.verify()
        counts = core.store.ask_now(lambda q: q.counts(core.desk.clock()))
    if problem:
        cure = call.text(
            "dừng dùng máy này, gọi quản trị và giữ nguyên tệp",
            "stop using this seat, keep the file, call the administrator",
        )
        yield Finding("store", "fail", problem, cure)
        return
    text = call.text("kho tại chỗ tốt, phản ánh đang mở:", "the local store is whole, open cases:")
    yield Finding("store", "ok", f"{text} {counts.open_requests}")
    yield from _encryption(call)


def _encryption(call: Call) -> Iterator[Finding]:
    """Whether the stores are as the settings want them, and what protects their key."""
    from console.store.seat.encryption_change import plain_stores
    from console.store.sqlite.keys import FILE, has_key, in_keyring

    if not has_key(call.profile) and not call.loaded.settings.seat.encrypted_store:
        return
    if plain := plain_stores(call.profile):
        names = ", ".join(str(each.relative_to(call.profile)) for each in plain[:3])
        text = call.text(f"chưa mã hoá: {names}", f"not encrypted: {names}")
        cure = call.text("chạy console1022 store encrypt", "run console1022 store encrypt")
        yield Finding("store", "fail", text, cure)
    elif in_keyring(call.profile):
        text = call.text(
            "kho mã hoá, khoá trong keyring; ảnh, giấy tờ (spool/) không mã hoá",
            "encrypted, its key in the keyring; photos and papers (spool/) are not",
        )
        yield Finding("store", "ok", text)
    else:
        text = call.text(
            f"kho mã hoá, khoá nằm cạnh kho ({FILE}): chỉ mã hoá cả ổ đĩa bảo vệ được",
            f"encrypted, its key beside it ({FILE}): only encryption of the whole disk protects it",
        )
        cure = call.text(
            "mã hoá ổ đĩa, hoặc dùng máy có keyring rồi `store key FILE --restore`",
            "encrypt the disk, or have a keyring and then `store key FILE --restore`",
        )
        yield Finding("store", "warn", text, cure)


def _copies(call: Call) -> Iterator[Finding]:
    """The window makes one every night; one that is only open by day makes it when it starts."""
    from console.store.seat.store_copy import NightlyCopies

    newest = NightlyCopies(call.profile).newest()
    if newest is None:
        yield Finding("copies", "ok", call.text("chưa có bản sao đêm nào", "no nightly copy yet"))
        return
    day = newest.stem.removeprefix("store-")
    text = call.text(f"bản sao mới nhất {day}", f"newest copy of {day}")
    old = time.time() - newest.stat().st_mtime > OLD_COPY_S
    cure = call.text("xem nhật ký, hoặc chạy `backup`", "see the log, or run `backup`")
    yield Finding("copies", "warn" if old else "ok", text, cure if old else "")


def _disk(call: Call) -> Iterator[Finding]:
    where = call.profile
    while not where.exists():
        where = where.parent
    free = shutil.disk_usage(where).free
    state = "ok" if free > LOW_DISK_BYTES else "warn"
    size = f"{free / 1e9:.1f} GB"
    text = call.text(f"còn trống {size} tại {where}", f"{size} free at {where}")
    cure = call.text("dọn ổ đĩa: cần trên 2 GB", "make room: more than 2 GB are needed")
    yield Finding("disk", state, text, cure)
    if not where.is_dir() or not os.access(where, os.W_OK):
        text = call.text(f"không ghi được vào {where}", f"{where} cannot be written")
        cure = call.text("cấp quyền ghi cho người dùng", "give the user the right to write there")
        yield Finding("disk", "fail", text, cure)


def _clock(call: Call) -> Iterator[Finding]:
    sane = 2026 <= time.gmtime().tm_year <= 2100
    cure = call.text(
        "chỉnh đồng hồ máy và bật đồng bộ thời gian (NTP)",
        "set the clock and turn on time synchronisation (NTP)",
    )
    text = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    yield Finding("clock", "ok" if sane else "fail", text, cure)


def _central(call: Call) -> Iterator[Finding]:
    for state, text, cure in centre(call):
        yield Finding("central", state, text, cure)


def _pbx(call: Call) -> Iterator[Finding]:
    line: TelephonySettings = call.loaded.settings.telephony
    if line.adapter == "none":
        yield Finding("pbx", "ok", call.text("không nối tổng đài", "no PBX is connected"))
        return
    if line.adapter != "ami":
        yield Finding("pbx", "ok", call.text(f"loại {line.adapter}", f"kind {line.adapter}"))
        return
    if not line.secret_file:
        cure = call.text("đặt [telephony] secret_file", "set [telephony] secret_file")
        yield Finding("pbx", "fail", call.text("chưa có mật khẩu", "no password"), cure)
    if not call.loaded.settings.seat.extension:
        cure = call.text("đặt [seat] extension", "set [seat] extension")
        yield Finding("pbx", "fail", call.text("chưa có số máy lẻ", "no extension"), cure)
    for state, text, cure in encryption(call, line):
        yield Finding("pbx", state, text, cure)
    greeting = _greeting(call, line)
    yield greeting
    if greeting.state == "ok" and line.secret_file:
        for state, text, cure in account(call, line):
            yield Finding("pbx", state, text, cure)


def _recordings(call: Call) -> Iterator[Finding]:
    for state, text, cure in recordings(call):
        yield Finding("recordings", state, text, cure)


def _greeting(call: Call, line: TelephonySettings) -> Finding:
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
        return Finding("pbx", "fail", text, cure)
    known = line.tls or b"Asterisk Call Manager" in banner
    cure = call.text("cổng này không phải Asterisk AMI", "this port is no Asterisk AMI")
    said = banner.decode("ascii", "replace")
    return Finding("pbx", "ok" if known else "fail", f"{where} {said!r}", cure)


def _modems(call: Call) -> Iterator[Finding]:
    modems = call.loaded.settings.sms
    if not modems:
        yield Finding("modem", "ok", call.text("không dùng modem SMS", "no SMS modem is used"))
    for modem in modems:
        device = Path(modem.device)
        if not device.exists():
            text = call.text(f"không thấy {device}", f"{device} is not there")
            cure = call.text(
                "cắm modem hoặc sửa [[sms]] device", "plug it in or correct [[sms]] device"
            )
            yield Finding("modem", "fail", f"{modem.name}: {text}", cure)
        elif not os.access(device, os.R_OK | os.W_OK):
            text = call.text(f"không có quyền mở {device}", f"no right to open {device}")
            cure = call.text(
                "thêm người dùng vào nhóm dialout", "add the user to the group dialout"
            )
            yield Finding("modem", "fail", f"{modem.name}: {text}", cure)
        else:
            yield Finding("modem", "ok", f"{modem.name}: {device}")


def _audio(call: Call) -> Iterator[Finding]:
    silent = call.text("chuông chỉ hiện hình", "calls will only be seen")
    try:
        import sounddevice

        outputs = [d["name"] for d in sounddevice.query_devices() if d["max_output_channels"]]
    except Exception as error:  # noqa: BLE001 - PortAudio fails in many ways; each is just "no sound"
        text = call.text("không dùng được âm thanh", "no sound")
        yield Finding("audio", "warn", f"{text}: {error}", silent)
        return
    if outputs:
        yield Finding("audio", "ok", ", ".join(outputs[:3]))
    else:
        yield Finding("audio", "warn", call.text("không có loa", "no loudspeaker"), silent)


def _map(call: Call) -> Iterator[Finding]:
    from console.map.check import check_map

    for name, state, text in check_map(call.profile / "map", call.loaded.settings.map, call.lang):
        # Data that is missing costs the map something; scripts that somebody changed are not run.
        told = state if name == "page" or state == "ok" else "warn"
        yield Finding("map", told, f"{name}: {text}")


def _window(call: Call) -> Iterator[Finding]:
    """How long people waited for the window that ran here last."""
    from console.services.runtime.loop_stalls import LIMIT_MS, read

    found = read(call.profile)
    if found is None:
        yield Finding("window", "ok", call.text("chưa mở lần nào", "not opened yet"))
        return
    worst = f"{found.worst_ms:.0f}"
    text = call.text(
        f"chờ cửa sổ: 99 % dưới {found.p99_ms + 1} ms, lâu nhất {worst} ms,"
        f" quá {LIMIT_MS} ms {found.over} lần trong {found.hours} giờ",
        f"waiting for the window: 99 % below {found.p99_ms + 1} ms, longest {worst} ms,"
        f" over {LIMIT_MS} ms {found.over} times in {found.hours} h",
    )
    cure = call.text(
        "tắt chương trình khác, xem ổ đĩa và bộ nhớ; gửi logs/ cho bộ phận kỹ thuật",
        "close other programs, look at disk and memory; send logs/ to IT",
    )
    yield Finding("window", "ok" if found.p99_ms < LIMIT_MS else "warn", text, cure)
