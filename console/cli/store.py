"""`store rebuild|encrypt|decrypt|key`: the tables of the local store, and its encryption."""

from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_group, add_verb, path_argument
from console.cli.framework.input_files import readable, require_folder_of
from console.cli.framework.output import print_json
from console.cli.framework.progress import Bytes, Requests
from console.cli.framework.whole_store import record_store_entry, require_administrator
from console.domain.errors import InputError, UnavailableError
from console.services.city_data import import_rights

SLICE_S = 0.25
"""How long a slice of a rebuild holds the store; nobody else has it open."""


def add(verbs: Verbs) -> None:
    """The grammar of `store`."""
    sub = add_group(verbs, "store", "kho dữ liệu tại máy")
    add_verb(sub, "rebuild", "dựng lại mọi bảng từ nhật ký sự kiện", _rebuild)
    add_verb(sub, "encrypt", "mã hoá kho tại máy, cả các bản sao trong hồ sơ", _encrypt)
    add_verb(sub, "decrypt", "bỏ mã hoá kho tại máy", _decrypt)
    parser = add_verb(sub, "key", "ghi bản khoá dự phòng của kho cho IT giữ", _key)
    parser.add_argument("file", type=path_argument, metavar="FILE")
    parser.add_argument("--restore", action="store_true", help="nhập lại khoá từ bản dự phòng này")


def _rebuild(call: Call) -> int:
    with call.import_core(import_rights.REBUILD, nameless=True) as core:
        bar = Requests(call)
        done = core.store.rebuild(bar, slice_s=SLICE_S)
        bar.end()
        desk = core.desk
        line = import_rights.rebuilt(desk.actor, desk.clock(), done.requests)
        core.store.write_now(lambda uow: uow.audit(line))
    if call.as_json:
        print_json({"requests": done.requests, "events": done.events, "changed": done.changed})
        return 0
    call.say(
        f"Đã dựng lại {done.requests} phản ánh từ {done.events} sự kiện",
        f"Rebuilt {done.requests} requests from {done.events} events",
    )
    said = ", ".join(f"{table} {n}" for table, n in done.changed.items())
    print(
        call.text(f"Đã sửa lại các dòng sai: {said}", f"Wrong rows corrected: {said}")
        if said
        else call.text("Mọi bảng giống hệt trước khi dựng lại", "Every table is the same as before")
    )
    return 0


def _encrypt(call: Call) -> int:
    from console.store.seat import encryption_change
    from console.store.sqlite import keys

    require_administrator(call, login=False)
    bar = Bytes(call)
    files = encryption_change.encrypt(call.profile, bar)
    bar.end()
    if files:
        record_store_entry(call, "store_encrypted", str(files), login=False)
    kept = keys.in_keyring(call.profile)
    if call.as_json:
        print_json({"files": files, "keyring": kept})
        return 0
    call.say(
        f"Kho đã mã hoá ({files} tệp vừa chuyển). Khoá nằm trong "
        f"{'keyring của hệ điều hành' if kept else keys.FILE}; "
        "hãy ghi một bản cho IT giữ: console1022 store key TỆP",
        f"The store is encrypted ({files} files converted). Its key is in "
        f"{'the system keyring' if kept else keys.FILE}; "
        "give IT a copy to keep: console1022 store key FILE",
    )
    if not kept:
        call.say(
            "Máy này không có keyring: chỉ mã hoá cả ổ đĩa mới bảo vệ được khoá.",
            "This machine has no keyring: only disk encryption protects the key.",
        )
    return 0


def _decrypt(call: Call) -> int:
    from console.store.seat import encryption_change

    require_administrator(call, login=False)
    bar = Bytes(call)
    files = encryption_change.decrypt(call.profile, bar)
    bar.end()
    if files:
        record_store_entry(call, "store_decrypted", str(files), login=False)
    if call.as_json:
        print_json({"files": files})
        return 0
    call.say(
        f"Kho không còn mã hoá ({files} tệp vừa chuyển), khoá đã bỏ. Bản sao lưu (backup) cũ "
        "chỉ mở được bằng bản khoá IT giữ.",
        f"The store is no longer encrypted ({files} files converted), and its key is gone. "
        "Older backups open only with IT's copy of it.",
    )
    return 0


def _key(call: Call) -> int:
    from console.store.files.spool import write_private
    from console.store.seat.local_store import FILE_NAME
    from console.store.sqlite import keys

    restoring = call.given.restore
    require_administrator(call, login=not restoring)
    file = call.given.file.absolute()
    if restoring:
        _restore(call)
    else:
        if file.exists():
            raise InputError("copy_exists", file=str(file))
        require_folder_of(file)
        key = keys.key_for(call.profile / FILE_NAME)
        if key is None:
            raise InputError("store_not_encrypted", profile=str(call.profile))
        record_store_entry(call, "store_key_copied", file.name)
        write_private(file, keys.as_recovery(key, call.profile).encode())
    if call.as_json:
        print_json({"file": str(file), "keyring": keys.in_keyring(call.profile)})
        return 0
    call.say(
        "Đã nhập lại khoá, kho mở được."
        if restoring
        else f"Đã ghi khoá của kho vào {file}. Cất ở nơi khác máy này rồi xoá tệp tại đây.",
        "The key is restored, the store opens."
        if restoring
        else f"The store's key was written to {file}. Move it to another machine.",
    )
    return 0


def _restore(call: Call) -> None:
    from console.store.seat.local_store import FILE_NAME
    from console.store.seat.profile_lock import ProfileLock
    from console.store.sqlite import cipher, keys

    key = keys.from_recovery(readable(call.given.file.absolute()))
    store = call.profile / FILE_NAME
    if not store.is_file():
        raise UnavailableError("store_missing", profile=str(call.profile))
    if cipher.is_plain(store):
        raise InputError("store_not_encrypted", profile=str(call.profile))
    if not cipher.opens(store, key):
        raise UnavailableError("store_key_wrong")
    lock = ProfileLock(call.profile)
    try:
        keys.keep(call.profile, key)
    finally:
        lock.release()
    record_store_entry(call, "store_key_restored", call.given.file.name, login=False)
