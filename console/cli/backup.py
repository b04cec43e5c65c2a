"""`backup` and `restore`: a whole profile in one file and back."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.framework.call import Call, print_json, readable
from console.cli.framework.grammar import Verbs, add_verb, some_path
from console.cli.framework.progress import Bytes
from console.domain.errors import InputError

if TYPE_CHECKING:
    from console.assembly.core import Core
    from console.store.seat.backup import Copied


def add_backup(verbs: Verbs) -> None:
    """The grammar of `backup`."""
    parser = add_verb(verbs, "backup", "sao lưu cả hồ sơ vào một tệp", _backup)
    parser.add_argument("file", type=some_path, metavar="FILE")


def add_restore(verbs: Verbs) -> None:
    """The grammar of `restore`."""
    parser = add_verb(verbs, "restore", "khôi phục hồ sơ từ bản sao lưu", _restore)
    parser.add_argument("file", type=some_path, metavar="FILE")
    parser.add_argument("--force", action="store_true", help="kể cả khi còn việc chưa đồng bộ")
    parser.add_argument(
        "--key", type=some_path, metavar="FILE", help="bản khoá dự phòng của bản sao đã mã hoá"
    )


def _backup(call: Call) -> int:
    from console.assembly.core import utc_now
    from console.store.seat.backup import back_up
    from console.store.seat.local_store import FILE_NAME

    only_administrators(call)
    target = call.given.file.absolute()
    if not target.parent.is_dir():
        raise InputError("no_such_folder", folder=str(target.parent))
    if (call.profile / FILE_NAME).is_file():  # else the copy itself says what is missing
        # A copy holds everything, so that it was made is a line of the audit, before it is made.
        note(call, "backup_made", target.name)
    bar = Bytes(call)
    copied = back_up(call.profile, target, utc_now(), bar)
    bar.end()
    _tell(call, copied, target)
    if copied.damaged and not call.as_json:
        print(call.text(f"Có {len(copied.damaged)} ảnh, tệp đã hỏng từ trước: ",
                        f"{len(copied.damaged)} files were damaged before: ")
              + ", ".join(name[:12] for name in copied.damaged[:5]))  # fmt: skip
    return 1 if copied.damaged else 0


def note(call: Call, act: str, detail: str, *, login: bool = True) -> None:
    """A line of the audit about the whole store. A window that has the profile open takes the line
    in; what fails to take it goes on without.

    Args:
        login: where people sign in at the centre, who calls; else whoever has the machine.
    """
    from console.cli.framework.read_only_audit import note_reading
    from console.domain.errors import UnavailableError
    from console.services.people.actors import entry_of

    def opened(*, read_only: bool = False) -> "Core":
        if not login and call.signs_in and not call.user:
            return call.bare_core(read_only=read_only)
        return call.core(user="administrator", read_only=read_only)

    try:
        with opened() as core:
            desk = core.desk
            said = entry_of(desk.actor, desk.clock(), act, "", detail)
            core.store.write_now(lambda uow: uow.audit(said))
    except UnavailableError as error:
        if error.code != "profile_in_use":
            return
        with suppress(UnavailableError), opened(read_only=True) as core:
            note_reading(core, act, "", detail)


def _restore(call: Call) -> int:
    from console.assembly.core import utc_now
    from console.store.seat.backup import restore
    from console.store.sqlite import keys

    only_administrators(call, login=False)
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


def only_administrators(call: Call, *, login: bool = True) -> None:
    """Copies and keys hold everything, so only who may see everything handles them. Where people
    sign in at the centre, a login counts.

    Args:
        login: needed there; else who names none may call it, also while the centre is away.

    Raises:
        RefusedError: `role_may_not`. And what `Call.person` raises.
    """
    from console.domain.errors import RefusedError
    from console.domain.states import Role
    from console.services.city_data.catalogue_loader import load_catalogue
    from console.services.people.actors import actor_for

    if call.signs_in and (call.user or login):
        role = call.person.actor.role
    else:
        own = call.loaded.settings.seat.data
        catalogue = load_catalogue(extra=Path(own) if own else None)
        role = actor_for(call.user or "administrator", catalogue).role
    if role is not Role.ADMINISTRATOR:
        raise RefusedError("role_may_not", role=role.value, action=call.given.verb)


def _tell(call: Call, copied: "Copied", file: Path) -> None:
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
    print(call.text(
        f"{'Đã sao lưu' if done else 'Đã khôi phục'} và kiểm tra {requests:,} phản ánh, "
        f"{events:,} sự kiện, {copied.files:,} ảnh, tệp: {file}",
        f"{'Copied' if done else 'Restored'} and verified {requests:,} requests, "
        f"{events:,} events, {copied.files:,} files: {file}",
    ))  # fmt: skip
    if copied.aside is not None:
        print(call.text(f"Kho cũ vẫn còn ở {copied.aside}",
                        f"The former store still lies in {copied.aside}"))  # fmt: skip
