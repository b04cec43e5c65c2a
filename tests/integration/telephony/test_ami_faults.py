"""Faults on the way to the PBX that no recording has: no crash, no false report, one row a call."""

import asyncio
from pathlib import Path

import pytest

from console.services.calls.tracking import CallKeeper
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.records import CallRecord
from console.services.runtime.bus import Bus
from console.store.seat.local_store import LocalStore
from console.telephony.asterisk.calls.tracker import CallTracker
from console.telephony.asterisk.tracing import trace
from console.telephony.asterisk.wire import MESSAGE_LIMIT
from tests.conftest import StoppedClock
from tests.fakes.ami.peer import AmiPeer, Faults
from tests.integration.telephony.test_ami_line import Heard, Naps, following, recording, whole
from tests.unit.telephony.asterisk.script import Script
from tests.unit.telephony.asterisk.scripted_dialogues import DIALOGUES
from tests.unit.telephony.asterisk.test_golden import calls_only
from tests.unit.telephony.asterisk.test_refer import line_of, said


def dialogue(name: str) -> bytes:
    """One of the dialogues that were never recorded, as a recording."""
    script = Script()
    DIALOGUES[name][0](script, "1000", "101", "102")
    blocks = ["\r\n".join(f"{k}: {v}" for k, v in m.pairs) for m in script.messages]
    return "\r\n\r\n".join([*blocks, ""]).encode()


@pytest.mark.parametrize("chunk", [1, 1460])
@pytest.mark.parametrize("name", sorted(DIALOGUES))
async def test_a_transfer_by_the_phone_is_told_over_any_chunks(
    name: str, chunk: int, tmp_path: Path
) -> None:
    data = dialogue(name)
    file = tmp_path / "dialogue.txt"
    file.write_bytes(data)
    tracker = CallTracker()
    script = Script(tracker)
    DIALOGUES[name][0](script, "1000", "101", "102")
    assert said(list(trace(file))) == said(script.events)  # `telephony trace` too
    peer = AmiPeer(data, auto=True, faults=Faults(chunk=chunk))
    async with peer, following(peer, extension="", join=False, sleep=Naps()) as (_, heard):
        await heard.until(lambda: len(said(heard.calls)) >= len(said(script.events)))
    assert [line_of(e) for e in heard.calls if e.call_id and e.kind != "queue_changed"] == said(
        script.events
    )


async def test_a_stall_that_ends_loses_nothing() -> None:
    """The PBX is silent, but for less time than it takes to give up: the call goes on."""
    peer = AmiPeer(recording("01_incoming_answered"), auto=True, steps=True)
    async with peer, following(peer, join=False, ping_s=0.1, sleep=Naps()) as (line, heard):
        await heard.link("up")
        (session,) = peer.sessions
        client, loop = line._client, asyncio.get_running_loop()
        assert client is not None
        async with session.writing:  # From now on no byte leaves the server.
            released = asyncio.create_task(peer.release(1 << 20))
            # Three pings are unanswered; there is no event for a silent server.
            while loop.time() - client._heard_at < 0.3:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            assert calls_only(heard.calls) == []
        await released
        await heard.until(
            lambda: calls_only(heard.calls)[-1:] == [whole("01_incoming_answered")[-1]]
        )
        assert [state for state, _ in heard.links] == ["connecting", "resyncing", "up"]


async def test_a_line_of_megabytes_is_thrown_away_and_the_call_is_told() -> None:
    peer = AmiPeer(recording("01_incoming_answered"), auto=True, steps=True)
    async with peer, following(peer, join=False, sleep=Naps()) as (line, heard):
        await heard.link("up")
        await peer.send("Event: UserEvent\nUserEvent: " + "x" * (3 * MESSAGE_LIMIT))
        await peer.release(1 << 20)
        await heard.until(
            lambda: calls_only(heard.calls)[-1:] == [whole("01_incoming_answered")[-1]]
        )
        assert line._client is not None
        assert line._client._framer.dropped == 1
        assert heard.links[-1] == ("up", "")


async def test_answers_to_actions_that_are_not_ours_change_nothing() -> None:
    peer = AmiPeer(recording("01_incoming_answered"), auto=True, steps=True)
    async with peer, following(peer, join=False, sleep=Naps()) as (line, heard):
        await heard.link("up")
        before = len(heard.events)
        for action_id in ("other-1-7", "", "bn03-000000-1"):
            await peer.send(f"Response: Error\nActionID: {action_id}\nMessage: No such channel")
            await peer.send(
                f"Event: OriginateResponse\nActionID: {action_id}\nResponse: Failure\nReason: 3\n"
                "Uniqueid: <unknown>"
            )
        assert (await line.pause("Ăn trưa")).accepted
        assert [e for e in heard.events[before:] if getattr(e, "kind", "") == "ended"] == []


async def test_two_consoles_of_one_extension_keep_one_row_each_and_tell_the_same(
    tmp_path: Path, clock: StoppedClock
) -> None:
    peer = AmiPeer(*[recording("05_abandon_ringing")] * 2, auto=True, steps=True)
    async with peer:
        stores = [LocalStore(tmp_path / name, load_catalogue()) for name in ("a", "b")]
        rows: list[tuple[CallRecord, ...]] = []
        async with (
            following(peer, join=False, sleep=Naps()) as (_, one),
            following(peer, join=False, sleep=Naps()) as (_, other),
        ):
            for heard in (one, other):
                await heard.link("up")
            await peer.release(1 << 20)
            await one.call("abandoned")
            await other.call("abandoned")
        assert calls_only(one.calls) == calls_only(other.calls)
        for store, heard in zip(stores, (one, other), strict=True):
            rows.append(await _kept(store, heard, clock))
            store.close()
    assert [len(kept) for kept in rows] == [1, 1]
    assert rows[0][0] == rows[1][0]


async def _kept(store: LocalStore, heard: Heard, clock: StoppedClock) -> tuple[CallRecord, ...]:
    bus = Bus()
    keeper = CallKeeper(store, bus, clock)
    for event in [*heard.calls, *heard.calls]:  # Reported twice, as after a reconnect.
        bus.publish(event)
    await keeper.drain()
    keeper.close()
    return store.write_now(lambda uow: uow.missed_calls("+84903123456"))
