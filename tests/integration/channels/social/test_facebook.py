"""A Facebook page against a server that behaves as documented."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from console.channels.facebook.events import of_webhook as facebook_said
from console.channels.social.channel import retry_delay_s
from console.channels.web.server import WebServer
from console.domain.states import Channel
from console.services.wording.sentences import link_detail
from tests.fakes import social_peer as fake
from tests.fakes.mail.messages import JPEG
from tests.fakes.social_peer import SocialPeer
from tests.integration.channels.conftest import Written, running
from tests.integration.channels.open311.api import listening
from tests.integration.channels.social.accounts import answer, facebook, hooked, peer

__all__ = ["peer"]


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


async def test_a_pressed_button_is_one_message_and_may_be_answered(
    written: Written, peer: SocialPeer
) -> None:
    channel = facebook(written, peer)
    pressed = peer.write("u1", "Báo\u202e ngập\x07", button=True, listed=False)
    raw, head = peer.facebook_event(pressed)
    async with (
        listening(WebServer("127.0.0.1:0", (channel,)), written) as base,
        running(written, channel),
    ):
        for _ in range(2):
            assert await fake.post(base + channel.prefix, raw, head) == 200
        # Now the list of messages has it too, under the same id.
        peer.said.append(pressed)
        peer.write("u2", "Đèn tắt")
        rows = await written.until_rows(2)
        assert (await channel.send(answer(Channel.FACEBOOK, "u1"))).state == "sent"
    assert sorted(row.text for row in rows) == ["[bấm nút] Báo ngập", "Đèn tắt"]
    assert peer.sent[0]["recipient"] == {"id": "u1"}


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


async def test_a_server_that_is_away_is_retried_forever(written: Written, peer: SocialPeer) -> None:
    """Retries come later each time, with jitter, and the status line says when."""
    assert [retry_delay_s(25, n, chance=lambda: 1.0) for n in (1, 2, 3, 4, 5, 50)] == [
        25, 50, 100, 200, 300, 300]  # fmt: skip
    assert retry_delay_s(25, 1000, chance=lambda: 0.0) == 150
    channel = facebook(written, peer)
    peer.error = 190
    async with running(written, channel):

        async def tried() -> list[object]:
            return [e.params["tries"] for e in written.links if "tries" in e.params]

        await written.until(tried, lambda tries: len(tries) >= 3)
        peer.error = None
        await written.until_link("facebook", "up")
    assert (await tried())[:3] == [1, 2, 3]
    down = next(e for e in written.links if e.params.get("tries") == 2)
    assert "2" in link_detail(down)
    assert link_detail(down).startswith("Mã truy cập Facebook hết hiệu lực")


async def test_polling_rests_near_the_usage_limit(written: Written, peer: SocialPeer) -> None:
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
        for error, subcode, why in (
            (10, 2018278, "facebook_window_over"),
            (10, 2018300, "facebook_other_app"),
            (551, 1545041, "facebook_unreachable"),
        ):
            peer.error, peer.subcode = error, subcode
            assert (await channel.send(answer(Channel.FACEBOOK, "u1"))).why == why
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


async def test_events_out_of_order_leave_the_newest_words(
    written: Written, peer: SocialPeer
) -> None:
    channel = facebook(written, peer)

    def comment(verb: str, text: str, ident: str = "c1") -> dict[str, object]:
        value = {"item": "comment", "verb": verb, "comment_id": ident, "message": text}
        return {"entry": [{"changes": [{"value": {**value, "from": {"id": "u1"}}}]}]}

    def message(key: str, text: str) -> dict[str, object]:
        event = {"sender": {"id": "u1"}, key: {"mid": "m1", "text": text}}
        return {"entry": [{"messaging": [event]}]}

    for body in (
        comment("edited", "Ngập tới gối"),
        comment("add", "Ngập"),
        comment("remove", "", "c2"),
        message("message_edit", "Đèn tắt cả đường"),
        message("message", "Đèn tắt"),
        message("message_edit", "Đèn tắt cả đường"),
    ):
        await channel._keep(written.inbox, facebook_said(body, fake.PAGE))
    rows = await written.rows()
    assert {row.text for row in rows} == {"Ngập tới gối", "Đèn tắt cả đường"}
    await channel._keep(written.inbox, facebook_said(message("message_edit", "Xong"), fake.PAGE))
    changed = next(row for row in await written.rows() if row.text == "Xong")
    assert "edited" in changed.flags


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
