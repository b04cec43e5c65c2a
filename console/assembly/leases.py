"""Leases on channels: between the gateways of a machine, and between all gateways of a centre."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.channels.file_leases import FileLeases
    from console.services.desk import Desk
    from console.services.gateway.leases import SharedLeases
    from console.store.central.seat_questions import SeatQuestions
    from console.store.seat.local_store import LocalStore


def file_leases(profile: Path) -> "FileLeases":
    """Leases between the gateways of this machine."""
    from console.channels.file_leases import FileLeases

    return FileLeases(profile / "leases")


def shared_leases(profile: Path) -> "SharedLeases":
    """Leases between all gateways of a centre; `shared_gateway` connects them to it."""
    from console.services.gateway.leases import SharedLeases

    return SharedLeases(file_leases(profile))


def shared_gateway(
    desk: "Desk", store: "LocalStore", leases: "SharedLeases", asked: "SeatQuestions"
) -> Callable[[], Coroutine[object, object, None]]:
    """Let the gateway ask the centre. Returns a coroutine that watches that every channel has a
    holder.
    """
    from console.services.gateway.leases import watch_gateways
    from console.store.central.gateway_questions import GatewayQuestions
    from console.store.exchange.shared_rows import LocalSharedStore

    centre = GatewayQuestions(asked, LocalSharedStore(store), desk.actor.workstation)
    leases.centre = centre
    return lambda: watch_gateways(centre, desk.bus.publish)
