"""Facebook page and Zalo account against servers that behave as their documents say."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from console.channels.facebook import FacebookChannel
from console.channels.facebook_events import of_conversations, of_feed
from console.channels.facebook_events import of_webhook as facebook_said
from console.channels.fetching import MediaFetcher, is_public
from console.channels.social import read_values
from console.channels.web import WebServer
from console.channels.zalo import ZaloAccount, ZaloChannel
from console.channels.zalo_events import of_list
from console.channels.zalo_events import of_webhook as zalo_heard
from console.domain.errors import InputError
from console.domain.ids import uuid7
from console.domain.states import Channel, DeliveryState, Purpose
from console.services.views import OutreachRow
from tests.fakes import social_peer as fake
from tests.fakes.mails import JPEG
from tests.fakes.social_peer import SocialPeer
from tests.integration.channels.conftest import Written, running
from tests.integration.channels.open311_api import listening


@pytest.fixture
async def peer() -> AsyncIterator[SocialPeer]:
    async with SocialPeer() as made:
        yield made


def facebook(written: Written, peer: SocialPeer, **secret: str) -> FacebookChannel:
    values = {
        "token": fake.TOKEN,
        "app_secret": fake.APP_SECRET,
        "verify_token": fake.VERIFY,
    } | secret
    return FacebookChannel(
        fake.PAGE, lambda: values, peer.url, written.desk.files, poll_s=0.1, rest_s=0.3
    )


def zalo(
    written: Written, peer: SocialPeer, folder: Path, clock: Callable[[], datetime] | None = None
) -> ZaloChannel:
    tokens = folder / "tokens.json"
    if not tokens.exists():
        tokens.write_text(json.dumps({"access_token": "access-0", "refresh_token": "refresh-0"}))
        tokens.chmod(0o600)
    account = ZaloAccount(
        oa_id=fake.OA, app_id=fake.APP, tokens_file=tokens, api_url=peer.url, oauth_url=peer.url
    )
    values = {"secret_key": fake.SECRET_KEY, "oa_secret": fake.OA_SECRET}
    more: dict[str, Any] = {"clock": clock} if clock else {}
    channel = ZaloChannel(
        account, lambda: values, written.desk.files, poll_s=0.1, rest_s=0.3, **more
    )
    channel.owned(ours=True)
    return channel


def answer(channel: Channel, recipient: str, text: str = "Cảm ơn") -> OutreachRow:
    now = datetime.now(UTC)
    return OutreachRow(
        id=uuid7(),
        channel=channel,
        recipient=recipient,
        text=text,
        purpose=Purpose.REPLY,
        state=DeliveryState.SENDING,
        created_at=now,
        updated_at=now,
    )


@contextlib.asynccontextmanager
async def hooked(written: Written, channel: FacebookChannel | ZaloChannel) -> AsyncIterator[str]:
    """The webhook's address; no polling."""
    channel._inbox = written.inbox
    async with listening(WebServer("127.0.0.1:0", (channel,)), written) as base:
        yield base + channel.prefix
    await channel.close()


# --- Facebook


async def test_a_page_is_polled_to_the_first_known(written: Written, peer: SocialPeer) -> None:
    for n in range(5):
        peer.write(f"u{n}", f"Sự cố {n}", picture=n == 0)
    async with running(written, facebook(written, peer)):
        rows = await written.until_rows(5)
        peer.write("u2", "Thêm ảnh")
        await written.until_rows(6)
        await written.until_link("facebook", "up")
    assert {row.sender_name for row in rows} == {f"Người u{n}" for n in range(5)}
    with_picture = next(row for row in rows if row.text == "Sự cố 0")
    path = written.desk.files.path(with_picture.media[0])
    assert path is not None
    assert path.read_bytes() == JPEG


async def test_webhook_and_polling_make_one(written: Written, peer: SocialPeer) -> None:
    channel = facebook(written, peer)
    said = [peer.write("u1", f"Tin {n}", picture=True) for n in range(4)]
    async with (
        listening(WebServer("127.0.0.1:0", (channel,)), written) as base,
        running(written, channel),
    ):
        events = [peer.facebook_event(*reversed(said)), peer.facebook_event(said[0])] * 2
        answers = await asyncio.gather(
            *(fake.post(base + channel.prefix, raw, head) for raw, head in events)
        )
        await written.until_link("facebook", "up")
    assert set(answers) == {200}
    rows = await written.rows()
    assert sorted(row.text for row in rows) == [f"Tin {n}" for n in range(4)]
    assert all(len(row.media) == 1 for row in rows)


async def test_a_wrong_signature_is_refused(written: Written, peer: SocialPeer) -> None:
    raw, head = peer.facebook_event(peer.write("u1", "Giả"))
    async with hooked(written, facebook(written, peer)) as url:
        assert await fake.post(url, raw, {}) == 403
        assert await fake.post(url, raw + b" ", head) == 403
        assert await fake.post(url, raw, {"X-Hub-Signature-256": "sha256=é"}) == 403
        assert await written.rows() == ()
        assert await fake.post(url, raw, head) == 200
    async with hooked(written, facebook(written, peer, app_secret="")) as url:
        assert await fake.post(url, raw, head) == 403, "no secret, no webhook"


async def test_the_address_is_checked(written: Written, peer: SocialPeer) -> None:
    async with (
        hooked(written, facebook(written, peer)) as url,
        aiohttp.ClientSession() as client,
    ):
        good = {"hub.mode": "subscribe", "hub.verify_token": fake.VERIFY, "hub.challenge": "42"}
        async with client.get(url, params=good) as got:
            assert (got.status, await got.text()) == (200, "42")
        async with client.get(url, params={**good, "hub.verify_token": "x"}) as got:
            assert got.status == 403


async def test_a_store_that_is_away_is_not_acknowledged(written: Written, peer: SocialPeer) -> None:
    from console.domain.errors import UnavailableError

    kept = written.inbox.put
    raw, head = peer.facebook_event(peer.write("u1", "Ngập"))

    async def fail(*_a: object, **_k: object) -> None:
        raise UnavailableError("disk_full")

    async with hooked(written, facebook(written, peer)) as url:
        written.inbox.put = fail  # type: ignore[assignment, method-assign]
        assert await fake.post(url, raw, head) == 503
        written.inbox.put = kept  # type: ignore[method-assign]
        assert await fake.post(url, raw, head) == 200
    assert len(await written.rows()) == 1


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [(190, "down", "facebook_token_dead"), (32, "warn", "facebook_too_many")],
)
async def test_errors_of_the_page(
    written: Written, peer: SocialPeer, error: int, state: str, code: str
) -> None:
    peer.error = error
    peer.write("u1", "Sau đó")
    async with running(written, facebook(written, peer)):
        assert (await written.until_link("facebook", state)).detail == code
        before = len(peer.calls)
        await asyncio.sleep(0)
        peer.error = None
        await written.until_rows(1)
        assert before >= 1
    assert fake.TOKEN not in str(written.links)


async def test_it_rests_when_the_app_is_nearly_used_up(written: Written, peer: SocialPeer) -> None:
    peer.usage = 95
    channel = facebook(written, peer)
    assert await channel._round(written.inbox) == pytest.approx(0.3)
    peer.usage = 10
    assert await channel._round(written.inbox) == pytest.approx(0.1)
    await channel.close()


async def test_a_token_near_its_end_is_a_warning(written: Written, peer: SocialPeer) -> None:
    ends = (datetime.now(UTC) + timedelta(days=5, hours=1)).isoformat()
    async with running(written, facebook(written, peer, expires=ends)):
        link = await written.until_link("facebook", "warn")
    assert (link.detail, link.params) == ("facebook_token_expires", {"days": 5})


async def test_answers_of_the_page(written: Written, peer: SocialPeer) -> None:
    channel = facebook(written, peer)
    peer.write("u1", "Đèn tắt")
    assert (await channel.send(answer(Channel.FACEBOOK, "u1"))).state == "retry", "not running"
    async with running(written, channel):
        await written.until_rows(1)
        result = await channel.send(answer(Channel.FACEBOOK, "u1"))
        assert (result.state, result.refs) == ("sent", ("o_1",))
        assert peer.sent[0]["recipient"] == {"id": "u1"}
        stranger = await channel.send(answer(Channel.FACEBOOK, "nobody"))
        assert (stranger.state, stranger.why) == ("refused", "facebook_window_over")
        for error, state in ((190, "retry"), (613, "retry"), (10, "refused"), (551, "refused")):
            peer.error = error
            assert (await channel.send(answer(Channel.FACEBOOK, "u1"))).state == state
        peer.error, peer.cut = None, True
        assert (await channel.send(answer(Channel.FACEBOOK, "u1"))).state == "unknown"
        peer.cut = False
        channel._clock = lambda: datetime.now(UTC) + timedelta(hours=25)
        late = await channel.send(answer(Channel.FACEBOOK, "u1"))
        assert late.why == "facebook_window_over"


def test_comments_posts_and_what_is_taken_down() -> None:
    def change(**value: object) -> dict[str, object]:
        given = {
            "item": "comment", "verb": "add", "post_id": "p1", "comment_id": "c1",
            "from": {"id": "u1", "name": "Lan"}, "message": "Ngập", "created_time": 1_790_000_000,
        } | value  # fmt: skip
        return {"entry": [{"changes": [{"field": "feed", "value": given}]}]}

    said = next(facebook_said(change(), fake.PAGE))
    assert (said.external_id, said.thread_key, said.name) == ("c1", "p1", "Lan")
    assert said.flags == ("comment",)
    assert next(facebook_said(change(verb="remove"), fake.PAGE)).flags == ("comment", "removed")
    assert not [*facebook_said(change(**{"from": {"id": fake.PAGE}}), fake.PAGE)]
    assert not [*facebook_said(change(item="reaction"), fake.PAGE)]


async def test_a_removed_comment_stays_readable(written: Written, peer: SocialPeer) -> None:
    channel = facebook(written, peer)
    value = {
        "item": "comment", "verb": "add", "comment_id": "c1", "from": {"id": "u1"},
        "message": "Ngập",
    }  # fmt: skip
    for verb in ("add", "remove", "remove"):
        body = {"entry": [{"changes": [{"value": {**value, "verb": verb, "message": "Ngập"}}]}]}
        await channel._keep(written.inbox, facebook_said(body, fake.PAGE))
    row = (await written.rows())[0]
    assert (row.text, "removed" in row.flags) == ("Ngập", True)


# --- Zalo


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


async def test_who_has_no_lease_renews_nothing(
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


# --- both


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "fe80::1%eth0", "fc00::1",
     "::ffff:127.0.0.1", "0.0.0.1", "224.0.0.1", "100.64.0.1", "x", "2002:7f00:1::"],
)  # fmt: skip
def test_addresses_that_lead_inwards(address: str) -> None:
    assert not is_public(address)


def test_an_address_outside() -> None:
    assert is_public("8.8.8.8")
    assert is_public("2001:4860:4860::8888")


async def test_media_never_comes_from_inside(written: Written, peer: SocialPeer) -> None:
    """Loopback catcher: nothing arrives there."""
    port = peer.url.rpartition(":")[2]
    fetcher = MediaFetcher(written.desk.files)
    for url in (
        f"{peer.url}/picture.jpg",
        f"https://127.0.0.1:{port}/picture.jpg",
        f"https://localhost:{port}/picture.jpg",
        f"https://[::1]:{port}/picture.jpg",
        f"https://2130706433:{port}/",
        "file:///etc/passwd",
        "https://",
        "x" * 3000,
    ):
        assert await fetcher.keep([url]) == ((), True)
    await fetcher.close()


async def test_secret_files(tmp_path: Path) -> None:
    file = tmp_path / "s"
    file.write_text("token-alone\n")
    file.chmod(0o600)
    assert read_values(str(file), "token") == {"token": "token-alone"}
    file.write_text("{broken")
    with pytest.raises(InputError, match="social_secret_broken"):
        read_values(str(file), "token")
    file.chmod(0o644)
    with pytest.raises(InputError, match="secret_world_readable"):
        read_values(str(file), "token")


def test_json_of_others_never_surprises() -> None:
    chance = random.Random(1022)
    leaves: list[Any] = [None, True, 0, -1, 1.5, "", "x", "1790000000000", [], {}, "é" * 50]

    def tree(depth: int) -> Any:
        if depth == 0 or chance.random() < 0.2:
            return chance.choice(leaves)
        names = (
            "entry", "messaging", "sender", "id", "message", "mid", "attachments", "payload", "url",
            "coordinates", "lat", "changes", "value", "item", "from", "data", "src", "message_id",
            "event_name", "msg_id", "timestamp", "comments", "messages", "created_time", "text",
        )  # fmt: skip
        if chance.random() < 0.4:
            return [tree(depth - 1) for _ in range(chance.randint(0, 3))]
        return {name: tree(depth - 1) for name in chance.sample(names, 6)}

    for _ in range(3000):
        body = tree(6)
        if isinstance(body, dict):
            body["event_name"] = "user_send_text"
        talked = (said for _, said in of_conversations(body, "1"))
        for said in (*facebook_said(body, "1"), *of_feed(body, "1"), *talked):
            said.text.encode()
        for heard in (*of_list(body, "1"), zalo_heard(body, "1")):
            assert heard is None or heard.external_id
