"""Zalo's pair of tokens: the refresh token is good for one use, so the new pair is on disk before
it is used, and only the holder of the lease asks for one (CHANNELS.md, trap 9).
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from console.channels.social import Api, read_values, write_values
from console.domain.errors import UnavailableError
from console.services.ports import Clock

log = logging.getLogger(__name__)

EARLY = timedelta(minutes=30)
"""How long before its end a token is renewed."""
DEFAULT_S = 90_000
"""Seconds that an access token lives where the answer does not say: 25 hours."""


class ZaloTokens:
    """The tokens in a file, renewed by one owner."""

    def __init__(
        self,
        path: Path,
        app_id: str,
        secret_key: Callable[[], str],
        oauth: Api,
        clock: Clock,
    ) -> None:
        """Nothing is read yet."""
        self._path = path
        self._app_id = app_id
        self._secret_key = secret_key
        self._oauth = oauth
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self.ours = False

    async def access(self, *, dead: str = "") -> str:
        """A token to call with.

        Args:
            dead: one that was just refused: it is renewed unless somebody did already.

        Raises:
            UnavailableError: `zalo_token_dead` (a person must give a new pair),
                `zalo_token_waits` (somebody else owns it), `zalo_away`, `secret_missing`,
                `secret_not_writable`.
            InputError: `secret_world_readable`, `social_secret_broken`.
        """
        async with self._one_at_a_time:
            values = read_values(str(self._path), "access_token")
            token = values.get("access_token", "")
            if token and token != dead and not self._ends_soon(values):
                return token
            if not self.ours:
                if token and token != dead:
                    return token
                raise UnavailableError("zalo_token_waits")
            return await self._renew(values)

    def _ends_soon(self, values: dict[str, str]) -> bool:
        try:
            ends = datetime.fromisoformat(values.get("expires_at", ""))
        except ValueError:
            return False
        return ends.tzinfo is not None and self._clock() >= ends - EARLY

    async def _renew(self, values: dict[str, str]) -> str:
        answer = await self._oauth.call(
            "POST",
            "/v4/oa/access_token",
            headers={"secret_key": self._secret_key()},
            data={
                "app_id": self._app_id,
                "refresh_token": values.get("refresh_token", ""),
                "grant_type": "refresh_token",
            },
        )
        access, refresh = answer.body.get("access_token"), answer.body.get("refresh_token")
        if not (isinstance(access, str) and isinstance(refresh, str) and access and refresh):
            if answer.status in (0, -1) or answer.status >= 500:
                raise UnavailableError("zalo_away")
            raise UnavailableError("zalo_token_dead")
        lives = str(answer.body.get("expires_in", ""))
        seconds = int(lives) if lives.isdigit() and len(lives) < 9 else DEFAULT_S
        ends = self._clock() + timedelta(seconds=seconds)
        pair = {"access_token": access, "refresh_token": refresh, "expires_at": ends.isoformat()}
        await asyncio.to_thread(write_values, self._path, pair)
        log.info("Zalo's tokens were renewed, good until %s", ends.isoformat(timespec="minutes"))
        return access
