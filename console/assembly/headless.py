"""A gateway without a window: it takes the profile or stands by, listens, stops when asked."""

import asyncio
import contextlib
from pathlib import Path

from console.assembly.channels import written_channels
from console.assembly.core import SignedIn, build_core
from console.assembly.seat import Seat, on_signals
from console.config.settings import Loaded
from console.domain.errors import UnavailableError
from console.services.gateway.systemd import ServiceManager
from console.services.runtime.failures import Failures
from console.services.runtime.script_signal import signal_script

STANDBY_S = 0.5
"""Seconds between two attempts to open a profile that another gateway has."""


def run_gateway(
    profile: Path, loaded: Loaded, *, user: str | None = None, login: SignedIn | None = None
) -> int:
    """Receive and send without a window, until SIGTERM.

    While another process has the profile, this one stands by; it takes over when the other is gone.

    Args:
        login: the gateway's own login at the centre, when people sign in there.

    Returns:
        0 when it was asked to stop.
    """
    return asyncio.run(_gateway_life(profile, loaded, user, login))


async def _gateway_life(
    profile: Path, loaded: Loaded, user: str | None, login: SignedIn | None
) -> int:
    loop, stop, told = asyncio.get_running_loop(), asyncio.Event(), False
    manager = ServiceManager()
    manager.keep_telling(loop)
    on_signals(stop.set)
    while not stop.is_set():
        try:
            core = build_core(profile, loaded, user=user or "operator")
        except UnavailableError as error:
            if error.code != "profile_in_use":
                raise
            if not told:
                signal_script("standby")
                manager.tell(ready=1, status="standby")
                told = True
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), STANDBY_S)
            continue
        with core, contextlib.closing(Failures(profile, headless=True)) as failures:
            loop.set_exception_handler(failures.loop_failed)
            if login is not None:
                core.desk.actor, core.login = login.actor, login.dsn
            channels = written_channels(core.desk, core.settings)
            seat = Seat(core, None, channels, serve=True)
            seat.start()
            assert seat.gateway is not None  # noqa: S101  (start makes it)
            await seat.gateway.until_listening(stop)
            if not stop.is_set():
                signal_script("ready")
                manager.tell(ready=1, status="ready")
            await stop.wait()
            manager.tell(stopping=1)
            await seat.stop()
    return 0
