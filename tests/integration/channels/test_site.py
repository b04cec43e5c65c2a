"""The public site on a real socket: only published content, no scripts, no personal data."""

import asyncio
import csv
import json
import math
import re
import struct
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from console.channels.files.photo_metadata import clean_photo
from console.channels.site.map_frame import HIGH, WIDE, MapFrame
from console.channels.site.pages import map_of
from console.channels.site.server import PublicSite
from console.channels.web.rate_limit import RateLimiter
from console.channels.web.server import WebServer
from console.domain.errors import InputError, RefusedError
from console.domain.live_events import LinkChanged
from console.domain.requests import commands as c
from console.domain.requests.events import NoticeIssued
from console.map.gazetteer.local_places import LocalPlaces
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.contacts.inbox import StoreInbox
from console.services.desk import Desk
from console.services.dispatch import dispatch
from console.services.people.actors import actor_for
from console.services.publication.open_data import COLUMNS, write_open_data
from console.services.reports.files import FORMULA_STARTS
from console.services.runtime.bus import Bus
from console.store.files.spool import Spool, sniff
from console.store.seat.local_store import LocalStore
from tests.conftest import StoppedClock
from tests.fakes.profiles import fresh_profile
from tests.unit.services.hostile import hostile

SECRETS = ("0903", "Nguyễn Thị Ánh", "ánh@", "903123456")


@dataclass
class Public:
    desk: Desk
    root: str
    http: aiohttp.ClientSession

    async def get(self, path: str, **more: Any) -> tuple[int, str, aiohttp.ClientResponse]:
        async with self.http.get(self.root + path, **more) as answer:
            return answer.status, (await answer.read()).decode("utf-8", "replace"), answer

    async def log(self, description: str = "Ổ gà sâu, gọi tôi 0903 123 456", **more: Any) -> UUID:
        fields: dict[str, Any] = {
            "service_code": "roads.pothole",
            "description": description,
            "address_string": "66/1 Đồng Tâm",
            "lat": 10.861354,
            "long": 106.705921,
            "agency": "so-xay-dung",
            "reporter_name": "Nguyễn Thị Ánh",
            "phone": "0903123456",
        }
        done = await self.desk.do(c.LogRequest(**(fields | more)))
        assert done.request_id is not None
        return done.request_id

    async def publish(self, request_id: UUID, text: str = "Ổ gà sâu", **more: Any) -> str:
        command = c.PublishRequest(request_id=request_id, text=text, **more)
        done = await self.desk.do(command, actor=actor_for("supervisor", self.desk.catalogue))
        assert done.number is not None
        return done.number


@pytest.fixture
async def public(tmp_path: Path, clock: StoppedClock) -> AsyncIterator[Public]:
    catalogue = load_catalogue()
    store = LocalStore(fresh_profile(tmp_path / "profile"), catalogue)
    desk = Desk(
        store, Bus(), clock, catalogue, LocalPlaces(tmp_path / "profile"), Spool(tmp_path),
        actor_for("operator", catalogue, "ban-01"), dispatch,
    )  # fmt: skip
    site = PublicSite(desk, rates=RateLimiter(5000, 5000, lambda: 0.0))
    server = WebServer("127.0.0.1:0", (site,))
    up = asyncio.Event()

    def publish(event: object) -> None:
        if isinstance(event, LinkChanged) and event.state == "up":
            up.set()

    task = asyncio.create_task(server.run(StoreInbox(store, desk.bus, clock), publish))
    await asyncio.wait_for(up.wait(), 30)
    async with aiohttp.ClientSession() as http:
        yield Public(desk, f"http://127.0.0.1:{server.port}", http)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    store.close()


PAGES = ("/cong-bo/", "/cong-bo/ban-do", "/cong-bo/xep-hang", "/cong-bo/du-lieu",
         "/cong-bo/feed.atom", "/cong-bo/feed.json")  # fmt: skip


async def test_only_public_notices_precede_the_list(public: Public) -> None:
    now = public.desk.clock()
    said = NoticeIssued(
        kind="outage", title="Mất nước <b>", text="Có lại 17:00 & sớm hơn", script="lời đọc riêng",
        starts_at=now, ends_at=now + timedelta(hours=2), wards=("26767",), group="water",
        public=True,
    )  # fmt: skip
    inner = replace(said, title="Chỉ trong tổng đài", public=False)
    later = replace(said, title="Tuần sau", starts_at=now + timedelta(days=5),
                    ends_at=now + timedelta(days=6))  # fmt: skip
    for one in (said, inner, later):
        await public.desk.do(c.IssueNotice(said=one))
    _, front, _ = await public.get("/cong-bo/")
    assert "Mất nước &lt;b&gt;" in front
    assert "Có lại 17:00 &amp; sớm hơn" in front
    assert "Phường An Phú Đông" in front
    for word in ("Chỉ trong tổng đài", "Tuần sau", "lời đọc riêng"):
        assert word not in front
    assert "Mất nước" in (await public.get("/cong-bo/?linh-vuc=water"))[1]
    assert "Mất nước" not in (await public.get("/cong-bo/?linh-vuc=roads"))[1]


async def test_only_what_is_published_is_there_and_nothing_of_a_person(public: Public) -> None:
    shown = await public.publish(await public.log())
    hidden_id = await public.log("Cống nghẹt, tôi là Nguyễn Thị Ánh")
    hidden = (await public.desk.ask(lambda q: q.detail(hidden_id))).request.number  # type: ignore[union-attr]
    for path in (*PAGES, f"/cong-bo/phan-anh/{shown}"):
        status, text, answer = await public.get(path)
        assert status == 200, path
        assert not [secret for secret in SECRETS if secret in text], path
        assert "Cống nghẹt" not in text
        assert "<script" not in text.lower()
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "10.861354" not in (await public.get(f"/cong-bo/phan-anh/{shown}"))[1]
    for path in (f"/cong-bo/phan-anh/{hidden}", "/cong-bo/phan-anh/26001000017", "/cong-bo/x"):
        assert (await public.get(path))[0] == 404
    found = await public.get("/cong-bo/tim", params={"so": f"{shown[:2]} {shown[2:]}"})
    assert (found[0], str(found[2].url)) == (200, f"{public.root}/cong-bo/phan-anh/{shown}")
    one = await public.get("/cong-bo/tim", params={"so": hidden})
    two = await public.get("/cong-bo/tim", params={"so": "26001000017"})
    assert one[0] == two[0] == 404
    assert one[1].replace(hidden, "N") == two[1].replace("26001000017", "N")


async def test_unpublishing_removes_and_republishing_shows_the_new_text(
    public: Public, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.channels.site.server.KEPT_S", 0.0)
    request_id = await public.log()
    number = await public.publish(request_id, "Chữ cũ")
    boss = actor_for("supervisor", public.desk.catalogue)
    site = PublicSite(public.desk, rates=RateLimiter(5000, 5000, lambda: 0.0))
    assert (await site._find(number)).text == "Chữ cũ"  # type: ignore[union-attr]
    await public.publish(request_id, "Chữ mới", exact=None)
    found = await site._find(number)
    assert found is not None
    assert (found.text, found.lat) == ("Chữ mới", None)
    with pytest.raises(RefusedError):
        await public.desk.do(c.UnpublishRequest(request_id=request_id, reason="x"))
    await public.desk.do(c.UnpublishRequest(request_id=request_id, reason="nhầm"), actor=boss)
    assert await site._find(number) is None
    with pytest.raises(RefusedError, match="not_published"):
        await public.desk.do(c.UnpublishRequest(request_id=request_id, reason="nhầm"), actor=boss)


async def test_hostile_texts_never_run(public: Public, tmp_path: Path) -> None:
    texts = hostile()
    for n, text in enumerate(texts):
        request_id = await public.log(f"phản ánh {n}", phone=f"09031{n:05d}")
        await public.publish(request_id, text[:3900], result=texts[-1 - n][:3900])
    pages = [await public.get("/cong-bo/", params={"tu": str(n)}) for n in range(0, 500, 30)]
    seen = "".join(page[1] for page in pages)
    assert seen.count("<article>") == 500
    tags = set(re.findall(r"<([a-z!/][a-z0-9]*)", seen, re.IGNORECASE))
    allowed = {
        "!doctype", "html", "head", "meta", "title", "link", "body", "header", "nav", "a",
        "strong", "main", "h1", "h2", "form", "input", "button", "select", "option", "article",
        "p", "span", "footer",
    }  # fmt: skip
    assert {tag.lstrip("/").lower() for tag in tags if tag != "/"} <= allowed
    assert not re.search(r"<[^>]*\son\w+\s*=", seen)
    assert set(re.findall(r'(?:href|src|action)="([^"]*)"', seen)) == {
        each for each in re.findall(r'(?:href|src|action)="([^"]*)"', seen)
        if each.startswith("/cong-bo")
    }  # fmt: skip
    ET.fromstring((await public.get("/cong-bo/feed.atom"))[1])  # noqa: S314  (our own answer)
    assert len(json.loads((await public.get("/cong-bo/feed.json"))[1])["items"]) == 50
    rows = await public.desk.ask(lambda q: q.published(limit=1000))
    assert write_open_data(rows, public.desk.catalogue, tmp_path) == 500

    with (tmp_path / "requests.csv").open(encoding="utf-8", newline="") as file:
        lines = [*csv.reader(file)]
    assert lines[0] == [*COLUMNS]
    assert len(lines) == 501
    place = lines[0].index("description")
    assert not [x for x in lines if x[place].lstrip(" \u00a0\ufeff").startswith(FORMULA_STARTS)]


async def test_a_page_that_did_not_change_is_not_sent_again(public: Public) -> None:
    _, _, first = await public.get("/cong-bo/")
    status, text, _ = await public.get(
        "/cong-bo/", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (status, text) == (304, "")


@pytest.mark.parametrize(
    ("path", "first"), [("", 200), ("tim?so=1", 404), (f"anh/26001000017/{'0' * 64}", 404)]
)
async def test_fast_readers_are_limited(public: Public, path: str, first: int) -> None:
    site = PublicSite(public.desk, rates=RateLimiter(1, 2, lambda: 0.0))
    server = WebServer("127.0.0.1:0", (site,))
    up = asyncio.Event()
    inbox = StoreInbox(public.desk.store, public.desk.bus, public.desk.clock)
    task = asyncio.create_task(server.run(inbox, lambda _e: up.set()))
    await asyncio.wait_for(up.wait(), 30)
    root = f"http://127.0.0.1:{server.port}/cong-bo/{path}"
    seen = []
    for _ in range(4):
        async with public.http.get(root) as answer:
            seen.append(answer.status)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert seen == [first, first, 429, 429]


async def test_a_feed_is_well_formed_whatever_a_caller_calls_us_and_another_has_his_own(
    public: Public,
) -> None:
    await public.publish(await public.log())
    for path in ("/cong-bo/feed.atom", "/cong-bo/feed.json"):
        text = (await public.get(path, headers={"Host": 'evil.example"><b>&'}))[1]
        assert "evil.example" in text
        if path.endswith(".atom"):
            ET.fromstring(text)  # noqa: S314 - our own
        assert "evil.example" not in (await public.get(path))[1]


def _jpeg() -> bytes:
    exif = b"Exif\0\0GPS 10.861354 106.705921 canon"
    return (
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
        b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
        + b"\xff\xfe\0\x09comment\xff\xdb\0\x43\0" + bytes(64)
        + b"\xff\xda\0\x08\1\1\0\0\x3f\0" + b"\x12\x34" * 20 + b"\xff\xd9" + b"trailing secret"
    )  # fmt: skip


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"tEXt", b"Author\0Lan 0903123456")
        + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"") + b"trailing secret"
    )  # fmt: skip


def _webp() -> bytes:
    """A picture written by Qt, with the metadata that a phone adds."""
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(0xFF8800)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "WEBP")  # type: ignore[call-overload]
    plain = bytes(buffer.data().data())[12:]

    def chunk(kind: bytes, data: bytes) -> bytes:
        return kind + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)

    head = bytes([0x2C, 0, 0, 0, 3, 0, 0, 3, 0, 0])
    body = b"WEBP" + chunk(b"VP8X", head) + plain + chunk(b"EXIF", b"Exif GPS 10.86 secret")
    body += chunk(b"XMP ", b"<x>0903123456</x>")
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _heic(locations: bytes = b"") -> bytes:
    """A photo with Exif and XMP; `locations` replaces its table of positions."""

    def box(kind: bytes, data: bytes) -> bytes:
        return (len(data) + 8).to_bytes(4) + kind + data

    def item(number: int, kind: bytes) -> bytes:
        return box(b"infe", bytes([2, 0, 0, 0]) + number.to_bytes(2) + b"\0\0" + kind + b"\0")

    parts = (b"PICTURE OF A HOLE", b"Exif GPS 10.86 secret", b"<x>0903123456</x>")
    infos = item(1, b"hvc1") + item(2, b"Exif") + item(3, b"mime")
    iinf = box(b"iinf", bytes(4) + (3).to_bytes(2) + infos)

    def whole(first: int) -> bytes:
        at, lines = first, b""
        for n, part in enumerate(parts, 1):
            lines += n.to_bytes(2) + bytes(2) + (1).to_bytes(2) + at.to_bytes(4)
            lines += len(part).to_bytes(4)
            at += len(part)
        usual = bytes(4) + bytes([0x44, 0]) + (3).to_bytes(2) + lines
        iloc = box(b"iloc", locations or usual)
        meta = box(b"meta", bytes(4) + iinf + iloc)
        before = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic") + meta
        return before + box(b"mdat", b"".join(parts)) + box(b"uuid", b"secret of a maker")

    return whole(whole(0).index(b"PICTURE"))


@pytest.mark.parametrize(
    "photo", [_jpeg(), _png(), _webp(), _heic()], ids=["jpeg", "png", "webp", "heic"]
)
async def test_chosen_photos_only_and_without_what_cameras_write(
    public: Public, photo: bytes, tmp_path: Path
) -> None:
    kept = public.desk.files.put_bytes(photo, "ảnh")
    request_id = await public.log(media=(kept.sha256,))
    number = await public.publish(request_id)
    assert (await public.get(f"/cong-bo/anh/{number}/{kept.sha256}"))[0] == 404
    await public.publish(request_id, photos=(kept.sha256,))
    async with public.http.get(f"{public.root}/cong-bo/anh/{number}/{kept.sha256}") as answer:
        content = await answer.read()
    assert answer.status == 200
    assert answer.headers["Content-Type"] == sniff(photo[:32])
    for secret in (b"GPS", b"comment", b"0903", b"secret"):
        assert secret not in content
    # A HEIC still lists the part that is empty now.
    assert b"Exif" not in content or answer.headers["Content-Type"] == "image/heic"
    with pytest.raises(InputError, match="not_its_photo"):
        await public.publish(request_id, photos=("0" * 64,))


def test_a_cleaned_webp_is_still_the_picture() -> None:
    cleaned = clean_photo(_webp())
    assert cleaned is not None
    image = QImage.fromData(cleaned[1])
    assert (image.width(), image.height()) == (4, 4)


@pytest.mark.parametrize(
    ("widths", "items", "places"),
    [
        # 60,000 empty extents for each of 4,000 items: 240 million steps in 24 kB.
        (b"\0\0", 4000, (60_000).to_bytes(2)),
        # Almost the whole file, zeroed 4,000 times.
        (b"\x44\0", 1, (4000).to_bytes(2) + (b"\0\0\0\0" + (300).to_bytes(4)) * 4000),
    ],
)
def test_a_heic_with_endless_extents_is_refused(widths: bytes, items: int, places: bytes) -> None:
    lines = b"".join(n.to_bytes(2) + bytes(2) + places for n in range(2, items + 2))
    photo = _heic(bytes(4) + widths + items.to_bytes(2) + lines)
    assert len(photo) > 300
    assert clean_photo(photo) is None


def test_a_cleaned_heic_keeps_its_picture_where_it_was() -> None:
    cleaned = clean_photo(_heic())
    assert cleaned is not None
    assert cleaned[1].index(b"PICTURE OF A HOLE") == _heic().index(b"PICTURE OF A HOLE")
    assert len(cleaned[1]) == len(_heic())


@given(st.integers(0, 400), st.binary(max_size=6), st.sampled_from([_heic(), _webp()]))
def test_no_broken_photo_breaks_it(at: int, junk: bytes, photo: bytes) -> None:
    made = clean_photo(photo[:at] + junk + photo[at + len(junk) :])
    assert made is None or made[0] in ("image/heic", "image/webp")


def test_what_is_no_photo_is_not_served() -> None:
    for content in (b"", b"<svg onload=alert(1)>", b"GIF89a", _jpeg()[:40], _png()[:30],
                    b"\xff\xd8\xff\xe0\0\1", _webp()[:40], _heic()[:60], b"RIFF\0\0\0\0WEBP",
                    _heic().replace(b"iloc", b"iloX"), b"\0\0\0\x08ftyp"):  # fmt: skip
        assert clean_photo(content) is None


async def test_the_map_draws_what_there_is_to_scale_with_names_and_outlines(
    public: Public,
) -> None:
    catalogue, now = public.desk.catalogue, public.desk.clock()
    await public.publish(await public.log())
    rows = await public.desk.ask(lambda q: q.published())
    near = ((10.80, 106.68), (10.80, 106.76), (10.90, 106.76), (10.90, 106.68))
    far = ((8.6, 106.6), (8.7, 106.6), (8.7, 106.7))
    drawn = map_of(rows, catalogue, now, (near, far))
    assert drawn.count("<path") == 1
    assert drawn.count("<circle") == 1
    assert drawn.count("<text") >= 3
    frame = MapFrame.around([(10.861, 106.706)], catalogue)
    x, y = frame.place(10.861, 106.706)
    assert (round(x), round(y)) == (WIDE // 2, HIGH // 2)
    east, north = frame.place(10.861, 106.716)[0] - x, y - frame.place(10.871, 106.706)[1]
    assert east / north == pytest.approx(math.cos(math.radians(10.861)), rel=0.01)
    assert "0 phản ánh" in map_of((), catalogue, now)


async def test_the_league_of_the_month_before(public: Public, clock: StoppedClock) -> None:
    for n in range(3):
        await public.log(phone=f"090312345{n}")
    clock.forward(days=20)
    _, text, _ = await public.get("/cong-bo/xep-hang")
    assert "kỳ 11/2026" in text
    assert "Cách tính" in text
    assert "<td>3</td>" in text
