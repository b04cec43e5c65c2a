"""The Open311 GeoReport v2 server for the city's app and portal.

A report is acknowledged once its contact and number are on disk. Reading needs no key, so it shows
only what was published, in the published words. A report that is not public shows only its status,
to anyone who knows its number. A client with the key that posted a report sees it as it was sent.
"""

import hashlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from urllib.parse import urlencode

from aiohttp import web

from console.channels.open311 import representation as answers
from console.channels.open311.agency_updates import AgencyUpdates
from console.channels.open311.api_keys import ApiKey, ApiKeys
from console.channels.open311.faults import Fault, FaultsError
from console.channels.open311.filters import page_of, requests_wanted, span_of
from console.channels.open311.formats import FORMATS, Value, document, when
from console.channels.open311.openapi import openapi
from console.channels.open311.posted_reports import PostedReports
from console.channels.open311.report_form import read_report
from console.channels.open311.request_body import RequestBody, read_body
from console.channels.web.rate_limit import RateLimiter
from console.channels.web.response_cache import ResponseCache
from console.domain.errors import ConsoleError, InputError
from console.domain.requests.numbering import parse
from console.domain.time_zone import CITY
from console.services.desk import Desk
from console.services.ports.central.shared_rows import ContactNumbers
from console.services.ports.channels import Inbox
from console.services.views.public_api import PublicRow

log = logging.getLogger(__name__)

KEPT_S = 20.0
"""How long lists are cached, like the pages of the public site."""
PER_SECOND, BURST = 100.0, 400
"""Calls per key, or per address without a key."""
ANYWHERE = {"Access-Control-Allow-Origin": "*"}
"""A portal's page on any origin may read the answers: they depend on no cookie or login."""
PHOTOS = "/cong-bo/anh"
"""Path of published photos on the public site, without metadata."""
type Handler = Callable[[web.Request], Awaitable[web.Response]]


class Open311Server:
    """A `WebPart` under `/open311`."""

    prefix = "/open311"

    def __init__(
        self,
        desk: Desk,
        keys: ApiKeys,
        public_url: str = "",
        *,
        rates: RateLimiter | None = None,
        kept_s: float = KEPT_S,
        numbers: ContactNumbers | None = None,
    ) -> None:
        """Serve this desk.

        Args:
            public_url: our address from outside; empty = as in the request.
            kept_s: how long lists are cached, for each key and query.
            numbers: confirms a number if other gateways may take the same report.
        """
        self._kept, self._kept_s = ResponseCache(), kept_s
        self._desk = desk
        self._keys = keys
        self._public_url = public_url.rstrip("/")
        self._rates = rates or RateLimiter(PER_SECOND, BURST, time.monotonic)
        self._updates = AgencyUpdates(desk)
        self._reports = PostedReports(desk, numbers)
        self._changeset = desk.clock()

    def routes(self, inbox: Inbox) -> Sequence[web.RouteDef]:
        """Every path in both formats, for the real endpoint and the test endpoint, which stores
        nothing.
        """
        self._reports.inbox = inbox
        paths: list[tuple[str, str, Handler]] = [
            ("GET", "/open311/discovery", self._discovery),
        ]
        for base in ("/open311/v2", "/open311/test/v2"):
            paths += [
                ("GET", f"{base}/services", self._services),
                ("GET", f"{base}/services/{{code}}", self._definition),
                ("GET", f"{base}/requests", self._requests),
                ("GET", f"{base}/requests/{{number}}", self._request),
                ("POST", f"{base}/requests", self._post),
                ("GET", f"{base}/tokens/{{token}}", self._token),
                ("GET", f"{base}/servicerequestupdates", self._list_updates),
                ("POST", f"{base}/servicerequestupdates", self._post_update),
            ]
        ending = r".{form:xml|json}"
        found = [
            web.route(method, path + ending, self._wrapped(handler))
            for method, path, handler in paths
        ]
        asked = [web.options(path + ending, _may) for path in dict.fromkeys(p for _, p, _ in paths)]
        return [*found, *asked, web.get("/open311/openapi.json", self._openapi)]

    def refusal(self, request: web.Request, status: int) -> web.Response:
        """An Open311 error if no handler was reached."""
        known = {
            404: Fault(404, "open311_no_path"),
            405: Fault(400, "open311_bad_method", (("value", request.method),)),
            413: Fault(400, "open311_too_large", (("limit_mb", 1),)),
            500: Fault(500, "open311_failed"),
        }
        fault = known.get(status, Fault(400, "open311_bad_body"))
        response = self._refused(_form_of(request), (fault,))
        response.headers.update(ANYWHERE)
        return response

    # --- around every handler

    def _wrapped(self, handler: Handler) -> Handler:
        async def answer(request: web.Request) -> web.Response:
            form = _form_of(request)
            try:
                self._read_keys()
                response = await handler(request)
            except FaultsError as error:
                response = self._refused(form, error.faults)
            except ConsoleError as error:
                status = 400 if error.exit_code == 2 else 500
                if status == 500:
                    log.warning("Open311: %s", error)
                fault = Fault(status, error.code, tuple(error.params.items()))
                response = self._refused(form, (fault,))
            response.headers.update(ANYWHERE)
            return response

        return answer

    def _read_keys(self) -> None:
        """Load the keys; the log gets the reason of a failure, the caller does not.

        Raises:
            FaultsError: they cannot be read.
        """
        try:
            self._keys.load()
        except ConsoleError as error:
            log.warning("Open311: %s", error)
            raise FaultsError(Fault(500, "open311_failed")) from error

    def _refused(self, form: str, faults: tuple[Fault, ...]) -> web.Response:
        response = _body(form, "errors", answers.errors(faults), faults[0].status)
        for fault in faults:
            if fault.status == 429:
                response.headers["Retry-After"] = str(dict(fault.params)["seconds"])
        return response

    def _pace(self, caller: str) -> None:
        if (wait_s := self._rates.wait_s(caller)) > 0:
            raise FaultsError(Fault(429, "open311_too_often", (("seconds", int(wait_s) + 1),)))

    def _pace_reader(self, request: web.Request) -> None:
        self._pace(f"ip:{request.remote}")

    def _key(self, value: str | None, right: str) -> ApiKey:
        key = self._keys.find(value) if value else None
        if key is None or right not in key.rights:
            raise FaultsError(Fault(403, "open311_no_key"))
        self._pace(f"key:{key.name}")
        return key

    def _reader_key(self, request: web.Request) -> str | None:
        """The name of a key with the right to read; None for anonymous reading."""
        value = request.query.get("api_key") or request.headers.get("X-Api-Key")
        key = self._keys.find(value) if value else None
        return key.name if key is not None and "read" in key.rights else None

    # --- reading

    async def _discovery(self, request: web.Request) -> web.Response:
        self._pace_reader(request)
        shown = self._changeset.astimezone(CITY).isoformat(timespec="seconds")
        return _body(_form_of(request), "discovery", answers.discovery(self._base(request), shown))

    async def _openapi(self, request: web.Request) -> web.Response:
        self._pace_reader(request)
        return web.json_response(openapi())

    async def _services(self, request: web.Request) -> web.Response:
        self._pace_reader(request)
        found = answers.services(self._desk.catalogue, self._today)
        return _body(_form_of(request), "services", found)

    async def _definition(self, request: web.Request) -> web.Response:
        self._pace_reader(request)
        code = request.match_info["code"]
        service = self._desk.catalogue.services.get(code)
        if service is None or not answers.reportable(service, self._today):
            raise FaultsError(Fault(404, "open311_no_service", (("service", code[:60]),)))
        return _body(_form_of(request), "service_definition", answers.definition(service))

    async def _requests(self, request: web.Request) -> web.Response:
        """Published requests; those asked for by number are shown as in `requests/{id}`."""
        self._pace_reader(request)
        query = request.query
        if ids := [i for i in query.get("service_request_id", "").split(",") if i.strip()]:
            found = [await self._find(i) for i in ids[:100]]
            rows = [row for row in found if row is not None and self._may_know(row, request)]
            shown: list[Value] = [self._shown(row, request) for row in rows]
            return _body(_form_of(request), "service_requests", shown)
        wanted = requests_wanted(query, self._desk.clock())

        async def listed() -> list[Value]:
            rows = await self._desk.ask(lambda q: q.public_requests(wanted))
            return [self._shown(row, request) for row in rows]

        return await self._listed(request, "service_requests", listed)

    async def _listed(
        self, request: web.Request, root: str, make: Callable[[], Awaitable[list[Value]]]
    ) -> web.Response:
        """A list, from the cache if the same key asked for it some seconds ago."""
        form, asked = _form_of(request), sorted(request.query.items())
        pairs = [(name, value) for name, value in asked if name != "api_key"]
        words = urlencode(pairs, errors="replace")

        async def written() -> tuple[str, bytes]:
            return FORMATS[form], document(form, root, await make())

        who = self._reader_key(request) or ""
        key = "\n".join((who, self._base(request), request.path, words))
        kept = await self._kept.get(_short(key), written, self._kept_s)
        return web.Response(body=kept.content, content_type=kept.kind, charset="utf-8")

    async def _request(self, request: web.Request) -> web.Response:
        self._pace_reader(request)
        row = await self._find(request.match_info["number"])
        if row is None or not self._may_know(row, request):
            value = request.match_info["number"][:40]
            raise FaultsError(Fault(404, "open311_no_request", (("value", value),)))
        shown = self._shown(row, request)
        if self._is_own(row, request) and row.contact_id is not None and _wants_more(request):
            contact_id = row.contact_id
            ours = await self._desk.ask(lambda q: q.outreach_for_contact(contact_id))
            shown["extended_attributes"] = {
                **shown["extended_attributes"],  # type: ignore[dict-item]
                "messages": [{"datetime": when(m.created_at), "text": m.text} for m in ours],
            }
        return _body(_form_of(request), "service_requests", [shown])

    def _is_own(self, row: PublicRow, request: web.Request) -> bool:
        """Whether the request came by the caller's key."""
        key = self._reader_key(request)
        return key is not None and row.key == key

    def _may_know(self, row: PublicRow, request: web.Request) -> bool:
        """Whether to admit that the request exists: it is public, came over this interface, or is
        the caller's own. A sender without a key knows the number and gets only the status.
        """
        return row.shown is not None or row.key is not None or self._is_own(row, request)

    def _shown(self, row: PublicRow, request: web.Request) -> dict[str, Value]:
        own, more = self._is_own(row, request), _wants_more(request)
        photos_at = f"{self._base(request)}{PHOTOS}"
        catalogue = self._desk.catalogue
        return answers.request(row, catalogue, own=own, more=more, photos_at=photos_at)

    def _base(self, request: web.Request) -> str:
        return self._public_url or f"{request.scheme}://{request.host}"

    async def _find(self, text: str) -> PublicRow | None:
        try:
            number = parse(text)
        except InputError:
            return None
        return await self._desk.ask(lambda q: q.public_request(number))

    async def _token(self, request: web.Request) -> web.Response:
        """Numbers are given at once, so a number is its own token."""
        self._pace_reader(request)
        token = request.match_info["token"]
        row = await self._find(token)
        if row is None or not self._may_know(row, request):
            raise FaultsError(Fault(404, "open311_no_token", (("value", token[:40]),)))
        shown: list[Value] = [{"service_request_id": row.number, "token": token}]
        return _body(_form_of(request), "service_requests", shown)

    # --- posting

    async def _post(self, request: web.Request) -> web.Response:
        body = await read_body(request)
        key = self._key(_given_key(request, body), "post")
        report = read_report(
            body.pairs, self._desk.catalogue, lambda s: answers.reportable(s, self._today)
        )
        if request.path.startswith("/open311/test/"):
            test: list[Value] = [{"token": "test", "service_notice": None, "account_id": None}]
            return _body(_form_of(request), "service_requests", test)
        media = await body.keep_files(self._desk.files)
        number = await self._reports.take(key, report, media, body, request.headers)
        return _body(_form_of(request), "service_requests", answers.accepted(number))

    # --- updates (mySociety's extension)

    async def _list_updates(self, request: web.Request) -> web.Response:
        self._pace_reader(request)
        start, end = span_of(request.query, self._desk.clock())
        offset, limit = page_of(request.query)
        key = self._reader_key(request)

        async def listed() -> list[Value]:
            found = await self._desk.ask(
                lambda q: q.public_updates(start, end, limit, offset=offset, key=key)
            )
            return [answers.update(step) for step in found]

        return await self._listed(request, "service_request_updates", listed)

    async def _post_update(self, request: web.Request) -> web.Response:
        body = await read_body(request)
        key = self._key(_given_key(request, body), "update")
        media = await body.keep_files(self._desk.files)
        if request.path.startswith("/open311/test/"):
            update_id = body.first("update_id") or "test"
        else:
            update_id = await self._updates.take(key, body, media)
        shown: list[Value] = [{"update_id": update_id}]
        return _body(_form_of(request), "service_request_updates", shown)

    @property
    def _today(self) -> date:
        return self._desk.clock().astimezone(CITY).date()


def _form_of(request: web.Request) -> str:
    """The format from the end of the path; XML by default."""
    return "json" if request.path.endswith(".json") else "xml"


async def _may(_request: web.Request) -> web.Response:
    """A browser's preflight request before a page of another origin posts (CORS)."""
    may = {
        "Access-Control-Allow-Methods": "GET, HEAD, POST",
        "Access-Control-Allow-Headers": "Content-Type, X-Api-Key, Idempotency-Key",
        "Access-Control-Max-Age": "86400",
    }
    return web.Response(status=204, headers=ANYWHERE | may)


def _given_key(request: web.Request, body: RequestBody) -> str | None:
    """The key of a POST: in the form, as specified, or where clients put it otherwise."""
    return body.first("api_key") or request.headers.get("X-Api-Key") or request.query.get("api_key")


def _short(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _wants_more(request: web.Request) -> bool:
    return request.query.get("extensions") == "true"


def _body(form: str, root: str, value: Value, status: int = 200) -> web.Response:
    return web.Response(
        body=document(form, root, value),
        status=status,
        content_type=FORMATS[form],
        charset="utf-8",
    )
