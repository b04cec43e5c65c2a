"""What a gateway tells systemd: socket and datagrams of sd_notify(3)."""

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.services.gateway.systemd import ServiceManager
from tests.fakes.gateway.process import GatewayProcess
from tests.fakes.mail.dovecot import free_port


@pytest.fixture
def manager() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0console1022-test-{os.getpid()}")
        listener.settimeout(60)
        yield listener


def address_of(manager: socket.socket) -> str:
    name: bytes = manager.getsockname()
    return "@" + name[1:].decode()


def gateway(folder: Path, name: str, manager: socket.socket, word: str) -> GatewayProcess:
    said = {"NOTIFY_SOCKET": address_of(manager), "WATCHDOG_USEC": "150000"}
    config = f'[open311]\nlisten = "127.0.0.1:{free_port()}"\n'
    return GatewayProcess(folder / name, config, environment=said, wait=word)


def until(manager: socket.socket, word: str) -> list[str]:
    heard: list[str] = []
    while word not in heard:
        heard += manager.recv(4096).decode().splitlines()
    return heard


def test_systemd_hears_ready_signs_of_life_and_the_end(
    manager: socket.socket, tmp_path: Path
) -> None:
    with gateway(tmp_path, "seat", manager, "ready") as running:
        assert "STATUS=ready" in until(manager, "READY=1")
        until(manager, "WATCHDOG=1")
        assert running.stop() == 0
    until(manager, "STOPPING=1")


def test_a_gateway_that_stands_by_is_ready_too(manager: socket.socket, tmp_path: Path) -> None:
    with (
        GatewayProcess(tmp_path / "seat", ""),
        gateway(tmp_path, "seat", manager, "standby"),
    ):
        assert "STATUS=standby" in until(manager, "READY=1")


def test_a_hanging_loop_sends_no_watchdog_signal(manager: socket.socket, tmp_path: Path) -> None:
    with gateway(tmp_path, "seat", manager, "ready") as running:
        until(manager, "READY=1")
        os.kill(running.pid, signal.SIGSTOP)
        try:
            os.waitid(os.P_PID, running.pid, os.WSTOPPED | os.WNOWAIT)
            manager.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while manager.recv(4096):  # what was sent before
                    pass
            manager.settimeout(0.6)  # four signs of life would have come
            with pytest.raises(TimeoutError):
                manager.recv(4096)
        finally:
            os.kill(running.pid, signal.SIGCONT)
        manager.settimeout(60)
        until(manager, "WATCHDOG=1")


@pytest.mark.parametrize(
    ("environment", "every_s"),
    [
        ({}, 0.0),
        ({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "30000000"}, 10.0),
        ({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "x"}, 0.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, 0.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 10.0),
    ],
)
def test_the_watchdog_interval_is_read(environment: dict[str, str], every_s: float) -> None:
    assert ServiceManager(environment).alive_every_s == every_s


def test_without_a_listener_nothing_changes(tmp_path: Path) -> None:
    ServiceManager({}).tell(ready=1)
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell(ready=1)
