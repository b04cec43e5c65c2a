"""Polling alone finds everything: after an interrupted poll, after a webhook message, behind the
account's own reply, and beyond the first page.
"""

import asyncio
from pathlib import Path

import pytest

from console.channels.facebook.channel import FacebookChannel
from console.channels.zalo.channel import ZaloChannel
from tests.fakes import social_peer as fake
from tests.fakes.social_peer import SocialPeer
from tests.integration.channels.conftest import Written
from tests.integration.channels.social.accounts import facebook, hooked, peer, zalo

__all__ = ["peer"]


def of(
    name: str, written: Written, peer: SocialPeer, folder: Path
) -> FacebookChannel | ZaloChannel:
    return facebook(written, peer) if name == "facebook" else zalo(written, peer, folder)


async def looked(written: Written, channel: FacebookChannel | ZaloChannel) -> None:
    """One complete poll."""
    channel._inbox = written.inbox
    await channel._round(written.inbox)
    await channel.close()


@pytest.mark.parametrize(("name", "page"), [("facebook", "2"), ("zalo", "10")])
async def test_an_interrupted_poll_is_made_up_for(
    written: Written, peer: SocialPeer, tmp_path: Path, name: str, page: str
) -> None:
    for n in range(15):
        peer.write(f"u{n}", f"Sự cố {n}")
    peer.ends_at = page
    await looked(written, of(name, written, peer, tmp_path))
    assert len(await written.rows()) == int(page)
    peer.ends_at = ""
    await looked(written, of(name, written, peer, tmp_path))
    assert {row.text for row in await written.rows()} == {f"Sự cố {n}" for n in range(15)}


@pytest.mark.parametrize("name", ["facebook", "zalo"])
async def test_a_webhook_message_hides_no_earlier_one(
    written: Written, peer: SocialPeer, tmp_path: Path, name: str
) -> None:
    peer.write("u0", "Sự cố 0")
    await looked(written, of(name, written, peer, tmp_path))
    said = [peer.write(f"u{n}", f"Sự cố {n}") for n in range(1, 14)]
    event = peer.facebook_event if name == "facebook" else peer.zalo_event
    channel = of(name, written, peer, tmp_path)
    async with hooked(written, channel) as hook:
        told = [fake.post(hook, *event(each)) for each in said[2:]]
        assert set(await asyncio.gather(*told)) == {200}
    await looked(written, of(name, written, peer, tmp_path))
    assert {row.text for row in await written.rows()} == {f"Sự cố {n}" for n in range(14)}


@pytest.mark.parametrize("name", ["facebook", "zalo"])
async def test_our_own_answer_hides_nothing_behind_it(
    written: Written, peer: SocialPeer, tmp_path: Path, name: str
) -> None:
    peer.write("u1", "Cây ngã")
    await looked(written, of(name, written, peer, tmp_path))
    peer.write("u1", "Trước số 12")
    peer.write("u1", "Cảm ơn, đã nhận.", own=True)
    await looked(written, of(name, written, peer, tmp_path))
    assert {row.text for row in await written.rows()} == {"Cây ngã", "Trước số 12"}


async def test_a_person_who_wrote_more_than_fits_into_the_list(
    written: Written, peer: SocialPeer, tmp_path: Path
) -> None:
    peer.write("u1", "Tin đầu")
    await looked(written, facebook(written, peer))
    for n in range(60):
        peer.write("u1", f"Tin {n}")
    await looked(written, facebook(written, peer))
    assert len(await written.rows()) == 61


@pytest.mark.parametrize(("name", "calls"), [("facebook", 3), ("zalo", 2)])
async def test_a_complete_poll_is_not_repeated(
    written: Written, peer: SocialPeer, tmp_path: Path, name: str, calls: int
) -> None:
    for n in range(25):
        peer.write(f"u{n}", f"Sự cố {n}").at_ms -= 7_200_000 - n * 120_000
    await looked(written, of(name, written, peer, tmp_path))
    peer.write("u3", "Thêm ảnh")
    before = len(peer.calls)
    await looked(written, of(name, written, peer, tmp_path))
    assert len(await written.rows()) == 26
    assert len(peer.calls) - before == calls  # two pages and the feed; a page and one person


async def test_the_newest_comments_are_found_under_a_post_that_has_many(
    written: Written, peer: SocialPeer
) -> None:
    for n in range(60):
        peer.comment(f"u{n}", f"Ý kiến {n}")
    peer.comment("u60", "Hẻm 5 cũng ngập", answers=True)
    await looked(written, facebook(written, peer))
    texts = {row.text for row in await written.rows()}
    assert {"Hẻm 5 cũng ngập", "Ý kiến 59"} <= texts
