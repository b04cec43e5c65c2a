"""A Zalo account against a server that behaves as documented."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.channels.social.secret_files import read_values
from console.channels.zalo.events import of_webhook as zalo_heard
from console.domain.states import Channel, DeliveryState
from console.services.views.contacts import OutreachRow
from tests.fakes import social_peer as fake
from tests.fakes.social_peer import SocialPeer
from tests.integration.channels.conftest import Written, running
from tests.integration.channels.social.accounts import answer, hooked, peer, zalo

__all__ = ["peer"]


async def test_an_account_is_polled_behind_the_newest(
    written: Written, peer: SocialPeer, tmp_path: Path
) -> None:
    for n in range(25):
        peer.write("z1" if n % 2 else f"z{n}", f"Tin {n}", picture=n == 1)
    async with running(written, zalo(written, peer, tmp_path)):
        rows = await written.until_rows(25)
        await written.until_link("zalo", "up")
    assert len({row.text for row in rows}) == 25
    assert sum(bool(row.media) for row in rows) == 1


async def test_zalos_webhook(written: Written, peer: SocialPeer, tmp_path: Path) -> None:
    channel = zalo(written, peer, tmp_path)
    message = peer.write("z1", "Cây ngã", picture=True)
    raw, head = peer.zalo_event(message)
    async with hooked(written, channel) as url:
        assert await fake.post(url, raw, {}) == 403
        assert await fake.post(url, raw.replace(b"C", b"D", 1), head) in (400, 403)
        assert await fake.post(url, b"no json", head) == 400
        assert [await fake.post(url, raw, head) for _ in range(3)] == [200] * 3
    rows = await written.rows()
    assert [(row.text, len(row.media)) for row in rows] == [("Cây ngã", 1)]


def test_a_location_is_a_place() -> None:
    body = {
        "event_name": "user_send_location",
        "sender": {"id": "z1"},
        "message": {
            "msg_id": "m",
            "attachments": [
                {"type": "location",
                 "payload": {"coordinates": {"latitude": "10.77", "longitude": "106.7"}}}
            ],
        },
        "timestamp": "1790000000000",
    }  # fmt: skip
    heard = zalo_heard(body, fake.OA)
    assert heard is not None
    assert (heard.lat, heard.long) == (10.77, 106.7)
    assert zalo_heard({**body, "event_name": "oa_send_text"}, fake.OA) is None
    assert zalo_heard({**body, "sender": {"id": fake.OA}}, fake.OA) is None


async def test_tokens_are_renewed_on_disk_before_use(
    written: Written, peer: SocialPeer, tmp_path: Path
) -> None:
    peer.access = "access-lost"
    peer.write("z1", "Sau khi đổi mã")
    channel = zalo(written, peer, tmp_path)
    async with running(written, channel):
        await written.until_rows(1)
        kept = read_values(str(tmp_path / "tokens.json"), "")
        assert kept["refresh_token"] == peer.refresh == "refresh-1"
        assert kept["access_token"] == peer.access
        # The token dies while many ask at once: one renewal serves all.
        peer.access = "access-lost-again"
        answers = await asyncio.gather(
            *(channel.send(answer(Channel.ZALO, "z1")) for _ in range(5))
        )
    assert {a.state for a in answers} == {"sent"}
    assert peer.renewals == 2
    assert (tmp_path / "tokens.json").stat().st_mode & 0o077 == 0


async def test_without_the_lease_nothing_is_renewed(
    written: Written, peer: SocialPeer, tmp_path: Path
) -> None:
    peer.access = "access-lost"
    channel = zalo(written, peer, tmp_path)
    channel.owned(ours=False)
    async with running(written, channel):
        assert (await written.until_link("zalo", "down")).detail == "zalo_token_waits"
    assert peer.renewals == 0


async def test_a_dead_pair_asks_for_a_person(
    written: Written, peer: SocialPeer, tmp_path: Path
) -> None:
    peer.access, peer.refresh = "x", "y"
    async with running(written, zalo(written, peer, tmp_path)):
        assert (await written.until_link("zalo", "down")).detail == "zalo_token_dead"


async def test_a_single_seat_knows_after_a_crash_that_a_pair_may_be_lost(
    written: Written, peer: SocialPeer, tmp_path: Path
) -> None:
    """Zalo changed the pair, but its answer was lost; the old token still works."""
    ends = (datetime.now(UTC) + timedelta(hours=5)).isoformat()
    pair = {"access_token": "access-0", "refresh_token": "refresh-0", "expires_at": ends}
    tokens = tmp_path / "tokens.json"
    tokens.write_text(json.dumps(pair))
    tokens.chmod(0o600)
    peer.loses_renewal = True
    channel = zalo(written, peer, tmp_path)
    await channel._round(written.inbox)
    await channel.close()
    assert "renewing_since" in read_values(str(tokens), "")
    peer.loses_renewal, peer.access = False, "access-0"
    peer.write("z1", "Vẫn nhận được")
    async with running(written, zalo(written, peer, tmp_path)):
        await written.until_rows(1)
        link = await written.until_link("zalo", "warn")
    assert link.detail == "zalo_token_lost"
    assert read_values(str(tokens), "")["access_token"] == "access-0"


async def test_a_pair_that_could_not_be_kept_is_not_asked_for(
    written: Written, peer: SocialPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = zalo(written, peer, tmp_path)

    def full(*_a: object, **_k: object) -> tuple[int, str]:
        raise OSError(28, "No space left on device")

    peer.access = "access-lost"
    with monkeypatch.context() as patch:
        patch.setattr("console.channels.social.secret_files.tempfile.mkstemp", full)
        await channel._round(written.inbox)
    assert channel._last is not None
    assert channel._last.detail == "secret_not_writable"
    assert peer.renewals == 0
    await channel._round(written.inbox)
    await channel.close()
    assert (peer.renewals, peer.refused) == (1, 0)


async def test_a_token_near_its_end_is_renewed(
    written: Written, peer: SocialPeer, tmp_path: Path
) -> None:
    ends = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    (tmp_path / "tokens.json").write_text(
        json.dumps({"access_token": "access-0", "refresh_token": "refresh-0", "expires_at": ends})
    )
    (tmp_path / "tokens.json").chmod(0o600)
    channel = zalo(written, peer, tmp_path)
    await channel._round(written.inbox)
    await channel.close()
    assert peer.renewals == 1


async def test_answers_of_the_account(written: Written, peer: SocialPeer, tmp_path: Path) -> None:
    channel = zalo(written, peer, tmp_path)
    peer.write("z1", "Đèn tắt")
    async with running(written, channel):
        await written.until_rows(1)
        assert (await channel.send(answer(Channel.ZALO, "z1"))).refs == ("z_1",)
        assert (await channel.send(answer(Channel.ZALO, "z9"))).why == "zalo_window_over"
        too_long = answer(Channel.ZALO, "z1", "a" * 2001)
        assert (await channel.send(too_long)).why == "zalo_too_long"
        for error, state in ((-32, "retry"), (-213, "refused")):
            peer.error = error
            assert (await channel.send(answer(Channel.ZALO, "z1"))).state == state
        for error, why in (
            (-230, "zalo_window_over"),
            (-311, "zalo_no_more_free"),
            (-217, "zalo_unreachable"),
            (-200, "zalo_refused"),
        ):
            peer.error = error
            assert (await channel.send(answer(Channel.ZALO, "z1"))).why == why
        peer.error, peer.cut = None, True
        assert (await channel.send(answer(Channel.ZALO, "z1"))).state == "unknown"
        peer.cut = False
        for _ in range(8):
            sent = answer(Channel.ZALO, "z1")

            def keep(uow: Any, row: OutreachRow = sent) -> None:
                from dataclasses import replace

                uow.save_outreach(replace(row, state=DeliveryState.SENT, refs=(str(row.id),)))

            await written.desk.store.write(keep)
        assert (await channel.send(answer(Channel.ZALO, "z1"))).why == "zalo_no_more_free"
        channel._clock = lambda: datetime.now(UTC) + timedelta(hours=49)
        assert (await channel.send(answer(Channel.ZALO, "z1"))).why == "zalo_window_over"
