"""Greeting the centre, and one round with it for the command line: no thread remains."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta

from console.services.ports.central.sync import Central, ConsoleIdentity, Hello, SyncStore
from console.sync.clock import CorrectedClock
from console.sync.initial_load import InitialLoad
from console.sync.pull import Puller
from console.sync.push import push_all
from console.sync.rejoin import rejoin
from console.sync.shared_rows import SharedRows


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the centre said, and what it means for the clock.

    Attributes:
        ahead: how far the centre's clock is ahead of this machine's.
        took_s: how long the answer took.
        clock_off: this machine is so wrong that deadlines follow the centre.
    """

    hello: Hello
    ahead: timedelta
    took_s: float
    clock_off: bool = False

    def warning(self, console: ConsoleIdentity) -> tuple[str, dict[str, object]] | None:
        """Code and parameters of a problem that somebody must fix at this workstation although the
        centre answers; None when all is well.
        """
        hello = self.hello
        if console.version < hello.min_console_version:
            return "console_too_old", {"needed": hello.min_console_version}
        if hello.code_taken and hello.agency is None:  # an agency's workstation assigns no numbers
            return "console_code_taken", {"console": f"{console.code:03d}"}
        if self.clock_off:
            return "clock_off", {"seconds": round(abs(self.ahead).total_seconds())}
        return None


@dataclass(frozen=True, slots=True)
class Report:
    """What a round did and the resulting state; `last_seq` is how far it pulled."""

    pushed: int
    pulled: int
    pending: int
    last_seq: int


def feed_of(hello: Hello) -> Hello:
    """Another login's feed has numbers of its own: to this workstation it is another centre."""
    if hello.agency is None:
        return hello
    return replace(hello, incarnation=f"{hello.incarnation}/{hello.agency}")


def greet(say_hello: Callable[[], Hello], clock: CorrectedClock) -> Greeting:
    """Say hello and compare clocks; the clock is not corrected yet.

    Raises:
        UnavailableError: the centre is away, or refuses.
    """
    began, machine = time.monotonic(), clock.machine()
    hello = say_hello()
    took_s = time.monotonic() - began
    ahead = hello.clock_at - machine - timedelta(seconds=took_s / 2)
    return Greeting(hello, ahead, took_s, clock.is_off(ahead))


def sync_once(
    central: Central,
    store: SyncStore,
    console: ConsoleIdentity,
    greeting: Greeting,
    shared: SharedRows | None = None,
    start: InitialLoad | None = None,
) -> Report:
    """Push and pull everything that is there now, after a greeting over the same line.

    Args:
        shared: contacts and messages of the switchboard over the same line; they are not counted.
        start: how a new workstation starts; requests it fetches whole are not counted either.

    Raises:
        UnavailableError: the centre is away; what was done before is kept.
        SequenceGapError: the centre's numbers have a gap.
    """
    store.remember(greeting.hello, round(greeting.ahead / timedelta(milliseconds=1)))
    hello = feed_of(greeting.hello)
    rejoin(central, store, hello)
    if start is not None:
        start.begin(hello, hello.clock_at, nullcontext, lambda: False)
    may_push = console.version >= hello.min_console_version
    pushed = push_all(central, store).taken if may_push else 0
    pulled = Puller(store).pull_all(central, hello.incarnation).events
    while start is not None and start.some(nullcontext, lambda: False):
        pass
    if shared is not None and hello.agency is None:
        shared.begin(hello.incarnation, nullcontext)
        shared.round(hello.role, nullcontext, lambda: False)
    return Report(pushed, pulled, store.pending_count(), store.cursor().position)


def standing(store: SyncStore) -> Report:
    """The state without sending or fetching anything."""
    return Report(0, 0, store.pending_count(), store.cursor().position)
