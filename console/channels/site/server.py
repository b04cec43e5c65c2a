"""The public read-only site, served by the gateway: pages without scripts, feeds, photos.

Responses are cached for some seconds, so that a thousand readers cost the store as much as one.
Pages are rendered on the store's reader threads; the event loop only sends them.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

from aiohttp import web

from console.channels.files.photo_metadata import clean_photo
from console.channels.site import pages
from console.channels.site.map_frame import Ring
from console.channels.web.rate_limit import RateLimiter
from console.channels.web.response_cache import ResponseCache
from console.domain.actors import Actor
from console.domain.errors import InputError
from console.domain.reports import figures
from console.domain.reports.figures import Period
from console.domain.requests.numbering import parse, spoken
from console.domain.requests.publication import without_contacts
from console.domain.states import Role
from console.domain.time_zone import CITY
from console.services.desk import Desk
from console.services.ports.channels import Inbox
from console.services.ports.store.queries import Queries
from console.services.reports.builder import ReportBuilder
from console.services.views.public_site import SiteRow
from console.services.views.reports import Scope

KEPT_S, LEAGUE_KEPT_S = 20.0, 600.0
PAGE, FEED = 30, 50
_MOST_OFFSET = 30_000
LARGEST_PHOTO = 30 << 20
PER_SECOND, BURST = 50.0, 200
"""Calls per address; cached responses count too, so that no one monopolises the server."""
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
type Answers = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PublicSite:
    """A `WebPart` under `/cong-bo`."""

    prefix = pages.BASE

    def __init__(
        self,
        desk: Desk,
        public_url: str = "",
        *,
        rates: RateLimiter | None = None,
        rings: Callable[[], Sequence[Ring]] = tuple,
    ) -> None:
        """Show what this desk's store has published.

        Args:
            rings: returns the outlines of the wards; called on a reader thread.
        """
        self._rings = rings
        self._desk = desk
        self._root = public_url.rstrip("/")
        self._rates = rates or RateLimiter(PER_SECOND, BURST, time.monotonic)
        self._kept = ResponseCache()

    def routes(self, inbox: Inbox) -> Sequence[web.RouteDef]:
        """All pages; nothing is received."""
        del inbox
        base = self.prefix
        made: list[tuple[str, Callable[[web.Request], Awaitable[tuple[str, str]]], float]] = [
            (f"{base}/", self._list, KEPT_S),
            (f"{base}/ban-do", self._map, KEPT_S),
            (f"{base}/xep-hang", self._league, LEAGUE_KEPT_S),
            (f"{base}/phan-anh/{{number}}", self._detail, KEPT_S),
            (f"{base}/feed.atom", self._atom, KEPT_S),
            (f"{base}/feed.json", self._feed, KEPT_S),
            (f"{base}/du-lieu", self._data, LEAGUE_KEPT_S),
            (f"{base}/style.css", self._style, LEAGUE_KEPT_S),
        ]
        return [
            web.get(base, _to_front),
            web.get(f"{base}/tim", self._paced("ip", self._search)),
            web.get(f"{base}/anh/{{number}}/{{sha256}}", self._paced("photo", self._photo)),
            *(web.get(path, self._answering(handler, kept_s)) for path, handler, kept_s in made),
        ]

    def refusal(self, request: web.Request, status: int) -> web.Response:
        """An error page."""
        del request
        words = {404: "Không có trang này", 429: "Bạn xem quá nhanh, chờ một chút rồi thử lại"}
        title = words.get(status, "Trang này đang có trục trặc")
        body = pages.search_form() if status == 404 else ""
        response = web.Response(
            text=pages.page(title, body), status=status, content_type="text/html", charset="utf-8"
        )
        response.headers.update(HEADERS | {"Cache-Control": "no-store"})
        return response

    # --- around every page

    def _answering(
        self, handler: Callable[[web.Request], Awaitable[tuple[str, str]]], kept_s: float
    ) -> Answers:
        async def answer(request: web.Request) -> web.StreamResponse:
            async def make() -> tuple[str, bytes]:
                kind, text = await handler(request)
                return kind, text.encode("utf-8", "replace")

            # Feeds contain the host of the request, so the cache key includes it.
            key = f"{self._address(request)[:100]} {request.path_qs[:300]}"
            kept = await self._kept.get(key, make, kept_s)
            headers = HEADERS | {"ETag": kept.tag, "Cache-Control": "public, max-age=60"}
            if request.headers.get("If-None-Match") == kept.tag:
                return web.Response(status=304, headers=headers)
            return web.Response(
                body=kept.content, content_type=kept.kind, charset="utf-8", headers=headers
            )

        return self._paced("ip", answer)

    def _paced(self, bucket: str, handler: Answers) -> Answers:
        """Limit the rate; photos have their own limit, because a page may show many."""

        async def answer(request: web.Request) -> web.StreamResponse:
            if self._rates.wait_s(f"{bucket}:{request.remote}") > 0:
                return self.refusal(request, 429)
            return await handler(request)

        return answer

    # --- pages

    async def _list(self, request: web.Request) -> tuple[str, str]:
        group = request.query.get("linh-vuc", "")[:40]
        offset = _number(request.query.get("tu"), _MOST_OFFSET)
        catalogue = self._desk.catalogue
        services = tuple(s.code for s in catalogue.services.values() if s.group == group)
        if group and not services:
            raise web.HTTPNotFound
        now = self._desk.clock()

        def write(queries: Queries) -> str:
            rows = queries.published(services=services, limit=PAGE + 1, offset=offset)
            body = pages.search_form(group=group, catalogue=catalogue)
            if not offset:
                body += pages.notices(queries.notices(now), catalogue, now, group)
            body += pages.items(rows[:PAGE], catalogue, now)
            if len(rows) > PAGE:
                more = f"?linh-vuc={group}&amp;tu={offset + PAGE}"
                body += f'<p><a href="{pages.BASE}/{more}">Xem tiếp</a></p>'
            return pages.page("Phản ánh của người dân", body)

        return "text/html", await self._desk.ask(write)

    async def _map(self, _request: web.Request) -> tuple[str, str]:
        catalogue, now = self._desk.catalogue, self._desk.clock()

        def write(queries: Queries) -> str:
            body = pages.map_of(queries.published(limit=1000), catalogue, now, self._rings())
            return pages.page("Bản đồ phản ánh", body)

        return "text/html", await self._desk.ask(write)

    async def _league(self, _request: web.Request) -> tuple[str, str]:
        month = figures.city_month_of(self._desk.clock()).before()
        maker = ReportBuilder(self._desk.catalogue, Actor("site", Role.AUDITOR, "", None, ""))
        now = self._desk.clock()
        period = Period.of(month.since, month.until, now)
        local = month.until.astimezone(CITY)
        title = f"Bảng xếp hạng đơn vị, kỳ {local.month:02d}/{local.year}"

        def write(queries: Queries) -> str:
            report = maker.report("slow-agencies", period, Scope(), queries, now)
            return pages.page(title, pages.league(report))

        return "text/html", await self._desk.ask(write)

    async def _detail(self, request: web.Request) -> tuple[str, str]:
        row = await self._find(request.match_info["number"])
        if row is None:
            raise web.HTTPNotFound
        service = self._desk.catalogue.services.get(row.service_code)
        body = pages.detail(row, self._desk.catalogue, self._desk.clock())
        return "text/html", pages.page(service.name if service else row.service_code, body)

    async def _find(self, said: str) -> SiteRow | None:
        try:
            number = parse(said)
        except InputError:
            return None
        return await self._desk.ask(lambda q: q.published_one(number))

    async def _search(self, request: web.Request) -> web.StreamResponse:
        """Redirect to the request; an unpublished and a missing one look the same."""
        said = request.query.get("so", "")[:60]
        row = await self._find(said)
        if row is not None:
            return _to(f"{pages.BASE}/phan-anh/{row.number}", 302)
        body = "<p>Không có phản ánh công khai nào mang mã này. Kiểm tra lại mã, hoặc gọi 1022.</p>"
        response = web.Response(
            text=pages.page("Không tìm thấy", pages.search_form(said) + body),
            status=404,
            content_type="text/html",
            charset="utf-8",
        )
        response.headers.update(HEADERS | {"Cache-Control": "no-store"})
        return response

    async def _style(self, _request: web.Request) -> tuple[str, str]:
        return "text/css", pages.CSS

    async def _data(self, _request: web.Request) -> tuple[str, str]:
        body = (
            "<p>Open311 GeoReport v2: <code>/open311/discovery.json</code>. Toàn bộ phản ánh đã "
            "công bố dạng CSV (Open311 Bulk) do <code>console1022 publish open-data</code> tạo. "
            f'<a href="{pages.BASE}/feed.json">JSON Feed</a>, '
            f'<a href="{pages.BASE}/feed.atom">Atom</a>.</p>'
        )
        return "text/html", pages.page("Dữ liệu mở", body)

    # --- feeds

    async def _atom(self, request: web.Request) -> tuple[str, str]:
        root, now = self._address(request), self._desk.clock()

        def write(queries: Queries) -> str:
            return self._atom_of(queries.published(limit=FEED), root, now)

        return "application/atom+xml", await self._desk.ask(write)

    def _atom_of(self, rows: Sequence[SiteRow], root: str, now: datetime) -> str:
        from xml.sax.saxutils import escape  # noqa: PLC0415 - writes only

        root = escape(root, {'"': "&quot;"})
        entries = "".join(
            f"<entry><id>{root}{pages.BASE}/phan-anh/{row.number}</id>"
            f"<title>{escape(_clean(self._title(row)))}</title>"
            f"<updated>{row.updated_at.isoformat(timespec='seconds')}</updated>"
            f'<link href="{root}{pages.BASE}/phan-anh/{row.number}"/>'
            f"<summary>{escape(_clean(row.text))}</summary></entry>"
            for row in rows
        )
        newest = max((row.updated_at for row in rows), default=now)
        return (
            '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
            f"<id>{root}{pages.BASE}/</id><title>1022: phản ánh của người dân</title>"
            f"<author><name>1022</name></author>"
            f"<updated>{newest.isoformat(timespec='seconds')}</updated>{entries}</feed>"
        )

    async def _feed(self, request: web.Request) -> tuple[str, str]:
        root = self._address(request)

        def write(queries: Queries) -> str:
            return json.dumps(
                self._feed_of(queries.published(limit=FEED), root), ensure_ascii=False
            )

        return "application/feed+json", await self._desk.ask(write)

    def _feed_of(self, rows: Sequence[SiteRow], root: str) -> dict[str, object]:
        return {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "1022: phản ánh của người dân",
            "home_page_url": f"{root}{pages.BASE}/",
            "language": "vi",
            "items": [
                {
                    "id": row.number,
                    "url": f"{root}{pages.BASE}/phan-anh/{row.number}",
                    "title": self._title(row),
                    "content_text": without_contacts(row.text) if row.text else None,
                    "date_published": row.requested_at.isoformat(timespec="seconds"),
                    "date_modified": row.updated_at.isoformat(timespec="seconds"),
                    "tags": [row.service_code, row.state.value],
                }
                for row in rows
            ],
        }

    def _address(self, request: web.Request) -> str:
        return self._root or f"{request.scheme}://{request.host}"

    def _title(self, row: SiteRow) -> str:
        service = self._desk.catalogue.services.get(row.service_code)
        return f"{service.name if service else row.service_code} · {spoken(row.number)}"

    # --- photos

    async def _photo(self, request: web.Request) -> web.StreamResponse:
        sha256 = request.match_info["sha256"]
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise web.HTTPNotFound
        row = await self._find(request.match_info["number"])
        if row is None or sha256 not in row.photos:
            raise web.HTTPNotFound
        path = await self._desk.file(sha256)
        cleaned = None if path is None else await asyncio.to_thread(_cleaned, path)
        if cleaned is None:
            raise web.HTTPNotFound
        kind, content = cleaned
        headers = HEADERS | {"Cache-Control": "public, max-age=3600", "ETag": f'"{sha256[:32]}"'}
        return web.Response(body=content, content_type=kind, headers=headers)


def _cleaned(path: Path) -> tuple[str, bytes] | None:
    if path.stat().st_size > LARGEST_PHOTO:
        return None
    return clean_photo(path.read_bytes())


def _to(path: str, status: int) -> web.Response:
    """A redirect as a response: an exception would become an error page."""
    return web.Response(status=status, headers=HEADERS | {"Location": path})


async def _to_front(_request: web.Request) -> web.StreamResponse:
    return _to(f"{pages.BASE}/", 301)


def _number(said: str | None, most: int) -> int:
    plain = said is not None and said.isascii() and said.isdigit() and len(said) < 9
    return min(int(said or 0), most) if plain else 0


def _clean(text: str) -> str:
    """Without characters that XML 1.0 does not allow."""
    return "".join(c for c in text if c in "\t\n\r" or c >= " ")
