"""Checks of the workstation: versions, disk, clock, modems, sound, and delays of the window."""

import importlib.metadata
import os
import platform
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from console import __version__
from console.cli.doctor.findings import Found
from console.cli.framework.call import Call

LOW_DISK_BYTES = 2_000_000_000


def versions(call: Call) -> Iterator[Found]:
    """The program, Python, the system and Qt."""
    system = f"{platform.system()} {platform.release()}"
    text = f"console1022 {__version__}, Python {platform.python_version()}, {system}"
    try:
        qt = importlib.metadata.version("PySide6_Essentials")
    except importlib.metadata.PackageNotFoundError:
        cure = call.text("chạy lại installer/run.sh", "run installer/run.sh again")
        yield Found("fail", call.text(f"{text}, thiếu Qt", f"{text}, no Qt"), cure)
        return
    yield Found("ok", f"{text}, PySide6 {qt}")


def disk(call: Call) -> Iterator[Found]:
    """Whether there is room for the profile, and the right to write to it."""
    where = call.profile
    while not where.exists():
        where = where.parent
    free = shutil.disk_usage(where).free
    state = "ok" if free > LOW_DISK_BYTES else "warn"
    size = f"{free / 1e9:.1f} GB"
    text = call.text(f"còn trống {size} tại {where}", f"{size} free at {where}")
    cure = call.text("dọn ổ đĩa: cần trên 2 GB", "free some space: more than 2 GB are needed")
    yield Found(state, text, cure)
    if not where.is_dir() or not os.access(where, os.W_OK):
        text = call.text(f"không ghi được vào {where}", f"cannot write to {where}")
        cure = call.text("cấp quyền ghi cho người dùng", "give the user write permission there")
        yield Found("fail", text, cure)


def clock(call: Call) -> Iterator[Found]:
    """Whether the clock shows a plausible year."""
    sane = 2026 <= time.gmtime().tm_year <= 2100
    cure = call.text(
        "chỉnh đồng hồ máy và bật đồng bộ thời gian (NTP)",
        "set the clock and turn on time synchronisation (NTP)",
    )
    text = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    yield Found("ok" if sane else "fail", text, cure)


def modems(call: Call) -> Iterator[Found]:
    """Whether each SMS modem of the settings is there and may be opened."""
    named = call.loaded.settings.sms
    if not named:
        yield Found("ok", call.text("không dùng modem SMS", "no SMS modem is used"))
    for modem in named:
        device = Path(modem.device)
        if not device.exists():
            text = call.text(f"không thấy {device}", f"{device} does not exist")
            cure = call.text(
                "cắm modem hoặc sửa [[sms]] device", "plug it in, or correct [[sms]] device"
            )
            yield Found("fail", f"{modem.name}: {text}", cure)
        elif not os.access(device, os.R_OK | os.W_OK):
            text = call.text(f"không có quyền mở {device}", f"no permission to open {device}")
            cure = call.text(
                "thêm người dùng vào nhóm dialout", "add the user to the dialout group"
            )
            yield Found("fail", f"{modem.name}: {text}", cure)
        else:
            yield Found("ok", f"{modem.name}: {device}")


def audio(call: Call) -> Iterator[Found]:
    """Whether there is a loudspeaker for the ring."""
    silent = call.text("chuông chỉ hiện hình", "calls ring on the screen only")
    try:
        import sounddevice

        outputs = [d["name"] for d in sounddevice.query_devices() if d["max_output_channels"]]
    except Exception as error:  # noqa: BLE001 - PortAudio fails in many ways; each is just "no sound"
        text = call.text("không dùng được âm thanh", "no sound")
        yield Found("warn", f"{text}: {error}", silent)
        return
    if outputs:
        yield Found("ok", ", ".join(outputs[:3]))
    else:
        yield Found("warn", call.text("không có loa", "no loudspeaker"), silent)


def window(call: Call) -> Iterator[Found]:
    """How long the window that ran here last kept people waiting."""
    from console.services.runtime.loop_stalls import LIMIT_MS, read

    found = read(call.profile)
    if found is None:
        yield Found("ok", call.text("chưa mở lần nào", "not opened yet"))
        return
    worst = f"{found.worst_ms:.0f}"
    text = call.text(
        f"chờ cửa sổ: 99 % dưới {found.p99_ms + 1} ms, lâu nhất {worst} ms,"
        f" quá {LIMIT_MS} ms {found.over} lần trong {found.hours} giờ",
        f"delays of the window: 99 % below {found.p99_ms + 1} ms, longest {worst} ms,"
        f" over {LIMIT_MS} ms {found.over} times in {found.hours} h",
    )
    cure = call.text(
        "tắt chương trình khác, xem ổ đĩa và bộ nhớ; gửi logs/ cho bộ phận kỹ thuật",
        "close other programs, check disk and memory; send logs/ to IT",
    )
    yield Found("ok" if found.p99_ms < LIMIT_MS else "warn", text, cure)
