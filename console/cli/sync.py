"""`sync --once` and `sync --status`: this seat and the centre."""

import sys
from dataclasses import asdict

from console.assembly.central import build_central, identity
from console.assembly.core import Core
from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_verb
from console.cli.framework.output import print_json
from console.domain.errors import UnavailableError
from console.services.wording.sentences import sentence


def add(verbs: Verbs) -> None:
    """The grammar of `sync`."""
    parser = add_verb(verbs, "sync", "gửi và nhận với trung tâm", _sync)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--once", action="store_true", help="gửi và nhận ngay")
    which.add_argument("--status", action="store_true", help="còn gì chưa gửi")


def _sync(call: Call) -> int:
    from console.store.exchange.events import LocalSyncStore
    from console.store.exchange.files import SeatFiles
    from console.store.exchange.initial_sync import LocalInitialSync
    from console.store.exchange.shared_rows import LocalSharedStore
    from console.sync.files import FileLink
    from console.sync.initial_load import InitialLoad
    from console.sync.shared_rows import SharedRows
    from console.sync.single_round import greet, standing, sync_once

    with _core(call) as core:
        central, sync, console = build_central(core), LocalSyncStore(core.store), identity(core)
        try:
            greeting = greet(lambda: central.hello(console), core.clock)
            if call.given.once:
                shared = SharedRows(central, LocalSharedStore(core.store), core.desk.bus.publish)
                start = InitialLoad(central, LocalInitialSync(core.store, sync))
                report = sync_once(central, sync, console, greeting, shared, start)
                FileLink(central, SeatFiles(core.store, core.profile), console).move_all()
            else:
                report = standing(sync)
        finally:
            central.close()
    print_json(asdict(report))
    if (warning := greeting.warning(console)) is not None:
        sys.stderr.write(sentence(*warning, call.lang) + "\n")
    return 0


def _core(call: Call) -> Core:
    """The seat. Its status can be asked for while a window has the profile open."""
    try:
        return call.core()
    except UnavailableError as error:
        if error.code != "profile_in_use" or call.given.once:
            raise
        return call.core(read_only=True)
