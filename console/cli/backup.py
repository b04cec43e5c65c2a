"""`backup` and `restore`: a whole profile in one file and back."""

from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_verb, path_argument
from console.cli.framework.input_files import readable, require_folder_of
from console.cli.framework.output import print_json
from console.cli.framework.progress import Bytes
from console.cli.framework.whole_store import record_store_entry, require_administrator

if TYPE_CHECKING:
    from console.store.seat.backup import ProfileCopy


def add_backup(verbs: Verbs) -> None:
    """The grammar of `backup`."""
    parser = add_verb(verbs, "backup", "sao lưu cả hồ sơ vào một tệp", _backup)
    parser.add_argument("file", type=path_argument, metavar="FILE")


def add_restore(verbs: Verbs) -> None:
    """The grammar of `restore`."""
    parser = add_verb(verbs, "restore", "khôi phục hồ sơ từ bản sao lưu", _restore)
    parser.add_argument("file", type=path_argument, metavar="FILE")
    parser.add_argument("--force", action="store_true", help="kể cả khi còn việc chưa đồng bộ")
    parser.add_argument(
        "--key", type=path_argument, metavar="FILE", help="bản khoá dự phòng của bản sao đã mã hoá"
    )


def _backup(call: Call) -> int:
    from console.services.ports.clock import utc_now
    from console.store.seat.backup import back_up
    from console.store.seat.local_store import FILE_NAME

    require_administrator(call)
    target = call.given.file.absolute()
    require_folder_of(target)
    if (call.profile / FILE_NAME).is_file():  # else the copy itself says what is missing
        # A copy holds everything, so the audit log must say that it was made, before it is made.
        record_store_entry(call, "backup_made", target.name)
    bar = Bytes(call)
    copied = back_up(call.profile, target, utc_now(), bar)
    bar.end()
    _tell(call, copied, target)
    if copied.damaged and not call.as_json:
        print(call.text(f"Có {len(copied.damaged)} ảnh, tệp đã hỏng từ trước: ",
                        f"{len(copied.damaged)} files were already damaged: ")
              + ", ".join(name[:12] for name in copied.damaged[:5]))  # fmt: skip
    return 1 if copied.damaged else 0


def _restore(call: Call) -> int:
    from console.services.ports.clock import utc_now
    from console.store.seat.backup import restore
    from console.store.sqlite import keys

    require_administrator(call, login=False)
    source = readable(call.given.file.absolute())
    given = call.given.key
    key = None if given is None else keys.from_recovery(readable(given.absolute()))
    bar = Bytes(call)
    if call.loaded.settings.seat.encrypted_store and not keys.has_key(call.profile):
        keys.make(call.profile)
    copied = restore(call.profile, source, utc_now(), force=call.given.force, key=key, tell=bar)
    bar.end()
    _tell(call, copied, source)
    return 0


def _tell(call: Call, copied: "ProfileCopy", file: Path) -> None:
    requests, events = copied.counts["service_request"], copied.counts["event"]
    if call.as_json:
        print_json(
            {
                "file": str(file),
                "made_at": copied.made_at,
                "requests": requests,
                "events": events,
                "files": copied.files,
                "damaged": list(copied.damaged),
                "replaced": None if copied.aside is None else str(copied.aside),
            }
        )
        return
    done = call.given.verb == "backup"
    call.say(
        f"{'Đã sao lưu' if done else 'Đã khôi phục'} và kiểm tra {requests:,} phản ánh, "
        f"{events:,} sự kiện, {copied.files:,} ảnh, tệp: {file}",
        f"{'Backed up' if done else 'Restored'} and verified {requests:,} requests, "
        f"{events:,} events, {copied.files:,} files: {file}",
    )
    if copied.aside is not None:
        call.say(
            f"Kho cũ vẫn còn ở {copied.aside}", f"The previous store is still in {copied.aside}"
        )
