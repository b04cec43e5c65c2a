"""One round with the centre, for the command line: no thread stays."""

from contextlib import nullcontext
from dataclasses import dataclass, replace

from console.services.sync_ports import Central, ConsoleIdentity, Hello, SyncStore
from console.sync.pull import Puller
from console.sync.push import push_all
from console.sync.rejoin import rejoin
from console.sync.shared import SharedRows


@dataclass(frozen=True, slots=True)
class Report:
    """What a round did and how the seat stands; `last_seq` is the place up to which it pulled."""

    pushed: int
    pulled: int
    pending: int
    last_seq: int


def feed_of(hello: Hello) -> Hello:
    """Another login's feed counts otherwise: it is another centre to this seat."""
    if hello.agency is None:
        return hello
    return replace(hello, incarnation=f"{hello.incarnation}/{hello.agency}")


def once(
    central: Central,
    store: SyncStore,
    console: ConsoleIdentity,
    shared: SharedRows | None = None,
) -> Report:
    """Push and pull everything that is there now.

    Args:
        shared: contacts and messages of the switchboard over the same line; they are not counted.

    Raises:
        UnavailableError: the centre is away; what was done before is kept.
        HoleError: the centre's numbers have a gap.
    """
    hello = feed_of(central.hello(console))
    rejoin(central, store, hello)
    may_push = console.version >= hello.min_console_version
    pushed = push_all(central, store).taken if may_push else 0
    pulled = Puller(store).pull_all(central, hello.incarnation).events
    if shared is not None and hello.agency is None:
        shared.begin(hello.incarnation, nullcontext)
        shared.round(nullcontext, lambda: False)
    return Report(pushed, pulled, store.pending_count(), store.cursor().position)


def standing(central: Central, store: SyncStore, console: ConsoleIdentity) -> Report:
    """How it stands, with the centre asked only whether it answers.

    Raises:
        UnavailableError: it does not.
    """
    central.hello(console)
    return Report(0, 0, store.pending_count(), store.cursor().position)
