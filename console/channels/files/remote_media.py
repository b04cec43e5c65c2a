"""Fetches media that messages link to, from public hosts only, also across redirects."""

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Sequence
from typing import override
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver
from yarl import URL

from console.domain.errors import InputError
from console.services.ports.files import Files

log = logging.getLogger(__name__)

LARGEST = 50 << 20
MOST_FILES = 10
REDIRECTS = 3
MESSAGE_S = 4.0
"""Time limit for all files of a message."""


_CARRIES_IPV4 = tuple(
    map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96"))
)
"""Networks whose last four bytes are an IPv4 address: compatible, mapped, translated, NAT64."""
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})
"""Interface ids (ISATAP) before an IPv4 address, in any network."""


def is_public(address: str) -> bool:
    """Whether an IP address is public: not private, loopback or link-local, and not the tunnelled
    or translated form of such an IPv4 address.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not found.is_multicast
    value = int(found)
    last = ipaddress.IPv4Address(value & 0xFFFFFFFF)
    if any(found in network for network in _CARRIES_IPV4):
        return is_public(str(last))
    inside = found.sixtofour or (last if (value >> 32) & 0xFFFFFFFF in _ISATAP else None)
    if inside is not None and not is_public(str(inside)):
        return False
    return found.is_global and not found.is_multicast and not found.is_site_local


class _PublicOnly(AbstractResolver):
    """Resolves only names of public hosts; checked when connecting."""

    def __init__(self) -> None:
        self._inner = DefaultResolver()

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if not found or not all(is_public(each["host"]) for each in found):
            raise OSError(f"not a public host: {host}")
        return found

    @override
    async def close(self) -> None:
        await self._inner.close()


class MediaFetcher:
    """Fetches and stores media that messages link to."""

    def __init__(self, files: Files, *, trusted: str = "") -> None:
        """Nothing is opened yet.

        Args:
            files: stores them.
            trusted: an origin that may be anywhere, such as a test server; "" = none.
        """
        self._files = files
        self._trusted = trusted
        self._session: aiohttp.ClientSession | None = None

    async def keep(self, urls: Sequence[str]) -> tuple[tuple[str, ...], bool]:
        """(hashes of the stored files, whether some are missing)."""
        kept: list[str] = []
        missing = len(urls) > MOST_FILES
        try:
            async with asyncio.timeout(MESSAGE_S):
                for url in urls[:MOST_FILES]:
                    content = await self._fetch(url)
                    if content is None:
                        missing = True
                        continue
                    name = urlsplit(url).path.rpartition("/")[2]
                    stored = await asyncio.to_thread(self._files.put_bytes, content, name)
                    kept.append(stored.sha256)
        except InputError as error:
            log.info("a file is not taken: %s", error.code)
            missing = True
        except TimeoutError:
            missing = True
        return tuple(dict.fromkeys(kept)), missing

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _allowed(self, url: str) -> bool:
        parts = urlsplit(url)
        if self._trusted and f"{parts.scheme}://{parts.netloc}" == self._trusted:
            return True
        # Check the normalised host: `127。0.0.1` with an ideographic full stop is an address too.
        host = URL(url).host or ""
        literal = host.replace(".", "").isdigit() or ":" in host
        return parts.scheme == "https" and bool(host) and (not literal or is_public(host))

    def _client(self, url: str) -> aiohttp.ClientSession:
        parts = urlsplit(url)
        inward = bool(self._trusted) and f"{parts.scheme}://{parts.netloc}" == self._trusted
        if inward:
            return aiohttp.ClientSession()
        if self._session is None:
            connector = aiohttp.TCPConnector(resolver=_PublicOnly(), limit=8)
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session

    async def _fetch(self, url: str) -> bytes | None:
        for _ in range(REDIRECTS + 1):
            try:
                if not self._allowed(url):
                    return None
                client = self._client(url)
                try:
                    async with client.get(url, allow_redirects=False) as answer:
                        if 300 <= answer.status < 400:
                            url = urljoin(url, answer.headers.get("Location", ""))
                            continue
                        return await _content(answer) if answer.status == 200 else None
                finally:
                    if client is not self._session:
                        await client.close()
            except (aiohttp.ClientError, OSError, ValueError) as error:
                log.info("a file cannot be fetched: %s", type(error).__name__)
                return None
        return None


async def _content(answer: aiohttp.ClientResponse) -> bytes | None:
    content = bytearray()
    async for chunk in answer.content.iter_chunked(1 << 16):
        content += chunk
        if len(content) > LARGEST:
            return None
    return bytes(content)
