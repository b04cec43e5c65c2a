"""Checks of the profile: settings, secret files, store, nightly copies, map."""

import time
from collections.abc import Iterator
from dataclasses import fields

from console.cli.doctor.findings import Found
from console.cli.framework.call import Call
from console.config.secret_files import read_secret
from console.config.settings import SECTIONS
from console.domain.errors import ConsoleError
from console.services.wording.sentences import say

OLD_COPY_S = 3 * 86_400


def config(call: Call) -> Iterator[Found]:
    """How many settings differ from the default; wrong ones raise."""
    changed = sum(line.source != "built-in" for line in call.loaded.lines)
    vietnamese = f"{changed} thiết đặt khác mặc định"
    yield Found("ok", call.text(vietnamese, f"{changed} settings differ from the default"))


def secrets(call: Call) -> Iterator[Found]:
    """Whether every secret file of the settings can be read, and by its owner only."""
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
            yield Found("fail", say(error, call.lang))
    if named and not bad:
        text = call.text(
            f"{len(named)} tệp mật đọc được", f"{len(named)} secret files are readable"
        )
        yield Found("ok", text)


def store(call: Call) -> Iterator[Found]:
    """Whether the local store is intact, and encrypted as the settings want it."""
    file = call.profile / "store.sqlite3"
    if not file.exists():
        vietnamese = f"chưa có dữ liệu, sẽ tạo tại {call.profile}"
        english = f"no data yet, will be made in {call.profile}"
        yield Found("ok", call.text(vietnamese, english))
        return
    with call.store_core() as core:
        problem = core.store.verify()
        counts = core.store.ask_now(lambda q: q.counts(core.desk.clock()))
    if problem:
        cure = call.text(
            "dừng dùng máy này, gọi quản trị và giữ nguyên tệp",
            "stop using this seat, keep the file as it is, call the administrator",
        )
        yield Found("fail", problem, cure)
        return
    text = call.text(
        "kho tại chỗ tốt, phản ánh đang mở:", "the local store is intact, open requests:"
    )
    yield Found("ok", f"{text} {counts.open_requests}")
    yield from _encryption(call)


def _encryption(call: Call) -> Iterator[Found]:
    """Whether the stores are as the settings want them, and what protects their key."""
    from console.store.seat.encryption_change import plain_stores
    from console.store.sqlite.keys import FILE, has_key, in_keyring

    if not has_key(call.profile) and not call.loaded.settings.seat.encrypted_store:
        return
    if plain := plain_stores(call.profile):
        names = ", ".join(str(each.relative_to(call.profile)) for each in plain[:3])
        text = call.text(f"chưa mã hoá: {names}", f"not encrypted: {names}")
        cure = call.text("chạy console1022 store encrypt", "run console1022 store encrypt")
        yield Found("fail", text, cure)
    elif in_keyring(call.profile):
        text = call.text(
            "kho mã hoá, khoá trong keyring; ảnh, giấy tờ (spool/) không mã hoá",
            "encrypted, its key in the keyring; photos and documents (spool/) are not",
        )
        yield Found("ok", text)
    else:
        text = call.text(
            f"kho mã hoá, khoá nằm cạnh kho ({FILE}): chỉ mã hoá cả ổ đĩa bảo vệ được",
            f"encrypted, its key is next to it ({FILE}): only disk encryption protects it",
        )
        cure = call.text(
            "mã hoá ổ đĩa, hoặc dùng máy có keyring rồi `store key FILE --restore`",
            "encrypt the disk, or set up a keyring and run `store key FILE --restore`",
        )
        yield Found("warn", text, cure)


def copies(call: Call) -> Iterator[Found]:
    """How old the newest nightly copy is.

    The window makes one every night; a window that is open only by day makes it when it starts.
    """
    from console.store.seat.store_copy import NightlyCopies

    newest = NightlyCopies(call.profile).newest()
    if newest is None:
        yield Found("ok", call.text("chưa có bản sao đêm nào", "no nightly copy yet"))
        return
    day = newest.stem.removeprefix("store-")
    text = call.text(f"bản sao mới nhất {day}", f"newest copy is of {day}")
    old = time.time() - newest.stat().st_mtime > OLD_COPY_S
    cure = call.text("xem nhật ký, hoặc chạy `backup`", "check the log, or run `backup`")
    yield Found("warn" if old else "ok", text, cure if old else "")


def map_data(call: Call) -> Iterator[Found]:
    """What the map has and lacks."""
    from console.map.check import check_map

    for name, state, text in check_map(call.profile / "map", call.loaded.settings.map, call.lang):
        # Missing data makes the map poorer; a changed script is not run at all.
        reported = state if name == "page" or state == "ok" else "warn"
        yield Found(reported, f"{name}: {text}")
