"""`sync --once` and `sync --status`: this seat and the centre."""

from dataclasses import asdict

from console.bootstrap import Core, build_central, identity
from console.cli.common import Call, print_json
from console.cli.grammar import Verbs, add_verb
from console.domain.errors import UnavailableError


def add(verbs: Verbs) -> None:
    """The grammar of `sync`."""
    parser = add_verb(verbs, "sync", "gửi và nhận với trung tâm", _sync)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--once", action="store_true", help="gửi và nhận ngay")
    which.add_argument("--status", action="store_true", help="còn gì chưa gửi")


def _sync(call: Call) -> int:
    from console.store.shared import LocalSharedStore
    from console.store.shelf import SpoolShelf
    from console.store.sync_side import LocalSyncStore
    from console.sync.files import FileLink
    from console.sync.once import once, standing
    from console.sync.shared import SharedRows

    with _core(call) as core:
        central = build_central(core)
        try:
            if call.given.once:
                shared = SharedRows(central, LocalSharedStore(core.store), core.desk.bus.publish)
                report = once(central, LocalSyncStore(core.store), identity(core), shared)
                shelf = SpoolShelf(core.store, core.profile)
                FileLink(central, shelf, identity(core)).move_all()
            else:
                report = standing(central, LocalSyncStore(core.store), identity(core))
        finally:
            central.close()
    print_json(asdict(report))
    return 0


def _core(call: Call) -> Core:
    """The seat; how it stands can be asked beside a window that has the profile open."""
    try:
        return call.core()
    except UnavailableError as error:
        if error.code != "profile_in_use" or call.given.once:
            raise
        return call.core(read_only=True)
