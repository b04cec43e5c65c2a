"""The body of a POST: a form, a multipart form whose files are streamed, or JSON."""

import asyncio
import json
import logging
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from console.channels.open311.faults import Fault, FaultsError
from console.channels.web.server import BODY_S, LARGEST_FORM
from console.domain.errors import InputError
from console.services.ports.files import Files

log = logging.getLogger(__name__)

MOST_FIELDS = 200
MOST_FILES = 10
LARGEST_FILE = 50 << 20
LARGEST_BODY = 120 << 20
_RAW_KEPT = 64 * 1024
_JSON = frozenset({"application/json", "text/json"})
_WRONG = (
    TypeError,
    RecursionError,
    ValueError,
    LookupError,
    AssertionError,
    RuntimeError,
    HttpProcessingError,
)
"""What aiohttp's multipart reader raises on a bad body."""


@dataclass(slots=True)
class RequestBody:
    """Fields in order, and named files."""

    pairs: list[tuple[str, str]]
    files: list[tuple[str, bytes]] = field(default_factory=list)
    raw: bytes = b""
    left_out: bool = False

    def first(self, name: str) -> str | None:
        """The first non-empty value of a field."""
        return next((v for n, v in self.pairs if n == name and v.strip()), None)

    async def keep_files(self, files: Files) -> tuple[str, ...]:
        """Store photos and clips; other files are left out and flagged."""
        kept: list[str] = []
        for name, content in self.files:
            try:
                stored = await asyncio.to_thread(files.put_bytes, content, name)
            except InputError as error:
                log.info("a file is not taken: %s", error.code)
                self.left_out = True
            else:
                kept.append(stored.sha256)
        return tuple(dict.fromkeys(kept))


async def read_body(request: web.Request) -> RequestBody:
    """Read the body within the time limit.

    Raises:
        FaultsError: too large, too slow, not a UTF-8 form.
    """
    if (request.content_length or 0) > LARGEST_BODY:
        raise FaultsError(_too_large(LARGEST_BODY))
    try:
        async with asyncio.timeout(BODY_S):
            if request.content_type == "multipart/form-data":
                return await _multipart(request)
            content = await request.read()
            return _json(content) if request.content_type in _JSON else _form(content)
    except TimeoutError as error:
        raise FaultsError(Fault(400, "open311_bad_body")) from error
    except _WRONG as error:
        raise FaultsError(Fault(400, "open311_bad_body")) from error


def _too_large(limit: int) -> Fault:
    return Fault(400, "open311_too_large", (("limit_mb", limit >> 20),))


def _form(content: bytes) -> RequestBody:
    text = content.decode("utf-8")
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    return RequestBody(pairs, raw=_raw(pairs))


def _json(content: bytes) -> RequestBody:
    """A JSON object with the form's fields. `attribute` may be an object of attributes by code; a
    list stands for a repeated field.
    """
    found: object = json.loads(content.decode("utf-8"))
    if not isinstance(found, dict):
        raise TypeError
    inner = found.pop("attribute", None)
    fields: list[tuple[str, object]] = [*found.items()]
    if isinstance(inner, dict):
        fields += [(f"attribute[{code}]", value) for code, value in inner.items()]
    pairs: list[tuple[str, str]] = []
    for name, value in fields:
        values = value if isinstance(value, list) else [value]
        pairs += [(name, _scalar(each)) for each in values if each is not None]
    if len(pairs) > MOST_FIELDS:
        raise FaultsError(_too_large(LARGEST_BODY))
    return RequestBody(pairs, raw=_raw(pairs))


def _scalar(value: object) -> str:
    """The value as in a form: numbers without exponent, lone surrogates replaced.

    Raises:
        TypeError: not a scalar.
    """
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, float):
        return f"{value:.12f}".rstrip("0").rstrip(".")
    if isinstance(value, bool | int):
        return str(value).lower()
    raise TypeError


async def _multipart(request: web.Request) -> RequestBody:
    body, size, fields_size = RequestBody([]), 0, 0
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if isinstance(part, MultipartReader):
            raise FaultsError(Fault(400, "open311_bad_body"))
        name = part.name or ""
        is_file = part.filename is not None
        limit = LARGEST_FILE if is_file else LARGEST_FORM - fields_size
        content = await _content(part, limit)
        size += len(content)
        if size > LARGEST_BODY or len(body.pairs) + len(body.files) >= MOST_FIELDS:
            raise FaultsError(_too_large(LARGEST_BODY))
        if not is_file:
            fields_size += len(content)
            body.pairs.append((name, content.decode("utf-8")))
        elif len(body.files) >= MOST_FILES:
            body.left_out = True
        elif content:
            body.files.append((part.filename or name, content))
    body.raw = _raw(body.pairs)
    return body


def _raw(pairs: list[tuple[str, str]]) -> bytes:
    """The form to keep: everything except the key."""
    kept = [(name, value) for name, value in pairs if name != "api_key"]
    return urlencode(kept, errors="surrogatepass").encode()[:_RAW_KEPT]


async def _content(part: BodyPartReader, limit: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        content += chunk
        if len(content) > limit:
            raise FaultsError(_too_large(limit))
    return bytes(part.decode(bytes(content)))
