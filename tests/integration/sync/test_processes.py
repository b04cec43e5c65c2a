"""Consoles as processes: the commands, and two workstations that run side by side."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from console.domain.states import Channel
from console.services.records import BlockedSender
from console.store.seat.local_store import LocalStore
from tests.fakes.postgres import Centre
from tests.integration.cli.seat import ROOT, Seat
from tests.integration.store.build import CATALOGUE, NOW
from tests.integration.sync.consoles import until


def _env(centre: Centre, login: str, code: int) -> dict[str, str]:
    return {
        "CONSOLE1022_CENTRAL__URL": centre.url(centre.user(login)),
        "CONSOLE1022_SEAT__CONSOLE_CODE": f"{code:03}",
        "CONSOLE1022_SEAT__WORKSTATION": f"may-{code:02}",
    }


def test_sync_once_and_status(centre: Centre, tmp_path: Path) -> None:
    here = Seat(tmp_path / "a", _env(centre, "op1", 1))
    there = Seat(tmp_path / "b", _env(centre, "op2", 2))
    logged = here.log()
    assert logged["synced"] is False
    status = here.run("sync", "--status").json
    assert status == {"pushed": 0, "pulled": 0, "pending": 3, "last_seq": 0}
    until_then = NOW + timedelta(days=1)
    blocked = BlockedSender(Channel.EMAIL, "ads@x.vn", until_then, "op1", NOW, "quảng cáo")
    with closing(LocalStore(here.profile, CATALOGUE)) as store:
        store.write_now(lambda uow: uow.block(blocked))
    assert here.run("sync", "--once").json == {
        "pushed": 3, "pulled": 3, "pending": 0, "last_seq": 3,
    }  # fmt: skip
    assert here.run("sync", "--once").json["pushed"] == 0
    assert here.run("request", "show", logged["number"], "--json").json["synced"] is True
    assert there.run("sync", "--once", "--json").json["pulled"] == 3
    with closing(LocalStore(there.profile, CATALOGUE)) as store:
        assert store.write_now(lambda uow: uow.is_blocked(Channel.EMAIL, "ads@x.vn", NOW))
    shown = there.run("request", "show", logged["number"], "--json", "--events").json
    assert shown["synced"] is True
    assert [event["seq"] for event in shown["events"]] == [1, 2, 3]
    assert shown["description"] == logged["description"]
    found = {line["name"]: line for line in here.run("--json", "doctor").json}
    assert found["central"]["state"] == "ok", found["central"]


def test_sync_says_in_one_line_that_the_centre_is_away(tmp_path: Path) -> None:
    away = Seat(tmp_path, {"CONSOLE1022_CENTRAL__URL": "postgresql://op1@127.0.0.1:1/centre"})
    away.log()
    for option in ("--once", "--status"):
        assert "trung tâm" in away.fails(3, "sync", option)
    assert away.run("request", "list", "--json").json[0]["synced"] is False
    alone = Seat(tmp_path / "alone")
    assert "central" in alone.fails(2, "sync", "--once")
    assert alone.log()["synced"] is True
    alone.fails(2, "sync")


class Running:
    """One seat's process and what it says."""

    def __init__(self, profile: Path, env: dict[str, str]) -> None:
        self.said: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.sync.seat_process", str(profile)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, **env},
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(json.loads(line))

    def say(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def heard(self, **what: object) -> list[dict[str, Any]]:
        return [each for each in list(self.said) if what.items() <= each.items()]

    def close(self) -> None:
        """End it the way the window does."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(60) == 0
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def _running(profile: Path, env: dict[str, str]) -> Iterator[Running]:
    seat = Running(profile, env)
    try:
        yield seat
    finally:
        if seat.process.poll() is None:
            seat.close()


def test_a_save_in_one_process_shows_in_the_other(centre: Centre, tmp_path: Path) -> None:
    with ExitStack() as stack:
        here, there = (
            stack.enter_context(_running(tmp_path / f"{n}", _env(centre, f"op{n}", n)))
            for n in (1, 2)
        )
        until(lambda: here.heard(state="up") and there.heard(state="up"))
        for n in range(1, 11):
            here.say("log")
            until(lambda n=n: len([e for e in here.said if "saved" in e]) == n)  # type: ignore[misc]
            saved = [e for e in here.said if "saved" in e][-1]
            until(
                lambda saved=saved: [  # type: ignore[misc]
                    e for e in there.said if saved["saved"] in e.get("changed", ())
                ]
            )
        until(lambda: here.heard(state="up", pending=0))
        beside = Seat(tmp_path / "1", _env(centre, "op1", 1))
        assert beside.run("sync", "--status").json["pending"] == 0
        assert "1" in beside.fails(3, "sync", "--once")  # the profile is in use
        numbers = [e["number"] for e in here.said if "number" in e]
        assert len(set(numbers)) == 10
        assert all(number[2:5] == "001" for number in numbers)


def test_a_wrong_address_is_a_word_not_an_end(tmp_path: Path) -> None:
    url = "postgresql://op1:secret@example.vn/centre"
    with _running(tmp_path, {"CONSOLE1022_CENTRAL__URL": url}) as seat:
        until(lambda: seat.heard(state="down", code="central_password_in_url"))
        seat.say("log")
        until(lambda: [e for e in seat.said if "saved" in e])
